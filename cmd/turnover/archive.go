package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"turnover/internal/diag"
	"turnover/pipeline"
)

func (a *app) archiveCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "archive",
		Short: "Save or load productions as JSON Lines, for exchange",
		Example: "  turnover archive load delivery/tv\n" +
			"  turnover archive save saved --project tv",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError("say \"archive load DIR\" or \"archive save DIR\"")
		},
	}
	cmd.AddCommand(a.archiveLoadCmd(), a.archiveSaveCmd())
	return cmd
}

func (a *app) archiveLoadCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "load DIR",
		Short: "Load an archive in one transaction; what is identical is skipped",
		Example: "  turnover archive load delivery/tv\n" +
			"  turnover archive load delivery/tv --db turnover.db --json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
				return usageError("there is no folder %q", args[0])
			}
			return a.withStore(cmd.Context(), makeStore, func(p *pipeline.Pipeline) error {
				defer a.progress("loading " + args[0])()
				got, err := p.ArchiveLoad(cmd.Context(), os.DirFS(args[0]), filepath.Base(filepath.Clean(args[0])))
				if err != nil {
					return err
				}
				return a.printLoaded(got)
			})
		},
	}
}

func (a *app) printLoaded(got pipeline.Loaded) error {
	if got.Found == nil {
		got.Found = diag.List{}
	}
	if a.json {
		return a.printJSON(got)
	}
	for _, d := range got.Found {
		_, _ = fmt.Fprintln(a.err, d) // talk, not result
	}
	total := 0
	for _, n := range got.Created {
		total += n
	}
	a.printf("%d rows loaded, %d were there already\n", total, got.Skipped)
	return nil
}

func (a *app) archiveSaveCmd() *cobra.Command {
	var project string
	cmd := &cobra.Command{
		Use:   "save DIR",
		Short: "Save a production, or all",
		Example: "  turnover archive save saved --project tv\n" +
			"  turnover archive save saved",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				defer a.progress("saving " + args[0])()
				return p.ArchiveSave(cmd.Context(), args[0], project)
			})
		},
	}
	cmd.Flags().StringVar(&project, "project", "", "only this production")
	return cmd
}
