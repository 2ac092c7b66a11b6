package hierarchy

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// A FieldInfo describes one stored field of a noun.
type FieldInfo struct {
	Name  string // column in the databases
	JSON  string // key in archives; "" where archives do not have it
	Index []int  // for reflect.Value.FieldByIndex
	Type  reflect.Type
}

// fieldSet is a noun's fields, and where each stands by name.
type fieldSet struct {
	list   []FieldInfo
	byName map[string]int
}

var fieldCache sync.Map // reflect.Type → *fieldSet

// FieldsOfNoun lists the stored fields of a noun in the order of its struct.
// It is how tables are described once: by the struct.
func FieldsOfNoun(n Noun) []FieldInfo { return fieldsOf(n).list }

func fieldsOf(n Noun) *fieldSet {
	t := reflect.TypeOf(n).Elem()
	if got, ok := fieldCache.Load(t); ok {
		return got.(*fieldSet)
	}
	out := &fieldSet{byName: map[string]int{}}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		key := name
		if name == "-" {
			key = ""
		}
		if col, ok := f.Tag.Lookup("col"); ok {
			name = col
		}
		if name == "-" || name == "" {
			continue
		}
		out.byName[name] = len(out.list)
		out.list = append(out.list, FieldInfo{name, key, f.Index, f.Type})
	}
	fieldCache.Store(t, out)
	return out
}

// Get reads a field of a row, or one key of its data ("data.frame_in").
func Get(n Noun, field string) (Value, error) {
	name, key, isKey := strings.Cut(field, ".")
	v, err := fieldByName(n, name)
	if err != nil {
		return "", err
	}
	if isKey {
		d, ok := v.Interface().(Data)
		if !ok {
			return "", fmt.Errorf("%s has no keys in %q", n.Table(), name)
		}
		return d.Get(key), nil
	}
	return ValueOf(v.Interface()), nil
}

var textType, idType, numberType = reflect.TypeFor[string](), reflect.TypeFor[ID](), reflect.TypeFor[*int64]()

// Set writes a field of a row, or one key of its data.
func Set(n Noun, field string, value Value) error {
	name, key, isKey := strings.Cut(field, ".")
	v, err := fieldByName(n, name)
	if err != nil {
		return err
	}
	if isKey {
		d, ok := v.Interface().(Data)
		if !ok {
			return fmt.Errorf("%s has no keys in %q", n.Table(), name)
		}
		v.Set(reflect.ValueOf(d.With(key, value)))
		return nil
	}
	if plain, ok := value.plain(); ok && (v.Type() == textType || v.Type() == idType) {
		v.SetString(plain)
		return nil
	}
	if v.Type() == numberType {
		if n, ok := value.number(); ok {
			v.Set(reflect.ValueOf(&n))
			return nil
		}
	}
	fresh := reflect.New(v.Type())
	if value != "" && value != "null" {
		if err := json.Unmarshal([]byte(value), fresh.Interface()); err != nil {
			return fmt.Errorf("set %s of %s: %w", field, n.Table(), err)
		}
	}
	v.Set(fresh.Elem())
	return nil
}

func fieldByName(n Noun, name string) (reflect.Value, error) {
	set := fieldsOf(n)
	at, ok := set.byName[name]
	if !ok {
		return reflect.Value{}, fmt.Errorf("%s has no field %q", n.Table(), name)
	}
	return reflect.ValueOf(n).Elem().FieldByIndex(set.list[at].Index), nil
}

// Patch sets the fields of a row after checking that each is as planned; a
// *StaleError says which is not. Absent and null are one in a comparison.
func Patch(n Noun, fields []FieldChange) error {
	for _, f := range fields {
		now, err := Get(n, f.Field)
		if err != nil {
			return err
		}
		if now.OrNull() != f.Before.OrNull() {
			return &StaleError{RefOf(n), f.Field, f.Before.OrNull(), now.OrNull()}
		}
	}
	for _, f := range fields {
		if err := Set(n, f.Field, f.After); err != nil {
			return err
		}
	}
	return nil
}

// OrNull writes an absent value as null.
func (v Value) OrNull() Value {
	if v == "" {
		return "null"
	}
	return v
}

// Clone copies a row; documents and pointers are shared, since nothing writes
// through them.
func Clone[T any](row *T) *T {
	c := *row
	return &c
}
