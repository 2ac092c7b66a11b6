package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// A request is one that Kitsu's pages make of a large production.
type request struct {
	name, path, recorded string
	first                bool // asked after a start too
	aim                  float64
}

// large are the works on a production that is there: quotas, statistics and lists.
func (z *zous) large(p production) []Work {
	kitsu := &zou{zous: z, database: "zou_large", fill: func(ctx context.Context, database string) error {
		return z.fillFrom(ctx, database, z.file("archive-"+p.Name))
	}}
	sqlite := &serving{Bench: z.Bench, prepare: func(context.Context) (string, error) {
		return "serving-large.db", z.copySQLite(p.db(), "serving-large.db")
	}}
	loaded := p.loadedPostgres()
	postgres := &serving{Bench: z.Bench, prepare: func(ctx context.Context) (string, error) {
		if err := loaded(ctx); err != nil {
			return "", err
		}
		return z.freshPostgres(ctx, "serving_large", p.Name)
	}}
	var works []Work
	for _, r := range p.requests() {
		works = append(works, p.asking(r, false, sqlite, postgres, kitsu))
		if r.first {
			works = append(works, p.asking(r, true, sqlite, postgres, kitsu))
		}
	}
	return append(works, p.reported(loaded, kitsu))
}

func (p production) requests() []request {
	at, animation := "/data/projects/"+string(p.ID("project", 0)), string(p.ID("type", 1))
	quotas := at + "/quotas/" + animation
	return []request{
		{name: "quotas, weighted", path: quotas, recorded: "quotas-weighted", first: true, aim: 7},
		{name: "quotas, weighteddone", path: quotas + "?count_mode=weighteddone", recorded: "quotas-weighteddone", aim: 7},
		{name: "quotas, feedback", path: quotas + "?count_mode=feedback", recorded: "quotas-feedback", aim: 7},
		{name: "quotas, done", path: quotas + "?count_mode=done", aim: 7},
		{name: "quota shots of a month", path: "/data/persons/" + string(p.ID("person", 1)) + "/quota-shots/month/2022/1?project_id=" + string(p.ID("project", 0)) + "&task_type_id=" + animation},
		{name: "retake statistics", path: at + "/episodes/retake-stats", recorded: "retakes"},
		{name: "episode statistics", path: at + "/episodes/stats", recorded: "episode-stats"},
		{name: "shots with tasks", path: "/data/shots/with-tasks?project_id=" + string(p.ID("project", 0)), recorded: "shots-with-tasks", first: true},
		{name: "shots as CSV", path: "/export/csv/projects/" + string(p.ID("project", 0)) + "/shots.csv", recorded: "shots-export"},
	}
}

// A startedServer can be started anew.
type startedServer interface {
	askedServer
	restarted(ctx context.Context) error
}

// asking is the work of one request, to servers that have answered it before, or
// as the first after a start.
func (p production) asking(r request, first bool, sqlite, postgres, kitsu startedServer) Work {
	w := Work{Group: kitsuGroup + "; large production over HTTP", Name: r.name, Size: p.size(), Rows: p.Shots, Class: Kitsu, Recorded: r.recorded, Setup: p.loaded}
	if first {
		w.Name, w.Recorded = w.Name+", the first request after a start", ""
	}
	same := &answers{csv: strings.Contains(r.path, ".csv")}
	contestant := func(name string, by startedServer) Contestant {
		return Contestant{Name: name, Before: before(by, r.path, first), Do: func(ctx context.Context) (Sample, error) {
			s, body, err := answered(ctx, by, r.path)
			if err == nil {
				s.Result, err = same.result(body)
			}
			return s, err
		}}
	}
	w.Ours = contestant("turnover", sqlite)
	w.Peers = []Contestant{contestant("turnover, PostgreSQL", postgres), contestant("Kitsu", kitsu)}
	if r.aim > 0 && !first {
		w.Aims = []Aim{{Of: "Kitsu", What: Wall, AtLeast: r.aim}}
	}
	return w
}

// answered measures one request.
func answered(ctx context.Context, by askedServer, path string) (s Sample, body []byte, err error) {
	s, err = by.process().sampled(ctx, func(ctx context.Context) (err error) {
		body, err = by.http().ask(ctx, http.MethodGet, path, "", nil)
		return err
	})
	return s, body, err
}

// before readies a server for a request: started anew, or with each of its
// workers having answered it.
func before(s startedServer, path string, first bool) func(ctx context.Context) error {
	if first {
		return s.restarted
	}
	var warm sync.Once
	return func(ctx context.Context) (err error) {
		warm.Do(func() {
			if err = s.running(ctx); err != nil {
				return
			}
			var clients errgroup.Group
			for range 3 {
				clients.Go(func() error {
					_, err := s.http().ask(ctx, http.MethodGet, path, "", nil)
					return err
				})
			}
			err = clients.Wait()
		})
		return err
	}
}

// reported is a producer's table by a whole process, beside the request that
// Kitsu's page makes it of.
func (p production) reported(loaded func(context.Context) error, kitsu askedServer) Work {
	w := Work{Group: kitsuGroup + "; large production, turnover as a whole process", Name: "quotas of a task type by person and month", Size: p.size(), Rows: p.Sheets, Class: Kitsu, Recorded: "quotas-weighted",
		Setup: p.loaded, Aims: []Aim{{Of: "Kitsu", What: Wall, AtLeast: 7}}}
	report := func(name, db string, before func(context.Context) error) Contestant {
		run := p.ours("report", "quota", "--project", p.Name, "--db", db, "--method", "kitsu-weighted", "--task-type", "Animation", "--table", "quota_person_month", "--format", "csv")
		cells := run
		run.Result = cellsOf
		return Contestant{Name: name, Before: before, Do: run.Run, Rows: func(ctx context.Context, to string) error {
			if err := cells.Into(ctx, to); err != nil {
				return err
			}
			return onlyColumns(to, "person_id", "period", "frames")
		}}
	}
	w.Ours = report("turnover", p.db(), nil)
	path := p.requests()[0].path
	var cells []string
	w.Peers = []Contestant{report("turnover, PostgreSQL", p.postgres(p.Name), loaded), {Name: "Kitsu", Before: before(kitsu.(startedServer), path, false),
		Do: func(ctx context.Context) (Sample, error) {
			s, body, err := answered(ctx, kitsu, path)
			if err == nil {
				cells, s.Result, err = monthCells(body)
			}
			return s, err
		},
		Rows: func(_ context.Context, to string) error {
			return os.WriteFile(to, []byte(strings.Join(cells, "")), 0o644)
		}}}
	return w
}

// monthCells are the cells of Kitsu's quotas by person and month, sorted, and
// what they come to, in the words of cellsOf.
func monthCells(body []byte) (cells []string, sum string, err error) {
	var quotas map[string]struct {
		Month struct{ Frames map[string]float64 }
	}
	if err := json.Unmarshal(body, &quotas); err != nil {
		return nil, "", err
	}
	frames := 0.0
	for _, person := range slices.Sorted(maps.Keys(quotas)) {
		if person == "total" {
			continue
		}
		months := quotas[person].Month.Frames
		for _, month := range slices.Sorted(maps.Keys(months)) {
			cells = append(cells, person+"\t"+month+"\t"+plain(months[month])+"\n")
			frames += months[month]
		}
	}
	return cells, fmt.Sprintf("%d cells, %s frames", len(cells), plain(frames)), nil
}

// plain writes a number without an exponent.
func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
