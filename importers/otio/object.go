package otio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"turnover/importers"
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

// kept are the fields that say something of a cut. The others, which may be the
// most of a file, are read over.
var kept = map[string]bool{
	"OTIO_SCHEMA": true, "active_media_reference_key": true, "available_range": true, "children": true, "comment": true, "duration": true,
	"effects": true, "enabled": true, "generator_kind": true, "global_start_time": true, "in_offset": true, "kind": true, "markers": true,
	"media_reference": true, "media_references": true, "metadata": true, "name": true, "name_prefix": true, "out_offset": true, "rate": true,
	"source_range": true, "start_time": true, "target_url": true, "time_scalar": true, "tracks": true, "transition_type": true, "value": true,
}

// keeps tells whether a field of an object is kept. Media have names of their
// own, and of metadata only the adapter's own is read.
func keeps(parent, name string) bool {
	switch parent {
	case "media_references":
		return true
	case "metadata":
		return name == "cmx_3600"
	case "cmx_3600":
		return name == "reel" || name == "comments"
	}
	return kept[name]
}

// A reader builds objects from JSON as OpenTimelineIO writes it.
type reader struct {
	ctx    context.Context
	dec    *json.Decoder
	values int64 // read so far
	limit  int64
	items  int // of arrays that are kept
	most   int
}

var errTooMany = errors.New("it holds more values than allowed")

// read gives the root object; offset is where reading ended.
func read(ctx context.Context, text string, limits importers.Limits) (root *object, offset int64, err error) {
	r := &reader{ctx: ctx, dec: json.NewDecoder(&plain{text: text}), limit: limits.Cells, most: limits.Rows}
	r.dec.UseNumber()
	v, err := r.value("", 0)
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

func (r *reader) value(name string, depth int) (any, error) {
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
		return r.object(name, depth)
	case json.Delim('['):
		return r.list(name, depth)
	}
	return token, nil
}

// list reads an array: of the objects that a cut consists of, or of comments.
func (r *reader) list(name string, depth int) (any, error) {
	list, wanted := []any{}, name == "children" || name == "effects" || name == "markers" || name == "comments"
	for r.dec.More() {
		if !wanted {
			if err := r.skip(depth + 1); err != nil {
				return nil, err
			}
			continue
		}
		v, err := r.value(name, depth+1)
		if err != nil {
			return nil, err
		}
		switch v.(type) {
		case *object, string:
			if r.items++; r.items > r.most {
				return nil, errTooMany
			}
			list = append(list, v)
		}
	}
	_, err := r.dec.Token()
	return list, err
}

// object reads an object, the value of a field or an item of one.
func (r *reader) object(parent string, depth int) (any, error) {
	o := &object{at: r.dec.InputOffset() - 1, fields: map[string]any{}}
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		if !keeps(parent, name) {
			err = r.skip(depth + 1)
		} else {
			o.fields[name], err = r.value(name, depth+1)
		}
		if err != nil {
			return nil, err
		}
	}
	_, err := r.dec.Token()
	return o, err
}

// skip reads over a value.
func (r *reader) skip(depth int) error {
	for open := 0; ; {
		if r.values++; r.values > r.limit {
			return errTooMany
		}
		if r.values%4096 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		token, err := r.dec.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if open++; depth+open > deepest {
				return errTooDeep
			}
		case json.Delim('}'), json.Delim(']'):
			open--
		}
		if open == 0 {
			return nil
		}
	}
}

// odd are the numbers that OpenTimelineIO writes and JSON does not have.
var odd = []string{"-Infinity", "Infinity", "-Inf", "Inf", "-inf", "inf", "-nan", "nan", "-NaN", "NaN"}

// A plain reads text with 0 where JSON has no such number, in as many bytes, so
// that places stay.
type plain struct {
	text        string
	at          int  // next byte to give
	inside      bool // a string
	escaped     bool // the next byte of a string
	blanksUntil int  // the rest of an odd number
}

// Read gives the next bytes.
func (p *plain) Read(into []byte) (int, error) {
	if p.at >= len(p.text) {
		return 0, io.EOF
	}
	n := copy(into, p.text[p.at:])
	for i := range into[:n] {
		into[i] = p.next(into[i])
		p.at++
	}
	return n, nil
}

// next gives a byte as it is, or what stands for it.
func (p *plain) next(c byte) byte {
	switch {
	case p.at < p.blanksUntil:
		return ' '
	case p.escaped:
		p.escaped = false
	case p.inside && c == '\\':
		p.escaped = true
	case c == '"':
		p.inside = !p.inside
	case !p.inside && (c == '-' || c == 'I' || c == 'i' || c == 'n' || c == 'N'):
		for _, word := range odd {
			if strings.HasPrefix(p.text[p.at:], word) {
				p.blanksUntil = p.at + len(word)
				return '0'
			}
		}
	}
	return c
}
