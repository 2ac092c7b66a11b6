package jobs

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/riverqueue/river"
)

func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns, ctx := newTurns(2), t.Context()
		soon, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		first, mine := turns.begin(ctx, ctx, "tv")
		if !mine {
			t.Fatal("the first of a group has to wait")
		}
		order := make(chan int, 3)
		for n := range 3 {
			go func() {
				end, mine := turns.begin(ctx, ctx, "tv")
				if mine {
					order <- n
					end()
				}
			}()
			synctest.Wait()
		}
		if _, mine := turns.begin(soon, ctx, "tv"); mine {
			t.Error("two of one group at once")
		}
		stuck, over := context.WithCancel(ctx)
		if _, mine = turns.begin(ctx, stuck, ""); !mine {
			t.Fatal("no group keeps nobody away")
		}
		if _, mine := turns.begin(soon, ctx, "film"); mine {
			t.Error("three at once in two places")
		}
		over() // what runs on all the same keeps no place
		synctest.Wait()
		if end, mine := turns.begin(ctx, ctx, "film"); !mine {
			t.Error("a place was not given back")
		} else {
			end()
		}
		first()
		for n := range 3 {
			if got := <-order; got != n {
				t.Errorf("number %d came when it was the turn of %d", got, n)
			}
		}
		synctest.Wait()
		if len(turns.groups) != 0 || len(turns.places) != 0 {
			t.Errorf("left behind: %v and %d places", turns.groups, len(turns.places))
		}
	})
}

// Many short jobs of one group are worked one after the other, and not put off
// again and again.
func TestALongGroupDoesNotSpin(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		const jobs = 100
		q := open(t, where, quick(), Kind{Name: "import", Timeout: time.Minute, Group: func(Job) string { return "tv" },
			Work: func(context.Context, Job) error { return nil }})
		for i := range jobs {
			add(t, q, "import", fmt.Sprint(i))
		}
		start(t, q)
		settle(t, "all are done", func() bool { return len(list(t, q, Done)) == jobs })
		found, err := q.client.JobList(t.Context(), river.NewJobListParams().First(jobs))
		if err != nil {
			t.Fatal(err)
		}
		puts := 0
		for _, row := range found.Jobs {
			puts += notesOf(row).Snoozes
		}
		if len(found.Jobs) != jobs || puts > jobs/2 {
			t.Errorf("%d jobs were put off %d times", len(found.Jobs), puts)
		}
	})
}
