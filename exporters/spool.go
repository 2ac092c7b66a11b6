package exporters

import (
	"bytes"
	"io"
	"os"
)

// spooled is how many bytes a spool keeps in memory.
const spooled = 1 << 20

// A spool holds bytes until they are wanted: few in memory, many in a temporary
// file, so that a workbook's size is not that of the memory it takes.
type spool struct {
	buf  bytes.Buffer
	file *os.File
	size int64
}

func (s *spool) Write(b []byte) (int, error) {
	if s.buf.Len()+len(b) > spooled {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	n, err := s.buf.Write(b)
	s.size += int64(n)
	return n, err
}

func (s *spool) flush() (err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp("", "turnover-workbook-"); err != nil {
			return err
		}
	}
	_, err = s.buf.WriteTo(s.file)
	return err
}

// copyTo writes everything to w, once.
func (s *spool) copyTo(w io.Writer) error {
	if s.file != nil {
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.Copy(w, s.file); err != nil {
			return err
		}
	}
	_, err := s.buf.WriteTo(w)
	return err
}

func (s *spool) discard() {
	s.buf = bytes.Buffer{}
	if s.file == nil {
		return
	}
	_ = s.file.Close() // it was read to its end or is not wanted
	_ = os.Remove(s.file.Name())
	s.file = nil
}
