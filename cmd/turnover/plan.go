package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
	"turnover/pipeline"
	"turnover/plan"
)

// listFlags are the flags that plan and apply share.
type listFlags struct {
	project, episode, omit, kind, fps string
	source, casting                   string
	overwrite, move                   bool
	names, repair                     []string
	sheets                            importers.SheetOptions
}

func (f *listFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.project, "project", "", "name or id of the production")
	cmd.Flags().StringVar(&f.episode, "episode", "", "episode of a list that names none")
	cmd.Flags().StringVar(&f.omit, "omit", "", "omit shots that the list leaves out: none, listed-sequences, episode or project")
	cmd.Flags().StringVar(&f.kind, "kind", "", "shots, casting, tasks or timesheet; found from the header where not given")
	cmd.Flags().StringVar(&f.fps, "fps", "", "frame rate of EDLs and timecodes; the project's where not given")
	cmd.Flags().StringSliceVar(&f.names, "names", nil, "naming templates, such as {episode}_{sequence}_{shot}")
	cmd.Flags().StringVar(&f.source, "source", "", "who hands the list over; its columns and volume are remembered and a change is held")
	cmd.Flags().BoolVar(&f.overwrite, "overwrite", false, "also fields that a person changed since the last list")
	cmd.Flags().BoolVar(&f.move, "move", false, "a new name that stands once elsewhere, and not in the list, is that shot: it is moved")
	cmd.Flags().StringVar(&f.casting, "casting", "", "merge: a list adds castings; replace: it names all of a shot")
	addSheetFlags(cmd.Flags(), &f.sheets)
	cmd.Flags().StringArrayVar(&f.repair, "repair", nil, "names that a spreadsheet program damaged: COLUMN=WAS:NOW, or \"all\" for every proposal that plan shows")
}

func (f *listFlags) options() (pipeline.Options, error) {
	opts := pipeline.Options{Episode: f.episode, Omit: f.omit, Names: f.names, Sheets: f.sheets, Source: f.source, Casting: f.casting, Overwrite: f.overwrite, Move: f.move}
	if err := f.sheets.Check(); err != nil {
		return opts, usageError("%v", err)
	}
	var err error
	if opts.Kind, err = kindOf(f.kind); err != nil {
		return opts, err
	}
	if err := oneOf("--omit", f.omit, plan.OmitNone, plan.OmitListed, plan.OmitEpisode, plan.OmitProject); err != nil {
		return opts, usageError("%v", err)
	}
	if err := oneOf("--casting", f.casting, plan.CastMerge, plan.CastReplace); err != nil {
		return opts, usageError("%v", err)
	}
	if f.fps != "" {
		if opts.FPS, err = timecode.ParseRate(f.fps); err != nil {
			return opts, usageError("%v", err)
		}
	}
	return opts, f.repairs(&opts)
}

// repairs reads --repair; a name's own colon may stand in WAS.
func (f *listFlags) repairs(opts *pipeline.Options) error {
	for _, text := range f.repair {
		if text == "all" {
			opts.RepairAll = true
			continue
		}
		column, names, ok := strings.Cut(text, "=")
		colon := strings.LastIndexByte(names, ':')
		if !ok || column == "" || colon < 1 || colon == len(names)-1 {
			return usageError("--repair %q: write COLUMN=WAS:NOW, such as Shot=1:001, or all", text)
		}
		if opts.Repairs == nil {
			opts.Repairs = map[string]string{}
		}
		opts.Repairs[importers.RepairKey(column, names[:colon])] = names[colon+1:]
	}
	return nil
}

func (a *app) planCmd() *cobra.Command {
	var flags listFlags
	var save bool
	var copied annotation
	cmd := &cobra.Command{
		Use:   "plan FILE…",
		Short: "Say what a list would change; nothing is written but, with --save, the plan",
		Example: "  turnover plan ep103.csv --project tv\n" +
			"  turnover plan cut.edl --project tv --omit listed-sequences --save --annotate cut.answer.edl\n" +
			"  turnover plan reel1.edl+reel2.edl --project film    # several lists, one cut",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := flags.options()
			if err == nil {
				err = copied.check(args, &opts)
			}
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				return a.eachFile(args, func(path string) error { return a.planFile(cmd, p, path, flags.project, opts, save, &copied) })
			})
		},
	}
	flags.add(cmd)
	copied.add(cmd)
	cmd.Flags().BoolVar(&save, "save", false, "store the plan, so that \"turnover apply ID\" applies it as it is")
	return cmd
}

// eachFile does one file after the other, says what is wrong with each, and
// gives the worst exit code.
func (a *app) eachFile(paths []string, do func(path string) error) error {
	if len(paths) == 1 {
		return do(paths[0])
	}
	code := exitDone
	for _, path := range paths {
		err := do(path)
		code = worst(code, a.finish(err))
	}
	return codeError(code)
}

func (a *app) planFile(cmd *cobra.Command, p *pipeline.Pipeline, path, project string, opts pipeline.Options, save bool, copied *annotation) error {
	f, beside, err := p.OpenCut(path)
	if err != nil {
		return err
	}
	opts.Beside = beside
	defer a.progress("planning " + f.Name)()
	made, err := p.Plan(cmd.Context(), f, project, opts)
	if err != nil {
		return copied.also(a, err, copied.write(a, nil, project, pipeline.Outcome{}, given{}, err))
	}
	from := givenOf(cmd, f, path, beside)
	wrong := made.Plan.Diagnostics.HasErrors()
	if save && !wrong && !made.Plan.Empty() {
		state := "saved"
		if made.Plan.Held {
			state = "held"
		}
		if err := p.Save(cmd.Context(), made, state); err != nil {
			return err
		}
		from.stored = true
	}
	out := pipeline.Outcome{Plan: made.Plan.ID, NothingToDo: made.Plan.Empty(), Summary: made.Plan.Summary}
	if err := errors.Join(copied.write(a, made.Plan, project, out, from, nil), a.printPlan(made.Plan, out, from)); err != nil {
		return err
	}
	switch {
	case wrong && a.json:
		return &exitError{exitInput}
	case wrong:
		return &pipeline.InputError{File: f.Name, Found: made.Plan.Diagnostics}
	case made.Plan.Held:
		return &exitError{exitHeld}
	}
	return nil
}

func (a *app) printPlan(made *plan.Plan, out pipeline.Outcome, from given) error {
	if a.json {
		if made.Diagnostics == nil {
			made.Diagnostics = diag.List{} // an empty list, never null
		}
		if err := made.Encode(a.out); err != nil {
			return err
		}
		a.printf("\n")
		return nil
	}
	return printReceipt(a.out, made, out, from)
}

func (a *app) applyCmd() *cobra.Command {
	var flags listFlags
	var accept pipeline.Acceptance
	var copied annotation
	cmd := &cobra.Command{
		Use:   "apply FILE…|PLAN-ID",
		Short: "Apply lists, each in one transaction, or a stored plan as it is",
		Example: "  turnover apply ep103.csv casting.xlsx --project tv\n" +
			"  turnover apply casting.xlsx --project tv --annotate casting.answer.xlsx\n" +
			"  turnover apply 4f1c09d2 --accept PLN101",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := flags.options()
			if err == nil {
				err = copied.check(args, &opts)
			}
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				return a.eachFile(args, func(arg string) error { return a.applyOne(cmd, p, arg, flags.project, opts, accept, &copied) })
			})
		},
	}
	flags.add(cmd)
	copied.add(cmd)
	cmd.Flags().StringSliceVar(&accept.Codes, "accept", nil, "gates to let pass, by code")
	cmd.Flags().BoolVar(&accept.All, "yes", false, "let every gate pass")
	return cmd
}

func (a *app) applyOne(cmd *cobra.Command, p *pipeline.Pipeline, arg, project string, opts pipeline.Options, accept pipeline.Acceptance, copied *annotation) error {
	defer a.progress("applying " + arg)()
	var made *plan.Plan
	var out pipeline.Outcome
	var from given // stays empty for a stored plan
	_, err := os.Stat(arg)
	if isID(arg) && os.IsNotExist(err) {
		from.stored = true
		made, out, err = a.applyStored(cmd, p, arg, accept, copied)
	} else {
		f, beside, openErr := p.OpenCut(arg)
		if openErr != nil {
			return openErr
		}
		opts.Beside = beside
		from = givenOf(cmd, f, arg, beside)
		made, out, err = p.ApplyFile(cmd.Context(), f, project, opts, accept)
	}
	held := errors.Is(err, pipeline.ErrHeld)
	from.stored = from.stored || held
	copyErr := copied.write(a, made, project, out, from, err)
	if made == nil || err != nil && !held {
		return copied.also(a, err, copyErr)
	}
	var printed error
	if a.json {
		printed = a.printJSON(out)
	} else {
		printed = printReceipt(a.out, made, out, from)
	}
	if printed = errors.Join(printed, copyErr); printed == nil && held {
		return fmt.Errorf("%w\nplan %s is stored: look at it with \"turnover plans show %[2]s\", let it pass with \"turnover apply %[2]s --yes\"", err, made.ID)
	}
	return errors.Join(err, printed)
}

// applyStored applies a stored plan. A copy of its list is made of what was
// kept, which is read first: afterwards it would be too late to refuse.
func (a *app) applyStored(cmd *cobra.Command, p *pipeline.Pipeline, id string, accept pipeline.Acceptance, copied *annotation) (*plan.Plan, pipeline.Outcome, error) {
	if copied.path != "" {
		_, stored, err := p.ShowPlan(cmd.Context(), id)
		if err == nil {
			err = copied.stored(cmd, p, stored)
		}
		if err != nil {
			return nil, pipeline.Outcome{}, err
		}
	}
	return p.ApplyStored(cmd.Context(), id, accept)
}

// isID tells the beginning of a plan's id from a file's name.
func isID(arg string) bool {
	for _, c := range arg {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && c != '-' {
			return false
		}
	}
	return len(arg) >= 4
}
