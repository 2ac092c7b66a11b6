package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

var (
	keyShown     = regexp.MustCompile(`\btk_\S+|[A-Za-z0-9_\-.]{30,}`)
	addressShown = regexp.MustCompile(`http://\S+`)
)

// serve measures the start of the service, and the first and second request for
// a sequence's shots of a production. The service's memory is that after all.
func (s *studio) serve(ctx context.Context) error {
	key, err := s.key(ctx)
	if err != nil {
		return err
	}
	run := s.ours("serve", "--listen", "127.0.0.1:0", "--db", s.url)
	cmd := exec.CommandContext(ctx, run.Args[0], run.Args[1:]...)
	cmd.Dir = run.Dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	s.add(figure{name: "serve: start", on: "all", Sample: Sample{Wall: time.Since(began)}})
	for _, on := range []string{middle, largest} {
		for _, which := range []string{"first request", "second request"} {
			var sample Sample
			if err == nil {
				sample, err = s.request(ctx, addressShown.FindString(line), key, on)
				s.add(figure{name: "serve: " + which, on: on, Sample: sample})
			}
		}
	}
	peak := peaks(os.DirFS(proc), cmd.Process.Pid)
	_ = cmd.Process.Signal(os.Interrupt) // if it is gone, Wait says why
	_, _ = io.Copy(io.Discard, out)
	if ended := cmd.Wait(); err == nil && cmd.ProcessState.ExitCode() != 0 {
		err = ended
	}
	if err == nil {
		s.figures[len(s.figures)-1].Peak = peak
	}
	return err
}

// key makes an account for the measurements, unless an earlier run did, and a
// new key of it.
func (s *studio) key(ctx context.Context) (string, error) {
	add := exec.CommandContext(ctx, s.turnover, "user", "add", "bench@example.com", "--role", "admin", "--db", s.url)
	add.Stdin = strings.NewReader("a password of the bench\n")
	if out, err := add.CombinedOutput(); err != nil && !strings.Contains(string(out), "there is a person") {
		return "", fmt.Errorf("add a user: %w: %s", err, out)
	}
	said, err := s.ours("user", "key", "bench@example.com", "--db", s.url).Run(ctx)
	return keyShown.FindString(said.Result), err
}

func (s *studio) request(ctx context.Context, address, key, production string) (Sample, error) {
	var sequence string
	err := s.db.QueryRowContext(ctx, "SELECT s.id FROM entities s JOIN projects p ON p.id = s.project_id WHERE p.name = $1 AND s.kind = 'Sequence' ORDER BY s.id LIMIT 1", production).Scan(&sequence)
	if err != nil {
		return Sample{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/api/data/shots?sequence_id="+sequence, nil)
	if err != nil {
		return Sample{}, err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	began := time.Now()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return Sample{}, err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	sample := Sample{Wall: time.Since(began)}
	if answer.StatusCode != http.StatusOK {
		err = errors.Join(err, fmt.Errorf("shots of %s: %s", production, answer.Status))
	}
	return sample, errors.Join(err, answer.Body.Close())
}
