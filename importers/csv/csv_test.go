package csv

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/importers"
	"turnover/importers/importertest"
	"turnover/internal/diag"
)

func TestReader(t *testing.T) {
	for _, c := range []struct {
		name, text string
		entries    []string
		found      []string
	}{
		{"sep line", "sep=;\nSequence;Shot\nA;1,5\n", []string{"-/A/-/1,5= -"}, nil},
		{"lone carriage returns", "Sequence,Shot\rA,1\rA,2", []string{"-/A/-/1= -", "-/A/-/2= -"}, nil},
		{"line break inside quotes", "Sequence,Shot,Description\r\nA,1,\"one\r\ntwo\"\r\nA,\"\"\"\",x", []string{"-/A/-/1= -", `-/A/-/"= -`}, nil},
		{"quote swallows a row", "Sequence,Shot,Description\nA,1,\"open\nA,2,\"shut\"\nA,3,x\n", []string{"-/A/-/1= -", "-/A/-/2= -", "-/A/-/3= -"}, []string{"CSV007 :2:5"}},
		{"text after a quote", "Sequence,Shot\nA,\"1\"b\n", []string{`-/A/-/"1"b= -`}, []string{"CSV008 :2:3"}},
		{"characters, not bytes", "Sequence,Shot,Frames\néé,走,x\n", []string{"-/éé/-/走= -"}, []string{"SHT030 :2:6"}},
		{"zero byte", "Sequence,Shot\nA,1\x00\n", nil, []string{"CSV003 :2"}},
		{"two encodings", "Sequence,Shot\né,1\n\xe9,2\n", []string{"-/Ã©/-/1= -", "-/é/-/2= -"}, []string{"CSV006 :3"}},
		{"padding stays", "Sequence,Shot\n010,0010\n", []string{"-/010/-/0010= -"}, nil},
		{"rewritten names", "Sequence,Shot\nA,1E10\nA,Mar-10\nA,#REF!\n", []string{"-/A/-/1E10= -", "-/A/-/Mar-10= -"}, []string{"SHT023 :2:3", "SHT023 :3:3", "SHT021 :4:3"}},
		{"a blank sequence is not guessed", "Sequence,Shot\nA,1\nA,2\n,3\n", []string{"-/A/-/1= -", "-/A/-/2= -", "-/-/-/3= -"}, []string{"SHT027 :4:1"}},
		{"note below", "Sequence,Shot\nA,1\n,\n,made by Eve\n", []string{"-/A/-/1= -"}, []string{"SHT007 :4"}},
		{"header again", "Sequence,Shot\nA,1\nSequence,Shot\nA,2\n", []string{"-/A/-/1= -", "-/A/-/2= -"}, nil},
		{"a row of commas", "Sequence,Shot\nA,1\nA,2" + strings.Repeat(",", 100_000) + "\nA,3\n", []string{"-/A/-/1= -", "-/A/-/2= -", "-/A/-/3= -"}, []string{"CSV010 :3:16386"}},
		{"table beside", "Sequence,Shot,,Key,Meaning\nA,1,,R,Retake\n", []string{"-/A/-/1= -"}, []string{"SHT013 :1:16"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, found := parse(t, "a.csv", c.text, importers.Options{})
			var got []string
			for _, e := range list.Entries {
				got = append(got, say(e))
			}
			if !slices.Equal(got, c.entries) {
				t.Errorf("entries %q, want %q", got, c.entries)
			}
			if got := codes(found, diag.Warning); !slices.Equal(got, c.found) {
				t.Errorf("found %q, want %q", got, c.found)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	text := "Sequence,Shot\n" + strings.Repeat("A,1\n", 100)
	for _, l := range []importers.Limits{{Rows: 50}, {Cells: 20}, {Bytes: 10}, {Time: time.Nanosecond}} {
		_, found := parse(t, "a.csv", text, importers.Options{Limits: l})
		if !found.HasErrors() {
			t.Errorf("limits %+v let 100 rows pass", l)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := New().Import(ctx, importers.File{Name: "a.csv", Bytes: []byte(text)}, importers.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled import gives %v", err)
	}
}

func FuzzImport(f *testing.F) {
	for _, s := range []string{"Sequence,Shot,Frames\nA,1,2\n", "sep=;\nShot;Assets\n1;\"Rock, big\" x2 (a)\n", "\xff\xfeS\x00h\x00", "Shot\n\"open", "Name\tDuration\n1\t00:00:01:00\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file := importers.File{Name: "a.csv", Bytes: b}
		New().Claims(file)
		list, found := importertest.Bounded(t, New(), file, importers.Options{})
		importertest.Promises(t, file, list, found)
		for _, e := range list.Entries {
			if list.Kind == importers.Shots && !e.Shot.Given() {
				t.Fatalf("a shot without a name at %s", e.Place)
			}
		}
	})
}

func BenchmarkImport(b *testing.B) {
	b.ReportAllocs()
	var text strings.Builder
	text.WriteString("Episode,Sequence,Name,Description,Nb Frames,Frame In,Frame Out\n")
	for i := range 100_000 {
		fmt.Fprintf(&text, "E01,SQ%03d,SH%06d,\"Pan L-R, rain\",48,1001,1048\n", i/100, i)
	}
	file := importers.File{Name: "a.csv", Bytes: []byte(text.String())}
	b.SetBytes(int64(len(file.Bytes)))
	for b.Loop() {
		if list, _, err := New().Import(context.Background(), file, importers.Options{}); err != nil || len(list.Entries) != 100_000 {
			b.Fatal(len(list.Entries), err)
		}
	}
}

func TestGuardedTexts(t *testing.T) {
	for guarded, want := range map[string]string{"'=A1": "=A1", "''=A1": "'=A1", "'-x": "-x", "'": "'", "'a": "'a", "'-": "'-", "=A1": "=A1", "it's": "it's"} {
		if got := unguarded(guarded); got != want {
			t.Errorf("%q is read as %q, want %q", guarded, got, want)
		}
	}
}
