package hierarchy

import (
	"strings"
	"testing"
)

func series() *Snapshot {
	return &Snapshot{
		Project:     &Project{ID: "p", ProductionType: Ptr(TVShow)},
		EntityTypes: []*EntityType{{ID: "prop", Name: "Props/Small"}},
		Entities: []*Entity{
			{ID: "e", Kind: Episode, Name: "E01"},
			{ID: "q", Kind: Sequence, Name: "SQ10", ParentID: "e"},
			{ID: "q0", Kind: Sequence, Name: "SQ/20%"},
			{ID: "c", Kind: Scene, Name: "SC01", ParentID: "q"},
			{ID: "s", Kind: Shot, Name: "010", ParentID: "q", SourceID: "c"},
			{ID: "s0", Kind: Shot, Name: "020", ParentID: "q0"},
			{ID: "alone", Kind: Shot, Name: "030"},
			{ID: "own", Kind: Shot, Name: "040", ParentID: "own"},
			{ID: "lost", Kind: Shot, Name: "050", ParentID: "gone"},
			{ID: "direct", Kind: Shot, Name: "060", ParentID: "e"},
			{ID: "a", Kind: Asset, Name: "Lamp", EntityTypeID: "prop", SourceID: "e"},
		},
	}
}

func TestAncestorsAndPaths(t *testing.T) {
	for id, want := range map[ID][3]string{ // sequence, episode, path
		"e":      {"", "e", "E01"},
		"q":      {"q", "e", "E01/SQ10"},
		"q0":     {"q0", "", "-/SQ%2F20%25"},
		"c":      {"q", "e", "E01/SQ10/scenes/SC01"},
		"s":      {"q", "e", "E01/SQ10/010"},
		"s0":     {"q0", "", "-/SQ%2F20%25/020"},
		"alone":  {"", "", "-/-/030"},
		"own":    {"", "", "-/-/040"}, // accepted once by Kitsu
		"lost":   {"", "", "-/-/050"},
		"direct": {"", "e", "E01/-/060"},
		"a":      {"", "e", "assets/Props%2FSmall/Lamp"},
	} {
		s := series()
		e := s.Entity(id)
		if got := [3]string{name(s.Sequence(e)), name(s.Episode(e)), s.Path(e)}; got != want {
			t.Errorf("%s has %q, want %q", id, got, want)
		}
	}
	film := series()
	film.Project.ProductionType = Ptr("featurefilm")
	for id, want := range map[ID]string{"q": "SQ10", "c": "SQ10/scenes/SC01", "s": "SQ10/010", "alone": "-/030"} {
		if got := film.Path(film.Entity(id)); got != want {
			t.Errorf("in a film %s is %s, want %s", id, got, want)
		}
	}
	s := series()
	if s.Entity("nobody") != nil || s.Sequence(nil) != nil || s.Episode(nil) != nil {
		t.Error("nothing has ancestors")
	}
	if got := s.OfKind(Sequence); len(got) != 2 || got[0].ID != "q" {
		t.Errorf("sequences %v", got)
	}
	if s.EntityTypeName("none") != "" {
		t.Error("an unknown type has a name")
	}
}

func name(e *Entity) string {
	if e == nil {
		return ""
	}
	return string(e.ID)
}

func TestTaskTypesFor(t *testing.T) {
	shot, asset := Ptr("Shot"), Ptr("Asset")
	s := &Snapshot{
		TaskTypes: []*TaskType{
			{ID: "a", Name: "Animation", ForEntity: shot}, {ID: "c", Name: "Compositing", ForEntity: shot}, {ID: "l", Name: "Layout", ForEntity: shot},
			{ID: "b", Name: "Blocking", ForEntity: shot}, {ID: "m", Name: "Modeling", ForEntity: asset}, {ID: "off", Name: "Off", ForEntity: shot},
			{ID: "old", Name: "Old", ForEntity: shot, Archived: true}, {ID: "any", Name: "Any"},
		},
		ProjectTaskTypes: []*ProjectTaskType{
			{TaskTypeID: "a", Priority: Ptr(int64(2))}, {TaskTypeID: "c", Priority: Ptr(int64(3))}, {TaskTypeID: "l", Priority: Ptr(int64(1))},
			{TaskTypeID: "b", Priority: Ptr(int64(2))}, {TaskTypeID: "m"}, {TaskTypeID: "old"}, {TaskTypeID: "any"},
		},
	}
	for kind, want := range map[Kind]string{Shot: "Layout Animation Blocking Compositing", Asset: "Modeling", Episode: ""} {
		var got []string
		for _, t := range s.TaskTypesFor(kind) {
			got = append(got, t.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s has %q, want %q", kind, got, want)
		}
	}
	if got := (&Snapshot{TaskTypes: s.TaskTypes}).TaskTypesFor(Shot); len(got) != 0 {
		t.Errorf("a production that enables none has %v", got)
	}
}

func TestDefaultStatus(t *testing.T) {
	s := &Snapshot{TaskStatuses: []*TaskStatus{
		{ID: "old", IsDefault: true, Archived: true}, {ID: "concept", IsDefault: true, ForConcept: true}, {ID: "wip"}, {ID: "todo", IsDefault: true},
	}}
	if got := s.DefaultStatus(); got == nil || got.ID != "todo" {
		t.Errorf("default %v", got)
	}
	if got := (&Snapshot{}).DefaultStatus(); got != nil {
		t.Errorf("default %v", got)
	}
}

func TestPathPart(t *testing.T) {
	for name, want := range map[string]string{"": "", "SH010": "SH010", "A/B": "A%2FB", "50%": "50%25", "%2F": "%252F", "//": "%2F%2F", "été/夏": "été%2F夏"} {
		if got := PathPart(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	if got := UnpathPart("a%2fb"); got != "a/b" {
		t.Errorf("in small letters: %q", got)
	}
}

func FuzzPathPart(f *testing.F) {
	for _, s := range []string{"SH010", "a/b", "%", "%2F", "%25252f", "\xff/\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		part := PathPart(name)
		if strings.Contains(part, "/") {
			t.Fatalf("%q becomes several parts: %q", name, part)
		}
		if back := UnpathPart(part); back != name {
			t.Fatalf("%q is read back as %q", name, back)
		}
	})
}

func TestChanges(t *testing.T) {
	o := Origin{Project: "p", Cause: Request}
	row := &Entity{ID: "s"}
	ref := Ref{"entities", "s"}
	for action, c := range map[string]Change{
		"create": Create{o, row}, "update": Update{o, ref, []FieldChange{{"name", `"a"`, `"b"`}}}, "move": Move{o, ref, "", "q"},
		"omit": Omit{o, ref}, "reinstate": Reinstate{o, ref}, "delete": Delete{o, row}, "link": Link{o, row}, "unlink": Unlink{o, row},
	} {
		if c.Target() != ref || c.From() != o {
			t.Errorf("%s: %v from %v", action, c.Target(), c.From())
		}
		want := map[string]string{"update": `[{name "a" "b"}]`, "move": `[{parent_id null "q"}]`, "omit": "[{canceled false true}]", "reinstate": "[{canceled true false}]"}[action]
		if got := FieldsOf(c); len(got) == 0 && want != "" || len(got) > 0 && text(got) != want {
			t.Errorf("%s has %v, want %s", action, got, want)
		}
	}
}

func text(fields []FieldChange) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString("[{" + f.Field + " " + string(f.Before) + " " + string(f.After) + "}]")
	}
	return b.String()
}

func TestNames(t *testing.T) {
	if got := (&Person{FirstName: "Ada", LastName: ""}).Name(); got != "Ada" {
		t.Errorf("name %q", got)
	}
	for text, want := range map[string]string{"24": "24", "23.976": "24000/1001", "": "25", "fast": "25"} {
		r := (&Project{FPS: &text}).Rate()
		if text == "23.976" {
			if r.Num != 24000 || r.Den != 1001 {
				t.Errorf("%s is %v", text, r)
			}
		} else if r.String() != want {
			t.Errorf("%q is %v, want %s", text, r, want)
		}
	}
	if (&Project{}).Episodic() || !(&Project{ProductionType: Ptr("tvshow")}).Episodic() {
		t.Error("only a tvshow has episodes")
	}
	for _, kind := range []string{"Episode", "Sequence", "Scene", "Shot", "Edit", "Concept"} {
		if !Reserved(kind) {
			t.Errorf("%s is reserved", kind)
		}
	}
	if Reserved("Character") || Reserved("shot") {
		t.Error("types of assets are not reserved")
	}
}
