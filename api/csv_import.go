package api

import (
	"net/http"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var csvImportRoutes = []route{
	{http.MethodPost, "/import/csv/projects/{project_id}/shots", inProject, accounts.Manages, importShots},
	{http.MethodPost, "/import/csv/projects/{project_id}/assets", inProject, accounts.Manages, importAssets},
	{http.MethodPost, "/import/csv/projects/{project_id}/casting", inProject, accounts.Manages, importCasting},
}

// A namedRow is what a row of a list calls its shot.
type namedRow struct{ episode, sequence, shot string }

// importShots takes a list of shots in one transaction; the answer has the shot
// of each row. Shots that are there stay as they are without ?update=true. Kitsu
// knows no gates, so the caller lets them pass; the import's record says so.
func importShots(c *call) (answer, error) {
	got, done, err := c.upload()
	if err != nil {
		return answer{}, err
	}
	defer done()
	update := strings.EqualFold(c.query.Get("update"), "true")
	var rows []namedRow
	opts := pipeline.Options{Kind: pipeline.ShotLists, NewOnly: !update, Overwrite: true, AsKitsu: true, Inspected: func(in *pipeline.Inspection) {
		rows = rows[:0] // it may be read again
		if in.List != nil {
			for i := range in.List.Entries {
				e := &in.List.Entries[i]
				rows = append(rows, namedRow{e.Episode.Text, e.Sequence.Text, e.Shot.Text})
			}
		}
	}}
	if _, _, err := c.pipe.ApplyFile(c.ctx(), got.file, string(c.view.Project.ID), opts, pipeline.Acceptance{All: true}); err != nil {
		return answer{}, err
	}
	view, err := c.server.views.Project(c.ctx(), c.view.Project.ID)
	if err != nil {
		return answer{}, err
	}
	find := shotsByName(view)
	return created(list(func(yield func(object) bool) {
		for _, r := range rows {
			if e := find(r); e != nil && !yield(entityObject(e, "Entity")) {
				return
			}
		}
	}))
}

// shotsByName finds a view's shots by their names: exactly, else without regard
// to case.
func shotsByName(v *pipeline.View) func(namedRow) *hierarchy.Entity {
	exact, folded := map[namedRow]*hierarchy.Entity{}, map[namedRow]*hierarchy.Entity{}
	fold := func(r namedRow) namedRow {
		return namedRow{strings.ToLower(r.episode), strings.ToLower(r.sequence), strings.ToLower(r.shot)}
	}
	for _, e := range v.OfKind(hierarchy.Shot) {
		at := namedRow{shot: e.Name}
		if s := v.Sequence(e); s != nil {
			at.sequence = s.Name
		}
		if ep := v.Episode(e); ep != nil {
			at.episode = ep.Name
		}
		exact[at], folded[fold(at)] = e, e
	}
	return func(r namedRow) *hierarchy.Entity {
		if e := exact[r]; e != nil {
			return e
		}
		return folded[fold(r)]
	}
}

// importAssets takes a list of assets, as importShots. The answer has the asset
// of each row.
func importAssets(c *call) (answer, error) {
	got, done, err := c.upload()
	if err != nil {
		return answer{}, err
	}
	defer done()
	update := strings.EqualFold(c.query.Get("update"), "true")
	var rows [][2]string // type and name
	opts := pipeline.Options{Kind: pipeline.AssetLists, NewOnly: !update, Overwrite: true, AsKitsu: true, Inspected: func(in *pipeline.Inspection) {
		rows = rows[:0] // it may be read again
		if in.List == nil {
			return
		}
		for i := range in.List.Entries {
			if e := &in.List.Entries[i]; e.Details != nil {
				rows = append(rows, [2]string{e.AssetType.Text, e.Asset.Text})
			}
		}
	}}
	if _, _, err := c.pipe.ApplyFile(c.ctx(), got.file, string(c.view.Project.ID), opts, pipeline.Acceptance{All: true}); err != nil {
		return answer{}, err
	}
	view, err := c.server.views.Project(c.ctx(), c.view.Project.ID)
	if err != nil {
		return answer{}, err
	}
	byName := map[[2]string]*hierarchy.Entity{}
	for _, e := range view.OfKind(hierarchy.Asset) {
		byName[[2]string{strings.ToLower(view.EntityTypeName(e.EntityTypeID)), strings.ToLower(e.Name)}] = e
	}
	return created(list(func(yield func(object) bool) {
		for _, r := range rows {
			e := byName[[2]string{strings.ToLower(r[0]), strings.ToLower(r[1])}]
			if e != nil && !yield(entityObject(e, "Entity")) {
				return
			}
		}
	}))
}

// importCasting takes a list of castings in one transaction; the answer has a
// null for each row, as Kitsu's.
func importCasting(c *call) (answer, error) {
	got, done, err := c.upload()
	if err != nil {
		return answer{}, err
	}
	defer done()
	rows := 0
	opts := pipeline.Options{Kind: pipeline.CastingLists, Overwrite: true, AsKitsu: true, Inspected: func(in *pipeline.Inspection) {
		if in.List != nil {
			rows = len(in.List.Entries)
		}
	}}
	if _, _, err := c.pipe.ApplyFile(c.ctx(), got.file, string(c.view.Project.ID), opts, pipeline.Acceptance{All: true}); err != nil {
		return answer{}, err
	}
	return created(make([]*string, rows))
}
