package watch

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// Sets tells by their names which files are parts of one cut.
type Sets struct{ names *regexp.Regexp }

// ParseSets reads a template such as "{cut}_V{part}.edl". Upper and lower case
// are the same in it. A part is letters and digits.
func ParseSets(template string) (*Sets, error) {
	for _, word := range []string{"{cut}", "{part}"} {
		if strings.Count(template, word) != 1 {
			return nil, fmt.Errorf("sets: %q has to have %s once: write it as {cut}_V{part}.edl", template, word)
		}
	}
	if strings.ContainsAny(template, `/\`) {
		return nil, fmt.Errorf("sets: %q: leave out slashes: the parts of a cut lie in one folder", template)
	}
	quoted := regexp.QuoteMeta(template)
	quoted = strings.Replace(quoted, `\{cut\}`, `(?P<cut>.+)`, 1)
	quoted = strings.Replace(quoted, `\{part\}`, `(?P<part>[\pL\pN]+)`, 1)
	names, err := regexp.Compile(`(?is)^` + quoted + `$`)
	if err != nil {
		return nil, fmt.Errorf("sets: read %q: %w", template, err)
	}
	return &Sets{names}, nil
}

// Cut names the cut of which a file is a part; !ok where the template does not
// fit or there is none.
func (s *Sets) Cut(name string) (cut, part string, ok bool) {
	if s == nil {
		return "", "", false
	}
	m := s.names.FindStringSubmatch(name)
	if m == nil {
		return "", "", false
	}
	return m[s.names.SubexpIndex("cut")], m[s.names.SubexpIndex("part")], true
}

// group is what the files of one drop have in common: the cut's name, or for a
// file that is its own drop the file's.
func (s *Sets) group(p string) string {
	if cut, _, ok := s.Cut(path.Base(p)); ok {
		return path.Dir(p) + "/{" + strings.ToLower(cut) + "}"
	}
	return p
}
