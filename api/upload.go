package api

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"

	"turnover/internal/diag"
	"turnover/pipeline"
)

// An upload is a form with one file in it.
type upload struct {
	file    pipeline.File
	earlier *pipeline.File    // one that was sent before it
	words   map[string]string // the other fields of the form
}

const (
	mostParts = 50      // of a form
	mostWord  = 1 << 10 // bytes of a field that is no file
)

var errNoFile = badParameter("The form has no file: send one as multipart/form-data in the field \"file\".")

// upload reads a form with a file. Few are read at once, since each is held in
// memory; done gives the place to the next.
func (c *call) upload() (got upload, done func(), err error) {
	select {
	case c.server.uploads <- struct{}{}:
	default:
		return got, nil, errUploads
	}
	done = func() { <-c.server.uploads }
	if got, err = c.form(); err != nil {
		done()
		return got, nil, err
	}
	return got, done, nil
}

func (c *call) form() (got upload, err error) {
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, c.server.limits.Upload+mostParts*(mostWord<<2))
	parts, err := c.r.MultipartReader()
	if err != nil {
		return got, errNoFile
	}
	got.words = map[string]string{}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF) && got.file.Name != "":
			return got, nil
		case errors.Is(err, io.EOF) || n >= mostParts:
			return got, errNoFile
		case err != nil:
			return got, brokenForm(err)
		}
		if err := got.add(part, c.server.limits.Upload); err != nil {
			return got, brokenForm(err)
		}
	}
}

func (u *upload) add(part *multipart.Part, limit int64) error {
	if part.FileName() == "" {
		word, err := io.ReadAll(io.LimitReader(part, mostWord))
		u.words[part.FormName()] = string(word)
		return err
	}
	content, err := io.ReadAll(io.LimitReader(part, limit+1))
	if err != nil {
		return err
	}
	if int64(len(content)) > limit {
		return errTooLarge
	}
	if u.file.Name != "" {
		was := u.file
		u.earlier = &was
	}
	u.file = pipeline.File{Name: plainName(part.FileName()), Bytes: content}
	return nil
}

// brokenForm is 400 for a form that ends early, and what it was otherwise for a
// body that is too large.
func brokenForm(err error) error {
	var large *http.MaxBytesError
	var said *fault
	if errors.As(err, &large) || errors.As(err, &said) {
		return err
	}
	return badParameter("The form cannot be read: %v", err)
}

// inputError is 400 for a file that cannot be taken: as Kitsu says it, of the
// first finding, with all findings beside it. Nothing was imported.
type inputError struct {
	Error    bool      `json:"error"`
	Message  string    `json:"message"`
	Line     *int      `json:"line_number,omitempty"`
	Imported int       `json:"imported_rows"`
	Found    diag.List `json:"diagnostics"`
}

func inputFault(e *pipeline.InputError) *fault {
	body := inputError{Error: true, Message: e.Error(), Found: e.Found}
	if body.Found == nil {
		body.Found = diag.List{}
	}
	for _, d := range e.Found {
		if d.Severity != diag.Error {
			continue
		}
		body.Message = fmt.Sprintf("%s: %s", d.Summary, d.Detail)
		if n := e.Found.Count(diag.Error); n > 1 {
			body.Message += fmt.Sprintf(" (and %d more)", n-1)
		}
		if d.Place.Line > 0 {
			body.Line = &d.Place.Line
		}
		break
	}
	return &fault{status: http.StatusBadRequest, body: body}
}
