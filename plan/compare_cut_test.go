package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"turnover/internal/timecode"
)

// drawCut draws a short cut of few shots, so that they meet often.
func drawCut(t *rapid.T, name string) *CutSide {
	side := &CutSide{Name: name, FPS: timecode.Rate{Num: 25, Den: 1}}
	record := int64(0)
	for i := range rapid.IntRange(0, 9).Draw(t, "uses") {
		in := rapid.Int64Range(0, 60).Draw(t, "in")
		o := Occurrence{Order: i, Clip: rapid.SampledFrom([]string{"A", "B", "C", "D"}).Draw(t, "shot"), Reel: rapid.SampledFrom([]string{"R1", "R1", "R2", ""}).Draw(t, "reel"),
			Track: rapid.SampledFrom([]string{"V", "V", "V2"}).Draw(t, "track"), SourceIn: in, SourceOut: in + rapid.Int64Range(0, 30).Draw(t, "length"),
			SpeedFPS: rapid.SampledFrom([]float64{0, 0, 0, 50, -25}).Draw(t, "speed"), Freeze: rapid.IntRange(0, 9).Draw(t, "freeze") == 0}
		if rapid.IntRange(0, 5).Draw(t, "lost") > 0 {
			path := rapid.SampledFrom([]string{"S/", "T/"}).Draw(t, "sequence") + o.Clip
			o.Shot = &path
		}
		o.RecordIn, o.RecordOut = record, record+o.SourceOut-in
		record = o.RecordOut
		side.Occurrences = append(side.Occurrences, o)
	}
	return side
}

func TestACutIsUnchangedAgainstItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cut := drawCut(t, "a")
		l := Compare(cut, cut, CompareOptions{Handles: rapid.Int64Range(0, 9).Draw(t, "handles")})
		if l.Changed() {
			t.Fatalf("changes: %s", changesOf(l))
		}
		for _, s := range l.Shots {
			for _, o := range s.Occurrences {
				if o.Score != 0 {
					t.Fatalf("%s at %s costs %d", s.Path, o.SourceIn, o.Score)
				}
			}
		}
	})
}

// mirrored turns the labels of A against B into those of B against A; what has
// no inverse of its own is left out.
func mirrored(l *ChangeList, forward bool) string {
	back := map[string]string{ExtendedHead: TrimmedHead, TrimmedHead: ExtendedHead, ExtendedTail: TrimmedTail, TrimmedTail: ExtendedTail,
		LabelNew: Omitted, Omitted: LabelNew, NewInCut: OmittedInCut, OmittedInCut: NewInCut, Slipped: Slipped, Retimed: Retimed, SourceChanged: SourceChanged}
	var out []string
	for _, s := range l.Shots {
		var labels []string
		for _, label := range s.Labels {
			if other, ok := back[label]; ok {
				if !forward {
					label = other
				}
				labels = append(labels, label)
			}
		}
		slices.Sort(labels)
		head, tail := s.HeadDelta, s.TailDelta
		if !forward {
			head, tail = -head, -tail
		}
		out = append(out, fmt.Sprintf("%s %v %d %d", s.Path, labels, head, tail))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func TestComparingBackwardsSaysTheInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawCut(t, "a"), drawCut(t, "b")
		for _, side := range []*CutSide{a, b} { // a name lost and a name found have no labels of the same kind, nor has a move
			for i := range side.Occurrences {
				path := "S/" + side.Occurrences[i].Clip
				side.Occurrences[i].Shot = &path
			}
		}
		there, back := Compare(a, b, CompareOptions{}), Compare(b, a, CompareOptions{})
		if x, y := mirrored(there, true), mirrored(back, false); x != y {
			t.Fatalf("A against B\n%s\nB against A, turned\n%s", x, y)
		}
	})
}

// TestEveryUseIsToldOnce: each use of both cuts stands in the list, once.
func TestEveryUseIsToldOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawCut(t, "a"), drawCut(t, "b")
		l := Compare(a, b, CompareOptions{})
		news := 0
		for _, s := range l.Shots {
			for _, o := range s.Occurrences {
				if slices.Contains(o.Labels, LabelNew) || slices.Contains(o.Labels, NewInCut) || o.Score >= 0 && !slices.Contains(o.Labels, Unlinked) {
					news++
				}
				if slices.Contains(s.Labels, Unlinked) && slices.Contains(s.Labels, Omitted) {
					t.Fatalf("%s is unlinked and omitted", s.Path)
				}
			}
		}
		want := 0
		for _, o := range b.Occurrences {
			if o.Shot != nil {
				want++
			}
		}
		for _, s := range l.Shots { // what has no name counts where it was there before
			for _, o := range s.Occurrences {
				if o.Score >= 0 && !slices.Contains(o.Labels, Unlinked) && !strings.Contains(s.Path, "/") {
					want++
				}
			}
		}
		if news != want {
			t.Fatalf("%d uses with a shot are told, the cut has %d: %s", news, want, changesOf(l))
		}
	})
}

// TestFramesAreNotNumberedAnew: the first frame ever delivered keeps its
// number through slips and rescans; another source begins again.
func TestFramesAreNotNumberedAnew(t *testing.T) {
	first := int64(1001)
	numbers := func(r *ShotRange) [4]int64 { return [4]int64{*r.HeadIn, *r.CutIn, *r.CutOut, *r.TailOut} }
	for _, tt := range []struct {
		now  string
		want [4]int64
	}{
		{"S/A 100-150", [4]int64{1001, 1009, 1058, 1066}},
		{"S/A 104-154", [4]int64{1001, 1013, 1062, 1066}},
		{"S/A 104-160", [4]int64{1001, 1013, 1068, 1076}},
		{"S/A 80-150", [4]int64{981, 989, 1058, 1066}},
		{"S/A 500-510 =B002", [4]int64{1001, 1009, 1018, 1026}},
		{"S/A 100-150, S/A 90-95", [4]int64{991, 999, 1058, 1066}},
		{"S/A 100-150, S/A 400-420", [4]int64{1001, 1009, 1328, 1336}},
		{"S/A 400-420, S/A 100-150", [4]int64{1001, 1009, 1328, 1336}},
	} {
		l := Compare(parseCut(t, "a", "S/A 100-150", "25"), parseCut(t, "b", tt.now, "25"), CompareOptions{Handles: 8, FirstFrame: &first})
		if got := numbers(l.Shots[0].Before); got != [4]int64{1001, 1009, 1058, 1066} {
			t.Errorf("%s: before %v", tt.now, got)
		}
		if got := numbers(l.Shots[0].After); got != tt.want {
			t.Errorf("%s: after %v, want %v", tt.now, got, tt.want)
		}
	}
}

func TestTheLeastCostIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 5).Draw(t, "rows")
		columns := rapid.IntRange(rows, 6).Draw(t, "columns")
		costs := rapid.SliceOfN(rapid.Int64Range(0, 20), rows*columns, rows*columns).Draw(t, "costs")
		cost := func(i, j int) int64 { return costs[i*columns+j] }
		got, taken := int64(0), map[int]bool{}
		for i, j := range assign(rows, columns, cost) {
			if taken[j] {
				t.Fatalf("column %d is given twice", j)
			}
			taken[j] = true
			got += cost(i, j)
		}
		if want := leastByTrying(0, rows, columns, map[int]bool{}, cost); got != want {
			t.Fatalf("cost %d, the least is %d", got, want)
		}
	})
}

func leastByTrying(row, rows, columns int, taken map[int]bool, cost func(i, j int) int64) int64 {
	if row == rows {
		return 0
	}
	least := int64(1 << 40)
	for j := range columns {
		if !taken[j] {
			taken[j] = true
			least = min(least, cost(row, j)+leastByTrying(row+1, rows, columns, taken, cost))
			delete(taken, j)
		}
	}
	return least
}

func TestManyUsesAreMatchedByOrder(t *testing.T) {
	a, b := longCut("a", 1, 500, 0), longCut("b", 1, 500, 1)
	l := Compare(a, b, CompareOptions{})
	if got := changesOf(l); !strings.HasPrefix(got, "SQ/SH0000 slipped 1 1") {
		t.Error(got)
	}
}

// longCut has uses of so many shots; each stands off its first place by slip.
func longCut(name string, shots, uses int, slip int64) *CutSide {
	side := &CutSide{Name: name, FPS: timecode.Rate{Num: 25, Den: 1}}
	for i := range uses {
		path := fmt.Sprintf("SQ/SH%04d", i%shots)
		in := int64(1000+i*100) + slip
		side.Occurrences = append(side.Occurrences, Occurrence{Order: i, Shot: &path, Clip: path, Reel: "A001", Track: "V", SourceIn: in, SourceOut: in + 50, RecordIn: int64(i) * 50, RecordOut: int64(i)*50 + 50})
	}
	return side
}

func TestAChangeListIsTheSameEachTime(t *testing.T) {
	a, b := longCut("a", 30, 300, 0), longCut("b", 40, 310, 3)
	first, err := json.Marshal(Compare(a, b, CompareOptions{Handles: 8}))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := json.Marshal(Compare(a, b, CompareOptions{Handles: 8}))
		if err != nil {
			t.Fatal(err)
		}
		if string(again) != string(first) {
			t.Fatal("the list differs")
		}
	}
}

// FuzzCompare compares whatever a stored cut may hold: it must end, without a
// panic, and say of a cut against itself that nothing changed.
func FuzzCompare(f *testing.F) {
	f.Add([]byte(`[{"shot":"S/A","reel":"R","source_in":1,"source_out":9,"record_out":8}]`), []byte(`[{"shot":null,"reel":"R","source_in":1,"source_out":9,"speed_fps":50}]`))
	f.Add([]byte(`[{"shot":"S/A","rate":"24","source_in":-9223372036854775808,"source_out":9223372036854775807,"speed_fps":1e300}]`), []byte(`[{"shot":"S/A","rate":"25","freeze":true},{"shot":"S/A"}]`))
	f.Fuzz(func(t *testing.T, one, other []byte) {
		a, errA := ParseCut("S", 1, "24", one)
		b, errB := ParseCut("S", 2, "29.97df", other)
		if errA != nil || errB != nil {
			return
		}
		first := int64(1001)
		Compare(a, b, CompareOptions{Handles: 8, FirstFrame: &first})
		Compare(b, a, CompareOptions{Handles: 8, FirstFrame: &first, Earlier: []*CutSide{b, a}})
		Before([]*CutSide{a, b}, "S")
		if l := Compare(a, a, CompareOptions{Handles: 8}); l.Changed() && tame(a) {
			t.Errorf("changed against itself: %s", changesOf(l))
		}
	})
}

// tame tells that all frames are such as films have.
func tame(side *CutSide) bool {
	return !slices.ContainsFunc(side.Occurrences, func(o Occurrence) bool {
		return max(o.SourceIn, o.SourceOut, -o.SourceIn, -o.SourceOut) > 1<<40 || min(o.SourceIn, o.SourceOut) < -1<<40 || max(o.SpeedFPS, -o.SpeedFPS) > 1000
	})
}

func BenchmarkCompare(b *testing.B) {
	for _, shots := range []int{5000, 1000, 25, 1} {
		b.Run(fmt.Sprintf("5000 uses of %d shots", shots), func(b *testing.B) {
			x, y := longCut("a", shots, 5000, 0), longCut("b", shots, 5000, 3)
			for b.Loop() {
				Compare(x, y, CompareOptions{Handles: 8})
			}
		})
	}
	b.Run("20 revisions of 2000 uses", func(b *testing.B) {
		opts := CompareOptions{Handles: 8}
		for i := range 20 {
			opts.Earlier = append(opts.Earlier, longCut("e", 2000, 2000, int64(i)))
		}
		x, y := longCut("a", 2000, 2000, 20), longCut("b", 2000, 2000, 23)
		for b.Loop() {
			Compare(x, y, opts)
		}
	})
	b.Run("5000 lost markers", func(b *testing.B) {
		x, y := longCut("a", 5000, 5000, 0), longCut("b", 5000, 5000, 3)
		for i := range y.Occurrences {
			y.Occurrences[i].Shot = nil
		}
		for b.Loop() {
			Compare(x, y, CompareOptions{Handles: 8})
		}
	})
}

// nearestRange looks at few ranges and finds what a look at all would.
func TestNearestRange(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var ranges []FrameRange
		for range rapid.IntRange(1, 8).Draw(rt, "ranges") {
			in := rapid.Int64Range(0, 60).Draw(rt, "in")
			ranges = append(ranges, FrameRange{in, in + rapid.Int64Range(0, 9).Draw(rt, "length")})
		}
		ranges = joinFrames(ranges)
		u := &use{in: rapid.Int64Range(-5, 70).Draw(rt, "use in")}
		u.out = u.in + rapid.Int64Range(0, 30).Draw(rt, "use length")
		want, far := ranges[0], int64(-1)
		for _, r := range ranges {
			if d := max(0, r.In-u.in) + max(0, u.out-r.Out); far < 0 || d < far {
				want, far = r, d
			}
		}
		if got := nearestRange(ranges, u); got != want {
			rt.Fatalf("%v for %d to %d, want %v", got, u.in, u.out, want)
		}
	})
}
