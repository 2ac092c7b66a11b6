package sqlite

import (
	"iter"
	"path/filepath"
	"testing"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/sqlcore"
	"turnover/store/storetest"
)

// TestAKeptQuestionIsAskedTwiceAtOnce: a prepared statement gives the rows of one
// stream only; another one beside it must not disturb it.
func TestAKeptQuestionIsAskedTwiceAtOnce(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "turnover.db"))
	storetest.Apply(t, s, storetest.Shots(1000, 2))
	for range keptFrom + 1 {
		err := s.Read(t.Context(), func(r store.Reader) error {
			one, stopOne := iter.Pull2(r.Rows(t.Context(), "tasks", nil))
			defer stopOne()
			two, stopTwo := iter.Pull2(r.Rows(t.Context(), "tasks", nil))
			defer stopTwo()
			n := 0
			for {
				a, err, more := one()
				b, _, also := two()
				if err != nil || more != also {
					t.Fatalf("after %d rows: more in the first %v, in the second %v; %v", n, more, also, err)
				}
				if !more {
					break
				}
				if hierarchy.RefOf(a) != hierarchy.RefOf(b) {
					t.Fatalf("row %d: %v and %v", n, hierarchy.RefOf(a), hierarchy.RefOf(b))
				}
				n++
			}
			if n < 2000 {
				t.Errorf("got rows %d", n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestKeptQuestionsAreBounded(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "turnover.db"))
	for i := range keptMost + 50 {
		err := s.Read(t.Context(), func(r store.Reader) error {
			for range keptFrom {
				question := "SELECT 1 LIMIT " + string(rune('0'+i%10)) + " OFFSET " + string(rune('0'+i/10%10)) + " + " + string(rune('0'+i/100))
				err := r.(reader).Conn.Query(t.Context(), question, nil, func(s sqlcore.Scanner) error { var n int; return s.Scan(&n) })
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.asked.asked); n != keptMost {
		t.Errorf("kept questions: %d, want %d", n, keptMost)
	}
}
