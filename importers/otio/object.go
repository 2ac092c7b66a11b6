package otio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// deepest is how far a timeline may be nested: programs nest a few levels.
const deepest = 128

var errTooDeep = fmt.Errorf("it is nested deeper than %d levels", deepest)

// An object is one JSON object with the byte at which it begins.
type object struct {
	at     int64
	fields map[string]any // *object, []any, string, json.Number, bool, nil
}

// schema is the kind without its version: "Clip" of "Clip.2".
func (o *object) schema() string {
	name, _, _ := strings.Cut(o.text("OTIO_SCHEMA"), ".")
	return name
}

func (o *object) text(key string) string {
	s, _ := o.fields[key].(string)
	return s
}

func (o *object) object(key string) *object {
	v, _ := o.fields[key].(*object)
	if v == nil {
		return &object{at: o.at}
	}
	return v
}

func (o *object) has(key string) bool {
	v, ok := o.fields[key].(*object)
	return ok && v != nil
}

// objects lists the objects of an array.
func (o *object) objects(key string) []*object {
	list, _ := o.fields[key].([]any)
	var out []*object
	for _, v := range list {
		if one, ok := v.(*object); ok {
			out = append(out, one)
		}
	}
	return out
}

func (o *object) texts(key string) []string {
	list, _ := o.fields[key].([]any)
	var out []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// A reader builds objects from JSON as OpenTimelineIO writes it.
type reader struct {
	ctx    context.Context
	dec    *json.Decoder
	values int64 // read so far
	limit  int64
}

var errTooMany = errors.New("it holds more values than allowed")

// read gives the root object; offset is where reading ended.
func read(ctx context.Context, text string, limit int64) (root *object, offset int64, err error) {
	r := &reader{ctx: ctx, dec: json.NewDecoder(strings.NewReader(plainNumbers(text))), limit: limit}
	r.dec.UseNumber()
	v, err := r.value(0)
	if err != nil {
		return nil, r.dec.InputOffset(), err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, r.dec.InputOffset(), errors.New("something follows the end of the timeline")
	}
	root, _ = v.(*object)
	if root == nil {
		return nil, 0, errors.New("it is no object")
	}
	return root, r.dec.InputOffset(), nil
}

func (r *reader) value(depth int) (any, error) {
	if depth > deepest {
		return nil, errTooDeep
	}
	if r.values++; r.values > r.limit {
		return nil, errTooMany
	}
	if r.values%4096 == 0 && r.ctx.Err() != nil {
		return nil, r.ctx.Err()
	}
	token, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return r.object(depth)
	case json.Delim('['):
		list := []any{}
		for r.dec.More() {
			v, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := r.dec.Token()
		return list, err
	}
	return token, nil
}

func (r *reader) object(depth int) (any, error) {
	o := &object{at: r.dec.InputOffset() - 1, fields: map[string]any{}}
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		if o.fields[name], err = r.value(depth + 1); err != nil {
			return nil, err
		}
	}
	_, err := r.dec.Token()
	return o, err
}

// odd are the numbers that OpenTimelineIO writes and JSON does not have.
var odd = []string{"-Infinity", "Infinity", "-Inf", "Inf", "-inf", "inf", "-nan", "nan", "-NaN", "NaN"}

// plainNumbers writes 0 where JSON has no such number, in as many bytes, so
// that places stay.
func plainNumbers(text string) string {
	var b []byte
	inside := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case !inside && (c == '-' || c == 'I' || c == 'i' || c == 'n' || c == 'N'):
			for _, word := range odd {
				if !strings.HasPrefix(text[i:], word) {
					continue
				}
				if b == nil {
					b = []byte(text)
				}
				copy(b[i:], "0"+strings.Repeat(" ", len(word)-1))
				i += len(word) - 1
				break
			}
		}
	}
	if b == nil {
		return text
	}
	return string(b)
}
