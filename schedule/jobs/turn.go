package jobs

import (
	"context"
	"sync"
	"time"
)

// longestTurn is how long a job that was fetched waits in this process for its
// group and for a place. Then it goes back to the queue, so that others of
// another group, or another process, come first.
const longestTurn = time.Second

// groupQueue is River's queue of the kinds that have groups. Of it more jobs are
// fetched than are worked, or those of one long group would take all places, and
// each would be put off and back for nothing.
const (
	groupQueue = "grouped"
	fetched    = 4 // times the places
)

// A gate lets so many in at once as it has room for; the others wait in the
// order in which they came.
type gate chan struct{}

func (g gate) enter(ctx context.Context) bool {
	select {
	case g <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (g gate) leave() { <-g }

// turns says whose turn it is: of each group one at a time, and of all no more
// than there are places.
type turns struct {
	places gate
	mu     sync.Mutex
	groups map[string]*group
}

// A group is there as long as somebody is in it or waits for it.
type group struct {
	gate
	here int
}

func newTurns(places int) *turns {
	return &turns{places: make(gate, places), groups: map[string]*group{}}
}

// begin waits for its turn until waiting is over. With true, end has to be called.
// A job that runs on after its context is over keeps its group, not its place.
func (t *turns) begin(waiting, ctx context.Context, name string) (end func(), mine bool) {
	leave := func() {}
	if name != "" {
		g := t.join(name)
		if !g.enter(waiting) {
			t.part(name)
			return nil, false
		}
		leave = func() { g.leave(); t.part(name) }
	}
	if !t.places.enter(waiting) {
		leave()
		return nil, false
	}
	place := sync.OnceFunc(t.places.leave)
	context.AfterFunc(ctx, place)
	return func() { place(); leave() }, true
}

func (t *turns) join(name string) *group {
	t.mu.Lock()
	defer t.mu.Unlock()
	g := t.groups[name]
	if g == nil {
		g = &group{gate: make(gate, 1)}
		t.groups[name] = g
	}
	g.here++
	return g
}

func (t *turns) part(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if g := t.groups[name]; g.here == 1 {
		delete(t.groups, name)
	} else {
		g.here--
	}
}
