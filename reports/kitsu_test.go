package reports

import (
	"encoding/json"
	"fmt"
	"math"
	"path"
	"strings"
	"testing"
	"time"

	"turnover/hierarchy"
)

// differ compares JSON documents: numbers within a tolerance (0.01 under
// "count", 1e-6 elsewhere, relative for large ones), all else exactly. It
// gives the first differences.
func differ(at string, want, got any) []string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: want an object, got %v", at, got)}
		}
		var out []string
		for k := range w {
			if _, ok := g[k]; !ok {
				out = append(out, fmt.Sprintf("%s/%s: missing, want %v", at, k, w[k]))
				continue
			}
			out = append(out, differ(at+"/"+k, w[k], g[k])...)
		}
		for k := range g {
			if _, ok := w[k]; !ok {
				out = append(out, fmt.Sprintf("%s/%s: unexpected %v", at, k, g[k]))
			}
		}
		return out
	case float64:
		g, ok := got.(float64)
		tolerance := 1e-6
		if strings.Contains(at, "/count") {
			tolerance = 0.01 + 1e-9
		}
		if !ok || math.Abs(w-g) > tolerance*max(1, math.Abs(w)*1e-6) {
			return []string{fmt.Sprintf("%s: want %v, got %v", at, want, got)}
		}
	default:
		if want != got {
			return []string{fmt.Sprintf("%s: want %v, got %v", at, want, got)}
		}
	}
	return nil
}

// plain turns a value into what its JSON says.
func plain(t testing.TB, v any) any {
	t.Helper()
	raw, ok := v.(json.RawMessage)
	if !ok {
		var err error
		if raw, err = json.Marshal(v); err != nil {
			t.Fatal(err)
		}
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// account finds the person that a recorded request was made by.
func account(t testing.TB, m *memory, as string) *hierarchy.Person {
	t.Helper()
	for _, p := range m.dim.Persons {
		if p.Email != nil && *p.Email == as+"@example.com" {
			return p
		}
	}
	t.Fatalf("no account %q", as)
	return nil
}

// zoneOf is an account's zone; Europe/Paris was the recorded server's default.
func zoneOf(t testing.TB, p *hierarchy.Person) *time.Location {
	t.Helper()
	name := "Europe/Paris"
	if p.Timezone != nil && *p.Timezone != "" {
		name = *p.Timezone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

var productions = []string{"tv", "film", "edge"}

func TestKitsuQuotaEqualsTheRecordedAnswers(t *testing.T) {
	for _, name := range productions {
		m := production(t, name)
		for _, file := range []string{"quotas_task_type", "quotas_person", "quotas_task_type_edge"} {
			t.Run(name+"/"+file, func(t *testing.T) {
				compared, equal := 0, 0
				for _, a := range answersOf(t, name, file) {
					if a.Status != 200 {
						continue
					}
					compared++
					if askQuota(t, m, a) {
						equal++
					}
				}
				t.Logf("%d answers compared, %d equal", compared, equal)
				if compared == 0 {
					t.Error("no answer was compared")
				}
			})
		}
	}
}

func askQuota(t *testing.T, m *memory, a answer) bool {
	q := KitsuQuery{CountMode: a.Request.Params["count_mode"], Studio: hierarchy.ID(a.Request.Params["studio_id"]),
		Timezone: zoneOf(t, account(t, m, a.Request.As))}
	id := hierarchy.ID(path.Base(a.Request.Path))
	if strings.Contains(a.Request.Path, "/quotas/persons/") {
		q.Person = id
	} else {
		q.TaskType = id
	}
	got, err := KitsuQuota(m, q)
	if err != nil {
		t.Errorf("%+v: %v", a.Request, err)
		return false
	}
	diffs := differ("", plain(t, a.Body), plain(t, got))
	if len(diffs) > 0 {
		t.Errorf("%+v: %d differences, first %s", a.Request, len(diffs), strings.Join(diffs[:min(4, len(diffs))], "; "))
	}
	return len(diffs) == 0
}

func TestKitsuStatisticsEqualTheRecordedAnswers(t *testing.T) {
	for _, name := range productions {
		m := production(t, name)
		for _, file := range []string{"episodes_stats", "episodes_retake_stats"} {
			t.Run(name+"/"+file, func(t *testing.T) {
				compared, equal := 0, 0
				for _, a := range answersOf(t, name, file) {
					if a.Status != 200 {
						continue
					}
					compared++
					var got any
					var err error
					if q := statsQuery(t, m, a); file == "episodes_stats" {
						got, err = KitsuEpisodeStats(m, q)
					} else {
						got, err = KitsuRetakeStats(m, q)
					}
					if err != nil {
						t.Fatal(err)
					}
					diffs := differ("", plain(t, a.Body), plain(t, got))
					if len(diffs) > 0 {
						t.Errorf("%+v: %d differences, first %s", a.Request, len(diffs), strings.Join(diffs[:min(4, len(diffs))], "; "))
						continue
					}
					equal++
				}
				t.Logf("%d answers compared, %d equal", compared, equal)
				if compared == 0 {
					t.Error("no answer was compared")
				}
			})
		}
	}
}

// statsQuery narrows to the account's own tasks where Kitsu does: for vendors
// only; the only_assigned parameter of some requests changes nothing there.
func statsQuery(t *testing.T, m *memory, a answer) KitsuStatsQuery {
	p := account(t, m, a.Request.As)
	if p.Role != nil && *p.Role == "vendor" {
		return KitsuStatsQuery{AssignedTo: p.ID}
	}
	return KitsuStatsQuery{}
}
