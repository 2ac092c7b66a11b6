package receipt

import (
	"bytes"
	"encoding/json"
	"fmt"

	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/plan"
)

// document is the plan's form with the fields of an apply in front.
type document struct {
	Import      *string                   `json:"import"`
	Plan        *string                   `json:"plan"`
	Applied     bool                      `json:"applied"`
	NothingToDo bool                      `json:"nothing_to_do"`
	Summary     map[string]map[string]int `json:"summary"`
	ID          string                    `json:"id,omitempty"`
	Project     string                    `json:"project,omitempty"`
	ProjectID   hierarchy.ID              `json:"project_id"`
	Grounds     string                    `json:"grounds,omitempty"`
	Source      *plan.Source              `json:"source"`
	Kind        string                    `json:"kind,omitempty"`
	Held        bool                      `json:"held"`
	Gates       []plan.Gate               `json:"gates"`
	Changes     []plan.Change             `json:"changes"`
	Diagnostics diag.List                 `json:"diagnostics"`
	Decisions   []plan.Decision           `json:"decisions,omitempty"`
}

// JSON gives the receipt for programs: one compact object with the fields of
// "apply --json" and then those of "plan --json".
func JSON(p *plan.Plan, o Outcome) ([]byte, error) {
	d := document{Import: o.Import, Applied: o.Applied, NothingToDo: o.NothingToDo, Summary: o.Summary, Gates: []plan.Gate{}, Changes: []plan.Change{}, Diagnostics: diag.List{}}
	if o.Plan != "" {
		d.Plan = &o.Plan
	}
	if p != nil {
		d.of(p)
	}
	if d.Summary == nil {
		d.Summary = map[string]map[string]int{}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		return nil, fmt.Errorf("write receipt: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func (d *document) of(p *plan.Plan) {
	d.ID, d.Project, d.ProjectID, d.Grounds, d.Source, d.Kind, d.Held = p.ID, p.Project, p.ProjectID, p.Grounds, &p.Source, p.Kind, p.Held
	if d.Plan == nil && p.ID != "" {
		d.Plan = &p.ID
	}
	if d.Summary == nil {
		d.Summary = p.Summary
	}
	d.Gates = append(d.Gates, p.Gates...)
	d.Changes = append(d.Changes, p.Changes...)
	d.Diagnostics = append(d.Diagnostics, p.Diagnostics...)
	d.Decisions = p.Decisions
}
