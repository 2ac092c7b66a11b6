package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"turnover/cmd/bench/made"
)

// importedTasks are the task types of a production that lists are imported into.
var importedTasks = []string{"Layout", "Animation", "Lighting", "Compositing"}

const kitsuGroup = "Beside a Kitsu: Zou " + zouVersion + " with three workers, Redis and PostgreSQL"

// kitsu are the works that want a Kitsu.
func (b *Bench) kitsu() []Work {
	all := &zous{Bench: b}
	return slices.Concat(all.imports(1000), all.large(production{b, kitsuLarge, Kitsu}))
}

// imports are those of lists: a CSV list and an EDL of so many new shots, and the
// EDL again.
func (z *zous) imports(shots int) []Work {
	kitsu := &zou{zous: z, database: "zou_imports", fill: func(ctx context.Context, database string) error {
		return z.fillImports(ctx, database)
	}}
	sqlite, postgres := z.serving("SQLite"), z.serving("PostgreSQL")
	onSQLite, onPostgres := z.onSQLite(), z.onPostgres()
	list, cut := fmt.Sprintf("list-%d.csv", shots), fmt.Sprintf("cut-%d.edl", shots)
	setup := func(context.Context) error {
		return errors.Join(z.make(list, func(f *os.File) error { return made.Sheet{Shots: shots}.Write(f) }),
			z.make(cut, func(f *os.File) error { return made.Cut{Events: shots}.Write(f) }))
	}
	var works []Work
	for _, w := range []struct {
		name, size, file, recorded string
		again                      bool
	}{
		{"import of a CSV list, new", count(shots) + " shots, 4 tasks each", list, "import-csv-1000", false},
		{"import of an EDL, new", count(shots) + " events, 4 tasks each", cut, "import-edl-1000", false},
		{"import of an EDL, again", count(shots) + " events, 4 tasks each", cut, "import-edl-1000-again", true},
	} {
		work := Work{Group: kitsuGroup, Name: w.name, Size: w.size, Rows: shots, Class: Kitsu, Recorded: w.recorded, Setup: setup, Once: true} // a Kitsu takes minutes
		work.Ours = z.applied(onSQLite, w.file).contestant("turnover", w.again)
		work.Peers = []Contestant{
			z.asked(sqlite, w.file).contestant("turnover serve, SQLite", w.again),
			z.applied(onPostgres, w.file).contestant("turnover, PostgreSQL", w.again),
			z.asked(postgres, w.file).contestant("turnover serve, PostgreSQL", w.again),
			z.asked(kitsu, w.file).contestant("Kitsu", w.again),
		}
		if !w.again {
			work.Aims = []Aim{{Of: "Kitsu", What: Wall, AtLeast: 500}}
		}
		works = append(works, work)
	}
	return works
}

// An importer is one way to import a list into a production.
type importer interface {
	// fresh makes an empty production the one to import into.
	fresh(ctx context.Context) error
	imports(ctx context.Context) (Sample, error)
	// state is what the production holds.
	state(ctx context.Context) ([]shotState, error)
}

// An importingBy makes a contestant of an importer.
type importingBy struct{ importer }

// contestant imports into a production that is empty, or has the list already.
func (i importingBy) contestant(name string, again bool) Contestant {
	filled := false
	return Contestant{Name: name,
		Before: func(ctx context.Context) error {
			if again && filled { // an import again changes nothing
				return nil
			}
			err := i.fresh(ctx)
			if err == nil && again {
				_, err = i.imports(ctx)
			}
			filled = err == nil
			return err
		},
		Do: func(ctx context.Context) (Sample, error) {
			s, err := i.imports(ctx)
			if err != nil {
				return s, err
			}
			shots, err := i.state(ctx)
			s.Result = sumOf(shots)
			return s, err
		},
		Rows: func(ctx context.Context, to string) error {
			shots, err := i.state(ctx)
			if err != nil {
				return err
			}
			return os.WriteFile(to, []byte(linesOf(shots)), 0o644)
		},
	}
}

// A shotState is what is compared of a shot.
type shotState struct {
	Path   string // episode, sequence and shot
	Frames int
	Tasks  []string // their types, sorted
}

// linesOf writes one shot a line, sorted.
func linesOf(shots []shotState) string {
	lines := make([]string, 0, len(shots))
	for _, s := range shots {
		lines = append(lines, fmt.Sprintf("%s\t%d\t%s\n", s.Path, s.Frames, strings.Join(s.Tasks, ", ")))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// sumOf counts shots, frames, and tasks by type.
func sumOf(shots []shotState) string {
	frames, tasks := 0, map[string]int{}
	for _, s := range shots {
		frames += s.Frames
		for _, name := range s.Tasks {
			tasks[name]++
		}
	}
	out := fmt.Sprintf("%d shots, %d frames", len(shots), frames)
	for _, name := range importedTasks {
		out += fmt.Sprintf(", %d %s", tasks[name], name)
		delete(tasks, name)
	}
	for name, n := range tasks { // none is wanted
		out += fmt.Sprintf(", %d %s", n, name)
	}
	return out
}

// An appliedList is one that "turnover apply" imports, a whole process.
type appliedList struct {
	on   backend
	file string
}

func (z *zous) applied(on backend, file string) importingBy {
	return importingBy{appliedList{on, file}}
}

func (a appliedList) fresh(ctx context.Context) error {
	if err := os.WriteFile(a.on.file("bench.yaml"), []byte(importsConfiguration), 0o644); err != nil {
		return err
	}
	if err := a.on.prepared(ctx, "empty", ""); err != nil {
		return err
	}
	return a.on.fresh(ctx, "empty")
}

func (a appliedList) imports(ctx context.Context) (Sample, error) {
	args := []string{"apply", a.file, "--project", "bench", "--yes", "--json", "--config", "bench.yaml", "--db", a.on.where}
	if strings.HasSuffix(a.file, ".edl") {
		args = append(args, "--names", "{episode}_{sequence}_{shot}")
	}
	return a.on.ours(args...).Run(ctx)
}

func (a appliedList) state(ctx context.Context) ([]shotState, error) {
	to := a.on.file("state.json")
	if _, err := a.on.ours("export", "shots", "--project", "bench", "--format", "json", "--out", to, "--db", a.on.where).Run(ctx); err != nil {
		return nil, err
	}
	content, err := os.ReadFile(to)
	if err != nil {
		return nil, err
	}
	return statesOfExport(content, importedTasks)
}

// statesOfExport reads exported shots: a column of each task type has the task's
// status, or nothing where there is no task.
func statesOfExport(content []byte, types []string) ([]shotState, error) {
	var rows []map[string]any
	if err := json.Unmarshal(content, &rows); err != nil {
		return nil, err
	}
	types = slices.Sorted(slices.Values(types))
	shots := make([]shotState, 0, len(rows))
	for _, row := range rows {
		frames, _ := row["Nb Frames"].(float64) // 0 where there is none
		s := shotState{Path: fmt.Sprintf("%v/%v/%v", row["Episode"], row["Sequence"], row["Name"]), Frames: int(frames)}
		for _, name := range types {
			if row[name] != nil {
				s.Tasks = append(s.Tasks, name)
			}
		}
		shots = append(shots, s)
	}
	return shots, nil
}

// An asked server imports a list that is sent to it.
type askedServer interface {
	running(ctx context.Context) error
	http() *client
	process() *server
}

// A sentList is one that a server imports.
type sentList struct {
	askedServer
	file             string // its path
	project, episode string
}

func (z *zous) asked(by askedServer, file string) importingBy {
	return importingBy{&sentList{askedServer: by, file: z.file(file)}}
}

func (s *sentList) fresh(ctx context.Context) (err error) {
	if err := s.running(ctx); err != nil {
		return err
	}
	s.project, s.episode, err = s.http().production(ctx)
	return err
}

func (s *sentList) imports(ctx context.Context) (Sample, error) {
	path, words := "/import/csv/projects/"+s.project+"/shots", map[string]string{}
	if strings.HasSuffix(s.file, ".edl") {
		path = "/import/otio/projects/" + s.project + "/episodes/" + s.episode
		words = map[string]string{"naming_convention": "${episode_name}_${sequence_name}_${shot_name}", "match_case": "true"}
	}
	return s.process().sampled(ctx, func(ctx context.Context) error { return s.http().upload(ctx, path, s.file, words) })
}

func (s *sentList) state(ctx context.Context) ([]shotState, error) {
	types, err := s.http().shotTypes(ctx)
	if err != nil {
		return nil, err
	}
	var rows []shotWithTasks
	if err := s.http().get(ctx, "/data/shots/with-tasks?project_id="+s.project, &rows); err != nil {
		return nil, err
	}
	return statesOfAnswer(rows, types), nil
}

// A shotWithTasks is what is read of Kitsu's list of shots.
type shotWithTasks struct {
	Name     string
	Episode  string `json:"episode_name"`
	Sequence string `json:"sequence_name"`
	Frames   int    `json:"nb_frames"`
	Tasks    []struct {
		Type string `json:"task_type_id"`
	}
}

func statesOfAnswer(rows []shotWithTasks, types map[string]string) []shotState {
	names := map[string]string{}
	for name, id := range types {
		names[id] = name
	}
	shots := make([]shotState, 0, len(rows))
	for _, row := range rows {
		s := shotState{Path: row.Episode + "/" + row.Sequence + "/" + row.Name, Frames: row.Frames}
		for _, t := range row.Tasks {
			s.Tasks = append(s.Tasks, names[t.Type])
		}
		slices.Sort(s.Tasks)
		shots = append(shots, s)
	}
	return shots
}
