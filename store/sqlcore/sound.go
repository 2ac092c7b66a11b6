package sqlcore

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"turnover/hierarchy"
	"turnover/store/schema"
)

// sound refuses what only one of the databases would keep, so that both promise
// the same and a back-up of one restores into the other.
func sound(c *schema.Column, value any) error {
	switch v := value.(type) {
	case nil:
		if !c.Null {
			return fmt.Errorf("%s is missing", c.Name)
		}
	case string:
		return soundText(c, v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s is not a number", c.Name)
		}
	}
	return nil
}

func soundText(c *schema.Column, v string) error {
	switch {
	case strings.IndexByte(v, 0) >= 0:
		return fmt.Errorf("%s holds a NUL character", c.Name)
	case !utf8.ValidString(v):
		return fmt.Errorf("%s is not UTF-8 text", c.Name)
	case c.Kind == schema.Day:
		if _, err := hierarchy.ParseDay(v); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	case c.Kind == schema.Time && len(v) != len("2006-01-02T15:04:05") && (len(v) < 20 || v[19] != '.'):
		return errors.New(c.Name + " lies outside the years 1 to 9999")
	}
	return nil
}
