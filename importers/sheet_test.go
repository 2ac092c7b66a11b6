package importers

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"turnover/internal/diag"
	"turnover/internal/timecode"
)

func TestParseWhole(t *testing.T) {
	for _, c := range []struct {
		text      string
		want      int64
		separated bool
		ok        bool
	}{
		{"48", 48, false, true}, {"0048", 48, false, true}, {"-5", -5, false, true}, {"48.0", 48, false, true},
		{"30 012", 30012, true, true}, {"30\u202f012", 30012, true, true}, {"1'200", 1200, true, true},
		{"30.012", 0, false, false}, {"30,012", 0, false, false}, {"12.5", 0, false, false}, {"96f", 0, false, false},
		{"+5", 0, false, false}, {"1e3", 0, false, false}, {"30 01", 0, false, false}, {"99999999999999999999", 0, false, false}, {".0", 0, false, false},
	} {
		got, separated, err := parseWhole(c.text)
		if (err == nil) != c.ok || c.ok && (got != c.want || separated != c.separated) {
			t.Errorf("%q gives %d, %v, %v", c.text, got, separated, err)
		}
	}
}

func TestParseSeconds(t *testing.T) {
	for text, want := range map[string]float64{"3,5": 3.5, "12.04": 12.04, "1 200,5": 1200.5, "7": 7} {
		if got, ok := parseSeconds(text); !ok || got != want {
			t.Errorf("%q gives %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "-1", "1.200,5", "x", "1:15"} {
		if got, ok := parseSeconds(text); ok {
			t.Errorf("%q gives %v", text, got)
		}
	}
}

func TestParseCasting(t *testing.T) {
	for text, want := range map[string][]Cast{
		"Hero, Sword x2 (held); Props: Lamp": {{Asset: "Hero", Occurrences: 1}, {Asset: "Sword", Occurrences: 2, Label: "held"}, {Asset: "Lamp", Type: "Props", Occurrences: 1}},
		`Buck, Bunny, "Rock, big"`:           {{Asset: "Buck", Occurrences: 1}, {Asset: "Bunny", Occurrences: 1}, {Asset: "Rock, big", Occurrences: 1}},
		`Props: "Table: old" x3, Lamp`:       {{Asset: "Table: old", Type: "Props", Occurrences: 3}, {Asset: "Lamp", Type: "Props", Occurrences: 1}},
		"Max, x2":                            {{Asset: "Max", Occurrences: 1}, {Asset: "x2", Occurrences: 1}},
		"Box 6x4":                            {{Asset: "Box 6x4", Occurrences: 1}},
		"A\nB":                               {{Asset: "A", Occurrences: 1}, {Asset: "B", Occurrences: 1}},
		"Crowd (left, back) ×12":             {{Asset: "Crowd (left, back)", Occurrences: 12}},
		`Props: """a, b""; c" x2, D`:         {{Asset: `"a, b"; c`, Type: "Props", Occurrences: 2}, {Asset: "D", Type: "Props", Occurrences: 1}},
		" , ;":                               nil,
	} {
		if got, err := parseCasting(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q gives %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{`"open`, `"a" b`} {
		if got, err := parseCasting(text); err == nil {
			t.Errorf("%q gives %+v", text, got)
		}
	}
}

// sheetOf makes a sheet of lines with cells set off by a bar.
func sheetOf(lines ...string) Sheet {
	return Sheet{Source: Source{Name: "a"}, Rows: func(yield func(SheetRow, error) bool) {
		for i, line := range lines {
			row := SheetRow{Line: i + 1}
			for j, text := range strings.Split(line, "|") {
				row.Cells = append(row.Cells, SheetCell{Text: text, Line: i + 1, Column: j + 1})
			}
			if !yield(row, nil) {
				return
			}
		}
	}}
}

func TestHeaders(t *testing.T) {
	opts := Options{TaskTypes: []string{"Rendu"}, Descriptors: []string{"Météo"}, Columns: map[string][]string{"shot": {"Kürzel"}}}
	for _, c := range []struct {
		header string
		kind   Kind
		fields string
	}{
		{"Séquence|Plan|Durée (s)|Images", Shots, "sequence shot seconds_duration nb_frames"},
		{"SEQ|SHOT #|Dur.|Cut In|Cut Out", Shots, "sequence shot nb_frames frame_in frame_out"},
		{"Sequenz|Einstellung|Bilder|Bildrate", Shots, "sequence shot nb_frames fps"},
		{"Sequence|kurzel|Name|rendu|meteo|Resolution", Shots, "sequence shot  task:Rendu field:Météo field:resolution"},
		{"Sequence|Name|Layout|Assignations|Layout comment|Layout estimation|X comment", Shots, "sequence shot task:Layout task:Layout task:Layout task:Layout "},
		{"Parent|Name|Asset Type|Asset|Occurences|Label|Episode", Casting, "sequence shot asset_type asset occurrences label episode"},
		{"Project|Task Type|Episode|Sequence|Entity Type|Entity|Assigner|Assignees|Duration|Estimation|Start date|Due date|Task Status", Tasks,
			"project task_type episode sequence entity_type entity  assignees  estimation start_date due_date status"},
		{"Project|Person|Entity Type Name|Entity|Task Type|Date|Time spent", Timesheet, "project person entity_type entity task_type date duration:minutes"},
		{"Person|Entity|Task Type|Date|Hours", Timesheet, "person entity task_type date duration:hours"},
	} {
		list, _, err := ReadSheet(context.Background(), sheetOf(c.header), opts)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, column := range list.Columns {
			field := column.Field
			if column.Detail != "" {
				field += ":" + column.Detail
			}
			got = append(got, field)
		}
		if s := strings.Join(got, " "); s != c.fields || list.Kind != c.kind {
			t.Errorf("%s: %s %q, want %s %q", c.header, list.Kind, s, c.kind, c.fields)
		}
	}
}

// TestHeaderRows joins a row of groups with the titles below it, where both
// are one header without doubt.
func TestHeaderRows(t *testing.T) {
	opts := Options{TaskTypes: []string{"Animation", "Lighting"}}
	for name, c := range map[string]struct {
		rows   []string
		fields string // by column
		title  string // what stands above the header
		total  int    // rows below it
	}{
		"names above":     {[]string{"Sequence|Shot|Frames||", "||In|Out|Total", "A|1|1001|1010|10"}, "sequence shot frame_in frame_out nb_frames", "", 1},
		"names below":     {[]string{"Shot||Frames||", "Seq|Name|In|Out|Nb", "A|1|1001|1010|10"}, "sequence shot frame_in frame_out nb_frames", "", 1},
		"group at left":   {[]string{"Shot|||Frames||", "|Seq|Name|In|Out|Nb", "|A|1|1001|1010|10"}, " sequence shot frame_in frame_out nb_frames", "", 1},
		"tasks":           {[]string{"Sequence|Shot|Animation||Lighting|", "||Status|Assignees|Status|Assignees", "A|1|WIP|Ada|Todo|Bob"}, "sequence shot task:status task:assignations task:status task:assignations", "", 1},
		"a title above":   {[]string{"My list|||", "Sequence|Shot|Frames|", "||In|Out", "A|1|1001|1010"}, "sequence shot frame_in frame_out", "My list", 1},
		"words for looks": {[]string{"Identity||Timing|", "Sequence|Shot|Frame In|Frame Out", "A|1|1001|1010"}, "sequence shot frame_in frame_out", "Identity · Timing", 1},
		"a row of names":  {[]string{"Sequence|Shot|Notes|", "A|1|In|Out", "A|2|x|y"}, "sequence shot ", "", 2},
		"a row of values": {[]string{"Sequence|Shot|Frames|", "||1001|1010", "A|2|12|y"}, "sequence shot nb_frames", "", 2},
		"a row with gaps": {[]string{"Sequence|Shot|Description|Notes", "||In|Out", "A|2|x|y"}, "sequence shot description ", "", 2},
	} {
		list, _, err := ReadSheet(context.Background(), sheetOf(c.rows...), opts)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range list.Columns {
			field := list.Columns[i].Field
			if field == "task" {
				field += ":" + list.Entries[0].Tasks[len(got)-2].Field
			}
			got = append(got, field)
		}
		if s := strings.Join(got, " "); s != c.fields || list.Title != c.title || list.Lines.Total != c.total {
			t.Errorf("%s: %q, title %q, %d rows; want %q, %q, %d", name, s, list.Title, list.Lines.Total, c.fields, c.title, c.total)
		}
	}
}

// TestUnusualNames lets names with control characters stand where the production
// has them; elsewhere they are errors, and counted.
func TestUnusualNames(t *testing.T) {
	rows := []string{"Sequence|Shot|Assets", "a\nb|SH1\nSH2|\"x\ny\", Hero"}
	for _, c := range []struct {
		known []string
		want  string // sequence, shot, assets
		bad   int    // errors
	}{
		{nil, "no entry", 3},
		{[]string{"a\r\nb", " SH1\nSH2", "x\ny"}, `"a\r\nb" " SH1\nSH2" "x\ny" "Hero"`, 0},
		{[]string{"a\r\nb", "a\nb", "SH1\nSH2", "x\ny"}, `"" "SH1\nSH2" "x\ny" "Hero"`, 1}, // no sheet tells the first two apart
	} {
		list, found, err := ReadSheet(context.Background(), sheetOf(rows...), Options{Unusual: c.known})
		if err != nil {
			t.Fatal(err)
		}
		got := "no entry"
		if len(list.Entries) > 0 {
			got = fmt.Sprintf("%q %q", list.Entries[0].Sequence.Text, list.Entries[0].Shot.Text)
			for _, cast := range list.Entries[0].Assets {
				got += fmt.Sprintf(" %q", cast.Asset)
			}
		}
		if got != c.want || found.Count(diag.Error) != c.bad || list.Unusual != 3 {
			t.Errorf("%q: got %s with %d unusual, want %s\n%v", c.known, got, list.Unusual, c.want, found)
		}
	}
}

// TestTablesBelow ends the list where another table begins below it.
func TestTablesBelow(t *testing.T) {
	for name, c := range map[string]struct {
		rows    []string
		entries int
		found   string // errors and warnings
	}{
		"assets":             {[]string{"Sequence|Shot", "A|1", "|", "Asset|Asset Type", "Hero|Characters"}, 1, "SHT062:4 "},
		"shots":              {[]string{"Sequence|Shot", "A|1", "|", "Shot|Description", "2|x"}, 1, "SHT062:4!"},
		"assets, then shots": {[]string{"Sequence|Shot", "A|1", "|", "Asset|Asset Type", "Hero|Characters", "|", "Shot|Description", "2|x"}, 1, "SHT062:4 SHT062:7!"},
		"the header again":   {[]string{"Sequence|Shot", "A|1", "|", "Sequence|Shot", "A|2"}, 2, ""},
		"no empty row":       {[]string{"Sequence|Shot", "A|1", "Asset|Type", "A|3"}, 3, ""},
		"names after a row":  {[]string{"Sequence|Shot", "A|1", "|", "Asset|SH010", "A|3"}, 3, ""},
		"panels":             {[]string{"Sequence|Shot|Panel|Frames", "A|1|1|24", "A|1|2|24"}, 2, "SHT061:3!"},
		"a panel a shot":     {[]string{"Sequence|Shot|Panel|Frames", "A|1|1|24", "A|2|1|24"}, 2, ""},
	} {
		list, found, err := ReadSheet(context.Background(), sheetOf(c.rows...), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, d := range found {
			if d.Severity > diag.Info {
				got += fmt.Sprintf("%s:%d%s", d.Code, d.Place.Line, map[bool]string{true: "!", false: " "}[d.Severity == diag.Error])
			}
		}
		if n := list.Lines; got != c.found || len(list.Entries) != c.entries || n.Understood+n.Ignored+n.InError != n.Total {
			t.Errorf("%s: %d entries, found %q, lines %+v; want %d, %q", name, len(list.Entries), got, n, c.entries, c.found)
		}
	}
}

func TestDurations(t *testing.T) {
	rate := Options{FPS: timecode.Rate{Num: 25, Den: 1}}
	for _, c := range []struct {
		header, cell string
		opts         Options
		frames       int64
		code         string
	}{
		{"Duration", "00:00:02:05", rate, 55, CodeDurationRead},
		{"Duration", "00:00:02:05", Options{}, 0, CodeDurationUnread},
		{"Duration", "00:00:02:30", rate, 0, CodeBadDuration},
		{"Duration", "55", rate, 0, CodeDurationUnread},
		{"Duration (s)", "2,2", rate, 55, CodeDurationRead},
		{"Duration (s)", "abc", rate, 0, CodeBadDuration},
		{"Frames", "00:00:02:05", rate, 55, CodeDurationRead},
		{"Frames|Duration (s)", "|2,2", rate, 55, CodeDurationRead},
		{"Duration (s)|Frames", "2,2|", rate, 55, CodeDurationRead},
		{"Duration (s)|Frames|Note", "2,2|12|", rate, 12, CodeUnknownColumn},
	} {
		list, found, err := ReadSheet(context.Background(), sheetOf("Sequence|Shot|"+c.header, "A|1|"+c.cell), c.opts)
		if err != nil {
			t.Fatal(err)
		}
		if got := list.Entries[0].NbFrames.Value; got != c.frames {
			t.Errorf("%s %q gives %d frames, want %d", c.header, c.cell, got, c.frames)
		}
		if !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Code == c.code }) {
			t.Errorf("%s %q found %v, want %s", c.header, c.cell, found, c.code)
		}
	}
}

func TestFlags(t *testing.T) {
	list, found, err := ReadSheet(context.Background(), sheetOf("Sequence|Shot|Omitted", "A|1|Oui", "A|2|no", "A|3|", "A|4|perhaps"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Flag{{State: Present, Value: true}, {State: Present}, {State: Empty}, {State: Absent}}
	for i, e := range list.Entries {
		if e.Omitted.State != want[i].State || e.Omitted.Value != want[i].Value {
			t.Errorf("row %d: %+v, want %+v", i+2, e.Omitted, want[i])
		}
	}
	if found.Count(diag.Error) != 1 {
		t.Errorf("found %v", found)
	}
}

func TestCellName(t *testing.T) {
	for column, want := range map[int]string{1: "A3", 26: "Z3", 27: "AA3", 702: "ZZ3", 703: "AAA3", 16384: "XFD3"} {
		if got := cellName(column, 3); got != want {
			t.Errorf("column %d is %s, want %s", column, got, want)
		}
	}
}

func FuzzParseCasting(f *testing.F) {
	f.Add(`Hero, "Rock, big" x2 (a); Props: Lamp`)
	f.Fuzz(func(t *testing.T, s string) {
		casts, err := parseCasting(s)
		for _, c := range casts {
			if c.Asset == "" || c.Occurrences < 0 {
				t.Fatalf("%q gives %+v, %v", s, c, err)
			}
		}
	})
}

func TestNamesByTemplate(t *testing.T) {
	list, found, err := ReadSheet(context.Background(), sheetOf("Shot", "SQ010_SH0020", "odd"), Options{Names: []string{"{sequence}_{shot}"}})
	if err != nil {
		t.Fatal(err)
	}
	if e := list.Entries[0]; e.Sequence.Text != "SQ010" || e.Shot.Text != "SH0020" {
		t.Errorf("sequence %q, shot %q", e.Sequence.Text, e.Shot.Text)
	}
	if e := list.Entries[1]; e.Sequence.Given() || e.Shot.Text != "odd" || found.Count(diag.Warning) != 1 {
		t.Errorf("sequence %q, shot %q, %v", e.Sequence.Text, e.Shot.Text, found)
	}
}

// TestFirst finds and counts the same where only the first entries are kept.
func TestFirst(t *testing.T) {
	for name, text := range map[string]string{
		"groups":     "Sequence|Shot|Camera\nA|1|x\n|2|y\n|3|z\nB|4|x\n|5|x\nC|6|x",
		"blanks":     "Sequence|Shot\nA|1\nA|2\n|3\n|4\n#REF!|5\nB|6\n|7",
		"gaps":       "Episode|Sequence|Shot\nE1|A|1\n||\n||2\n||3",
		"panels":     "Sequence|Shot|Panel\nA|1|1\nA|2|1\nA|2|2",
		"templates":  "Shot|Animation|Animation comment\nA_1|wip|x\nA_2|wip\nnone|wip|z",
		"casting":    "Asset|Occurrences|Shot\nHero|2|1\n|1|2\nSword|x|3\nLamp||4",
		"first lost": "Sequence|Shot\n|1\nA|2\n|3",
		"tasks":      "Sequence|Shot|Animation|Animation comment|Fields\nA|1|wip|x|f\n|2|done||g\nB||wip||h\nC|4|todo|y|i",
	} {
		opts := Options{Names: []string{"{sequence}_{shot}"}, TaskTypes: []string{"Animation"}}
		whole, all, err := ReadSheet(context.Background(), sheetOf(strings.Split(text, "\n")...), opts)
		if err != nil {
			t.Fatal(err)
		}
		for opts.First = 1; opts.First <= len(whole.Entries)+1; opts.First++ {
			list, found, err := ReadSheet(context.Background(), sheetOf(strings.Split(text, "\n")...), opts)
			n := len(list.Entries)
			if err != nil || !reflect.DeepEqual(found, all) || list.Lines != whole.Lines || n < min(opts.First, len(whole.Entries)) || n+list.More != len(whole.Entries) {
				t.Errorf("%s: first %d of %d: %d and %d more, %v", name, opts.First, len(whole.Entries), n, list.More, found)
			}
			if !reflect.DeepEqual(list.Entries, whole.Entries[:n]) {
				t.Errorf("%s: first %d: %+v, want %+v", name, opts.First, list.Entries, whole.Entries[:n])
			}
		}
	}
}
