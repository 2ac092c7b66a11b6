package main

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"turnover/exporters"
	"turnover/pipeline"
	"turnover/schedule"
)

// A reportRunRow is what "run --json" prints of a report.
type reportRunRow struct {
	Entry      string `json:"entry"`
	Occurrence string `json:"occurrence"`
	Again      bool   `json:"again"` // it was done before: nothing was done now
	pipeline.ReportRun
	Deliveries []pipeline.Delivery `json:"deliveries"`
}

// A publishRunRow is what "run --json" prints of a publication.
type publishRunRow struct {
	Entry      string `json:"entry"`
	Occurrence string `json:"occurrence"`
	Again      bool   `json:"again"`
	pipeline.PublishRun
}

func again(before bool) string {
	if before {
		return ", which was done before"
	}
	return ""
}

// printReportRun says what went where.
func (a *app) printReportRun(o schedule.Occurrence, run pipeline.ReportRun) error {
	if a.json {
		return a.printJSON(reportRunRow{o.Entry, o.Wall, run.Again, run, append([]pipeline.Delivery{}, run.Deliveries...)})
	}
	a.printf("%s of %s%s: %s, snapshot %s of %s\n", o.Entry, o.Wall, again(run.Again), run.Period, run.Snapshot, exporters.Visible(run.Project))
	if run.Banner != "" {
		a.printf("  %s\n", exporters.Visible(run.Banner))
	}
	switch {
	case run.State == pipeline.OccurrenceHeld:
		a.printf("held: nothing was sent. To send it all the same: turnover run %s --at %s\n", o.Entry, o.Wall)
	case len(run.Deliveries) == 0 && run.State == pipeline.OccurrenceDone:
		a.printf("the entry delivers it to nobody: give it deliver: [{folder: …}] or [{mail: […]}]\n")
	}
	a.printDeliveries(run.Deliveries)
	return nil
}

func (a *app) deliveriesCmd() *cobra.Command {
	var f pipeline.DeliveryFilter
	var since string
	cmd := &cobra.Command{
		Use:   "deliveries",
		Short: "List what was delivered to whom, with which checksum",
		Example: "  turnover deliveries --entry monday-quotas\n" +
			"  turnover deliveries --since 2026-11-01 --state failed --json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("--state", f.State, pipeline.DeliveryDone, pipeline.DeliveryFailed, pipeline.DeliveryRefused, pipeline.DeliverySending); err != nil {
				return usageError("%v", err)
			}
			day, err := dayFlag("--since", since)
			if err != nil {
				return err
			}
			if day != "" {
				if f.Since, err = time.Parse(time.DateOnly, string(day)); err != nil {
					return usageError("--since: %v", err)
				}
			}
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				all, err := p.Deliveries(cmd.Context(), f)
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(all)
				}
				a.printDeliveries(all)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&f.Entry, "entry", "", "only of this entry of the configuration")
	cmd.Flags().StringVar(&f.Occurrence, "occurrence", "", "only of this occurrence: 2026-11-23T08:00")
	cmd.Flags().StringVar(&f.State, "state", "", "done, failed, refused or sending")
	cmd.Flags().StringVar(&since, "since", "", "only of this day (UTC) and later")
	return cmd
}

// printDeliveries prints one a line, and below it what went wrong.
func (a *app) printDeliveries(all []pipeline.Delivery) {
	for _, d := range all {
		where, sum := strings.Join(d.To, ", "), "sha256 "+d.SHA256
		if d.Path != "" {
			where = d.Path
		}
		if d.Kind == pipeline.NoticeDelivery {
			sum = "that it " + noticeWords[d.About]
		}
		a.printf("%-7s  %s  %s of %s  %s to %s  %s\n", d.State, d.At.UTC().Format(time.RFC3339), d.Entry, d.Occurrence, d.Kind, exporters.Visible(where), sum)
		for _, to := range slices.Sorted(maps.Keys(d.Refused)) {
			a.printf("         %s refused: %s\n", exporters.Visible(to), exporters.Visible(d.Refused[to]))
		}
		if d.Error != "" {
			a.printf("         attempt %d: %s\n", d.Attempts, exporters.Visible(d.Error))
		}
	}
}

var noticeWords = map[string]string{"held": "is held", "failed": "failed", "refused": "did not reach all"}
