// Package schema describes the databases' tables once: the columns follow from
// the structs of the nouns and records, and only what a struct cannot say (keys,
// references, uniqueness, indexes) is written beside them. The SQL of both
// dialects is made of it.
package schema

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"turnover/hierarchy"
)

// A Kind is what a column holds.
type Kind int

// The kinds of columns. Documents (hierarchy.Data) are Text: they are kept byte
// for byte, which jsonb would not do.
const (
	Text  Kind = iota
	Int        // 64 bits
	Float      // double precision
	Bool
	Time // UTC with microseconds
	Day  // calendar day in no zone
	Blob
)

// A Column is one column of a table.
type Column struct {
	Name  string
	Kind  Kind
	Null  bool  // may be null
	Since int   // the migration that adds it to its table; 0 is the table's own
	Index []int // field of the table's struct, for reflect.Value.FieldByIndex
}

// A Foreign is a column that holds the id of a row of another table.
type Foreign struct{ Column, Table string }

// A Unique says which columns together belong to one row only. Rows with a null
// in one of them are free of it, but where Nulls is set: then null is a value
// like any other.
type Unique struct {
	Columns []string
	Nulls   bool
	Where   string // SQL: for which rows
	Taken   string // for people, {column} stands for its value
}

// A Reindex is a migration that gives a table an index, in place of another where
// it drops one.
type Reindex struct {
	Since      int
	Drop, Make []string // columns
}

// A Table is one table.
type Table struct {
	Name    string
	Columns []Column
	Key     []string // primary key
	Auto    bool     // the key is a number that the database gives
	Foreign []Foreign
	Unique  []Unique
	Indexes [][]string // those of its first migration
	Reindex []Reindex
	Since   int   // the migration that makes it; 0 is the first
	Stamps  []int // field of hierarchy.Stamps; nil where there is none
	row     reflect.Type
	byName  map[string]int
}

// New makes an empty row, a pointer to the table's struct.
func (t *Table) New() any { return reflect.New(t.row).Interface() }

// NewNoun makes an empty row of a noun's table.
func (t *Table) NewNoun() hierarchy.Noun { return t.New().(hierarchy.Noun) }

// IsNoun tells whether the table keeps a noun, not a record.
func (t *Table) IsNoun() bool { _, ok := t.New().(hierarchy.Noun); return ok }

// Column finds a column by name; nil where there is none.
func (t *Table) Column(name string) *Column {
	if i, ok := t.byName[name]; ok {
		return &t.Columns[i]
	}
	return nil
}

// Names lists the columns' names.
func (t *Table) Names() []string {
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		names[i] = t.Columns[i].Name
	}
	return names
}

// kindOf tells how a field's Go type is kept.
func kindOf(t reflect.Type) (kind Kind, null bool) {
	switch reflect.Zero(t).Interface().(type) {
	case hierarchy.ID, hierarchy.Data, *string:
		return Text, true
	case hierarchy.Day:
		return Day, true
	case hierarchy.Time:
		return Time, true
	case []byte:
		return Blob, true
	}
	if t.Kind() == reflect.Pointer {
		kind, _ = kindOf(t.Elem())
		return kind, true
	}
	switch t.Kind() {
	case reflect.String:
		return Text, false
	case reflect.Int64:
		return Int, false
	case reflect.Float64:
		return Float, false
	case reflect.Bool:
		return Bool, false
	}
	panic(fmt.Sprintf("no column can hold %s", t))
}

func newTable(name string, row reflect.Type, columns []Column, key []string) *Table {
	t := &Table{Name: name, Columns: columns, Key: key, row: row, byName: map[string]int{}}
	for i := range t.Columns {
		c := &t.Columns[i]
		for _, k := range key {
			c.Null = c.Null && k != c.Name
		}
		t.byName[c.Name] = i
	}
	if f, ok := row.FieldByName("Stamps"); ok {
		t.Stamps = f.Index
	}
	return t
}

func nounTable(n hierarchy.Noun) *Table {
	var columns []Column
	for _, f := range hierarchy.FieldsOfNoun(n) {
		kind, null := kindOf(f.Type)
		columns = append(columns, Column{Name: f.Name, Kind: kind, Null: null, Index: f.Index, Since: columnSince[n.Table()][f.Name]})
	}
	key := nounKeys[n.Table()]
	if key == nil {
		key = []string{"id"}
	}
	return newTable(n.Table(), reflect.TypeOf(n).Elem(), columns, key)
}

// recordTable derives a record's columns from the names of its fields.
func recordTable(name string, row any, key ...string) *Table {
	t := reflect.TypeOf(row)
	var columns []Column
	for _, f := range reflect.VisibleFields(t) {
		kind, null := kindOf(f.Type)
		column := snake(f.Name)
		if other, ok := recordNames[column]; ok {
			column = other
		}
		columns = append(columns, Column{Name: column, Kind: kind, Null: null, Index: f.Index})
	}
	return newTable(name, t, columns, key)
}

// recordNames are columns whose plain name would need quoting by everybody who
// looks into the database by hand.
var recordNames = map[string]string{"project": "project_id", "table": "table_name", "key": "row_key", "before": "value_before", "after": "value_after", "at": "done_at"}

// snake writes a field's name as a column: SourceSHA is source_sha.
func snake(name string) string {
	var b strings.Builder
	r := []rune(name)
	for i, c := range r {
		starts := i > 0 && unicode.IsUpper(c) && (unicode.IsLower(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1]))
		if starts {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
