package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
	"turnover/pipeline"
)

func (a *app) inspectCmd() *cobra.Command {
	var fps, project, kind string
	var names []string
	var sheets importers.SheetOptions
	cmd := &cobra.Command{
		Use:   "inspect FILE…",
		Short: "Say what a file says; no database is needed",
		Example: "  turnover inspect cut.edl --fps 25\n" +
			"  turnover inspect --json shots.csv casting.xlsx",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := a.inspectOptions(fps, project, kind, names)
			if err != nil {
				return err
			}
			if err := sheets.Check(); err != nil {
				return usageError("%v", err)
			}
			opts.SheetOptions = sheets.Over(opts.SheetOptions)
			code, p := exitDone, a.bare()
			for _, path := range args {
				err := a.inspectFile(cmd, p, path, opts)
				if err != nil {
					_ = a.finish(err)
				}
				code = worst(code, exitCode(err))
			}
			return codeError(code)
		},
	}
	cmd.Flags().StringVar(&fps, "fps", "", "frame rate of EDLs and timecodes: 24, 25, 23.976, 29.97df …")
	cmd.Flags().StringSliceVar(&names, "names", nil, "naming templates, such as {episode}_{sequence}_{shot}")
	cmd.Flags().StringVar(&project, "project", "", "take rate, names and columns from the configuration of this project")
	cmd.Flags().StringVar(&kind, "kind", "", "shots, casting, tasks or timesheet; found from the header where not given")
	addSheetFlags(cmd.Flags(), &sheets)
	return cmd
}

func (a *app) inspectOptions(fps, project, kind string, names []string) (importers.Options, error) {
	s, known := a.config.settings()[project]
	if project != "" && !known {
		return importers.Options{}, usageError("the configuration has no project %q", project)
	}
	opts := importers.Options{FPS: s.FPS, Columns: s.Columns, Names: s.Names, MatchCase: s.MatchCase, SheetOptions: s.Sheets}
	if len(names) > 0 {
		opts.Names = names
	}
	var err error
	if opts.Kind, err = kindOf(kind); err != nil {
		return opts, err
	}
	if fps != "" {
		if opts.FPS, err = timecode.ParseRate(fps); err != nil {
			return opts, usageError("%v", err)
		}
	}
	return opts, nil
}

func kindOf(word string) (importers.Kind, error) {
	if err := oneOf("--kind", word, "shots", "casting", "tasks", "timesheet"); err != nil {
		return "", usageError("%v", err)
	}
	return importers.Kind(word), nil
}

func codeError(code int) error {
	if code == exitDone {
		return nil
	}
	return &exitError{code}
}

// inspectFile prints one file; its errors come back after it was printed.
func (a *app) inspectFile(cmd *cobra.Command, p *pipeline.Pipeline, path string, opts importers.Options) error {
	f, err := p.Open(path)
	if err != nil {
		return a.inspectRefused(f, err)
	}
	collect := 7 // percent of growth: a list is read once and printed, so that memory is dearer than time
	// An EDL counts frames at a rate that stands nowhere in it: asking for it is
	// a matter of the command line, not of the file.
	if imp, _ := importers.Detect(f, p.Importers); imp != nil && imp.Format() == "edl" {
		if opts.FPS.IsZero() {
			return usageError("%s: an EDL does not say its frame rate: give --fps, such as --fps 25, or --project with fps in the configuration", f.Name)
		}
		collect = 100 // reading one makes next to no garbage
	}
	defer debug.SetGCPercent(debug.SetGCPercent(collect))
	if !a.json {
		opts.First = shown
	}
	in, err := p.Inspect(cmd.Context(), f, opts)
	if err != nil {
		return err
	}
	if a.json {
		err = newInspectJSON(in).print(a.out)
	} else {
		err = a.printInspection(in)
	}
	if err == nil && in.Found.HasErrors() {
		return &exitError{exitInput}
	}
	return err
}

// inspectRefused prints a file that was not even read.
func (a *app) inspectRefused(f importers.File, err error) error {
	var input *pipeline.InputError
	if !a.json || !errors.As(err, &input) {
		return err
	}
	if err := newInspectJSON(&pipeline.Inspection{File: f, Found: input.Found}).print(a.out); err != nil {
		return err
	}
	return &exitError{exitInput}
}

// printJSON prints one value on one line.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print JSON: %w", err)
	}
	return nil
}

// shown is how many entries a person is shown; --json has all.
const shown = 20

func (a *app) printInspection(in *pipeline.Inspection) error {
	if l := in.List; l != nil {
		a.printf("%s: %s, %s, %d bytes, sha256 %s\n", l.Source.Name, strings.TrimSpace(l.Source.Format+" "+l.Source.Dialect), l.Kind, l.Source.Bytes, l.Source.SHA256[:12])
		if l.Title != "" {
			a.printf("  title   %s\n", l.Title)
		}
		a.printf("  lines   %d: %d understood, %d ignored, %d in error\n", l.Lines.Total, l.Lines.Understood, l.Lines.Ignored, l.Lines.InError)
		for _, c := range l.Columns {
			a.printf("  column  %-20s %s %s\n", c.Header, orIgnored(c.Field), c.Detail)
		}
		total := len(l.Entries) + l.More
		a.printf("  entries %d\n", total)
		for _, e := range l.Entries[:min(shown, len(l.Entries))] {
			a.printf("          %s  %s\n", e.Place, entryText(e))
		}
		if total > shown {
			a.printf("          … and %d more; --json has all\n", total-shown)
		}
	}
	for _, d := range in.Found {
		if _, err := fmt.Fprintln(a.out, " ", d); err != nil {
			return fmt.Errorf("print findings: %w", err)
		}
	}
	a.printf("  %d errors, %d warnings, %d notes\n", in.Found.Count(diag.Error), in.Found.Count(diag.Warning), in.Found.Count(diag.Info))
	return nil
}

func orIgnored(field string) string {
	if field == "" {
		return "(ignored)"
	}
	return field
}

func entryText(e importers.Entry) string {
	if e.Details == nil {
		e.Details = &importers.Details{}
	}
	text := ""
	for _, c := range []importers.Cell{e.Episode, e.Sequence, e.Scene, e.Shot, e.Entity, e.Asset, e.Person, e.TaskType, e.Date} {
		if c.Given() {
			text += c.Text + " "
		}
	}
	if text == "" && len(e.Names) > 0 {
		text = e.Names[0].Cell.Text + " "
	}
	if e.NbFrames.Given() {
		text += fmt.Sprintf("%d frames", e.NbFrames.Value)
	}
	return text
}
