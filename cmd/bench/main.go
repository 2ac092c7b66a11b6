// Command bench measures turnover beside what a user would take instead, on the
// same work in one run, and writes docs/benchmarks.md of it.
//
// Each contestant runs as a whole process, in turns, some times; what it
// understood or wrote is compared; ratios are of medians. See the Makefile for
// the ways to call it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	classes []Class
	runs    int
	only    *regexp.Regexp
	folder  string
	page    string
	again   bool // write the page anew of the figures beside it
	studio  int  // shots of a studio; then nothing else is measured
	all     bool // publish all of its productions, too
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	does, args := run, os.Args[1:]
	if len(args) > 0 && args[0] == "write" {
		does, args = write, args[1:]
	}
	err := does(ctx, args)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	classes := f.String("classes", "small", "works to do: small, full, kitsu; several with commas")
	runs := f.Int("runs", 3, "counted runs of each contestant")
	only := f.String("only", "", "only works whose group, name and size match this regular expression")
	folder := f.String("folder", filepath.Join(os.TempDir(), "turnover-bench"), "folder for the peers and inputs; what is there is used again")
	page := f.String("page", "", "page to write, such as docs/benchmarks.md; its figures go beside it as .json, the picture of growth as .svg")
	again := f.Bool("again", false, "measure nothing: write -page anew of the figures beside it, with today's reasons")
	studio := f.Int("studio", 0, "shots of a made studio of a hundred productions on PostgreSQL; then it alone is measured. TURNOVER_STUDIO_POSTGRES names a server that keeps it")
	all := f.Bool("studio-all", false, "also publish all productions of the studio")
	if err := f.Parse(args); err != nil {
		return options{}, err
	}
	o := options{runs: *runs, folder: *folder, page: *page, again: *again, studio: *studio, all: *all}
	for c := range strings.SplitSeq(*classes, ",") {
		if !slices.Contains([]Class{Small, Full, Kitsu}, Class(c)) {
			return options{}, fmt.Errorf("there is no class %q", c)
		}
		o.classes = append(o.classes, Class(c))
	}
	var err error
	o.only, err = regexp.Compile(*only)
	return o, errors.Join(err, positive(*runs))
}

func positive(runs int) error {
	if runs < 1 {
		return errors.New("-runs must be at least 1")
	}
	return nil
}

func run(ctx context.Context, args []string) (err error) {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if o.again {
		return pageAgain(o.page)
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	began := time.Now()
	fmt.Println("Preparing: the program, the peers, a PostgreSQL.")
	b, stop, err := newBench(ctx, root, o.folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if o.studio > 0 {
		return b.runStudio(ctx, o)
	}
	report := Report{Machine: b.machine(ctx), Runs: o.runs, Began: began}
	printer := &printer{out: os.Stdout}
	for _, w := range b.works() {
		if !slices.Contains(o.classes, w.Class) || !o.only.MatchString(w.Group+", "+w.Name+", "+w.Size) {
			continue
		}
		row := measure(ctx, w, o.runs, o.folder)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		report.Rows = append(report.Rows, row)
		printer.row(row)
	}
	report.Took = time.Since(began)
	fmt.Printf("\n%d works in %s.\n", len(report.Rows), report.Took.Round(time.Second))
	if err := report.keep(ctx, b, o.page); err != nil {
		return err
	}
	return report.failures()
}

// works are all of them, in the order of the page.
func (b *Bench) works() []Work {
	return slices.Concat(b.starting(), b.readingLists(), b.comparing(), b.importing(), b.reporting(), b.writing(), b.kitsu())
}

// A Report is one run of the program.
type Report struct {
	Machine Machine
	Runs    int
	Began   time.Time
	Took    time.Duration
	Rows    []Row
}

// failures are the works that could not be done by turnover itself.
func (r Report) failures() error {
	var failed []error
	for _, row := range r.Rows {
		if row.Failed != "" {
			failed = append(failed, fmt.Errorf("%s, %s, %s: %s", row.Group, row.Name, row.Size, row.Failed))
		}
	}
	return errors.Join(failed...)
}

// figuresOf and pictureOf are the files beside a page.
func figuresOf(page string) string { return strings.TrimSuffix(page, filepath.Ext(page)) + ".json" }
func pictureOf(page string) string {
	return strings.TrimSuffix(page, filepath.Ext(page)) + "-growth.svg"
}

// keep writes the page, its figures and its picture.
func (r Report) keep(ctx context.Context, b *Bench, page string) error {
	if page == "" {
		return nil
	}
	page, err := filepath.Abs(page) // the picture is drawn elsewhere
	if err != nil {
		return err
	}
	figures, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(figuresOf(page), append(figures, '\n'), 0o644); err != nil {
		return err
	}
	if r.grows() {
		if _, err := b.peer("growth.py", figuresOf(page), pictureOf(page)).Run(ctx); err != nil {
			return err
		}
	}
	return r.write(page)
}

func (r Report) write(page string) error {
	text, err := r.page(filepath.Base(pictureOf(page)))
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(text), 0o644)
}

// pageAgain writes a page of figures that were measured before.
func pageAgain(page string) error {
	figures, err := os.ReadFile(figuresOf(page))
	if err != nil {
		return fmt.Errorf("-again wants the figures of -page: %w", err)
	}
	var r Report
	if err := json.Unmarshal(figures, &r); err != nil {
		return fmt.Errorf("%s: %w", figuresOf(page), err)
	}
	return r.write(page)
}
