package hierarchy

import (
	"fmt"
	"slices"
	"strings"
)

// ofProduction are the tables whose rows an undo may make, alter and remove.
// What all productions share stays: another one may use it by now.
var ofProduction = map[string]bool{
	"entities": true, "casting_links": true, "tasks": true, "task_assignees": true, "comments": true, "time_spents": true,
}

// statusFields are written together by a comment, so they go back together,
// and with their comment.
var statusFields = []string{"task_status_id", "retake_count", "real_start_date", "end_date", "done_date", "last_comment_date"}

// settle carries each verdict to what is tied to it; it is called until no
// verdict changes any more.
func (v *inverter) settle() {
	v.settleStatuses()
	v.settleFollowers()
	after := v.after()
	v.settleReferences(after)
	v.settlePlaces(after)
}

// settleStatuses keeps a status change whole, and where somebody commented since.
func (v *inverter) settleStatuses() {
	groups, order := map[Ref][]*deed{}, []Ref{}
	put := func(task Ref, d *deed) {
		if groups[task] == nil {
			order = append(order, task)
		}
		groups[task] = append(groups[task], d)
	}
	for _, d := range v.deeds {
		if d.ref.Table == "tasks" && slices.Contains(statusFields, d.Done.Field) {
			put(d.ref, d)
		}
		if c, ok := v.now.Rows[d.ref].(*Comment); ok && v.made[d.ref] == d {
			put(Ref{"tasks", string(c.TaskID)}, d)
		}
	}
	answers := v.answers()
	for _, task := range order {
		why := &deed{Verdict: Verdict{Reason: "commented since", Since: answers[task]}}
		if why.Since == nil {
			at := slices.IndexFunc(groups[task], func(d *deed) bool { return d.Fate != Reversed })
			if at < 0 {
				continue
			}
			why = groups[task][at]
		}
		for _, d := range groups[task] {
			v.rule(d, Kept, why.Since, "the status change stays whole: %s", strings.TrimPrefix(why.Reason, "the status change stays whole: "))
		}
	}
}

// answers finds, by task, a comment that was made since.
func (v *inverter) answers() map[Ref]*HistoryRow {
	out := map[Ref]*HistoryRow{}
	for _, ref := range v.refs {
		c, ok := v.now.Rows[ref].(*Comment)
		if !ok || v.made[ref] != nil {
			continue
		}
		for i, r := range v.now.Since[ref] {
			if r.Action == "create" {
				out[Ref{"tasks", string(c.TaskID)}] = &v.now.Since[ref][i]
			}
		}
	}
	return out
}

// settleFollowers keeps tasks, castings and assignments that the import made
// with a row that stays: a shot is not left without its tasks.
func (v *inverter) settleFollowers() {
	for _, d := range v.deeds {
		if d.Fate != Reversed || v.made[d.ref] != d {
			continue
		}
		var owner Ref
		switch row := v.now.Rows[d.ref].(type) {
		case *Task:
			owner = Ref{"entities", string(row.EntityID)}
		case *Casting:
			owner = Ref{"entities", string(row.EntityInID)}
		case *Assignment:
			owner = Ref{"tasks", string(row.TaskID)}
		default:
			continue
		}
		if o := v.made[owner]; o != nil && o.Fate != Reversed {
			v.rule(d, Kept, o.Since, "it belongs to the %s, which stays", nounWord(v.now.Rows[owner]))
		}
	}
}

// after is the production as it would be with all that is still reversed.
func (v *inverter) after() map[Ref]Noun {
	out := make(map[Ref]Noun, len(v.now.Rows))
	for ref, row := range v.now.Rows {
		out[ref] = row
	}
	for _, d := range v.deeds {
		switch {
		case d.Fate != Reversed:
		case d.restored != nil:
			out[d.ref] = d.restored
		case v.made[d.ref] == d:
			delete(out, d.ref)
		default:
			if out[d.ref] == v.now.Rows[d.ref] {
				out[d.ref] = CloneNoun(out[d.ref])
			}
			if err := Set(out[d.ref], d.Done.Field, d.value); err != nil {
				v.rule(d, Refused, nil, "it cannot be written: %v", err)
			}
		}
	}
	return out
}

// settleReferences keeps what something that stays refers to, and refuses what
// would refer to something that is gone.
func (v *inverter) settleReferences(after map[Ref]Noun) {
	for _, ref := range v.refs {
		row := after[ref]
		if row == nil {
			continue
		}
		for _, to := range references(row) {
			d := v.made[to]
			if d == nil || d.Fate != Reversed {
				continue
			}
			since := v.last(ref, "")
			if o := v.made[ref]; since == nil && o != nil {
				since = o.Since
			}
			v.rule(d, Kept, since, "%s refers to it", article(row))
		}
	}
	for _, d := range v.deeds {
		if d.Fate != Reversed || d.restored == nil && v.made[d.ref] == d || after[d.ref] == nil {
			continue
		}
		if d.restored == nil && d.Done.Field != "parent_id" && d.Done.Field != "source_id" {
			continue
		}
		for _, to := range references(after[d.ref]) {
			if after[to] == nil {
				v.rule(d, Refused, v.last(to, ""), "what it would refer to is gone")
			}
		}
	}
}

// placeFields are those of which a row's place is made.
var placeFields = []string{"parent_id", "name", "entity_type_id", "entity_id", "task_type_id", "entity_in_id", "entity_out_id", "task_id", "person_id", "date"}

// settlePlaces refuses what would take the place of another row.
func (v *inverter) settlePlaces(after map[Ref]Noun) {
	wanted := map[string][]*deed{}
	for _, d := range v.deeds {
		row := after[d.ref]
		if d.Fate != Reversed || row == nil || v.made[d.ref] == d || d.restored == nil && !slices.Contains(placeFields, d.Done.Field) {
			continue
		}
		if p := placeOf(row); p != "" && (d.restored != nil || p != placeOf(v.now.Rows[d.ref])) {
			wanted[p] = append(wanted[p], d)
		}
	}
	if len(wanted) == 0 {
		return
	}
	for _, ref := range v.refs {
		row := after[ref]
		if row == nil {
			continue
		}
		for _, d := range wanted[placeOf(row)] {
			if d.ref != ref {
				v.rule(d, Refused, v.last(ref, ""), "%s has its place", article(row))
			}
		}
	}
}

// placeOf is what no two rows may have; "" where there is no such rule.
func placeOf(n Noun) string {
	switch n := n.(type) {
	case *Entity:
		above := n.ParentID
		if n.Kind == Asset {
			above = n.EntityTypeID
		}
		return fmt.Sprintf("entity\x00%s\x00%s\x00%s\x00%d", n.Kind, above, n.Name, n.Twin)
	case *Casting:
		return "casting\x00" + string(n.EntityInID) + "\x00" + string(n.EntityOutID)
	case *Task:
		return "task\x00" + string(n.EntityID) + "\x00" + string(n.TaskTypeID) + "\x00" + n.Name
	case *TimeSpent:
		return "time\x00" + string(n.TaskID) + "\x00" + string(n.PersonID) + "\x00" + string(n.Date)
	}
	return ""
}

// references are the rows of the production that a row names and cannot be without.
func references(n Noun) []Ref {
	var out []Ref
	put := func(table string, ids ...ID) {
		for _, id := range ids {
			if id != "" {
				out = append(out, Ref{table, string(id)})
			}
		}
	}
	switch n := n.(type) {
	case *Entity:
		put("entities", n.ParentID, n.SourceID)
	case *Casting:
		put("entities", n.EntityInID, n.EntityOutID)
	case *AssetInstance:
		put("entities", n.SceneID, n.AssetID)
	case *InstanceCasting:
		put("entities", n.EntityID)
	case *Task:
		put("entities", n.EntityID)
	case *Assignment:
		put("tasks", n.TaskID)
	case *Comment:
		put("tasks", n.TaskID)
	case *TimeSpent:
		put("tasks", n.TaskID)
	case *PreviewFile:
		put("tasks", n.TaskID)
	case *AttachmentFile:
		put("tasks", n.TaskID)
		put("comments", n.CommentID)
	case *Subscription:
		put("tasks", n.TaskID)
	}
	return out
}

// settleTime takes from a task's logged minutes what its time sheets lose. The
// minutes are a sum: others may have logged time since.
func (v *inverter) settleTime() {
	lost, whole := map[Ref]float64{}, map[Ref]bool{}
	for _, d := range v.deeds {
		spent, ok := v.now.Rows[d.ref].(*TimeSpent)
		if !ok {
			continue
		}
		task := Ref{"tasks", string(spent.TaskID)}
		if _, seen := whole[task]; !seen {
			whole[task] = true
		}
		switch {
		case d.Fate != Reversed:
			whole[task] = false
		case v.made[d.ref] == d:
			lost[task] += spent.Duration
		case d.Done.Field == "duration":
			var before TimeSpent
			if err := Set(&before, "duration", d.value); err == nil {
				lost[task] += spent.Duration - before.Duration
			}
		}
	}
	for _, d := range v.deeds {
		task, ok := v.now.Rows[d.ref].(*Task)
		if !ok || d.Done.Field != "duration" || d.Fate != Reversed {
			continue
		}
		since := v.last(d.ref, "duration")
		if since == nil && whole[d.ref] && ValueOf(task.Duration) == d.Done.After {
			continue // as it was, even where it was no sum
		}
		if lost[d.ref] == 0 {
			v.rule(d, Kept, since, "it is the sum of the time sheets, which stay")
			continue
		}
		d.value = ValueOf(max(0, task.Duration-lost[d.ref]))
	}
}

// nounWord names a kind of row for people.
func nounWord(n Noun) string {
	switch n := n.(type) {
	case *Entity:
		return fmt.Sprintf("%s %q", strings.ToLower(string(n.Kind)), n.Name)
	case *Casting:
		return "casting"
	case *AssetInstance:
		return fmt.Sprintf("asset instance %q", n.Name)
	case *InstanceCasting:
		return "asset instance"
	case *Task:
		return fmt.Sprintf("task %q", n.Name)
	case *Assignment:
		return "assignment"
	case *Comment:
		return "comment"
	case *TimeSpent:
		return "time sheet of " + string(n.Date)
	case *PreviewFile:
		return "preview"
	case *AttachmentFile:
		return fmt.Sprintf("attachment %q", n.Name)
	case *Subscription:
		return "subscription"
	}
	return "row"
}

func article(n Noun) string {
	word := nounWord(n)
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}
