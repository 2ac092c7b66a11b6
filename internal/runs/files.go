package runs

import (
	"errors"
	"os"
)

// Files are scratches in the system's folder for temporary files (TMPDIR).
type Files []*os.File

// Open makes one. Its name is given up at once where the system allows it, so
// that no kill leaves it behind.
func (s *Files) Open() (Scratch, error) {
	f, err := os.CreateTemp("", "turnover-rows-")
	if err != nil {
		return nil, err
	}
	*s = append(*s, f)
	_ = os.Remove(f.Name()) // where names in use stay, Close does it
	return f, nil
}

// Close lets go of all.
func (s *Files) Close() error {
	var err error
	for _, f := range *s {
		err = errors.Join(err, f.Close())
		_ = os.Remove(f.Name()) // gone already but where names in use stay
	}
	*s = nil
	return err
}
