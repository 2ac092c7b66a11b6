package api

import (
	"io"
	"mime/multipart"
	"path"
	"regexp"
	"strings"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// A shelf keeps the files of a form until what they belong to is written.
type shelf struct {
	call *call
	left int64 // bytes that further files may have
	kept []shelved
}

// shelved is one file: an attachment, or where the form's field says so, a
// preview.
type shelved struct {
	field   string
	file    pipeline.Attachment
	preview *pipeline.NewPreview
}

// withFiles serves a form that may have files. Where nothing is written, none is
// kept.
func (c *call) withFiles(serve func(*shelf) (answer, error)) (answer, error) {
	s := &shelf{call: c, left: c.server.limits.Attachments}
	got, err := serve(s)
	if err != nil {
		var ids []hierarchy.ID
		for _, one := range s.kept {
			ids = append(ids, one.file.ID)
		}
		c.removeFiles(ids)
	}
	return got, err
}

// put keeps one file. Whatever is in an attachment, it is only ever sent as bytes
// to save.
func (s *shelf) put(part *multipart.Part) error {
	if s.call.pipe.Files == nil {
		return errNoFiles
	}
	one := shelved{field: part.FormName(), file: pipeline.Attachment{ID: s.call.pipe.NewID()}}
	s.kept = append(s.kept, one) // also where only a part of it was kept
	at := &s.kept[len(s.kept)-1]
	if strings.HasPrefix(one.field, previewField) {
		up, err := s.call.keepFile(part, one.file.ID, s.left)
		at.preview = &pipeline.NewPreview{ID: one.file.ID, PreviewUpload: up}
		s.left -= up.Size
		return err
	}
	at.file.Name, at.file.Extension = attachmentName(part.FileName())
	at.file.Mimetype = kindOf(at.file.Extension)
	size, err := s.call.pipe.Files.Put(string(one.file.ID), &bounded{part, s.left})
	if err == nil && size == 0 {
		err = badParameter("The file %q is empty.", at.file.Name)
	}
	at.file.Size = size
	s.left -= size
	return err
}

// attachments are the files of the form, whatever their fields.
func (s *shelf) attachments() (files []pipeline.Attachment) {
	for _, one := range s.kept {
		files = append(files, one.file)
	}
	return files
}

var plainExtension = regexp.MustCompile(`^[a-z0-9]{1,10}$`)

// attachmentName is a file's name as screens, headers and addresses take it, with
// its extension; that is "" where the name has none that is plain.
func attachmentName(sent string) (name, ext string) {
	base := path.Base(strings.ReplaceAll(sent, `\`, "/"))
	ext = strings.ToLower(strings.TrimPrefix(path.Ext(base), "."))
	if !plainExtension.MatchString(ext) {
		return strings.ReplaceAll(plainName(base), "#", "_"), ""
	}
	return strings.ReplaceAll(plainName(strings.TrimSuffix(base, path.Ext(base))), "#", "_") + "." + ext, ext
}

// formWord reads a field of a form that is no file.
func formWord(part *multipart.Part) (string, error) {
	word, err := io.ReadAll(io.LimitReader(part, mostWordBytes+1))
	if err == nil && len(word) > mostWordBytes {
		err = errTooLarge
	}
	if err == nil && !validText(word) {
		err = errNotUTF8
	}
	return string(word), err
}
