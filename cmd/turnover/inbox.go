package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"turnover/exporters"
	"turnover/pipeline"
	"turnover/schedule"
)

// An inboxItem is one file of a watch folder and how far it has come.
type inboxItem struct {
	Folder  string
	Path    string // where it lay when it was dropped; "" of what concerns the whole folder
	State   string
	Since   time.Time
	Size    int64 // bytes
	Message string
	Plan    string
	Import  string
	Now     string // where it is now, below the folder
}

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
				items, err := inboxItems(cmd.Context(), p)
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

// inboxItems reads what became of the drops that were taken, the newest first.
func inboxItems(ctx context.Context, p *pipeline.Pipeline) (items []inboxItem, err error) {
	marks, err := (pipeline.Ledger{Store: p.Store}).Marks(ctx, "drop/")
	if err != nil {
		return nil, err
	}
	for _, m := range marks {
		var r pipeline.DropResult
		if err := json.Unmarshal(m.Result, &r); err != nil {
			return nil, fmt.Errorf("read mark %s: %w", m.Key, err)
		}
		for _, f := range r.Drop.Files {
			items = append(items, inboxItem{Folder: r.Drop.Folder, Path: f.Path, State: r.State, Since: m.At, Size: f.Size, Message: r.Message, Plan: r.Plan, Import: r.Import})
		}
	}
	slices.SortStableFunc(items, func(a, b inboxItem) int { return b.Since.Compare(a.Since) })
	return items, nil
}

// decidedSince gives held files the state that a person has given their plans:
// it may take a while until their folder is looked at again.
func decidedSince(ctx context.Context, p *pipeline.Pipeline, items []inboxItem) error {
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

// open tells a file that waits for somebody from one that is done. newer are the
// files above it in the list, which have its place now.
func (i inboxItem) open(newer map[string]bool) bool {
	done := i.State == schedule.Applied || i.State == schedule.Nothing || i.State == schedule.Rejected && i.Plan != ""
	return !done && (waitsForPerson(i.State) || !newer[i.Folder+"/"+i.Path])
}

func (a *app) printInbox(items []inboxItem, all bool) error {
	rows, done, newer := []inboxRow{}, 0, map[string]bool{}
	for _, one := range items {
		if all || one.open(newer) {
			rows = append(rows, one.row())
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

func (i inboxItem) row() inboxRow {
	return inboxRow{Folder: i.Folder, Path: nilIf(i.Path), State: i.State, Since: i.Since.UTC().Format(time.RFC3339), Size: i.Size,
		Message: nilIf(i.Message), Plan: nilIf(i.Plan), Import: nilIf(i.Import), Now: nilIf(i.Now), Next: i.next()}
}

// next are the commands that go on from here.
func (i inboxItem) next() []string {
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
