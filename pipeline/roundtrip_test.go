package pipeline_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	csvout "turnover/exporters/csv"
	excelout "turnover/exporters/excel"
	jsonout "turnover/exporters/json"
	"turnover/hierarchy"
	"turnover/importers"
	csvin "turnover/importers/csv"
	excelin "turnover/importers/excel"
	jsonin "turnover/importers/json"
	"turnover/internal/table"
	"turnover/pipeline"
	"turnover/store"
)

// nasty are names that sheets and programs like to change.
var nasty = []string{
	"010", "10", "0010", "1E05", "1e5", "=A1", "=1+1", "3-1", "1/2", "Mar-10", "2026-01-05", "Éa", "E\u0301b", "a\"b", "\"quoted\"", "a,b", "a;b", "a|b", "it's",
	"'apostrophe", "'=x", "''=y", "+12", "-20", "@cmd", "a/b", "a%2Fb", "/", "--", "TRUE", "false", "null", "n/a", "#1", " lead", "trail ", "in  side", "x2", "Hero x2", "Hero (held)",
	"Type: Name", "日本", "𝒳", strings.Repeat("long", 40), "1.50", "007.0", "1,5", "0x1F", "Infinity", "NaN", "=", "'", "a\u00a0b",
	"two\nlines", "a\r\nb", "SH1\nSH2", "=A\n1", "'=A\r\n1", "tab\there", "\"a\"\n\"b\"", "back\u202eward", "\"a, b\"; c", "(x, y",
}

// texts stand where a name does not: descriptions, labels.
var texts = append([]string{"\"", "=SUM(A1)", "-", " - "}, nasty...)

// exported writes one table as a format does.
func exported(t *testing.T, format string, book *table.Book) importers.File {
	t.Helper()
	var b bytes.Buffer
	write := map[string]func(context.Context, io.Writer, *table.Book, *table.Table) error{
		"csv": csvout.New().WriteTable, "xlsx": excelout.New().WriteTable, "json": jsonout.New().WriteTable,
	}[format]
	if err := write(t.Context(), &b, book, book.Tables[0]); err != nil {
		t.Fatal(err)
	}
	return importers.File{Name: book.Name + "." + format, Bytes: b.Bytes()}
}

// nastyFilm fills a film with names that no list may change.
func nastyFilm(t *testing.T, p *pipeline.Pipeline, r *rand.Rand) {
	t.Helper()
	made, ctx := film(t, p), t.Context()
	snap := snapshotOf(t, p)
	at := hierarchy.At(p.Now())
	origin := hierarchy.Origin{Project: made.ID, At: at, Cause: hierarchy.Load, CauseID: "made"}
	shared := origin
	shared.Project = ""
	kinds := map[hierarchy.Kind]hierarchy.ID{}
	var changes []hierarchy.Change
	add := func(n hierarchy.Noun) { changes = append(changes, hierarchy.Create{Origin: origin, Row: n}) }
	for _, kind := range []hierarchy.Kind{hierarchy.Sequence, hierarchy.Shot, "=Props"} {
		for _, known := range snap.EntityTypes {
			if known.Name == string(kind) {
				kinds[kind] = known.ID
			}
		}
		if kinds[kind] == "" {
			kinds[kind] = p.NewID()
			changes = append(changes, hierarchy.Create{Origin: shared, Row: &hierarchy.EntityType{ID: kinds[kind], Name: string(kind)}})
		}
	}
	entity := func(kind, typ hierarchy.Kind, parent hierarchy.ID, name string) *hierarchy.Entity {
		e := &hierarchy.Entity{ID: p.NewID(), Kind: kind, Name: name, ProjectID: made.ID, ParentID: parent, EntityTypeID: kinds[typ], Status: "running"}
		add(e)
		return e
	}
	text := func() string { return texts[r.IntN(len(texts))] }
	ada := &hierarchy.Person{ID: p.NewID(), FirstName: "=Ada", LastName: "O'Neil, jr", Email: hierarchy.Ptr("ada@example.com"), Active: true}
	changes = append(changes, hierarchy.Create{Origin: shared, Row: ada})
	var assets []*hierarchy.Entity
	for _, i := range r.Perm(len(nasty))[:12] {
		assets = append(assets, entity(hierarchy.Asset, "=Props", "", nasty[i]))
	}
	types := snap.TaskTypesFor(hierarchy.Shot)
	for _, i := range r.Perm(len(nasty))[:8] {
		sequence := entity(hierarchy.Sequence, hierarchy.Sequence, "", nasty[i])
		for _, j := range r.Perm(len(nasty))[:12] {
			shot := entity(hierarchy.Shot, hierarchy.Shot, sequence.ID, nasty[j])
			shot.NbFrames, shot.Description, shot.Canceled = hierarchy.Ptr(int64(r.IntN(500))), hierarchy.Ptr(text()), r.IntN(5) == 0
			for _, k := range r.Perm(len(assets))[:r.IntN(4)] {
				changes = append(changes, hierarchy.Link{Origin: origin, Row: &hierarchy.Casting{ID: p.NewID(), EntityInID: shot.ID, EntityOutID: assets[k].ID,
					NbOccurences: int64(1 + r.IntN(3)), Label: hierarchy.Ptr([]string{"", "held", "animate", "010", "=x"}[r.IntN(5)])}})
			}
			task := &hierarchy.Task{ID: p.NewID(), Name: []string{"main", "010", "=A1", "two\nlines", "a\r\nb"}[r.IntN(5)], ProjectID: made.ID, EntityID: shot.ID,
				TaskTypeID: types[r.IntN(len(types))].ID, TaskStatusID: snap.DefaultStatus().ID}
			add(task)
			if r.IntN(2) == 0 {
				task.Duration = 90.5
				add(&hierarchy.TimeSpent{ID: p.NewID(), TaskID: task.ID, PersonID: ada.ID, Date: "2026-01-05", Duration: 90.5})
				changes = append(changes, hierarchy.Link{Origin: origin, Row: &hierarchy.Assignment{TaskID: task.ID, PersonID: ada.ID}})
			}
		}
	}
	if err := p.Store.InTx(ctx, func(tx store.Tx) error { return tx.Apply(ctx, changes) }); err != nil {
		t.Fatal(err)
	}
}

// TestNastyNamesExportAgain exports films of random nasty names in each format
// and plans each table again: nothing may change, and no row may be left out.
func TestNastyNamesExportAgain(t *testing.T) {
	for seed := range uint64(8) {
		p := newPipeline(t)
		p.Importers = []importers.Importer{excelin.New(), jsonin.New(), csvin.New()}
		nastyFilm(t, p, rand.New(rand.NewPCG(seed, 9)))
		for _, kind := range pipeline.ExportKinds() {
			book, err := p.Export(t.Context(), kind, "film")
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			for range book.Tables[0].Rows {
				rows++
			}
			for _, format := range []string{"csv", "xlsx", "json"} {
				t.Run(fmt.Sprintf("%d/%s/%s", seed, kind, format), func(t *testing.T) {
					made, err := p.Plan(t.Context(), exported(t, format, book), "film", pipeline.Options{})
					if err != nil {
						t.Fatal(err)
					}
					if got := len(made.List.Entries); got != rows || rows == 0 {
						t.Errorf("%d entries of %d rows", got, rows)
					}
					if made.Plan.Diagnostics.HasErrors() || !made.Plan.Empty() || made.Plan.Kind != kind || made.Importer.Format() != format {
						if found := made.Plan.Diagnostics; found.HasErrors() {
							t.Log((&pipeline.InputError{File: book.Name, Found: found}).Error())
						}
						for i, c := range made.Plan.Changes {
							if i < 5 {
								t.Logf("%s %s %q before %s after %s", c.Action, c.Entity, c.Path, c.Before, c.After)
							}
						}
						t.Errorf("kind %s by %s, %v", made.Plan.Kind, made.Importer.Format(), made.Plan.Summary)
					}
				})
			}
		}
	}
}
