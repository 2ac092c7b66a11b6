package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"turnover/pipeline"
)

func (a *app) undoCmd() *cobra.Command {
	var dry, yes bool
	cmd := &cobra.Command{
		Use:   "undo ID",
		Short: "Show and apply the inverse of an import",
		Long: "undo takes an import back, all in one go: what nobody built upon since is as it was before; what\n" +
			"somebody changed since is kept and named. At a terminal it asks first.",
		Example: "  turnover undo 9a41b7c0 --dry-run\n" +
			"  turnover undo 9a41b7c0 --yes --json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error { return a.undo(cmd.Context(), p, args[0], dry, yes) })
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only show what it would do")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask, not at a terminal either")
	return cmd
}

func (a *app) undo(ctx context.Context, p *pipeline.Pipeline, id string, dry, yes bool) error {
	var shown *pipeline.Undoing
	asks := !yes && !a.json && terminal(a.in) && terminal(a.out)
	if dry || asks {
		told, err := p.Undo(ctx, id, true, nil)
		if err != nil {
			return err
		}
		if a.json {
			return a.printJSON(told)
		}
		a.printUndoing(told)
		if dry || told.NothingToDo {
			a.printf("nothing was written\n")
			return nil
		}
		if !a.agrees("take it back?") {
			a.printf("nothing was written\n")
			return nil
		}
		shown = &told
	}
	done, err := p.Undo(ctx, id, false, shown)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(done)
	}
	if shown == nil {
		a.printUndoing(done)
	}
	if done.Applied {
		a.printf("undone as %s\n", *done.Import)
	} else {
		a.printf("nothing was written\n")
	}
	return nil
}

// agrees asks a person at a terminal; anything but yes is no.
func (a *app) agrees(question string) bool {
	a.printf("%s [y/N] ", question)
	answer, err := bufio.NewReader(a.in).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return err == nil && (answer == "y" || answer == "yes")
}

func (a *app) printUndoing(u pipeline.Undoing) {
	a.printf("undo of import %s: %s (%s) in %s\n", u.Undone, u.Source, u.Kind, u.Project)
	for _, bucket := range []struct {
		title string
		lines []pipeline.UndoLine
	}{{"reversed", u.Reversed}, {"kept because changed since", u.Kept}, {"refused", u.Refused}} {
		a.printf("\n%s: %d\n", bucket.title, len(bucket.lines))
		for _, line := range bucket.lines {
			a.printf("  %s\n", undoText(line))
		}
	}
	for _, scope := range u.Cuts {
		if scope == "" {
			scope = u.Project
		}
		a.printf("\ncut of %s: as it was before the import\n", scope)
	}
	a.printf("\n")
}

// undoText says of one thing that an import did what becomes of it.
func undoText(l pipeline.UndoLine) string {
	text := fmt.Sprintf("%-9s %s %s", l.Action, l.Entity, l.Path)
	if l.Field != nil {
		text += fmt.Sprintf(" %s: %s → %s", *l.Field, oneLine(string(l.After)), oneLine(string(l.Before)))
	}
	if l.Reason == "" {
		return text
	}
	if l.Field != nil {
		text = fmt.Sprintf("%-9s %s %s %s", l.Action, l.Entity, l.Path, *l.Field)
	}
	text += ": " + l.Reason
	if s := l.Since; s != nil {
		from := s.Cause + " " + s.Import
		if s.Place != "" {
			from = s.Place
		}
		text += fmt.Sprintf(" — by %s, %s, %s", s.Author, s.At, strings.TrimSpace(from))
		if s.Field != nil {
			text += fmt.Sprintf(": %s %s → %s", *s.Field, oneLine(string(s.Before)), oneLine(string(s.After)))
		}
	}
	return text
}
