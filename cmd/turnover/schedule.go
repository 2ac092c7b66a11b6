package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"turnover/pipeline"
	"turnover/schedule"
)

// A scheduled is an entry of the configuration that is due by itself.
type scheduled struct {
	*schedule.Entry
	kind     string // "report" or "publish": what its marks in the ledger begin with
	what     string // for people
	ifMissed string
}

// scheduled lists the entries in the configuration's order, reports first.
func (c *config) scheduled() ([]scheduled, error) {
	var out []scheduled
	for _, r := range c.Reports {
		e, err := c.entry(r.Name, r.Cron, r.Timezone, r.IfMissed, r.Holidays)
		if err != nil {
			return nil, err
		}
		out = append(out, scheduled{e, "report", r.Report + " of " + r.Project, cmp.Or(r.IfMissed, "once")})
	}
	for _, p := range c.Publish {
		e, err := c.entry(p.Name, p.Cron, p.Timezone, p.IfMissed, p.Holidays)
		if err != nil {
			return nil, err
		}
		out = append(out, scheduled{e, "publish", "publish to " + p.To, cmp.Or(p.IfMissed, "once")})
	}
	return out, nil
}

// entry reads what check has found right.
func (c *config) entry(name, expression, timezone, ifMissed, holidays string) (*schedule.Entry, error) {
	times, err := schedule.Parse(expression)
	if err != nil {
		return nil, fmt.Errorf("%s: cron: %w", name, err)
	}
	in, err := zone(timezone)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if in == nil {
		in = c.timezone
	}
	makeUp, err := missed(ifMissed)
	if err != nil {
		return nil, fmt.Errorf("%s: if_missed: %w", name, err)
	}
	return &schedule.Entry{Name: name, Times: times, Zone: in, MakeUp: makeUp, Holidays: cmp.Or(holidays, schedule.FreeRun), Free: c.calendar.Free}, nil
}

func (a *app) scheduleCmd() *cobra.Command {
	var next int
	var at, restart string
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Say what will be due when, with zones and changes of the clock",
		Long: "Lists the reports and datasets that the configuration wants on schedule: how each has come on, and what is due\n" +
			"next, with the reason wherever another time than the expression's is meant. It needs no database; where there is\n" +
			"one, it says what was done last and what was missed.",
		Example: "  turnover schedule --next 20\n" +
			"  turnover schedule --at 2026-03-28 --json\n" +
			"  turnover schedule --restart monday-quotas   # nothing before now is made up for",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if next < 1 || next > mostNext {
				return usageError("--next %d: choose 1 to %d", next, mostNext)
			}
			all, err := a.config.scheduled()
			if err != nil {
				return usageError("%s: %v", a.config.file, err)
			}
			if restart != "" {
				return a.restartEntry(cmd.Context(), all, restart)
			}
			from, err := a.instantFlag("--at", at)
			if err != nil {
				return err
			}
			asked := asked{from: from, past: from.Before(a.now().Add(-time.Minute)), next: next}
			return a.withLedger(cmd.Context(), func(l schedule.Ledger) error {
				shown, err := asked.timetable(cmd.Context(), l, all)
				if err != nil {
					return err
				}
				return a.printSchedule(shown)
			})
		},
	}
	f := cmd.Flags()
	f.IntVar(&next, "next", 20, "how many occurrences")
	f.StringVar(&at, "at", "", "from another time than now: a day, 2026-03-29T02:00 in the configuration's zone, or RFC 3339")
	f.StringVar(&restart, "restart", "", "let this entry begin anew now: nothing before is made up for")
	return cmd
}

// mostNext is as many occurrences as anybody reads.
const mostNext = 1000

// instantFlag reads a time; "" is now.
func (a *app) instantFlag(flag, text string) (time.Time, error) {
	if text == "" {
		return a.now().Round(0), nil
	}
	in := a.config.timezone
	if in == nil {
		in = time.UTC
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(form, text, in); err == nil && t.Year() > 0 {
			return t, nil
		}
	}
	return time.Time{}, usageError("%s %q: write the time as 2026-03-29, 2026-03-29T02:00 or 2026-03-29T02:00:00+01:00", flag, text)
}

// withLedger runs f on the ledger where there is a database that can be read,
// else on nil.
func (a *app) withLedger(ctx context.Context, f func(schedule.Ledger) error) error {
	s, err := openStore(ctx, a.database())
	if err != nil {
		level, none := zerolog.WarnLevel, (*pipeline.UsageError)(nil)
		if errors.As(err, &none) { // no file of that name: nobody has worked here yet
			level = zerolog.InfoLevel
		}
		a.log.WithLevel(level).Err(err).Msg("what was done last is not shown")
		return f(nil)
	}
	err = f(pipeline.Ledger{Store: s})
	if e := s.Close(); err == nil && e != nil {
		err = fmt.Errorf("close database: %w", e)
	}
	return err
}

// restartEntry is the way on for a clock that was ahead by mistake.
func (a *app) restartEntry(ctx context.Context, all []scheduled, name string) error {
	var known []string
	for _, e := range all {
		if e.Name != name {
			known = append(known, e.Name)
			continue
		}
		return a.with(ctx, func(p *pipeline.Pipeline) error {
			now := a.now().Round(0)
			m, err := e.Begin(now)
			if err != nil {
				return err
			}
			if err := (pipeline.Ledger{Store: p.Store}).PutMark(ctx, m); err != nil {
				return err
			}
			a.printf("%s begins anew at %s: nothing before it is made up. Start \"turnover serve\" again where it runs.\n", name, now.UTC().Format(time.RFC3339))
			return nil
		})
	}
	hint := "no entry is on schedule"
	if near := pipeline.Nearest(name, known); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	} else if len(known) > 0 {
		hint = "there are " + strings.Join(known, ", ")
	}
	return usageError("%s has no entry %q: %s", a.config.file, name, hint)
}
