package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
)

const (
	defaultHold = 0.10
	// A list that makes five times what a scope of twenty or more shots has is
	// more often of another production than a great day's work.
	volumeFactor, volumeFloor = 5, 20
	// Marks in the list itself are a person's word; only more than half of the
	// production's shots looks like a column that was misread.
	flaggedShare, flaggedFloor = 0.5, 5
)

func (b *builder) massOmission(s Scope, absent int) {
	limit := b.opts.HoldOver
	if limit <= 0 {
		limit = defaultHold
	}
	if len(s.Active) > 0 && float64(absent) > limit*float64(len(s.Active)) {
		where := s.Path
		if where == "" {
			where = b.snap.Project.Name
		}
		b.doubt(GateOmission, fmt.Sprintf("%d of the %d active shots of %s", absent, len(s.Active), where))
	}
}

// finish reviews the outcome and seals the plan.
func (b *builder) finish() *Plan {
	p := &Plan{
		Project: b.snap.Project.Name, ProjectID: b.snap.Project.ID, Kind: string(b.list.Kind),
		Source: Source{b.list.Source.Name, b.list.Source.Format, b.list.Source.SHA256, b.opts.Source},
		Gates:  []Gate{}, Changes: []Change{}, Scopes: []Scope{}, Cuts: []Cut{}, CutChanges: []*ChangeList{}, Diagnostics: b.found.Sorted(),
	}
	if p.Kind == "" {
		p.Kind = "shots"
	}
	if p.Diagnostics == nil {
		p.Diagnostics = b.found[:0:0]
	}
	if !b.found.HasErrors() {
		b.lastDoubts()
		if b.changes != nil {
			p.Changes = b.changes
		}
		p.Scopes = append(p.Scopes, b.scopes...)
		p.Cuts = append(p.Cuts, b.cuts...)
		p.Standing = b.standing
		p.CutChanges = append(p.CutChanges, b.cutLists...)
		p.Pending, p.Settled = b.pending, b.settled
		if b.opts.Source != "" && len(b.list.Columns) > 0 {
			profile := importers.ProfileOf(b.list)
			p.Profile = &profile
		}
		b.asked(p)
		p.Gates = append(p.Gates, b.gates()...)
		p.Held = len(p.Gates) > 0
	}
	p.NewTasks = b.newTasks()
	p.Summary = summary(p.Changes, b.unchanged)
	p.Grounds = p.grounds()
	p.ID = p.seal(b.opts)
	return p
}

// asked holds a plan that changes anything because of how the list came, not of
// what it says.
func (b *builder) asked(p *Plan) {
	if p.Empty() {
		return
	}
	if b.opts.Ask {
		b.doubt(GateAsked, "apply: hold of "+b.opts.Source)
	}
	if b.opts.Newer != "" {
		b.doubt(GateOlder, b.opts.Newer+" came before "+b.list.Source.Name)
	}
}

func (b *builder) lastDoubts() {
	made, active := 0, 0
	for _, c := range b.changes {
		if c.Action == Create && c.Entity == "shot" {
			made++
		}
	}
	for _, n := range b.index.ofKind(hierarchy.Shot) {
		if n.entity != nil && !n.entity.Canceled {
			active++
		}
	}
	if active >= volumeFloor && made > volumeFactor*active {
		b.doubt(GateVolume, fmt.Sprintf("%d new shots beside %d", made, active))
	}
	if b.flagged >= flaggedFloor && float64(b.flagged) > flaggedShare*float64(active) {
		b.doubt(GateOmission, fmt.Sprintf("the list marks %d of %d active shots as omitted", b.flagged, active))
	}
	b.usualVolume()
	b.closedEpisodes()
}

// closedEpisodes holds changes below an episode that is complete or canceled.
func (b *builder) closedEpisodes() {
	if !b.snap.Project.Episodic() {
		return
	}
	closed := map[string]string{}
	for _, n := range b.index.ofKind(hierarchy.Episode) {
		if n.entity == nil {
			continue
		}
		if s := n.entity.Status; s == "complete" || s == "canceled" {
			closed[n.path] = s
		} else if n.entity.Canceled {
			closed[n.path] = "omitted"
		}
	}
	if len(closed) == 0 {
		return
	}
	for _, c := range b.changes {
		top, _, _ := strings.Cut(c.Path, "/")
		top, _, _ = strings.Cut(top, " < ")
		if s := closed[top]; s != "" {
			b.doubt(GateClosed, fmt.Sprintf("%s is %s", top, s))
		}
	}
}

const shownDoubts = 10

func (b *builder) gates() []Gate {
	var out []Gate
	for _, code := range sortedKeys(b.doubts) {
		names := b.doubts[code]
		detail := strings.Join(names[:min(shownDoubts, len(names))], "; ")
		if more := len(names) - shownDoubts; more > 0 {
			detail += fmt.Sprintf("; and %d more", more)
		}
		out = append(out, Gate{Code: code, Summary: summaryOf(code), Detail: detail})
	}
	return out
}

func summary(changes []Change, unchanged map[string]int) map[string]map[string]int {
	out := map[string]map[string]int{"unchanged": {}}
	for _, a := range Actions() {
		out[string(a)] = map[string]int{}
	}
	for _, c := range changes {
		out[string(c.Action)][c.Entity]++
		if len(c.Tasks) > 0 {
			out[string(Create)]["task"] += len(c.Tasks)
		}
		if c.Action == Create && has(c.After, "source_id") {
			out[string(Link)]["scene_link"]++
		}
	}
	for entity, n := range unchanged {
		out["unchanged"][entity] = n
	}
	return out
}

// newTasks describes the usual tasks where any shot gets them.
func (b *builder) newTasks() []NewTask {
	out := []NewTask{}
	status := b.snap.DefaultStatus()
	if status == nil || !slices.ContainsFunc(b.changes, func(c Change) bool { return len(c.Tasks) > 0 }) {
		return out
	}
	for _, t := range b.usual {
		out = append(out, NewTask{t.Name, t.ID, status.ID})
	}
	return out
}

// Empty tells that the plan changes nothing: no entity, no cut, and nothing new
// waits or waits no longer.
func (p *Plan) Empty() bool {
	return len(p.Changes) == 0 && len(p.CutChanges) == 0 && len(p.Pending) == 0 && len(p.Settled) == 0
}

// Shots is how many shots the list named that the plan makes, changes or leaves
// as they are.
func (p *Plan) Shots() int {
	n := 0
	for _, action := range []string{string(Create), string(Update), string(Move), "unchanged"} {
		n += p.Summary[action]["shot"]
	}
	return n
}

// fewestVolumes is how many earlier lists make a median worth asking.
const fewestVolumes = 5

// usualVolume holds a list that names less than half or more than double the
// shots that its source's lists use to name.
func (b *builder) usualVolume() {
	if len(b.opts.Volumes) < fewestVolumes || b.list.Kind != importers.Shots {
		return
	}
	sorted := slices.Sorted(slices.Values(b.opts.Volumes))
	median, now := sorted[len(sorted)/2], len(b.mentioned)
	if now*2 < median || now > median*2 {
		b.doubt(GateVolume, fmt.Sprintf("%d shots; the median of the last %d lists of %s is %d", now, len(sorted), b.opts.Source, median))
	}
}

// grounds hashes what was read: the before-values of each change, the absence
// of what is made, and the omission scopes.
func (p *Plan) grounds() string {
	type ground struct {
		Action Action
		Entity string
		Path   string
		ID     hierarchy.ID
		Before map[string]json.RawMessage
	}
	d := newDigest(p.ProjectID)
	for _, c := range p.Changes {
		d.add(ground{c.Action, c.Entity, c.Path, c.ID, c.Before})
	}
	d.add(p.Scopes)
	return d.sum()
}

func (p *Plan) seal(opts Options) string {
	d := newDigest(p.Grounds, p.Source, p.Kind, opts, p.NewTasks, p.CutChanges, p.Pending, p.Settled)
	for i := range p.Changes {
		d.add(&p.Changes[i])
	}
	return d.sum()[:32]
}

// A digest hashes values one by one: a plan of many changes is never one text.
type digest struct {
	h   hash.Hash
	enc *json.Encoder
}

func newDigest(parts ...any) *digest {
	h := sha256.New()
	d := &digest{h, json.NewEncoder(h)}
	for _, part := range parts {
		d.add(part)
	}
	return d
}

func (d *digest) add(part any) {
	// What is hashed here is made of texts, numbers and compact JSON.
	if err := d.enc.Encode(part); err != nil {
		d.h.Write([]byte(err.Error()))
	}
}

func (d *digest) sum() string { return hex.EncodeToString(d.h.Sum(nil)) }
