package diag

import "encoding/json"

// wire is the form of the JSON contract: an absent value is null.
type wire struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`
	File     string   `json:"file"`
	Sheet    *string  `json:"sheet"`
	Line     *int     `json:"line"`
	Column   *int     `json:"column"`
	Cell     *string  `json:"cell"`
	Summary  string   `json:"summary"`
	Detail   string   `json:"detail"`
}

// MarshalJSON writes the flat form of the JSON contract.
func (d Diagnostic) MarshalJSON() ([]byte, error) {
	return json.Marshal(wire{d.Severity, d.Code, d.Place.File, orNil(d.Place.Sheet), orNil(d.Place.Line),
		orNil(d.Place.Column), orNil(d.Place.Cell), d.Summary, d.Detail})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Diagnostic) UnmarshalJSON(b []byte) error {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*d = Diagnostic{w.Severity, w.Code, Place{w.File, value(w.Sheet), value(w.Line), value(w.Column), value(w.Cell)}, w.Summary, w.Detail}
	return nil
}

func orNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
