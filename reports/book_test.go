package reports

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// contract is the columns that the contract fixes.
var contract = map[string]string{
	"quota_person_week": "person_id person task_type_id task_type period frames seconds drawings shots",
	"quota_team_month":  "team_id team task_type_id task_type period frames seconds drawings shots",
	"quota_total_day":   "task_type_id task_type period frames seconds drawings shots",
	"quota_shares":      "person_id task_id shot_id path day share frames because person task_type_id task_type team_id team drawings shots",
	"retake_current":    "episode_id episode task_type_id task_type max_retake_count done_count done_frames done_drawings retake_count retake_frames retake_drawings other_count other_frames other_drawings",
	"retake_takes":      "episode_id episode task_type_id task_type take done_count done_frames done_drawings retake_count retake_frames retake_drawings other_count other_frames other_drawings",
	"retake_events":     "task_id path task_type_id task_type take asked_at asked_by_id asked_by resolved_at hours_open cause",
	"episode_stats":     "episode_id episode task_type_id task_type task_status_id task_status count frames drawings",
}

// checkBook makes sure that every cell has its column's type, rows are sorted
// the same each time, charts draw columns that are there.
func checkBook(t rapid.TB, b *table.Book) {
	t.Helper()
	for _, tb := range b.Tables {
		if want, fixed := contract[tb.Name]; fixed {
			var got []string
			for _, c := range tb.Columns {
				got = append(got, c.Name)
			}
			if !strings.HasPrefix(strings.Join(got, " ")+" ", want+" ") { // further ones stand behind
				t.Errorf("%s has columns %v, want %s", tb.Name, got, want)
			}
		}
		rows := collect(t, tb)
		if again := collect(t, tb); fmt.Sprint(again) != fmt.Sprint(rows) {
			t.Errorf("%s gives other rows the second time", tb.Name)
		}
		for _, r := range rows {
			checkRow(t, tb, r)
		}
	}
	for _, c := range b.Charts {
		tb := b.Table(c.Table)
		if tb == nil || c.Alt == "" {
			t.Fatalf("chart %q draws no table or has no text: %+v", c.Title, c)
		}
		for _, name := range append([]string{c.X}, c.Y...) {
			if !slices.ContainsFunc(tb.Columns, func(c table.Column) bool { return c.Name == name }) {
				t.Errorf("chart %q draws %q, which %s does not have", c.Title, name, c.Table)
			}
		}
	}
}

func checkRow(t rapid.TB, tb *table.Table, r table.Row) {
	t.Helper()
	if len(r) != len(tb.Columns) {
		t.Fatalf("%s: row of %d cells for %d columns", tb.Name, len(r), len(tb.Columns))
	}
	for i, c := range tb.Columns {
		ok := r[i] == nil
		switch r[i].(type) {
		case string:
			ok = c.Type == table.Text
		case int64:
			ok = c.Type == table.Int
		case float64:
			ok = c.Type == table.Float
		case time.Time:
			ok = c.Type == table.Day || c.Type == table.Instant
		}
		if !ok {
			t.Fatalf("%s.%s is %s and holds %T", tb.Name, c.Name, c.Type, r[i])
		}
	}
}

func collect(t rapid.TB, tb *table.Table) []table.Row {
	t.Helper()
	rows, err := table.Collect(tb.Rows)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sum adds up a column of integers.
func sum(t rapid.TB, tb *table.Table, column string) int64 {
	t.Helper()
	at := slices.IndexFunc(tb.Columns, func(c table.Column) bool { return c.Name == column })
	var n int64
	for _, r := range collect(t, tb) {
		n += r[at].(int64)
	}
	return n
}

func TestBooksOfTheSharedProductions(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range productions {
		m := production(t, name)
		for _, by := range []string{"department", "studio"} {
			for _, basis := range []Basis{Feedback, Approval} {
				for _, method := range []Method{Weighted, Raw, KitsuWeighted, KitsuRaw} {
					b, err := Quota(m, Query{Method: method, Basis: basis, TeamBy: by, Timezone: zone})
					if err != nil {
						t.Fatal(err)
					}
					checkBook(t, b)
					if method == Weighted || method == Raw {
						conserves(t, m, b, basis)
					}
				}
			}
		}
		for _, report := range []Report{Retake, Episode} {
			b, err := report(m, Query{Timezone: zone, AsOf: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)})
			if err != nil {
				t.Fatal(err)
			}
			checkBook(t, b)
		}
	}
}

// conserves checks a book against the frames of the counted tasks, which it
// adds up in its own way.
func conserves(t rapid.TB, m *memory, b *table.Book, basis Basis) {
	t.Helper()
	want, tasks := int64(0), int64(0)
	for _, task := range m.tasks {
		e := m.dim.Entity(task.EntityID)
		if e == nil || e.Kind != hierarchy.Shot || basis == Feedback && task.EndDate.IsZero() || basis == Approval && task.DoneDate.IsZero() {
			continue
		}
		tasks++
		if e.NbFrames != nil {
			want += *e.NbFrames
		}
	}
	for _, tb := range b.Tables {
		if !strings.HasPrefix(tb.Name, "quota_") || strings.HasPrefix(tb.Name, "quota_comparison") || tb.Name == "quota_omitted" || tb.Name == "quota_targets" {
			continue
		}
		if got := sum(t, tb, "frames"); got != want {
			t.Errorf("%s %s sums to %d frames, the tasks to %d", b.Method, tb.Name, got, want)
		}
	}
	for _, total := range b.Totals {
		if total.Name == "frames" && int64(total.Value) != want || total.Name == "tasks" && int64(total.Value) != tasks {
			t.Errorf("control total %+v, want %d frames of %d tasks", total, want, tasks)
		}
	}
	if shots := b.Table("quota_total_year"); shots != nil {
		var n float64
		for _, r := range collect(t, shots) {
			n += r[len(r)-1].(float64)
		}
		if int64(n*100+0.5) != tasks*100 {
			t.Errorf("%s: %v shots of %d tasks", b.Method, n, tasks)
		}
	}
}

// The tables of the kitsu methods must hold the same figures as the recorded
// answers, whose weeks are written without padding and which have a total.
func TestKitsuTablesEqualTheRecordedAnswers(t *testing.T) {
	modes := map[string]Query{
		CountWeighted: {Method: KitsuWeighted, Basis: Feedback}, CountWeightedDone: {Method: KitsuWeighted, Basis: Approval},
		CountFeedback: {Method: KitsuRaw, Basis: Feedback}, CountDone: {Method: KitsuRaw, Basis: Approval}}
	compared := 0
	for _, name := range productions {
		m := production(t, name)
		for _, a := range answersOf(t, name, "quotas_task_type") {
			q, ok := modes[a.Request.Params["count_mode"]]
			if !ok || a.Status != 200 || a.Request.Params["studio_id"] != "" {
				continue
			}
			compared++
			q.TaskType = a.Request.Path[strings.LastIndex(a.Request.Path, "/")+1:]
			q.Timezone = zoneOf(t, account(t, m, a.Request.As))
			b, err := Quota(m, q)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]any{}
			for _, p := range periods {
				fillKitsu(t, got, b.Table("quota_person_"+p.String()), p, 0)
				fillKitsu(t, got, b.Table("quota_total_"+p.String()), p, -1)
			}
			want := plain(t, a.Body).(map[string]any)
			for _, entry := range want {
				for _, of := range entry.(map[string]any) {
					delete(of.(map[string]any), "entries")
				}
			}
			if diffs := differKitsu(want, got); len(diffs) > 0 {
				t.Errorf("%+v: %d differences, first %s", a.Request, len(diffs), diffs[0])
			}
		}
	}
	if compared == 0 {
		t.Error("no answer was compared")
	}
	t.Logf("tables compared with %d answers", compared)
}

// fillKitsu puts a table's rows where Kitsu's answer has them; who is the
// person's column, -1 for the total.
func fillKitsu(t *testing.T, into map[string]any, tb *table.Table, p period, who int) {
	for _, r := range collect(t, tb) {
		key, n := "total", len(r)
		if who >= 0 {
			key = r[who].(string)
		}
		label := ""
		switch v := r[n-5].(type) {
		case time.Time:
			label = v.Format(time.DateOnly)
		case string:
			label = v
		}
		if p == byWeek {
			label = strings.Replace(label, "-W", "-", 1)
			label = strings.Replace(label, "-0", "-", 1)
		}
		of := child(child2(into, key), p.String())
		for i, name := range []string{"frames", "seconds", "drawings", "count"} {
			child(of, name)[label] = asFloat(r[n-4+i])
		}
	}
}

func child2(m map[string]any, key string) map[string]map[string]map[string]any {
	if m[key] == nil {
		m[key] = map[string]map[string]map[string]any{}
	}
	return m[key].(map[string]map[string]map[string]any)
}

func asFloat(v any) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	return v.(float64)
}

// differKitsu compares with the printed precision: seconds to three places.
func differKitsu(want map[string]any, got map[string]any) []string {
	var out []string
	for who, entry := range want {
		g, _ := got[who].(map[string]map[string]map[string]any)
		for p, of := range entry.(map[string]any) {
			for field, values := range of.(map[string]any) {
				tolerance := map[string]float64{"frames": 0, "drawings": 0, "count": 0.01 + 1e-9, "seconds": 0.0005 + 1e-9}[field]
				if len(values.(map[string]any)) != len(g[p][field]) {
					out = append(out, fmt.Sprintf("%s/%s/%s: want %d keys, got %d", who, p, field, len(values.(map[string]any)), len(g[p][field])))
				}
				for label, v := range values.(map[string]any) {
					n, ok := g[p][field][label].(float64)
					if d := n - v.(float64); !ok || d > tolerance || -d > tolerance {
						out = append(out, fmt.Sprintf("%s/%s/%s/%s: want %v, got %v", who, p, field, label, v, g[p][field][label]))
					}
				}
			}
		}
	}
	if len(got) != len(want) {
		out = append(out, fmt.Sprintf("want %d entries, got %d", len(want), len(got)))
	}
	return out
}

func TestANameOfSeveralPeopleAsksForAnId(t *testing.T) {
	f := newFilm()
	f.dim.Persons = append(f.dim.Persons, &hierarchy.Person{ID: "p-ada2", FirstName: "Ada"})
	_, err := Quota(f.facts(), Query{Person: "Ada"})
	if err == nil || err.Error() != `person "Ada" names several; give one of "p-ada", "p-ada2"` {
		t.Errorf("got %v", err)
	}
	if _, err := Quota(f.facts(), Query{Person: "p-ada2"}); err != nil {
		t.Error(err)
	}
}

func TestUnknownNamesAreUsageErrors(t *testing.T) {
	f := newFilm()
	for name, q := range map[string]Query{
		"task type": {TaskType: "Anim"}, "person": {Person: "Zoe"}, "department": {Team: "Catering"}, "method": {Method: "fair"},
		"basis": {Basis: "soon"}, "team division": {TeamBy: "floor"}, "first day": {From: "2026-13-01"}, "period": {From: "2026-02-01", To: "2026-01-01"},
	} {
		_, err := Quota(f.facts(), q)
		var usage *UsageError
		if !errors.As(err, &usage) || usage.Option != name || len(usage.Known) == 0 {
			t.Errorf("%s: got %v, want a usage error that says what is known", name, err)
		}
	}
	if _, err := Quota(f.facts(), Query{TaskType: "animation", Person: "ADA@example.com", Team: "animation"}); err != nil {
		t.Errorf("names in another case: %v", err)
	}
}
