package plan

import "slices"

// mostSwaps bounds the work for one shot that is used over and over.
const mostSwaps = 1_000_000

// settleEquals decides which of several uses of one picture went away or came,
// where only their places differ: the ones that stay are those whose neighbours
// stayed, too, so that nothing seems reordered.
func (c *comparison) settleEquals() {
	var olds, news []int // of the uses that are certain
	for _, s := range c.shots {
		if len(s.olds)+len(s.news) == 0 {
			for _, p := range s.pairs {
				olds, news = append(olds, p.old), append(news, p.new)
			}
		}
	}
	slices.Sort(olds)
	slices.Sort(news)
	before := func(certain []int, use int) int64 { n, _ := slices.BinarySearch(certain, use); return int64(n) }
	for _, s := range c.shots {
		if len(s.pairs)*(len(s.olds)+len(s.news)) > mostSwaps {
			continue
		}
		for i := range s.pairs {
			p := &s.pairs[i]
			for k, other := range s.olds {
				if samePictures(&c.old[p.old], &c.old[other]) &&
					distance(before(olds, other), before(news, p.new)) < distance(before(olds, p.old), before(news, p.new)) {
					p.old, s.olds[k] = other, p.old
				}
			}
			for k, other := range s.news {
				if samePictures(&c.now[p.new], &c.now[other]) &&
					distance(before(news, other), before(olds, p.old)) < distance(before(news, p.new), before(olds, p.old)) {
					p.new, s.news[k] = other, p.new
				}
			}
		}
		slices.Sort(s.olds)
		slices.Sort(s.news)
		slices.SortFunc(s.pairs, func(a, b pair) int { return a.new - b.new })
	}
}

// samePictures tells uses that nothing but their place tells apart.
func samePictures(a, b *use) bool {
	return a.source == b.source && a.in == b.in && a.out == b.out && a.speed == b.speed && a.Freeze == b.Freeze && a.Track == b.Track && a.beside == b.beside
}
