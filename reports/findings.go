package reports

import "fmt"

// findingsShown bounds the findings of one kind, so that data which is wrong
// throughout does not fill the memory; how many more there are is said.
const findingsShown = 1000

// findings gather flaws up to a bound for each kind.
type findings struct {
	quality
	seen map[flaw]int
}

func findingsOf(s *scope) *findings {
	return &findings{quality: quality{s: s}, seen: map[flaw]int{}}
}

// add keeps a finding, and counts it where there are too many of its kind.
func (f *findings) add(x qualityFinding) {
	f.seen[x.flaw]++
	if f.seen[x.flaw] <= findingsShown {
		f.quality.add(x)
	}
}

// end says how many more there are of each kind.
func (f *findings) end() {
	for kind, n := range f.seen {
		if n > findingsShown {
			f.quality.add(qualityFinding{flaw: kind, detail: fmt.Sprintf("and %d more", n-findingsShown)})
		}
	}
}

// count is how many findings there are, shown or not.
func (f *findings) count() (n int) {
	for _, of := range f.seen {
		n += of
	}
	return n
}
