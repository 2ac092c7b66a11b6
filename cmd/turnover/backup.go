package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"turnover/pipeline"
	"turnover/store/folder"
)

// previewsFolder is where the files of previews are kept unless something else is said.
const previewsFolder = "turnover.previews"

func (a *app) backupCmd() *cobra.Command {
	var previews string
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write the whole database and the files of previews into one compressed file",
		Example: "  turnover backup turnover-2026-01-31.gz\n" +
			"  turnover backup /safe/turnover.gz --db postgres://td@db/turnover --previews /data/previews",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := filesToKeep(previews, cmd.Flags().Changed("previews"))
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				defer a.progress("backing up")()
				p.Files = files
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
	cmd.Flags().StringVar(&previews, "previews", previewsFolder, "folder of the files of previews, as serve has it; \"\" leaves them out")
	return cmd
}

// filesToKeep are those of a folder; none where there is no such folder and nobody
// named it.
func filesToKeep(root string, named bool) (pipeline.Files, error) {
	info, err := os.Stat(root)
	switch {
	case root == "", os.IsNotExist(err) && !named:
		return nil, nil
	case os.IsNotExist(err), err == nil && !info.IsDir():
		return nil, usageError("there is no folder of previews %q", root)
	case err != nil:
		return nil, fmt.Errorf("open previews: %w", err)
	}
	return folder.Folder{Root: root}, nil
}

func (a *app) printCounts(counts pipeline.BackupCounts, where string) error {
	if a.json {
		return a.printJSON(counts)
	}
	files := ""
	if counts.Files > 0 {
		files = fmt.Sprintf(", files of previews: %d,", counts.Files)
	}
	a.printf("%d rows of %d tables%s %s\n", counts.Total(), len(counts.Rows), files, where)
	return nil
}

func (a *app) restoreCmd() *cobra.Command {
	var previews string
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Read a back-up into an empty database, and its files of previews into a folder",
		Example: "  turnover restore turnover-2026-01-31.gz\n" +
			"  turnover restore turnover.gz --db postgres://td@db/turnover --previews /data/previews",
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
				if previews != "" {
					p.Files = folder.Folder{Root: previews}
				}
				counts, err := p.Restore(cmd.Context(), f)
				if err != nil {
					return err
				}
				return a.printCounts(counts, "restored")
			})
		},
	}
	cmd.Flags().StringVar(&previews, "previews", previewsFolder, "folder for the files of previews; one that is there with another content is never overwritten")
	return cmd
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
