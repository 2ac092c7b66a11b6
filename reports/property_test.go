package reports

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/hierarchy"
)

// zones lie from 11 hours behind UTC to 14 before it.
func zones(t testing.TB) []*time.Location {
	t.Helper()
	out := []*time.Location{nil, time.UTC, time.FixedZone("-11", -11*3600), time.FixedZone("+14", 14*3600), time.FixedZone("+0545", 5*3600+45*60)}
	for _, name := range []string{"Europe/Paris", "America/Los_Angeles", "Pacific/Kiritimati", "America/Sao_Paulo", "Asia/Tokyo"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, zone)
	}
	return out
}

// anyDay draws days around new years, leap days and clock changes, of years
// with 52 and with 53 weeks.
func anyDay(t *rapid.T, label string) time.Time {
	year := rapid.IntRange(2019, 2033).Draw(t, label+" year")
	start := rapid.SampledFrom([]time.Time{
		time.Date(year, 12, 24, 0, 0, 0, 0, time.UTC), time.Date(year, 2, 20, 0, 0, 0, 0, time.UTC), time.Date(year, 3, 22, 0, 0, 0, 0, time.UTC),
	}).Draw(t, label+" season")
	return start.Add(time.Duration(rapid.Int64Range(0, 16*24*3600*1_000_000).Draw(t, label+" instant")) * time.Microsecond)
}

// anyFilm draws a production of a few tasks with everything that can go wrong.
func anyFilm(t *rapid.T) *film {
	f := newFilm()
	people := []hierarchy.ID{ada, bob, eve, "p-gone"}
	for i := range rapid.IntRange(1, 6).Draw(t, "tasks") {
		frames := rapid.OneOf(rapid.Int64Range(-50, 500), rapid.SampledFrom([]int64{0, 1, 2_000_000_000, -2_000_000_000})).Draw(t, "frames")
		end := anyDay(t, "end")
		task := f.shot(frames, func(task *hierarchy.Task) {
			if rapid.Bool().Draw(t, "ended") {
				task.EndDate = hierarchy.At(end)
			}
			if rapid.Bool().Draw(t, "done") {
				task.DoneDate = hierarchy.At(end.Add(time.Hour))
			}
			if rapid.Bool().Draw(t, "started") {
				task.RealStartDate = hierarchy.At(end.Add(-time.Duration(rapid.IntRange(-30, 500).Draw(t, "hours")) * time.Hour))
			}
			task.Assignees = rapid.SliceOfNDistinct(rapid.SampledFrom(people), 0, 3, rapid.ID[hierarchy.ID]).Draw(t, "assignees")
			drawings := rapid.Int64Range(0, 40).Draw(t, "drawings")
			task.NbDrawings = &drawings
		})
		if rapid.IntRange(0, 9).Draw(t, "unknown length") == 0 {
			f.dim.Entities[i+1].NbFrames = nil
		}
		f.dim.Entities[i+1].Canceled = rapid.Bool().Draw(t, "omitted")
		for range rapid.IntRange(0, 5).Draw(t, "sheets") {
			minutes := rapid.OneOf(rapid.SampledFrom([]float64{0.1, 7.5, 1.0 / 3, 60, 480, 1e-9, 1e12}), rapid.Float64Range(0.01, 600)).Draw(t, "minutes")
			f.log(task, rapid.SampledFrom(people).Draw(t, "by"), hierarchy.Day(anyDay(t, "sheet").Format(time.DateOnly)), minutes)
		}
	}
	return f
}

func anyCalendar(t *rapid.T) Calendar {
	c := Calendar{Holidays: map[hierarchy.Day]string{}}
	for range rapid.IntRange(0, 6).Draw(t, "holidays") {
		c.Holidays[hierarchy.Day(anyDay(t, "holiday").Format(time.DateOnly))] = "holiday"
	}
	if rapid.Bool().Draw(t, "friday off") {
		c.Weekend = map[time.Weekday]bool{time.Friday: true}
	}
	return c
}

func TestQuotaConserves(t *testing.T) {
	all := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		f := anyFilm(r)
		q := Query{Method: rapid.SampledFrom([]Method{Weighted, Raw}).Draw(r, "method"), Basis: rapid.SampledFrom([]Basis{Feedback, Approval}).Draw(r, "basis"),
			TeamBy: rapid.SampledFrom([]string{"department", "studio"}).Draw(r, "team by"), Timezone: rapid.SampledFrom(all).Draw(r, "zone"), Calendar: anyCalendar(r)}
		b, err := Quota(f.facts(), q)
		if err != nil {
			r.Fatal(err)
		}
		conserves(r, &f.memory, b, q.Basis)
		perTask := map[string]int64{}
		for _, row := range collect(r, b.Table("quota_shares")) {
			perTask[row[1].(string)] += row[6].(int64)
		}
		for _, task := range f.tasks {
			if got, ok := perTask[string(task.ID)]; ok && got != f.dim.Entities[indexOf(f, task)].Frames() {
				r.Fatalf("shares of %s sum to %d frames", task.ID, got)
			}
		}
		cutsSum(r, f, q)
	})
}

func indexOf(f *film, task *hierarchy.Task) int {
	for i, e := range f.dim.Entities {
		if e.ID == task.EntityID {
			return i
		}
	}
	return -1
}

// cutsSum makes sure that a period and what lies around it sum to the whole,
// and so do all persons.
func cutsSum(r *rapid.T, f *film, q Query) {
	frames := func(change func(*Query)) int64 {
		part := q
		change(&part)
		b, err := Quota(f.facts(), part)
		if err != nil {
			r.Fatal(err)
		}
		return sum(r, b.Table("quota_person_day"), "frames")
	}
	cut := anyDay(r, "cut")
	b, err := Quota(f.facts(), q)
	if err != nil {
		r.Fatal(err)
	}
	if rows := collect(r, b.Table("quota_shares")); len(rows) > 0 { // where it hurts: on a day that has frames
		cut = rapid.SampledFrom(rows).Draw(r, "row")[4].(time.Time)
	}
	before, after := hierarchy.Day(cut.Format(time.DateOnly)), hierarchy.Day(cut.AddDate(0, 0, 1).Format(time.DateOnly))
	whole := frames(func(*Query) {})
	if got := frames(func(p *Query) { p.To = before }) + frames(func(p *Query) { p.From = after }); got != whole {
		r.Fatalf("cut at %s the parts sum to %d, the whole is %d", before, got, whole)
	}
	f.dim.Persons = append(f.dim.Persons, &hierarchy.Person{ID: "p-gone", FirstName: "Gone"})
	var persons int64
	for _, p := range []string{string(ada), string(bob), string(eve), "p-gone", nobody} {
		persons += frames(func(q *Query) { q.Person = p })
	}
	if persons != whole {
		r.Fatalf("persons sum to %d, the whole is %d", persons, whole)
	}
}

func TestApportionSumsAndIsFair(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		amount := rapid.Int64().Draw(r, "amount")
		weights := rapid.SliceOfN(rapid.Uint64Range(0, maxWeight), 1, 20).Draw(r, "weights")
		var total uint64
		for _, w := range weights {
			total += w
		}
		if total == 0 {
			return
		}
		out := make([]int64, len(weights))
		apportion(amount, weights, total, out)
		var got int64
		for i, part := range out {
			got += part
			if weights[i] == 0 && part != 0 {
				r.Fatalf("weight 0 has %d", part)
			}
			fair := float64(amount) / float64(total) * float64(weights[i])
			if d := math.Abs(float64(part) - fair); d > 1+math.Abs(fair)*1e-9 {
				r.Fatalf("part %d is %v off its fair %v", i, d, fair)
			}
		}
		if got != amount {
			r.Fatalf("parts sum to %d of %d", got, amount)
		}
		n := len(weights)
		equal := make([]uint64, n)
		for i := range equal {
			equal[i] = 1
		}
		apportion(amount, equal, uint64(n), out)
		for i := range out {
			if out[i] != evenPart(amount, n, i) {
				r.Fatalf("even part %d is %d, by largest remainder %d", i, evenPart(amount, n, i), out[i])
			}
		}
	})
}

// Every day of 2019 to 2034 lies in the period that it is labelled with.
func TestPeriods(t *testing.T) {
	first, last := numberOf("2019-12-01"), numberOf("2034-01-31")
	for d := first; d <= last; d++ {
		if d.weekday() != d.time().Weekday() || numberOf(dayText(d)) != d {
			t.Fatalf("day %s", dayText(d))
		}
		for _, p := range periods {
			start := p.start(d)
			if start > d || p.label(start) != p.label(d) || start > first && p.label(start-1) == p.label(d) {
				t.Fatalf("%s of %s starts on %s", p, dayText(d), dayText(start))
			}
		}
	}
	for day, want := range map[hierarchy.Day]string{"2020-12-31": "2020-W53", "2021-01-03": "2020-W53", "2021-01-04": "2021-W01", "2025-12-29": "2026-W01",
		"2026-12-31": "2026-W53", "2024-02-29": "2024-W09", "2032-12-31": "2032-W53"} {
		if got := byWeek.label(numberOf(day)); got != want {
			t.Errorf("%s is in %s, want %s", day, got, want)
		}
	}
	if got := kitsuLabel(byWeek, numberOf("2025-12-30")); got != "2026-1" {
		t.Errorf("Kitsu's week is %s", got)
	}
}

// big makes a production of the size that the live Kitsu was timed on.
func big(shots, tasksEach, sheetsEach int) *memory {
	f := newFilm()
	f.dim.TaskTypes = nil
	for i := range tasksEach {
		f.dim.TaskTypes = append(f.dim.TaskTypes, &hierarchy.TaskType{ID: hierarchy.ID(fmt.Sprintf("type-%d", i)), Name: fmt.Sprintf("Type %d", i)})
	}
	f.dim.Persons = nil
	for i := range 80 {
		f.dim.Persons = append(f.dim.Persons, &hierarchy.Person{ID: hierarchy.ID(fmt.Sprintf("person-%02d", i)), FirstName: fmt.Sprintf("Person %d", i)})
	}
	for s := range 200 {
		f.dim.Entities = append(f.dim.Entities, &hierarchy.Entity{ID: hierarchy.ID(fmt.Sprintf("sq-%03d", s)), Kind: hierarchy.Sequence, Name: fmt.Sprintf("SQ%03d", s)})
	}
	begin, n := time.Date(2025, 1, 6, 10, 0, 0, 0, time.UTC), 0
	for s := range shots {
		frames := int64(24 + s%200)
		id := hierarchy.ID(fmt.Sprintf("shot-%06d", s))
		f.dim.Entities = append(f.dim.Entities, &hierarchy.Entity{ID: id, Kind: hierarchy.Shot, ParentID: hierarchy.ID(fmt.Sprintf("sq-%03d", s%200)), Name: fmt.Sprintf("SH%05d", s), NbFrames: &frames})
		for i := range tasksEach {
			end := begin.Add(time.Duration(n%(400*24)) * time.Hour)
			t := &hierarchy.Task{ID: hierarchy.ID(fmt.Sprintf("task-%08d", n)), EntityID: id, TaskTypeID: f.dim.TaskTypes[i].ID, TaskStatusID: approved,
				EndDate: hierarchy.At(end), RealStartDate: hierarchy.At(end.AddDate(0, 0, -9)), Assignees: []hierarchy.ID{f.dim.Persons[n%80].ID}}
			f.tasks = append(f.tasks, t)
			for k := range sheetsEach {
				f.sheets = append(f.sheets, &hierarchy.TimeSpent{ID: hierarchy.ID(fmt.Sprintf("sheet-%09d", len(f.sheets))), TaskID: t.ID, PersonID: t.Assignees[0],
					Date: hierarchy.Day(end.AddDate(0, 0, k-8).Format(time.DateOnly)), Duration: float64(30 + (n*7+k*13)%200)})
				t.Duration += f.sheets[len(f.sheets)-1].Duration
			}
			n++
		}
	}
	return f.order()
}

func BenchmarkQuota(b *testing.B) {
	m := big(10_000, 4, 6)
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		b.Fatal(err)
	}
	for _, method := range []Method{Weighted, Raw, KitsuWeighted, KitsuRaw} {
		b.Run(string(method), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Quota(m, Query{Method: method, Timezone: zone}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("weighted with every row printed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			book, err := Quota(m, Query{Timezone: zone})
			if err != nil {
				b.Fatal(err)
			}
			for _, tb := range book.Tables {
				for range tb.Rows {
				}
			}
		}
	})
}

func BenchmarkStatistics(b *testing.B) {
	m := big(10_000, 4, 0)
	for _, t := range m.tasks {
		for k, status := range []hierarchy.ID{wip, review, retakeStatus, review, approved} {
			c := &hierarchy.Comment{ID: hierarchy.ID(fmt.Sprintf("c-%09d", len(m.comments))), TaskID: t.ID, TaskStatusID: status}
			c.CreatedAt = hierarchy.At(t.RealStartDate.AddDate(0, 0, k))
			m.comments = append(m.comments, c)
		}
	}
	for name, report := range map[string]Report{"retake": Retake, "episode": Episode} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := report(m, Query{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
