package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"turnover/pipeline"
	"turnover/reports"
	"turnover/schedule"
)

func (a *app) runCmd() *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "run NAME",
		Short: "Make and deliver one entry of reports or publish now",
		Long: "Runs one entry of the sections reports or publish of the configuration for the occurrence that came last, or\n" +
			"last before --at. What an occurrence delivered already is not delivered again. A report that was held because\n" +
			"it is late is sent where --at names its time.",
		Example: "  turnover run monday-quotas\n" +
			"  turnover run monday-quotas --at 2026-11-23T08:00\n" +
			"  turnover run nightly --json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if entry, ok := a.config.report(args[0]); ok {
				return a.runReport(cmd.Context(), entry, at)
			}
			if entry, ok := a.config.publication(args[0]); ok {
				return a.runPublish(cmd.Context(), entry, at)
			}
			return a.unknownEntry(args[0])
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "the occurrence at or before this time in the entry's zone: 2026-11-23T08:00, 2026-11-23, or an instant as 2026-11-23T07:00:00Z")
	return cmd
}

func (a *app) unknownEntry(name string) error {
	var known []string
	for _, r := range a.config.Reports {
		known = append(known, r.Name)
	}
	for _, p := range a.config.Publish {
		known = append(known, p.Name)
	}
	hint := "."
	if near := pipeline.Nearest(name, known); near != "" {
		hint = fmt.Sprintf(": did you mean %q?", near)
	}
	slices.Sort(known)
	return usageError("the configuration %s has no entry %q under reports or publish%s There are: %s", a.config.file, name, hint, orNone(strings.Join(known, ", ")))
}

func (a *app) runReport(ctx context.Context, entry reportConfig, at string) error {
	s, err := a.scheduledReport(entry)
	if err != nil {
		return err
	}
	o, err := a.occurrenceAt(entry.Name, at)
	if err != nil {
		return err
	}
	return a.with(ctx, func(p *pipeline.Pipeline) error {
		defer a.progress("run " + entry.Name)()
		run, err := p.RunReport(ctx, s, o, a.runner(at != ""))
		if run.State == "" {
			return err // it did not even begin
		}
		if e := a.printReportRun(o, run); e != nil {
			return e
		}
		return a.reportEnd(run, err)
	})
}

// reportEnd says how a run ended: its errors were not said yet.
func (a *app) reportEnd(run pipeline.ReportRun, err error) error {
	switch {
	case err != nil && run.Partly():
		a.complain(err)
		return codeError(exitPartly)
	case err != nil:
		return err
	case run.State == pipeline.OccurrenceHeld:
		return codeError(exitHeld)
	case run.Partly():
		return codeError(exitPartly)
	}
	return nil
}

func (a *app) runPublish(ctx context.Context, entry publishConfig, at string) error {
	s, to, err := a.scheduledPublish(entry)
	if err != nil {
		return err
	}
	o, err := a.occurrenceAt(entry.Name, at)
	if err != nil {
		return err
	}
	return a.with(ctx, func(p *pipeline.Pipeline) error {
		defer a.progress("run " + entry.Name)()
		run, err := p.RunPublish(ctx, s, o, to, a.runner(at != ""))
		if err != nil {
			return err
		}
		if a.json {
			return a.printJSON(publishRunRow{o.Entry, o.Wall, run.Again, run})
		}
		a.printf("%s of %s%s: snapshot %s of %s in %s\n", o.Entry, o.Wall, again(run.Again), run.Published.Snapshot, strings.Join(run.Published.Productions, ", "),
			filepath.Join(run.Published.Dir, filepath.FromSlash(run.Published.Path)))
		return nil
	})
}

// runner is a person who runs an occurrence.
func (a *app) runner(anyway bool) pipeline.Runner {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return pipeline.Runner{To: a.courier(), Worker: fmt.Sprintf(personForm, os.Getpid(), host) + " by " + author(), Anyway: anyway,
		Over: func(worker string) bool { return ended(worker, host) }}
}

// personForm names the process of a person who runs an occurrence.
const personForm = "process %d on %s"

// ended tells that a process of this machine that delivered something is gone.
// Of others, and where nothing is known, it is not told.
func ended(worker, host string) bool {
	var pid int
	var there string
	if n, err := fmt.Sscanf(worker, personForm, &pid, &there); err != nil || n != 2 || there != host {
		return false
	}
	process, err := os.FindProcess(pid)
	return err == nil && errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// scheduledReport reads an entry of the section reports, which was checked.
func (a *app) scheduledReport(r reportConfig) (pipeline.ScheduledReport, error) {
	where, err := zone(r.Timezone)
	if err != nil {
		return pipeline.ScheduledReport{}, usageError("%s: reports: %s: %v", a.config.file, r.Name, err)
	}
	attach, err := size("mail: attach", a.config.Mail.Attach)
	if err != nil {
		return pipeline.ScheduledReport{}, usageError("%s: %v", a.config.file, err)
	}
	s := pipeline.ScheduledReport{Name: r.Name, Report: r.Report, Project: r.Project, Period: r.Period, Format: r.Format, Owner: a.owner(r.Owner), Attach: cmp.Or(attach, defaultAttach),
		Query: reports.Query{Method: reports.Method(r.Method), Basis: reports.Basis(r.Basis), TeamBy: r.TeamBy, TaskType: r.TaskType, Person: r.Person, Timezone: cmp.Or(where, a.config.timezone, time.UTC)},
		Fresh: pipeline.Fresh{Within: every(r.Fresh.Within, 0), Source: r.Fresh.Source, Feeds: a.feeds(r.Project), Hold: r.Fresh.Late == "hold"}}
	for _, d := range r.Deliver {
		s.Places = append(s.Places, pipeline.Place{Folder: a.beside(d.Folder), Link: d.Link, Mail: d.Mail})
	}
	return s, nil
}

// scheduledPublish reads an entry of the section publish, and where it publishes to.
func (a *app) scheduledPublish(entry publishConfig) (pipeline.ScheduledPublish, pipeline.Publisher, error) {
	var f publishFlags
	if err := a.fillPublish(&f, entry.Name); err != nil {
		return pipeline.ScheduledPublish{}, nil, err
	}
	to, err := f.publisher()
	if err != nil {
		return pipeline.ScheduledPublish{}, nil, err
	}
	return pipeline.ScheduledPublish{Name: entry.Name, Which: pipeline.Which{Projects: f.projects}, Owner: a.owner(entry.Owner)}, to, nil
}

// owner is who is told of failures; nobody can be without a mail server.
func (a *app) owner(address string) string {
	if a.config.Mail.SMTP == "" {
		return ""
	}
	return address
}

// feeds are the watch folders that may bring lists of a production.
func (a *app) feeds(project string) []pipeline.Feed {
	var out []pipeline.Feed
	for _, w := range a.config.Watch {
		below := strings.Contains(w.Below, "{project}")
		if below || strings.EqualFold(w.Project, project) {
			out = append(out, pipeline.Feed{Folder: w.name(), Below: below})
		}
	}
	return out
}

// wallForms are how --at may write a time of the entry's zone.
var wallForms = []string{schedule.OccurrenceForm, "2006-01-02 15:04", time.DateOnly}

// occurrenceAt finds an entry's occurrence at or before a time, by default the
// newest. A person may run one on a day that the entry leaves out.
func (a *app) occurrenceAt(name, at string) (schedule.Occurrence, error) {
	all, err := a.config.scheduled()
	if err != nil {
		return schedule.Occurrence{}, usageError("%s: %v", a.config.file, err)
	}
	i := slices.IndexFunc(all, func(e scheduled) bool { return e.Name == name })
	if i < 0 {
		return schedule.Occurrence{}, a.unknownEntry(name)
	}
	wall, err := wallAt(at, cmp.Or(all[i].Zone, time.UTC), a.now())
	if err != nil {
		return schedule.Occurrence{}, err
	}
	o, ok := all[i].ByWall(wall)
	if !ok {
		return o, usageError("%s has no occurrence before %s", name, wall.Format(schedule.OccurrenceForm))
	}
	return o, nil
}

// wallAt reads a time of the entry's zone as that of a clock on the wall there.
func wallAt(text string, where *time.Location, now time.Time) (time.Time, error) {
	instant, err := time.Parse(time.RFC3339, text)
	if text == "" {
		instant, err = now, nil
	}
	if err == nil {
		t := instant.In(where)
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC), nil
	}
	for _, form := range wallForms {
		t, err := time.Parse(form, text)
		if err == nil && form == time.DateOnly {
			t = t.Add(24*time.Hour - time.Minute)
		}
		if err == nil && t.Year() > 0 {
			return t, nil
		}
	}
	return time.Time{}, usageError("--at %q: write the time as 2026-11-23T08:00 in the entry's zone, as 2026-11-23, or as 2026-11-23T07:00:00Z", text)
}
