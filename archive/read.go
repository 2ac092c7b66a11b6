package archive

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/internal/runs"
)

// maxLine is the longest line that is read; metadata may be long, but not so long.
const maxLine = 16 << 20

// reader gathers what one folder says.
type reader struct {
	archive *Archive
	found   diag.List
	seen    map[string]map[mark]seenAt // table → key → first place
	unknown map[string]int             // "file.field" → rows
	failed  error                      // of the machine, while rows were kept
}

// seenAt is a place with the number of its file.
type seenAt struct{ file, line int32 }

// Read reads the folder. All findings are given; the error is for the machine.
func Read(ctx context.Context, fsys fs.FS) (*Archive, diag.List, error) {
	r := &reader{archive: &Archive{rows: map[string]*runs.Sorter[row]{}, keys: map[string]map[mark]bool{}}, seen: map[string]map[mark]seenAt{}, unknown: map[string]int{}}
	present, err := r.tables(fsys)
	if err != nil {
		return nil, nil, err
	}
	if len(present) == 0 {
		r.found.Add(diag.Error, CodeNoArchive, diag.Place{File: "."}, "folder is no archive", "it has none of the tables projects.jsonl, shots.jsonl, tasks.jsonl …")
		return r.archive, r.found, nil
	}
	if err := r.files(ctx, fsys, present); err != nil {
		return nil, nil, errors.Join(err, r.archive.Close())
	}
	r.reportUnknown()
	return r.archive, r.found, nil
}

func (r *reader) files(ctx context.Context, fsys fs.FS, present map[string]bool) error {
	for _, f := range files() {
		if !present[f.name] {
			continue // a missing file is an empty table
		}
		if err := r.file(ctx, fsys, f); err != nil {
			return err
		}
		if f.kind == "" { // entities lie in several files
			clear(r.seen)
		}
	}
	if present[sceneLinks] {
		return r.sceneLinks(ctx, fsys)
	}
	return nil
}

// tables lists the archive's tables in the folder, and reports what else is there.
func (r *reader) tables(fsys fs.FS) (present map[string]bool, err error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read archive: %w", err)
	}
	known := map[string]bool{sceneLinks: true}
	for _, f := range files() {
		known[f.name] = true
	}
	present = map[string]bool{}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".jsonl")
		switch at := (diag.Place{File: e.Name()}); {
		case ok && known[name] && e.Type().IsRegular():
			present[name] = true
		case ok && known[name] && e.Type()&fs.ModeSymlink != 0:
			// A link may lead out of the folder, to what the sender must not see.
			present[name] = false
			r.found.Add(diag.Error, CodeNoArchive, at, "table is a link", "links are not followed: put the file itself there")
		case !strings.HasPrefix(e.Name(), "."):
			r.found.Add(diag.Warning, CodeFile, at, "file is no table of an archive and was ignored", "")
		}
	}
	return present, nil
}

// file reads one table.
func (r *reader) file(ctx context.Context, fsys fs.FS, f file) error {
	known := map[string][]int{}
	for _, i := range hierarchy.FieldsOfNoun(f.make()) {
		if i.JSON != "" {
			known[i.JSON] = i.Index
		}
	}
	return r.lines(ctx, fsys, f.name, func(at diag.Place, fields map[string]json.RawMessage) {
		n := f.make()
		row, ok := reflect.ValueOf(n).Elem(), true
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			var err error
			switch index := known[name]; {
			case index != nil:
				field := row.FieldByIndex(index).Addr().Interface()
				err = cmp.Or(json.Unmarshal(fields[name], field), storable(field, fields[name]))
			case name == "assignees" && f.name == "tasks":
				err = json.Unmarshal(fields[name], &n.(*hierarchy.Task).Assignees)
			default:
				r.unknown[at.File+"."+name]++
			}
			if err != nil {
				ok = false
				r.found.Add(diag.Error, CodeSyntax, at, "a field has the wrong type", "%s: %v", name, err)
			}
		}
		if ok {
			r.add(n, at)
		}
	})
}

// storable refuses times that databases cannot hold or would take for null.
func storable(field any, raw json.RawMessage) error {
	year := 1
	switch v := field.(type) {
	case *hierarchy.Time:
		if v.IsZero() && string(raw) != "null" {
			return fmt.Errorf("%s is the beginning of time: write null where there is none", raw)
		}
		year = v.Year()
	case *hierarchy.Day:
		if *v != "" {
			year = v.Time().Year()
		}
	}
	if year < 1 || year > 9999 {
		return fmt.Errorf("%s lies outside the years 1 to 9999", raw)
	}
	return nil
}

// add keeps a row; a task's assignees become rows of their own.
func (r *reader) add(n hierarchy.Noun, at diag.Place) {
	table := n.Table()
	if key := n.Key(); key == "" || strings.HasPrefix(key, "/") || strings.HasSuffix(key, "/") {
		r.found.Add(diag.Error, CodeMissing, at, "row has no id", "every row of %s needs its id or both ids of its link", table)
		return
	}
	for _, field := range required[table] {
		if v, err := hierarchy.Get(n, field); err == nil && v.Text() == "" {
			r.found.Add(diag.Error, CodeMissing, at, "required field is missing", "%s of the row %s in %s", field, n.Key(), table)
		}
	}
	if r.seen[table] == nil {
		r.seen[table] = map[mark]seenAt{}
	}
	key := markOf(n.Key())
	if first, twice := r.seen[table][key]; twice {
		r.found.Add(diag.Error, CodeTwice, at, "two rows have one id", "%s stands at %s already", n.Key(), diag.Place{File: r.archive.files[first.file], Line: int(first.line)})
		return
	}
	r.seen[table][key] = seenAt{int32(r.archive.file(at.File)), int32(at.Line)}
	var assignees []hierarchy.ID
	if t, ok := n.(*hierarchy.Task); ok {
		assignees, t.Assignees = t.Assignees, nil
	}
	if r.failed = cmp.Or(r.failed, r.archive.add(row{n, at})); r.failed != nil {
		return
	}
	for _, person := range assignees {
		r.add(&hierarchy.Assignment{TaskID: hierarchy.ID(n.Key()), PersonID: person}, at)
	}
}

// sceneLinks checks the links against the shots.
func (r *reader) sceneLinks(ctx context.Context, fsys fs.FS) error {
	sources := map[hierarchy.ID]hierarchy.ID{}
	for row, err := range r.archive.each("entities") {
		if err != nil {
			return err
		}
		if e := row.noun.(*hierarchy.Entity); e.Kind == hierarchy.Shot {
			sources[e.ID] = e.SourceID
		}
	}
	return r.lines(ctx, fsys, sceneLinks, func(at diag.Place, fields map[string]json.RawMessage) {
		var l sceneLink
		if err := cmp.Or(idOf(fields["scene_id"], &l.SceneID), idOf(fields["shot_id"], &l.ShotID)); err != nil {
			r.found.Add(diag.Error, CodeSyntax, at, "a field has the wrong type", "%v", err)
			return
		}
		scene, ok := sources[l.ShotID]
		switch {
		case !ok:
			r.found.Add(diag.Error, CodeReference, at, "row refers to one that is not there", "shot_id %s is not in shots.jsonl", l.ShotID)
		case scene != l.SceneID:
			r.found.Add(diag.Error, CodeSceneLink, at, "scene link contradicts the shot", "shot %s has the source_id %q, the link says %q: make them one", l.ShotID, scene, l.SceneID)
		}
	})
}

func idOf(raw json.RawMessage, id *hierarchy.ID) error {
	if raw == nil {
		return nil
	}
	return json.Unmarshal(raw, id)
}

// lines gives each line of a table that is a JSON object, with its keys.
func (r *reader) lines(ctx context.Context, fsys fs.FS, name string, use func(at diag.Place, fields map[string]json.RawMessage)) error {
	f, err := fsys.Open(name + ".jsonl")
	if err != nil {
		return fmt.Errorf("read archive: %w", err)
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewReaderSize(f, 1<<16)
	for at := (diag.Place{File: name + ".jsonl", Line: 1}); ; at.Line++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, err := readLine(in)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errLong) {
			return fmt.Errorf("read %s: %w", at.File, err)
		}
		switch {
		case errors.Is(err, errLong):
			r.found.Add(diag.Error, CodeLong, at, "line is too long", "over %d bytes", maxLine)
			return nil
		case len(bytes.TrimSpace(line)) > 0:
			if fields := r.object(at, line); fields != nil {
				use(at, fields)
			}
		}
		if err != nil || r.failed != nil {
			return r.failed
		}
	}
}

var errLong = errors.New("line is too long")

func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return nil, errLong
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// object reads a line's keys, after checking that its text can be stored.
func (r *reader) object(at diag.Place, line []byte) map[string]json.RawMessage {
	switch {
	case !utf8.Valid(line):
		r.found.Add(diag.Error, CodeText, at, "text is no UTF-8", "write the archive in UTF-8")
		return nil
	case badEscape(line) != "":
		r.found.Add(diag.Error, CodeText, at, "text has a character that cannot be stored", "%s is no character: remove it", badEscape(line))
		return nil
	}
	fields, twice, err := fieldsOf(line)
	if err != nil {
		r.found.Add(diag.Error, CodeSyntax, at, "line is no JSON object", "%v", err)
		return nil
	}
	for _, name := range twice {
		r.found.Add(diag.Error, CodeSyntax, at, "a field stands twice", "%q has two values: delete one", name)
	}
	return fields
}

// badEscape gives the first escape that no database can hold: \u0000, or one
// half of a pair without the other. "" where all are good.
func badEscape(line []byte) string {
	for i := 0; i+1 < len(line); i++ {
		if line[i] != '\\' {
			continue
		}
		c := escaped(line[i:])
		switch {
		case c == 0 || utf16.IsSurrogate(c) && utf16.DecodeRune(c, escaped(line[i+6:])) == utf8.RuneError:
			return string(line[i : i+6])
		case utf16.IsSurrogate(c):
			i += 11
		case c > 0:
			i += 5
		default:
			i++ // \n, \\ and the like
		}
	}
	return ""
}

// escaped gives the code of "\uXXXX" at the start of a text; -1 where there is none.
func escaped(b []byte) rune {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1
	}
	c, err := strconv.ParseUint(string(b[2:6]), 16, 32)
	if err != nil {
		return -1
	}
	return rune(c)
}

// reportUnknown says once a field how many rows had it.
func (r *reader) reportUnknown() {
	var names []string
	for name := range r.unknown {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		file, field, _ := strings.Cut(name, ".jsonl.")
		r.found.Add(diag.Info, CodeField, diag.Place{File: file + ".jsonl"}, "field is not known and was ignored", "%q in %d rows", field, r.unknown[name])
	}
}
