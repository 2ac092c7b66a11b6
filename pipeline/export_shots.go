package pipeline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// shots is the list of shots with casting, custom fields and tasks.
func (x *exporting) shots() *table.Table {
	var s sheet
	scenes := len(x.snap.OfKind(hierarchy.Scene)) > 0
	s.column("ID", table.Text, "the shot's id; a row with it is this shot whatever its name says")
	if x.snap.Project.Episodic() {
		s.column("Episode", table.Text, "name of the episode")
	}
	s.column("Sequence", table.Text, "name of the sequence")
	if scenes {
		s.column("Scene", table.Text, "name of the source scene")
	}
	s.column("Name", table.Text, "name of the shot")
	s.column("Description", table.Text, "description")
	s.column("Nb Frames", table.Int, "length in frames")
	s.column("Frame In", table.Int, "first frame")
	s.column("Frame Out", table.Int, "last frame, inclusive")
	s.column("FPS", table.Text, "the shot's own frame rate")
	s.column("Resolution", table.Text, "the shot's own resolution")
	s.column("Omitted", table.Text, "yes where the shot left the cut")
	s.column("Assets", table.Text, "casting, as Type: Asset xCount (label); Type: …")
	fields, types := x.shotFields(), x.shotTypes()
	for _, f := range fields {
		s.column(f.Name, table.Text, "custom field")
	}
	for _, t := range types {
		s.column(t.Name, table.Text, "task status")
		s.column(t.Name+" assignations", table.Text, "who has the task")
	}
	for _, e := range x.sorted(hierarchy.Shot) {
		row := x.shotRow(e, scenes)
		for _, f := range fields {
			row = append(row, x.field(e, f))
		}
		for _, t := range types {
			row = append(row, x.taskCells(e, t)...)
		}
		s.rows = append(s.rows, row)
	}
	return s.table("shots", "Shots of "+x.snap.Project.Name, "one shot")
}

func (x *exporting) shotRow(e *hierarchy.Entity, scenes bool) table.Row {
	episode, sequence := x.place(e)
	row := table.Row{string(e.ID)}
	if x.snap.Project.Episodic() {
		row = append(row, episode)
	}
	row = append(row, sequence)
	if scenes {
		var scene any // one of another sequence cannot be said by its name: the cell stays blank, which changes nothing
		if sc := x.snap.Entity(e.SourceID); sc != nil && x.snap.Sequence(sc) == x.snap.Sequence(e) {
			scene = sc.Name
		}
		row = append(row, scene)
	}
	omitted := "no"
	if e.Canceled {
		omitted = "yes"
	}
	return append(row, e.Name, textOrNil(e.Description), framesOrNil(e.NbFrames), dataInt(e, "frame_in"), dataInt(e, "frame_out"),
		orNil(e.Data.Get("fps").Text()), orNil(e.Data.Get("resolution").Text()), omitted, x.assetsCell(e))
}

// dataInt reads a number that may be stored as text.
func dataInt(e *hierarchy.Entity, key string) any {
	n, err := strconv.ParseInt(e.Data.Get(key).Text(), 10, 64)
	if err != nil {
		return nil
	}
	return n
}

// framesOrNil leaves out lengths that no list may say.
func framesOrNil(n *int64) any {
	if n == nil || *n < 0 {
		return nil
	}
	return *n
}

// shotFields are the custom fields of shots whose titles no other column has.
func (x *exporting) shotFields() []*hierarchy.MetadataDescriptor {
	var out []*hierarchy.MetadataDescriptor
	for _, d := range x.snap.Descriptors {
		own := d.FieldName == "frame_in" || d.FieldName == "frame_out" || d.FieldName == "fps" || d.FieldName == "resolution"
		checklist := d.DataType != nil && *d.DataType == "checklist" // no cell can say one
		if d.EntityType == string(hierarchy.Shot) && !own && !checklist {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b *hierarchy.MetadataDescriptor) int { return naturally(a.Name, b.Name) })
	return out
}

func (x *exporting) field(e *hierarchy.Entity, d *hierarchy.MetadataDescriptor) any {
	v := e.Data.Get(d.FieldName)
	if d.DataType != nil && *d.DataType == "person" {
		if name := x.person(hierarchy.ID(v.Text())); name != "" {
			return name
		}
	}
	return orNil(v.Text())
}

// shotTypes are the task types that the production has for shots.
func (x *exporting) shotTypes() []*hierarchy.TaskType { return x.snap.TaskTypesFor(hierarchy.Shot) }

// taskCells are status and assignees of the shot's only task of a type; two of
// one type are left to the list of tasks.
func (x *exporting) taskCells(e *hierarchy.Entity, t *hierarchy.TaskType) []any {
	var found []*hierarchy.Task
	for _, task := range x.byEntity[e.ID] {
		if task.TaskTypeID == t.ID {
			found = append(found, task)
		}
	}
	if len(found) != 1 {
		return []any{nil, nil}
	}
	return []any{orNil(x.status(found[0].TaskStatusID)), orNil(x.people(found[0].Assignees))}
}

// assetsCell writes a shot's casting as an Assets cell, types and names sorted.
func (x *exporting) assetsCell(e *hierarchy.Entity) any {
	byType := map[string][]string{}
	for _, c := range x.casts[e.ID] {
		if c.NbOccurences < 1 {
			return nil // no cell can say it; a blank one leaves the casting alone
		}
		asset := x.snap.Entity(c.EntityOutID)
		if asset == nil {
			continue
		}
		kind := x.snap.EntityTypeName(asset.EntityTypeID)
		text := castName(asset.Name)
		if c.NbOccurences != 1 {
			text += fmt.Sprintf(" x%d", c.NbOccurences)
		}
		if c.Label != nil && *c.Label != "" {
			text += " (" + *c.Label + ")"
		}
		byType[kind] = append(byType[kind], text)
	}
	var groups []string
	for kind, names := range byType {
		slices.SortFunc(names, naturally)
		groups = append(groups, castName(kind)+": "+strings.Join(names, ", "))
	}
	slices.SortFunc(groups, naturally)
	return orNil(strings.Join(groups, "; "))
}

// castName quotes a name that an Assets cell would otherwise cut.
func castName(name string) string {
	fields := strings.Fields(name)
	count := false
	if len(fields) > 1 {
		_, err := strconv.Atoi(strings.TrimLeft(fields[len(fields)-1], "xX×*"))
		count = err == nil
	}
	if count || strings.ContainsAny(name, ",;:\"()\n") || strings.TrimSpace(name) != name {
		return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	return name
}
