//go:build !faults

package main

import "turnover/exporters/dataset"

// fault is told of the steps of a kind of work. Only a build with the tag faults,
// which tests make, ends itself at one.
func fault(string) func(step string) { return nil }

// stepped is a destination that tells of its steps where there are faults.
func stepped(to dataset.Destination) dataset.Destination { return to }
