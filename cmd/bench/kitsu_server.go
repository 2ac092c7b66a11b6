package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A server is a program that runs beside the measurements until it is stopped or
// the measuring program ends, in whatever way.
type server struct {
	pid    int
	folder string // its own, removed with it
	guard  *exec.Cmd
	open   io.Closer // closing it stops the server
}

// serve starts a program under the guard. make is given the server's folder.
func (b *Bench) serve(env []string, command func(folder string) []string) (*server, error) {
	folder, err := os.MkdirTemp("", "turnover-bench-")
	if err != nil {
		return nil, err
	}
	s := &server{folder: folder}
	s.guard = exec.Command("/bin/sh", append([]string{b.script("kitsu_up.sh"), folder}, command(folder)...)...)
	s.guard.Env, s.guard.SysProcAttr = append(os.Environ(), env...), apart()
	if s.open, err = s.guard.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.guard.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.guard.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", s.guard.Args[3], err), s.stop())
	}
	s.pid, err = strconv.Atoi(strings.TrimSpace(line))
	return s, err
}

// stop ends it, and waits until it has.
func (s *server) stop() error {
	return errors.Join(s.open.Close(), s.guard.Wait())
}

// log is the end of what it printed.
func (s *server) log() string {
	all, _ := os.ReadFile(filepath.Join(s.folder, "log")) // says more, if it is there
	return string(all[max(0, len(all)-1000):])
}

// answering waits until it answers HTTP. A busy machine may need minutes to read
// all of a Kitsu.
func (s *server) answering(ctx context.Context, url string) error {
	ctx, done := context.WithTimeout(ctx, 5*time.Minute)
	defer done()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/", nil)
		if err != nil {
			return err
		}
		got, err := http.DefaultClient.Do(request)
		if err == nil {
			_ = got.Body.Close() // only its status counts
			if got.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w\n%s", url, ctx.Err(), s.log())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// freePort is a port of the loopback that nobody listens on.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}
