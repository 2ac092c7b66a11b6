package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"turnover/internal/accounts"
	"turnover/pipeline"
	"turnover/plan"
)

func (v *firstVersion) mountImports() {
	tags := []string{"imports"}
	type upload struct {
		OfProject
		ListOptions
		Acceptance
	}
	on(v, accounts.Manages, huma.Operation{Method: http.MethodPost, Path: "/projects/{project}/imports", Tags: tags, Summary: "Plan a list and apply it in one transaction",
		Description: "409 where a gate holds it; the plan is stored then.", RequestBody: files("file"),
		Errors: []int{http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity}},
		func(c *call, in *upload) (*body[pipeline.Outcome], error) {
			return c.applyList(in.ListOptions, in.Acceptance.acceptance())
		})
	on(v, accounts.NoOutsider, huma.Operation{Method: http.MethodGet, Path: "/projects/{project}/imports", Tags: tags, Summary: "What was imported, newest first"},
		func(c *call, _ *OfProject) (*body[[]pipeline.ImportRow], error) {
			all, err := c.pipe.Imports(c.ctx(), string(c.view.Project.ID))
			return &body[[]pipeline.ImportRow]{pipeline.ImportRows(all)}, err
		})
	on(v, accounts.Person, huma.Operation{Method: http.MethodGet, Path: "/imports/{id}", Tags: tags, Summary: "An import with what was decided"},
		func(c *call, in *ByID) (*body[importShown], error) { return c.showImport(in.ID) })
	type undo struct {
		ByID
		DryRun bool `query:"dry_run" doc:"only say what it would take back"`
	}
	on(v, accounts.Person, huma.Operation{Method: http.MethodPost, Path: "/imports/{id}/undo", Tags: tags, Summary: "Take an import back, but for what somebody built upon",
		Errors: []int{http.StatusConflict}},
		func(c *call, in *undo) (*body[pipeline.Undoing], error) {
			id, err := c.importOf(in.ID, accounts.Manages)
			if err != nil {
				return nil, err
			}
			told, err := c.pipe.Undo(c.ctx(), id, in.DryRun, nil)
			return &body[pipeline.Undoing]{told}, err
		})
	type explain struct {
		OfProject
		Path string `query:"path" required:"true" minLength:"1" maxLength:"500" doc:"path (EP103/SQ010/SH010), id, or a name that only one has"`
	}
	on(v, accounts.NoVendor, huma.Operation{Method: http.MethodGet, Path: "/projects/{project}/explain", Tags: tags, Summary: "Where each field of an entity came from"},
		func(c *call, in *explain) (*body[pipeline.Explanation], error) {
			told, err := c.pipe.Explain(c.ctx(), string(c.view.Project.ID), in.Path)
			return &body[pipeline.Explanation]{told}, absent(err)
		})
	v.mountDiff()
}

func (c *call) applyList(o ListOptions, accept pipeline.Acceptance) (*body[pipeline.Outcome], error) {
	opts, err := o.options()
	if err != nil {
		return nil, err
	}
	got, done, err := c.upload()
	if err != nil {
		return nil, err
	}
	defer done()
	made, out, err := c.pipe.ApplyFile(c.ctx(), got.file, string(c.view.Project.ID), opts, accept)
	return &body[pipeline.Outcome]{out}, held(err, made, accept)
}

// importShown is an import with its plan; an archive that was loaded has none.
type importShown struct {
	pipeline.ImportRow
	Made *plan.Plan `json:"made,omitempty"`
}

// importOf finds an import of a production that the caller has the right to.
func (c *call) importOf(id string, right accounts.Right) (string, error) {
	record, _, _, err := c.pipe.ShowImport(c.ctx(), id)
	if err != nil {
		return "", absent(err)
	}
	return record.ID, c.enter(string(record.Project), right)
}

func (c *call) showImport(id string) (*body[importShown], error) {
	id, err := c.importOf(id, accounts.NoOutsider)
	if err != nil {
		return nil, err
	}
	record, made, _, err := c.pipe.ShowImport(c.ctx(), id)
	if err != nil {
		return nil, err
	}
	return &body[importShown]{importShown{pipeline.NewImportRow(record), made}}, nil
}

// mountDiff compares cuts: files that are sent, or revisions that are stored.
// Names never mean files of this machine.
func (v *firstVersion) mountDiff() {
	type stored struct {
		OfProject
		A          string `query:"a" required:"true" minLength:"1" maxLength:"500" doc:"a stored cut: EP103@2, EP103/SQ010 for the latest, @ for a film's"`
		B          string `query:"b" required:"true" minLength:"1" maxLength:"500"`
		Handles    string `query:"handles" pattern:"^[0-9]{1,6}$"`
		FirstFrame string `query:"first_frame" pattern:"^-?[0-9]{1,9}$"`
	}
	on(v, accounts.NoOutsider, huma.Operation{Method: http.MethodGet, Path: "/projects/{project}/diff", Tags: []string{"cuts"}, Summary: "What changed between two stored cuts"},
		func(c *call, in *stored) (*body[*plan.ChangeList], error) {
			return c.diff(in.A, in.B, pipeline.DiffOptions{Files: map[string]pipeline.File{}}, in.Handles, in.FirstFrame)
		})
	type sent struct {
		OfProject
		FPS        string   `query:"fps" maxLength:"20"`
		Names      []string `query:"names" maxItems:"20"`
		Handles    string   `query:"handles" pattern:"^[0-9]{1,6}$"`
		FirstFrame string   `query:"first_frame" pattern:"^-?[0-9]{1,9}$"`
		A          string   `query:"a" maxLength:"500" doc:"a stored cut to compare the file with; two files are compared where not given"`
	}
	on(v, accounts.NoOutsider, huma.Operation{Method: http.MethodPost, Path: "/projects/{project}/diff", Tags: []string{"cuts"}, Summary: "What changed to a cut that is sent",
		Description: "Send one file with ?a= naming a stored cut, or two: the old one first.", RequestBody: files("file"),
		Errors: []int{http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity}},
		func(c *call, in *sent) (*body[*plan.ChangeList], error) {
			got, done, err := c.upload()
			if err != nil {
				return nil, err
			}
			defer done()
			o := pipeline.DiffOptions{Files: map[string]pipeline.File{"b": got.file}, Names: in.Names}
			if in.FPS != "" {
				if o.FPS, err = pipeline.ParseRate(in.FPS); err != nil {
					return nil, problemf(http.StatusBadRequest, "%v", err)
				}
			}
			a := in.A
			if a == "" {
				if got.earlier == nil {
					return nil, problemf(http.StatusBadRequest, "Send two files, or name a stored cut by ?a=.")
				}
				a, o.Files["a"] = "a", *got.earlier
			}
			return c.diff(a, "b", o, in.Handles, in.FirstFrame)
		})
}

func (c *call) diff(a, b string, o pipeline.DiffOptions, handles, first string) (*body[*plan.ChangeList], error) {
	var err error
	o.Project = string(c.view.Project.ID)
	if o.Handles, err = number(handles); err != nil {
		return nil, err
	}
	if o.Handles != nil && (*o.Handles < 0 || *o.Handles > 100_000) {
		return nil, problemf(http.StatusBadRequest, "handles are a number of frames from 0 to 100000")
	}
	if o.FirstFrame, err = number(first); err != nil {
		return nil, err
	}
	list, err := c.pipe.Diff(c.ctx(), a, b, o)
	return &body[*plan.ChangeList]{list}, err
}
