package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"turnover/exporters/dataset"
	excelout "turnover/exporters/excel"
	"turnover/internal/table"
	"turnover/testdata"
)

// A demoStep is one command line of the demo, what it shows, and the exit code
// that it ends with.
type demoStep struct {
	says string
	args []string
	code int
}

// demoSteps are the main job, from an empty folder to reports.
func demoSteps() []demoStep {
	return []demoStep{
		{"A database and a commented configuration.", words("init"), exitDone},
		{"A studio's archive: a series and a film, people, tasks, comments and time sheets.", words("archive load studio"), exitDone},
		{"What an editor's EDL says; no database is asked.", words("inspect series/E02_cut_v01.edl --fps 25"), exitDone},
		{"What it would change. The episode is new, so the plan is held for a person (exit code 3).", words("plan series/E02_cut_v01.edl --project Lighthouse"), exitHeld},
		{"A person lets it pass.", words("apply series/E02_cut_v01.edl --project Lighthouse --accept PLN102"), exitDone},
		{"A CSV list of another sequence, with castings and task statuses.", words("apply series/E02_shots.csv --project Lighthouse --yes"), exitDone},
		{"The same file again is nothing to do.", words("apply series/E02_shots.csv --project Lighthouse"), exitDone},
		{"Castings, tasks and time sheets.", words("apply series/casting.csv series/tasks.csv series/timesheet.csv --project Lighthouse --yes"), exitDone},
		{"An Excel list of the film: 010 stays 010. 1E05 looks repaired, so the list is held …", words("plan film/reel1.xlsx --project Harbour"), exitHeld},
		{"… until somebody says that it is a name.", words("apply film/reel1.xlsx --project Harbour --yes"), exitDone},
		{"Where a shot's fields came from.", words("explain E02/SQ010/SH0010 --project Lighthouse"), exitDone},
		{"Quotas and retakes as workbooks.", words("report quota --project Lighthouse --format xlsx --out quota.xlsx"), exitDone},
		{"", words("report retake --project Lighthouse --format xlsx --out retake.xlsx"), exitDone},
		{"Both productions as a Parquet dataset.", words("publish --all --to dataset"), exitDone},
		{"The film's shots as a table that imports again as an empty plan.", words("export shots --project Harbour --format csv --out harbour.csv"), exitDone},
	}
}

func words(line string) []string { return strings.Fields(line) }

const demoEnd = `
What to try next, in %[1]s:
  open quota.xlsx and retake.xlsx
  edit harbour.csv in any program, then: turnover plan harbour.csv --project Harbour
  turnover report episode --project Lighthouse
  turnover report quota --project Lighthouse --method raw --basis approval --format csv --out quota
  turnover imports --project Lighthouse
  turnover doctor
With DuckDB:
  %[2]s
`

func (a *app) demoCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "demo [DIR]",
		Short: "Do the main job on the bundled example in a fresh folder",
		Example: "  turnover demo\n" +
			"  turnover demo /tmp/example",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "turnover-demo"
			if len(args) > 0 {
				dir = args[0]
			}
			return a.demo(cmd.Context(), dir)
		},
	}
}

// demo works inside the folder, as a person would, so that the printed lines
// can be typed again.
func (a *app) demo(ctx context.Context, dir string) (err error) {
	if err := unpackDemo(ctx, dir); err != nil {
		return err
	}
	before, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("find working folder: %w", err)
	}
	if err := os.Chdir(dir); err != nil {
		return fmt.Errorf("enter %s: %w", dir, err)
	}
	defer func() { err = errors.Join(err, os.Chdir(before)) }()
	a.printf("$ cd %s\n", dir)
	for _, step := range demoSteps() {
		if step.says != "" {
			a.printf("\n# %s\n", step.says)
		}
		a.printf("$ turnover %s\n", strings.Join(step.args, " "))
		// The database of the example, whatever the environment names.
		code := run(ctx, slices.Concat(step.args, []string{"--db", defaultDatabase}), a.in, a.out, a.err)
		if code != step.code {
			return fmt.Errorf("turnover %s ended with exit code %d instead of %d", strings.Join(step.args, " "), code, step.code)
		}
	}
	a.printf(demoEnd, dir, demoQuery())
	return nil
}

// demoQuery is a query on the dataset that was written into the working folder.
func demoQuery() string {
	m, err := dataset.Latest(dataset.Folder("dataset"))
	if err != nil || m == nil {
		return "duckdb" // the query is only shown
	}
	return fmt.Sprintf(`duckdb -c "SELECT person, date_trunc('week', day) AS week, sum(frames) FROM 'dataset/snapshots/%s/quota_days/**/*.parquet' WHERE method = 'weighted' AND basis = 'feedback' GROUP BY ALL ORDER BY ALL"`, m.ID)
}

// unpackDemo writes the example's files into a fresh folder.
func unpackDemo(ctx context.Context, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usageError("%q cannot be a folder for the example: %v", dir, err)
	}
	if len(entries) > 0 {
		return usageError("%q is not empty: name a fresh folder, as in \"turnover demo %s-2\"", dir, dir)
	}
	files, err := fs.Sub(testdata.Demo, "demo")
	if err != nil {
		return fmt.Errorf("read example: %w", err)
	}
	if err := os.CopyFS(dir, files); err != nil {
		return fmt.Errorf("write example: %w", err)
	}
	list, err := fs.ReadFile(files, "film/reel1.csv")
	if err != nil {
		return fmt.Errorf("read example: %w", err)
	}
	return excelList(ctx, filepath.Join(dir, "film", "reel1.xlsx"), string(list))
}

// excelList makes an Excel list of a CSV one: names are text, lengths numbers.
func excelList(ctx context.Context, name, list string) error {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(list, "\ufeff"))).ReadAll()
	if err != nil {
		return fmt.Errorf("read example: %w", err)
	}
	t := &table.Table{Name: "reel1", Title: "Reel 1"}
	for _, header := range rows[0] {
		kind := table.Text
		if strings.Contains(header, "Frame") {
			kind = table.Int
		}
		t.Columns = append(t.Columns, table.Column{Name: header, Type: kind})
	}
	var cells []table.Row
	for _, row := range rows[1:] {
		cells = append(cells, cellsOf(row, t.Columns))
	}
	t.Rows = table.Of(cells)
	book := &table.Book{Name: "reel1", Title: "Reel 1", Tables: []*table.Table{t}}
	return writeAside(name, func(w io.Writer) error { return excelout.New().WriteTable(ctx, w, book, t) })
}

func cellsOf(row []string, columns []table.Column) table.Row {
	out := make(table.Row, len(row))
	for i, text := range row {
		switch n, err := strconv.ParseInt(text, 10, 64); {
		case text == "":
		case columns[i].Type == table.Int && err == nil:
			out[i] = n
		default:
			out[i] = text
		}
	}
	return out
}
