package reports

import (
	"cmp"
	"encoding/binary"
	"strings"
	"time"

	"turnover/hierarchy"
	"turnover/internal/runs"
)

// newEvents sorts retakes by path, task type, task and take, so many in memory
// at once.
func (b *retakeBook) newEvents(limit int) *runs.Sorter[retakeEvent] {
	return runs.New(runs.Order[retakeEvent]{Name: "retakes", Encode: encodeEvent, Decode: b.decodeEvent, Limit: limit, Scratch: b.s.q.Scratch,
		Compare: func(x, y *retakeEvent) int {
			if x.place != y.place {
				return cmp.Compare(x.place, y.place)
			}
			return cmp.Or(strings.Compare(b.s.typeName(x.taskType), b.s.typeName(y.taskType)), hierarchy.CompareIDs(x.task, y.task), cmp.Compare(x.take, y.take))
		}})
}

func encodeEvent(b []byte, e *retakeEvent) []byte {
	closed := int64(0)
	if e.closed {
		closed = 1
	}
	for _, n := range [...]int64{int64(e.place), e.take, closed, e.revisions, e.revision} {
		b = binary.AppendVarint(b, n)
	}
	for _, id := range [...]hierarchy.ID{e.task, e.taskType, e.askedBy, e.from, e.person, e.resolvedBy, e.resolvedAs, e.preview} {
		b = runs.AppendText(b, string(id))
	}
	for _, at := range [...]time.Time{e.asked.Time, e.resolved.Time} {
		b = runs.AppendTime(b, at)
	}
	b = binary.AppendVarint(b, int64(len(e.causes)))
	for _, c := range e.causes {
		b = runs.AppendText(b, c)
	}
	return b
}

func (b *retakeBook) decodeEvent(raw []byte, e *retakeEvent) error {
	f := runs.Read(raw)
	e.place, e.take, e.closed, e.revisions, e.revision = f.Index(len(b.order.ids)), f.Int(), f.Int() == 1, f.Int(), f.Int()
	for _, id := range [...]*hierarchy.ID{&e.task, &e.taskType, &e.askedBy, &e.from, &e.person, &e.resolvedBy, &e.resolvedAs, &e.preview} {
		*id = hierarchy.ID(f.Text())
	}
	e.asked, e.resolved = hierarchy.Time{Time: f.Time()}, hierarchy.Time{Time: f.Time()}
	e.causes = nil // those of the row before may be kept
	for range f.Count() {
		e.causes = append(e.causes, f.Text())
	}
	if err := f.Err(); err != nil {
		return err
	}
	e.entity = b.order.ids[e.place]
	return nil
}

// newReconciled sorts tasks whose counter disagrees by path, task type and task.
func (b *retakeBook) newReconciled(limit int) *runs.Sorter[reconcile] {
	return runs.New(runs.Order[reconcile]{Name: "counters", Encode: encodeReconcile, Decode: b.decodeReconcile, Limit: limit, Scratch: b.s.q.Scratch,
		Compare: func(x, y *reconcile) int {
			if x.place != y.place {
				return cmp.Compare(x.place, y.place)
			}
			return cmp.Or(strings.Compare(b.s.typeName(x.taskType), b.s.typeName(y.taskType)), hierarchy.CompareIDs(x.task, y.task))
		}})
}

func encodeReconcile(b []byte, r *reconcile) []byte {
	for _, n := range [...]int64{int64(r.place), r.recorded, r.counted, r.resets, int64(r.because)} {
		b = binary.AppendVarint(b, n)
	}
	return runs.AppendText(runs.AppendText(b, string(r.task)), string(r.taskType))
}

func (b *retakeBook) decodeReconcile(raw []byte, r *reconcile) error {
	f := runs.Read(raw)
	r.place, r.recorded, r.counted, r.resets, r.because = f.Index(len(b.order.ids)), f.Int(), f.Int(), f.Int(), disagreement(f.Index(int(disagreements)))
	r.task, r.taskType = hierarchy.ID(f.Text()), hierarchy.ID(f.Text())
	return f.Err()
}
