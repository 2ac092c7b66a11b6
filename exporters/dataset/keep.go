package dataset

import (
	"cmp"
	"slices"
	"time"
)

// A Keep is the rule by which older snapshots go.
type Keep struct {
	Newest int // so many stay, the latest among them; 0: all
	// Reading is how long a reader may need: a snapshot stays at least so long
	// after it was the latest, whatever their number.
	Reading time.Duration
}

// prune removes what the rule gives up, and tells which.
func prune(at Destination, latest string, rule Keep, now time.Time) ([]string, error) {
	if rule.Newest <= 0 {
		return nil, nil
	}
	all, err := at.Snapshots()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b Stored) int {
		if (a.ID == latest) != (b.ID == latest) {
			if a.ID == latest {
				return -1
			}
			return 1
		}
		return cmp.Or(b.Latest.Compare(a.Latest), cmp.Compare(a.ID, b.ID))
	})
	var removed []string
	for i, s := range all {
		if i < rule.Newest || s.ID == latest || now.Sub(s.Latest) < rule.Reading {
			continue
		}
		if err := at.Remove(s.ID); err != nil {
			return removed, err
		}
		removed = append(removed, s.ID)
	}
	return removed, nil
}
