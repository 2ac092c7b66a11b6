package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"turnover/exporters/dataset"
	"turnover/hierarchy"
	"turnover/pipeline"
	"turnover/store"
)

// wantWhole wants everything in its place once, after all that has happened.
// Mails may have come again at most so often.
func (s *studio) wantWhole(mostDoubled int) {
	s.t.Helper()
	s.wantLists()
	s.wantImports()
	deliveries := s.wantDeliveries()
	s.wantDatasets()
	mails, doubled := s.post.wantCopies(s.t)
	if doubled > mostDoubled || mails != len(s.owed(mailedEntry)) {
		s.t.Errorf("%d mails, and %d of them again, of %d occurrences; at most %d again", mails, doubled, len(s.owed(mailedEntry)), mostDoubled)
	}
	s.t.Logf("whole: %d lists, %d deliveries, %d mails, %d of them again", len(s.lists), deliveries, mails, doubled)
}

// wantLists wants each list in one place, with its bytes, and one receipt of one
// wording.
func (s *studio) wantLists() {
	s.t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(s.at("incoming"), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.HasSuffix(p, ".tmp") || strings.Contains(filepath.Base(p), " (") { // numbered: written twice
			s.t.Errorf("%s was left behind", p)
		}
		if below, err := filepath.Rel(s.at("incoming"), p); err == nil {
			found[filepath.Base(p)] = append(found[filepath.Base(p)], filepath.ToSlash(below))
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	receipts := map[string]string{"archive": "APPLIED", "held": "HELD", "rejected": "REJECTED"}
	for name, left := range s.lists {
		at := found[filepath.Base(name)]
		if len(at) != 1 || !strings.HasPrefix(at[0], left.ends+"/") || !strings.HasSuffix(at[0], "/"+name) {
			s.t.Errorf("%s is in %v, want it once in %s", name, at, left.ends)
			continue
		}
		got, err := os.ReadFile(filepath.Join(s.at("incoming"), filepath.FromSlash(at[0])))
		if err != nil || string(got) != left.content {
			s.t.Errorf("%s holds %q, %v", at[0], got, err)
		}
		receipt := filepath.Join(s.at("incoming"), filepath.FromSlash(name)+"."+receipts[left.ends]+".txt")
		if _, err := os.Stat(receipt); err != nil {
			s.t.Errorf("no receipt: %v", err)
		}
	}
}

// wantImports wants each list to be applied once, and one line of the ledger for
// each piece of work.
func (s *studio) wantImports() {
	s.t.Helper()
	want, held := 1, 0 // the list that was applied before
	for _, left := range s.lists {
		switch left.ends {
		case "archive":
			want++
		case "held":
			held++
		}
	}
	got := s.census()
	if got.Imports != want || got.Shots != want*shotsOfList {
		s.t.Errorf("census %+v, want %d imports of %d shots each", got, want, shotsOfList)
	}
	reports := len(s.owed(mailedEntry)) + len(s.owed(filedEntry))
	wanted := map[string]int{"import": want, "drop": len(s.lists), "held": held, "report": reports, "publish": len(s.owed(dataEntry)),
		"delivery": reports + len(s.owed(mailedEntry)), "schedule": 3, "watch": 1}
	lines := map[string]int{}
	s.open(func(ctx context.Context, db store.Store) error {
		return db.Read(ctx, func(r store.Reader) error {
			all, err := r.Ledger(ctx, "")
			for _, one := range all {
				kind, _, _ := strings.Cut(one.Key, "/")
				lines[kind]++
			}
			if err != nil {
				return err
			}
			return s.wantHistory(ctx, r)
		})
	})
	for kind, n := range lines {
		if n != wanted[kind] {
			s.t.Errorf("%d lines of %s in the ledger, want %d", n, kind, wanted[kind])
		}
	}
	for kind, n := range wanted {
		if lines[kind] == 0 && n > 0 {
			s.t.Errorf("no lines of %s in the ledger", kind)
		}
	}
}

// wantHistory wants each import to have written the same: the lists are alike.
func (s *studio) wantHistory(ctx context.Context, r store.Reader) error {
	lines := map[string]int{}
	projects, err := r.Projects(ctx)
	if err != nil {
		return err
	}
	for h, err := range r.History(ctx, store.HistoryQuery{Project: projects[0].ID, Cause: hierarchy.Import}) {
		if err != nil {
			return err
		}
		lines[h.CauseID]++
	}
	imports, err := r.Imports(ctx, projects[0].ID)
	if err != nil {
		return err
	}
	one := 0
	for _, i := range imports[:len(imports)-1] { // the first made the episode too
		if one == 0 {
			one = lines[i.ID]
		}
		if lines[i.ID] != one || one == 0 {
			s.t.Errorf("import %s has %d lines of history, another one %d", i.ID, lines[i.ID], one)
		}
	}
	return nil
}

// wantDeliveries wants each report in its folder once, as the log says.
func (s *studio) wantDeliveries() int {
	s.t.Helper()
	var all []pipeline.Delivery
	s.open(func(ctx context.Context, db store.Store) (err error) {
		all, err = (&pipeline.Pipeline{Store: db}).Deliveries(ctx, pipeline.DeliveryFilter{})
		return err
	})
	files := map[string]string{}
	entries, err := os.ReadDir(s.at("reports"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".turnover-") {
			continue // what a crash leaves is swept after a day
		}
		raw, err := os.ReadFile(filepath.Join(s.at("reports"), e.Name()))
		if err != nil {
			s.t.Fatal(err)
		}
		files[filepath.Join(s.at("reports"), e.Name())] = fmt.Sprintf("%x", sha256.Sum256(raw))
	}
	put := 0
	for _, d := range all {
		switch {
		case d.State != pipeline.DeliveryDone:
			s.t.Errorf("delivery %+v", d)
		case d.Kind == pipeline.FolderDelivery:
			put++
			if files[d.Path] != d.SHA256 {
				s.t.Errorf("%s has sum %q, the log says %s", d.Path, files[d.Path], d.SHA256)
			}
		case len(s.post.copies["<"+d.MessageID+">"]) == 0 || len(s.post.copies["<"+d.MessageID+">"]) > d.Attempts:
			s.t.Errorf("mail %s of %d attempts came %d times", d.MessageID, d.Attempts, len(s.post.copies["<"+d.MessageID+">"]))
		}
	}
	if want := len(s.owed(mailedEntry)) + len(s.owed(filedEntry)); put != want || len(files) != want {
		s.t.Errorf("%d deliveries to the folder, %d files there, %d occurrences", put, len(files), want)
	}
	return len(all)
}

// wantDatasets wants each snapshot that an occurrence published, and no other,
// with all its bytes.
func (s *studio) wantDatasets() {
	s.t.Helper()
	published := map[string]bool{}
	s.open(func(ctx context.Context, db store.Store) error {
		marks, err := pipeline.Ledger{Store: db}.Marks(ctx, "publish/")
		for _, m := range marks {
			var run pipeline.PublishRun
			if err := json.Unmarshal(m.Result, &run); err != nil {
				return err
			}
			published[filepath.Join(run.Published.Dir, filepath.FromSlash(run.Published.Path))] = true
		}
		return err
	})
	there, err := filepath.Glob(filepath.Join(s.at("dataset"), "snapshots", "*"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, dir := range there {
		s.wantSnapshot(dir)
	}
	latest, err := dataset.Latest(dataset.Folder(s.at("dataset")))
	if len(published) > 0 && (err != nil || latest == nil || !published[filepath.Join(s.at("dataset"), "snapshots", latest.ID)]) {
		s.t.Errorf("the latest is %v, %v: no occurrence published it", latest, err)
	}
	for dir := range published {
		if _, err := os.Stat(dir); err != nil {
			s.t.Errorf("a published snapshot is not there: %v", err)
		}
	}
	if len(there) < len(published) || len(published) == 0 && len(s.owed(dataEntry)) > 0 {
		s.t.Errorf("%d snapshots, %d published", len(there), len(published))
	}
}

func (s *studio) wantSnapshot(dir string) {
	s.t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		s.t.Error(err)
		return
	}
	var m dataset.Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		s.t.Errorf("%s: %v", dir, err)
	}
	files := 0
	for _, t := range m.Tables {
		for _, f := range t.Files {
			raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
			if err != nil || fmt.Sprintf("%x", sha256.Sum256(raw)) != f.SHA256 {
				s.t.Errorf("%s of snapshot %s: %v", f.Path, m.ID, err)
			}
			files++
		}
	}
	if files == 0 {
		s.t.Errorf("snapshot %s holds nothing", m.ID)
	}
}
