package api

import (
	"errors"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"turnover/internal/accounts"
	"turnover/internal/diag"
	"turnover/pipeline"
	"turnover/plan"
)

// ListOptions are what a person says beside a list. (They are exported, as the
// other parts of requests, because the library fills no others.)
type ListOptions struct {
	Kind      string   `query:"kind" enum:"shots,casting,tasks,timesheet" doc:"found from the header where not given"`
	Episode   string   `query:"episode" maxLength:"160" doc:"of a list that names none"`
	Omit      string   `query:"omit" enum:"none,listed-sequences,episode,project" doc:"omit shots that the list leaves out"`
	FPS       string   `query:"fps" maxLength:"20" doc:"of EDLs and timecodes: 24, 25, 23.976, 29.97df"`
	Names     []string `query:"names" maxItems:"20" doc:"naming templates, such as {episode}_{sequence}_{shot}"`
	Casting   string   `query:"casting" enum:"merge,replace" doc:"what an Assets cell does to castings that it does not list"`
	Source    string   `query:"source" maxLength:"200" doc:"who hands the list over; its columns and volume are remembered"`
	Overwrite bool     `query:"overwrite" doc:"also what people changed since the last list"`
}

func (o ListOptions) options() (pipeline.Options, error) {
	out := pipeline.Options{Kind: pipeline.ListKind(o.Kind), Episode: o.Episode, Omit: o.Omit, Names: o.Names, Casting: o.Casting, Source: o.Source, Overwrite: o.Overwrite}
	if o.FPS != "" {
		rate, err := pipeline.ParseRate(o.FPS)
		if err != nil {
			return out, problemf(http.StatusBadRequest, "%v", err)
		}
		out.FPS = rate
	}
	return out, nil
}

// An Acceptance says which gates a person lets pass.
type Acceptance struct {
	Accept []string `query:"accept" maxItems:"50" doc:"codes of gates to let pass"`
	All    bool     `query:"all" doc:"let every gate pass"`
}

func (a Acceptance) acceptance() pipeline.Acceptance {
	return pipeline.Acceptance{All: a.All, Codes: a.Accept}
}

// A ByID names a stored plan or an import.
type ByID struct {
	ID string `path:"id" pattern:"^[0-9a-f-]{4,64}$" doc:"id, or the beginning of it"`
}

func (v *firstVersion) mountPlans() {
	tags := []string{"plans"}
	type upload struct {
		OfProject
		ListOptions
	}
	on(v, accounts.Manages, huma.Operation{Method: http.MethodPost, Path: "/projects/{project}/plans", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "What a list would change", Description: "The plan is stored, so that it can be applied by its id; one that changes nothing is not. Nothing else is written.",
		RequestBody: files("file"), Errors: []int{http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity}},
		func(c *call, in *upload) (*body[*plan.Plan], error) { return c.makePlan(in.ListOptions) })
	on(v, accounts.Manages, huma.Operation{Method: http.MethodGet, Path: "/projects/{project}/plans", Tags: tags, Summary: "Stored plans, newest first"},
		func(c *call, _ *OfProject) (*body[[]pipeline.PlanRow], error) { return c.listPlans() })
	on(v, accounts.Person, huma.Operation{Method: http.MethodGet, Path: "/plans/{id}", Tags: tags, Summary: "A stored plan"},
		func(c *call, in *ByID) (*body[*plan.Plan], error) {
			made, err := c.storedPlan(in.ID)
			return &body[*plan.Plan]{made}, err
		})
	type apply struct {
		ByID
		Acceptance
	}
	on(v, accounts.Person, huma.Operation{Method: http.MethodPost, Path: "/plans/{id}/apply", Tags: tags, Summary: "Apply a stored plan as it is",
		Description: "409 where a gate holds it, or where what it was planned upon has changed.", Errors: []int{http.StatusConflict}},
		func(c *call, in *apply) (*body[pipeline.Outcome], error) {
			made, err := c.storedPlan(in.ID)
			if err != nil {
				return nil, err
			}
			_, out, err := c.pipe.ApplyStored(c.ctx(), made.ID, in.Acceptance.acceptance())
			return &body[pipeline.Outcome]{out}, held(err, made, in.Acceptance.acceptance())
		})
	on(v, accounts.Person, huma.Operation{Method: http.MethodPost, Path: "/plans/{id}/reject", Tags: tags, Summary: "Mark a stored plan as not wanted", DefaultStatus: http.StatusNoContent},
		func(c *call, in *ByID) (*struct{}, error) {
			made, err := c.storedPlan(in.ID)
			if err != nil {
				return nil, err
			}
			return nil, c.pipe.RejectPlan(c.ctx(), made.ID)
		})
}

func (c *call) makePlan(o ListOptions) (*body[*plan.Plan], error) {
	opts, err := o.options()
	if err != nil {
		return nil, err
	}
	got, done, err := c.upload()
	if err != nil {
		return nil, err
	}
	defer done()
	made, err := c.pipe.Plan(c.ctx(), got.file, string(c.view.Project.ID), opts)
	if err != nil {
		return nil, err
	}
	if made.Plan.Diagnostics.HasErrors() {
		return nil, &pipeline.InputError{File: got.file.Name, Found: made.Plan.Diagnostics}
	}
	if !made.Plan.Empty() {
		state := "saved"
		if made.Plan.Held {
			state = "held"
		}
		if err := c.pipe.Save(c.ctx(), made, state); err != nil {
			return nil, err
		}
	}
	if made.Plan.Diagnostics == nil {
		made.Plan.Diagnostics = diag.List{} // an empty list, never null
	}
	return &body[*plan.Plan]{made.Plan}, nil
}

func (c *call) listPlans() (*body[[]pipeline.PlanRow], error) {
	all, err := c.pipe.Plans(c.ctx(), string(c.view.Project.ID))
	if err != nil {
		return nil, err
	}
	rows := []pipeline.PlanRow{}
	for _, r := range all {
		rows = append(rows, pipeline.NewPlanRow(r))
	}
	return &body[[]pipeline.PlanRow]{rows}, nil
}

// storedPlan finds a plan of a production that the caller manages.
func (c *call) storedPlan(id string) (*plan.Plan, error) {
	record, made, err := c.pipe.ShowPlan(c.ctx(), id)
	if err != nil {
		return nil, absent(err)
	}
	return made, c.enter(string(record.Project), accounts.Manages)
}

// absent is 404 for what is looked up by the beginning of an id, and is not
// there or not the only one.
func absent(err error) error {
	var usage *pipeline.UsageError
	if errors.As(err, &usage) {
		return problemf(http.StatusNotFound, "%s", usage.Reason)
	}
	return err
}

// held adds to ErrHeld which gates hold which plan.
func held(err error, made *plan.Plan, accept pipeline.Acceptance) error {
	if !errors.Is(err, pipeline.ErrHeld) {
		return err
	}
	p := problemf(http.StatusConflict, "%v", err)
	p.Plan = made.ID
	for _, g := range made.Gates {
		if !slices.Contains(accept.Codes, g.Code) {
			p.Gates = append(p.Gates, g)
		}
	}
	return p
}
