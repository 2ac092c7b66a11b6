package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"turnover/schedule"
	"turnover/store"
)

// RunReport makes the report of one occurrence and delivers it to each place
// once. It may be run again at any time, by anybody: what was fixed, and what
// was delivered, stays. An error says what to try again; the run says how far it
// came. One that is late and that the entry holds is no error: its owner is told.
func (p *Pipeline) RunReport(ctx context.Context, s ScheduledReport, o schedule.Occurrence, by Runner) (ReportRun, error) {
	run, err := p.beginReport(ctx, s, o, by)
	if err != nil {
		return run, fmt.Errorf("begin %s of %s: %w", s.Name, o.Wall, err)
	}
	switch run.State {
	case OccurrenceDone:
		run.Again = true
		run.Deliveries, err = p.Deliveries(ctx, DeliveryFilter{Entry: s.Name, Occurrence: o.Wall})
		return run, err
	case OccurrenceHeld:
		told, err := p.tell(ctx, s.heldNotice(o, run), by)
		run.Deliveries = told
		return run, err
	}
	by.step("make")
	file, err := p.makeReport(ctx, s, o, run)
	if err != nil {
		return run, fmt.Errorf("make %s of %s: %w", s.Name, o.Wall, err)
	}
	defer file.discard()
	if run.SHA256 != "" && run.SHA256 != file.sha256 {
		p.Log.Warn().Str("entry", s.Name).Str("occurrence", o.Wall).Msg("the report is another one than before: its entry, the configuration or this program changed meanwhile")
	}
	run.File, run.SHA256, run.Bytes = file.name, file.sha256, file.bytes
	file.run = run
	return p.deliverRun(ctx, s, o, by, file)
}

// deliverRun brings a report that was made to its places and ends the occurrence.
func (p *Pipeline) deliverRun(ctx context.Context, s ScheduledReport, o schedule.Occurrence, by Runner, file *reportFile) (ReportRun, error) {
	run := file.run
	by.step("made")
	err := p.changeMark(ctx, reportKey(s.Name, o), func(_ store.Tx, was *schedule.Mark) (*schedule.Mark, error) {
		if was == nil || was.State != run.State {
			return nil, nil // another worker was quicker, and ended it
		}
		return newMark(run.State, p.Now().UTC(), run)
	})
	if err != nil {
		return run, err
	}
	c := parcel{p: p, s: s, o: o, by: by, file: file}
	run.Deliveries, err = c.deliver(ctx)
	if err != nil {
		return run, err
	}
	if refused := refusedOf(run.Deliveries); len(refused) > 0 {
		told, err := p.tell(ctx, s.refusedNotice(o, run, refused), by)
		run.Deliveries = append(run.Deliveries, told...)
		if err != nil {
			return run, err
		}
	}
	if err := p.endReport(ctx, s, o, by, &run); err != nil {
		return run, err
	}
	p.Log.Info().Str("entry", s.Name).Str("occurrence", o.Wall).Str("snapshot", run.Snapshot).Str("sha256", run.SHA256).Int("places", len(s.Places)).Msg("delivered")
	return run, nil
}

func refusedOf(all []Delivery) []string {
	var out []string
	for _, d := range all {
		for _, to := range slices.Sorted(maps.Keys(d.Refused)) {
			out = append(out, to+": "+d.Refused[to])
		}
	}
	return out
}

// Partly tells whether some got the report and some did not.
func (r ReportRun) Partly() bool {
	some, lacking := false, false
	for _, d := range r.Deliveries {
		if d.Kind == NoticeDelivery {
			continue
		}
		some = some || d.State == DeliveryDone || len(d.Reached) > 0
		lacking = lacking || d.State != DeliveryDone
	}
	return some && lacking
}

// GiveUpReport marks an occurrence as not to be tried again by itself, and tells
// the entry's owner why, once. A person may still run it.
func (p *Pipeline) GiveUpReport(ctx context.Context, s ScheduledReport, o schedule.Occurrence, why error, by Runner) error {
	by.step("give up")
	over := false
	err := p.changeMark(ctx, reportKey(s.Name, o), func(_ store.Tx, was *schedule.Mark) (*schedule.Mark, error) {
		run := ReportRun{Project: s.Project}
		if was != nil {
			if err := readMark(was, &run); err != nil {
				return nil, err
			}
		}
		if over = run.State == OccurrenceDone; over {
			return nil, nil
		}
		run.State, run.Error = OccurrenceGivenUp, why.Error()
		return newMark(run.State, p.Now().UTC(), run)
	})
	if err != nil || over {
		return err
	}
	got, err := p.Deliveries(ctx, DeliveryFilter{Entry: s.Name, Occurrence: o.Wall})
	if err != nil {
		return err
	}
	_, err = p.tell(ctx, s.failedNotice(o, got, why), by)
	return err
}
