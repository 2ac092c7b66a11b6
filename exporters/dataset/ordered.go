package dataset

import (
	"iter"
	"reflect"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/runs"
	"turnover/internal/table"
)

// orderedMemory is how many bytes of rows one stream holds while it sorts.
const orderedMemory = 8 << 20

// ordered gives a table's rows of the production in an order. Those that are
// equal in it come as they lie in the table, which is by id: who does not look
// at ids need not have them.
func ordered[T any](f *facts, name string, fields []field[T], compare func(a, b *T) int) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		var files runs.Files
		defer func() { _ = files.Close() }() // nothing in them is worth an error
		s := runs.New(runs.Order[T]{Name: name, Compare: compare, Encode: keepFields(fields), Decode: readFields(fields), Scratch: files.Open})
		if err := gather(f, name, fields, s); err != nil {
			yield(nil, err)
			return
		}
		for row, err := range s.All() {
			if err != nil {
				yield(nil, err)
				return
			}
			one := *row // the sorter's own is another one soon
			if !yield(&one, nil) {
				return
			}
		}
	}
}

// gather reads the production's rows of a table into a sorter.
func gather[T any](f *facts, name string, fields []field[T], to *runs.Sorter[T]) error {
	columns, held, size := columnsOfFields(fields), 0, int(reflect.TypeFor[T]().Size())
	for cells, err := range f.r.rows(f.ctx, name, append(slices.Clone(columns), text(projectColumn, "")), string(f.dim.Project.ID)) {
		if err != nil {
			return err
		}
		var row T
		fill(fields, cells, &row)
		if err := to.Add(row); err != nil {
			return err
		}
		if held += size + lengths(cells); held > f.memory {
			if err := to.Spill(); err != nil {
				return err
			}
			held = 0
		}
	}
	return nil
}

// lengths adds the texts of a row up.
func lengths(cells table.Row) (n int) {
	for _, cell := range cells {
		if s, ok := cell.(string); ok {
			n += len(s)
		}
	}
	return n
}

func keepFields[T any](fields []field[T]) func([]byte, *T) []byte {
	infos := infosOf(fields)
	return func(b []byte, row *T) []byte { return hierarchy.AppendFields(b, any(row).(hierarchy.Noun), infos) }
}

func readFields[T any](fields []field[T]) func([]byte, *T) error {
	reader := hierarchy.NewFieldReader(infosOf(fields), func(hierarchy.FieldInfo) bool { return true })
	return func(b []byte, row *T) error {
		*row = *new(T) // another one was in it
		return reader.Read(b, any(row).(hierarchy.Noun))
	}
}

// infosOf are the fields as the facts' own package knows them.
func infosOf[T any](fields []field[T]) []hierarchy.FieldInfo {
	return slices.DeleteFunc(slices.Clone(hierarchy.FieldsOfNoun(any(new(T)).(hierarchy.Noun))), func(info hierarchy.FieldInfo) bool {
		return !slices.ContainsFunc(fields, func(f field[T]) bool { return f.name == info.Name })
	})
}
