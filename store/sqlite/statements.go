package sqlite

import (
	"context"
	"database/sql"
	"sync"
)

// Questions that are asked again and again are kept prepared: to prepare one costs
// more than to answer many of them. A command asks each once or twice and would
// only lose.
const (
	keptFrom = 3   // times asked
	keptMost = 200 // questions; those of the API are fewer
)

// statements are what readers ask, kept prepared on each of their connections.
type statements struct {
	db    *sql.DB
	mutex sync.Mutex
	asked map[string]*asked
}

type asked struct {
	times    int
	prepared *sql.Stmt
}

// find gives the kept statement of a question; nil where there is none.
func (s *statements) find(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	a := s.asked[query]
	if a == nil {
		if len(s.asked) == keptMost {
			return nil, nil
		}
		a = &asked{}
		s.asked[query] = a
	}
	if a.times++; a.times < keptFrom || a.prepared != nil {
		return a.prepared, nil
	}
	var err error
	a.prepared, err = s.db.PrepareContext(context.WithoutCancel(ctx), query) // closed with the database
	return a.prepared, err
}
