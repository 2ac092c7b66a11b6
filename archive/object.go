package archive

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
)

// fieldsOf reads an object's fields, and which of them stand twice.
func fieldsOf(line []byte) (fields map[string]json.RawMessage, twice []string, err error) {
	// In a map what stands twice is one, and null is no map: then look closely.
	if err := json.Unmarshal(line, &fields); err == nil && len(fields) > 0 && len(fields) == members(line) {
		return fields, nil, nil
	}
	return fieldByField(line)
}

// members counts what an object has, of a line that is one.
func members(line []byte) (n int) {
	depth, text := 0, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case text && c == '\\':
			i++ // what is escaped ends no text
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ':' && depth == 1:
			n++
		}
	}
	return n
}

// fieldByField is fieldsOf for any line.
func fieldByField(line []byte) (fields map[string]json.RawMessage, twice []string, err error) {
	if err := json.Unmarshal(line, new(json.RawMessage)); err != nil {
		return nil, nil, err
	}
	in := json.NewDecoder(bytes.NewReader(line))
	if start, err := in.Token(); err != nil || start != json.Delim('{') {
		return nil, nil, cmp.Or(err, errors.New("it is another JSON value"))
	}
	fields = map[string]json.RawMessage{}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, nil, err
		}
		var value json.RawMessage
		if err := in.Decode(&value); err != nil {
			return nil, nil, err
		}
		key, _ := name.(string) // names are text: the line is valid
		if _, known := fields[key]; known {
			twice = append(twice, key)
		}
		fields[key] = value
	}
	return fields, twice, nil
}
