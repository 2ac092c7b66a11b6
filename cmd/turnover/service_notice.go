package main

import (
	"context"
	"fmt"
	"time"

	"turnover/pipeline"
	"turnover/schedule/jobs"
	"turnover/schedule/watch"
)

// tell lets a notice of a watch folder go to its owner, as a job: a mail server
// may be away when a share is. The filer has logged it.
func (s *service) tell(ctx context.Context, n watch.Notice) error {
	if s.ownerOf(n.Folder) == "" {
		return nil
	}
	_, err := s.queue.Add(ctx, noticeJob, n.Key, n)
	return err
}

func (s *service) ownerOf(folder string) string {
	w, _ := s.app.config.watched(folder)
	return s.app.owner(w.Owner)
}

// notify mails a notice. Its Message-ID is of its key: who gets it twice sees it
// once.
func (s *service) notify(ctx context.Context, j jobs.Job) error {
	var n watch.Notice
	if err := arguments(j, &n); err != nil {
		return err
	}
	owner := s.ownerOf(n.Folder)
	if owner == "" {
		return nil
	}
	m := pipeline.Mail{Key: n.Key, Date: n.Item.Since, To: []string{owner}, Rest: []string{owner}, Subject: "turnover: " + n.Folder + ": " + n.Kind, Lines: []string{n.Message},
		Commands: []string{"turnover inbox"}, Zone: time.UTC}
	if n.Item.Plan != "" {
		m.Commands = append(m.Commands, "turnover apply "+n.Item.Plan+" --yes", "turnover plans reject "+n.Item.Plan)
	}
	sent, err := s.app.courier().ToMail(ctx, m)
	if err == nil && len(sent.Refused) > 0 {
		return jobs.ForGood(fmt.Errorf("tell %s: refused: %v", owner, sent.Refused))
	}
	return err
}
