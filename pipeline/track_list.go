package pipeline

import (
	"encoding/json"

	"turnover/hierarchy"
)

// elements are those of a document that is a list; none of any other.
func elements(list hierarchy.Data) (out []hierarchy.Data) {
	if json.Unmarshal(list, &out) != nil {
		return nil
	}
	return out
}

// appended is a list with one more element.
func appended(list, one hierarchy.Data) hierarchy.Data {
	return hierarchy.Data(hierarchy.ValueOf(append(elements(list), one)))
}

// idsOf are the ids that a document lists.
func idsOf(list hierarchy.Data) (out []hierarchy.ID) {
	if json.Unmarshal(list, &out) != nil {
		return nil
	}
	return out
}
