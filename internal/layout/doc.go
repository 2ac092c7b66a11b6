// Package layout keeps the house in order: its test reads the imports of every
// package and refuses those that the rooms have not agreed upon.
package layout
