package schedule

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// longest is more characters than any sensible expression has.
const longest = 200

// An Expression says at which wall times something is due: five cron fields, or
// a name such as @daily. It knows no zone.
type Expression struct {
	text  string
	times *cron.SpecSchedule
}

func (x Expression) String() string { return x.text }

// choosesWeekdays says whether the weekday is restricted.
func (x Expression) choosesWeekdays() bool {
	const star = 1 << 63 // as the parser marks a field that is not
	return x.times.Dow&star == 0
}

// A field is one of the five.
type field struct{ name, allowed string }

var fields = [...]field{
	{"minute", "0-59"}, {"hour", "0-23"}, {"day of month", "1-31"}, {"month", "1-12 or JAN-DEC"}, {"weekday", "0-7 or SUN-SAT, where 0 and 7 are Sunday"},
}

// names are those that stand for five fields.
var names = []string{"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}

// item is what stands between the commas of a field. The parser would read
// "*-5" as "*" and nothing between two commas as nothing.
var item = regexp.MustCompile(`^(?:[*?]|[0-9A-Za-z]{1,3}(?:-[0-9A-Za-z]{1,3})?)(?:/[0-9]{1,2})?$`)

// Parse reads an expression and says all that is wrong with it at once.
func Parse(text string) (Expression, error) {
	shape, err := shapeOf(text)
	if err != nil {
		return Expression{}, err
	}
	parsed, err := parse(shape)
	if err != nil {
		return Expression{}, fmt.Errorf("%q: %w", text, err)
	}
	times, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return Expression{}, fmt.Errorf("%q names no times of the clock", text)
	}
	times.Location = time.UTC // wall times are walked as if they were UTC, which skips and repeats nothing
	x := Expression{text: text, times: times}
	if x.next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Expression{}, fmt.Errorf("%q never comes: no month it names has such a day", text)
	}
	return x, nil
}

// shapeOf gives the expression as the parser takes it, or what is wrong with it.
func shapeOf(text string) (string, error) {
	trimmed := strings.TrimSpace(text)
	switch {
	case len(text) > longest:
		return "", fmt.Errorf("an expression of %d characters: %d are allowed", len(text), longest)
	case trimmed == "":
		return "", errors.New(`no expression: write minute, hour, day of month, month and weekday, as in "0 8 * * MON"`)
	case strings.Contains(text, "TZ="):
		return "", fmt.Errorf("%q: write the zone as timezone: Europe/Paris, not in the expression", text)
	case trimmed[0] == '@':
		return trimmed, checkName(trimmed)
	}
	parts := strings.Fields(trimmed)
	if len(parts) != len(fields) {
		return "", fmt.Errorf(`%q has %d fields instead of 5: write minute, hour, day of month, month and weekday, as in "0 8 * * MON"`, text, len(parts))
	}
	var faults []string
	for i, f := range fields {
		if i == len(fields)-1 {
			parts[i] = sundays(parts[i])
		}
		if !readable(i, parts[i]) {
			faults = append(faults, fmt.Sprintf("%s %q: use %s, *, lists (1,3), ranges (1-3) or steps (*/2)", f.name, strings.Fields(trimmed)[i], f.allowed))
		}
	}
	if faults != nil {
		return "", fmt.Errorf("%q: %s", text, strings.Join(faults, "; "))
	}
	return strings.Join(parts, " "), nil
}

func checkName(name string) error {
	switch {
	case strings.HasPrefix(name, "@every"):
		return fmt.Errorf(`%q counts from when the program starts, so each restart would move it: name times of the clock, as in "*/15 * * * *"`, name)
	case name == "@reboot":
		return fmt.Errorf("%q names no time: write one, and if_missed: once makes up for it after a start", name)
	case !slices.Contains(names, name):
		return fmt.Errorf("unknown name %q: use one of %s, or five fields", name, strings.Join(names, ", "))
	}
	return nil
}

// readable tells whether the parser understands one field, the others being *.
func readable(i int, text string) bool {
	for one := range strings.SplitSeq(text, ",") {
		if !item.MatchString(one) {
			return false
		}
	}
	alone := []string{"*", "*", "*", "*", "*"}
	alone[i] = text
	_, err := parse(strings.Join(alone, " "))
	return err == nil
}

// parse asks the library, which panics on some texts. None is known that gets
// past the checks above.
func parse(text string) (s cron.Schedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it cannot be read: %v", p)
		}
	}()
	return cron.ParseStandard(text)
}

// weekdays are the numbers of the days; the parser knows Sunday as 0 only.
var weekdays = map[string]int{"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}

// sundays rewrites a field of weekdays in which Sunday is 7 or ends a range.
func sundays(text string) string {
	parts := strings.Split(text, ",")
	for i, one := range parts {
		days, step, _ := strings.Cut(one, "/")
		low, high, isRange := strings.Cut(days, "-")
		switch {
		case !isRange && low == "7":
			parts[i] = "0"
		case isRange && (high == "7" || strings.EqualFold(high, "sun")):
			parts[i] = untilSunday(one, low, step)
		}
	}
	return strings.Join(parts, ",")
}

// untilSunday lists the days of a range that Sunday ends; what cannot be read
// stays as it is.
func untilSunday(text, low, step string) string {
	first, ok := weekdays[strings.ToLower(low)]
	if n, err := strconv.Atoi(low); !ok && (err != nil || n < 0 || n > 7) {
		return text
	} else if !ok {
		first = n
	}
	by := 1
	if step != "" {
		n, err := strconv.Atoi(step)
		if err != nil || n < 1 {
			return text
		}
		by = n
	}
	var days []string
	for day := first; day <= 7; day += min(by, 8) {
		days = append(days, strconv.Itoa(day%7))
	}
	return strings.Join(days, ",")
}

// next gives the first wall time after another; zero where none comes within
// five years.
func (x Expression) next(wall time.Time) time.Time { return x.times.Next(wall) }
