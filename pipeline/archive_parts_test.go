package pipeline

import (
	"fmt"
	"iter"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"turnover/hierarchy"
)

// Parts are all changes in their order; none but one that ends in entities is
// over its size, and no two parts share the entities.
func TestPartsOfAnArchive(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var changes []hierarchy.Change
		for i := range rapid.IntRange(0, 9).Draw(r, "people") {
			changes = append(changes, hierarchy.Create{Row: &hierarchy.Person{ID: hierarchy.ID(fmt.Sprint("p", i))}})
		}
		for i := range rapid.IntRange(0, 9).Draw(r, "entities") {
			changes = append(changes, hierarchy.Create{Row: &hierarchy.Entity{ID: hierarchy.ID(fmt.Sprint("e", i))}})
		}
		for i := range rapid.IntRange(0, 9).Draw(r, "tasks") {
			changes = append(changes, hierarchy.Create{Row: &hierarchy.Task{ID: hierarchy.ID(fmt.Sprint("t", i))}})
		}
		size := rapid.IntRange(1, 12).Draw(r, "size")
		var got []hierarchy.Change
		withEntities := 0
		for part, err := range partsOf(one(changes), size) {
			if err != nil {
				r.Fatal(err)
			}
			entities := 0
			for _, c := range part {
				if c.Target().Table == "entities" {
					entities++
				}
			}
			if entities > 0 {
				withEntities++
			}
			if len(part) == 0 || len(part) > size && part[len(part)-1].Target().Table != "entities" {
				r.Fatalf("a part of %d changes", len(part))
			}
			got = append(got, part...)
		}
		if withEntities > 1 {
			r.Fatalf("entities are in %d parts", withEntities)
		}
		if !slices.Equal(got, changes) {
			r.Fatalf("parts are\n%v\nof\n%v", got, changes)
		}
	})
}

// one gives changes one after the other.
func one(changes []hierarchy.Change) iter.Seq2[hierarchy.Change, error] {
	return func(yield func(hierarchy.Change, error) bool) {
		for _, c := range changes {
			if !yield(c, nil) {
				return
			}
		}
	}
}
