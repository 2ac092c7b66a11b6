package plan

import (
	"strconv"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

const mostFrames = 100_000_000 // over six weeks at 24 fps: no shot is longer

// frames plans nb_frames, data.frame_in and data.frame_out.
//
// Inclusive bounds without a count give out − in + 1; all three must agree; a
// count alone leaves the range. What the production holds already, however
// absurd, is no error when a list repeats it: our exports import again.
func (b *builder) frames(d *diff, shot *node, e *importers.Entry) {
	in, out, count := e.FrameIn, e.FrameOut, e.NbFrames
	at := place(count.Place, e.Place)
	if b.opts.FirstFrame != nil && e.Occurrence != nil && count.Given() && !in.Given() && !out.Given() {
		in = importers.Number{State: importers.Present, Value: *b.opts.FirstFrame + b.opts.Handles, Place: importers.SpotOf(e.Place)}
		out = importers.Number{State: importers.Present, Value: in.Value + count.Value - 1, Place: importers.SpotOf(e.Place)}
	}
	kept := keeps(shot, "nb_frames", count) && keeps(shot, "data.frame_in", in) && keeps(shot, "data.frame_out", out)
	if !b.framesFit(in, out, count, kept, at, e) {
		return
	}
	if in.Given() && out.Given() && !count.Given() && !kept {
		count = importers.Number{State: importers.Present, Value: out.Value - in.Value + 1}
		d.set("nb_frames", hierarchy.ValueOf(count.Value), "frame out − frame in + 1")
	} else if count.Given() {
		d.set("nb_frames", hierarchy.ValueOf(count.Value), "the list gives the number of frames")
	}
	if in.Given() {
		d.set("data.frame_in", hierarchy.ValueOf(in.Value), "the list gives the frame range")
	}
	if out.Given() {
		d.set("data.frame_out", hierarchy.ValueOf(out.Value), "the list gives the frame range")
	}
	b.oneBound(in, out, kept, shot, e)
}

// keeps tells that a number says what the shot has already; one that is not
// given always does.
func keeps(shot *node, field string, n importers.Number) bool {
	if !n.Given() {
		return true
	}
	if shot.entity == nil {
		return false
	}
	now, err := hierarchy.Get(shot.entity, field)
	return err == nil && alike(now, hierarchy.ValueOf(n.Value))
}

func (b *builder) framesFit(in, out, count importers.Number, kept bool, at diag.Place, e *importers.Entry) bool {
	complain := b.fail
	code := func(c string) string { return c }
	if kept {
		complain, code = b.warn, func(string) string { return StoredFrames }
	}
	switch {
	case count.Given() && (count.Value < 0 || count.Value > mostFrames):
		complain(code(BadFrames), at, "%d frames. Give a count from 0 to %d", count.Value, int64(mostFrames))
	case in.Given() && out.Given() && (out.Value < in.Value && !(count.Given() && count.Value == 0 && out.Value == in.Value-1)):
		complain(code(OutBeforeIn), place(out.Place, e.Place), "the range runs from %d to %d. Frame out is the last frame shown, not the one after", in.Value, out.Value)
	case in.Given() && out.Given() && (out.Value-in.Value < 0 && count.Value != 0 || out.Value-in.Value > mostFrames):
		complain(code(BadFrames), place(out.Place, e.Place), "the range runs from %d to %d, more than %d frames", in.Value, out.Value, int64(mostFrames))
	case in.Given() && out.Given() && count.Given() && out.Value-in.Value+1 != count.Value:
		if b.opts.AsKitsu && !kept {
			b.warn(FramesDiffer, e.Place, "%d frames, but %d to %d are %d. All three are stored", count.Value, in.Value, out.Value, out.Value-in.Value+1)
			return true
		}
		complain(code(FramesDiffer), e.Place, "%d frames, but %d to %d are %d. Correct one of the three cells, or leave the count empty", count.Value, in.Value, out.Value, out.Value-in.Value+1)
	default:
		return true
	}
	return kept
}

// oneBound checks a single new bound against the one that the shot keeps.
func (b *builder) oneBound(in, out importers.Number, kept bool, shot *node, e *importers.Entry) {
	if kept || in.Given() == out.Given() || shot.entity == nil {
		return
	}
	first, okIn := bound(in, shot, "frame_in")
	last, okOut := bound(out, shot, "frame_out")
	if okIn && okOut && last < first {
		b.fail(OutBeforeIn, e.Place, "with what the shot has already the range runs from %d to %d. Give both bounds", first, last)
	}
}

func bound(n importers.Number, shot *node, key string) (int64, bool) {
	if n.Given() {
		return n.Value, true
	}
	v, err := strconv.ParseInt(shot.entity.Data.Get(key).Text(), 10, 64)
	return v, err == nil
}

// rate plans data.fps, kept as written.
func (b *builder) rate(d *diff, e *importers.Entry) {
	if !e.FPS.Given() {
		return
	}
	want := hierarchy.ValueOf(e.FPS.Text)
	if d.row != nil {
		if now, err := hierarchy.Get(d.row, "data.fps"); err == nil && alike(now, want) {
			return
		}
	}
	if _, err := timecode.ParseRate(e.FPS.Text); err != nil {
		b.fail(BadRate, place(e.FPS.Place, e.Place), "%v. Write it as 25 or 23.976", err)
		return
	}
	d.set("data.fps", want, "the list gives the frame rate")
}
