package reports

import (
	"cmp"
	"encoding/binary"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/runs"
)

// A shareRow is a share as it is kept for the working.
type shareRow struct {
	who, work int32 // indices into the ledger's names
	shot      int32 // place of the shot in the order of paths
	task      hierarchy.ID
	day       dayNumber
	because   reason
	part, of  float64
	sums
}

// newShares sorts shares by person, path, task and day, so many in memory at once.
func (l *ledger) newShares(scratch func() (runs.Scratch, error), limit int) *runs.Sorter[shareRow] {
	return runs.New(runs.Order[shareRow]{Name: "shares", Compare: l.compareShares, Encode: encodeShare, Decode: l.decodeShare, Limit: limit, Scratch: scratch})
}

func (l *ledger) compareShares(a, b *shareRow) int {
	if a.who != b.who {
		return cmp.Or(strings.Compare(l.who.labels[a.who], l.who.labels[b.who]), hierarchy.CompareIDs(l.who.ids[a.who], l.who.ids[b.who]))
	}
	return cmp.Or(cmp.Compare(a.shot, b.shot), hierarchy.CompareIDs(a.task, b.task), cmp.Compare(a.day, b.day))
}

func encodeShare(b []byte, r *shareRow) []byte {
	for _, n := range [...]int64{int64(r.who), int64(r.work), int64(r.shot), int64(r.day), int64(r.because), r.frames, r.drawings, r.hundredths} {
		b = binary.AppendVarint(b, n)
	}
	for _, f := range [...]float64{r.part, r.of, r.count} {
		b = runs.AppendFloat(b, f)
	}
	return runs.AppendText(b, string(r.task))
}

func (l *ledger) decodeShare(b []byte, r *shareRow) error {
	f := runs.Read(b)
	r.who, r.work, r.shot = f.Index(len(l.who.ids)), f.Index(len(l.work.ids)), f.Index(len(l.shots.ids))
	r.day, r.because = dayNumber(f.Int()), reason(f.Index(int(reasons)))
	r.frames, r.drawings, r.hundredths = f.Int(), f.Int(), f.Int()
	r.part, r.of, r.count = f.Float(), f.Float(), f.Float()
	r.task = hierarchy.ID(f.Text())
	return f.Err()
}
