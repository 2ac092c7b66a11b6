package reports

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/hierarchy"
)

// daysOf reads the period of a recorded quota-shots path.
func daysOf(t *testing.T, recorded string, zone *time.Location) (from, to time.Time) {
	t.Helper()
	var y, m, d int
	_, rest, _ := strings.Cut(recorded, "/quota-shots/")
	switch unit, _, _ := strings.Cut(rest, "/"); unit {
	case "month":
		_, err := fmt.Sscanf(rest, "month/%d/%d", &y, &m)
		if err != nil {
			t.Fatal(err)
		}
		from = time.Date(y, time.Month(m), 1, 0, 0, 0, 0, zone)
		return from, from.AddDate(0, 1, 0)
	case "week":
		if _, err := fmt.Sscanf(rest, "week/%d/%d", &y, &m); err != nil {
			t.Fatal(err)
		}
		fourth := time.Date(y, 1, 4, 0, 0, 0, 0, zone) // always in week 1
		from = fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(m-1))
		return from, from.AddDate(0, 0, 7)
	}
	if _, err := fmt.Sscanf(rest, "day/%d/%d/%d", &y, &m, &d); err != nil {
		t.Fatal(err)
	}
	from = time.Date(y, time.Month(m), d, 0, 0, 0, 0, zone)
	return from, from.AddDate(0, 0, 1)
}

func TestKitsuQuotaShotsEqualTheRecordedAnswers(t *testing.T) {
	for _, name := range productions {
		m := production(t, name)
		for _, file := range []string{"quota_shots_month", "quota_shots_week", "quota_shots_day"} {
			t.Run(name+"/"+file, func(t *testing.T) {
				compared, filled, broken := 0, 0, 0
				for _, a := range answersOf(t, name, file) {
					p := a.Request.Params
					if a.Status == 500 {
						broken++ // Kitsu compares a day with an instant; ours must not fail
					} else if a.Status != 200 || p["project_id"] != string(m.dim.Project.ID) {
						continue
					}
					got := askShots(t, m, a)
					if a.Status == 500 {
						continue
					}
					var want []recordedShot
					if err := json.Unmarshal(a.Body, &want); err != nil {
						t.Fatal(err)
					}
					compared++
					if len(want) > 0 {
						filled++
					}
					if diffs := shotDiffs(want, got); len(diffs) > 0 {
						t.Errorf("%+v: %s", a.Request, strings.Join(diffs, "; "))
					}
				}
				t.Logf("%d answers compared, %d of them not empty; %d that Kitsu breaks at", compared, filled, broken)
				if compared == 0 {
					t.Error("no answer was compared")
				}
			})
		}
	}
}

type recordedShot struct {
	ID       hierarchy.ID `json:"id"`
	FullName string       `json:"full_name"`
	Weight   float64      `json:"weight"`
}

func askShots(t *testing.T, m *memory, a answer) []KitsuShot {
	t.Helper()
	zone := zoneOf(t, account(t, m, a.Request.As))
	from, to := daysOf(t, a.Request.Path, zone)
	parts := strings.Split(a.Request.Path, "/")
	got, err := KitsuQuotaShots(m, KitsuShotsQuery{CountMode: a.Request.Params["count_mode"], Person: hierarchy.ID(parts[3]),
		TaskType: hierarchy.ID(a.Request.Params["task_type_id"]), From: from, To: to})
	if err != nil {
		t.Fatalf("%+v: %v", a.Request, err)
	}
	return got
}

func shotDiffs(want []recordedShot, got []KitsuShot) (out []string) {
	for _, g := range got {
		i := slices.IndexFunc(want, func(w recordedShot) bool { return w.ID == g.Shot.ID })
		switch {
		case i < 0:
			out = append(out, fmt.Sprintf("unexpected %s %v", g.FullName, g.Weight))
			continue
		case want[i].FullName != g.FullName || max(want[i].Weight-g.Weight, g.Weight-want[i].Weight) > 0.01+1e-9:
			out = append(out, fmt.Sprintf("want %+v, got %s %v", want[i], g.FullName, g.Weight))
		}
		want = slices.Delete(want, i, i+1)
	}
	for _, w := range want {
		out = append(out, fmt.Sprintf("missing %+v", w))
	}
	return out
}
