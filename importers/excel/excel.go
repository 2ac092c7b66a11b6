// Package excel reads shot lists from .xlsx workbooks, row by row.
package excel

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"turnover/internal/diag"

	"turnover/importers"
)

// Importer reads workbooks.
type Importer struct{}

// New gives the importer of workbooks.
func New() importers.Importer { return Importer{} }

// Format is "xlsx".
func (Importer) Format() string { return "xlsx" }

// Version changes whenever the same bytes may give another list.
func (Importer) Version() string { return "3" }

// Claims takes workbooks, and also those spreadsheet files that it can only
// refuse, since its refusal knows the way out.
func (Importer) Claims(f importers.File) int {
	switch r := sniff(f); {
	case r == nil:
		return 100
	case r.code == CodeNotBook || r.code == CodeEmpty:
		return 0
	case r.code == CodeDamaged:
		return 30
	}
	return 60
}

// Import reads the sheet that looks most like a list and reports the others.
func (Importer) Import(ctx context.Context, f importers.File, opts importers.Options) (*importers.ShotList, diag.List, error) {
	opts.Limits = opts.Limits.WithDefaults()
	source := importers.Source{Name: f.Name, Format: "xlsx", SHA256: f.SHA256(), Bytes: int64(len(f.Bytes))}
	var found diag.List
	refuse := func(r reason) (*importers.ShotList, diag.List, error) {
		found.Add(diag.Error, r.code, diag.Place{File: f.Name}, r.summary, r.detail)
		return &importers.ShotList{Source: source}, found, nil
	}
	if int64(len(f.Bytes)) > opts.Limits.Bytes {
		return refuse(reason{CodeTooLarge, "file is too large", fmt.Sprintf("%d bytes of at most %d", len(f.Bytes), opts.Limits.Bytes)})
	}
	if r := sniff(f); r != nil {
		return refuse(*r)
	}
	if err := ctx.Err(); err != nil {
		return &importers.ShotList{Source: source}, found, err
	}
	book, err := open(ctx, f, opts.Limits)
	if err != nil {
		return stop(ctx, source, found, err, opts.Limits)
	}
	defer book.close()
	sheet, ok := book.choose(ctx, opts, &found)
	if !ok {
		return &importers.ShotList{Source: source}, found, ctx.Err()
	}
	source.Sheet = sheet.name
	reader := &reader{book: book, sheet: sheet, ignored: opts.HiddenColumns == importers.Ignore}
	if err := reader.scan(ctx); err != nil {
		return stop(ctx, source, found, err, opts.Limits)
	}
	list, more, err := importers.ReadSheet(ctx, importers.Sheet{Source: source, Named: true, Hint: reader.filled, Rows: reader.rows}, opts)
	reader.reportHidden(f.Name, list.Columns, &found)
	found = append(found, more...)
	if err != nil && ctx.Err() == nil {
		r := damage(err, opts.Limits)
		at := diag.Place{File: f.Name, Sheet: sheet.name}
		if fault := (*faulty)(nil); errors.As(err, &fault) {
			at = fault.place(at)
		}
		found.Add(diag.Error, r.code, at, r.summary, "%s", r.detail)
		err = nil
	}
	return list, found, err
}

// stop ends an import whose workbook cannot be read.
func stop(ctx context.Context, source importers.Source, found diag.List, err error, limits importers.Limits) (*importers.ShotList, diag.List, error) {
	if ctx.Err() != nil {
		return &importers.ShotList{Source: source}, found, ctx.Err()
	}
	r := damage(err, limits)
	found.Add(diag.Error, r.code, diag.Place{File: source.Name, Sheet: source.Sheet}, r.summary, "%s", r.detail)
	return &importers.ShotList{Source: source}, found, nil
}

func damage(err error, limits importers.Limits) reason {
	switch {
	case errors.Is(err, errBomb):
		return reason{CodeTooLarge, "workbook unpacks to too much", fmt.Sprintf("over %d bytes, or one part is packed far more than any list; if it is no bomb, delete unused sheets and formats, or raise the limit", limits.Unzipped)}
	case errors.Is(err, errTexts):
		return reason{CodeTooLarge, "workbook has too many texts", fmt.Sprintf("over %d shared strings; split the workbook, or raise the limit", limits.Strings)}
	}
	return reason{CodeDamaged, "workbook is damaged", fmt.Sprintf("%v; open it in a spreadsheet program and save it again", err)}
}

// A reason tells why a file is not read as a workbook.
type reason struct{ code, summary, detail string }

// sniff recognises by content what is no .xlsx.
func sniff(f importers.File) *reason {
	b := f.Bytes
	head := bytes.ToLower(bytes.TrimLeft(b[:min(len(b), 256)], " \t\r\n\xef\xbb\xbf"))
	switch {
	case len(b) == 0:
		return &reason{CodeEmpty, "file is empty", "save the workbook again"}
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return compound(f)
	case bytes.HasPrefix(head, []byte("<html")), bytes.HasPrefix(head, []byte("<!doctype")):
		return &reason{CodeNotBook, "a web page, not a workbook", "open it in a spreadsheet program and save it as .xlsx"}
	case !bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return &reason{CodeNotBook, "not a workbook", "save the list as .xlsx or CSV"}
	}
	archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return &reason{CodeDamaged, "workbook is cut off or damaged", fmt.Sprintf("%v; copy or save it again", err)}
	}
	for _, part := range archive.File {
		switch {
		case part.Name == "xl/workbook.xml", strings.HasPrefix(part.Name, "xl/worksheets/"):
			return nil
		case part.Name == "content.xml":
			return &reason{CodeOpenFormat, "an OpenDocument file (.ods)", "open it and save it as .xlsx"}
		case strings.HasSuffix(part.Name, "workbook.bin"):
			return &reason{CodeOldFormat, "a binary workbook (.xlsb)", "open it and save it as .xlsx"}
		}
	}
	return &reason{CodeNotBook, "a zip archive, not a workbook", "unpack it, or save the list as .xlsx"}
}

// compound tells the two uses of the old container apart: encrypted new
// workbooks have a stream EncryptedPackage, whose name is UTF-16 inside.
func compound(f importers.File) *reason {
	wide := func(s string) []byte {
		var out []byte
		for i := 0; i < len(s); i++ {
			out = append(out, s[i], 0)
		}
		return out
	}
	if bytes.Contains(f.Bytes, wide("Workbook")) || bytes.Contains(f.Bytes, wide("Book")) && !bytes.Contains(f.Bytes, wide("Encrypt")) {
		return &reason{CodeOldFormat, "an old workbook (.xls)", "open it and save it as .xlsx"}
	}
	if bytes.Contains(f.Bytes, wide("Encrypt")) || strings.HasSuffix(strings.ToLower(f.Name), ".xlsx") || strings.HasSuffix(strings.ToLower(f.Name), ".xlsm") {
		return &reason{CodeEncrypted, "workbook is protected by a password", "open it with the password, save it without one"}
	}
	return &reason{CodeOldFormat, "an old Office document", "open it and save the list as .xlsx"}
}

var (
	errBomb  = errors.New("unpacks to too much")
	errTexts = errors.New("too many shared strings")
)
