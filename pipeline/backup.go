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

// backupVersion is that of a back-up that holds files, filelessVersion of any
// other. They are raised when older programs could not read a new one.
const (
	filelessVersion = 1
	backupVersion   = 2
)

// A backup is compressed JSON Lines: a header, one line a row, then the files,
// and a trailer with the counts and the checksum of all lines before it. A file is
// a line with its id and length, its bytes as they are, and a line with their
// checksum.
type backupHeader struct {
	Backup int            `json:"turnover_backup"`
	At     hierarchy.Time `json:"at"`
	From   string         `json:"from"`
}

type backupLine struct {
	Table string         `json:"t,omitempty"`
	Row   map[string]any `json:"r,omitempty"`
	File  *backupFile    `json:"f,omitempty"`
	Sum   string         `json:"sum,omitempty"`
	End   *BackupCounts  `json:"end,omitempty"`
}

// BackupCounts are the control totals of a back-up.
type BackupCounts struct {
	Rows   map[string]int64 `json:"rows"`                 // by table
	Files  int64            `json:"files,omitempty"`      // of previews
	Bytes  int64            `json:"file_bytes,omitempty"` // of those files
	SHA256 string           `json:"sha256"`
}

// Total is the number of rows.
func (c BackupCounts) Total() (n int64) {
	for rows := range maps.Values(c.Rows) {
		n += rows
	}
	return n
}

// Backup writes the whole database, history and records included, and all files
// that the pipeline has.
func (p *Pipeline) Backup(ctx context.Context, w io.Writer) (BackupCounts, error) {
	b := &backupWriter{out: w, zip: gzip.NewWriter(w), sum: sha256.New(), counts: BackupCounts{Rows: map[string]int64{}}}
	if err := p.backup(ctx, b); err != nil {
		return b.counts, fmt.Errorf("write back-up: %w", err)
	}
	return b.counts, nil
}

func (p *Pipeline) backup(ctx context.Context, b *backupWriter) error {
	hasFiles, err := p.hasFiles()
	if err != nil {
		return err
	}
	version := filelessVersion
	if hasFiles {
		version = backupVersion
	}
	if err := b.line(backupHeader{version, hierarchy.At(p.Now()), p.Store.Describe()}); err != nil {
		return err
	}
	err = p.Store.Dump(ctx, func(table string, row map[string]any) error {
		b.counts.Rows[table]++
		return b.line(backupLine{Table: table, Row: row})
	})
	if err != nil {
		return err
	}
	if hasFiles {
		if err := b.files(ctx, p.Files); err != nil {
			return err
		}
	}
	b.counts.SHA256 = hex.EncodeToString(b.sum.Sum(nil))
	if err := b.line(backupLine{End: &b.counts}); err != nil {
		return err
	}
	return b.zip.Close()
}

type backupWriter struct {
	out    io.Writer
	zip    *gzip.Writer
	sum    hash.Hash
	counts BackupCounts
}

func (b *backupWriter) line(v any) error {
	lines := json.NewEncoder(io.MultiWriter(b.zip, b.sum))
	lines.SetEscapeHTML(false)
	return lines.Encode(v)
}

// Restore reads a back-up into an empty database of either kind, and its files
// into those of the pipeline, where another content is never overwritten. A
// back-up that is cut off or altered is refused and leaves nothing.
func (p *Pipeline) Restore(ctx context.Context, r io.Reader) (BackupCounts, error) {
	zip, err := gzip.NewReader(r)
	if err != nil {
		return BackupCounts{}, usage("this is no back-up of turnover: %v", err)
	}
	reader := &backupReader{files: p.Files, lines: bufio.NewReaderSize(zip, 1<<16), sum: sha256.New(), counts: BackupCounts{Rows: map[string]int64{}}}
	if err := reader.header(); err != nil {
		return BackupCounts{}, err
	}
	if err := p.Store.Restore(ctx, reader.rows(ctx)); err != nil {
		return BackupCounts{}, errors.Join(err, reader.takeBack())
	}
	return reader.counts, nil
}

type backupReader struct {
	files   Files
	lines   *bufio.Reader
	sum     hash.Hash
	counts  BackupCounts
	written []string // ids of files that were not there before
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

// rows gives all rows, and restores the files on the way; its last word is an
// error where the trailer disagrees, so that the restoring transaction keeps
// nothing.
func (b *backupReader) rows(ctx context.Context) iter.Seq2[store.DumpRow, error] {
	return func(yield func(store.DumpRow, error) bool) {
		for {
			line, raw, err := b.next()
			switch {
			case err != nil:
			case line.End != nil:
				if err := b.verify(*line.End); err != nil {
					yield(store.DumpRow{}, err)
				}
				return
			case line.File != nil:
				_, _ = b.sum.Write(raw)
				if err = ctx.Err(); err == nil {
					err = b.file(*line.File)
				}
			default:
				_, _ = b.sum.Write(raw)
				b.counts.Rows[line.Table]++
				if !yield(store.DumpRow{Table: line.Table, Row: line.Row}, nil) {
					return
				}
			}
			if err != nil {
				yield(store.DumpRow{}, err)
				return
			}
		}
	}
}

// next reads a line.
func (b *backupReader) next() (line backupLine, raw []byte, err error) {
	raw, err = b.lines.ReadBytes('\n')
	if errors.Is(err, io.EOF) {
		err = errors.New("it ends before its trailer")
	}
	if err != nil {
		return line, nil, usage("the back-up is cut off or damaged: %v", err)
	}
	if line, err = decodeBackupLine(raw); err != nil {
		return line, nil, usage("the back-up is damaged: %v", err)
	}
	return line, raw, nil
}

func decodeBackupLine(raw []byte) (line backupLine, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // 64-bit numbers stay exact
	err = d.Decode(&line)
	return line, err
}

func (b *backupReader) verify(end BackupCounts) error {
	b.counts.SHA256 = hex.EncodeToString(b.sum.Sum(nil))
	if b.counts.SHA256 != end.SHA256 || !maps.Equal(b.counts.Rows, end.Rows) || b.counts.Files != end.Files || b.counts.Bytes != end.Bytes {
		return usage("the back-up is damaged: its checksum does not fit its content")
	}
	// What follows is the compressed stream's own checksum.
	if _, err := b.lines.ReadByte(); !errors.Is(err, io.EOF) {
		return usage("the back-up is damaged behind its trailer")
	}
	return nil
}
