//go:build !faults

package main

// fault is told of the steps of a kind of work. Only a build with the tag faults,
// which tests make, ends itself at one.
func fault(string) func(step string) { return nil }
