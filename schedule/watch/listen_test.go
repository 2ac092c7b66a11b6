package watch

import (
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"
)

// What came between a look and the listening was not heard: a folder that is
// listened to anew is looked at again, once.
func TestListeningAnewLooksAgain(t *testing.T) {
	dir := t.TempDir()
	s := NewScanner(Folder{Name: "in", Path: dir}, &Filer{Log: zerolog.Nop()}, nil)
	l := s.listen()
	defer l.close()
	if l.events == nil {
		t.Skip("this system gives no events")
	}
	woken := func() bool { return len(l.woken) == 1 && <-l.woken == struct{}{} }
	for _, c := range []struct {
		folders []string
		want    bool
	}{{[]string{"."}, true}, {[]string{"."}, false}, {nil, false}, {[]string{"."}, true}, {[]string{".", filepath.Base(t.TempDir())}, false}} {
		if l.follow(c.folders); woken() != c.want {
			t.Errorf("following %q: looked again: %v", c.folders, !c.want)
		}
	}
}
