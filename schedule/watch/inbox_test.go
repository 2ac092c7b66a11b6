package watch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/schedule"
)

func TestInbox(t *testing.T) {
	r := newRig(t, threeParts)
	r.write("first.edl", "one\n")
	r.write("parts_V1.edl", "one\n")
	r.write("parts_V2.edl", "ERROR\n")
	r.drop()
	r.wait(time.Hour)
	r.write("second.edl", "HOLD\n")
	r.drop()
	r.wait(time.Hour)
	r.write("parked.edl", "three\n")
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	for _, d := range r.queue {
		if err := r.filer.Park(t.Context(), d, "the database was away"); err != nil {
			t.Fatal(err)
		}
	}
	r.write("open.xlsx", "four\n")
	r.write("~$open.xlsx", "Anna")
	r.write("later.edl", "five\n")
	other := Folder{Name: "film", Path: filepath.Join(r.dir, "..", "nowhere")}
	items, err := Inbox(t.Context(), append(r.filer.Folders, other), r.ledger)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range items {
		got = append(got, strings.TrimSpace(i.Folder+" "+i.Path+" "+i.State+" "+i.Now))
	}
	want := []string{"tv  junk", "tv later.edl waiting", "tv open.xlsx locked", "tv parked.edl parked", "film  vanished",
		"tv second.edl held held/second.edl",
		"tv first.edl applied archive/2026-W48/first.edl",
		"tv parts_V1.edl rejected rejected/parts_V1.edl", "tv parts_V2.edl rejected rejected/parts_V2.edl"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") && strings.Join(got, "\n") != strings.Join(swap(want, 6, 7, 8), "\n") {
		t.Errorf("the inbox has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, i := range items {
		if i.State == schedule.Held && (i.Plan == "" || i.Message == "" || i.Size != 5 || !i.Since.Equal(monday.Add(time.Hour+20*time.Second))) {
			t.Errorf("the held list is %+v", i)
		}
	}
	if err := os.Remove(filepath.Join(r.dir, "parked.edl")); err != nil {
		t.Fatal(err)
	}
	items, err = Inbox(t.Context(), r.filer.Folders, r.ledger)
	if err != nil {
		t.Fatal(err)
	}
	if last := items[3]; last.Path != "parked.edl" || last.State != schedule.Parked {
		t.Errorf("after it was taken away: %+v", items)
	}
}

// swap moves the one at i behind those up to k: drops of the same time come in
// the order of their keys.
func swap(in []string, i, j, k int) []string {
	out := append([]string{}, in[:i]...)
	out = append(out, in[j:k+1]...)
	return append(append(out, in[i]), in[k+1:]...)
}
