package pipeline

import (
	"context"
	"time"

	"turnover/hierarchy"
	"turnover/schedule"
	"turnover/store"
)

// beginReport fixes what an occurrence reports on: the state of the production, the
// days and whether it is late. Who comes later, after a crash or at the same
// time, gets what was fixed first.
func (p *Pipeline) beginReport(ctx context.Context, s ScheduledReport, o schedule.Occurrence, by Runner) (run ReportRun, err error) {
	by.step("begin")
	key := reportKey(s.Name, o)
	err = p.changeMark(ctx, key, func(tx store.Tx, was *schedule.Mark) (*schedule.Mark, error) {
		run = ReportRun{}
		if was != nil {
			if err := readMark(was, &run); err != nil {
				return nil, err
			}
			if run.State == OccurrenceBegun || run.State == OccurrenceDone || run.State == OccurrenceHeld && !by.Anyway {
				return nil, nil
			}
		}
		if err := p.fix(ctx, tx, s, o, &run); err != nil {
			return nil, err
		}
		return newMark(run.State, run.MadeAt, run)
	})
	return run, err
}

// fix writes into a run what it reports on. One that was given up goes on with
// the state that it had; one that was held begins with that of now, since the
// list that it waited for may have come.
func (p *Pipeline) fix(ctx context.Context, r store.Reader, s ScheduledReport, o schedule.Occurrence, run *ReportRun) error {
	wasHeld := run.State == OccurrenceHeld
	if run.State == OccurrenceGivenUp && run.Snapshot != "" {
		run.State, run.Error = OccurrenceBegun, ""
		return nil
	}
	days, err := spanOf(s.Period, o)
	if err != nil {
		return err
	}
	snap, err := p.snapshotIn(ctx, r, s.Project, hierarchy.With{Bare: true})
	if err != nil {
		return err
	}
	late, err := p.lateness(ctx, r, snap, s.Fresh, o.At, p.zoneOf(s))
	if err != nil {
		return err
	}
	*run = ReportRun{State: OccurrenceBegun, ProjectID: snap.Project.ID, Project: snap.Project.Name, Snapshot: SnapshotID(snap),
		From: string(days.from), To: string(days.to), Period: days.label, Banner: late, MadeAt: p.Now().UTC()}
	if late != "" && s.Fresh.Hold && !wasHeld {
		run.State = OccurrenceHeld
	}
	return nil
}

// zoneOf is an entry's zone.
func (p *Pipeline) zoneOf(s ScheduledReport) *time.Location {
	if s.Query.Timezone != nil {
		return s.Query.Timezone
	}
	return p.zone()
}

// endReport says that an occurrence is over.
func (p *Pipeline) endReport(ctx context.Context, s ScheduledReport, o schedule.Occurrence, by Runner, run *ReportRun) error {
	by.step("end")
	run.State = OccurrenceDone
	return p.changeMark(ctx, reportKey(s.Name, o), func(store.Tx, *schedule.Mark) (*schedule.Mark, error) {
		return newMark(run.State, p.Now().UTC(), run)
	})
}
