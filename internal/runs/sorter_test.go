package runs

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// paper is a scratch in memory that fails after some bytes; negative: never.
type paper struct {
	bytes.Buffer
	left int
}

var errFull = errors.New("no space left")

func (p *paper) Write(b []byte) (int, error) {
	if p.left >= 0 && len(b) > p.left {
		return 0, errFull
	}
	if p.left >= 0 {
		p.left -= len(b)
	}
	return p.Buffer.Write(b)
}

func (p *paper) ReadAt(b []byte, at int64) (int, error) {
	return bytes.NewReader(p.Bytes()).ReadAt(b, at)
}

// A word is sorted by its key alone; the text tells equal ones apart.
type word struct {
	key  int64
	text string
}

func words(limit int, scratch func() (Scratch, error)) *Sorter[word] {
	return New(Order[word]{Name: "words", Limit: limit, Scratch: scratch,
		Compare: func(a, b *word) int { return cmp.Compare(a.key, b.key) },
		Encode:  func(b []byte, w *word) []byte { return AppendText(binary.AppendVarint(b, w.key), w.text) },
		Decode: func(b []byte, w *word) error {
			f := Read(b)
			*w = word{f.Int(), f.Text()}
			return f.Err()
		}})
}

func read(t rapid.TB, s *Sorter[word]) []word {
	t.Helper()
	var out []word
	for w, err := range s.All() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, *w)
	}
	return out
}

// However many rows a run has, rows come as a stable sort in memory gives them,
// any number of times, and when more are added in between.
func TestRowsComeAsInMemory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := &paper{left: -1}
		spilled := words(rapid.IntRange(0, 10).Draw(r, "limit"), func() (Scratch, error) { return p, nil })
		memory := words(1, nil)
		var want []word
		for range rapid.IntRange(1, 3).Draw(r, "rounds") {
			for range rapid.IntRange(0, 40).Draw(r, "rows") {
				w := word{rapid.Int64Range(-2, 2).Draw(r, "key"), fmt.Sprint(len(want)) + rapid.StringN(0, 3, 200).Draw(r, "text")}
				want = append(want, w)
				if err := errors.Join(spilled.Add(w), memory.Add(w)); err != nil {
					r.Fatal(err)
				}
				if rapid.IntRange(0, 9).Draw(r, "spill") == 0 {
					if err := spilled.Spill(); err != nil {
						r.Fatal(err)
					}
				}
			}
			slices.SortStableFunc(want, func(a, b word) int { return cmp.Compare(a.key, b.key) })
			for range 2 {
				if got := read(r, spilled); !slices.Equal(got, want) || spilled.Len() != len(want) {
					r.Fatalf("%d rows: got\n%v\nwant\n%v", spilled.Len(), got, want)
				}
				if got := read(r, memory); !slices.Equal(got, want) {
					r.Fatalf("in memory: got\n%v\nwant\n%v", got, want)
				}
			}
		}
	})
}

func TestRowsCanBeLeftEarly(t *testing.T) {
	for _, limit := range []int{3, 100} {
		s := words(limit, func() (Scratch, error) { return &paper{left: -1}, nil })
		for i := range 20 {
			if err := s.Add(word{key: int64(19 - i)}); err != nil {
				t.Fatal(err)
			}
		}
		var got []int64
		for w, err := range s.All() {
			if err != nil {
				t.Fatal(err)
			}
			if got = append(got, w.key); len(got) == 4 {
				break
			}
		}
		if !slices.Equal(got, []int64{0, 1, 2, 3}) {
			t.Errorf("limit %d: %v", limit, got)
		}
	}
}

// No more rows are in memory than the limit says.
func TestRowsInMemoryAreBounded(t *testing.T) {
	s := words(8, func() (Scratch, error) { return &paper{left: -1}, nil })
	for i := range 1000 {
		if err := s.Add(word{key: int64(i)}); err != nil {
			t.Fatal(err)
		}
		if len(s.rows) >= 8 || cap(s.rows) > 16 {
			t.Fatalf("%d rows in room for %d", len(s.rows), cap(s.rows))
		}
	}
}

// A full disk and a scratch that cannot be opened are errors with the rows' name.
func TestAScratchThatFailsIsAnError(t *testing.T) {
	shut := errors.New("no such folder")
	for _, c := range []struct {
		open func() (Scratch, error)
		want error
	}{
		{func() (Scratch, error) { return &paper{left: 0}, nil }, errFull},
		{func() (Scratch, error) { return &paper{left: 40}, nil }, errFull},
		{func() (Scratch, error) { return nil, shut }, shut},
	} {
		s := words(2, c.open)
		var err error
		for i := 0; i < 30 && err == nil; i++ {
			err = s.Add(word{text: "some text"})
		}
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), "keep words outside memory") {
			t.Errorf("got %v, want %v", err, c.want)
		}
	}
	if err := words(2, func() (Scratch, error) { return nil, shut }).Add(word{}); err != nil {
		t.Errorf("few rows need no scratch: %v", err)
	}
	// The last rows are written when all are asked for.
	s := words(2, func() (Scratch, error) { return &paper{left: 8}, nil })
	for range 3 {
		if err := s.Add(word{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := failure(s); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

func failure(s *Sorter[word]) error {
	for _, err := range s.All() {
		if err != nil {
			return err
		}
	}
	return nil
}

// Whatever is lost at the end of a scratch, even whole rows, is an error and
// never a short table; other bytes in it never panic.
func TestADamagedScratchIsAnError(t *testing.T) {
	made := func() (*paper, *Sorter[word]) {
		p := &paper{left: -1}
		s := words(2, func() (Scratch, error) { return p, nil })
		for i := range 6 {
			if err := s.Add(word{int64(i), strings.Repeat("x", i)}); err != nil {
				t.Fatal(err)
			}
		}
		return p, s
	}
	whole, _ := made()
	for keep := range whole.Len() {
		p, s := made()
		p.Truncate(keep)
		if err := failure(s); err == nil || !strings.Contains(err.Error(), "read words back") {
			t.Errorf("%d of %d bytes: %v", keep, whole.Len(), err)
		}
	}
	for at := range whole.Len() {
		for _, bits := range []byte{0x01, 0x80, 0xff} {
			p, s := made()
			p.Bytes()[at] ^= bits
			n := 0
			for range s.All() {
				n++
			}
			if n > 12 {
				t.Errorf("byte %d: %d rows of 6", at, n)
			}
		}
	}
}

func TestFilesLeaveNothing(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var files Files
	s := words(3, files.Open)
	for i := range 20 {
		if err := s.Add(word{key: int64(-i)}); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("a kill would leave %v (%v)", left, err)
	}
	if got := read(t, s); len(got) != 20 || got[0].key != -19 {
		t.Errorf("read back %v", got)
	}
	if err := files.Close(); err != nil || len(files) != 0 {
		t.Errorf("%d files, %v", len(files), err)
	}
}
