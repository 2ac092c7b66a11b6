package pipeline

import (
	"encoding/json"
	"time"

	"turnover/store"
)

// A PlanRow is a stored plan in a list, in the words of the JSON contract.
type PlanRow struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Project string `json:"project"`
	Source  string `json:"source"`
	SHA256  string `json:"sha256"`
	Author  string `json:"author"`
	At      string `json:"at"`
}

// NewPlanRow writes a plan's record for a list.
func NewPlanRow(r *store.PlanRecord) PlanRow {
	return PlanRow{r.ID, r.State, string(r.Project), r.SourceName, r.SourceSHA, r.Author, r.At.UTC().Format(time.RFC3339)}
}

// An ImportRow is an import in a list, in the words of the JSON contract.
type ImportRow struct {
	ID       string          `json:"id"`
	Project  string          `json:"project"`
	Kind     string          `json:"kind"`
	Source   string          `json:"source"`
	SHA256   string          `json:"sha256"`
	Plan     *string         `json:"plan"`
	Author   string          `json:"author"`
	Accepted string          `json:"accepted"`
	At       string          `json:"at"`
	Summary  json.RawMessage `json:"summary"`
	Undoes   *string         `json:"undoes"` // of an undo, the import that it took back
	UndoneBy *string         `json:"undone_by"`
	Receipt  json.RawMessage `json:"receipt,omitempty"`
}

// NewImportRow writes an import's record; ImportRows says also what was undone.
func NewImportRow(r *store.ImportRecord) ImportRow {
	out := ImportRow{ID: r.ID, Project: string(r.Project), Kind: r.Kind, Source: r.SourceName, SHA256: r.SourceSHA, Author: r.Author,
		Accepted: r.Accepted, At: r.At.UTC().Format(time.RFC3339), Summary: r.Summary}
	if r.PlanID != "" {
		out.Plan = &r.PlanID
	}
	if r.Kind == kindUndo {
		out.Plan, out.Undoes = nil, out.Plan
	}
	return out
}

// ImportRows writes imports for a list.
func ImportRows(all []*store.ImportRecord) []ImportRow {
	rows, undone := []ImportRow{}, UndoneBy(all)
	for _, r := range all {
		row := NewImportRow(r)
		if by := undone[r.ID]; by != nil {
			row.UndoneBy = &by.ID
		}
		rows = append(rows, row)
	}
	return rows
}
