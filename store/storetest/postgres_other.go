//go:build !unix

package storetest

import "errors"

// startServer needs sockets and users as on Unix.
func startServer() (*server, error) {
	return nil, errors.New("a private server is started on Unix only")
}
