package watch

import (
	"context"
	"fmt"
	"time"
)

const (
	breather = 250 * time.Millisecond // between two looks at a folder in which much happens
	silence  = 5 * time.Minute        // without an answer: a share that hangs gives no error either
)

// Run looks at the folder until the context is over: as often as asked, and
// sooner when something has happened in it or will have stood still.
func (s *Scanner) Run(ctx context.Context) error {
	w := s.listen()
	defer w.close()
	said := ""
	for ctx.Err() == nil {
		status, err := s.scanOrTell(ctx)
		if status == nil {
			break
		}
		w.follow(status.Folders)
		text := ""
		if err != nil && ctx.Err() == nil {
			text = err.Error()
		}
		if text != said && text != "" {
			s.filer.Log.Error().Err(err).Str("folder", s.folder.Name).Msg("watch folder")
		}
		said = text
		if !w.wait(ctx, status.next) {
			break
		}
	}
	return ctx.Err()
}

// scanOrTell looks at the folder, and tells if there is no answer. The status is
// nil where the context is over before.
func (s *Scanner) scanOrTell(ctx context.Context) (*Status, error) {
	type result struct {
		status *Status
		err    error
	}
	done := make(chan result, 1)
	begun := s.filer.Now()
	go func() {
		status, err := s.Scan(ctx)
		done <- result{status, err}
	}()
	alarm := time.NewTimer(s.silence)
	defer alarm.Stop()
	for told := false; ; {
		select {
		case r := <-done:
			if told {
				s.tellHung(ctx, Back, begun, "answers again")
			}
			return r.status, r.err
		case <-ctx.Done():
			if !rest(context.WithoutCancel(ctx), breather) || len(done) == 0 {
				return nil, ctx.Err() // it hangs: nobody waits for it
			}
		case <-alarm.C:
			told = true
			s.tellHung(ctx, Vanished, begun, "does not answer")
		}
	}
}

func (s *Scanner) tellHung(ctx context.Context, kind string, begun time.Time, what string) {
	n := Notice{Key: fmt.Sprintf("%s/%s/silent/%s", kind, s.folder.Name, begun.UTC().Format("2006-01-02T15:04:05")), Kind: kind, Folder: s.folder.Name,
		Item:    Item{Folder: s.folder.Name, State: kind, Since: begun, Message: "it " + what},
		Message: fmt.Sprintf("The watch folder %s (%s) %s. It was looked at from %s on.", s.folder.Name, s.folder.Path, what, begun.UTC().Format("15:04:05 UTC"))}
	if err := s.filer.tell(ctx, n); err != nil {
		s.filer.Log.Error().Err(err).Str("folder", s.folder.Name).Msg("watch folder")
	}
}
