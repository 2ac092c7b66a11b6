package main

import (
	_ "embed"
	"encoding/json"
	"sync"
	"time"
)

//go:embed recorded.json
var recordedFile []byte

// A Record is a figure that was measured elsewhere, not in this run.
type Record struct {
	Key     string
	Who     string  // "Kitsu"
	Low     float64 // seconds
	High    float64
	Machine string
	Source  string
}

// records are read once: every aim is held against them.
var records = sync.OnceValues(readRecords)

func readRecords() (map[string]Record, error) {
	var all []Record
	if err := json.Unmarshal(recordedFile, &all); err != nil {
		return nil, err
	}
	kitsu, err := kitsuRecords(kitsuFigures)
	if err != nil {
		return nil, err
	}
	byKey := map[string]Record{}
	for _, r := range append(all, kitsu...) {
		byKey[r.Key] = byKey[r.Key].and(r)
	}
	return byKey, nil
}

// low is the quickest of the recorded runs: aims are held against it.
func (r Record) low() time.Duration { return time.Duration(r.Low * float64(time.Second)) }
