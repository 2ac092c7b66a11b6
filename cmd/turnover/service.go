package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"turnover/pipeline"
	"turnover/schedule"
	"turnover/schedule/jobs"
	"turnover/schedule/watch"
)

// A service is what runs by itself beside the API: it looks at folders and
// clocks, and works what they bring as jobs.
type service struct {
	app      *app
	pipe     *pipeline.Pipeline
	metrics  *metrics
	queue    *jobs.Queue
	filer    *watch.Filer
	scanners []*watch.Scanner
	entries  []*schedule.Entry
}

// The kinds of jobs.
const (
	importJob  = "import"
	reportJob  = "report"
	publishJob = "publish"
	noticeJob  = "notice"
)

// farewell is how long a stop waits for jobs that run; what does not end runs
// again.
const farewell = 60 * time.Second

// newService joins what the configuration wants; nil where it wants nothing.
func (a *app) newService(ctx context.Context, p *pipeline.Pipeline, m *metrics) (*service, error) {
	if len(a.config.Watch)+len(a.config.Reports)+len(a.config.Publish) == 0 {
		return nil, nil
	}
	s := &service{app: a, pipe: p, metrics: m}
	all, err := a.config.scheduled()
	if err != nil {
		return nil, usageError("%s: %v", a.config.file, err)
	}
	for _, one := range all {
		s.entries = append(s.entries, one.Entry)
	}
	folders, err := a.watchFolders()
	if err != nil {
		return nil, err
	}
	l := newLists(p, a.config.Watch)
	s.filer = &watch.Filer{Folders: folders, Lists: counted{l, m}, Ledger: pipeline.Ledger{Store: p.Store}, Plans: l.Plan, Tell: s.tell, Now: a.now, Log: p.Log,
		Step: fault(importJob)}
	for _, f := range folders {
		s.scanners = append(s.scanners, watch.NewScanner(f, s.filer, s.enqueueDrop))
	}
	s.queue, err = jobs.Open(ctx, a.jobsDatabase(), s.kinds(), jobs.Options{Workers: a.config.Jobs.Workers, Log: p.Log, Parked: s.parked})
	return s, err
}

// String says what a service does, for people.
func (s *service) String() string {
	return fmt.Sprintf("watch folders: %d; reports and datasets on schedule: %d", len(s.scanners), len(s.entries))
}

// look reads for metrics what is going on.
func (s *service) look() {
	if s != nil {
		s.metrics.look(s.scanners)
	}
}

// jobsDatabase is where jobs wait: beside the data.
func (a *app) jobsDatabase() string {
	switch {
	case isPostgres(a.database()):
		return a.database()
	case a.config.Jobs.Database != "":
		return a.beside(a.config.Jobs.Database)
	}
	return filepath.Join(filepath.Dir(a.database()), defaultJobs)
}

// watchFolders reads the section watch, which was checked.
func (a *app) watchFolders() ([]watch.Folder, error) {
	var out []watch.Folder
	for _, w := range a.config.Watch {
		f := watch.Folder{Name: w.name(), Path: a.beside(w.Folder), Poll: every(w.Poll, defaultPoll), Stable: every(w.Stable, defaultStable),
			Whole: every(w.Whole, defaultWhole), Remind: every(w.Remind, defaultRemind), Limit: a.config.limits().WithDefaults().Bytes}
		if w.Sets != "" {
			var err error
			if f.Sets, err = watch.ParseSets(w.Sets); err != nil {
				return nil, usageError("%s: watch: %s: sets: %v", a.config.file, w.name(), err)
			}
		}
		out = append(out, f)
	}
	return out, nil
}

func (s *service) kinds() []jobs.Kind {
	kinds := []jobs.Kind{
		{Name: importJob, Timeout: 30 * time.Minute, Work: s.importDrop, Group: s.projectOf},
		{Name: reportJob, Timeout: 30 * time.Minute, Work: s.makeReport},
		{Name: publishJob, Timeout: 2 * time.Hour, Work: s.publish, Group: func(j jobs.Job) string { return "publish" }},
		{Name: noticeJob, Timeout: 5 * time.Minute, Work: s.notify},
	}
	for i := range kinds {
		kinds[i].Work = s.metrics.measured(kinds[i].Name, kinds[i].Work)
	}
	return kinds
}

// resume hands over once more what every entry had handed over last, where
// nothing came of it: the queue may have been lost since.
func (s *service) resume(ctx context.Context) error {
	ledger := pipeline.Ledger{Store: s.pipe.Store}
	for _, e := range s.entries {
		m, err := ledger.Mark(ctx, e.MarkKey())
		if err != nil {
			return err
		}
		for _, o := range e.HandedOver(m) {
			done, err := ledger.Mark(ctx, s.kindOf(e.Name)+"/"+e.Name+"/"+o.Wall)
			if err != nil {
				return err
			}
			if done != nil && done.State != pipeline.OccurrenceBegun {
				continue
			}
			if err := s.enqueueOccurrence(ctx, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// run works until ctx is over, then lets running jobs end.
func (s *service) run(ctx context.Context) error {
	if err := s.queue.Start(ctx); err != nil {
		return errors.Join(err, s.queue.Close())
	}
	if err := s.resume(ctx); err != nil {
		return errors.Join(fmt.Errorf("go on where the schedules stood: %w", err), s.queue.Close())
	}
	group, inner := errgroup.WithContext(ctx)
	for _, one := range s.scanners {
		group.Go(func() error { return one.Run(inner) })
	}
	if len(s.entries) > 0 {
		runner := &schedule.Runner{Entries: s.entries, Ledger: pipeline.Ledger{Store: s.pipe.Store}, Enqueue: s.enqueueOccurrence, Log: s.pipe.Log, Now: s.app.now, Wait: schedule.Wait}
		group.Go(func() error { runner.Run(inner); return nil })
	}
	err := group.Wait()
	if ctx.Err() != nil {
		err = nil // it was asked to stop
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	return errors.Join(err, s.queue.Stop(last), s.queue.Close())
}

func (s *service) enqueueDrop(ctx context.Context, d schedule.Drop) error {
	_, err := s.queue.Add(ctx, importJob, d.Key(), d)
	return err
}

// enqueueOccurrence adds an occurrence to the jobs. One that is there already, or
// was worked already, is found in queue and ledger.
func (s *service) enqueueOccurrence(ctx context.Context, o schedule.Occurrence) error {
	_, err := s.queue.Add(ctx, s.kindOf(o.Entry), o.Key(), o)
	return err
}

// kindOf is the kind of an entry's jobs, with which its marks begin, too.
func (s *service) kindOf(entry string) string {
	if _, ok := s.app.config.report(entry); ok {
		return reportJob
	}
	return publishJob
}

// projectOf groups imports: those of one production go one after the other. The
// database sees to it in any case; here it saves planning in vain.
func (s *service) projectOf(j jobs.Job) string {
	var d schedule.Drop
	if err := json.Unmarshal(j.Args, &d); err != nil {
		return ""
	}
	w, ok := s.app.config.watched(d.Folder)
	if !ok || len(d.Files) == 0 {
		return "import/folder/" + d.Folder
	}
	if below, _, ok := strings.Cut(d.Name(), "/"); ok && strings.HasPrefix(w.Below, "{project}") {
		return "import/" + below
	}
	if w.Project != "" {
		return "import/" + w.Project
	}
	return "import/folder/" + d.Folder
}

// arguments reads what a job is about; what cannot be read is never tried again.
func arguments(j jobs.Job, into any) error {
	if err := json.Unmarshal(j.Args, into); err != nil {
		return jobs.ForGood(fmt.Errorf("read job %s %s: %w", j.Kind, j.Key, err))
	}
	return nil
}

// awayWait is how long an import waits for a folder that is not there.
const awayWait = 15 * time.Second

func (s *service) importDrop(ctx context.Context, j jobs.Job) error {
	var d schedule.Drop
	if err := arguments(j, &d); err != nil {
		return err
	}
	err := s.filer.File(ctx, d)
	if errors.Is(err, watch.ErrAway) {
		return jobs.Later(awayWait, err)
	}
	return err
}

func (s *service) makeReport(ctx context.Context, j jobs.Job) error {
	var o schedule.Occurrence
	if err := arguments(j, &o); err != nil {
		return err
	}
	entry, ok := s.app.config.report(o.Entry)
	if !ok {
		return jobs.ForGood(fmt.Errorf("the configuration has no report %q any more", o.Entry))
	}
	scheduled, err := s.app.scheduledReport(entry)
	if err != nil {
		return jobs.ForGood(err)
	}
	run, err := s.pipe.RunReport(ctx, scheduled, o, s.runner(j))
	s.metrics.ran(o.Entry, run.State, err)
	s.metrics.delivered(o.Entry, run.Deliveries)
	return hopeless(err)
}

func (s *service) publish(ctx context.Context, j jobs.Job) error {
	var o schedule.Occurrence
	if err := arguments(j, &o); err != nil {
		return err
	}
	scheduled, to, err := s.scheduledPublish(o.Entry)
	if err != nil {
		return jobs.ForGood(err)
	}
	run, err := s.pipe.RunPublish(ctx, scheduled, o, to, s.runner(j))
	s.metrics.ran(o.Entry, run.State, err)
	return hopeless(err)
}

func (s *service) scheduledPublish(name string) (pipeline.ScheduledPublish, pipeline.Publisher, error) {
	entry, ok := s.app.config.publication(name)
	if !ok {
		return pipeline.ScheduledPublish{}, nil, fmt.Errorf("the configuration has no publication %q any more", name)
	}
	return s.app.scheduledPublish(entry)
}

// hopeless parks what no further try can mend.
func hopeless(err error) error {
	if pipeline.Lasting(err) {
		return jobs.ForGood(err)
	}
	return err
}

// runner names the job, not the process, in the ledger: the queue never lets a
// job run twice at a time, so what a killed process had begun is gone on with at
// once by whoever has the job then.
func (s *service) runner(j jobs.Job) pipeline.Runner {
	return pipeline.Runner{To: s.app.courier(), Worker: "job " + j.Key, Step: fault(j.Kind)}
}

// parked says to whom it concerns that a job was given up.
func (s *service) parked(ctx context.Context, j jobs.Job) error {
	s.pipe.Log.Error().Str("job", j.Key).Str("kind", j.Kind).Str("why", j.Error).Msg("given up: turnover jobs retry " + fmt.Sprint(j.ID))
	s.metrics.jobs.WithLabelValues(j.Kind, "parked").Inc()
	why := errors.New(j.Error)
	if j.Kind == importJob {
		var d schedule.Drop
		if json.Unmarshal(j.Args, &d) != nil {
			return nil // the log has it
		}
		return s.filer.Park(ctx, d, j.Error)
	}
	var o schedule.Occurrence
	if j.Kind == noticeJob || json.Unmarshal(j.Args, &o) != nil {
		return nil
	}
	s.metrics.occurrences.WithLabelValues(o.Entry, "parked").Inc()
	if entry, ok := s.app.config.report(o.Entry); ok {
		scheduled, err := s.app.scheduledReport(entry)
		if err != nil {
			return err
		}
		return s.pipe.GiveUpReport(ctx, scheduled, o, why, s.runner(j))
	}
	if scheduled, _, err := s.scheduledPublish(o.Entry); err == nil {
		return s.pipe.GiveUpPublish(ctx, scheduled, o, why, s.runner(j))
	}
	return nil // its entry is gone, and its owner with it
}
