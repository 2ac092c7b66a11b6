package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"turnover/pipeline"
)

func (a *app) explainCmd() *cobra.Command {
	var project string
	cmd := &cobra.Command{
		Use:   "explain PATH",
		Short: "Say where each field of an entity came from",
		Example: "  turnover explain EP103/SQ010/SH010 --project tv\n" +
			"  turnover explain SH010 --project film --json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				told, err := p.Explain(cmd.Context(), project, args[0])
				if err != nil {
					return err
				}
				return a.printExplanation(told)
			})
		},
	}
	cmd.Flags().StringVar(&project, "project", "", "name or id of the production")
	return cmd
}

func (a *app) printExplanation(told pipeline.Explanation) error {
	if a.json {
		return a.printJSON(told)
	}
	a.printf("%s %s\n", told.Entity, told.Path)
	a.printFields("  ", told.Fields, nil)
	for _, part := range told.Parts {
		made := "not known"
		if part.Made != nil {
			made = written(*part.Made)
		}
		a.printf("\n  %s %s  made %s\n", part.Entity, part.Path, made)
		a.printFields("    ", part.Fields, part.Made)
	}
	return nil
}

// printFields leaves out who wrote a field where it was made with its row.
func (a *app) printFields(indent string, fields []pipeline.FieldStory, made *pipeline.Writing) {
	for _, f := range fields {
		value := oneLine(f.Value.Text())
		switch {
		case f.Name != "":
			value = oneLine(f.Name)
		case value == "":
			value = "(none)"
		}
		wrote := ""
		if made == nil || f.At == nil || *f.At != *made.At || f.Import != made.Import || f.Cause != made.Cause {
			wrote = writtenOver(f.Writing, f.Was)
		}
		a.printf("%s\n", strings.TrimRight(fmt.Sprintf("%s%-18s %-30s %s", indent, f.Field, value, wrote), " "))
	}
}

// written says who wrote something: when, by whom, why, from where, and what was
// there before.
func written(w pipeline.Writing) string { return writtenOver(w, "") }

// writtenOver is written with what an id that was there before stands for.
func writtenOver(w pipeline.Writing, was string) string {
	if w.At == nil {
		return "not known"
	}
	parts := []string{*w.At, "by " + w.Author + ",", w.Cause}
	if w.Undo != nil {
		parts = append(parts, *w.Undo, "of import")
	}
	switch {
	case w.Place != "":
		parts = append(parts, w.Place)
	case w.File != "":
		parts = append(parts, w.File)
	}
	parts = append(parts, w.Import)
	before := was
	if before == "" {
		before = w.Before.Text()
	}
	if before != "" {
		parts = append(parts, "before: "+oneLine(before))
	}
	return strings.Join(parts, " ")
}

// oneLine keeps a text within its line, at most 60 characters of it.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return s
}
