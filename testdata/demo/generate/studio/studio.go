// Package studio invents a small studio: people, statuses, a series with one
// episode under way and a film that has not begun.
package studio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"turnover/hierarchy"
)

// Names of the productions.
const (
	Series = "Lighthouse"
	Film   = "Harbour"
)

// A maker gathers the rows of the archive.
type maker struct {
	rows   map[string][]hierarchy.Noun // by file name without ending
	chance uint64

	studios, departments, persons, types, taskTypes, statuses, projects map[string]hierarchy.ID

	status   map[string]*hierarchy.TaskStatus
	tasks    []*hierarchy.Task
	worked   map[hierarchy.ID]map[hierarchy.Day]int64 // minutes
	episode  *hierarchy.Entity
	shots    []*hierarchy.Entity
	assets   []*hierarchy.Entity
	castings map[hierarchy.ID]map[hierarchy.ID]bool // by entity, of assets
}

// Tables gives the archive's files by name.
func Tables() (map[string][]byte, error) {
	m := &maker{
		rows: map[string][]hierarchy.Noun{}, chance: 20260105,
		studios: map[string]hierarchy.ID{}, departments: map[string]hierarchy.ID{}, persons: map[string]hierarchy.ID{},
		types: map[string]hierarchy.ID{}, taskTypes: map[string]hierarchy.ID{}, statuses: map[string]hierarchy.ID{}, projects: map[string]hierarchy.ID{},
		status: map[string]*hierarchy.TaskStatus{}, worked: map[hierarchy.ID]map[hierarchy.Day]int64{}, castings: map[hierarchy.ID]map[hierarchy.ID]bool{},
	}
	m.people()
	m.kinds()
	m.productions()
	m.episodeOne()
	m.assetsAndCasting()
	if err := m.work(); err != nil {
		return nil, err
	}
	for _, t := range m.tasks {
		m.add("tasks", t)
	}
	return m.files()
}

// draw gives a number from 0 to n-1 by a linear congruence.
func (m *maker) draw(n int) int {
	m.chance = m.chance*6364136223846793005 + 1442695040888963407
	return int(m.chance >> 33 % uint64(n))
}

func id(parts ...string) hierarchy.ID {
	return hierarchy.ID(uuid.NewSHA1(uuid.NameSpaceURL, []byte("turnover demo/"+strings.Join(parts, "/"))).String())
}

// founded is when the studio's lists were made.
var founded = hierarchy.At(time.Date(2025, 12, 15, 9, 0, 0, 0, time.UTC))

func stamped(at hierarchy.Time) hierarchy.Stamps {
	return hierarchy.Stamps{CreatedAt: at, UpdatedAt: at}
}

func (m *maker) add(file string, n hierarchy.Noun) { m.rows[file] = append(m.rows[file], n) }

// files writes each row's fields that have a value, in the order of the noun;
// rows stand by key.
func (m *maker) files() (map[string][]byte, error) {
	out := map[string][]byte{}
	for file, rows := range m.rows {
		slices.SortFunc(rows, func(a, b hierarchy.Noun) int { return strings.Compare(a.Key(), b.Key()) })
		var text bytes.Buffer
		for _, n := range rows {
			line, err := rowOf(n)
			if err != nil {
				return nil, fmt.Errorf("write %s: %w", file, err)
			}
			text.Write(line)
		}
		out[file+".jsonl"] = text.Bytes()
	}
	return out, nil
}

func rowOf(n hierarchy.Noun) ([]byte, error) {
	var line bytes.Buffer
	sep := byte('{')
	field := func(name string, value any) {
		line.WriteByte(sep)
		fmt.Fprintf(&line, "%q:%s", name, value)
		sep = ','
	}
	for _, f := range hierarchy.FieldsOfNoun(n) {
		v, err := hierarchy.Get(n, f.Name)
		if err != nil {
			return nil, err
		}
		if f.JSON != "" && v.OrNull() != "null" {
			field(f.JSON, v)
		}
	}
	if t, ok := n.(*hierarchy.Task); ok {
		assignees, err := json.Marshal(t.Assignees)
		if err != nil {
			return nil, err
		}
		field("assignees", assignees)
	}
	line.WriteString("}\n")
	return line.Bytes(), nil
}
