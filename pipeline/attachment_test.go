package pipeline_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/pipeline"
)

const commentsOfTwo = "Sequence,Entity Type,Entity,Task Type,Status,Comment\nSQ010,Shot,SH010,Animation,Work In Progress,go\nSQ010,Shot,SH020,Animation,Work In Progress,go\n"

// commentOf gives the only comment of a task.
func commentOf(t *testing.T, p *pipeline.Pipeline, task hierarchy.ID) *hierarchy.Comment {
	t.Helper()
	all := must(pipeline.Rows[*hierarchy.Comment](t.Context(), p, map[string]any{"task_id": task}))
	if len(all) != 1 {
		t.Fatalf("%d comments", len(all))
	}
	return all[0]
}

// TestUndoKeepsACommentWithAttachments: what somebody tied to an import's comment
// is not lost, and the comment of the other task goes.
func TestUndoKeepsACommentWithAttachments(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		apply(t, p, "a.csv", threeShots)
		made := apply(t, p, "tasks.csv", commentsOfTwo)
		first, second := taskOf(t, p, "SH010", "Animation"), taskOf(t, p, "SH020", "Animation")
		who := somebody(t, p, "Ada")
		kept := commentOf(t, p, first.ID)
		must(p.AddAttachments(t.Context(), first.ProjectID, kept.ID, []pipeline.Attachment{{ID: p.NewID(), Name: "a.txt", Extension: "txt", Size: 1}}))
		must(p.Subscribe(t.Context(), first.ProjectID, first.ID, who))
		undone(t, p, made)
		if got := commentOf(t, p, first.ID); got.ID != kept.ID {
			t.Errorf("%+v", got)
		}
		if rest := must(pipeline.Rows[*hierarchy.Comment](t.Context(), p, map[string]any{"task_id": second.ID})); len(rest) != 0 {
			t.Errorf("%+v", rest)
		}
	})
}

// TestUndoOfAMovedComment: an import's comment that somebody moved stays where it
// is, and an earlier state finds it where it was.
func TestUndoOfAMovedComment(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		apply(t, p, "a.csv", threeShots)
		made := apply(t, p, "tasks.csv", commentsOfTwo)
		from, to := taskOf(t, p, "SH010", "Animation"), taskOf(t, p, "SH010", "Layout")
		comment := commentOf(t, p, from.ID)
		must(p.AddAttachments(t.Context(), from.ProjectID, comment.ID, []pipeline.Attachment{{ID: p.NewID(), Name: "a.txt", Extension: "txt", Size: 1}}))
		moved := must(p.MoveComment(t.Context(), from.ProjectID, comment.ID, to.ID))
		if moved.TaskID != to.ID || taskOf(t, p, "SH010", "Layout").TaskStatusID != comment.TaskStatusID {
			t.Errorf("%+v", moved)
		}
		undone(t, p, made)
		if got := commentOf(t, p, to.ID); got.ID != comment.ID {
			t.Errorf("%+v", got)
		}
		files := must(pipeline.Rows[*hierarchy.AttachmentFile](t.Context(), p, map[string]any{"task_id": to.ID}))
		if len(files) != 1 || files[0].CommentID != comment.ID {
			t.Errorf("%+v", files)
		}
	})
}

// Whatever the bytes, a list of persons or estimations is read with sound rows, or
// refused with findings that have codes.
func FuzzLists(f *testing.F) {
	for _, s := range []string{"First Name,Last Name,Email\nA,B,a@b.c\n", "email;role;active\nx@y;;maybe\n", "Parent,Entity,Estimation\nSQ010,SH010,2.5\n",
		"Parent\tEntity\tStart date\tEstimation\nSQ010\tSH010\t2024-05-10\t1e3\n", "\xff\xfe", "Email,Email\n", "a"} {
		f.Add([]byte(s))
	}
	p := newPipeline(f)
	film(f, p)
	apply(f, p, "a.csv", threeShots)
	f.Fuzz(func(t *testing.T, b []byte) {
		file := importers.File{Name: "list.csv", Bytes: b}
		people, err := p.ImportPersons(context.Background(), file, true)
		sound(t, err)
		for _, one := range people {
			if one == nil || one.Email == nil || !strings.Contains(*one.Email, "@") {
				t.Fatalf("%+v", one)
			}
		}
		snap := snapshotOf(t, p)
		at := slices.IndexFunc(snap.TaskTypes, func(k *hierarchy.TaskType) bool { return k.Name == "Animation" })
		_, err = p.ImportEstimations(context.Background(), snap.Project.ID, snap.TaskTypes[at].ID, "", file)
		sound(t, err)
		for _, k := range snapshotOf(t, p).Tasks {
			if !(k.Estimation >= 0) || k.Difficulty < 1 || k.Difficulty > 5 || k.Drawings() < 0 {
				t.Fatalf("%+v", k)
			}
		}
	})
}

func sound(t *testing.T, err error) {
	t.Helper()
	var input *pipeline.InputError
	if err == nil {
		return
	}
	if !errors.As(err, &input) || !input.Found.HasErrors() {
		t.Fatalf("%v is no finding", err)
	}
	for _, d := range input.Found {
		if d.Code == "" || d.Place.File == "" {
			t.Fatalf("%+v", d)
		}
	}
}
