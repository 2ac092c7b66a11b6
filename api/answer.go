package api

import (
	"bufio"
	"compress/gzip"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// An answer is a status with a body: nil for none, a list, or any value.
type answer struct {
	status int
	body   any
}

// A list is written object by object, so that a long one is never in memory as
// text.
type list iter.Seq[object]

// A stream is any text that is written part by part.
type stream struct {
	kind                   string // of content
	before, between, after string
	parts                  iter.Seq[[]byte]
}

func (l list) stream() stream {
	return stream{"application/json", "[", ",", "]", func(yield func([]byte) bool) {
		for o := range l {
			if !yield(o.bytes()) {
				return
			}
		}
	}}
}

func ok(body any) (answer, error)      { return answer{http.StatusOK, body}, nil }
func created(body any) (answer, error) { return answer{http.StatusCreated, body}, nil }
func gone() (answer, error)            { return answer{http.StatusNoContent, nil}, nil }

// fewBytes is below what compression is worth.
const fewBytes = 1024

// write sends an answer, compressed where the client takes it.
func (s *Server) write(w http.ResponseWriter, r *http.Request, a answer) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Accept-Encoding")
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	if file, isFile := a.body.(download); isFile {
		file.send(w, r)
		return
	}
	if rows, isList := a.body.(list); isList {
		a.body = rows.stream()
	}
	if parts, isStream := a.body.(stream); isStream {
		h.Set("Content-Type", parts.kind)
		s.send(w, r, a.status, -1, parts.write)
		return
	}
	h.Set("Content-Type", "application/json")
	b := appendValue(nil, a.body)
	s.send(w, r, a.status, len(b), func(out *bufio.Writer) error {
		_, err := out.Write(b)
		return err
	})
}

// send writes a body of a known length, or -1.
func (s *Server) send(w http.ResponseWriter, r *http.Request, status, length int, write func(*bufio.Writer) error) {
	var to io.Writer = w
	if (length < 0 || length >= fewBytes) && acceptsGzip(r) {
		w.Header().Set("Content-Encoding", "gzip")
		zip := zips.Get().(*gzip.Writer)
		zip.Reset(w)
		defer func() {
			_ = zip.Close() // the client is gone, or it was flushed
			zips.Put(zip)
		}()
		to = zip
	} else if length >= 0 {
		w.Header().Set("Content-Length", strconv.Itoa(length))
	}
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	out := bufio.NewWriterSize(to, 32*1024)
	err := write(out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		s.log.Debug().Err(err).Str("path", r.URL.Path).Msg("the client went away")
	}
}

// zips are compressors at their fastest: a list of 30 MB is sent in the time
// that a network needs for it.
var zips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a good one
	return z
}}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == "gzip" {
			return strings.ReplaceAll(q, " ", "") != "q=0"
		}
	}
	return false
}

func (s stream) write(out *bufio.Writer) error {
	_, _ = out.WriteString(s.before) // an error stays and is found at the end
	first := true
	for part := range s.parts {
		if !first {
			_, _ = out.WriteString(s.between)
		}
		first = false
		if _, err := out.Write(part); err != nil {
			return err
		}
	}
	_, err := out.WriteString(s.after)
	return err
}
