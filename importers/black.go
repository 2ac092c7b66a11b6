package importers

import "strings"

var joints = strings.NewReplacer(" ", "", "_", "", "-", "")

// BlackClip tells the names that programs give to their black and bars.
func BlackClip(name string) bool {
	if len(name) > 20 || strings.ContainsAny(name, "0123456789") { // as nearly all
		return false
	}
	switch strings.ToLower(joints.Replace(name)) {
	case "black", "blackvideo", "blackslug", "blackleader", "slug", "bars", "colorbars", "colourbars", "barsandtone", "smptebars", "hdbarsandtone":
		return true
	}
	return false
}
