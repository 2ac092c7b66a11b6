package otio

import (
	"net/url"
	"path"
	"strings"

	"turnover/importers"
)

// rangeOf gives the trimmed range of an item: its own, else its media's.
func rangeOf(o *object) *object {
	if o.has("source_range") {
		return o.object("source_range")
	}
	if media := mediaOf(o); media.has("available_range") {
		return media.object("available_range")
	}
	return nil
}

// mediaOf gives a clip's media; newer clips have several and name the active one.
func mediaOf(o *object) *object {
	if o.has("media_references") {
		key := o.text("active_media_reference_key")
		if key == "" {
			key = "DEFAULT_MEDIA"
		}
		return o.object("media_references").object(key)
	}
	return o.object("media_reference")
}

// begin is the first frame of an item in its own time.
func (t *timeline) begin(o *object) int64 {
	if r := rangeOf(o); r != nil && r.has("start_time") {
		return t.frames(r.object("start_time"))
	}
	return 0
}

// length is an item's length in frames; that of a group without a range is what
// its children have.
func (t *timeline) length(o *object, depth int) (int64, bool) {
	if r := rangeOf(o); r != nil && r.has("duration") {
		n := t.frames(r.object("duration"))
		return n, n >= 0
	}
	kind := o.schema()
	if kind != "Stack" && kind != "Track" || depth > deepest {
		return 0, false
	}
	sum, most := int64(0), int64(0)
	for _, child := range o.objects("children") {
		if child.schema() == "Transition" {
			continue
		}
		n, ok := t.length(child, depth+1)
		if !ok {
			return 0, false
		}
		sum, most = sum+n, max(most, n)
	}
	if kind == "Stack" {
		return most, true
	}
	return sum, true
}

// black tells clips that show no shot.
func black(clip *object) bool {
	if media := mediaOf(clip); media.schema() == "GeneratorReference" {
		kind := strings.ToLower(media.text("generator_kind"))
		return strings.Contains(kind, "black") || strings.Contains(kind, "bars") || strings.Contains(kind, "slug")
	}
	return importers.BlackClip(clip.text("name"))
}

// reelOf is the source's name as EDLs have it.
func reelOf(clip *object) string {
	for _, from := range []*object{clip, mediaOf(clip)} {
		if reel := from.object("metadata").object("cmx_3600").text("reel"); reel != "" {
			return reel
		}
	}
	return ""
}

// names lists the texts in which the shot's name may hide, best first: the
// clip, markers, comments, the media's name and file.
func (t *timeline) names(clip *object) []importers.NamedCell {
	var out []importers.NamedCell
	add := func(name, text string, from *object) {
		if text = strings.TrimSpace(text); text != "" {
			out = append(out, importers.NamedCell{Name: name, Cell: importers.Cell{State: importers.Present, Text: text, Place: importers.SpotOf(t.place(from.at))}})
		}
	}
	add("clip_name", clip.text("name"), clip)
	for _, m := range clip.objects("markers") {
		add("locator", m.text("name"), m)
		add("comment", m.text("comment"), m)
	}
	for _, text := range clip.object("metadata").object("cmx_3600").texts("comments") {
		add("comment", text, clip)
	}
	media := mediaOf(clip)
	add("source_file", media.text("name"), media)
	add("source_file", fileOf(media), media)
	add("reel", reelOf(clip), clip)
	return out
}

// fileOf is the base name of a media's file.
func fileOf(media *object) string {
	if media.schema() == "ImageSequenceReference" {
		return media.text("name_prefix")
	}
	target := media.text("target_url")
	if target == "" {
		return ""
	}
	if u, err := url.Parse(target); err == nil && u.Path != "" {
		target = u.Path
	}
	base := path.Base(strings.ReplaceAll(target, "\\", "/"))
	if base == "." || base == "/" {
		return ""
	}
	return base
}
