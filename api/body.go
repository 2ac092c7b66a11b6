package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"turnover/hierarchy"
)

// A field of a schema. The checks and their texts are those of the library that
// Kitsu uses, so that its clients read the same.
type field struct {
	name     string
	kind     fieldKind
	required bool // and not null
	min      int  // characters of a text
}

type fieldKind int

const (
	textField fieldKind = iota
	idField
	intField
	numberField
	boolField
	objectField
	listField
)

// A schema is what a body may hold; other keys are ignored.
type schema struct {
	name   string // as Kitsu calls it in a message
	fields []field
}

// values are a body's fields that are there and not null, by name.
type values map[string]hierarchy.Value

type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

func invalid(errs ...fieldError) *fault {
	return &fault{status: http.StatusBadRequest, body: dataError{true, "Validation error.", struct {
		Errors []fieldError `json:"errors"`
	}{errs}}}
}

// read checks a body against the schema, all of it at once.
func (s schema) read(c *call) (values, error) {
	raw, err := c.body()
	if err != nil {
		return nil, err
	}
	out, errs := s.values(raw)
	if len(errs) > 0 {
		return nil, invalid(errs...)
	}
	return out, nil
}

// values checks an object against the schema.
func (s schema) values(raw []byte) (values, []fieldError) {
	var got map[string]json.RawMessage
	if trimmed := bytes.TrimLeft(raw, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' && json.Valid(trimmed) {
		return nil, []fieldError{{"", "Input should be a valid dictionary or instance of " + s.name}}
	}
	if json.Unmarshal(raw, &got) != nil {
		got = nil // Kitsu takes what is no JSON for an empty object
	}
	out := values{}
	var errs []fieldError
	for _, f := range s.fields {
		sent, there := got[f.name]
		null := there && string(sent) == "null"
		switch {
		case !there && f.required:
			errs = append(errs, fieldError{f.name, "Field required"})
		case !there || null && !f.required:
		default:
			value, problem := f.check(sent)
			if problem != "" {
				errs = append(errs, fieldError{f.name, problem})
			}
			out[f.name] = value
		}
	}
	return out, errs
}

// check gives a field's value in its canonical form, or what is wrong with it.
func (f field) check(raw json.RawMessage) (hierarchy.Value, string) {
	value := hierarchy.ValueOf(raw)
	switch f.kind {
	case textField, idField:
		if raw[0] != '"' {
			return "", map[fieldKind]string{textField: "Input should be a valid string", idField: "UUID input should be a string, bytes or UUID object"}[f.kind]
		}
		if f.kind == idField {
			return checkID(value.Text())
		}
		if utf8.RuneCountInString(value.Text()) < f.min {
			return "", fmt.Sprintf("String should have at least %d character%s", f.min, map[bool]string{false: "s"}[f.min == 1])
		}
	case intField:
		return checkInt(value)
	case numberField:
		if n, err := strconv.ParseFloat(value.Text(), 64); err != nil || n-n != 0 {
			return "", "Input should be a valid number"
		}
	case boolField:
		if value != "true" && value != "false" {
			return "", "Input should be a valid boolean"
		}
	case objectField:
		if raw[0] != '{' {
			return "", "Input should be a valid dictionary"
		}
		return hierarchy.Value(raw), "" // kept byte for byte
	case listField:
		if raw[0] != '[' {
			return "", "Input should be a valid list"
		}
	}
	return value, ""
}

func checkID(text string) (hierarchy.Value, string) {
	if id, ok := canonicalID(text); ok {
		return hierarchy.ValueOf(id), ""
	}
	for i, c := range text {
		if !strings.ContainsRune("0123456789abcdefABCDEF-", c) {
			return "", fmt.Sprintf("Input should be a valid UUID, invalid character: found `%c` at %d", c, i+1)
		}
	}
	return "", fmt.Sprintf("Input should be a valid UUID, invalid length: expected length 32 for simple format, found %d", len(text))
}

// checkInt reads a whole number of 32 bits, which is what Kitsu's columns hold;
// a text that is one will do.
func checkInt(value hierarchy.Value) (hierarchy.Value, string) {
	switch value {
	case "true":
		return "1", "" // as Python counts
	case "false":
		return "0", ""
	}
	if value[0] == '{' || value[0] == '[' {
		return "", "Input should be a valid integer"
	}
	n, err := strconv.ParseFloat(value.Text(), 64)
	switch {
	case err != nil && value[0] == '"':
		return "", "Input should be a valid integer, unable to parse string as an integer"
	case err != nil:
		return "", "Input should be a valid integer"
	case n != float64(int64(n)):
		return "", "Input should be a valid integer, got a number with a fractional part"
	case n < -1<<31 || n >= 1<<31:
		return "", "Input should be between -2147483648 and 2147483647"
	}
	return hierarchy.ValueOf(int64(n)), ""
}

// body reads the request's body within the limit.
func (c *call) body() ([]byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, c.server.limits.Body))
	var large *http.MaxBytesError
	if err != nil && !errors.As(err, &large) {
		return nil, badParameter("The body ended early: %v", err)
	}
	if err == nil && !utf8.Valid(raw) {
		err = errNotUTF8
	}
	return raw, err
}

// jsonBody reads a body that has no schema, declared as JSON.
func (c *call) jsonBody() (json.RawMessage, error) {
	if kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, errNotJSON
	}
	raw, err := c.body()
	if err == nil && !json.Valid(raw) {
		err = errNotAnObject
	}
	return raw, err
}

// object reads a body without schema that is an object.
func (c *call) object() (map[string]json.RawMessage, error) {
	raw, err := c.jsonBody()
	if err != nil {
		return nil, err
	}
	var got map[string]json.RawMessage
	if json.Unmarshal(raw, &got) != nil || got == nil {
		return nil, errNotAnObject
	}
	return got, nil
}

// text gives a text; "" where it is absent.
func (v values) text(name string) string { return v[name].Text() }

// id gives an id; "" where it is absent.
func (v values) id(name string) hierarchy.ID { return hierarchy.ID(v.text(name)) }

// pointer gives a text, nil where it is absent.
func (v values) pointer(name string) *string {
	if _, ok := v[name]; !ok {
		return nil
	}
	return hierarchy.Ptr(v.text(name))
}

// number gives a whole number, nil where it is absent.
func (v values) number(name string) *int64 {
	n, err := strconv.ParseInt(string(v[name]), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

// data gives a document; nil where it is absent.
func (v values) data(name string) hierarchy.Data { return hierarchy.Data(v[name]) }
