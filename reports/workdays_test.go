package reports

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWorkdaysAreThoseOfTheCalendar(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := anyCalendar(r)
		from := numberOf(dayText(dayOf(anyDay(r, "from"), time.UTC)))
		to := from + dayNumber(rapid.IntRange(-10, 800).Draw(r, "days"))
		if got, want := workdaysOf(c).between(from, to), int64(len(c.businessDays(from+1, to))); got != want {
			r.Fatalf("%s to %s: got %d, want %d", dayText(from), dayText(to), got, want)
		}
	})
	w := workdaysOf(Calendar{})
	friday := numberOf("2026-01-09")
	for days, want := range []int64{0, 0, 0, 1, 2} {
		if got := w.between(friday, friday+dayNumber(days)); got != want {
			t.Errorf("%d days after a Friday: got %d, want %d", days, got, want)
		}
	}
}
