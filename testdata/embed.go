// Package testdata holds the example that "turnover demo" shows: a studio's
// archive and the deliveries of its editors. Everything is invented; see
// LICENCES.md.
package testdata

import "embed"

// Demo has the folders demo/studio, demo/series and demo/film.
//
//go:embed demo/README.md demo/studio demo/series demo/film
var Demo embed.FS
