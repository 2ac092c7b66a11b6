package api

import (
	"strconv"

	"github.com/google/uuid"

	"turnover/hierarchy"
)

// listShotVersions lists what the shot was, the newest first. The id of a version
// is made of its place in history, so that it stays the same.
func listShotVersions(c *call) (answer, error) {
	all, err := c.pipe.Versions(c.ctx(), c.view.Project.ID, c.entity.ID)
	if err != nil {
		return answer{}, err
	}
	return ok(list(func(yield func(object) bool) {
		for _, v := range all {
			var o object
			o.set("id", uuid.NewSHA1(uuid.NameSpaceOID, []byte(string(c.entity.ID)+"/"+strconv.FormatInt(v.Seq, 10))).String())
			o.set("entity_id", c.entity.ID)
			o.set("name", v.Name)
			was := hierarchy.Clone(c.entity)
			was.Data = v.Data
			if c.vendor() {
				was = c.masked(c.view, was)
			}
			o.set("data", was.Data)
			if author, isID := canonicalID(v.Author); isID {
				o.set("person_id", author)
			} else {
				o.set("person_id", nil) // an import on the command line
			}
			o.set("created_at", v.Until)
			o.set("updated_at", v.Until)
			o.set("type", "ShotVersion")
			if !yield(o) {
				return
			}
		}
	}))
}
