package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"turnover/schedule"
)

// A timetable is what "turnover schedule" shows.
type timetable struct {
	At          string          `json:"at"`
	Entries     []timetableLine `json:"entries"`
	Occurrences []timetableRow  `json:"occurrences"`
}

// A timetableLine is one entry and how it has come on.
type timetableLine struct {
	Entry    string         `json:"entry"`
	What     string         `json:"what"`
	Cron     string         `json:"cron"`
	Zone     string         `json:"timezone"`
	IfMissed string         `json:"if_missed"`
	Holidays string         `json:"holidays"`
	Last     *timetableLast `json:"last"` // null without a database, and before the first
	Note     *string        `json:"note"`
}

type timetableLast struct {
	Wall  string `json:"wall"`
	State string `json:"state"`
	At    string `json:"at"` // when it got into that state
}

// A timetableRow is one occurrence.
type timetableRow struct {
	Entry string  `json:"entry"`
	What  string  `json:"what"`
	State string  `json:"state"` // due, missed (and made up for), skipped
	Wall  string  `json:"wall"`  // what the expression says
	Local string  `json:"local"` // when it is due, with the zone's offset
	Zone  string  `json:"timezone"`
	At    string  `json:"at"` // the same in UTC
	Note  *string `json:"note"`

	at time.Time
}

const (
	rowDue     = "due"
	rowMissed  = "missed"
	rowSkipped = "skipped"
)

// asked is from when, and how much, people want to see.
type asked struct {
	from time.Time
	past bool // it is another time than now: what was missed by then is not known any more
	next int
}

// timetable lists what was missed and the next occurrences of all entries
// together; l may be nil.
func (q asked) timetable(ctx context.Context, l schedule.Ledger, all []scheduled) (timetable, error) {
	t := timetable{At: q.from.UTC().Format(time.RFC3339), Entries: []timetableLine{}, Occurrences: []timetableRow{}}
	var rows []timetableRow
	for _, e := range all {
		line := timetableLine{Entry: e.Name, What: e.what, Cron: e.Times.String(), Zone: zoneOf(e).String(), IfMissed: e.ifMissed, Holidays: e.Holidays}
		if l != nil {
			overdue, err := q.history(ctx, l, e, &line)
			if err != nil {
				return t, err
			}
			t.Occurrences = append(t.Occurrences, overdue...)
		}
		due, skipped := e.Next(q.from, q.next)
		if len(due) == 0 {
			line.Note = nilIf("not due within ten years: all its days are free")
		}
		rows = append(rows, e.rows(due, rowDue)...)
		rows = append(rows, e.rows(firstOfDay(skipped), rowSkipped)...)
		t.Entries = append(t.Entries, line)
	}
	sortRows(t.Occurrences)
	sortRows(rows)
	t.Occurrences = append(t.Occurrences, firstDue(rows, q.next)...)
	return t, nil
}

func zoneOf(e scheduled) *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

// history says what the ledger knows of an entry, and lists what was missed.
func (q asked) history(ctx context.Context, l schedule.Ledger, e scheduled, line *timetableLine) ([]timetableRow, error) {
	done, err := l.Marks(ctx, e.kind+"/"+e.Name+"/")
	if err != nil {
		return nil, err
	}
	for _, m := range done {
		wall := strings.TrimPrefix(m.Key, e.kind+"/"+e.Name+"/")
		if _, err := time.Parse(schedule.OccurrenceForm, wall); err == nil { // else it is one of an occurrence's places
			line.Last = &timetableLast{Wall: wall, State: m.State, At: m.At.UTC().Format(time.RFC3339)}
		}
	}
	m, err := l.Mark(ctx, e.MarkKey())
	if err != nil || m == nil || q.past {
		return nil, err
	}
	start := e.Start(m, q.from)
	line.Note = nilIf(start.Why)
	if start.Anew {
		return nil, nil
	}
	b := e.Due(start.Since, q.from)
	return append(e.rows(b.Skipped, rowSkipped), e.rows(b.Run, rowMissed)...), nil
}

func (e scheduled) rows(all []schedule.Occurrence, state string) (out []timetableRow) {
	for _, o := range all {
		local := o.At.In(zoneOf(e))
		out = append(out, timetableRow{Entry: e.Name, What: e.what, State: state, Wall: o.Wall, Local: local.Format(time.RFC3339), Zone: zoneOf(e).String(),
			At: o.At.UTC().Format(time.RFC3339), Note: nilIf(o.Why), at: local})
	}
	return out
}

// firstOfDay keeps one skipped occurrence a day: its note says why the day is free.
func firstOfDay(all []schedule.Occurrence) []schedule.Occurrence {
	return slices.CompactFunc(all, func(a, b schedule.Occurrence) bool { return a.Wall[:len(time.DateOnly)] == b.Wall[:len(time.DateOnly)] })
}

func sortRows(rows []timetableRow) {
	slices.SortFunc(rows, func(a, b timetableRow) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Wall, b.Wall))
	})
}

// firstDue cuts rows after so many that are due.
func firstDue(rows []timetableRow, n int) []timetableRow {
	for i, r := range rows {
		if n == 0 {
			return rows[:i]
		}
		if r.State == rowDue {
			n--
		}
	}
	return rows
}

func (a *app) printSchedule(t timetable) error {
	if a.json {
		return a.printJSON(t)
	}
	if len(t.Entries) == 0 {
		a.printf("%s has nothing on schedule: write entries under reports or publish\n", a.config.file)
		return nil
	}
	return buffered(a.out, func(w io.Writer) error { return printTimetable(w, t) })
}

func printTimetable(out io.Writer, t timetable) error {
	rows := [][]string{{"ENTRY", "WHAT", "CRON", "ZONE", "IF MISSED", "FREE DAYS", "LAST", "NOTE"}}
	for _, e := range t.Entries {
		last := "-"
		if e.Last != nil {
			last = strings.Replace(e.Last.Wall, "T", " ", 1) + " " + e.Last.State
		}
		rows = append(rows, []string{e.Entry, e.What, e.Cron, e.Zone, e.IfMissed, e.Holidays, last, orNothing(e.Note)})
	}
	if err := printColumns(out, rows); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nfrom %s\n", t.At)
	rows = [][]string{{"LOCAL", "ZONE", "UTC", "ENTRY", "WHAT", "STATE", "NOTE"}}
	for _, r := range t.Occurrences {
		rows = append(rows, []string{r.at.Format("Mon 2006-01-02 15:04 -07:00"), r.Zone, r.at.UTC().Format("2006-01-02 15:04"), r.Entry, r.What, r.State, orNothing(r.Note)})
	}
	return printColumns(out, rows)
}

// printColumns aligns cells and leaves no blanks at the ends of lines.
func printColumns(out io.Writer, rows [][]string) error {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, cells := range rows {
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(text.String()) {
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

func orNothing(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
