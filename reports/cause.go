package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"turnover/hierarchy"
)

// A causeMap finds why a retake was asked for: by tags ("#anim") in the comment
// and by headings of its checklist. Keys are folded.
type causeMap struct{ tags, headings map[string]string }

// CheckCauses says everything that is wrong with a mapping of tags and
// checklist headings to causes; nil where nothing is.
func CheckCauses(given map[string]string) error {
	_, err := causesOf(given)
	return err
}

func causesOf(given map[string]string) (causeMap, error) {
	c := causeMap{map[string]string{}, map[string]string{}}
	var wrong []error
	for _, key := range slices.Sorted(maps.Keys(given)) {
		cause, into, folded := strings.TrimSpace(given[key]), c.headings, foldText(key)
		if strings.HasPrefix(folded, "#") {
			into = c.tags
			if found := tagsOf(folded); len(found) != 1 || found[0] != folded {
				wrong = append(wrong, fmt.Errorf("%q is no tag: write # and one word of letters, digits, _ and -", key))
				continue
			}
		}
		switch other, twice := into[folded]; {
		case folded == "":
			wrong = append(wrong, errors.New("an empty key maps nothing: write a tag such as '#anim', in quotes, or a heading"))
		case cause == "":
			wrong = append(wrong, fmt.Errorf("%q has no cause: write it as '%s': animation", key, key))
		case twice && other != cause:
			wrong = append(wrong, fmt.Errorf("%q is given twice in another letter case, with causes %q and %q", key, other, cause))
		default:
			into[folded] = cause
		}
	}
	return c, errors.Join(wrong...)
}

// none tells that nothing is mapped, so that comments need not be looked at.
func (c causeMap) none() bool { return len(c.tags) == 0 && len(c.headings) == 0 }

// of lists the causes that a comment names, each once: tags of the text as they
// stand, then those of the checklist with its headings.
func (c causeMap) of(comment *hierarchy.Comment) []string {
	var out []string
	add := func(cause string, there bool) {
		if there && !slices.Contains(out, cause) {
			out = append(out, cause)
		}
	}
	tags := func(text string) {
		if len(c.tags) == 0 || !strings.ContainsAny(text, "#＃") {
			return
		}
		for _, tag := range tagsOf(foldText(text)) {
			cause, there := c.tags[tag]
			add(cause, there)
		}
	}
	tags(comment.Text)
	for _, item := range checklist(comment.Checklist) {
		tags(item)
		whole := foldText(item)
		cause, there := c.headings[strings.TrimSpace(strings.TrimSuffix(whole, ":"))]
		if head, _, cut := strings.Cut(whole, ":"); !there && cut {
			cause, there = c.headings[strings.TrimSpace(head)] // "Animation: the left hand"
		}
		add(cause, there)
	}
	return out
}

// checklist reads the texts of a comment's checklist: a list of objects, as
// Kitsu keeps it, or of plain texts. What is neither has none.
func checklist(d hierarchy.Data) []string {
	if len(d) <= len("[]") {
		return nil
	}
	var items []json.RawMessage
	if json.Unmarshal(d, &items) != nil {
		return nil
	}
	var out []string
	for _, raw := range items {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			out = append(out, text)
			continue
		}
		for _, key := range []string{"heading", "title", "text"} {
			if text := hierarchy.Data(raw).Get(key).Text(); text != "" {
				out = append(out, text)
			}
		}
	}
	return out
}

// tagsOf lists the tags of a folded text. A tag is a # that no word stands
// before, and the whole word behind it: "#anim" is none in "#animation".
func tagsOf(text string) []string {
	var out []string
	var before rune
	for at, r := range text {
		if r == '#' && !wordRune(before) {
			word := text[at+1:]
			if end := strings.IndexFunc(word, func(r rune) bool { return !wordRune(r) }); end >= 0 {
				word = word[:end]
			}
			if word = strings.TrimRight(word, "-"); word != "" {
				out = append(out, "#"+word)
			}
		}
		before = r
	}
	return out
}

func wordRune(r rune) bool {
	return r == '_' || r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// foldText is the form in which tags and headings are compared: composed, in
// one letter case, spaces as one, full-width signs as plain ones.
func foldText(s string) string {
	return strings.Join(strings.Fields(norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))), " ")
}
