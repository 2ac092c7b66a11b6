package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/storetest"
)

func TestAnyPathIsGood(t *testing.T) {
	for _, name := range []string{"a b.db", "what?mode=memory.db", "#1.db", "100%25.db", "%zz.db", "é🎬.db", "a&b=c;d.db", "-.db"} {
		path := filepath.Join(t.TempDir(), name)
		opened(t, path)
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%q was not made: %v", name, err)
		}
	}
}

func TestAPathFromHereIsGood(t *testing.T) {
	t.Chdir(t.TempDir())
	opened(t, "here.db")
	if _, err := os.Stat("here.db"); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNoDatabaseIsRefusedWithItsPath(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is a shot list, not a database\n", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(folder, "foreign.db")
	execute(t, foreign, "CREATE TABLE songs (name TEXT)")
	for path, want := range map[string]string{
		text:    "not a SQLite database",
		folder:  "cannot be opened",
		foreign: "another program",
		filepath.Join(folder, "no", "such", "folder.db"): "does its folder exist",
		"": "no file name",
	} {
		s, err := Open(t.Context(), path)
		if err == nil {
			t.Errorf("%q was opened", path)
			_ = s.Close()
			continue
		}
		if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: got %q, want %q and the path", path, err, want)
		}
	}
	kept, err := os.ReadFile(text)
	if err != nil || !strings.HasPrefix(string(kept), "this is a shot list") {
		t.Errorf("the file that is no database was written to: %v", err)
	}
}

func TestADatabaseOfANewerTurnoverIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newer.db")
	opened(t, path)
	execute(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
	if _, err := Open(t.Context(), path); !errors.Is(err, store.ErrNewer) {
		t.Errorf("got %v, want ErrNewer", err)
	}
}

func TestASecondWriterGetsErrBusyAfterItsPatience(t *testing.T) {
	path := filepath.Join(t.TempDir(), "busy.db")
	first := opened(t, path)
	second, err := open(t.Context(), path, 50*time.Millisecond) // as another process would
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }()
	nothing := func(store.Tx) error { return nil }
	err = first.InTx(t.Context(), func(store.Tx) error {
		if err := second.InTx(t.Context(), nothing); !errors.Is(err, store.ErrBusy) || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v, want ErrBusy with the path", err)
		}
		return second.Read(t.Context(), func(r store.Reader) error { // readers go on
			_, err := r.Projects(t.Context())
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.InTx(t.Context(), nothing); err != nil {
		t.Errorf("after the first has ended: %v", err)
	}
	err = second.InTx(t.Context(), func(store.Tx) error { return second.InTx(t.Context(), nothing) })
	if !errors.Is(err, store.ErrBusy) {
		t.Errorf("a transaction within a transaction: got %v, want ErrBusy", err)
	}
}

// TestAnOlderFileIsMigrated opens a file as the first migration made it, with a
// production in it.
func TestAnOlderFileIsMigrated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	made := hierarchy.Create{Origin: hierarchy.Origin{Project: "p", Cause: hierarchy.Request, CauseID: "r"}, Row: &hierarchy.Project{ID: "p", Name: "kept"}}
	if err := s.InTx(t.Context(), func(tx store.Tx) error { return tx.Apply(t.Context(), []hierarchy.Change{made}) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"memos", "accounts", "api_keys", "revocations", "secrets", "instance_castings", "asset_instances", "attachment_files", "subscriptions"} {
		execute(t, path, "DROP TABLE "+table)
	}
	execute(t, path, "ALTER TABLE comments DROP COLUMN acknowledgements")
	execute(t, path, "DELETE FROM goose_db_version WHERE version_id > 1")
	execute(t, path, "DROP TABLE project_asset_types")
	execute(t, path, "DROP INDEX time_spents_by_task_id_date_person_id_id_duration")
	for was, now := range map[string]string{"project_id, seq": "project_id, done_at", "row_key": "table_name, row_key"} {
		execute(t, path, "DROP INDEX history_by_"+strings.ReplaceAll(was, ", ", "_"))
		execute(t, path, fmt.Sprintf("CREATE INDEX history_by_%s ON history (%s)", strings.ReplaceAll(now, ", ", "_"), now))
	}
	if s, err = Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	err = s.InTx(t.Context(), func(tx store.Tx) error {
		projects, err := tx.Projects(t.Context())
		if err != nil || len(projects) != 1 || projects[0].Name != "kept" {
			t.Errorf("projects %v, %v", projects, err)
		}
		return errors.Join(tx.PutMemo(t.Context(), &store.Memo{ID: "m", Project: "p", Kind: "alias"}),
			tx.PutAccount(t.Context(), &store.Account{PersonID: "ada"}))
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSeveralOpenANewFileAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "race.db")
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			s, err := Open(context.Background(), path)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestAReadOnlyFileSaysSo(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everything")
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "locked.db")
	s := opened(t, path)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, folder} {
		if err := os.Chmod(name, 0o500); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(t.Context(), path)
	if err == nil {
		err = s.InTx(t.Context(), func(tx store.Tx) error { return tx.PutLedger(t.Context(), &store.LedgerRecord{Key: "k"}) })
	}
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want an error with the path", err)
	}
}

// execute writes into a file behind the store's back.
func execute(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAFullDiskKeepsNothingAndSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "full.db")
	s := opened(t, path)
	var pages int
	if err := s.writing.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if err := s.writing.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages+20)).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	err := s.InTx(t.Context(), func(tx store.Tx) error { return tx.Apply(t.Context(), storetest.Shots(1000, 1)) })
	if err == nil || !strings.Contains(err.Error(), "disk is full") || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want that the disk is full, with the path", err)
	}
	if rows := storetest.Dumped(t, s); len(rows) != 0 {
		t.Errorf("rows that stayed: %d", len(rows))
	}
}

func TestADamagedFileIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "damaged.db")
	s := opened(t, path)
	storetest.Example(t, s)
	if _, err := s.writing.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt([]byte(strings.Repeat("x", 8192)), info.Size()/2); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	again := opened(t, path)
	var faults []string
	err = again.Read(t.Context(), func(r store.Reader) error {
		faults, err = r.Check(t.Context())
		return err
	})
	if err == nil && len(faults) == 0 {
		t.Error("no fault was found in a damaged file")
	}
}

// A turnover that is killed while it writes leaves everything of a transaction
// or nothing.
func TestAKilledWriterLeavesAllOrNothing(t *testing.T) {
	if path := os.Getenv("TURNOVER_TEST_KILLED"); path != "" {
		writeUntilKilled(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "killed.db")
	opened(t, path)
	applied := 0
	for i := range 6 {
		child := exec.Command(os.Args[0], "-test.run", "^TestAKilledWriterLeavesAllOrNothing$")
		child.Env = append(os.Environ(), "TURNOVER_TEST_KILLED="+path)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(60+90*i) * time.Millisecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // was killed
		s := opened(t, path)
		counts := map[string]int{}
		for _, row := range storetest.Dumped(t, s) {
			counts[row.Table]++
		}
		applied = counts["ledger"]
		if counts["studios"] != 200*applied || counts["history"] != counts["studios"] {
			t.Fatalf("half of a transaction stayed: %v", counts)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("transactions that were committed: %d", applied)
}

func writeUntilKilled(t *testing.T, path string) {
	s := opened(t, path)
	for i := 0; ; i++ {
		err := s.InTx(t.Context(), func(tx store.Tx) error {
			name := fmt.Sprint(os.Getpid(), "/", i)
			var changes []hierarchy.Change
			for k := range 200 {
				row := &hierarchy.Studio{ID: hierarchy.ID(fmt.Sprint(name, "/", k)), Name: "S"}
				changes = append(changes, hierarchy.Create{Row: row})
			}
			return errors.Join(tx.PutLedger(t.Context(), &store.LedgerRecord{Key: name}), tx.Apply(t.Context(), changes))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
