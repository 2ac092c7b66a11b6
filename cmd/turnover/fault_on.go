//go:build faults

package main

import (
	"io"
	"os"
	"strconv"
	"strings"
	"sync/atomic"

	"turnover/exporters/dataset"
)

// reached counts how often the step was reached at which the process is to end.
var reached atomic.Int64

// fault gives what is told of the steps of a kind of work. TURNOVER_FAULT names one,
// as "report send mail" or, for the third time it is reached, "import put:3":
// there the process kills itself, as if its machine had lost its power.
func fault(work string) func(step string) {
	wanted, times, _ := strings.Cut(os.Getenv("TURNOVER_FAULT"), ":")
	nth, err := strconv.ParseInt(times, 10, 64)
	if err != nil {
		nth = 1
	}
	return func(step string) {
		if work+" "+step != wanted || reached.Add(1) != nth {
			return
		}
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		if err != nil {
			panic(err)
		}
		select {} // nothing more is done, however long the signal takes
	}
}

// stepped is a destination that tells of its steps.
func stepped(to dataset.Destination) dataset.Destination {
	return &steppedDestination{to, fault(publishJob)}
}

type steppedDestination struct {
	dataset.Destination
	step func(string)
}

func (d *steppedDestination) Begin(id string) (dataset.Aside, error) {
	aside, err := d.Destination.Begin(id)
	return &steppedAside{aside, d.step}, err
}

func (d *steppedDestination) Replace(name string, raw []byte) error {
	d.step("replace")
	err := d.Destination.Replace(name, raw)
	d.step("replaced")
	return err
}

type steppedAside struct {
	dataset.Aside
	step func(string)
}

func (a *steppedAside) Create(name string) (io.WriteCloser, error) {
	a.step("create")
	return a.Aside.Create(name)
}

func (a *steppedAside) Commit() error {
	a.step("commit")
	return a.Aside.Commit()
}
