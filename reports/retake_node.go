package reports

import (
	"slices"

	"turnover/hierarchy"
)

// A retakeNode counts the tasks of one group by state now and by take.
type retakeNode struct {
	most                int64 // highest retake count
	done, retake, other bucket
	// byTakes holds, for each retake count, all its tasks and the done ones.
	byTakes map[int64]*[2]bucket
}

// stages are a node's three buckets.
type stages struct{ done, retake, other bucket }

func (n *retakeNode) now() stages { return stages{n.done, n.retake, n.other} }

// add counts a task. As in Kitsu a status that is both done and retake is done.
func (n *retakeNode) add(t *hierarchy.Task, b bucket, status *hierarchy.TaskStatus) {
	done := status != nil && status.IsDone
	switch {
	case done:
		n.done.add(b)
	case status != nil && status.IsRetake:
		n.retake.add(b)
	default:
		n.other.add(b)
	}
	takes := max(0, t.Retakes())
	n.most = max(n.most, takes)
	if n.byTakes == nil {
		n.byTakes = map[int64]*[2]bucket{}
	}
	if n.byTakes[takes] == nil {
		n.byTakes[takes] = &[2]bucket{}
	}
	n.byTakes[takes][0].add(b)
	if done {
		n.byTakes[takes][1].add(b)
	}
}

// evolution gives the stages at each take from 1 to the last: a task is in
// retake while it has been retaken at least so often, then done or other as it
// stands now. Each take sums to all tasks of the node.
func (n *retakeNode) evolution(last int64, yield func(take int64, s stages) bool) {
	counts := make([]int64, 0, len(n.byTakes))
	var s stages
	for takes, b := range n.byTakes {
		counts = append(counts, takes)
		s.retake.add(b[0])
	}
	slices.Sort(counts)
	for take := int64(1); take <= last; take++ {
		for len(counts) > 0 && counts[0] < take {
			b := n.byTakes[counts[0]]
			s.retake = s.retake.less(b[0])
			s.done.add(b[1])
			s.other.add(b[0].less(b[1]))
			counts = counts[1:]
		}
		if !yield(take, s) {
			return
		}
	}
}
