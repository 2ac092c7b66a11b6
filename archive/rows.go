package archive

import (
	"crypto/sha256"
	"encoding/binary"
	"iter"
	"reflect"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/internal/runs"
)

// rowsAtOnce is how many rows of a table are held in memory; more lie in a
// temporary file. Tests lower it.
var rowsAtOnce = 1 << 14

// A row is one noun with its place.
type row struct {
	noun  hierarchy.Noun
	place diag.Place
}

// An Archive is a folder that was read: its rows by table, in the order of
// their files.
type Archive struct {
	rows  map[string]*runs.Sorter[row]
	keys  map[string]map[mark]bool // by table, made when first asked for
	files []string                 // of places
	aside runs.Files
}

// Close lets go of temporary files.
func (a *Archive) Close() error { return a.aside.Close() }

// Len is the number of rows of a table.
func (a *Archive) Len(table string) int {
	if a.rows[table] == nil {
		return 0
	}
	return a.rows[table].Len()
}

// each gives the rows of a table, as often as it is asked.
func (a *Archive) each(table string) iter.Seq2[*row, error] {
	if a.rows[table] == nil {
		return func(func(*row, error) bool) {}
	}
	return a.rows[table].All()
}

func (a *Archive) add(r row) error {
	table := r.noun.Table()
	if a.rows[table] == nil {
		a.rows[table] = runs.New(a.order(r.noun))
	}
	return a.rows[table].Add(r)
}

// order keeps the rows of one table in the order in which they come.
func (a *Archive) order(n hierarchy.Noun) runs.Order[row] {
	fields, of := hierarchy.FieldsOfNoun(n), reflect.TypeOf(n).Elem()
	reader := hierarchy.NewFieldReader(fields, func(hierarchy.FieldInfo) bool { return true })
	return runs.Order[row]{Name: "rows of " + n.Table(), Limit: rowsAtOnce, Scratch: a.aside.Open,
		Compare: func(*row, *row) int { return 0 },
		Encode: func(b []byte, r *row) []byte {
			b = binary.AppendUvarint(b, uint64(a.file(r.place.File)))
			b = binary.AppendUvarint(b, uint64(r.place.Line))
			return hierarchy.AppendFields(b, r.noun, fields)
		},
		Decode: func(b []byte, r *row) error {
			file, n := binary.Uvarint(b)
			if n <= 0 || file >= uint64(len(a.files)) {
				return runs.ErrCut
			}
			line, m := binary.Uvarint(b[n:])
			if m <= 0 {
				return runs.ErrCut
			}
			r.place = diag.Place{File: a.files[file], Line: int(line)}
			r.noun = reflect.New(of).Interface().(hierarchy.Noun)
			return reader.Read(b[n+m:], r.noun)
		}}
}

// file numbers a file.
func (a *Archive) file(name string) int {
	i := slices.Index(a.files, name)
	if i < 0 {
		i = len(a.files)
		a.files = append(a.files, name)
	}
	return i
}

// A mark stands for a text: no two texts have one, and it takes less room.
type mark [16]byte

func markOf(text string) mark {
	sum := sha256.Sum256([]byte(text))
	return mark(sum[:16])
}

// byKey is the set of a table's keys.
func (a *Archive) byKey(table string) (map[mark]bool, error) {
	if a.keys[table] == nil {
		keys := make(map[mark]bool, a.Len(table))
		for r, err := range a.each(table) {
			if err != nil {
				return nil, err
			}
			keys[markOf(r.noun.Key())] = true
		}
		a.keys[table] = keys
	}
	return a.keys[table], nil
}
