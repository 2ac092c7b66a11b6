package pipeline

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"maps"

	"turnover/hierarchy"
	"turnover/store"
)

// backupVersion is raised when older programs could not read a new back-up.
const backupVersion = 1

// A backup is compressed JSON Lines: a header, one line a row, and a trailer
// with the counts and the checksum of all lines before it.
type backupHeader struct {
	Backup int            `json:"turnover_backup"`
	At     hierarchy.Time `json:"at"`
	From   string         `json:"from"`
}

type backupLine struct {
	Table string         `json:"t,omitempty"`
	Row   map[string]any `json:"r,omitempty"`
	End   *BackupCounts  `json:"end,omitempty"`
}

// BackupCounts are the control totals of a back-up.
type BackupCounts struct {
	Rows   map[string]int64 `json:"rows"` // by table
	SHA256 string           `json:"sha256"`
}

// Total is the number of rows.
func (c BackupCounts) Total() (n int64) {
	for rows := range maps.Values(c.Rows) {
		n += rows
	}
	return n
}

// Backup writes the whole database, history and records included.
func (p *Pipeline) Backup(ctx context.Context, w io.Writer) (BackupCounts, error) {
	counts := BackupCounts{Rows: map[string]int64{}}
	zip := gzip.NewWriter(w)
	sum := sha256.New()
	lines := json.NewEncoder(io.MultiWriter(zip, sum))
	lines.SetEscapeHTML(false)
	if err := lines.Encode(backupHeader{backupVersion, hierarchy.At(p.Now()), p.Store.Describe()}); err != nil {
		return counts, fmt.Errorf("write back-up: %w", err)
	}
	err := p.Store.Dump(ctx, func(table string, row map[string]any) error {
		counts.Rows[table]++
		return lines.Encode(backupLine{Table: table, Row: row})
	})
	if err != nil {
		return counts, fmt.Errorf("write back-up: %w", err)
	}
	counts.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err := json.NewEncoder(zip).Encode(backupLine{End: &counts}); err != nil {
		return counts, fmt.Errorf("write back-up: %w", err)
	}
	if err := zip.Close(); err != nil {
		return counts, fmt.Errorf("write back-up: %w", err)
	}
	return counts, nil
}

// Restore reads a back-up into an empty database of either kind. A back-up that
// is cut off or altered is refused and leaves the database empty.
func (p *Pipeline) Restore(ctx context.Context, r io.Reader) (BackupCounts, error) {
	zip, err := gzip.NewReader(r)
	if err != nil {
		return BackupCounts{}, usage("this is no back-up of turnover: %v", err)
	}
	reader := &backupReader{lines: bufio.NewReaderSize(zip, 1<<16), sum: sha256.New(), counts: BackupCounts{Rows: map[string]int64{}}}
	if err := reader.header(); err != nil {
		return BackupCounts{}, err
	}
	if err := p.Store.Restore(ctx, reader.rows()); err != nil {
		return BackupCounts{}, err
	}
	return reader.counts, nil
}

type backupReader struct {
	lines  *bufio.Reader
	sum    hash.Hash
	counts BackupCounts
}

func (b *backupReader) header() error {
	line, err := b.lines.ReadBytes('\n')
	var head backupHeader
	if err != nil || json.Unmarshal(line, &head) != nil || head.Backup == 0 {
		return usage("this is no back-up of turnover: it has no header")
	}
	if head.Backup > backupVersion {
		return usage("the back-up has version %d and this turnover reads up to %d: use a newer turnover", head.Backup, backupVersion)
	}
	_, _ = b.sum.Write(line) // a hash never fails
	return nil
}

// rows gives all rows; its last word is an error where the trailer disagrees, so
// that the restoring transaction keeps nothing.
func (b *backupReader) rows() iter.Seq2[store.DumpRow, error] {
	return func(yield func(store.DumpRow, error) bool) {
		for {
			raw, err := b.lines.ReadBytes('\n')
			if err != nil {
				if errors.Is(err, io.EOF) {
					err = errors.New("it ends before its trailer")
				}
				yield(store.DumpRow{}, usage("the back-up is cut off or damaged: %v", err))
				return
			}
			line, err := decodeBackupLine(raw)
			switch {
			case err != nil:
				yield(store.DumpRow{}, usage("the back-up is damaged: %v", err))
				return
			case line.End != nil:
				if err := b.verify(*line.End); err != nil {
					yield(store.DumpRow{}, err)
				}
				return
			}
			_, _ = b.sum.Write(raw)
			b.counts.Rows[line.Table]++
			if !yield(store.DumpRow{Table: line.Table, Row: line.Row}, nil) {
				return
			}
		}
	}
}

func decodeBackupLine(raw []byte) (line backupLine, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // 64-bit numbers stay exact
	err = d.Decode(&line)
	return line, err
}

func (b *backupReader) verify(end BackupCounts) error {
	b.counts.SHA256 = hex.EncodeToString(b.sum.Sum(nil))
	if b.counts.SHA256 != end.SHA256 || !maps.Equal(b.counts.Rows, end.Rows) {
		return usage("the back-up is damaged: its checksum does not fit its rows")
	}
	// What follows is the compressed stream's own checksum.
	if _, err := b.lines.ReadByte(); !errors.Is(err, io.EOF) {
		return usage("the back-up is damaged behind its trailer")
	}
	return nil
}
