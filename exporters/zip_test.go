package exporters

import (
	"archive/zip"
	"bytes"
	"io"
	"math/rand"
	"os"
	"slices"
	"testing"
)

// parts are more than a spool keeps in memory, and cannot be compressed.
func parts() map[string][]byte {
	long := make([]byte, 3*spooled+17)
	rand.New(rand.NewSource(1)).Read(long)
	return map[string][]byte{"b.xml": long, "a.xml": []byte("<a/>"), "empty.xml": nil,
		typesName: []byte(`<Types><Default Extension="xml" ContentType="b"></Default><Default Extension="png" ContentType="a"></Default></Types>`)}
}

func zipped(t *testing.T, order ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := NewStableZip(&out)
	for _, name := range order {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		for piece := range slices.Chunk(parts()[name], 100_000) {
			if _, err := w.Write(piece); err != nil {
				t.Fatal(err)
			}
		}
	}
	if out.Len() != 0 {
		t.Error("bytes are written before the end")
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestStableZip(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	first := zipped(t, "b.xml", typesName, "empty.xml", "a.xml")
	if !bytes.Equal(first, zipped(t, "a.xml", "empty.xml", "b.xml", typesName)) {
		t.Error("another order gives other bytes")
	}
	r, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range r.File {
		names = append(names, f.Name)
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(in) // checks the sum
		want := parts()[f.Name]
		if f.Name == typesName {
			want = []byte(`<Types><Default Extension="png" ContentType="a"></Default><Default Extension="xml" ContentType="b"></Default></Types>`)
		}
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes (%v), want %d", f.Name, len(got), err, len(want))
		}
	}
	if !slices.Equal(names, []string{typesName, "a.xml", "b.xml", "empty.xml"}) {
		t.Errorf("parts are %q", names)
	}
}

func TestNothingStaysBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	zipped(t, "b.xml")
	z := NewStableZip(io.Discard)
	w, err := z.Create("b.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(parts()["b.xml"]); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d temporary files while writing, want 1", len(left))
	}
	z.Discard()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d temporary files are left", len(left))
	}
}
