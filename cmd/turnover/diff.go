package main

import (
	"io"

	"github.com/spf13/cobra"

	"turnover/exporters/receipt"
	"turnover/internal/timecode"
	"turnover/pipeline"
	"turnover/plan"
)

func (a *app) diffCmd() *cobra.Command {
	var opts pipeline.DiffOptions
	var fps, xlsx string
	var handles, firstFrame int64
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Say what changed from one cut to another",
		Long: "Says what changed from cut A to cut B, shot by shot. A cut is a file, several files joined by \"+\" (layers or\n" +
			"reels), or a stored revision: EP103@2, or EP103/SQ010 for the latest; @2 and @ are a film's.",
		Example: "  turnover diff r1.edl r2.edl --fps 25 --handles 8\n" +
			"  turnover diff reel1_v1.edl+reel2_v1.edl reel1_v2.edl+reel2_v2.edl --fps 24\n" +
			"  turnover diff EP103@1 EP103 --project tv --xlsx changes.xlsx",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := diffOptions(cmd, &opts, fps, handles, firstFrame); err != nil {
				return err
			}
			run := func(p *pipeline.Pipeline) error {
				list, err := p.Diff(cmd.Context(), args[0], args[1], opts)
				if err != nil {
					return err
				}
				return a.printDiff(list, xlsx)
			}
			if opts.Project != "" && pipeline.CutsAreStored(args...) {
				return a.with(cmd.Context(), run)
			}
			if _, known := a.config.settings()[opts.Project]; opts.Project != "" && !known {
				return usageError("the configuration has no project %q", opts.Project)
			}
			return run(a.bare())
		},
	}
	cmd.Flags().StringVar(&fps, "fps", "", "frame rate of EDLs: 24, 25, 23.976, 29.97df …")
	cmd.Flags().StringSliceVar(&opts.Names, "names", nil, "naming templates, such as {episode}_{sequence}_{shot}")
	cmd.Flags().Int64Var(&handles, "handles", 0, "frames delivered before and behind what is used")
	cmd.Flags().Int64Var(&firstFrame, "first-frame", 0, "number of a shot's first delivered frame, such as 1001")
	cmd.Flags().StringVar(&opts.Project, "project", "", "production of stored cuts; its rate, names, handles and first frame")
	cmd.Flags().StringVar(&xlsx, "xlsx", "", "write the change list as a workbook to this file")
	return cmd
}

// mostHandles is far more than anyone delivers; a longer one is a slip.
const mostHandles = 100_000

func diffOptions(cmd *cobra.Command, opts *pipeline.DiffOptions, fps string, handles, firstFrame int64) (err error) {
	if fps != "" {
		if opts.FPS, err = timecode.ParseRate(fps); err != nil {
			return usageError("%v", err)
		}
	}
	if cmd.Flags().Changed("handles") {
		if handles < 0 || handles > mostHandles {
			return usageError("--handles %d: give a number of frames from 0 to %d", handles, mostHandles)
		}
		opts.Handles = &handles
	}
	if cmd.Flags().Changed("first-frame") {
		if firstFrame < -1_000_000_000 || firstFrame > 1_000_000_000 {
			return usageError("--first-frame %d: give a frame number, such as 1001", firstFrame)
		}
		opts.FirstFrame = &firstFrame
	}
	return nil
}

func (a *app) printDiff(list *plan.ChangeList, xlsx string) error {
	if xlsx != "" {
		if err := writeAside(xlsx, func(w io.Writer) error { return receipt.ChangeListExcel(w, list) }); err != nil {
			return err
		}
	}
	if a.json {
		return a.printJSON(list)
	}
	return buffered(a.out, func(w io.Writer) error { return receipt.ChangeListText(w, list) })
}
