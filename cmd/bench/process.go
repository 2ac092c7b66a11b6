package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A Process is one command line, run from its start to its end.
type Process struct {
	Args []string
	Dir  string
	Env  []string // beside the program's own
	Held bool     // exit code 3 is no failure: a plan waits for a person
	// Result makes the sample's result of what was printed; nil takes it as it is, trimmed.
	Result func(out []byte) (string, error)
}

// Run runs it once, and gives its own wall and processor time and peak memory,
// as the system counted them.
func (p Process) Run(ctx context.Context) (Sample, error) {
	cmd := exec.CommandContext(ctx, p.Args[0], p.Args[1:]...)
	cmd.Dir, cmd.Env = p.Dir, append(os.Environ(), p.Env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	if err != nil && (!p.Held || cmd.ProcessState.ExitCode() != 3) {
		return Sample{}, fmt.Errorf("%s: %w\n%s", strings.Join(p.Args, " "), err, errs.String())
	}
	s := Sample{Wall: took, CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), Peak: peakOf(cmd.ProcessState)}
	if p.Result == nil {
		s.Result = strings.TrimSpace(out.String())
		return s, nil
	}
	s.Result, err = p.Result(out.Bytes())
	return s, err
}

// Into runs it untimed with its standard output in a file.
func (p Process) Into(ctx context.Context, file string) error {
	to, err := os.Create(file)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, p.Args[0], p.Args[1:]...)
	var errs bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.Dir, append(os.Environ(), p.Env...), to, &errs
	if err := cmd.Run(); err != nil {
		_ = to.Close() // it is of no use any more
		return fmt.Errorf("%s: %w\n%s", strings.Join(p.Args, " "), err, errs.String())
	}
	return to.Close()
}
