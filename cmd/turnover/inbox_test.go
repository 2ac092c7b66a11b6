package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"turnover/schedule"
)

// says runs a command line on the inlet's database and gives what it printed.
func (in *inlet) says(args ...string) string {
	in.Helper()
	var out, errs bytes.Buffer
	if code := run(in.Context(), append(args, "--db", in.db, "--config", in.yaml), strings.NewReader(""), &out, &errs); code != exitDone {
		in.Errorf("%v: exit %d: %s", args, code, errs.String())
	}
	return out.String()
}

func (in *inlet) inbox(args ...string) (rows []inboxRow) {
	in.Helper()
	if err := json.Unmarshal([]byte(in.says(append([]string{"inbox", "--json"}, args...)...)), &rows); err != nil {
		in.Fatal(err)
	}
	return rows
}

func TestInbox(t *testing.T) {
	in := newInlet(t, watchConfig{Name: "auto", Folder: "x", Project: "film"}, watchConfig{Name: "careful", Folder: "y", Project: "film", Apply: "hold"})
	if out := in.says("inbox"); out != "nothing was dropped yet\n" {
		t.Errorf("empty: %s", out)
	}
	if out := in.says("inbox", "--json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("empty: %s", out)
	}
	applied, _ := in.drop("auto", "a.csv", []byte(listOfOne))
	wanted, _ := in.drop("careful", "b.csv", []byte(listOfOne+"SQ010,SH020,24\n"))
	unwanted, _ := in.drop("careful", "c.csv", []byte(listOfOne+"SQ010,SH030,24\n"))
	in.drop("auto", "d.csv", []byte("Sequence,Name,Nb Frames\nSQ010,SH010,many\n"))

	rows := in.inbox()
	var states []string
	for _, r := range rows {
		states = append(states, *r.Path+" "+r.State)
	}
	if got := strings.Join(states, ", "); got != "d.csv rejected, c.csv held, b.csv held" {
		t.Errorf("inbox: %s", got)
	}
	if next := rows[2].Next; len(next) != 3 || next[0] != "turnover apply "+wanted.Plan+" --yes" || next[1] != "turnover plans reject "+wanted.Plan {
		t.Errorf("next: %q", next)
	}
	if n := len(in.inbox("--all")); n != 4 {
		t.Errorf("%d of 4 files with --all", n)
	}
	text := in.says("inbox")
	for _, want := range []string{"held        2", "careful/b.csv", "    turnover plans reject " + unwanted.Plan, "d.csv:2:13: error SHT030", "put it into the folder again", "1 done: --all lists them too"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}

	in.says("apply", wanted.Plan, "--yes")
	in.says("plans", "reject", unwanted.Plan)
	for _, r := range in.inbox("--all") {
		want := map[string]string{"a.csv": schedule.Applied, "b.csv": schedule.Applied, "c.csv": schedule.Rejected, "d.csv": schedule.Rejected}[*r.Path]
		if r.State != want || (r.Import != nil) != (want == schedule.Applied) {
			t.Errorf("%s is %s, import %v", *r.Path, r.State, r.Import)
		}
	}
	in.drop("auto", "d.csv", []byte(listOfOne)) // corrected
	if rows := in.inbox(); len(rows) != 0 {
		t.Errorf("what is done is listed: %+v", rows)
	}
	for _, decided := range []string{"Decided by rule\n", "production film  [project: film]\n", "is applied without a person unless a gate holds it  [apply: auto]\n", "makes 1 shot  [create: {shots: yes}]\n", "by watch:auto"} {
		if out := in.says("imports", "show", applied.Import); !strings.Contains(out, decided) {
			t.Errorf("imports show says no %q:\n%s", decided, out)
		}
	}
	if out := in.says("imports", "show", applied.Import, "--json"); !strings.Contains(out, `"decisions":[{"rule":"project: film"`) && !strings.Contains(out, `"rule": "project: film"`) {
		t.Errorf("no decisions in %s", out)
	}
}

// What a person decided about a held list is answered beside it.
func TestPlanOfAHeldDrop(t *testing.T) {
	in := newInlet(t, watchConfig{Name: "careful", Folder: "y", Project: "film", Apply: "hold"})
	wanted, _ := in.drop("careful", "b.csv", []byte(listOfOne+"SQ010,SH020,24\n"))
	unwanted, _ := in.drop("careful", "c.csv", []byte(listOfOne+"SQ010,SH030,24\n"))
	for _, taken := range []schedule.Taken{wanted, unwanted} {
		now, err := in.lists.Plan(t.Context(), taken.Plan)
		if err != nil || now.State != schedule.Held || now.Plan != taken.Plan || len(now.Receipts) != 0 {
			t.Errorf("held: %+v, %v", now, err)
		}
	}
	t.Setenv("TURNOVER_AUTHOR", "alice")
	in.says("apply", wanted.Plan, "--yes")
	in.says("plans", "reject", unwanted.Plan)
	for _, c := range []struct{ plan, state, suffix, first string }{
		{wanted.Plan, schedule.Applied, ".APPLIED.txt", "b.csv was applied to film: created 1 sequence, 2 shots, 14 tasks, by alice. To take it back: turnover undo "},
		{unwanted.Plan, schedule.Rejected, ".REJECTED.txt", "c.csv was not wanted: a person rejected its plan"},
	} {
		now, err := in.lists.Plan(t.Context(), c.plan)
		if err != nil || now.State != c.state || len(now.Receipts) != 1 || now.Receipts[0].Suffix != c.suffix || !strings.HasPrefix(string(now.Receipts[0].Bytes), c.first) {
			t.Errorf("%+v, %v", now, err)
		}
		if (now.Import != "") != (c.state == schedule.Applied) {
			t.Errorf("import %q", now.Import)
		}
	}
}
