package api

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	_ "image/gif"  // reads the size of GIF
	_ "image/jpeg" // and of JPEG
	_ "image/png"  // and of PNG
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"turnover/pipeline"
)

// What a preview may be, by its extension.
var (
	pictures = []string{"png", "jpg", "jpeg", "gif", "webp"}
	movies   = []string{"mp4", "mov", "m4v", "webm", "avi", "mkv"}
	others   = []string{"pdf", "exr", "tif", "tiff", "psd", "glb", "gltf", "obj", "blend", "svg", "ma", "mb", "zip", "wav", "mp3", "txt", "json", "csv"}
)

var (
	errNoFiles  = plain(http.StatusServiceUnavailable, "This server keeps no files: start it with a folder for previews.")
	errNoUpload = badParameter("The form has no file: send one as multipart/form-data in the field \"file\".")
)

const (
	mostWords     = 100      // fields of a form
	mostWordBytes = 64 << 10 // of one
)

// isForm tells whether the body is a form.
func (c *call) isForm() bool {
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	return err == nil && kind == "multipart/form-data"
}

// parts walks through a form within a limit of bytes.
func (c *call) parts(limit int64, each func(*multipart.Part) error) error {
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, limit)
	reader, err := c.r.MultipartReader()
	if err != nil {
		return errNoUpload
	}
	for n := 0; ; n++ {
		part, err := reader.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return formFault(err)
		case n >= mostWords:
			return badParameter("A form has at most %d fields.", mostWords)
		}
		if err := each(part); err != nil {
			return formFault(err)
		}
	}
}

// formFault is 400 for a form that is broken, and what was said of it otherwise.
func formFault(err error) error {
	var large *http.MaxBytesError
	var said *fault
	if errors.As(err, &large) || errors.As(err, &said) {
		return err
	}
	return badParameter("The form cannot be read: %v", err)
}

// formWords reads a form without files. Attachments are not kept, and to lose
// one in silence would be worse than to refuse it.
func (c *call) formWords() (map[string]string, error) {
	words := map[string]string{}
	err := c.parts(c.server.limits.Body, func(part *multipart.Part) error {
		if part.FileName() != "" {
			return badParameter("The file %q cannot be attached: send it as a preview of the comment.", plainName(part.FileName()))
		}
		word, err := io.ReadAll(io.LimitReader(part, mostWordBytes+1))
		if err == nil && len(word) > mostWordBytes {
			err = errTooLarge
		}
		if err == nil && !validText(word) {
			err = errNotUTF8
		}
		words[part.FormName()] = string(word)
		return err
	})
	return words, err
}

// previewForm reads a form with one file and keeps it under the preview's id.
func (c *call) previewForm() (up pipeline.PreviewUpload, err error) {
	if !c.isForm() {
		return up, errNoUpload
	}
	found := false
	err = c.parts(c.server.limits.Preview+mostWordBytes, func(part *multipart.Part) error {
		if part.FileName() == "" || found {
			_, err := io.Copy(io.Discard, part)
			return err
		}
		found = true
		up, err = c.keepFile(part)
		return err
	})
	if err == nil && !found {
		err = errNoUpload
	}
	return up, err
}

// keepFile looks at the beginning of a file before it is kept: its name is what
// the client says, and need not be true.
func (c *call) keepFile(part *multipart.Part) (up pipeline.PreviewUpload, err error) {
	base := path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
	up.Extension = strings.ToLower(strings.TrimPrefix(path.Ext(base), "."))
	up.OriginalName = plainName(strings.TrimSuffix(base, path.Ext(base)))
	if !slices.Contains(slices.Concat(pictures, movies, others), up.Extension) {
		return up, badParameter("A file of the kind %.20q is no preview. There are: %s.", up.Extension, strings.Join(slices.Concat(pictures, movies, others), ", "))
	}
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(part, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return up, err
	}
	head = head[:n]
	if n == 0 {
		return up, badParameter("The file is empty.")
	}
	if err := checkHead(up.Extension, head); err != nil {
		return up, err
	}
	up.Width, up.Height = pictureSize(head)
	rest := io.MultiReader(bytes.NewReader(head), part)
	up.Size, err = c.pipe.Files.Put(string(c.thePreview().ID), &bounded{rest, c.server.limits.Preview})
	return up, err
}

// A bounded reader ends with errTooLarge beyond its limit.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, errTooLarge
	}
	return n, err
}

// checkHead refuses a picture or film whose content is something else: a page or
// a program under a harmless name.
func checkHead(ext string, head []byte) error {
	kind := http.DetectContentType(head)
	picture, film := slices.Contains(pictures, ext), slices.Contains(movies, ext)
	isFilm := strings.HasPrefix(kind, "video/") || kind == "application/octet-stream" || boxOf(head) != ""
	if picture && !strings.HasPrefix(kind, "image/") || film && !isFilm {
		return badParameter("The file is named .%s, and its content is %s.", ext, kind)
	}
	return nil
}

// boxOf is the name of the first box of a QuickTime or MP4 file, "" where it is
// none that such files begin with.
func boxOf(head []byte) string {
	if len(head) < 8 || binary.BigEndian.Uint32(head) == 0 {
		return ""
	}
	name := string(head[4:8])
	if slices.Contains([]string{"ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"}, name) {
		return name
	}
	return ""
}

// pictureSize reads width and height; nil where the content is no picture.
func pictureSize(head []byte) (width, height *int64) {
	config, _, err := image.DecodeConfig(bytes.NewReader(head))
	if err != nil {
		return nil, nil
	}
	w, h := int64(config.Width), int64(config.Height)
	return &w, &h
}

func validText(b []byte) bool { return strings.ToValidUTF8(string(b), "") == string(b) }

// kindOf is the media type of a file by its extension; what a browser could run
// is bytes to it.
func kindOf(ext string) string {
	switch {
	case ext == "jpg":
		return "image/jpeg"
	case ext == "mov":
		return "video/quicktime"
	case slices.Contains(pictures, ext):
		return "image/" + ext
	case ext == "mp4" || ext == "webm":
		return "video/" + ext
	case ext == "pdf":
		return "application/pdf"
	}
	return "application/octet-stream"
}

// send answers with the file: whole or a range of it.
func (d download) send(w http.ResponseWriter, r *http.Request) {
	defer func() { _ = d.content.Close() }()
	h := w.Header()
	h.Set("Content-Type", d.kind)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.name}))
	http.ServeContent(w, r, "", time.Time{}, d.content)
}
