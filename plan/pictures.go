package plan

import "slices"

// pictures finds uses by what they show.
type pictures struct {
	uses     []use
	bySource map[string][]int // sorted by source in
}

func newPictures(uses []use, some []int) pictures {
	p := pictures{uses: uses, bySource: map[string][]int{}}
	for _, i := range some {
		source := uses[i].source
		p.bySource[source] = append(p.bySource[source], i)
	}
	for _, list := range p.bySource {
		slices.SortFunc(list, func(a, b int) int {
			if d := uses[a].in - uses[b].in; d != 0 {
				return int(max(-1, min(1, d)))
			}
			return a - b
		})
	}
	return p
}

// looked is how many uses around the same frame are looked at: more begin
// there only in lists that repeat themselves.
const looked = 64

// best gives the use that shares the most frames with u, at least half of the
// shorter of the two; −1 where there is none. twice tells that another shares
// as many.
func (p pictures) best(u *use) (at int, twice bool) {
	at = -1
	list := p.bySource[u.source]
	if u.source == "" || len(list) == 0 {
		return at, false
	}
	start, _ := slices.BinarySearchFunc(list, u.in, func(i int, in int64) int { return int(max(-1, min(1, p.uses[i].in-in))) })
	most := int64(0)
	for _, i := range list[max(0, start-looked):min(len(list), start+looked)] {
		o := &p.uses[i]
		switch n := shared(u, o); {
		case 2*n < min(u.out-u.in, o.out-o.in) || n == 0:
		case n > most:
			at, twice, most = i, false, n
		case n == most:
			twice = true
		}
	}
	return at, twice
}
