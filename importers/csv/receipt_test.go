package csv

import (
	"context"
	"slices"
	"testing"

	"turnover/importers"
)

// TestReceiptColumns leaves the pair of columns out that an answered list has
// more, and nothing else of that name.
func TestReceiptColumns(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		opts   importers.Options
		fields []string // kept as metadata
		said   bool
	}{
		"answered":        {text: "turnover,turnover_why (APPLIED),Sequence,Shot\ncreated,nb_frames 48,SQ010,0010\n", said: true},
		"at the end":      {text: "Sequence,Shot,Turnover,Turnover why\nSQ010,0010,created,\n", said: true},
		"an editor's own": {text: "Sequence,Shot,Turnover\nSQ010,0010,2026-01-05\n", fields: []string{"Turnover"}},
		"not beside":      {text: "turnover,Sequence,Shot,turnover_why\n1,SQ010,0010,2\n", fields: []string{"turnover", "turnover_why"}},
		"metadata":        {text: "turnover,turnover_why,Sequence,Shot\n1,2,SQ010,0010\n", opts: importers.Options{Descriptors: []string{"Turnover"}}, fields: []string{"Turnover", "turnover_why"}},
	} {
		t.Run(name, func(t *testing.T) {
			list, found, err := New().Import(context.Background(), importers.File{Name: "a.csv", Bytes: []byte(c.text)}, c.opts)
			if err != nil || len(list.Entries) != 1 || found.HasErrors() {
				t.Fatalf("%d entries, %v, %v", len(list.Entries), found, err)
			}
			var got []string
			for _, f := range list.Entries[0].Fields {
				got = append(got, f.Name)
			}
			if !slices.Equal(got, c.fields) {
				t.Errorf("fields %q, want %q", got, c.fields)
			}
			said := false
			for _, d := range found {
				said = said || d.Code == importers.CodeReceipt
			}
			if said != c.said {
				t.Errorf("said: %v, findings %v", said, found)
			}
			if e := list.Entries[0]; e.Shot.Text != "0010" || e.Sequence.Text != "SQ010" {
				t.Errorf("entry %+v", e)
			}
		})
	}
}

func TestRecords(t *testing.T) {
	text := "sep=;\r\nSequence;Shot;Notes\r\nSQ010;0010;\"two\r\nlines\"\r\n\r\nSQ010;0020;\"open\r\nSQ010;0030;x"
	lines, delimiter := Records(importers.File{Name: "a.csv", Bytes: []byte(text)}, importers.Options{})
	if want := []int{2, 3, 5, 6, 7}; !slices.Equal(lines, want) || delimiter != ';' {
		t.Errorf("records begin at %v under %q, want %v", lines, delimiter, want)
	}
	if lines, _ := Records(importers.File{Bytes: []byte("%PDF-1.4")}, importers.Options{}); lines != nil {
		t.Errorf("a PDF has records at %v", lines)
	}
}
