package pipeline_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"turnover/pipeline"
	"turnover/store/folder"
)

const fileID = "0b4f6c2a-0000-4000-8000-00000000000%d"

// withFiles is a pipeline with three files: text, none, and one with all bytes that
// is larger than any buffer.
func withFiles(t *testing.T) (*pipeline.Pipeline, map[string][]byte) {
	t.Helper()
	p := newPipeline(t)
	film(t, p)
	p.Files = folder.Folder{Root: filepath.Join(t.TempDir(), "previews")}
	large := make([]byte, 300_001)
	for i := range large {
		large[i] = byte(i * i / 7)
	}
	all := map[string][]byte{}
	for i, content := range [][]byte{[]byte("{\"end\": {}}\n"), {}, large} {
		id := fmt.Sprintf(fileID, i)
		all[id] = content
		if _, err := p.Files.Put(id, bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	return p, all
}

func backedUp(t *testing.T, p *pipeline.Pipeline) []byte {
	t.Helper()
	var kept bytes.Buffer
	if _, err := p.Backup(context.Background(), &kept); err != nil {
		t.Fatal(err)
	}
	return kept.Bytes()
}

// filesOf reads what a pipeline keeps.
func filesOf(t *testing.T, p *pipeline.Pipeline) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for id, err := range p.Files.IDs() {
		if err != nil {
			t.Fatal(err)
		}
		f, err := p.Files.Open(id)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		out[id] = content
	}
	return out
}

func sameFiles(t *testing.T, what string, got, want map[string][]byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d files, want %d", what, len(got), len(want))
	}
	for id, content := range want {
		if !bytes.Equal(got[id], content) {
			t.Errorf("%s: file %s has %d bytes, want %d, or others", what, id, len(got[id]), len(content))
		}
	}
}

// emptyPipeline has an empty database and an empty folder.
func emptyPipeline(t *testing.T) *pipeline.Pipeline {
	t.Helper()
	p := newPipeline(t)
	p.Files = folder.Folder{Root: filepath.Join(t.TempDir(), "previews")}
	return p
}

func TestBackupsHoldFiles(t *testing.T) {
	p, all := withFiles(t)
	kept := backedUp(t, p)
	if again := backedUp(t, p); !bytes.Equal(body(t, kept), body(t, again)) {
		t.Error("the same state gives two back-ups")
	}
	q := emptyPipeline(t)
	counts, err := q.Restore(t.Context(), bytes.NewReader(kept))
	if err != nil {
		t.Fatal(err)
	}
	if counts.Files != 3 || counts.Bytes != 300_013 {
		t.Errorf("%d files of %d bytes", counts.Files, counts.Bytes)
	}
	sameFiles(t, "restored", filesOf(t, q), all)
	if projects, err := q.Projects(t.Context()); err != nil || len(projects) != 1 {
		t.Errorf("%v, %v", projects, err)
	}
	// What is there with the same content is good, and only that.
	next := newPipeline(t)
	next.Files = q.Files
	if _, err := next.Restore(t.Context(), bytes.NewReader(kept)); err != nil {
		t.Errorf("into the same folder: %v", err)
	}
}

// body is a back-up without its header, which says the time, and without the checksum of both.
func body(t *testing.T, backup []byte) []byte {
	t.Helper()
	content := unzipped(t, backup)
	_, rest, _ := bytes.Cut(content, []byte("\n"))
	return rest[:bytes.LastIndex(rest, []byte(`{"end"`))]
}

func unzipped(t *testing.T, backup []byte) []byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(backup))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func zipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if _, err := zip.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestFilesAreNeverOverwritten: nor is anything else written then.
func TestFilesAreNeverOverwritten(t *testing.T) {
	p, _ := withFiles(t)
	kept := backedUp(t, p)
	q := emptyPipeline(t)
	mine := map[string][]byte{fmt.Sprintf(fileID, 2): []byte("mine")}
	if _, err := q.Files.Put(fmt.Sprintf(fileID, 2), strings.NewReader("mine")); err != nil {
		t.Fatal(err)
	}
	var wrong *pipeline.UsageError
	if _, err := q.Restore(t.Context(), bytes.NewReader(kept)); !errors.As(err, &wrong) {
		t.Errorf("%v", err)
	}
	sameFiles(t, "after a refusal", filesOf(t, q), mine)
	empty(t, q)
	q.Files = nil
	if _, err := q.Restore(t.Context(), bytes.NewReader(kept)); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "--previews") {
		t.Errorf("nowhere to put files: %v", err)
	}
	empty(t, q)
}

func empty(t *testing.T, p *pipeline.Pipeline) {
	t.Helper()
	if all, err := p.Projects(t.Context()); err != nil || len(all) != 0 {
		t.Fatalf("something was left: %v, %v", all, err)
	}
}

// TestDamagedFilesLeaveNothing alters what a back-up says of its files, and them,
// also where the stream itself is sound.
func TestDamagedFilesLeaveNothing(t *testing.T) {
	p, _ := withFiles(t)
	kept := backedUp(t, p)
	content := unzipped(t, kept)
	replaced := func(old, with string) []byte {
		t.Helper()
		if !bytes.Contains(content, []byte(old)) {
			t.Fatalf("there is no %s", old)
		}
		return zipped(t, bytes.Replace(content, []byte(old), []byte(with), 1))
	}
	first, last := fmt.Sprintf(fileID, 0), fmt.Sprintf(fileID, 2)
	at := bytes.Index(content, []byte(`{"f":{"id":"`+last))
	altered := bytes.Clone(content)
	altered[at+1000] ^= 1
	flipped := bytes.Clone(kept)
	flipped[len(flipped)-100_000] ^= 1
	q := emptyPipeline(t)
	for name, damaged := range map[string][]byte{
		"a byte": zipped(t, altered), "a bit of the stream": flipped, "cut off": kept[:len(kept)-200_000], "cut off, sound": zipped(t, content[:len(content)-200_000]),
		"shorter": replaced(`"bytes":12`, `"bytes":11`), "longer": replaced(`"bytes":12`, `"bytes":13`), "negative": replaced(`"bytes":12`, `"bytes":-1`),
		"endless": replaced(`"bytes":300001`, `"bytes":9000000000000000000`), "not a number": replaced(`"bytes":12`, `"bytes":"12"`),
		"a path": replaced(first, "../../../../tmp/turnover-escaped"), "an absolute path": replaced(first, "/tmp/turnover-escaped"), "no id": replaced(first, ""), "another id": replaced(first, fmt.Sprintf(fileID, 9)),
		"twice": replaced(first, last), "another count": replaced(`"files":3`, `"files":2`), "no checksum": replaced(`{"sum":"`, `{"mus":"`),
		"older version": replaced(`{"turnover_backup":2`, `{"turnover_backup":1`), "newer version": replaced(`{"turnover_backup":2`, `{"turnover_backup":3`),
	} {
		var wrong *pipeline.UsageError
		if _, err := q.Restore(t.Context(), bytes.NewReader(damaged)); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
		empty(t, q)
		sameFiles(t, name, filesOf(t, q), nil)
	}
	if _, err := os.Stat("/tmp/turnover-escaped"); !os.IsNotExist(err) {
		t.Errorf("a file left its folder: %v", err)
	}
	if _, err := q.Restore(t.Context(), bytes.NewReader(kept)); err != nil {
		t.Errorf("the sound one: %v", err)
	}
}

// TestOlderBackupsAreRead: one that version 0.1.0 wrote, and any without files is
// as it was, so that older programs read it.
func TestOlderBackupsAreRead(t *testing.T) {
	older, err := os.Open(filepath.Join("testdata", "backup-1.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer older.Close()
	p := emptyPipeline(t)
	counts, err := p.Restore(t.Context(), older)
	if err != nil || counts.Total() != 144 || counts.Files != 0 {
		t.Errorf("%+v, %v", counts, err)
	}
	projects, err := p.Projects(t.Context())
	if err != nil || len(projects) != 1 || projects[0].Name != "tv" {
		t.Errorf("%v, %v", projects, err)
	}
	head, _, _ := bytes.Cut(unzipped(t, backedUp(t, p)), []byte("\n"))
	if !bytes.HasPrefix(head, []byte(`{"turnover_backup":1,`)) {
		t.Errorf("without files: %s", head)
	}
}

// vanishing loses a file between the list and the reading.
type vanishing struct {
	folder.Folder
	t *testing.T
}

func (v vanishing) Open(id string) (io.ReadSeekCloser, error) {
	if strings.HasSuffix(id, "0") {
		if err := v.Remove(id); err != nil {
			v.t.Error(err)
		}
	}
	return v.Folder.Open(id)
}

func TestABackupOfAServerAtWork(t *testing.T) {
	p, all := withFiles(t)
	p.Files = vanishing{p.Files.(folder.Folder), t}
	kept := backedUp(t, p)
	q := emptyPipeline(t)
	if _, err := q.Restore(t.Context(), bytes.NewReader(kept)); err != nil {
		t.Fatal(err)
	}
	delete(all, fmt.Sprintf(fileID, 0))
	sameFiles(t, "one was deleted meanwhile", filesOf(t, q), all)
	var ids []string
	for id := range p.Files.IDs() {
		ids = append(ids, id)
	}
	if !slices.IsSorted(ids) {
		t.Errorf("%v", ids)
	}
}
