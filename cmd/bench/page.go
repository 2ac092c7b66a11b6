package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// page writes the report for people.
func (r Report) page(picture string) (string, error) {
	known, err := records()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, `# Beside its peers

Made by %sgo run ./cmd/bench%s (%smake bench%s, %smake bench-full%s); nobody typed a figure. Each contestant ran as a whole process, from its start to its end, %d times in turns after one run that does not count (what takes minutes: once);
times are medians with the quickest and slowest run, memory is the highest resident set of all runs, a ratio is the peer's figure over turnover's: above 1, turnover needs less. What each run gave is compared, row by row where rows come of it:
where results differ there is no ratio. Of a server that is asked (`+"`turnover serve`"+`, a Kitsu) the time is the request's, and processor time and memory are those of all its processes. A database server's are not counted. Peers read values. turnover (`+"`turnover inspect`"+`) reads them with their places, checks them, makes entries of them and shows the first; with all of them kept, as a plan does, it takes more memory: see importing.

`, "`", "`", "`", "`", "`", "`", r.Runs)
	r.machine(&out)
	if r.grows() {
		fmt.Fprintf(&out, "## Growth\nCost of one row and peak memory, by size, of turnover.\n\n![cost and memory by size](%s)\n\n", picture)
	}
	r.aims(&out)
	group := ""
	for _, row := range r.Rows {
		if row.Group != group {
			group = row.Group
			fmt.Fprintf(&out, "\n## %s\n| work | who | time | processor | memory | a row | ratio: time | processor | memory | recorded elsewhere |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n", group)
		}
		row.lines(&out, known)
	}
	return out.String(), nil
}

// grows tells whether a work was done at several sizes.
func (r Report) grows() bool {
	return slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Growth != "" })
}

func (r Report) machine(out *strings.Builder) {
	m := r.Machine
	fmt.Fprintf(out, "| | |\n| --- | --- |\n| date | %s, %s long |\n| machine | %s, %d cores, %s, %s; load when it began %s |\n| turnover | %s, %s |\n| peers | %s; %s |\n", r.Began.UTC().Format(time.DateOnly), r.Took.Round(time.Second),
		m.Processor, m.Cores, m.Memory, m.System, m.Load, m.Turnover, m.Go, m.Python, strings.Join(m.Peers, ", "))
	if m.Postgres != "" {
		fmt.Fprintf(out, "| PostgreSQL | %s, without fsync, on this machine |\n", m.Postgres)
	}
	fmt.Fprintln(out)
}

// aims lists each aim with what came of it.
func (r Report) aims(out *strings.Builder) {
	fmt.Fprint(out, "## Aims\n| work | aim | came to | |\n| --- | --- | --- | --- |\n")
	for _, row := range r.Rows {
		for _, v := range row.verdicts() {
			met := "met"
			if !v.Met {
				met = "**not met**: " + v.Reason
			}
			fmt.Fprintf(out, "| %s: %s | %s | %s | %s |\n", row.Group, strings.TrimSuffix(row.Name+", "+row.Size, ", "), v.Aim, v.Came, met)
		}
	}
}

func (r Row) lines(out *strings.Builder, known map[string]Record) {
	work := strings.TrimSuffix(r.Name+", "+r.Size, ", ")
	if r.Failed != "" {
		fmt.Fprintf(out, "| %s | turnover | not done: %s | | | | | | | |\n", work, oneLine(r.Failed))
		return
	}
	recorded := ""
	if k := known[r.Recorded]; k.Who != "" {
		recorded = fmt.Sprintf("%s: %s – %s s (%s; %s)", k.Who, number(k.Low), number(k.High), k.Source, k.Machine)
	}
	fmt.Fprintf(out, "| %s | turnover | %s | | | | %s |\n", work, r.cells(r.Ours), recorded)
	for _, s := range r.Peers {
		switch {
		case s.Unmeasured != "":
			fmt.Fprintf(out, "| | %s | not measured: %s | | | | | | | |\n", s.Name, oneLine(s.Unmeasured))
		case s.Disagrees != "":
			fmt.Fprintf(out, "| | %s | %s | no ratio, the results differ: %s | | | |\n", s.Name, r.cells(s), oneLine(s.Disagrees))
		default:
			fmt.Fprintf(out, "| | %s | %s | %s | %s | %s | |\n", s.Name, r.cells(s), ratio(s, r.Ours, Wall), ratio(s, r.Ours, CPU), ratio(s, r.Ours, Peak))
		}
	}
}

func number(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.2f", f), ".00") }

// cells are a contestant's time, processor time, memory, and cost of a row.
func (r Row) cells(s Score) string {
	perRow := ""
	if r.Rows > 0 && s.Wall.Median > 0 {
		perRow = fmt.Sprintf("%.2f µs", s.Wall.Median.Seconds()*1e6/float64(r.Rows))
	}
	return fmt.Sprintf("%s (%s – %s) | %s | %s | %s", shown3(s.Wall.Median), shown3(s.Wall.Min), shown3(s.Wall.Max), shown3(s.CPU.Median), megabytes(s.Peak), perRow)
}

// oneLine keeps a text within a cell of a table.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "|", "/")), " ")
	if len(s) > 300 {
		s = s[:300] + "…"
	}
	return s
}
