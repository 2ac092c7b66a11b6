package pipeline

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// A backupFile stands before the bytes of a file.
type backupFile struct {
	ID    string `json:"id"`
	Bytes int64  `json:"bytes"`
}

func (p *Pipeline) hasFiles() (bool, error) {
	if p.Files == nil {
		return false, nil
	}
	for _, err := range p.Files.IDs() {
		return err == nil, err
	}
	return false, nil
}

// files writes all files. Pictures and films are compressed by themselves, so that
// they go into a member of the stream that is not.
func (b *backupWriter) files(ctx context.Context, files Files) error {
	if err := b.zip.Close(); err != nil {
		return err
	}
	var err error
	if b.zip, err = gzip.NewWriterLevel(b.out, gzip.NoCompression); err != nil {
		return err
	}
	for id, err := range files.IDs() {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err := b.file(files, id); err != nil {
			return fmt.Errorf("file %s: %w", id, err)
		}
	}
	return nil
}

// file writes one; none where it was deleted since it was listed.
func (b *backupWriter) file(files Files, id string) (err error) {
	content, err := files.Open(id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	size, err := content.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := b.line(backupLine{File: &backupFile{id, size}}); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(b.zip, sum), content, size); err != nil {
		return err
	}
	b.counts.Files++
	b.counts.Bytes += size
	return b.line(backupLine{Sum: hex.EncodeToString(sum.Sum(nil))})
}

// file restores one. One that is there already, with the same content, is good.
func (b *backupReader) file(f backupFile) error {
	if b.files == nil {
		return usage("the back-up holds files of previews: say into which folder they go, with --previews")
	}
	if f.Bytes < 0 {
		return usage("the back-up is damaged: file %.64q has %d bytes", f.ID, f.Bytes)
	}
	sum := sha256.New()
	content := io.TeeReader(io.LimitReader(backupContent{b.lines}, f.Bytes), sum)
	there, err := b.digest(f.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		err = b.put(f, content)
	case err == nil:
		_, err = io.Copy(io.Discard, content)
	}
	if err != nil {
		return err
	}
	line, raw, err := b.next()
	if err != nil {
		return err
	}
	_, _ = b.sum.Write(raw) // a hash never fails
	if got := hex.EncodeToString(sum.Sum(nil)); got != line.Sum {
		return usage("the back-up is damaged: the checksum of file %s does not fit its content", f.ID)
	}
	if there != nil && !bytes.Equal(there, sum.Sum(nil)) {
		return usage("another file %s is there already and is not overwritten: restore into another folder, with --previews", f.ID)
	}
	b.counts.Files++
	b.counts.Bytes += f.Bytes
	return nil
}

// backupContent tells what is wrong with a back-up from what is wrong with the
// place that its files go to.
type backupContent struct{ io.Reader }

func (c backupContent) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = usage("the back-up is cut off or damaged: %v", err)
	}
	return n, err
}

func (b *backupReader) put(f backupFile, content io.Reader) error {
	size, err := b.files.Put(f.ID, content)
	if errors.Is(err, ErrNotFound) {
		return usage("the back-up is damaged: no file is called %.64q", f.ID)
	}
	if err != nil {
		return fmt.Errorf("restore file %s: %w", f.ID, err)
	}
	b.written = append(b.written, f.ID)
	if size != f.Bytes {
		return usage("the back-up is cut off or damaged: file %s has %d of %d bytes", f.ID, size, f.Bytes)
	}
	return nil
}

// digest is the checksum of a file that is there; ErrNotFound.
func (b *backupReader) digest(id string) (_ []byte, err error) {
	content, err := b.files.Open(id)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	sum := sha256.New()
	if _, err := io.Copy(sum, content); err != nil {
		return nil, fmt.Errorf("read file %s: %w", id, err)
	}
	return sum.Sum(nil), nil
}

// takeBack removes the files that a restoring which failed has written.
func (b *backupReader) takeBack() error {
	var errs []error
	for _, id := range b.written {
		errs = append(errs, b.files.Remove(id))
	}
	return errors.Join(errs...)
}
