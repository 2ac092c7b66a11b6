package main

import (
	"time"

	"github.com/spf13/cobra"

	"turnover/exporters/receipt"
	"turnover/hierarchy"
	"turnover/pipeline"
	"turnover/plan"
	"turnover/store"
)

func (a *app) plansCmd() *cobra.Command {
	var project string
	cmd := &cobra.Command{
		Use:   "plans",
		Short: "List stored plans; show or reject one",
		Example: "  turnover plans --project tv\n" +
			"  turnover plans show 4f1c09d2",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				all, err := p.Plans(cmd.Context(), project)
				if err != nil {
					return err
				}
				return a.printPlans(all)
			})
		},
	}
	cmd.Flags().StringVar(&project, "project", "", "only of this production")
	cmd.AddCommand(a.plansShowCmd(), a.plansRejectCmd())
	return cmd
}

func (a *app) printPlans(all []*store.PlanRecord) error {
	rows := []pipeline.PlanRow{}
	for _, r := range all {
		rows = append(rows, pipeline.NewPlanRow(r))
	}
	if a.json {
		return a.printJSON(rows)
	}
	for _, r := range rows {
		a.printf("%s  %-8s  %s  %s  by %s\n", r.ID, r.State, r.At, r.Source, r.Author)
	}
	return nil
}

func instant(t hierarchy.Time) string { return t.UTC().Format(time.RFC3339) }

func (a *app) plansShowCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show a stored plan",
		Example: "  turnover plans show 4f1c09d2\n" +
			"  turnover plans show 4f1c09d2 --json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				record, made, err := p.ShowPlan(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				out := pipeline.Outcome{Plan: made.ID, Summary: made.Summary, Applied: record.State == "applied"}
				if out.Applied {
					id, err := p.ImportOf(cmd.Context(), record)
					if err != nil {
						return err
					}
					out.Import = nilIf(id)
				}
				return a.printPlan(made, out, given{stored: true, rejected: record.State == "rejected"})
			})
		},
	}
}

func (a *app) plansRejectCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "reject ID",
		Short: "Mark a stored plan as not wanted",
		Example: "  turnover plans reject 4f1c09d2\n" +
			"  turnover plans reject 4f1c09d2 --db turnover.db",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error { return p.RejectPlan(cmd.Context(), args[0]) })
		},
	}
}

func (a *app) importsCmd() *cobra.Command {
	var project string
	cmd := &cobra.Command{
		Use:   "imports",
		Short: "List what was imported; show one with its receipt",
		Example: "  turnover imports --project tv\n" +
			"  turnover imports show 9a41b7c0 --json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				all, err := p.Imports(cmd.Context(), project)
				if err != nil {
					return err
				}
				return a.printImports(all)
			})
		},
	}
	cmd.Flags().StringVar(&project, "project", "", "only of this production")
	cmd.AddCommand(a.importsShowCmd())
	return cmd
}

func (a *app) printImports(all []*store.ImportRecord) error {
	rows := pipeline.ImportRows(all)
	if a.json {
		return a.printJSON(rows)
	}
	for _, r := range rows {
		note := ""
		switch {
		case r.Undoes != nil:
			note = "  undoes " + *r.Undoes
		case r.UndoneBy != nil:
			note = "  undone"
		}
		a.printf("%s  %s  %-9s  %s  by %s%s\n", r.ID, r.At, r.Kind, r.Source, r.Author, note)
	}
	return nil
}

func (a *app) importsShowCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show an import with what was decided",
		Example: "  turnover imports show 9a41b7c0\n" +
			"  turnover imports show 9a41b7c0 --json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				r, made, out, err := p.ShowImport(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return a.printImport(r, made, out)
			})
		},
	}
}

// printImport shows an import with the receipt of its plan; an archive that was
// loaded has no plan.
func (a *app) printImport(r *store.ImportRecord, made *plan.Plan, out pipeline.Outcome) error {
	if a.json {
		shown := pipeline.NewImportRow(r)
		shown.Receipt = r.Receipt
		if made != nil {
			whole, err := receipt.JSON(made, outcome(out))
			if err != nil {
				return err
			}
			shown.Receipt = whole
		}
		return a.printJSON(shown)
	}
	a.printf("import %s of %s (%s), %s by %s\n", r.ID, r.SourceName, r.Kind, instant(r.At), r.Author)
	if r.Accepted != "" {
		a.printf("let pass: %s\n", r.Accepted)
	}
	if made == nil {
		a.printf("%s\n", r.Summary)
		return nil
	}
	if len(made.Decisions) > 0 {
		printDecisions(a.out, made)
		a.printf("\n")
	}
	return printReceipt(a.out, made, out, given{})
}
