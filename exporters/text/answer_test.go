package text

import (
	"context"
	"math"
	"strings"
	"testing"

	"turnover/internal/table"
)

func TestAnswers(t *testing.T) {
	at := func(v float64) *float64 { return &v }
	b := &table.Book{Title: "Quota", Previous: "2026-W01", Answers: []table.Answer{
		{Question: "On quota?", Verdict: "behind", Tone: table.Bad, Figure: "frames", Value: 812, Unit: "frames", Before: at(1000), Table: "quota_person_week"},
		{Question: "Retakes?", Verdict: "fewer\x1b[31m", Tone: table.Good, Value: 2.5, Decimals: 1, Unit: "a shot", Before: at(2.5)},
		{Question: "Stuck?", Tone: table.Watch, Figure: "persons", Value: 3, Before: at(0)},
		{Question: "Left?", Verdict: "unknown", Value: math.NaN(), Before: at(1)},
	}}
	var out strings.Builder
	if err := New().WriteBook(context.Background(), &out, b); err != nil {
		t.Fatal(err)
	}
	want := `Quota

Answers
  On quota? [■ bad] behind
    frames: 812 frames, ▼ down 188 (-18.8 %) from 1000 in 2026-W01; rows in quota_person_week
  Retakes? [● good] fewer␛[31m
    2.5 a shot, = no change from 2.5 in 2026-W01
  Stuck? [▲ watch]
    persons: 3, ▲ up 3 from 0 in 2026-W01
  Left? unknown
    not known
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
