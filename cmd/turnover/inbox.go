package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"turnover/exporters"
	"turnover/pipeline"
	"turnover/schedule"
	"turnover/schedule/watch"
)

// An inboxRow is an item in the words of the JSON contract.
type inboxRow struct {
	Folder  string   `json:"folder"`
	Path    *string  `json:"path"`
	State   string   `json:"state"`
	Since   string   `json:"since"`
	Size    int64    `json:"size"`
	Message *string  `json:"message"`
	Plan    *string  `json:"plan"`
	Import  *string  `json:"import"`
	Now     *string  `json:"now"`
	Next    []string `json:"next"` // command lines, of which one goes on from here
}

func (a *app) inboxCmd() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "inbox",
		Short: "List the files of the watch folders and how far they have come",
		Long: "Lists what waits for somebody: files that are held, rejected, given up or not taken yet, each with what to\n" +
			"do next. What was applied, and what a later file of the same name has replaced, is counted, or listed with --all.",
		Example: "  turnover inbox\n" +
			"  turnover inbox --all --json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				items, err := a.inboxItems(cmd.Context(), p)
				if err != nil {
					return err
				}
				if err := decidedSince(cmd.Context(), p, items); err != nil {
					return err
				}
				return a.printInbox(items, all)
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "also what is done")
	return cmd
}

// inboxItems reads how far each file of the watch folders has come.
func (a *app) inboxItems(ctx context.Context, p *pipeline.Pipeline) ([]watch.Item, error) {
	folders, err := a.watchFolders()
	if err != nil {
		return nil, err
	}
	return watch.Inbox(ctx, folders, pipeline.Ledger{Store: p.Store})
}

// decidedSince gives held files the state that a person has given their plans:
// it may take a while until their folder is looked at again.
func decidedSince(ctx context.Context, p *pipeline.Pipeline, items []watch.Item) error {
	for i := range items {
		one := &items[i]
		if !waitsForPerson(one.State) || one.Plan == "" {
			continue
		}
		now, err := p.DropPlan(ctx, one.Plan)
		if err != nil {
			return err
		}
		if now.State != schedule.Held {
			one.State, one.Message, one.Import = now.State, now.Message, now.Import
		}
	}
	return nil
}

func waitsForPerson(state string) bool { return state == schedule.Held || state == schedule.Superseded }

// openItem tells a file that waits for somebody from one that is done. newer are
// the files above it in the list, which have its place now.
func openItem(i watch.Item, newer map[string]bool) bool {
	done := i.State == schedule.Applied || i.State == schedule.Nothing || i.State == schedule.Rejected && i.Plan != ""
	return !done && (waitsForPerson(i.State) || !newer[i.Folder+"/"+i.Path])
}

func (a *app) printInbox(items []watch.Item, all bool) error {
	rows, done, newer := []inboxRow{}, 0, map[string]bool{}
	for _, one := range items {
		if all || openItem(one, newer) {
			rows = append(rows, rowOf(one))
		} else {
			done++
		}
		newer[one.Folder+"/"+one.Path] = true
	}
	if a.json {
		return a.printJSON(rows)
	}
	for _, r := range rows {
		a.printInboxRow(r)
	}
	switch {
	case done > 0:
		a.printf("%d done: --all lists them too\n", done)
	case len(rows) == 0:
		a.printf("nothing was dropped yet\n")
	}
	return nil
}

func rowOf(i watch.Item) inboxRow {
	return inboxRow{Folder: i.Folder, Path: nilIf(i.Path), State: i.State, Since: i.Since.UTC().Format(time.RFC3339), Size: i.Size,
		Message: nilIf(i.Message), Plan: nilIf(i.Plan), Import: nilIf(i.Import), Now: nilIf(i.Now), Next: nextOf(i)}
}

// nextOf are the commands that go on from here.
func nextOf(i watch.Item) []string {
	switch {
	case waitsForPerson(i.State) && i.Plan != "":
		return []string{"turnover apply " + i.Plan + " --yes", "turnover plans reject " + i.Plan, "turnover plans show " + i.Plan}
	case i.State == schedule.Applied && i.Import != "":
		return []string{"turnover imports show " + i.Import, "turnover undo " + i.Import}
	}
	return []string{}
}

func (a *app) printInboxRow(r inboxRow) {
	path := ""
	if r.Path != nil {
		path = *r.Path
	}
	a.printf("%-10s  %s  %s  %d bytes\n", r.State, r.Since, exporters.Visible(r.Folder+"/"+path), r.Size)
	if r.Message != nil {
		a.printf("    %s\n", exporters.Visible(*r.Message))
	}
	if r.Now != nil {
		a.printf("    it is at %s\n", exporters.Visible(*r.Now))
	}
	for _, command := range r.Next {
		a.printf("    %s\n", command)
	}
	if r.State == schedule.Rejected && r.Plan == nil {
		a.printf("    correct it and put it into the folder again\n")
	}
}
