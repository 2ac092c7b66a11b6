package plan

import (
	"math/big"
	"regexp"
	"strings"

	"turnover/hierarchy"
)

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

var decimal = regexp.MustCompile(`^[+-]?\d{1,30}(\.\d{1,30})?$`)

// alike compares a stored value with a file's: archives hold frame numbers as
// numbers and as text, an empty text stands for nothing, and a file's line ends
// are those of the program that wrote it.
func alike(a, b hierarchy.Value) bool {
	if a.OrNull() == b.OrNull() {
		return true
	}
	x, y := strings.TrimSpace(lineEnds.Replace(a.Text())), strings.TrimSpace(lineEnds.Replace(b.Text()))
	if x == y {
		return true
	}
	return sameNumber(x, y)
}

func sameNumber(x, y string) bool {
	if !decimal.MatchString(x) || !decimal.MatchString(y) {
		return false
	}
	p, _ := new(big.Rat).SetString(x)
	q, _ := new(big.Rat).SetString(y)
	return p != nil && q != nil && p.Cmp(q) == 0
}
