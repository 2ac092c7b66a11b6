package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"turnover/exporters"
	"turnover/importers"
	"turnover/internal/diag"
	"turnover/pipeline"
	"turnover/plan"
	"turnover/schedule"
)

// lists does with drops what the watch folders of the configuration say, and
// answers them.
type lists struct {
	pipeline *pipeline.Pipeline
	folders  map[string]pipeline.DropFolder // by name
}

func newLists(p *pipeline.Pipeline, watch []watchConfig) *lists {
	l := &lists{p, map[string]pipeline.DropFolder{}}
	for _, w := range watch {
		l.folders[w.name()] = pipeline.DropFolder{
			Name: w.name(), Project: w.Project, Episode: w.Episode, Below: w.Below, Omit: w.Omit, Casting: w.Casting, Hold: w.Apply == "hold",
		}
	}
	return l
}

// Whole says whether a file looks as if it was written to its end.
func (l *lists) Whole(_ context.Context, _ string, c schedule.Content) bool {
	return importers.Whole(importers.File{Name: c.Path, Bytes: c.Bytes})
}

// Take applies, holds or rejects a drop, and says so beside it.
func (l *lists) Take(ctx context.Context, d schedule.Drop, contents []schedule.Content) (schedule.Taken, error) {
	folder, known := l.folders[d.Folder]
	if !known {
		return schedule.Taken{}, fmt.Errorf("take %s: the configuration has no watch folder %q any more", d.Key(), d.Folder)
	}
	files := make([]importers.File, 0, len(contents))
	for _, c := range contents {
		files = append(files, importers.File{Name: c.Path, Bytes: c.Bytes})
	}
	taken, err := l.pipeline.TakeDrop(ctx, folder, d, files)
	if err != nil {
		return schedule.Taken{}, err
	}
	answer := taken.Taken
	answer.Receipts, err = l.receipts(ctx, taken)
	return answer, err
}

// Plan tells what became of the plan of a drop that was held, with a receipt
// once somebody decided.
func (l *lists) Plan(ctx context.Context, id string) (schedule.Taken, error) {
	t, err := l.pipeline.DropPlan(ctx, id)
	if err != nil {
		return schedule.Taken{}, err
	}
	answer := t.Taken
	if t.State == schedule.Held {
		return answer, nil
	}
	var text bytes.Buffer
	text.WriteString(firstLine(t) + "\n\n")
	if err := printReceipt(&text, t.Made, t.Outcome, given{stored: true, rejected: t.State == schedule.Rejected}); err != nil {
		return schedule.Taken{}, err
	}
	answer.Receipts = []schedule.Receipt{{Suffix: "." + receiptWords[t.State] + ".txt", Bytes: text.Bytes()}}
	return answer, nil
}

// receiptWords are how receipts are called: what an editor must see without opening one.
var receiptWords = map[string]string{schedule.Applied: "APPLIED", schedule.Nothing: "NOTHING-TO-DO", schedule.Held: "HELD", schedule.Superseded: "HELD", schedule.Rejected: "REJECTED"}

// receipts are the answer as text and, where the list needs somebody's eyes, as
// a copy of it that says what is meant at each row.
func (l *lists) receipts(ctx context.Context, t *pipeline.TakenDrop) ([]schedule.Receipt, error) {
	from := given{file: t.List, flags: t.Flags, stored: t.State == schedule.Held || t.State == schedule.Superseded}
	if len(t.Drop.Files) > 1 {
		from.file = importers.File{} // findings of several files show no lines
	}
	var text bytes.Buffer
	text.WriteString(firstLine(t) + "\n\n")
	if err := printReceipt(&text, t.Made, t.Outcome, from); err != nil {
		return nil, err
	}
	if len(t.Made.Decisions) > 0 {
		text.WriteString("\n")
		printDecisions(&text, t.Made)
	}
	out := []schedule.Receipt{{Suffix: "." + receiptWords[t.State] + ".txt", Bytes: text.Bytes()}}
	if t.State == schedule.Applied || t.State == schedule.Nothing || len(t.Drop.Files) > 1 {
		return out, nil
	}
	copied, err := l.copied(ctx, t, from)
	if copied != nil {
		out = append(out, *copied)
	}
	return out, err
}

// copied is the annotated copy; nil where the list has no format that can be
// marked, or was not even read. A copy that cannot be made is no reason to try
// for ever: the text says all of it.
func (l *lists) copied(ctx context.Context, t *pipeline.TakenDrop, from given) (*schedule.Receipt, error) {
	in, err := l.inspected(ctx, t)
	if in == nil || err != nil {
		return nil, err
	}
	document := documentOf(in, t.List.Name, l.pipeline.Limits.WithDefaults().Unzipped)
	ext := "." + document.Format
	switch document.Format {
	case "xlsx":
		if strings.EqualFold(filepath.Ext(t.List.Name), ".xlsm") {
			ext = ".xlsm"
		}
	case "edl", "csv":
	default:
		return nil, nil
	}
	var b bytes.Buffer
	if err := annotate(&b, document, t.Made, t.Outcome, from); err != nil {
		l.pipeline.Log.Warn().Err(err).Str("drop", t.Drop.Key()).Msg("the annotated copy cannot be made")
		return nil, nil
	}
	return &schedule.Receipt{Suffix: "." + receiptWords[t.State] + ext, Bytes: b.Bytes()}, nil
}

// inspected reads the list again: while it was applied, only its plan was kept.
func (l *lists) inspected(ctx context.Context, t *pipeline.TakenDrop) (*pipeline.Inspection, error) {
	switch {
	case t.Read != nil:
		return l.pipeline.Inspect(ctx, t.List, *t.Read)
	case t.Plan != "":
		return l.pipeline.Kept(ctx, t.Made)
	}
	return nil, nil
}

// firstLine says in words what happened, and how to go on or back.
func firstLine(t *pipeline.TakenDrop) string {
	name, project := exporters.Visible(t.List.Name), exporters.Visible(t.Made.Project)
	if n := len(t.Drop.Files); n > 1 {
		name = fmt.Sprintf("%s and %d more", name, n-1)
	}
	apply := fmt.Sprintf("To apply it: turnover apply %s --yes. To refuse it: turnover plans reject %[1]s", t.Plan)
	switch t.State {
	case schedule.Applied:
		return fmt.Sprintf("%s was applied to %s: %s. To take it back: turnover undo %s", name, project, t.Message, t.Import)
	case schedule.Nothing:
		return fmt.Sprintf("%s changes nothing: %s. There is nothing to do", name, t.Message)
	case schedule.Superseded:
		return fmt.Sprintf("%s is older than %s, which came before it, and waits for a person: nothing was written. %s", name, exporters.Visible(path.Base(t.Drop.Older)), apply)
	case schedule.Held:
		return fmt.Sprintf("%s waits for a person: nothing was written. %s", name, apply)
	}
	if !t.Made.Diagnostics.HasErrors() {
		return fmt.Sprintf("%s was not wanted: a person rejected its plan, and nothing was written", name)
	}
	errs := "1 error"
	if n := t.Made.Diagnostics.Count(diag.Error); n != 1 {
		errs = fmt.Sprintf("%d errors", n)
	}
	return fmt.Sprintf("%s was rejected for %s: nothing was written. Correct it and put it into the folder again", name, errs)
}

// printDecisions says what the configuration decided about a list.
func printDecisions(w io.Writer, made *plan.Plan) {
	var b strings.Builder
	b.WriteString("Decided by rule\n")
	for _, d := range made.Decisions {
		fmt.Fprintf(&b, "  %s  [%s]\n", exporters.Visible(d.What), exporters.Visible(d.Rule))
	}
	_, _ = io.WriteString(w, b.String()) // a reader that went away is noticed at the next write
}
