package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/internal/table"
	"turnover/pipeline"
	"turnover/reports"
)

// A document is a file that is answered.
type document struct {
	Kind string `header:"Content-Type"`
	Name string `header:"Content-Disposition"`
	Body []byte
}

// contentKinds are those of the formats; others are bytes.
var contentKinds = map[string]string{
	"json": "application/json", "csv": "text/csv; charset=utf-8", "table": "text/plain; charset=utf-8",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "parquet": "application/vnd.apache.parquet",
}

// reportAsked is what shapes a report.
type reportAsked struct {
	OfProject
	Report   string `path:"report" enum:"quota,retake,episode"`
	Method   string `query:"method" enum:"weighted,raw,kitsu-weighted,kitsu-raw" doc:"of quotas"`
	Basis    string `query:"basis" enum:"feedback,approval" doc:"of quotas"`
	TeamBy   string `query:"team_by" enum:"department,studio" doc:"of quotas"`
	From     string `query:"from" pattern:"^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"first day, inclusive"`
	To       string `query:"to" pattern:"^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"last day, inclusive"`
	TaskType string `query:"task_type" maxLength:"100"`
	Person   string `query:"person" maxLength:"200" doc:"id, full name or e-mail"`
	Team     string `query:"team" maxLength:"100"`
	Timezone string `query:"timezone" maxLength:"60"`
	Snapshot string `query:"snapshot" maxLength:"64" doc:"only from this snapshot"`
	AsOf     string `query:"as_of" maxLength:"40" doc:"the state at this instant (RFC 3339)"`
	Format   string `query:"format" enum:"json,xlsx,csv,parquet,table" default:"json"`
	Table    string `query:"table" maxLength:"60" doc:"only this table; csv and parquet need one"`
}

func (in *reportAsked) query() (q reports.Query, at pipeline.At, err error) {
	q = reports.Query{Method: reports.Method(in.Method), Basis: reports.Basis(in.Basis), TeamBy: in.TeamBy, TaskType: in.TaskType, Person: in.Person, Team: in.Team}
	for _, d := range []struct {
		text string
		set  *hierarchy.Day
	}{{in.From, &q.From}, {in.To, &q.To}} {
		if d.text == "" {
			continue
		}
		if *d.set, err = hierarchy.ParseDay(d.text); err != nil {
			return q, at, problemf(http.StatusBadRequest, "%v", err)
		}
	}
	if in.Timezone != "" {
		if q.Timezone, err = time.LoadLocation(in.Timezone); err != nil || strings.EqualFold(in.Timezone, "local") {
			return q, at, problemf(http.StatusBadRequest, "unknown time zone %q: write it as Europe/Paris", in.Timezone)
		}
	}
	at.Snapshot = in.Snapshot
	if in.AsOf != "" {
		if at.AsOf, err = time.Parse(time.RFC3339, in.AsOf); err != nil {
			return q, at, problemf(http.StatusBadRequest, "as_of %q: write the instant as 2026-01-31T12:00:00Z", in.AsOf)
		}
	}
	return q, at, nil
}

// anyDocument describes an answer of one of several kinds.
func anyDocument(formats ...string) map[string]*huma.Response {
	content := map[string]*huma.MediaType{}
	for _, format := range formats {
		kind, _, _ := strings.Cut(contentKinds[format], ";")
		content[kind] = &huma.MediaType{Schema: &huma.Schema{}}
	}
	return map[string]*huma.Response{"200": {Description: "The file", Content: content}}
}

func (v *firstVersion) mountReports() {
	tags := []string{"reports"}
	on(v, accounts.NoOutsider, huma.Operation{Method: http.MethodGet, Path: "/projects/{project}/reports/{report}", Tags: tags, Summary: "A report in any format",
		Responses: anyDocument("json", "xlsx", "csv", "parquet", "table")},
		func(c *call, in *reportAsked) (*document, error) { return c.report(in) })
	type export struct {
		OfProject
		Kind   string `path:"kind" enum:"shots,casting,tasks,timesheet"`
		Format string `query:"format" enum:"csv,xlsx,parquet,json" default:"csv"`
	}
	on(v, accounts.NoOutsider, huma.Operation{Method: http.MethodGet, Path: "/projects/{project}/exports/{kind}", Tags: tags, Summary: "A table that imports again as an empty plan",
		Responses: anyDocument("csv", "xlsx", "parquet", "json")},
		func(c *call, in *export) (*document, error) {
			book, err := c.pipe.Export(c.ctx(), in.Kind, string(c.view.Project.ID))
			if err != nil {
				return nil, err
			}
			return c.document(in.Kind, in.Format, func(w io.Writer) error {
				e, err := c.pipe.Exporters.Get(in.Format)
				if err != nil {
					return problemf(http.StatusBadRequest, "%v", err)
				}
				return e.WriteTable(c.ctx(), w, book, book.Tables[0])
			})
		})
	type snapshot struct {
		Snapshot string `json:"snapshot" doc:"names this state: the same id, the same figures"`
		AsOf     string `json:"as_of"`
		Revision int64  `json:"revision"`
	}
	on(v, accounts.InTeam, huma.Operation{Method: http.MethodGet, Path: "/projects/{project}/snapshot", Tags: tags, Summary: "The state of a production now"},
		func(c *call, _ *OfProject) (*body[snapshot], error) {
			return &body[snapshot]{snapshot{pipeline.SnapshotID(c.view.Snapshot), c.view.AsOf.UTC().Format(time.RFC3339Nano), c.view.Revision}}, nil
		})
}

func (c *call) report(in *reportAsked) (*document, error) {
	q, at, err := in.query()
	if err != nil {
		return nil, err
	}
	return c.document(in.Report, in.Format, func(w io.Writer) error {
		err := c.pipe.Report(c.ctx(), in.Report, string(c.view.Project.ID), q, at, func(book *table.Book) error {
			return c.writeBook(c.ctx(), w, book, in.Format, in.Table)
		})
		return usageOfReport(err)
	})
}

// usageOfReport is 400 for a query that names what is not there.
func usageOfReport(err error) error {
	var usage *reports.UsageError
	if errors.As(err, &usage) {
		return problemf(http.StatusBadRequest, "%s", usage.Error())
	}
	return err
}

// bookWriter is an exporter of whole books.
type bookWriter interface {
	WriteBook(ctx context.Context, w io.Writer, book *table.Book) error
}

// writeBook writes a whole report or one table of it; a format that has one file
// a table needs its name.
func (c *call) writeBook(ctx context.Context, w io.Writer, book *table.Book, format, name string) error {
	e, err := c.pipe.Exporters.Get(format)
	if err != nil {
		return problemf(http.StatusBadRequest, "%v", err)
	}
	var names []string
	for _, t := range book.Tables {
		names = append(names, t.Name)
	}
	if name != "" && !slices.Contains(names, name) {
		return problemf(http.StatusBadRequest, "the report has no table %q: it has %s", name, strings.Join(names, ", "))
	}
	whole, isBook := e.(bookWriter)
	switch {
	case isBook && name == "":
		return whole.WriteBook(ctx, w, book)
	case isBook:
		cut := *book
		cut.Tables = []*table.Table{book.Table(name)}
		cut.Charts = slices.DeleteFunc(slices.Clone(book.Charts), func(ch table.Chart) bool { return ch.Table != name })
		return whole.WriteBook(ctx, w, &cut)
	case name == "":
		return problemf(http.StatusBadRequest, "%s has one file a table: name one by ?table=: %s", format, strings.Join(names, ", "))
	}
	return e.WriteTable(ctx, w, book, book.Table(name))
}

// document keeps a file in memory until it is whole, so that an error is still
// an answer.
func (c *call) document(name, format string, write func(io.Writer) error) (*document, error) {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return nil, err
	}
	extension := map[string]string{"table": "txt"}[format]
	if extension == "" {
		extension = format
	}
	return &document{Kind: contentKinds[format], Name: "attachment; filename=" + slug(c.view.Project.Name) + "_" + name + "." + extension, Body: b.Bytes()}, nil
}
