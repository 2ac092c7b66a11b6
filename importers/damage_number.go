package importers

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	exponentForm  = regexp.MustCompile(`^(\d)(?:[.,](\d+))?[eE]\+?(\d{1,3})$`)
	thousandsForm = regexp.MustCompile(`^[1-9]\d{0,2}(?:[,.' \x{a0}\x{202f}’]\d{3})+$`)
)

// zeros: 1 for 001. The width is that of the column's names which kept their
// zeros, or of the one name of that number that the production has.
func (c *nameColumn) zeros(v *nameValue) (kind, proposed string, evidence []string) {
	if !allDigits(v.text) || v.text[0] == '0' {
		return
	}
	have := c.numbers[v.text]
	if len(have) > 1 {
		return // two widths: no reading is the better one
	}
	width, why := c.width()
	if len(have) == 1 {
		evidence = append(evidence, c.has(have[0]))
		if width == len(have[0]) {
			evidence = append(evidence, why)
		}
		return DamageZeros, have[0], evidence
	}
	if len(v.text) >= width {
		return
	}
	return DamageZeros, strings.Repeat("0", width-len(v.text)) + v.text, []string{why}
}

// width is the padding of the column's names; 0 where they have none, or
// several. Names that fill the width without zeros belong to it.
func (c *nameColumn) width() (int, string) {
	best := 0
	for w, n := range c.widths {
		if n > c.widths[best] || n == c.widths[best] && w < best {
			best = w
		}
	}
	full := c.shapes[strings.Repeat("9", best)]
	if c.padded < 2 || full < fewest || float64(c.widths[best]) < 0.8*float64(c.padded) {
		return 0, ""
	}
	return best, fmt.Sprintf("%d of the %d numbers in the column have %d digits, %d of them with leading zeros", full, c.digits, best, c.widths[best])
}

// exponent: 1.00E+05 or 100000 for 1E05. A text such as 1E05 is what was typed
// and is left alone; a number only means one where the names beside it are
// written with a letter in the same place.
func (c *nameColumn) exponent(v *nameValue) (kind, proposed string, evidence []string) {
	number := ""
	if m := exponentForm.FindStringSubmatch(v.text); m != nil {
		if m[2] == "" && !strings.Contains(v.text, "+") {
			return
		}
		number = plainNumber(m[1], m[2], m[3])
	} else if allDigits(v.text) && v.text[0] != '0' && strings.HasSuffix(v.text, "0") {
		number = v.text
	}
	if number == "" {
		return
	}
	proposed, evidence = c.single(exponentNames(number))
	if proposed != "" {
		evidence = append(evidence, fmt.Sprintf("a spreadsheet program reads %s as the number %s", proposed, number))
	}
	return DamageExponent, proposed, evidence
}

// plainNumber writes d.frac × 10^exp in digits; "" where it is no whole number
// or longer than any name.
func plainNumber(d, frac, exp string) string {
	e, err := strconv.Atoi(exp)
	frac = strings.TrimRight(frac, "0")
	if err != nil || e > 60 || e < len(frac) || d == "0" {
		return ""
	}
	return d + frac + strings.Repeat("0", e-len(frac))
}

// exponentNames are the texts that mean a number: 1E5, 1E05, 10E4, 10E04 …
func exponentNames(number string) []string {
	bare := strings.TrimRight(number, "0")
	if bare == "" || len(bare) > 6 {
		return nil
	}
	var out []string
	for e := len(number) - len(bare); e >= 0; e-- {
		mantissa := number[:len(number)-e]
		if len(mantissa) > 6 {
			break
		}
		for width := 1; width <= 4; width++ {
			if digits := fmt.Sprintf("%0*d", width, e); len(digits) == width {
				out = append(out, mantissa+"E"+digits, mantissa+"e"+digits)
			}
		}
	}
	return out
}

// thousands: 1,010 for 1010.
func (c *nameColumn) thousands(v *nameValue) (kind, proposed string, evidence []string) {
	if !thousandsForm.MatchString(v.text) {
		return
	}
	bare := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, v.text)
	if c.known[bare] {
		return DamageThousands, bare, []string{c.has(bare)}
	}
	if strings.Contains(v.text, ".") { // 1.010 may be scene 1, shot 010
		return
	}
	if why, ok := c.mostlyDigits(); ok {
		return DamageThousands, bare, []string{why}
	}
	return
}

func (c *nameColumn) mostlyDigits() (string, bool) {
	if c.digits < fewest || float64(c.digits) < dominance*float64(len(c.values)) {
		return "", false
	}
	return fmt.Sprintf("%d of the %d names in the column are digits only", c.digits, len(c.values)), true
}

// decimal splits 10.0 and 1,5 at the sign.
func decimal(s string) (whole, part string, ok bool) {
	i := strings.IndexAny(s, ".,")
	if i <= 0 || !allDigits(s[:i]) || !allDigits(s[i+1:]) {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// tail: 10.0 for 10, 1.1000000000000001 for 1.1, and numbers whose digits
// after the fifteenth became zeros.
func (c *nameColumn) tail(v *nameValue) (kind, proposed string, evidence []string) {
	if allDigits(v.text) && len(v.text) > 15 && strings.Trim(v.text[15:], "0") == "" {
		return c.rounded(v.text)
	}
	whole, part, ok := decimal(v.text)
	if !ok {
		return
	}
	if len(whole)+len(part) >= 16 && len(part) >= 10 {
		return c.fraction(v.text, whole, part)
	}
	if part != "0" || c.decimals > 0 {
		return
	}
	return c.pointZero(whole)
}

func (c *nameColumn) pointZero(whole string) (kind, proposed string, evidence []string) {
	if have := c.numbers[whole]; len(have) == 1 {
		return DamageTail, have[0], []string{c.has(have[0])}
	} else if len(have) > 1 {
		return
	}
	tails := 0
	for _, v := range c.values {
		if _, part, ok := decimal(v.text); ok && part == "0" {
			tails++
		}
	}
	why, digits := c.mostlyDigits()
	if !digits {
		if tails < fewest || tails+c.digits < len(c.values) {
			return
		}
		why = fmt.Sprintf("%d of the %d names in the column end in .0", tails, len(c.values))
	}
	evidence = []string{why}
	if width, padding := c.width(); len(whole) < width {
		whole = strings.Repeat("0", width-len(whole)) + whole
		evidence = append(evidence, padding)
	}
	return DamageTail, whole, evidence
}

// fraction rounds a binary fraction to the digits that were typed.
func (c *nameColumn) fraction(text, whole, part string) (kind, proposed string, evidence []string) {
	f, err := strconv.ParseFloat(whole+"."+part, 64)
	if err != nil {
		return
	}
	short := strconv.FormatFloat(f, 'g', 14, 64)
	if len(short) > len(text)-6 || strings.ContainsAny(short, "eE") || !strings.Contains(short, ".") {
		return
	}
	if strings.Contains(text, ",") {
		short = strings.Replace(short, ".", ",", 1)
	}
	return DamageTail, short, []string{fmt.Sprintf("%s is how a computer stores %s", text, short)}
}

func (c *nameColumn) rounded(text string) (kind, proposed string, evidence []string) {
	proposed = c.only(func(name string) bool {
		return len(name) == len(text) && allDigits(name) && name[:15] == text[:15]
	})
	if proposed == "" {
		return
	}
	return DamageTail, proposed, []string{c.has(proposed), "a spreadsheet program keeps 15 digits of a number"}
}

// sign: -10 for (10), and a sign before one number among many.
func (c *nameColumn) sign(v *nameValue) (kind, proposed string, evidence []string) {
	if len(v.text) < 2 || v.text[0] != '-' && v.text[0] != '+' || !allDigits(v.text[1:]) {
		return
	}
	bare := v.text[1:]
	if name := "(" + bare + ")"; v.text[0] == '-' {
		if proposed, evidence = c.single([]string{name}); proposed != "" {
			return DamageSign, proposed, append(evidence, "a spreadsheet program reads "+name+" as a negative number")
		}
	}
	if c.known[bare] && !c.written[bare] {
		return DamageSign, bare, []string{c.has(bare), "the column has no " + bare + " of its own"}
	}
	return
}

// boolean: TRUE for a name such as true or True that the production has.
func (c *nameColumn) boolean(v *nameValue) (kind, proposed string, evidence []string) {
	switch v.text {
	case "TRUE", "FALSE":
	default:
		return
	}
	proposed = c.only(func(name string) bool { return strings.EqualFold(name, v.text) })
	if proposed == "" {
		return
	}
	return DamageBoolean, proposed, []string{c.has(proposed), "a spreadsheet program writes truth values in capitals"}
}

// only gives the one known name that fits; "" for none or several.
func (c *nameColumn) only(fits func(name string) bool) string {
	found := ""
	for name := range c.known {
		if !fits(name) {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}
