package pipeline

import (
	"os"

	"turnover/reports"
)

// scratches are the temporary files of one report.
type scratches []*os.File

// open makes one, in the system's folder for such files (TMPDIR).
func (s *scratches) open() (reports.Scratch, error) {
	f, err := os.CreateTemp("", "turnover-report-*")
	if err != nil {
		return nil, err
	}
	*s = append(*s, f)
	_ = os.Remove(f.Name()) // where the system allows it, no kill leaves it behind
	return f, nil
}

// close lets go of them; nothing in them is worth an error.
func (s *scratches) close() {
	for _, f := range *s {
		_ = f.Close()
		_ = os.Remove(f.Name()) // gone already but where the system did not allow it
	}
}
