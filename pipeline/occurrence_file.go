package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"turnover/exporters"
	"turnover/hierarchy"
	"turnover/internal/table"
	"turnover/schedule"
)

// A reportFile is an occurrence's report as it goes out, in a temporary file,
// and what mails say of it.
type reportFile struct {
	name, sha256 string
	bytes        int64
	at           *os.File
	title        string
	answers      []table.Answer
	previous     string
	asOf         time.Time
	banner       string // also that nothing was counted
	run          ReportRun
	days         span
}

// defaultFormat is that of reports where nothing is said.
const defaultFormat = "xlsx"

// makeReport writes the report of a run that was fixed. The same run gives the same
// bytes, whenever it is made.
func (p *Pipeline) makeReport(ctx context.Context, s ScheduledReport, o schedule.Occurrence, run ReportRun) (f *reportFile, err error) {
	format := s.Format
	if format == "" {
		format = defaultFormat
	}
	e, err := p.Exporters.Get(format)
	if err != nil {
		return nil, usage("%v", err)
	}
	f = &reportFile{run: run}
	if f.days, err = spanOf(s.Period, o); err != nil {
		return nil, err
	}
	f.name = f.days.fileName(s.Name, suffixOf(e), o)
	q := s.Query
	q.From, q.To, q.Timezone = hierarchy.Day(run.From), hierarchy.Day(run.To), p.zoneOf(s)
	if f.at, err = os.CreateTemp("", "turnover-report-"); err != nil {
		return nil, fmt.Errorf("write report: %w", err)
	}
	_ = os.Remove(f.at.Name()) // a killed process leaves nothing; where names in use stay, discard does it
	err = p.Report(ctx, s.Report, string(run.ProjectID), q, At{Snapshot: run.Snapshot}, func(b *table.Book) error {
		b.Banner = strings.TrimSpace(run.Banner + " " + nothingCounted(b, f.days))
		f.title, f.answers, f.previous, f.banner = b.Title, b.Answers, b.Previous, b.Banner
		f.asOf = b.AsOf
		return f.write(ctx, e, b)
	})
	if err != nil {
		f.discard()
		return nil, err
	}
	return f, nil
}

// nothingCounted says so where a report has nothing to report on; it is sent
// all the same, so that nobody waits for it.
func nothingCounted(b *table.Book, days span) string {
	for _, t := range b.Totals {
		if t.Name == "tasks" && t.Value != 0 {
			return ""
		}
	}
	return "Nothing was counted in this report: " + days.words() + "."
}

func suffixOf(e exporters.Exporter) string {
	switch _, whole := e.(exporters.BookExporter); {
	case !whole:
		return "." + e.Format() + ".zip"
	case e.Format() == "table":
		return ".txt"
	}
	return "." + e.Format()
}

// write writes the book, hashed on its way.
func (f *reportFile) write(ctx context.Context, e exporters.Exporter, b *table.Book) error {
	sum := sha256.New()
	to := io.MultiWriter(f.at, sum)
	var err error
	if whole, ok := e.(exporters.BookExporter); ok {
		err = whole.WriteBook(ctx, to, b)
	} else {
		err = zipTables(ctx, to, e, b)
	}
	if err != nil {
		return err
	}
	f.sha256 = hex.EncodeToString(sum.Sum(nil))
	info, err := f.at.Stat()
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	f.bytes = info.Size()
	return nil
}

// zipTables puts one file a table into a zip, and first what must be known
// before all figures: a table has no place for it.
func zipTables(ctx context.Context, w io.Writer, e exporters.Exporter, b *table.Book) error {
	z := exporters.NewStableZip(w)
	defer z.Discard()
	if b.Banner != "" {
		part, err := z.Create("READ-ME-FIRST.txt")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(part, "%s\n", exporters.Visible(b.Banner)); err != nil {
			return err
		}
	}
	for _, t := range b.Tables {
		part, err := z.Create(t.Name + "." + e.Format())
		if err != nil {
			return err
		}
		if err := e.WriteTable(ctx, part, b, t); err != nil {
			return err
		}
	}
	return z.Close()
}

// copyTo writes the file's bytes; it may be asked for any number of times.
func (f *reportFile) copyTo(w io.Writer) error {
	_, err := io.Copy(w, io.NewSectionReader(f.at, 0, f.bytes))
	if err != nil {
		return fmt.Errorf("copy report: %w", err)
	}
	return nil
}

// discard lets the temporary file go.
func (f *reportFile) discard() {
	_ = f.at.Close()           // it was read to its end or is not wanted
	_ = os.Remove(f.at.Name()) // gone already but where names in use stay
}
