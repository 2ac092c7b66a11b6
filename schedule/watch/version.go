package watch

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"turnover/schedule"
)

var token = regexp.MustCompile(`(?i)[-_. ](?:v|r|ver|rev|version)[-_.]?(\d{1,9})(?:$|[-_. ])`)

// Version reads the version in a file's name: "_v07", "-R2", " V3". The stem is
// what all versions of the list have in common: the name without it, in lower
// case. Of several the last counts.
func Version(name string) (stem string, number int, ok bool) {
	base, ext := split(name)
	at := lastToken(base)
	if at == nil {
		return "", 0, false
	}
	number, err := strconv.Atoi(base[at[2]:at[3]])
	if err != nil {
		return "", 0, false
	}
	return strings.ToLower(base[:at[0]] + "#" + base[at[3]:] + ext), number, true
}

// lastToken finds the last version: the sign after one may begin the next.
func lastToken(base string) (at []int) {
	for from := 0; ; {
		m := token.FindStringSubmatchIndex(base[from:])
		if m == nil {
			return at
		}
		at = []int{m[0] + from, m[1] + from, m[2] + from, m[3] + from}
		from = at[3]
	}
}

// version is that of a drop: of a set, the cut's.
func (f Folder) version(d schedule.Drop) (stem string, number int, ok bool) {
	dir, name := path.Split(d.Name())
	if cut, _, isSet := f.Sets.Cut(name); isSet {
		name = cut
	}
	stem, number, ok = Version(name)
	return dir + stem, number, ok
}

// A lastVersion is what the mark "version/FOLDER/STEM" holds.
type lastVersion struct {
	Number int    `json:"number"`
	Name   string `json:"name"`
}

func versionKey(folder, stem string) string { return "version/" + folder + "/" + stem }

// newer names the version that was taken last, where it is newer than the drop;
// "" where it is not.
func (f *Filer) newer(ctx context.Context, folder Folder, d schedule.Drop) (string, error) {
	stem, number, ok := folder.version(d)
	if !ok {
		return "", nil
	}
	m, err := f.Ledger.Mark(ctx, versionKey(folder.Name, stem))
	if err != nil || m == nil {
		return "", err
	}
	var last lastVersion
	if err := json.Unmarshal(m.Result, &last); err != nil {
		return "", fmt.Errorf("read the mark %q: %w", m.Key, err)
	}
	if last.Number > number {
		return last.Name, nil
	}
	return "", nil
}

// remember notes the version that was taken last. A person who lets an older one
// pass has gone back to it: what counts is the last, not the highest.
func (f *Filer) remember(ctx context.Context, folder Folder, d schedule.Drop) error {
	stem, number, ok := folder.version(d)
	if !ok {
		return nil
	}
	result, err := json.Marshal(lastVersion{number, d.Name()})
	if err != nil {
		return fmt.Errorf("write the version of %q: %w", d.Name(), err)
	}
	return f.Ledger.PutMark(ctx, schedule.Mark{Key: versionKey(folder.Name, stem), State: schedule.Applied, At: f.Now(), Result: result})
}
