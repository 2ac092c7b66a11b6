package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"turnover/exporters"
	"turnover/hierarchy"
	"turnover/internal/table"
	"turnover/pipeline"
	"turnover/reports"
)

// reportFlags are what shapes a report.
type reportFlags struct {
	project, method, basis, teamBy, from, to, taskType, person, team, episodeStatus, zone, snapshot, asOf string
	dataset                                                                                               string // folder
	targets                                                                                               string // sheet
	output                                                                                                outputFlags
}

func (a *app) reportCmd() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report quota|retake|episode",
		Short: "Print a report",
		Example: "  turnover report quota --project tv --from 2026-01-05 --to 2026-01-11\n" +
			"  turnover report retake --project tv --format xlsx --out retakes.xlsx\n" +
			"  turnover report episode --project tv --episode-status running\n" +
			"  turnover report quota --project tv --dataset published --table quota_person_month --format csv",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("say which report, one at a time: quota, retake or episode")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.report(cmd, args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.project, "project", "", "name or id of the production")
	flags.StringVar(&f.method, "method", "", "quota: weighted, raw, kitsu-weighted or kitsu-raw")
	flags.StringVar(&f.basis, "basis", "", "quota: feedback or approval")
	flags.StringVar(&f.teamBy, "team-by", "", "what teams are: department or studio")
	flags.StringVar(&f.from, "from", "", "first day, inclusive")
	flags.StringVar(&f.to, "to", "", "last day, inclusive")
	flags.StringVar(&f.taskType, "task-type", "", "only this task type, by name or id")
	flags.StringVar(&f.person, "person", "", "only this person, by id, full name or e-mail")
	flags.StringVar(&f.team, "team", "", "only this team, by name or id")
	flags.StringVar(&f.episodeStatus, "episode-status", "", "retake and episode: only episodes that are "+strings.Join(hierarchy.EpisodeStatuses, ", "))
	flags.StringVar(&f.zone, "timezone", "", "time zone of instants, such as Europe/Paris")
	flags.StringVar(&f.snapshot, "snapshot", "", "only from this snapshot")
	flags.StringVar(&f.asOf, "as-of", "", "the state at this instant (RFC 3339)")
	flags.StringVar(&f.dataset, "dataset", "", "a folder that turnover publish wrote, or one of its snapshots, instead of the database")
	flags.StringVar(&f.targets, "targets", "", "quota: a sheet of targets (CSV or .xlsx) instead of those of the configuration")
	f.output.add(cmd, "table, json, csv, xlsx or parquet")
	return cmd
}

// report makes a report of the database, or of a dataset where one is named.
func (a *app) report(cmd *cobra.Command, name string, f reportFlags) error {
	q, at, err := f.query()
	if err != nil {
		return err
	}
	if f.episodeStatus != "" && name == "quota" {
		return usageError("--episode-status narrows retake and episode reports; a quota has none")
	}
	if f.output.format == "" && a.json {
		f.output.format = "json"
	}
	switch {
	case f.dataset == "":
		return a.with(cmd.Context(), func(p *pipeline.Pipeline) error { return a.printReport(cmd.Context(), p, name, f, q, at) })
	case at != (pipeline.At{}):
		return usageError("--dataset holds one state: for an older one name its snapshot's folder, DIR/snapshots/ID, instead of --snapshot or --as-of")
	case cmd.Flags().Changed("db"):
		return usageError("--dataset and --db each say where the facts are: give one of them")
	}
	return a.printReport(cmd.Context(), a.bare(), name, f, q, at)
}

func (a *app) printReport(ctx context.Context, p *pipeline.Pipeline, name string, f reportFlags, q reports.Query, at pipeline.At) error {
	defer a.progress("report " + name)()
	q.Only = f.output.alone(p.Exporters)
	if err := aim(ctx, p, name, f.targets, &q); err != nil {
		return err
	}
	write := func(b *table.Book) error { return a.write(ctx, p.Exporters, b, f.output) }
	if f.dataset == "" {
		return p.Report(ctx, name, f.project, q, at, write)
	}
	from, err := openDataset(f.dataset)
	if err != nil {
		return err
	}
	return p.ReportFrom(ctx, from, name, f.project, q, write)
}

// aim reads the sheet of targets that was named.
func aim(ctx context.Context, p *pipeline.Pipeline, report, targets string, q *reports.Query) error {
	if targets == "" {
		return nil
	}
	if report != "quota" {
		return usageError("--targets is for the quota report only")
	}
	sheet, err := p.Open(targets)
	if err != nil {
		return err
	}
	q.Targets, err = p.ReadTargets(ctx, sheet)
	return err
}

func (f *reportFlags) query() (q reports.Query, at pipeline.At, err error) {
	q = reports.Query{Method: reports.Method(f.method), Basis: reports.Basis(f.basis), TeamBy: f.teamBy, TaskType: f.taskType, Person: f.person, Team: f.team, EpisodeStatus: f.episodeStatus}
	at.Snapshot = f.snapshot
	if f.snapshot != "" && f.asOf != "" {
		return q, at, usageError("--snapshot and --as-of each choose a state: give one of them")
	}
	for _, check := range []error{
		oneOf("--method", f.method, "weighted", "raw", "kitsu-weighted", "kitsu-raw"), oneOf("--basis", f.basis, "feedback", "approval"),
		oneOf("--team-by", f.teamBy, "department", "studio"), oneOf("--episode-status", f.episodeStatus, hierarchy.EpisodeStatuses...),
	} {
		if check != nil {
			return q, at, usageError("%v", check)
		}
	}
	if q.From, err = dayFlag("--from", f.from); err != nil {
		return q, at, err
	}
	if q.To, err = dayFlag("--to", f.to); err != nil {
		return q, at, err
	}
	if q.From != "" && q.To != "" && q.To < q.From {
		return q, at, usageError("--to %s is before --from %s", q.To, q.From)
	}
	if q.Timezone, err = zone(f.zone); err != nil {
		return q, at, usageError("%v", err)
	}
	if f.asOf != "" {
		if at.AsOf, err = time.Parse(time.RFC3339, f.asOf); err != nil || at.AsOf.IsZero() {
			return q, at, usageError("--as-of %q: write the instant as 2026-01-31T12:00:00Z", f.asOf)
		}
	}
	return q, at, nil
}

func dayFlag(name, text string) (hierarchy.Day, error) {
	if text == "" {
		return "", nil
	}
	day, err := hierarchy.ParseDay(text)
	if err != nil {
		return "", usageError("%s: %v", name, err)
	}
	return day, nil
}

// outputFlags say where and how tables are written.
type outputFlags struct{ format, table, out string }

func (o *outputFlags) add(cmd *cobra.Command, formats string) {
	cmd.Flags().StringVar(&o.format, "format", "", formats)
	cmd.Flags().StringVar(&o.table, "table", "", "only this table")
	cmd.Flags().StringVar(&o.out, "out", "", "file, or folder for csv and parquet without --table; standard output where not given")
}

// alone names the table that is written and nothing of its book beside it; ""
// where there is more.
func (o *outputFlags) alone(registry exporters.Registry) string {
	e, err := registry.Get(o.format)
	if _, isBook := e.(exporters.BookExporter); err != nil || isBook {
		return ""
	}
	return o.table
}

// write puts a book where it was asked for.
func (a *app) write(ctx context.Context, registry exporters.Registry, b *table.Book, o outputFlags) error {
	if o.format == "" {
		o.format = "table"
	}
	e, err := registry.Get(o.format)
	if err != nil {
		return usageError("%v%s", err, nearHint(o.format, registry))
	}
	tables, err := chosen(b, o.table)
	if err != nil {
		return err
	}
	whole, isBook := e.(exporters.BookExporter)
	switch {
	case isBook && o.table == "":
		return a.writeFile(o.out, o.format, func(w io.Writer) error { return whole.WriteBook(ctx, w, b) })
	case isBook:
		cut := *b
		cut.Tables, cut.Charts = tables, slices.DeleteFunc(slices.Clone(b.Charts), func(c table.Chart) bool { return c.Table != o.table })
		return a.writeFile(o.out, o.format, func(w io.Writer) error { return whole.WriteBook(ctx, w, &cut) })
	case len(tables) == 1:
		return a.writeFile(o.out, o.format, func(w io.Writer) error { return e.WriteTable(ctx, w, b, tables[0]) })
	case o.out == "":
		return usageError("%s has one file a table: give --out FOLDER, or --table with one of %s", o.format, tableNames(b))
	}
	return writeFolder(o.out, tables, e.Format(), func(w io.Writer, t *table.Table) error { return e.WriteTable(ctx, w, b, t) })
}

func nearHint(name string, registry exporters.Registry) string {
	var known []string
	for k := range registry {
		known = append(known, k)
	}
	if near := pipeline.Nearest(name, known); near != "" {
		return fmt.Sprintf(": did you mean %q?", near)
	}
	return ""
}

func chosen(b *table.Book, name string) ([]*table.Table, error) {
	if name == "" {
		return b.Tables, nil
	}
	if t := b.Table(name); t != nil {
		return []*table.Table{t}, nil
	}
	return nil, usageError("the report has no table %q: it has %s", name, tableNames(b))
}

func tableNames(b *table.Book) string {
	var names []string
	for _, t := range b.Tables {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}

func (a *app) exportCmd() *cobra.Command {
	var project string
	var output outputFlags
	cmd := &cobra.Command{
		Use:   "export shots|casting|tasks|timesheet",
		Short: "Write a table that imports again as an empty plan",
		Example: "  turnover export shots --project tv --format csv --out shots.csv\n" +
			"  turnover export tasks --project tv --format xlsx --out tasks.xlsx",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				book, err := p.Export(cmd.Context(), args[0], project)
				if err != nil {
					return err
				}
				if output.format == "" && a.json {
					output.format = "json"
				}
				if output.format == "" {
					output.format = "csv"
				}
				return a.writeTable(cmd.Context(), p.Exporters, book, output)
			})
		},
	}
	cmd.Flags().StringVar(&project, "project", "", "name or id of the production")
	cmd.Flags().StringVar(&output.format, "format", "", "csv, xlsx, parquet or json (default csv)")
	cmd.Flags().StringVar(&output.out, "out", "", "file; standard output where not given")
	return cmd
}

// writeTable writes the only table of a book as one file: a list to be imported
// again has no cover and no folder.
func (a *app) writeTable(ctx context.Context, registry exporters.Registry, b *table.Book, o outputFlags) error {
	e, err := registry.Get(o.format)
	if err != nil {
		return usageError("%v%s", err, nearHint(o.format, registry))
	}
	return a.writeFile(o.out, o.format, func(w io.Writer) error { return e.WriteTable(ctx, w, b, b.Tables[0]) })
}
