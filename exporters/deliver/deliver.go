// Package deliver brings finished files to people: into a folder or by mail.
//
// Work that is repeated after a crash must not double anything: a folder keeps
// what it has, and a mail of the same key is the same mail, byte for byte and
// under the same Message-ID. What was delivered to whom is for the caller to
// keep.
package deliver
