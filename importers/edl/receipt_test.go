package edl

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/internal/timecode"
)

// TestReceiptRemarks reads an answered list as the original: our remarks are no
// comments, and the last event line is still where the list may be cut off.
func TestReceiptRemarks(t *testing.T) {
	const original = "TITLE: A\n001  A001     V     C        01:00:00:00 01:00:02:00 10:00:00:00 10:00:02:00\n* FROM CLIP NAME: SH0010\n" +
		"002  A001     V     C        01:00:02:00 01:00:02:00 10:00:02:00 10:00:02:00\n002  A002     V     D    012 01:00:08:00 01:00:10:00 10:00:02:00 10:00:04:00\n003  A0"
	answered := strings.ReplaceAll(strings.ReplaceAll(original, "TITLE: A\n", "TITLE: A\n* TURNOVER: REFUSED\n"), "* FROM CLIP NAME: SH0010\n", "* FROM CLIP NAME: SH0010\n* TURNOVER: unchanged SH0010\n") +
		"\n* TURNOVER: ERROR EDL003 cut off\n*  turnover: twice"
	read := func(text string) (*importers.ShotList, string) {
		rate, err := timecode.ParseRate("25")
		if err != nil {
			t.Fatal(err)
		}
		list, found, err := New().Import(context.Background(), importers.File{Name: "a.edl", Bytes: []byte(text)}, importers.Options{FPS: rate})
		if err != nil {
			t.Fatal(err)
		}
		codes := ""
		for _, d := range found {
			codes += d.Code + " "
		}
		return list, codes
	}
	want, wantCodes := read(original)
	got, gotCodes := read(answered)
	if wantCodes != gotCodes || !strings.Contains(wantCodes, CodeCutOff) {
		t.Errorf("findings %s, want %s", gotCodes, wantCodes)
	}
	if got.Lines.Ignored != want.Lines.Ignored+4 || got.Lines.Total != want.Lines.Total+4 {
		t.Errorf("lines %+v, of the original %+v", got.Lines, want.Lines)
	}
	for i := range want.Events {
		a, b := want.Events[i], got.Events[i]
		a.Place = b.Place
		if !reflect.DeepEqual(a, b) {
			t.Errorf("event %d is %+v, want %+v", i, b, a)
		}
	}
}
