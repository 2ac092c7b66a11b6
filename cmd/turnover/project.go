package main

import (
	"github.com/spf13/cobra"

	"turnover/internal/timecode"
	"turnover/pipeline"
)

func (a *app) projectCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "project",
		Short: "Begin a production, or list them",
		Example: "  turnover project add tv --type tvshow --fps 25\n" +
			"  turnover project list",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usageError("say \"project add NAME\" or \"project list\"")
		},
	}
	cmd.AddCommand(a.projectAddCmd(), a.projectListCmd())
	return cmd
}

func (a *app) projectAddCmd() *cobra.Command {
	var kind, fps string
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Begin a production",
		Example: "  turnover project add tv --type tvshow --fps 25\n" +
			"  turnover project add \"the film\" --type film --fps 24",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			spec := pipeline.ProjectSpec{Name: args[0], Type: kind}
			if fps != "" {
				rate, err := timecode.ParseRate(fps)
				if err != nil {
					return usageError("%v", err)
				}
				spec.FPS = rate
			}
			return a.withStore(cmd.Context(), makeStore, func(p *pipeline.Pipeline) error {
				made, err := p.AddProject(cmd.Context(), spec)
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(map[string]any{"id": made.ID, "name": made.Name})
				}
				a.printf("project %s: %s, %s\n", made.Name, *made.ProductionType, made.ID)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&kind, "type", "short", "tvshow, featurefilm (or film), short, shots, or another word")
	cmd.Flags().StringVar(&fps, "fps", "25", "frame rate")
	return cmd
}

type projectJSON struct {
	ID   string  `json:"id"`
	Name string  `json:"name"`
	Type *string `json:"type"`
	FPS  *string `json:"fps"`
}

func (a *app) projectListCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the productions",
		Example: "  turnover project list\n" +
			"  turnover project list --json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				all, err := p.Projects(cmd.Context())
				if err != nil {
					return err
				}
				rows := []projectJSON{}
				for _, one := range all {
					rows = append(rows, projectJSON{string(one.ID), one.Name, one.ProductionType, one.FPS})
				}
				if a.json {
					return a.printJSON(rows)
				}
				for _, r := range rows {
					a.printf("%-24s %-12s %-7s %s\n", r.Name, text(r.Type), text(r.FPS), r.ID)
				}
				return nil
			})
		},
	}
}

func text(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}
