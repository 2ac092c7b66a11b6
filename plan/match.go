package plan

import (
	"math"
	"slices"
)

// What it costs to take two uses of one shot for the same; docs/cuts.md
// explains the figures. The place in the cut only decides between equals.
const (
	costSource = 1000
	costSpeed  = 300
	costTrack  = 20
	mostEdge   = 250 // frames that one end can cost
	mostRank   = 1023
	exactUses  = 200 // of one shot; more are matched by their order
)

// A pair is two uses taken for the same, by their indexes. cost is without
// the place in the cut.
type pair struct {
	old, new  int
	cost      int
	ambiguous bool // another use fits as well
}

// pictureCost is symmetric, and so is the matching made of it.
func pictureCost(a, b *use) int {
	cost := 0
	if !sameSource(a.source, b.source) {
		cost += costSource
	}
	if !sameSpeed(a, b) {
		cost += costSpeed
	}
	if a.Track != b.Track {
		cost += costTrack
	}
	return cost + int(min(mostEdge, distance(a.in, b.in))+min(mostEdge, distance(a.out, b.out)))
}

func distance(a, b int64) int64 {
	if d := max(a-b, b-a); d >= 0 {
		return d
	}
	return math.MaxInt64 // frames that no film has
}

func sameSpeed(a, b *use) bool {
	return a.Freeze == b.Freeze && (a.speed == b.speed || a.speed != 0 && b.speed != 0 && a.speed-b.speed < 0.005 && b.speed-a.speed < 0.005)
}

// matchUses pairs the uses of one shot at the least cost. Every use of the
// shorter side finds one. What is the same is paired first, in order: since
// costs are distances, no better matching is lost by that.
func matchUses(old, now []use, olds, news []int) (pairs []pair, oldLeft, newLeft []int) {
	pairs, olds, news = sameUses(old, now, olds, news, true)
	more, olds, news := sameUses(old, now, olds, news, false)
	pairs = append(pairs, more...)
	if len(olds) == 0 || len(news) == 0 {
		return pairs, olds, news
	}
	if max(len(olds), len(news)) > exactUses {
		for i := range min(len(olds), len(news)) {
			pairs = append(pairs, pair{old: olds[i], new: news[i], cost: pictureCost(&old[olds[i]], &now[news[i]])})
		}
		n := min(len(olds), len(news))
		return pairs, olds[n:], news[n:]
	}
	rest := leastCost(old, now, olds, news)
	oldLeft, newLeft = unpaired(olds, rest, false), unpaired(news, rest, true)
	for i := range rest {
		rest[i].ambiguous = fitsAnother(old, now, rest[i], oldLeft, newLeft)
	}
	return append(pairs, rest...), oldLeft, newLeft
}

// sameUses pairs the uses that show the same frames at the same speed.
func sameUses(old, now []use, olds, news []int, track bool) (pairs []pair, oldLeft, newLeft []int) {
	type picture struct {
		source, track string
		in, out       int64
		speed         float64
		freeze        bool
	}
	of := func(u *use) picture {
		p := picture{u.source, "", u.in, u.out, u.speed, u.Freeze}
		if track {
			p.track = u.Track
		}
		return p
	}
	if len(olds) == 0 || len(news) == 0 {
		return nil, olds, news
	}
	waiting := make(map[picture][]int, len(olds))
	for _, i := range olds {
		p := of(&old[i])
		waiting[p] = append(waiting[p], i)
	}
	for _, j := range news {
		p := of(&now[j])
		if list := waiting[p]; len(list) > 0 {
			pairs = append(pairs, pair{old: list[0], new: j, cost: pictureCost(&old[list[0]], &now[j])})
			waiting[p] = list[1:]
		}
	}
	if len(pairs) == 0 {
		return nil, olds, news
	}
	return pairs, unpaired(olds, pairs, false), unpaired(news, pairs, true)
}

func unpaired(all []int, pairs []pair, isNew bool) []int {
	paired := make(map[int]bool, len(pairs))
	for _, p := range pairs {
		if isNew {
			paired[p.new] = true
		} else {
			paired[p.old] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(i int) bool { return paired[i] })
}

// leastCost matches exactly. The same side becomes the rows whichever way the
// cuts are compared, so that B against A says the inverse of A against B.
func leastCost(old, now []use, olds, news []int) []pair {
	swap := len(olds) > len(news) || len(olds) == len(news) && compareUses(old, now, olds, news) > 0
	rowUses, columnUses, rows, columns := old, now, olds, news
	if swap {
		rowUses, columnUses, rows, columns = now, old, news, olds
	}
	costs := make([]int64, len(rows)*len(columns))
	for i, r := range rows {
		for j, c := range columns {
			rank := min(mostRank, distance(int64(i), int64(j)))
			costs[i*len(columns)+j] = int64(pictureCost(&rowUses[r], &columnUses[c]))*(mostRank+1) + rank
		}
	}
	var out []pair
	for i, j := range assign(len(rows), len(columns), func(i, j int) int64 { return costs[i*len(columns)+j] }) {
		p := pair{old: rows[i], new: columns[j]}
		if swap {
			p = pair{old: columns[j], new: rows[i]}
		}
		p.cost = pictureCost(&old[p.old], &now[p.new])
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b pair) int { return a.new - b.new })
	return out
}

// compareUses orders two lists of uses by their pictures.
func compareUses(old, now []use, olds, news []int) int {
	for i := range olds {
		a, b := &old[olds[i]], &now[news[i]]
		switch {
		case a.in != b.in:
			return int(max(-1, min(1, a.in-b.in)))
		case a.out != b.out:
			return int(max(-1, min(1, a.out-b.out)))
		case a.source != b.source:
			if a.source < b.source {
				return -1
			}
			return 1
		}
	}
	return 0
}

// fitsAnother tells that a use which found no partner fits as well as the one
// that did.
func fitsAnother(old, now []use, p pair, oldLeft, newLeft []int) bool {
	if p.cost == 0 {
		return false
	}
	for _, i := range oldLeft {
		if pictureCost(&old[i], &now[p.new]) == p.cost {
			return true
		}
	}
	for _, j := range newLeft {
		if pictureCost(&old[p.old], &now[j]) == p.cost {
			return true
		}
	}
	return false
}
