package api

import (
	"slices"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// TestRemovingManyEntities: one request, one transaction, the rules of each alone.
func TestRemovingManyEntities(t *testing.T) { eachDatabase(t, testRemovingManyEntities) }

func testRemovingManyEntities(t *testing.T) {
	c := newCrew(t, Limits{})
	path := "/actions/projects/" + string(c.project) + "/delete-entities"
	made := func(kind hierarchy.Kind, name string, parent hierarchy.ID) string {
		spec := pipeline.EntitySpec{Kind: kind, Name: name, Parent: parent}
		if kind == hierarchy.Asset {
			spec.Type = c.assetType("Props")
		}
		e, err := c.pipe.CreateEntity(t.Context(), c.project, spec)
		c.check(err)
		return string(e.ID)
	}
	bare, chair := made(hierarchy.Shot, "SH020", c.sequence), made(hierarchy.Asset, "Chair", "")
	c.cast(c.project, c.shot, hierarchy.ID(chair))
	c.cast(c.project, hierarchy.ID(bare), hierarchy.ID(chair))
	ids := []any{string(c.shot), bare, chair, bare, nobody, string(c.sequence)}
	c.want(c.as(accounts.Supervisor, "POST", path, ids), 403)
	c.want(c.as(accounts.Manager, "POST", path, []any{"no id"}), 400)
	c.want(c.as(accounts.Manager, "POST", path, map[string]any{}), 400)
	got := c.want(c.as(accounts.Manager, "POST", path, ids), 200)
	if !slices.Equal(got.body.([]any), []any{string(c.shot), bare, chair}) {
		t.Errorf("%s", got.raw)
	}
	if shot := c.status200("GET", "/data/shots/"+string(c.shot)); shot.get("canceled") != true {
		t.Errorf("a shot with tasks is omitted: %s", shot.raw)
	}
	c.want(c.as(accounts.Manager, "GET", "/data/shots/"+bare, nil), 404)
	c.want(c.as(accounts.Manager, "GET", "/data/assets/"+chair, nil), 404)
	c.status200("GET", "/data/sequences/"+string(c.sequence))
	c.want(c.as(accounts.Manager, "POST", path+"?force=true", []any{string(c.shot)}), 200)
	c.want(c.as(accounts.Manager, "GET", "/data/shots/"+string(c.shot), nil), 404)
	if empty := c.want(c.as(accounts.Artist, "POST", path, []any{}), 200); len(empty.body.([]any)) != 0 {
		t.Errorf("%s", empty.raw)
	}
}
