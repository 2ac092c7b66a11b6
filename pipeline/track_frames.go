package pipeline

import (
	"context"
	"math"

	"turnover/hierarchy"
)

// ShotFrames are the frames of a shot as a preview has them.
type ShotFrames struct {
	Shot   hierarchy.ID
	Frames int64
}

// FramesFromPreviews gives shots the number of frames of their latest preview of
// a task type, in one episode or, with "", in all. A preview without a length,
// such as a picture or one that is not converted yet, sets nothing.
func (p *Pipeline) FramesFromPreviews(ctx context.Context, project, taskType, episode hierarchy.ID) (out []ShotFrames, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		facts, err := t.tx.Facts(ctx, string(project))
		if err != nil {
			return err
		}
		latest, err := latestPreviews(facts, taskType)
		if err != nil {
			return err
		}
		all, rate := facts.Dimensions(), t.snap.Project.Rate()
		for _, shot := range all.OfKind(hierarchy.Shot) {
			preview := latest[shot.ID]
			if ep := all.Episode(shot); preview == nil || preview.Duration == nil || episode != "" && (ep == nil || ep.ID != episode) {
				continue
			}
			frames := math.RoundToEven(*preview.Duration * float64(rate.Num) / float64(rate.Den))
			if !(frames > 0 && frames <= math.MaxInt32) {
				continue
			}
			after := hierarchy.Clone(shot)
			after.NbFrames = hierarchy.Ptr(int64(frames))
			t.add(t.edits(shot, after)...)
			out = append(out, ShotFrames{shot.ID, int64(frames)})
		}
		return nil
	})
	return out, err
}

// latestPreviews finds, by entity, the preview that was made last for tasks of a
// type.
func latestPreviews(facts hierarchy.Facts, taskType hierarchy.ID) (map[hierarchy.ID]*hierarchy.PreviewFile, error) {
	entity := map[hierarchy.ID]hierarchy.ID{} // by task
	for t, err := range facts.Tasks() {
		if err != nil {
			return nil, err
		}
		if t.TaskTypeID == taskType {
			entity[t.ID] = t.EntityID
		}
	}
	out := map[hierarchy.ID]*hierarchy.PreviewFile{}
	for preview, err := range facts.Previews() {
		if err != nil {
			return nil, err
		}
		id, wanted := entity[preview.TaskID]
		if was := out[id]; wanted && (was == nil || preview.CreatedAt.After(was.CreatedAt.Time)) {
			out[id] = hierarchy.Clone(preview)
		}
	}
	return out, nil
}
