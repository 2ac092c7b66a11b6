package schedule

import (
	"strings"
	"testing"
	"time"
)

func TestExpressions(t *testing.T) {
	from := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) // a Wednesday
	for text, want := range map[string]string{
		"0 8 * * MON":     "11-30T08:00 12-07T08:00",
		"0 8 * * 7":       "11-29T08:00 12-06T08:00",
		"0 8 * * 0":       "11-29T08:00 12-06T08:00",
		"0 8 * * 5-7":     "11-27T08:00 11-28T08:00 11-29T08:00 12-04T08:00",
		"0 8 * * fri-sun": "11-27T08:00 11-28T08:00 11-29T08:00 12-04T08:00",
		"0 8 * * 1-7/3":   "11-26T08:00 11-29T08:00 11-30T08:00",
		"0 8 * * 7,wed":   "11-29T08:00 12-02T08:00",
		"0 8 * * 7/2":     "11-29T08:00 12-06T08:00",
		"0 8 29 2 *":      "02-29T08:00",
		"0 8 1 * MON":     "11-30T08:00 12-01T08:00 12-07T08:00", // either day, as cron has it
		"15/20 23 * * *":  "11-25T23:15 11-25T23:35 11-25T23:55 11-26T23:15",
		"@daily":          "11-26T00:00 11-27T00:00",
		"@weekly":         "11-29T00:00",
		" @hourly ":       "11-25T13:00",
		"0\t8 ? * *":      "11-26T08:00",
	} {
		due, _ := entryOf(t, text, nil).Next(from, len(strings.Fields(want)))
		var got []string
		for _, o := range due {
			got = append(got, o.Wall[len("2026-"):])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestWrongExpressions(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "no expression: write minute, hour",
		"  ":                         "no expression",
		"TZ=0":                       "write the zone as timezone",
		"CRON_TZ=Asia/Tokyo * * * *": "write the zone as timezone",
		"0 0 30 2 *":                 "never comes",
		"0 0 31 2,4,6 *":             "never comes",
		"@every 5m":                  "each restart would move it",
		"@reboot":                    "names no time",
		"@Daily":                     "use one of @yearly",
		"0 8 * *":                    "has 4 fields instead of 5",
		"0 0 8 * * MON":              "has 6 fields instead of 5",
		"60 24 * * *":                `minute "60": use 0-59, *, lists (1,3), ranges (1-3) or steps (*/2); hour "24": use 0-23`,
		"* * 0 * *":                  "day of month",
		"* * * 13 *":                 "JAN-DEC",
		"* * * * 8":                  `weekday "8": use 0-7`,
		"* * * * 7-3":                `weekday "7-3"`,
		"* * * * 8-7":                `weekday "8-7"`,
		"* * * * MON-7/0":            "weekday",
		"* * L * *":                  "day of month",
		"* * * * MON#2":              "weekday",
		"1,,2 * * * *":               "minute",
		", * * * *":                  "minute",
		"*-5 * * * *":                "minute",
		"*/0 * * * *":                "minute",
		strings.Repeat("1,", 200):    "200 are allowed",
	} {
		_, err := Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// FuzzParse wants every text to be refused or to name wall times: whole minutes
// that ascend, found without a long search.
func FuzzParse(f *testing.F) {
	for _, r := range rules {
		f.Add(r.expression)
	}
	for _, text := range []string{"TZ=0", "TZ= * * * * *", "0 0 30 2 *", "0 0 29 2 *", "@daily", "@every 1h", "* * * * 5-7/2", "* * * * sun-sun", "1/99 * ? JAN-DEC/5 *", "\x00", "* * * * 7-7"} {
		f.Add(text)
	}
	zone := zoneNamed(f, "Australia/Lord_Howe")
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		x, err := Parse(text)
		if err != nil {
			return
		}
		e := &Entry{Name: "e", Times: x, Zone: zone, MakeUp: 1}
		due, _ := e.Next(from, 5)
		if len(due) != 5 && !strings.Contains(text, "29") {
			t.Fatalf("%q: only %d occurrences", text, len(due))
		}
		for i, o := range due {
			if !o.At.After(from) || o.At.Second() != 0 || i > 0 && !due[i-1].At.Before(o.At) {
				t.Errorf("%q: %+v", text, due)
			}
		}
	})
}
