package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestEveryVerbHasTwoExamples(t *testing.T) {
	a := &app{}
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if c.HasParent() && (c.Short == "" || len(strings.Split(strings.TrimSpace(c.Example), "\n")) < 2) {
			t.Errorf("%s: short %q, examples %q", c.CommandPath(), c.Short, c.Example)
		}
		for line := range strings.Lines(c.Example) {
			if got, _, err := a.root().Find(words(strings.TrimPrefix(strings.TrimSpace(line), "turnover "))); err != nil || !strings.HasPrefix(got.CommandPath(), c.CommandPath()) {
				t.Errorf("%s: example %q is of %v, %v", c.CommandPath(), line, got.CommandPath(), err)
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(a.root())
}

func TestUnknownVerbsSuggest(t *testing.T) {
	for given, want := range map[string]string{"aply": "apply", "exprot": "export", "repot": "report"} {
		var errs bytes.Buffer
		if code := run(context.Background(), []string{given}, nil, &bytes.Buffer{}, &errs); code != exitUsage {
			t.Errorf("%s: exit code %d", given, code)
		}
		if !strings.Contains(errs.String(), want) {
			t.Errorf("%s: %s", given, errs.String())
		}
	}
}
