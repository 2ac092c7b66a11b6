package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// kitsuFigures is what make bench-kitsu leaves, seen from the module's root: an
// ordinary run shows it as recorded.
const kitsuFigures = "docs/benchmarks-kitsu.json"

// kitsuRecords reads the figures of a measured Kitsu out of a report. A file that
// is not there has none.
func kitsuRecords(file string) ([]Record, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var r Report
	if err := json.Unmarshal(content, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var all []Record
	seen := map[string]bool{"": true}
	for _, row := range r.Rows {
		s, ok := row.peer("Kitsu")
		if !ok || seen[row.Recorded] {
			continue
		}
		seen[row.Recorded] = true
		all = append(all, Record{Key: row.Recorded, Who: "Kitsu", Low: s.Wall.Min.Seconds(), High: s.Wall.Max.Seconds(),
			Machine: fmt.Sprintf("%d cores, load %s, 3 workers, PostgreSQL %s without fsync", r.Machine.Cores, r.Machine.Load, r.Machine.Postgres),
			Source:  "make bench-kitsu on " + r.Began.UTC().Format(time.DateOnly) + ", Zou " + zouVersion})
	}
	return all, nil
}

// and puts a later record of the same work beside an earlier: the quickest run of
// both is what aims are held against.
func (r Record) and(later Record) Record {
	if r.Key == "" {
		return later
	}
	r.Source = fmt.Sprintf("%s: %s – %s s; %s: %s – %s s", r.Source, number(r.Low), number(r.High), later.Source, number(later.Low), number(later.High))
	r.Machine += "; " + later.Machine
	r.Low, r.High = min(r.Low, later.Low), max(r.High, later.High)
	return r
}
