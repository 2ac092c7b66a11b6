package storetest

// StartPostgres starts a private server for measurements, as tests have it:
// without fsync. It gives its URL, and what stops it and clears up.
func StartPostgres() (url string, stop func() error, err error) {
	s, err := startServer()
	if err != nil {
		return "", nil, err
	}
	return s.url, s.open.Close, nil
}
