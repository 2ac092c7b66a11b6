package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"turnover/hierarchy"
	"turnover/pipeline"
	"turnover/store"
)

// memoJSON is what is remembered, as JSON.
type memoJSON struct {
	ID        string          `json:"id"`
	Value     json.RawMessage `json:"value"`
	Author    string          `json:"author"`
	At        string          `json:"at"`
	Import    *string         `json:"import"`
	RevokedAt *string         `json:"revoked_at"`
	RevokedBy *string         `json:"revoked_by"`
}

func newMemoJSON(m *store.Memo) memoJSON {
	out := memoJSON{ID: m.ID, Value: m.Value, Author: m.Author, At: instant(m.At), Import: nilIf(m.ImportID), RevokedBy: nilIf(m.RevokedBy)}
	if !m.RevokedAt.IsZero() {
		out.RevokedAt = nilIf(instant(m.RevokedAt))
	}
	return out
}

func (a *app) aliasCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alias",
		Short: "Names in lists that mean others: add, list, revoke",
		Example: "  turnover alias add shot SH10 SH010 --project tv\n" +
			"  turnover alias list --project tv",
	}
	cmd.AddCommand(a.aliasAddCmd(), a.memoListCmd("alias", "List the aliases of a production"), a.memoEndCmd("revoke", "alias", "End an alias"))
	return cmd
}

func (a *app) aliasAddCmd() *cobra.Command {
	var project, scope string
	cmd := &cobra.Command{
		Use:   "add KIND WRITTEN NAME",
		Short: "Remember that a name in lists means another one, or a path",
		Example: "  turnover alias add shot SH10 SH010 --project tv --below EP103/SQ010\n" +
			"  turnover alias add asset HeroV2 Hero --project tv",
		Args: cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				memo, err := p.AddAlias(cmd.Context(), project, pipeline.Alias{Kind: hierarchy.Kind(args[0]), Scope: scope, Written: args[1], Name: args[2]})
				if err != nil {
					return err
				}
				return a.printMemos([]*store.Memo{memo})
			})
		},
	}
	cmd.Flags().StringVar(&project, "project", "", "name or id of the production")
	cmd.Flags().StringVar(&scope, "below", "", "only below this path; everywhere where not given")
	return cmd
}

func (a *app) pendingCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pending",
		Short: "Castings that wait for their assets: list, drop",
		Example: "  turnover pending list --project tv\n" +
			"  turnover pending drop 4f1c09d2 --project tv",
	}
	cmd.AddCommand(a.memoListCmd("pending", "List the castings that wait"), a.memoEndCmd("drop", "pending", "Wait no longer"))
	return cmd
}

func (a *app) memoListCmd(kind, short string) *cobra.Command {
	var project string
	cmd := &cobra.Command{
		Use: "list", Short: short, Args: cobra.NoArgs,
		Example: "  turnover " + kind + " list --project tv\n  turnover " + kind + " list --project tv --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				all, err := p.Memos(cmd.Context(), project, kind)
				if err != nil {
					return err
				}
				return a.printMemos(all)
			})
		},
	}
	cmd.Flags().StringVar(&project, "project", "", "name or id of the production")
	return cmd
}

func (a *app) memoEndCmd(verb, kind, short string) *cobra.Command {
	var project string
	cmd := &cobra.Command{
		Use: verb + " ID", Short: short, Args: cobra.ExactArgs(1),
		Example: "  turnover " + kind + " " + verb + " 4f1c09d2 --project tv\n  turnover " + kind + " " + verb + " 4f1c09d2 --project tv --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				memo, err := p.Revoke(cmd.Context(), project, kind, args[0])
				if err != nil {
					return err
				}
				return a.printMemos([]*store.Memo{memo})
			})
		},
	}
	cmd.Flags().StringVar(&project, "project", "", "name or id of the production")
	return cmd
}

func (a *app) printMemos(all []*store.Memo) error {
	rows := []memoJSON{}
	for _, m := range all {
		rows = append(rows, newMemoJSON(m))
	}
	if a.json {
		return a.printJSON(rows)
	}
	for i, r := range rows {
		ended := ""
		if r.RevokedAt != nil {
			ended = "  ended " + *r.RevokedAt + " by " + *r.RevokedBy
		}
		a.printf("%s  %s  %s  by %s%s\n", r.ID[:12], all[i].Key, r.Value, r.Author, ended)
	}
	return nil
}
