package receipt

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	stylesPart = "xl/styles.xml"
	// plainStyles are the styles of a workbook that has none.
	plainStyles = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` +
		`<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
		`<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs></styleSheet>`
)

// added are the parts in which a workbook names its styles, and what is put
// before their end.
var added = map[string][2]string{
	"[Content_Types].xml":        {"</Types>", `<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>`},
	"xl/_rels/workbook.xml.rels": {"</Relationships>", `<Relationship Id="turnoverStyles" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>`},
}

// withStyles gives a workbook that has a part for styles: small writers leave it
// out, and then no cell could be coloured.
func withStyles(archive *zip.Reader, workbook []byte) ([]byte, error) {
	if slices.ContainsFunc(archive.File, func(f *zip.File) bool { return f.Name == stylesPart }) {
		return workbook, nil
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range archive.File {
		more, named := added[part.Name]
		if !named {
			if err := w.Copy(part); err != nil {
				return nil, fmt.Errorf("copy %s: %w", part.Name, err)
			}
			continue
		}
		text, err := readPart(part)
		if err != nil {
			return nil, err
		}
		at := strings.LastIndex(text, more[0])
		if at < 0 {
			return nil, fmt.Errorf("read %s: it has no end", part.Name)
		}
		if err := writePart(w, part.Name, text[:at]+more[1]+text[at:]); err != nil {
			return nil, err
		}
	}
	if err := writePart(w, stylesPart, plainStyles); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("close archive: %w", err)
	}
	return out.Bytes(), nil
}

func readPart(part *zip.File) (string, error) {
	r, err := part.Open()
	if err != nil {
		return "", fmt.Errorf("open %s: %w", part.Name, err)
	}
	defer func() { _ = r.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(r, mostNames))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", part.Name, err)
	}
	return string(text), nil
}

// mostNames is how long a list of a workbook's parts can be.
const mostNames = 1 << 20

func writePart(w *zip.Writer, name, text string) error {
	part, err := w.Create(name)
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
