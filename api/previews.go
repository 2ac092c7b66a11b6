package api

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var previewRoutes = []route{
	{http.MethodPost, "/actions/tasks/{task_id}/comments/{comment_id}/add-preview", ofComment, accounts.InTeam, createPreview},
	{http.MethodPost, "/actions/tasks/{task_id}/comments/{comment_id}/preview-files/{preview_file_id}", ofComment, accounts.InTeam, createPreview},
	{http.MethodDelete, "/actions/tasks/{task_id}/comments/{comment_id}/preview-files/{preview_file_id}", ofCommentPreview, accounts.InTeam, removePreview},
	{http.MethodPost, "/pictures/preview-files/{preview_file_id}", ofPreview, accounts.InTeam, uploadPreview},
	{http.MethodPut, "/actions/preview-files/{preview_file_id}/set-main-preview", ofPreview, accounts.InTeam, setMainPreview},
	{http.MethodGet, "/data/tasks/{task_id}/previews", ofTask, accounts.SeesEntity, listPreviews},
	{http.MethodGet, "/data/projects/{project_id}/preview-files", inProject, accounts.NoOutsider, listPreviews},
	{http.MethodGet, "/data/preview-files", ofQueryTask, accounts.NoOutsider, listPreviews},
	{http.MethodGet, "/data/preview-files/{preview_file_id}", ofPreview, accounts.SeesEntity, showPreview},
	{http.MethodPut, "/data/preview-files/{preview_file_id}", ofPreview, accounts.InTeam, updatePreview},
	{http.MethodDelete, "/data/preview-files/{preview_file_id}", ofPreview, accounts.InTeam, removePreview},
	{http.MethodGet, "/pictures/originals/preview-files/{preview_file_id}", ofPreview, accounts.SeesEntity, downloadPreview},
	{http.MethodGet, "/pictures/originals/preview-files/{preview_file_id}/download", ofPreview, accounts.SeesEntity, downloadPreview},
	{http.MethodGet, "/movies/originals/preview-files/{preview_file_id}", ofPreview, accounts.SeesEntity, downloadPreview},
	{http.MethodGet, "/movies/originals/preview-files/{preview_file_id}/download", ofPreview, accounts.SeesEntity, downloadPreview},
}

// previewObject is a preview as Kitsu writes it; what it does not keep is null.
func previewObject(p *hierarchy.PreviewFile) object {
	var o object
	o.fields(p)
	o.set("is_movie", slices.Contains(movies, text(p.Extension)))
	for _, notKept := range []string{"description", "source", "source_file_id", "path", "file_status_id"} {
		o.set(notKept, nil)
	}
	o.set("type", "PreviewFile")
	return o
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// thePreview is the one of the call.
func (c *call) thePreview() *hierarchy.PreviewFile { return c.row.(*hierarchy.PreviewFile) }

func (c *call) previewsByID(task hierarchy.ID) (map[hierarchy.ID]*hierarchy.PreviewFile, error) {
	all, err := pipeline.Rows[*hierarchy.PreviewFile](c.ctx(), c.pipe, map[string]any{"task_id": task})
	out := map[hierarchy.ID]*hierarchy.PreviewFile{}
	for _, p := range all {
		out[p.ID] = p
	}
	return out, err
}

// listPreviews lists previews of a task or a production, the last revision first.
func listPreviews(c *call) (answer, error) {
	rows, err := rowsOfTasks[*hierarchy.PreviewFile](c)
	if err != nil {
		return answer{}, err
	}
	slices.SortStableFunc(rows, func(a, b *hierarchy.PreviewFile) int {
		return cmp.Or(cmp.Compare(b.Revision, a.Revision), cmp.Compare(a.Position, b.Position), strings.Compare(string(a.ID), string(b.ID)))
	})
	return collection[*hierarchy.PreviewFile]{rows: rows, object: previewObject}.answer(c)
}

func showPreview(c *call) (answer, error) { return ok(previewObject(c.thePreview())) }

var newPreview = schema{"NewPreviewSchema", []field{{name: "revision", kind: intField}}}

// createPreview begins a preview of a comment; its file is sent next. With a
// preview in the path it is a further file of the same revision.
func createPreview(c *call) (answer, error) {
	if !c.ownComment(c.row.(*hierarchy.Comment)) && !c.directs(c.task) {
		return answer{}, errForbidden
	}
	body, err := newPreview.read(c)
	if err != nil {
		return answer{}, err
	}
	revision := int64(0)
	if n := body.number("revision"); n != nil {
		revision = *n
	}
	of := hierarchy.ID("")
	if c.r.PathValue("preview_file_id") != "" {
		if of = c.pathID("preview_file_id"); of == "" {
			return answer{}, errNotFound
		}
	}
	made, err := c.pipe.AddPreview(c.ctx(), c.view.Project.ID, c.task.ID, hierarchy.ID(c.row.Key()), revision, of)
	if err != nil {
		return answer{}, err
	}
	o := previewObject(made)
	o.set("comment_id", c.row.Key())
	return created(o)
}

// ownPreview tells whether the caller may alter a preview: their own, or any on a
// task that they decide about.
func (c *call) ownPreview() bool {
	return c.directs(c.task) || c.thePreview().PersonID == c.who.person.ID && c.acts(c.task)
}

// uploadPreview takes the file of a preview: once, since a revision does not
// change.
func uploadPreview(c *call) (answer, error) {
	if !c.ownPreview() {
		return answer{}, errForbidden
	}
	if c.pipe.Files == nil {
		return answer{}, errNoFiles
	}
	if c.thePreview().Status == "ready" {
		return answer{}, badParameter("The preview has its file already: add another revision.")
	}
	up, err := c.previewForm()
	if err != nil {
		return answer{}, err
	}
	after, err := c.pipe.KeepPreview(c.ctx(), c.view.Project.ID, c.thePreview().ID, up)
	if err != nil {
		return answer{}, err
	}
	return created(previewObject(after))
}

func setMainPreview(c *call) (answer, error) {
	if !c.ownPreview() {
		return answer{}, errForbidden
	}
	e, err := c.pipe.SetMainPreview(c.ctx(), c.view.Project.ID, c.thePreview().ID)
	if err != nil {
		return answer{}, err
	}
	return ok(entityObject(e, string(e.Kind)))
}

func updatePreview(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	if !c.ownPreview() {
		return answer{}, errForbidden
	}
	after, err := c.pipe.UpdatePreview(c.ctx(), c.view.Project.ID, c.thePreview().ID, sentFields(sent))
	if err != nil {
		return answer{}, err
	}
	return ok(previewObject(after))
}

func removePreview(c *call) (answer, error) {
	if !c.ownPreview() {
		return answer{}, errForbidden
	}
	if err := c.pipe.RemovePreview(c.ctx(), c.view.Project.ID, c.thePreview().ID); err != nil {
		return answer{}, err
	}
	c.removeFiles([]hierarchy.ID{c.thePreview().ID})
	return gone()
}

// removeFiles deletes the files of previews and attachments that went. A file that
// stays behind harms nobody, so that it is only said in the log.
func (c *call) removeFiles(gone []hierarchy.ID) {
	if c.pipe.Files == nil {
		return
	}
	for _, id := range gone {
		if err := c.pipe.Files.Remove(string(id)); err != nil {
			c.server.log.Error().Err(err).Str("file", string(id)).Msg("a file could not be deleted")
		}
	}
}

// A download is a file of a known kind, sent as it is. It is never shown as a
// page: a browser saves it, or plays it as what it is.
type download struct {
	name, kind string
	content    io.ReadSeekCloser
}

// keptFile opens a file of the folder by its id.
func (c *call) keptFile(id hierarchy.ID) (io.ReadSeekCloser, error) {
	if c.pipe.Files == nil {
		return nil, errNotFound
	}
	content, err := c.pipe.Files.Open(string(id))
	if errors.Is(err, pipeline.ErrNotFound) {
		return nil, errNotFound
	}
	return content, err
}

func downloadPreview(c *call) (answer, error) {
	p := c.thePreview()
	if p.Status != "ready" || !c.mayDownload() {
		return answer{}, errNotFound
	}
	content, err := c.keptFile(p.ID)
	if err != nil {
		return answer{}, err
	}
	ext := text(p.Extension)
	return ok(download{plainName(cmp.Or(text(p.OriginalName), "preview")) + "." + ext, kindOf(ext), content})
}

// mayDownload: clients see pictures where the production lets them take them.
func (c *call) mayDownload() bool {
	return c.standing(nil).Effective() != accounts.Client || c.view.Project.IsPreviewDownloadAllowed
}
