package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"turnover/cmd/bench/made"
)

// count writes a number for people: 100,000.
func count(n int) string { return message.NewPrinter(language.English).Sprint(n) }

// readingLists are the works of reading what was handed over, each fact with its
// place, into entries that planning could take.
func (b *Bench) readingLists() []Work {
	var works []Work
	for _, n := range []int{1000, 10_000, 100_000} {
		works = append(works, b.edl(n), b.sheet(n))
	}
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		works = append(works, b.csv(n))
	}
	return works
}

// upTo is the class of works that are quick up to a size.
func upTo(n, small int) Class {
	if n <= small {
		return Small
	}
	return Full
}

func (b *Bench) edl(n int) Work {
	name := fmt.Sprintf("cut-%d.edl", n)
	w := Work{Group: "Reading lists", Name: "EDL", Size: count(n) + " events", Rows: n, Class: upTo(n, 10_000), Growth: "read EDL",
		Setup: func(context.Context) error {
			return b.make(name, func(f *os.File) error { return made.Cut{Events: n}.Write(f) })
		},
		Ours:  b.inspected(eventLine, name, "--fps", "25"),
		Peers: []Contestant{b.reader("pycmx", "edl_pycmx.py", name), b.reader("OpenTimelineIO", "edl_otio.py", name)},
	}
	if n >= 10_000 {
		w.Aims = []Aim{{Of: "pycmx", What: Wall, AtLeast: 10}, {Of: "OpenTimelineIO", What: Wall, AtLeast: 100}, {Of: "pycmx", What: Peak, AtLeast: 1}, {Of: "OpenTimelineIO", What: Peak, AtLeast: 1}}
	}
	return w
}

func (b *Bench) csv(n int) Work {
	name := fmt.Sprintf("list-%d.csv", n)
	w := Work{Group: "Reading lists", Name: "CSV", Size: count(n) + " rows", Rows: n, Class: upTo(n, 100_000), Growth: "read CSV",
		Setup: func(context.Context) error {
			return b.make(name, func(f *os.File) error { return made.Sheet{Shots: n}.Write(f) })
		},
		Ours: b.inspected(sheetLine, name),
		Peers: []Contestant{b.reader("Kitsu's loop", "csv_loop.py", name), b.reader("pyarrow", "csv_frame.py", "pyarrow", name), b.reader("polars", "csv_frame.py", "polars", name),
			b.reader("pandas", "csv_frame.py", "pandas", name)},
		Aims: []Aim{{Of: "Kitsu's loop", What: Wall, AtLeast: 5}, {Of: "pyarrow", What: Wall, AtLeast: 1.0 / 3}},
	}
	return w
}

func (b *Bench) sheet(n int) Work {
	name := fmt.Sprintf("list-%d.xlsx", n)
	return Work{Group: "Reading lists", Name: "Excel", Size: count(n) + " rows × 15", Rows: n, Class: upTo(n, 10_000), Growth: "read Excel",
		Setup: func(ctx context.Context) error {
			return b.make(name, func(f *os.File) error {
				_, err := b.peer("make_sheet.py", fmt.Sprint(n), f.Name()).Run(ctx)
				return err
			})
		},
		Ours:  b.inspected(castLine, name),
		Peers: []Contestant{b.reader("openpyxl", "sheet_read.py", "openpyxl", name), b.reader("calamine", "sheet_read.py", "calamine", name), b.reader("pandas", "sheet_read.py", "pandas", name)},
		Aims:  []Aim{{Of: "openpyxl", What: Wall, AtLeast: 3}, {Of: "calamine", What: Wall, AtLeast: 1.0 / 6}, {Of: "calamine", What: Peak, AtLeast: 5}},
	}
}

// reader is a peer that prints how many entries it read, or all of them.
func (b *Bench) reader(name, script string, args ...string) Contestant {
	return Contestant{Name: name, Do: b.peer(script, args...).Run, Rows: b.peer(script, append(args, "--rows")...).Into}
}

// inspected is "turnover inspect", which says how many entries it read; of its
// JSON line makes the rows.
func (b *Bench) inspected(line func(inspected) string, args ...string) Contestant {
	p := b.ours(append([]string{"inspect"}, args...)...)
	p.Result = entriesOf
	return Contestant{Name: "turnover", Do: p.Run, Rows: func(ctx context.Context, to string) error {
		return b.rowsOfInspect(ctx, to, line, args)
	}}
}

// entriesOf finds the line "entries 1000" of what inspect prints.
func entriesOf(out []byte) (string, error) {
	for line := range strings.Lines(string(out)) {
		if word, n, ok := strings.Cut(strings.TrimSpace(line), " "); ok && word == "entries" {
			return strings.TrimSpace(n) + " entries", nil
		}
	}
	return "", errors.New("inspect says nothing of entries")
}

// An inspected is what is compared of an event or an entry in inspect's JSON.
type inspected struct {
	Number                        string
	Reel                          string
	ClipName                      string `json:"clip_name"`
	SourceIn                      int    `json:"source_in_frame"`
	SourceOut                     int    `json:"source_out_frame"`
	RecordIn                      int    `json:"record_in_frame"`
	RecordOut                     int    `json:"record_out_frame"`
	Episode, Sequence, Scene, FPS string
	Shot, Description             string
	NbFrames                      int `json:"nb_frames"`
	FrameIn                       int `json:"frame_in"`
	FrameOut                      int `json:"frame_out"`
	Casting                       []struct{ Asset string }
}

func eventLine(e inspected) string {
	return fmt.Sprintf("%s\t%s\t%d\t%d\t%d\t%d\t%s", e.Number, e.Reel, e.SourceIn, e.SourceOut, e.RecordIn, e.RecordOut, e.ClipName)
}

func sheetLine(e inspected) string {
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%d\t%d\t%d", e.Episode, e.Sequence, e.Shot, e.Description, e.NbFrames, e.FrameIn, e.FrameOut)
}

func castLine(e inspected) string {
	var assets []string
	for _, c := range e.Casting {
		assets = append(assets, c.Asset)
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s", e.Episode, e.Sequence, e.Scene, e.Shot, e.Description, e.NbFrames, e.FrameIn, e.FrameOut, e.FPS, strings.Join(assets, ", "))
}

// rowsOfInspect streams the JSON of inspect into lines: of an EDL its events, of
// a sheet its entries.
func (b *Bench) rowsOfInspect(ctx context.Context, to string, line func(inspected) string, args []string) (err error) {
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	cmd := exec.CommandContext(ctx, b.turnover, append([]string{"inspect", "--json"}, args...)...)
	cmd.Dir = b.folder
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	array := "entries"
	if strings.HasSuffix(args[0], ".edl") {
		array = "events"
	}
	buffered := bufio.NewWriter(out)
	err = eachOf(pipe, array, func(e inspected) error {
		_, err := fmt.Fprintln(buffered, line(e))
		return err
	})
	_, _ = io.Copy(io.Discard, pipe) // so that it can end
	return errors.Join(err, buffered.Flush(), cmd.Wait())
}

// eachOf decodes the elements of one array of a JSON object.
func eachOf(in io.Reader, array string, use func(inspected) error) error {
	d := json.NewDecoder(in)
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		if key != array {
			var skipped json.RawMessage
			if err := d.Decode(&skipped); err != nil {
				return err
			}
			continue
		}
		if _, err := d.Token(); err != nil {
			return err
		}
		for d.More() {
			var e inspected
			if err := d.Decode(&e); err != nil {
				return err
			}
			if err := use(e); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("there is no %q", array)
}
