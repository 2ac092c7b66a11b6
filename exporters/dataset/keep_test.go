package dataset

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func kept(t *testing.T, at Destination) []string {
	t.Helper()
	all, err := at.Snapshots()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range all {
		out = append(out, s.ID[:2])
	}
	slices.Sort(out)
	return out
}

func TestKeep(t *testing.T) {
	for _, c := range []struct {
		rule Keep
		want string
	}{
		{Keep{}, "[s0 s1 s2 s3 s4]"},
		{Keep{Newest: 2}, "[s3 s4]"},
		{Keep{Newest: 1}, "[s4]"},
		{Keep{Newest: 9}, "[s0 s1 s2 s3 s4]"},
		{Keep{Newest: 1, Reading: time.Hour}, "[s0 s1 s2 s3 s4]"}, // somebody may still read each
	} {
		dir := Folder(t.TempDir())
		for i := range 5 {
			h := head(fmt.Sprint("s", i))
			h.Keep = c.rule
			put(t, dir, h, tables())
		}
		if got := fmt.Sprint(kept(t, dir)); got != c.want {
			t.Errorf("%+v keeps %s, want %s", c.rule, got, c.want)
		}
	}
}

func TestAnOldSnapshotThatIsLatestAgainStays(t *testing.T) {
	dir := Folder(t.TempDir())
	for _, id := range []string{"s0", "s1", "s2"} {
		put(t, dir, head(id), tables())
	}
	again := head("s0") // an undo brought the first state back
	again.Keep = Keep{Newest: 1}
	put(t, dir, again, tables())
	if m, err := Latest(dir); err != nil || m.Snapshot != "s0" || fmt.Sprint(kept(t, dir)) != "[s0]" {
		t.Errorf("latest %+v, %v; kept %v", m, err, kept(t, dir))
	}
}

func TestReadingTimeRunsFromWhenItWasTheNewest(t *testing.T) {
	dir := Folder(t.TempDir())
	now := time.Now()
	var all []Manifest
	for _, id := range []string{"s0", "s1", "s2"} {
		all = append(all, put(t, dir, head(id), tables()))
	}
	for i, m := range all {
		if err := dir.Touch(m.ID, now.Add(time.Duration(i-3)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	// s2 was the newest until an hour ago, s1 until two, s0 until three.
	removed, err := prune(dir, "none", Keep{Newest: 1, Reading: 150 * time.Minute}, now)
	if err != nil || len(removed) != 1 || removed[0][:2] != "s0" {
		t.Errorf("removed %v, %v", removed, err)
	}
}
