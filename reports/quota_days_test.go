package reports

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// sameAsQuota: the walk of all methods gives what each quota gives by itself.
func sameAsQuota(t rapid.TB, facts hierarchy.Facts, q Query) {
	t.Helper()
	all, err := QuotaDays(facts, q)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for b, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		q.Method, q.Basis = Method(b.Method), Basis(b.Basis)
		seen[b.Method+b.Basis] = true
		want, err := Quota(facts, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"quota_person_day", "quota_total_day"} {
			if got, want := collect(t, b.Table(name)), collect(t, want.Table(name)); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s %s: %s is %v, want %v", b.Method, b.Basis, name, got, want)
			}
		}
		totals := map[string]table.Total{}
		for _, total := range want.Totals {
			totals[total.Name] = total
		}
		for _, total := range b.Totals {
			if w, there := totals[total.Name]; !there || w.Value != total.Value || w.Unit != total.Unit {
				t.Fatalf("%s %s: total %+v, want %+v", b.Method, b.Basis, total, w)
			}
		}
	}
	if len(seen) != 8 {
		t.Fatalf("methods and bases %v", seen)
	}
}

func TestQuotaDaysOfTheSharedProductions(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range productions {
		sameAsQuota(t, production(t, name), Query{Timezone: zone})
	}
}

func TestQuotaDaysAreThoseOfEachQuota(t *testing.T) {
	zones := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		sameAsQuota(r, anyFilm(r).facts(), Query{Timezone: rapid.SampledFrom(zones).Draw(r, "zone"), Calendar: anyCalendar(r)})
	})
}
