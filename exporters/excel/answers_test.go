package excel

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"turnover/internal/table"
)

func at(v float64) *float64 { return &v }

// week is a book as a producer gets it on a Monday: answers, charts, totals
// that lead to their rows, findings on the data.
func week() *table.Book {
	persons := []string{"Ada Ångström", "Bob", "010", "山田 花子", "=cmd|'/c calc'!A0"}
	var shares, totals, weeks, findings []table.Row
	for i, person := range persons {
		id := fmt.Sprintf("%08d-0000-4000-8000-000000000000", i)
		sum := int64(0)
		for n := range 4 + 3*i {
			frames := int64(20 + (i*37+n*11)%90)
			sum += frames
			shares = append(shares, table.Row{id, person, "2026-W02", fmt.Sprintf("E01/SQ%03d/SH%04d", i, n*10), time.Date(2026, 1, 5+n%7, 0, 0, 0, 0, time.UTC), frames})
		}
		totals = append(totals, table.Row{id, person, "2026-W02", sum, float64(sum) / 25})
	}
	for i := range 9 {
		weeks = append(weeks, table.Row{fmt.Sprintf("2026-W%02d", i+1), int64(700 + 97*i%450), int64(1000)})
	}
	for i := range 7 {
		findings = append(findings, table.Row{"Q03", "The shot has no length", fmt.Sprintf("E01/SQ010/SH%04d", i*10), "It counts as a shot of 0 frames, so that the quotas of who worked on it are too low. " + strings.Repeat("More is said here. ", i), "Give the shot its number of frames."})
	}
	return &table.Book{Name: "quota", Title: "Quota of Lighthouse, 2026-W02", Project: "Lighthouse", Method: "weighted", Basis: "feedback", Timezone: "Europe/Paris",
		AsOf: time.Date(2026, 1, 12, 6, 0, 0, 0, time.UTC), Snapshot: "0123456789abcdef", From: "2026-01-05", To: "2026-01-11", Previous: "2026-W01",
		Cover: []table.Note{{Name: "How it is counted", Value: "Each task's frames go to the days and persons that logged time on it, by minutes."}},
		Answers: []table.Answer{
			{Question: "On quota?", Verdict: "Behind: 812 of 1,000 frames this week; at this pace the film is done 3 weeks late.", Tone: table.Bad, Figure: "frames this week", Value: 812, Unit: "frames", Before: at(1000), Table: "quota_person_week"},
			{Question: "Retakes up or down?", Verdict: "Down: 14 were asked for, 23 the week before.", Tone: table.Good, Figure: "retakes asked", Value: 14, Unit: "retakes", Before: at(23), Table: "quota_shares"},
			{Question: "Who is stuck?", Verdict: "Two persons have had no approval for ten days: Ada Ångström and Bob.", Tone: table.Watch, Figure: "persons without approval", Value: 2, Unit: "persons", Before: at(1), Table: "quota_person_week"},
			{Question: "How long is a retake open?", Verdict: "A day and a half; none was open before.", Figure: "hours open, median", Value: 36.25, Unit: "hours", Decimals: 1, Before: at(0)},
			{Question: "What is left?", Verdict: "8,410 frames of 102 shots.", Figure: "frames left", Value: 8410, Unit: "frames", Table: "gone"}},
		Tables: []*table.Table{
			{Name: "quota_person_week", Title: "Quota by person and week", Doc: "One row is a person and a week.", Behind: &table.Behind{Table: "quota_shares", On: []string{"person_id", "period"}},
				Columns: []table.Column{{Name: "person_id", Type: table.Text}, {Name: "person", Type: table.Text}, {Name: "period", Type: table.Text}, {Name: "frames", Type: table.Int, Unit: "frames"}, {Name: "seconds", Type: table.Float, Unit: "seconds", Decimals: 3}}, Rows: table.Of(totals)},
			{Name: "quota_shares", Title: "The working: each task's shares", Doc: "One row is the part of one task.", Kind: table.Working,
				Columns: []table.Column{{Name: "person_id", Type: table.Text}, {Name: "person", Type: table.Text}, {Name: "period", Type: table.Text}, {Name: "path", Type: table.Text}, {Name: "day", Type: table.Day}, {Name: "frames", Type: table.Int, Unit: "frames"}}, Rows: table.Of(shares)},
			{Name: "quota_week", Title: "Quota by week", Doc: "One row is a week.", Columns: []table.Column{{Name: "period", Type: table.Text}, {Name: "frames", Type: table.Int}, {Name: "target", Type: table.Int}}, Rows: table.Of(weeks)},
			{Name: "data_quality", Title: "Data quality", Doc: "One row is one finding on the data behind this report.", Kind: table.Quality,
				Columns: []table.Column{{Name: "code", Type: table.Text}, {Name: "finding", Type: table.Text}, {Name: "path", Type: table.Text}, {Name: "detail", Type: table.Text}, {Name: "way_out", Type: table.Text}}, Rows: table.Of(findings)}},
		Charts: []table.Chart{
			{Table: "quota_week", Title: "Frames per week", Alt: "Column chart of frames per week, 2026-W01 to 2026-W09: 7,900 frames in all; most in 2026-W05 with 1,088, 926 in the last week.", Kind: "column", X: "period", Y: []string{"frames", "target"}, XTitle: "ISO week", YTitle: "frames"},
			{Table: "quota_person_week", Title: "Frames by person", Alt: "Bar chart of frames by person. Most has the last.", Kind: "bar", X: "person", Y: []string{"frames"}, YTitle: "frames"},
			{Table: "quota_week", Title: "Frames per week, as lines", Alt: "The same as lines.", Kind: "line", X: "period", Y: []string{"frames", "target"}}},
		Totals: []table.Total{{Name: "frames", Value: 2104, Unit: "frames", Table: "quota_shares"}, {Name: "tasks", Value: 12.5, Unit: "tasks"}}}
}

func opened(t *testing.T, raw []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestAnswerPage(t *testing.T) {
	raw := written(t, New(), week())
	f := opened(t, raw)
	if got, want := fmt.Sprint(f.GetSheetList()), "[Cover Answers Charts data_quality quota_person_week quota_week quota_shares Columns]"; got != want {
		t.Errorf("sheets %s, want %s", got, want)
	}
	got, err := f.GetRows("Answers")
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]string{
		0: "Quota of Lighthouse, 2026-W02",
		1: "Lighthouse · 2026-01-05 to 2026-01-11 · weighted · as of 2026-01-12 06:00 UTC · compared with 2026-W01",
		3: "question|verdict|in words|figure|value|unit|2026-W01|change|in %|rows behind",
		4: "On quota?|■ bad|Behind: 812 of 1,000 frames this week; at this pace the film is done 3 weeks late.|frames this week|812|frames|1,000|▼ down 188|−18.8%|quota_person_week, 5 rows",
		5: "Retakes up or down?|● good|Down: 14 were asked for, 23 the week before.|retakes asked|14|retakes|23|▼ down 9|−39.1%|quota_shares, 50 rows",
		6: "Who is stuck?|▲ watch|Two persons have had no approval for ten days: Ada Ångström and Bob.|persons without approval|2|persons|1|▲ up 1|+100.0%|quota_person_week, 5 rows",
		7: "How long is a retake open?||A day and a half; none was open before.|hours open, median|36.3|hours|0.0|▲ up 36.3",
		8: "What is left?||8,410 frames of 102 shots.|frames left|8,410|frames|not known",
	}
	for i, w := range want {
		if i >= len(got) || strings.TrimRight(strings.Join(got[i], "|"), "|") != w {
			t.Errorf("row %d is %q, want %q", i+1, got[i], w)
		}
	}
	page := member(t, raw, "xl/worksheets/sheet2.xml")
	for _, w := range []string{`fitToPage="true"`, `orientation="landscape"`, `paperSize="9"`, `fitToHeight="1"`, `location="&#39;quota_person_week&#39;!A1"`} {
		if !strings.Contains(page, w) {
			t.Errorf("the page has no %s", w)
		}
	}
	if strings.Contains(page, "<mergeCell") || strings.Contains(page, "<f>") {
		t.Error("the page has merged cells or formulas")
	}
	drawing := member(t, raw, "xl/drawings/drawing1.xml") + member(t, raw, "xl/drawings/drawing2.xml")
	for _, c := range week().Charts {
		if strings.Count(drawing, `descr="`+c.Alt+`"`) != 1 {
			t.Errorf("chart %q is not there once with its text", c.Title)
		}
	}
}

func TestBannerStandsBeforeTheFigures(t *testing.T) {
	b := week()
	b.Banner = "=No list came from editorial since Fri 20 Nov 18:12; figures as of Fri 20 Nov 18:12. " + strings.Repeat("More is said here. ", 20)
	f := opened(t, written(t, New(), b))
	for sheet, under := range map[string]string{"Cover": "Quota of Lighthouse, 2026-W02", "Answers": "Lighthouse · "} {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		said, first := "", -1
		for i, row := range rows[:8] {
			if len(row) > 0 && (strings.HasPrefix(row[0], "▲ ") || said != "" && strings.Contains(b.Banner, row[0]) && row[0] != "") {
				if said == "" {
					first = i
				}
				said = strings.TrimSpace(said + " " + row[0])
			}
		}
		if said != "▲ "+strings.TrimSpace(b.Banner) {
			t.Errorf("%s says %q", sheet, said)
		}
		if first < 1 || !strings.HasPrefix(rows[first-1][0], under) {
			t.Errorf("on %s the banner is row %d", sheet, first+1)
		}
	}
}

func TestMoreThanFitsOnThePage(t *testing.T) {
	b := week()
	for i := range 9 {
		b.Answers = append(b.Answers, table.Answer{Question: fmt.Sprint("more ", i), Value: 1})
	}
	b.Answers[0].Verdict, b.Answers[1].Question = strings.Repeat("long words and on ", 2000), strings.Repeat("Q", 500)
	f := opened(t, written(t, New(), b))
	rows, err := f.GetRows("Answers")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) > 5+pageAnswers+pageRows+5 {
		t.Errorf("the page has %d rows", len(rows))
	}
	for _, row := range rows {
		for _, cell := range row {
			if units(cell) > 200 {
				t.Errorf("a cell of the page has %d characters", units(cell))
			}
		}
	}
	if !strings.HasSuffix(rows[4][2], "…") {
		t.Errorf("a text is cut without a sign: %q", rows[4][2])
	}
}

func TestAnswersWithoutFigures(t *testing.T) {
	b := &table.Book{Title: "Nothing", Answers: []table.Answer{{Question: "?", Value: math.NaN(), Before: at(math.Inf(1))}, {}}}
	rows, err := opened(t, written(t, New(), b)).GetRows("Answers")
	if err != nil || strings.Join(rows[4], "|") != "?||||not known||not known" {
		t.Errorf("%q (%v)", rows, err)
	}
}
