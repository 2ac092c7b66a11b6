package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"turnover/pipeline"
	"turnover/store"
)

//go:embed init.yaml
var firstConfig string

func (a *app) initCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a commented turnover.yaml and create the database",
		Example: "  turnover init\n" +
			"  turnover init productions --db postgres://td@db/turnover",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
				if err := os.MkdirAll(dir, 0o755); err != nil {
					return fmt.Errorf("make folder: %w", err)
				}
			}
			file := filepath.Join(dir, defaultConfig)
			if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
				return usageError("%s is there already: nothing was changed", file)
			}
			open := func(ctx context.Context, name string) (store.Store, error) {
				if name == defaultDatabase {
					name = filepath.Join(dir, defaultDatabase)
				}
				return unmigratedStore(ctx, name)
			}
			return a.withStore(cmd.Context(), open, func(p *pipeline.Pipeline) error {
				if err := p.Store.Migrate(cmd.Context()); err != nil {
					return err
				}
				err := writeAside(file, func(w io.Writer) error {
					_, err := io.WriteString(w, firstConfig)
					return err
				})
				if err != nil {
					return err
				}
				a.printf("%s and %s are ready; next: turnover project add NAME --type tvshow --fps 25\n", file, p.Store.Describe())
				return nil
			})
		},
	}
}
