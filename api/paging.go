package api

import (
	"math"
	"strconv"
	"strings"
)

// mostRows is how many rows a page has where the query does not say.
const mostRows = 100

// A page is a part of a list, counted from 1.
type page struct{ number, limit int }

// page reads which part of a list is asked for; ok is false where no page is
// named.
func (c *call) page() (p page, ok bool, err error) {
	p = page{1, mostRows}
	for _, key := range []string{"page", "limit"} {
		text := c.query.Get(key)
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return p, false, badParameter("Invalid number for %s: %s", key, text)
		}
		if key == "page" {
			p.number, ok = int(n), true
		} else {
			p.limit = max(1, int(n))
		}
	}
	return p, ok, nil
}

// bounds are the first row of the page and the one behind its last, of so many;
// a page before the first, or behind the last, is empty.
func (p page) bounds(total int) (from, to int) {
	if p.number < 1 {
		return 0, 0
	}
	from = min(total, p.offset())
	return from, min(total, from+p.limit)
}

// offset is how many rows stand before the page.
func (p page) offset() int { return int(min(int64(math.MaxInt32), int64(p.number-1)*int64(p.limit))) }

// answer wraps the rows of a page as Kitsu does.
func (p page) answer(rows []object, total int) (answer, error) {
	var o object
	o.set("data", append([]object{}, rows...))
	o.set("total", int64(total))
	o.set("nb_pages", int64((total+p.limit-1)/p.limit))
	o.set("limit", int64(p.limit))
	o.set("offset", int64(p.offset()))
	o.set("page", int64(p.number))
	return ok(o)
}

// unwanted are the keys that ?fields does not name; id and type always stay.
func (c *call) unwanted(keys []string) (out []string) {
	text := c.query.Get("fields")
	if text == "" {
		return nil
	}
	wanted := append(strings.Split(text, ","), "id", "type")
	for _, key := range keys {
		if !has(wanted, key) {
			out = append(out, key)
		}
	}
	return out
}
