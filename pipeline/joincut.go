package pipeline

import (
	"context"
	"slices"
	"strings"

	"turnover/importers"
)

// OpenCut opens the lists that together make one cut, "reel1.edl+reel2.edl". A
// file whose own name has a plus is one file.
func (p *Pipeline) OpenCut(path string) (first importers.File, beside []importers.File, err error) {
	if onDisk(path) || !strings.Contains(path, "+") {
		first, err = p.Open(path)
		return first, nil, err
	}
	for i, part := range strings.Split(path, "+") {
		f, err := p.Open(part)
		if err != nil {
			return first, nil, err
		}
		if i == 0 {
			first = f
		} else {
			beside = append(beside, f)
		}
	}
	return first, beside, nil
}

// joinCut reads the other lists of a cut and puts their events behind those of
// the first.
func (p *Pipeline) joinCut(ctx context.Context, in *Inspection, beside []importers.File) error {
	if len(beside) == 0 {
		return nil
	}
	joined, names := *in.List, []string{in.File.Name}
	joined.Entries = slices.Clone(joined.Entries)
	for _, f := range beside {
		if slices.Contains(names, f.Name) {
			return usage("two lists of one cut are called %q: give them different names, so that each event has its place", f.Name)
		}
		names = append(names, f.Name)
		other, err := p.Inspect(ctx, f, in.Options)
		if err != nil {
			return err
		}
		in.Found = append(in.Found, other.Found...)
		if other.List == nil {
			return &InputError{f.Name, in.Found}
		}
		joined.Entries = append(joined.Entries, other.List.Entries...)
		in.Beside = append(in.Beside, other.withoutList())
	}
	for i := range joined.Entries {
		if joined.Entries[i].Occurrence == nil {
			return usage("%s are no cut: only lists whose events have timecodes are joined by \"+\". Give the others one by one", strings.Join(names, " and "))
		}
	}
	joined.Source.Name = strings.Join(names, "+")
	in.List = &joined
	return nil
}
