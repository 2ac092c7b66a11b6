package main

import (
	"strings"
	"testing"
)

func TestAnswersAreCompared(t *testing.T) {
	const ours = `[{"id": "b", "n": 1.0000001, "count": {"2026-01": 0.33}, "tags": ["x", "y"]}, {"id": "a", "n": null}]`
	for _, c := range []struct{ name, theirs, want string }{
		{"in another order, within the last bits", `[{"id": "a", "n": null}, {"id": "b", "n": 1.0, "count": {"2026-01": 0.34}, "tags": ["y", "x"]}]`, "7 values"},
		{"no data as an empty object", `[{"id": "a", "n": {}}, {"id": "b", "n": 1.0, "count": {"2026-01": 0.33}, "tags": ["y", "x"]}]`, "7 values"},
		{"a number", `[{"id": "a", "n": null}, {"id": "b", "n": 1.01, "count": {"2026-01": 0.33}, "tags": ["x", "y"]}]`, "at [1].n: turnover 1, here 1.01"},
		{"a count", `[{"id": "a", "n": null}, {"id": "b", "n": 1, "count": {"2026-01": 0.36}, "tags": ["x", "y"]}]`, "at [1].count.2026-01: turnover 0.33, here 0.36"},
		{"a key more", `[{"id": "a", "n": null, "m": 1}, {"id": "b", "n": 1, "count": {"2026-01": 0.33}, "tags": ["x", "y"]}]`, "at [0].m: turnover nothing, here 1"},
		{"a key less", `[{"id": "a"}, {"id": "b", "n": 1, "count": {"2026-01": 0.33}, "tags": ["x", "y"]}]`, `at [0].n: turnover "<nil>", here nothing`},
		{"an object less", `[{"id": "a", "n": null}]`, "at : turnover a list of 2, here a list of 1"},
		{"another kind", `{"message": "no"}`, "at : turnover a list of 2, here an object of 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var same answers
			for i, body := range []string{ours, c.theirs} {
				got, err := same.result([]byte(body))
				if err != nil {
					t.Fatal(err)
				}
				if want := []string{"7 values", c.want}[i]; got != want {
					t.Errorf("answer %d: %s, want %s", i+1, got, want)
				}
			}
		})
	}
}

func TestTablesAreCompared(t *testing.T) {
	same := answers{csv: true}
	for _, c := range []struct{ body, want string }{
		{"Name,Frames\r\nSH1,10\r\nSH2,20\r\n", "3 values"},
		{"Name,Frames\nSH2,20\n\"SH1\",10\n", "3 values"},
		{"Name;Frames\r\nSH2;20\r\n\"SH1\";10\r\n", "3 values"},
		{"Name,Frames\nSH2,20\nSH1,11\n", `at rows[0]: turnover "SH1\t10", here "SH1\t11"`},
		{"Name\nSH1\nSH2\n", `at header: turnover "Name\tFrames", here "Name"`},
	} {
		if got, err := same.result([]byte(c.body)); err != nil || got != c.want {
			t.Errorf("%q: %s, %v, want %s", c.body, got, err, c.want)
		}
	}
	if _, err := same.result(nil); err == nil {
		t.Error("an empty answer has no header")
	}
	if _, err := new(answers).result([]byte("<html>")); err == nil || !strings.Contains(err.Error(), "<html>") {
		t.Errorf("no JSON: %v", err)
	}
}

func TestQuotaCellsAreThoseOfTheReport(t *testing.T) {
	cells, sum, err := monthCells([]byte(`{"p2": {"month": {"frames": {"2026-02": 7, "2026-01": 1234567}}, "day": {"frames": {"2026-01-01": 1}}}, "p1": {"month": {"frames": {"2026-01": 3}}}, "total": {"month": {"frames": {"2026-01": 9}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(cells, ""), "p1\t2026-01\t3\np2\t2026-01\t1234567\np2\t2026-02\t7\n"; got != want {
		t.Errorf("cells %q, want %q", got, want)
	}
	if ours, err := cellsOf([]byte("person,frames\na,3\nb,1234567\nb,7\n")); err != nil || ours != sum {
		t.Errorf("%q, of the report %q, %v", sum, ours, err)
	}
}
