package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"turnover/exporters"
	"turnover/schedule/jobs"
)

// A jobRow is a job in the words of the JSON contract.
type jobRow struct {
	ID      int64   `json:"id"`
	Kind    string  `json:"kind"`
	Key     string  `json:"key"`
	State   string  `json:"state"`
	Attempt int     `json:"attempt"`
	At      string  `json:"at"` // when it is due, was begun or ended
	Error   *string `json:"error"`
}

func (a *app) jobsCmd() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "jobs",
		Short: "List the work that waits, runs or was given up",
		Long: "Lists the jobs of \"turnover serve\": what waits, runs, failed and is tried again, or was given up. What is\n" +
			"done is counted in the inbox and the delivery log; --all lists the last day's too.",
		Example: "  turnover jobs\n" +
			"  turnover jobs retry 17",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			states := []string{jobs.Waiting, jobs.Running, jobs.Retrying, jobs.Parked}
			if all {
				states = jobs.States()
			}
			return a.withQueue(cmd.Context(), func(q *jobs.Queue) error {
				var found []jobs.Job
				if q != nil {
					var err error
					if found, err = q.List(cmd.Context(), states...); err != nil {
						return err
					}
				}
				return a.printJobs(found)
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "also what is done or was cancelled")
	cmd.AddCommand(
		a.jobCmd("retry ID", "Try a job again now that was given up, or waits", (*jobs.Queue).Retry),
		a.jobCmd("cancel ID", "End a job that is not finished", (*jobs.Queue).Cancel))
	return cmd
}

func (a *app) jobCmd(use, short string, change func(*jobs.Queue, context.Context, int64) error) *cobra.Command {
	verb, _, _ := strings.Cut(use, " ")
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		Example: "  turnover jobs " + verb + " 17\n" +
			"  turnover jobs " + verb + " 17 --db postgres://td@db/turnover",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usageError("%q is no number of a job: turnover jobs lists them", args[0])
			}
			return a.withQueue(cmd.Context(), func(q *jobs.Queue) error {
				if q == nil {
					return usageError("there are no jobs yet")
				}
				err := change(q, cmd.Context(), id)
				if errors.Is(err, jobs.ErrNone) || errors.Is(err, jobs.ErrState) {
					return usageError("%v", err)
				}
				return err
			})
		},
	}
}

// withQueue opens the jobs to look at them; nil where there are none yet.
func (a *app) withQueue(ctx context.Context, f func(*jobs.Queue) error) error {
	where := a.jobsDatabase()
	if _, err := os.Stat(where); !isPostgres(where) && errors.Is(err, fs.ErrNotExist) {
		return f(nil)
	}
	q, err := jobs.Open(ctx, where, nil, jobs.Options{Log: a.log})
	if err != nil {
		return err
	}
	return errors.Join(f(q), q.Close())
}

func (a *app) printJobs(found []jobs.Job) error {
	rows := []jobRow{}
	for _, j := range found {
		rows = append(rows, jobRow{j.ID, j.Kind, j.Key, j.State, j.Attempt, j.At.UTC().Format(time.RFC3339), nilIf(j.Error)})
	}
	if a.json {
		return a.printJSON(rows)
	}
	for _, r := range rows {
		a.printf("%6d  %-9s %-8s %s  %s\n", r.ID, r.State, r.Kind, r.At, exporters.Visible(r.Key))
		if r.Error != nil {
			a.printf("        try %d: %s\n", r.Attempt, exporters.Visible(*r.Error))
		}
	}
	if len(rows) == 0 {
		a.printf("nothing waits\n")
	}
	return nil
}
