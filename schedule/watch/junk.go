package watch

import (
	"path"
	"regexp"
	"strings"
)

// The folders at the top of a watch folder in which drops are filed.
const (
	archiveDir  = "archive"
	heldDir     = "held"
	rejectedDir = "rejected"
)

// asideMark begins the names of our own files that are no receipts: hidden ones.
const asideMark = ".turnover-"

// verdicts are the words in the names of our answers ("cut.edl.APPLIED.txt").
var verdicts = []string{"APPLIED", "NOTHING-TO-DO", "HELD", "REJECTED", "PARKED"}

// receipts are the names of our answers. Only such a name is written beside a
// list: it is not taken for one.
var receipts = regexp.MustCompile(`\.(` + strings.Join(verdicts, "|") + `)( \(\d+\))?\.txt$`)

// ours says whether a file was written by us.
func ours(name string) bool {
	return receipts.MatchString(name) || strings.HasPrefix(name, asideMark)
}

// oursDir says whether a folder is one in which drops are filed.
func oursDir(p string) bool { return p == archiveDir || p == heldDir || p == rejectedDir }

var junkNames = map[string]bool{
	"thumbs.db": true, "desktop.ini": true, "ehthumbs.db": true, "icon\r": true, "__macosx": true,
	"@eadir": true, "#recycle": true, "lost+found": true, "$recycle.bin": true, "system volume information": true,
	"network trash folder": true, "temporary items": true,
}

var junkExts = map[string]bool{
	".tmp": true, ".temp": true, ".part": true, ".partial": true, ".crdownload": true, ".download": true,
	".filepart": true, ".swp": true, ".lck": true,
}

// junk says whether a file or folder is what systems and programs leave about:
// hidden ones, resource forks, office locks, half a download.
func junk(name string) bool {
	low := strings.ToLower(name)
	return strings.HasPrefix(low, ".") || strings.HasPrefix(low, "~$") || strings.HasSuffix(low, "~") ||
		junkNames[low] || junkExts[path.Ext(low)]
}

// locks are the names of the files that lie beside one that an office program
// has open. Word leaves out the first two letters of a long name.
func locks(name string) []string {
	out := []string{"~$" + name, ".~lock." + name + "#"}
	if r := []rune(name); len(r) > 8 {
		out = append(out, "~$"+string(r[2:]))
	}
	return out
}
