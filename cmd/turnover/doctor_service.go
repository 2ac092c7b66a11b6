package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"turnover/exporters/deliver"
	"turnover/pipeline"
	"turnover/schedule"
	"turnover/schedule/jobs"
	"turnover/schedule/watch"
)

// skew is how far the clock of a share may be from ours without a word.
const skew = 2 * time.Minute

func wrong(wayOut, what string, args ...any) pipeline.Fault {
	return pipeline.Fault{Severity: "error", What: fmt.Sprintf(what, args...), WayOut: wayOut}
}

func doubtful(wayOut, what string, args ...any) pipeline.Fault {
	return pipeline.Fault{Severity: "warning", What: fmt.Sprintf(what, args...), WayOut: wayOut}
}

// examineFolders looks at the folders that the service reads and writes.
func (a *app) examineFolders() (faults []pipeline.Fault) {
	for _, w := range a.config.Watch {
		faults = append(faults, a.examineFolder(a.beside(w.Folder))...)
	}
	for _, p := range a.config.Publish {
		if err := (deliver.Folder{Path: a.beside(p.To)}).Check(); err != nil {
			faults = append(faults, wrong("make it, or change its rights", "publish %s: %v", p.Name, err))
		}
	}
	for _, r := range a.config.Reports {
		for _, d := range r.Deliver {
			if d.Folder == "" {
				continue
			}
			if err := (deliver.Folder{Path: a.beside(d.Folder)}).Check(); err != nil {
				faults = append(faults, wrong("make it, or change its rights", "report %s: %v", r.Name, err))
			}
		}
	}
	return faults
}

// examineFolder writes a file into a watch folder, and compares the clock of
// where it lies with ours.
func (a *app) examineFolder(folder string) []pipeline.Fault {
	f, err := os.CreateTemp(folder, ".turnover-*")
	if err != nil {
		return []pipeline.Fault{wrong("make it, mount its share, or change its rights", "the folder %q cannot be written: %v", folder, err)}
	}
	defer func() { _ = os.Remove(f.Name()) }() // else it is junk, which is let be
	_, err = f.WriteString("turnover doctor was here\n")
	if err := errors.Join(err, f.Close()); err != nil {
		return []pipeline.Fault{wrong("make room, or look after its disk", "the folder %q cannot be written: %v", folder, err)}
	}
	info, err := os.Stat(f.Name())
	if err != nil {
		return []pipeline.Fault{wrong("look after its disk", "the folder %q: %v", folder, err)}
	}
	if by := info.ModTime().Sub(a.now()).Round(time.Second); by.Abs() > skew {
		return []pipeline.Fault{doubtful("set the clocks; lists are taken all the same, by this machine's", "the clock of the folder %q is %s off this machine's", folder, by)}
	}
	return nil
}

// examineMail logs in to the mail server, and looks at who can read the password.
func (a *app) examineMail(ctx context.Context) (faults []pipeline.Fault) {
	if a.config.Mail.SMTP == "" {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := a.courier().server.Check(within); err != nil {
		faults = append(faults, wrong("check mail: {smtp, username, password_file, tls} in the configuration", "mail: %v", err))
	}
	if file := a.beside(a.config.Mail.PasswordFile); file != "" && runtime.GOOS != "windows" {
		if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o007 != 0 {
			faults = append(faults, doubtful("chmod o= "+file, "anybody on this machine can read the mail server's password"))
		}
	}
	return faults
}

// examineService looks at what the configuration wants, and at what waits for
// somebody.
func (a *app) examineService(ctx context.Context, p *pipeline.Pipeline) ([]pipeline.Fault, error) {
	faults, err := a.examineEntries(ctx, p)
	if err != nil {
		return nil, err
	}
	items, err := a.inboxItems(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := decidedSince(ctx, p, items); err != nil {
		return nil, err
	}
	held, parked := 0, 0
	for _, i := range items {
		switch {
		case i.State == watch.Vanished:
			faults = append(faults, wrong("mount its share", "the watch folder %s is not there: %s", i.Folder, i.Message))
		case waitsForPerson(i.State):
			held++
		case i.State == schedule.Parked:
			parked++
		}
	}
	if held > 0 {
		faults = append(faults, doubtful("turnover inbox", "%d lists are held and wait for a person", held))
	}
	if parked > 0 {
		faults = append(faults, doubtful("turnover inbox", "%d lists were given up", parked))
	}
	err = a.withQueue(ctx, func(q *jobs.Queue) error {
		if q == nil {
			return nil
		}
		parked, err := q.List(ctx, jobs.Parked)
		if len(parked) > 0 {
			faults = append(faults, doubtful("turnover jobs", "%d jobs were given up", len(parked)))
		}
		return err
	})
	return faults, err
}

// examineEntries looks for productions that are not there.
func (a *app) examineEntries(ctx context.Context, p *pipeline.Pipeline) (faults []pipeline.Fault, err error) {
	all, err := p.Projects(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{"": true}
	for _, one := range all {
		known[one.Name], known[string(one.ID)] = true, true
	}
	missing := func(entry, project string) {
		if !known[project] {
			faults = append(faults, wrong("turnover project list; correct the configuration", "%s: there is no production %q", entry, project))
		}
	}
	for _, w := range a.config.Watch {
		missing("watch "+w.name(), w.Project)
	}
	for _, r := range a.config.Reports {
		missing("report "+r.Name, r.Project)
	}
	for _, one := range a.config.Publish {
		scheduled, _, err := a.scheduledPublish(one)
		if err != nil {
			faults = append(faults, wrong("correct the configuration", "publish %s: %v", one.Name, err))
		}
		for _, project := range scheduled.Which.Projects {
			missing("publish "+one.Name, project)
		}
	}
	return faults, nil
}
