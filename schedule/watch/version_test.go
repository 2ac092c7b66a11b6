package watch

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestVersion(t *testing.T) {
	for _, c := range []struct {
		name, stem string
		number     int
		ok         bool
	}{
		{"ep103_v07.edl", "ep103#.edl", 7, true},
		{"EP103_V9.EDL", "ep103#.edl", 9, true},
		{"ep103-R2.edl", "ep103#.edl", 2, true},
		{"ep103 V3.edl", "ep103#.edl", 3, true},
		{"ep103_v07_final.edl", "ep103#_final.edl", 7, true},
		{"ep103_r2_v07.edl", "ep103_r2#.edl", 7, true}, // reel 2 in its seventh version
		{"ep103_v1_v2.edl", "ep103_v1#.edl", 2, true},
		{"casting.rev12.xlsx", "casting#.xlsx", 12, true},
		{"casting_version_3.csv", "casting#.csv", 3, true},
		{"ep103_v000000009.edl", "ep103#.edl", 9, true},
		{"ep103_v07", "ep103#", 7, true},
		{"ep1.2_v7", "ep1.2#", 7, true}, // no extension
		{"reel 3. v2 of v4.edl", "reel 3. v2 of#.edl", 4, true},
		{"reel 3. v2 of v4", "reel 3. v2 of#", 4, true},
		{"v07.edl", "", 0, false}, // nothing that versions could have in common
		{"ep103.edl", "", 0, false},
		{"ep103_v.edl", "", 0, false},
		{"ep103v07.edl", "", 0, false},
		{"ep103_v07b.edl", "", 0, false},
		{"ep103_sh010.edl", "", 0, false},
		{"ep103_2026.edl", "", 0, false},
		{"ep103_v12345678901234567890.edl", "", 0, false},
		{"", "", 0, false},
	} {
		stem, number, ok := Version(c.name)
		if stem != c.stem || number != c.number || ok != c.ok {
			t.Errorf("Version(%q) = %q, %d, %v; want %q, %d, %v", c.name, stem, number, ok, c.stem, c.number, c.ok)
		}
	}
}

// The stem of all versions of a list is the same, and no version stands in it at
// the place where it stood.
func FuzzVersion(f *testing.F) {
	for _, s := range []string{"ep103_v07.edl", "a-R2 V3.x", "_v1", "é_v1_v2_", "a_ver.3.b", "000.000000000000000 v000000 v0000000"} {
		f.Add(s, 8)
	}
	f.Fuzz(func(t *testing.T, name string, next int) {
		stem, number, ok := Version(name)
		if !ok {
			if stem != "" || number != 0 {
				t.Fatalf("Version(%q) = %q, %d although there is none", name, stem, number)
			}
			return
		}
		if number < 0 || number > 999_999_999 || !strings.Contains(stem, "#") {
			t.Fatalf("Version(%q) = %q, %d", name, stem, number)
		}
		base, ext := split(name)
		at := lastToken(base)
		other := base[:at[2]] + "4711" + base[at[3]:] + ext
		if s, n, ok := Version(other); !ok || n != 4711 || s != stem {
			t.Fatalf("Version(%q) has the stem %q, Version(%q) = %q, %d, %v", name, stem, other, s, n, ok)
		}
	})
}

func TestSets(t *testing.T) {
	sets, err := ParseSets("{cut}_V{part}.edl")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, cut, part string
		ok              bool
	}{
		{"ep103_V1.edl", "ep103", "1", true},
		{"EP103_v2.EDL", "EP103", "2", true},
		{"ep103_V1_V2.edl", "ep103_V1", "2", true},
		{"ep103_VFX.edl", "ep103", "FX", true},
		{"ep103_V.edl", "", "", false},
		{"_V1.edl", "", "", false},
		{"ep103_V1.xml", "", "", false},
		{"ep103_V1xedl", "", "", false},
		{"ep103.edl", "", "", false},
	} {
		cut, part, ok := sets.Cut(c.name)
		if cut != c.cut || part != c.part || ok != c.ok {
			t.Errorf("Cut(%q) = %q, %q, %v", c.name, cut, part, ok)
		}
	}
	if a, b := sets.group("E01/Ep_V1.edl"), sets.group("E02/Ep_V1.edl"); a == b {
		t.Error("cuts of two folders are one")
	}
	if a, b := sets.group("E01/Ep_V1.edl"), sets.group("E01/EP_v2.edl"); a != b {
		t.Errorf("the parts of one cut are of %q and %q", a, b)
	}
	for _, bad := range []string{"", "{cut}.edl", "{part}.edl", "{cut}{cut}_{part}", "a/{cut}_{part}", `{cut}\{part}`} {
		if _, err := ParseSets(bad); err == nil {
			t.Errorf("%q is taken for a template", bad)
		}
	}
	var none *Sets
	if _, _, ok := none.Cut("ep103_V1.edl"); ok {
		t.Error("without a template there are no sets")
	}
}

// A template that is read takes the names that are written by it.
func FuzzSets(f *testing.F) {
	f.Add("{cut}_V{part}.edl", "ep103", "1")
	f.Add("{part}.{cut}", "a.b", "x2")
	f.Add("[{cut}]*+({part}", "ep", "é")
	f.Fuzz(func(t *testing.T, template, cut, part string) {
		sets, err := ParseSets(template)
		if err != nil || cut == "" || part == "" || !utf8.ValidString(template+cut+part) {
			return
		}
		name := strings.Replace(strings.Replace(template, "{part}", part, 1), "{cut}", cut, 1)
		gotCut, gotPart, ok := sets.Cut(name)
		letters := strings.IndexFunc(part, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N) }) < 0
		if letters && !ok {
			t.Fatalf("%q does not take %q", template, name)
		}
		if ok && (len(gotCut) == 0 || len(gotPart) == 0 || len(gotCut)+len(gotPart) > len(name)) {
			t.Fatalf("%q reads %q as %q and %q", template, name, gotCut, gotPart)
		}
		if ok && sets.group("d/"+name) == sets.group("e/"+name) {
			t.Fatalf("%q: folders do not count", name)
		}
	})
}

func TestNames(t *testing.T) {
	for raw, want := range map[string]string{
		"cut.edl": "cut.edl", "Ω É 1.edl": "Ω É 1.edl", "a\nb": `a\u000ab`, "\x1b[2J": `\u001b[2J`, "caf\xe9": `caf\xe9`, "a\u202eb": `a\u202eb`, "\ufffd": "\ufffd",
	} {
		if got := shown(raw); got != want {
			t.Errorf("shown(%q) = %q, want %q", raw, got, want)
		}
		if got := named(raw).OnDisk(); got != raw {
			t.Errorf("%q is on the disk as %q", raw, got)
		}
	}
	long := strings.Repeat("é", 200)
	for got, want := range map[string]string{
		numbered("cut.edl", 1): "cut.edl", numbered("cut.edl", 2): "cut (2).edl", numbered("cut", 3): "cut (3)", numbered("a.b.c", 2): "a.b (2).c",
		receiptName("cut.edl", ".HELD.txt"): "cut.edl.HELD.txt",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, got := range []string{numbered(long+".edl", 12), receiptName(long+".edl", ".APPLIED.txt"), numbered("x."+long, 2)} {
		if len(got) > longest || !utf8.ValidString(got) {
			t.Errorf("%q has %d bytes", got, len(got))
		}
	}
}
