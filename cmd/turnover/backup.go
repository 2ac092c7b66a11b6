package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"turnover/pipeline"
)

func (a *app) backupCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write the whole database into one compressed file",
		Example: "  turnover backup turnover-2026-01-31.gz\n" +
			"  turnover backup /safe/turnover.gz --db postgres://td@db/turnover",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				defer a.progress("backing up")()
				var counts pipeline.BackupCounts
				err := writeAside(args[0], func(w io.Writer) (err error) {
					counts, err = p.Backup(cmd.Context(), w)
					return err
				})
				if err != nil {
					return err
				}
				return a.printCounts(counts, "kept in "+args[0])
			})
		},
	}
}

func (a *app) printCounts(counts pipeline.BackupCounts, where string) error {
	if a.json {
		return a.printJSON(counts)
	}
	a.printf("%d rows of %d tables %s\n", counts.Total(), len(counts.Rows), where)
	return nil
}

func (a *app) restoreCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Read a back-up into an empty database",
		Example: "  turnover restore turnover-2026-01-31.gz\n" +
			"  turnover restore turnover.gz --db postgres://td@db/turnover",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if os.IsNotExist(err) {
				return usageError("there is no back-up %q", args[0])
			}
			if err != nil {
				return fmt.Errorf("open back-up: %w", err)
			}
			defer func() { _ = f.Close() }() // it was only read
			return a.withStore(cmd.Context(), makeStore, func(p *pipeline.Pipeline) error {
				defer a.progress("restoring")()
				counts, err := p.Restore(cmd.Context(), f)
				if err != nil {
					return err
				}
				return a.printCounts(counts, "restored")
			})
		},
	}
}

func (a *app) dbCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "db",
		Short: "Look after the database",
		Example: "  turnover db migrate\n" +
			"  turnover db migrate --db postgres://td@db/turnover",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return usageError("say \"db migrate\"") },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "migrate",
		Short: "Bring the database up to date",
		Example: "  turnover db migrate\n" +
			"  turnover db migrate --db postgres://td@db/turnover",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), unmigratedStore, func(p *pipeline.Pipeline) error {
				if err := p.Store.Migrate(cmd.Context()); err != nil {
					return err
				}
				a.printf("%s is up to date\n", p.Store.Describe())
				return nil
			})
		},
	})
	return cmd
}
