package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
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
	meter  []string // the command line that runs it and counts: Bench.process gives it
}

// Run runs it once, and gives its own wall and processor time and peak memory,
// as the system counted them.
func (p Process) Run(ctx context.Context) (Sample, error) {
	figures, err := os.CreateTemp("", "figures-")
	if err != nil {
		return Sample{}, err
	}
	defer func() { _ = errors.Join(figures.Close(), os.Remove(figures.Name())) }() // read by then
	args := append(append(slices.Clone(p.meter), figures.Name()), p.Args...)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = p.Dir, append(os.Environ(), p.Env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var took struct {
		Wall, CPU float64 // seconds
		Peak      int64   // bytes
		Code      int
	}
	if err := cmd.Run(); err != nil {
		return Sample{}, p.failed(err, errs.String())
	}
	if err := json.NewDecoder(figures).Decode(&took); err != nil {
		return Sample{}, p.failed(err, errs.String())
	}
	if took.Code != 0 && (!p.Held || took.Code != 3) {
		return Sample{}, p.failed(fmt.Errorf("exit code %d", took.Code), errs.String())
	}
	s := Sample{Wall: seconds(took.Wall), CPU: seconds(took.CPU), Peak: took.Peak, Result: strings.TrimSpace(out.String())}
	if p.Result != nil {
		s.Result, err = p.Result(out.Bytes())
	}
	return s, err
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func (p Process) failed(err error, said string) error {
	return fmt.Errorf("%s: %w\n%s", strings.Join(p.Args, " "), err, said)
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
		return p.failed(err, errs.String())
	}
	return to.Close()
}
