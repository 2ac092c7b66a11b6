package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"turnover/cmd/bench/made"
	"turnover/exporters/excel"
	"turnover/exporters/parquet"
	"turnover/internal/table"
)

// writing are the works of workbooks and Parquet files of made tables. Ours is
// this program itself with the word "write": the program's exporters and nothing else.
func (b *Bench) writing() []Work {
	var works []Work
	for _, n := range []int{10_000, 100_000} {
		works = append(works, b.workbook(n))
	}
	for _, n := range []int{1_000_000, 10_000_000} {
		works = append(works, b.parquet(n))
	}
	return works
}

const workbookColumns = 20

func (b *Bench) workbook(n int) Work {
	size := []string{fmt.Sprint(n), fmt.Sprint(workbookColumns)}
	return Work{Group: "Writing", Name: "workbook with styles, table, links", Size: fmt.Sprintf("%s rows × %d", count(n), workbookColumns), Rows: n, Class: upTo(n, 10_000), Growth: "write workbook",
		Ours:  b.writes("ours.xlsx", append([]string{"workbook"}, size...)...),
		Peers: []Contestant{b.written("XlsxWriter", "xlsxwriter_write.py", "same_workbook.py", "ours.xlsx", size...)},
		Aims:  []Aim{{Of: "XlsxWriter", What: Wall, AtLeast: 5}}}
}

func (b *Bench) parquet(n int) Work {
	size := fmt.Sprint(n)
	peer := func(name, script string) Contestant {
		return b.written(name, script, "same_parquet.py", "ours.parquet", size)
	}
	return Work{Group: "Writing", Name: "Parquet", Size: count(n) + " rows × 12", Rows: n, Class: upTo(n, 1_000_000), Growth: "write Parquet", Once: n > 1_000_000,
		Ours:  b.writes("ours.parquet", "parquet", size),
		Peers: []Contestant{peer("pyarrow", "pyarrow_write.py"), peer("polars", "polars_write.py"), peer("DuckDB", "duckdb_write.py")},
		Aims:  []Aim{{Of: "pyarrow", What: CPU, AtLeast: 1 / 1.6}, {Of: "pyarrow", What: Wall, AtLeast: 1}, {Of: "pyarrow", What: Peak, AtLeast: 1}}}
}

// writes is this program with the word "write".
func (b *Bench) writes(file string, args ...string) Contestant {
	self, err := os.Executable()
	p := b.process(append([]string{self, "write"}, append(args, file)...))
	p.Result = said("written")
	return Contestant{Name: "turnover", Do: func(ctx context.Context) (Sample, error) {
		if err != nil {
			return Sample{}, err
		}
		return p.Run(ctx)
	}}
}

// written is a peer that writes a file, compared with ours by another program.
func (b *Bench) written(name, script, same, ours string, size ...string) Contestant {
	file := name + "-" + ours
	p := b.peer(script, append(size, file)...)
	p.Result = said("written")
	return Contestant{Name: name, Do: p.Run, Compare: func(ctx context.Context) error {
		if _, err := b.peer(same, ours, file).Run(ctx); err != nil {
			return err
		}
		return os.Remove(b.file(file))
	}}
}

// write is what "write workbook ROWS COLUMNS FILE" and "write parquet ROWS FILE" do.
func write(ctx context.Context, args []string) (err error) {
	if len(args) < 3 {
		return errors.New("write workbook ROWS COLUMNS FILE, or write parquet ROWS FILE")
	}
	var numbers []int
	for _, arg := range args[1 : len(args)-1] {
		n, err := strconv.Atoi(arg)
		if err != nil {
			return err
		}
		numbers = append(numbers, n)
	}
	out, err := os.Create(args[len(args)-1])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	switch {
	case args[0] == "workbook" && len(numbers) == 2:
		return excel.New().WriteBook(ctx, out, made.Workbook(numbers[0], numbers[1]))
	case args[0] == "parquet" && len(numbers) == 1:
		facts := made.Facts(numbers[0])
		return parquet.New().WriteTable(ctx, out, &table.Book{Name: "bench", Title: "Benchmark", Tables: []*table.Table{facts}}, facts)
	}
	return fmt.Errorf("write knows no %q with %d numbers", args[0], len(numbers))
}
