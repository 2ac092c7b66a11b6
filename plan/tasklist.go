package plan

import (
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
)

// taskList plans a list in which a row is one task of any entity. A missing
// task is made where its type is enabled; entities are not made.
func (b *builder) taskList() {
	seen := map[string]*importers.Entry{}
	byID := map[hierarchy.ID]*hierarchy.Task{}
	for _, t := range b.snap.Tasks {
		byID[t.ID] = t
	}
	for i := range b.entries {
		e := &b.entries[i]
		if !b.projectFits(e) {
			continue
		}
		w := &wish{status: e.Status, comment: e.Comment, assignees: e.Assignees, estimation: e.Estimation, start: e.StartDate, due: e.DueDate,
			priority: e.Priority, difficulty: e.Difficulty, name: e.TaskName.Text, at: e.Place}
		if e.ID.Given() {
			b.taskByID(byID[hierarchy.ID(strings.ToLower(e.ID.Text))], e, w)
			continue
		}
		n, t := b.taskOf(e)
		if t == nil {
			continue
		}
		path := taskPath(n, t, w.name)
		if first := seen[path]; first != nil {
			b.fail(TwiceDiffers, e.Place, "the %s task of %q stands at %s already. Keep one of the rows, or give the tasks' names", t.Name, n.path, first.Place)
			continue
		}
		seen[path] = e
		b.task(n, t, w)
	}
}

func (b *builder) taskByID(now *hierarchy.Task, e *importers.Entry, w *wish) {
	var n *node
	var t *hierarchy.TaskType
	if now != nil {
		n = b.index.nodes[now.EntityID]
		for _, one := range b.snap.TaskTypes {
			if one.ID == now.TaskTypeID {
				t = one
			}
		}
	}
	if n == nil || t == nil {
		b.fail(UnknownID, place(e.ID.Place, e.Place), "%q is no task of %q. Empty the cell to find the task by its names", e.ID.Text, b.snap.Project.Name)
		return
	}
	b.changeTask(n, t, now, w)
}

// taskOf finds the entity and the task type of a row of tasks or time.
func (b *builder) taskOf(e *importers.Entry) (*node, *hierarchy.TaskType) {
	n := b.entityOf(e)
	if n == nil {
		return nil, nil
	}
	if !e.TaskType.Given() {
		b.fail(NoName, place(e.TaskType.Place, e.Place), "the row names no task type")
		return nil, nil
	}
	return n, b.taskType(e.TaskType.Text, n.kind, place(e.TaskType.Place, e.Place))
}

// entityOf finds what a row of tasks or time is about: Entity Type, Episode,
// Sequence and Entity as in Kitsu's exports. Without a type it is a shot.
func (b *builder) entityOf(e *importers.Entry) *node {
	name := e.Entity
	if !name.Given() {
		name = e.Shot
	}
	if !name.Given() {
		b.fail(NoName, place(e.Entity.Place, e.Place), "the row names no entity")
		return nil
	}
	switch kind := fold(e.EntityType.Text, false); kind {
	case "", "shot":
		return b.placed(hierarchy.Shot, name, e)
	case "scene":
		return b.placed(hierarchy.Scene, name, e)
	case "sequence":
		episode, ok := b.aboveTarget(e)
		if !ok {
			return nil
		}
		if episode == nil && b.snap.Project.Episodic() && !e.Episode.Given() {
			return b.bareName(hierarchy.Sequence, name, e)
		}
		return b.known(hierarchy.Sequence, episode, "", name, e)
	case "episode":
		return b.known(hierarchy.Episode, nil, "", name, e)
	case "edit", "concept":
		b.fail(NotKept, place(e.EntityType.Place, e.Place), "tasks of an %s are not kept. Delete the row", kind)
		return nil
	}
	return b.asset(b.assetScope(e), name.Text, e.EntityType.Text, place(name.Place, e.Place))
}

// assetScope is the episode in which an asset of a row is looked for first.
func (b *builder) assetScope(e *importers.Entry) *node {
	if !e.Episode.Given() || !b.snap.Project.Episodic() {
		return nil
	}
	return b.index.lookup(hierarchy.Episode, nil, "", e.Episode.Text).node
}

// placed finds a shot or scene by its sequence, or, where the row names none,
// by its bare name if only one bears it.
func (b *builder) placed(kind hierarchy.Kind, name importers.Cell, e *importers.Entry) *node {
	if !e.Sequence.Given() {
		if parts := strings.Split(name.Text, "/"); len(parts) > 1 {
			return b.byPath(kind, name, e)
		}
		return b.bareName(kind, name, e)
	}
	episode, ok := b.aboveTarget(e)
	if !ok {
		return nil
	}
	if e.Sequence.Text == "-" {
		return b.known(kind, nil, "", name, e)
	}
	sequence := b.known(hierarchy.Sequence, episode, "", e.Sequence, e)
	if sequence == nil {
		return nil
	}
	return b.known(kind, sequence, "", name, e)
}

// byPath reads a cell that holds the whole path, such as "E01 / SQ01 / SH0010".
func (b *builder) byPath(kind hierarchy.Kind, name importers.Cell, e *importers.Entry) *node {
	var got []*node
	want := foldPath(name.Text)
	for _, n := range b.index.ofKind(kind) {
		if n.entity != nil && foldPath(n.path) == want {
			got = append(got, n)
		}
	}
	return b.only(got, kind, name, e)
}

func foldPath(path string) string {
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = fold(hierarchy.UnpathPart(parts[i]), false)
	}
	return strings.Join(parts, "/")
}

func (b *builder) bareName(kind hierarchy.Kind, name importers.Cell, e *importers.Entry) *node {
	var exact, folded []*node
	for _, n := range b.index.named(kind, name.Text) {
		if n.name == name.Text {
			exact = append(exact, n)
		}
		folded = append(folded, n)
	}
	if len(exact) > 0 {
		folded = exact
	}
	return b.only(folded, kind, name, e)
}

func (b *builder) only(got []*node, kind hierarchy.Kind, name importers.Cell, e *importers.Entry) *node {
	at := place(name.Place, e.Place)
	switch len(got) {
	case 1:
		return got[0]
	case 0:
		b.fail(UnknownTarget, at, "there is no %s %q. Correct the name, or add its sequence and episode", word(kind), name.Text)
	default:
		b.fail(Ambiguous, at, "%q may be %s. Add the sequence and the episode", name.Text, pathsOf(got))
	}
	return nil
}
