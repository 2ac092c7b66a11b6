package importers

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

var (
	isoDay    = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?$`)
	dottedDay = regexp.MustCompile(`^(\d{1,2})[./](\d{1,2})(?:[./](\d{2}|\d{4}))?[.]?$`)
	// Those with names of months are made when they are needed: they are large.
	dayMonth = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(\d{1,2})[-. ]{1,2}(\pL{3,9})\.?(?:[- ]\d{2}(?:\d{2})?)?$`)
	})
	monthDay = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\pL{3,9})\.?[- ](\d{1,4})$`) })
)

// months are the beginnings of month names that spreadsheet programs show in
// English, French and German.
var months = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"janv": 1, "févr": 2, "mars": 3, "avr": 4, "mai": 5, "juin": 6, "juil": 7, "août": 8, "sept": 9, "déc": 12,
	"mrz": 3, "mär": 3, "okt": 10, "dez": 12,
}

// date: 3-Jan, 2026-01-03 or 03.01. for 3-1 or 1-3. What was typed is the
// reading that the column's other names, or the production's, speak for.
func (c *nameColumn) date(v *nameValue) (kind, proposed string, evidence []string) {
	first, second, ok := dayOf(v.text)
	if !ok || !v.date && c.honestDays() {
		return
	}
	proposed, evidence = c.single(dateNames(v.text, first, second))
	if proposed == "" {
		proposed, evidence = c.beside(v.text, first, second)
	}
	if proposed != "" {
		evidence = append(evidence, fmt.Sprintf("a spreadsheet program reads %s as a day", proposed))
	}
	return DamageDate, proposed, evidence
}

// dayOf gives the two numbers of a text that is a day: day and month, or month
// and year where the day is not shown.
func dayOf(text string) (a, b int, ok bool) {
	number := func(s string) int { n, _ := strconv.Atoi(s); return n } // the patterns take digits only
	if m := isoDay.FindStringSubmatch(text); m != nil {
		a, b = number(m[3]), number(m[2])
		return a, b, b >= 1 && b <= 12 && a >= 1 && a <= 31
	}
	if m := dottedDay.FindStringSubmatch(text); m != nil {
		a, b = number(m[1]), number(m[2])
		return a, b, a >= 1 && b >= 1 && a <= 31 && b <= 31 && min(a, b) <= 12
	}
	if m := dayMonth().FindStringSubmatch(text); m != nil {
		b, ok = months[strings.ToLower(m[2])]
		a = number(m[1])
		return a, b, ok && a >= 1 && a <= 31
	}
	if m := monthDay().FindStringSubmatch(text); m != nil {
		b, ok = months[strings.ToLower(m[1])]
		a = number(m[2])
		return a, b, ok && a >= 1 && a <= 99
	}
	return 0, 0, false
}

// honestDays tells a column in which most names are days on purpose.
func (c *nameColumn) honestDays() bool {
	days := 0
	for _, v := range c.values {
		if _, _, ok := dayOf(v.text); ok {
			days++
		}
	}
	return days >= fewest && 2*days > len(c.values)
}

var dateSeparators = []string{"-", "/", "."}

// dateNames are the texts that a spreadsheet program takes for the day.
func dateNames(was string, a, b int) []string {
	var out []string
	for _, sep := range dateSeparators {
		for _, form := range []string{"%d" + sep + "%d", "%02d" + sep + "%02d", "%d" + sep + "%02d", "%02d" + sep + "%d"} {
			out = append(out, fmt.Sprintf(form, a, b), fmt.Sprintf(form, b, a))
		}
	}
	if m := dayMonth().FindStringSubmatch(was); m != nil {
		out = append(out, wordNames(m[2], m[1])...)
	}
	if m := monthDay().FindStringSubmatch(was); m != nil {
		out = append(out, wordNames(m[1], m[2])...)
	}
	return out
}

// wordNames are names such as MAR10 and Mar_10 that hold a month by chance.
func wordNames(month, number string) []string {
	padded := fmt.Sprintf("%02s", number)
	var out []string
	for _, word := range []string{strings.ToUpper(month), month, strings.ToLower(month)} {
		for _, n := range []string{number, padded} {
			out = append(out, word+n, n+word, word+"-"+n)
		}
	}
	return out
}

// beside chooses between 3-1 and 1-3, where both follow the column's pattern,
// by the column's names that begin with the same number.
func (c *nameColumn) beside(was string, a, b int) (string, []string) {
	for _, sep := range dateSeparators {
		pairs, begin, all := 0, map[int]int{}, 0
		for _, v := range c.values {
			if v.text == was || v.date {
				continue
			}
			all++
			x, y, ok := strings.Cut(v.text, sep)
			if !ok || !allDigits(x) || !allDigits(y) || len(x) > 4 || len(y) > 4 {
				continue
			}
			n, _ := strconv.Atoi(x) // four digits at most
			pairs++
			begin[n]++
		}
		if pairs < fewest || float64(pairs) < dominance*float64(all) {
			continue
		}
		why := fmt.Sprintf("%d of the column's other %d names are two numbers with %q between them", pairs, all, sep)
		switch {
		case a == b:
			return fmt.Sprintf("%d%s%d", a, sep, b), []string{why}
		case begin[a] > 0 && begin[b] == 0:
			return fmt.Sprintf("%d%s%d", a, sep, b), []string{why, fmt.Sprintf("%d of them begin with %d, none with %d", begin[a], a, b)}
		case begin[b] > 0 && begin[a] == 0:
			return fmt.Sprintf("%d%s%d", b, sep, a), []string{why, fmt.Sprintf("%d of them begin with %d, none with %d", begin[b], b, a)}
		}
	}
	return "", nil
}
