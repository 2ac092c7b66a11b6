package reports

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/hierarchy"
)

// sameAlone: a table that is asked for alone is that of the whole book.
func sameAlone(t rapid.TB, report Report, facts hierarchy.Facts, q Query) {
	t.Helper()
	whole, err := report(facts, q)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range whole.Tables {
		q.Only = want.Name
		alone, err := report(facts, q)
		if err != nil {
			t.Fatal(err)
		}
		got := alone.Table(want.Name)
		if got == nil || got.Doc != want.Doc || !reflect.DeepEqual(got.Columns, want.Columns) {
			t.Fatalf("%s: %s alone is %+v", q.Method, want.Name, got)
		}
		if got, want := collect(t, got), collect(t, want); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %s alone is %v, want %v", q.Method, alone.Tables[0].Name, got, want)
		}
		if alone.Title != whole.Title || alone.Method != whole.Method || alone.Basis != whole.Basis || alone.Timezone != whole.Timezone {
			t.Fatalf("alone it is %q of %s %s %s", alone.Title, alone.Method, alone.Basis, alone.Timezone)
		}
	}
}

// eachAlone tries all reports, quotas by each method.
func eachAlone(t rapid.TB, facts hierarchy.Facts, q Query) {
	t.Helper()
	sameAlone(t, Retake, facts, q)
	sameAlone(t, Episode, facts, q)
	for _, q.Method = range []Method{Weighted, Raw, KitsuWeighted, KitsuRaw} {
		sameAlone(t, Quota, facts, q)
	}
}

func TestTablesAloneOfTheSharedProductions(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range productions {
		facts := production(t, name)
		eachAlone(t, facts, Query{Timezone: zone})
		eachAlone(t, facts, Query{Basis: Approval, TeamBy: teamByStudio, From: "2026-01-12", To: "2026-02-10"})
	}
}

func TestTablesAloneAreThoseOfTheBook(t *testing.T) {
	zones := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		eachAlone(r, anyFilm(r).facts(), Query{Timezone: rapid.SampledFrom(zones).Draw(r, "zone"), Calendar: anyCalendar(r)})
	})
}

// What makes a query wrong is found out whatever table is asked for.
func TestTablesAloneRefuseWhatTheBookRefuses(t *testing.T) {
	for _, q := range []Query{{Method: "best"}, {Basis: "guess"}, {Person: "Nobody Known"}, {Targets: []Target{{Every: "day"}}}} {
		_, want := Quota(anyFilmOnce(t), q)
		q.Only = "quota_person_month"
		if _, err := Quota(anyFilmOnce(t), q); err == nil || want == nil || err.Error() != want.Error() {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

func anyFilmOnce(t *testing.T) hierarchy.Facts {
	t.Helper()
	return rapid.Custom(anyFilm).Example(1).facts()
}
