package main

import (
	"context"
	"os"
)

// starting are what every command pays, and the main job on the example.
func (b *Bench) starting() []Work {
	version := b.ours("version")
	demo := b.ours("demo", "demo")
	demo.Result = said("done")
	return []Work{
		{Group: "Starting", Name: "turnover version", Class: Small, Ours: Contestant{Name: "turnover", Do: version.Run}},
		{Group: "Starting", Name: "turnover demo", Class: Small, Ours: Contestant{Name: "turnover", Do: demo.Run,
			Before: func(context.Context) error { return os.RemoveAll(b.file("demo")) }}},
	}
}
