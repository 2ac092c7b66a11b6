package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"turnover/internal/accounts"
	"turnover/pipeline"
)

// Limits bound what one request may take. Zero values are the defaults.
type Limits struct {
	Body    int64         // bytes of a JSON body; 4 MB
	Preview int64         // bytes of a preview's file; 1 GB
	Upload  int64         // bytes of a file that is imported; the pipeline's limit
	Uploads int           // that are read at once; 4
	Rows    int           // of productions kept in memory; 400,000
	Header  time.Duration // to send the header; 10 s
	Read    time.Duration // to send the whole request; 2 min
	Write   time.Duration // to take the whole answer; 5 min
	Stop    time.Duration // for requests that run when the server stops; 20 s
	LogIns  int           // failed log-ins of one e-mail in a row; 10
	Address int           // failed log-ins of one address in a row; 100
}

func (l Limits) orDefault() Limits {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	set(&l.Header, 10*time.Second)
	set(&l.Read, 2*time.Minute)
	set(&l.Write, 5*time.Minute)
	set(&l.Stop, 20*time.Second)
	if l.Body == 0 {
		l.Body = 4 << 20
	}
	if l.Preview == 0 {
		l.Preview = 1 << 30
	}
	if l.Uploads == 0 {
		l.Uploads = 4
	}
	if l.Rows == 0 {
		l.Rows = 400_000
	}
	if l.LogIns == 0 {
		l.LogIns = 10
	}
	if l.Address == 0 {
		l.Address = 100
	}
	return l
}

// Options are what a server is told beside its pipeline.
type Options struct {
	Version string // of turnover
	Limits  Limits
	Origins []string // of browsers that may call from elsewhere; none by default
	// Seen is told each answer, for metrics; the route is one of a closed set, "" for
	// none. It may be nil.
	Seen func(method, route string, status int, took time.Duration)

	TokenLife, RefreshLife time.Duration // of new tokens; 0 is the default of accounts
}

// A Server answers the API on one database.
type Server struct {
	pipeline *pipeline.Pipeline
	views    *pipeline.Views
	signer   accounts.Signer
	version  string
	limits   Limits
	origins  []string
	log      zerolog.Logger
	seen     func(method, route string, status int, took time.Duration)
	mux      *http.ServeMux
	first    *firstVersion
	uploads  chan struct{} // one for each file that is being read and imported

	byEmail, byAddress *accounts.Attempts
}

// New makes a server; the key that signs tokens is read from the database, or
// made and kept there.
func New(ctx context.Context, p *pipeline.Pipeline, o Options) (*Server, error) {
	key, err := p.TokenKey(ctx, accounts.NewKey())
	if err != nil {
		return nil, fmt.Errorf("read the key of tokens: %w", err)
	}
	limits := o.Limits.orDefault()
	s := &Server{
		pipeline: p, views: &pipeline.Views{Pipeline: p, MostRows: limits.Rows}, signer: accounts.Signer{Key: key, Now: p.Now, AccessLife: o.TokenLife, RefreshLife: o.RefreshLife},
		version: o.Version, limits: limits, origins: o.Origins, log: p.Log, seen: o.Seen,
		byEmail:   &accounts.Attempts{Most: limits.LogIns, Every: time.Minute, Keys: 10_000},
		byAddress: &accounts.Attempts{Most: limits.Address, Every: 10 * time.Second, Keys: 10_000},
	}
	if s.limits.Upload == 0 {
		s.limits.Upload = p.Limits.WithDefaults().Bytes
	}
	s.uploads = make(chan struct{}, limits.Uploads)
	s.first = newFirstVersion(s)
	s.mux = s.mount(routes())
	return s, nil
}

// Serve answers on a listener until ctx ends; requests that run then may finish.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: s.limits.Header, ReadTimeout: s.limits.Read, WriteTimeout: s.limits.Write,
		IdleTimeout: s.limits.Read, MaxHeaderBytes: 64 << 10,
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		patience, end := context.WithTimeout(context.WithoutCancel(ctx), s.limits.Stop)
		defer end()
		err := server.Shutdown(patience)
		if err != nil {
			err = errors.Join(fmt.Errorf("stop: requests did not end in time: %w", err), server.Close())
		}
		stopped <- err
	})
	err := server.Serve(l)
	if !stop() {
		return <-stopped
	}
	return fmt.Errorf("serve: %w", err)
}

// ServeHTTP answers one request. Kitsu's routes stand under /api and without it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := s.pipeline.Now()
	seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	defer func() {
		if fault := recover(); fault != nil {
			s.log.Error().Str("path", r.URL.Path).Any("panic", fault).Bytes("stack", debug.Stack()).Msg("a request failed")
			if seen.begun {
				panic(http.ErrAbortHandler) // the answer is half sent: break it off
			}
			s.refuse(seen, r, errMachine)
		}
		took := s.pipeline.Now().Sub(began)
		s.log.Info().Str("method", r.Method).Str("path", r.URL.Path).Int("status", seen.status).Dur("took", took).Msg("request")
		if s.seen != nil {
			s.seen(r.Method, seen.route, seen.status, took)
		}
	}()
	if s.shared(seen, r) {
		return
	}
	s.route(seen, r)
}

// route strips the prefix and asks the table.
func (s *Server) route(w *statusWriter, r *http.Request) {
	at := r.URL.Path
	if rest, ok := strings.CutPrefix(at, "/api/"); ok {
		at = "/" + rest
	} else if at == "/api" {
		at = "/"
	}
	if len(at) > 1 {
		at = strings.TrimSuffix(at, "/") // as Kitsu
	}
	if at == "" || at != path.Clean(at) {
		s.refuse(w, r, errNotFound) // ServeMux would redirect
		return
	}
	inner := r.Clone(r.Context())
	inner.URL.Path, inner.URL.RawPath = at, ""
	if strings.HasPrefix(at, firstPath+"/") {
		_, pattern := s.first.mux.Handler(inner)
		_, w.route, _ = strings.Cut(pattern, " ") // the verb is told apart
		s.first.ServeHTTP(w, inner)
		return
	}
	if _, w.route = s.mux.Handler(inner); w.route == "" {
		s.refuse(w, r, errNotFound)
		return
	}
	s.mux.ServeHTTP(w, inner)
}

// shared answers what browsers ask before they call from another origin, and
// says who may; by default nobody.
func (s *Server) shared(w http.ResponseWriter, r *http.Request) (done bool) {
	origin := r.Header.Get("Origin")
	if origin == "" || !slices.Contains(s.origins, origin) {
		return false
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Add("Vary", "Origin")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// refuse answers an error.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := faultOf(err)
	if f == errMachine && !errors.Is(err, errMachine) {
		s.log.Error().Err(err).Str("method", r.Method).Str("path", r.URL.Path).Msg("a request failed")
	}
	if f.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.retry))
	}
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	s.write(w, r, answer{f.status, f.body})
}

// A statusWriter remembers what was answered.
type statusWriter struct {
	http.ResponseWriter
	status int
	begun  bool
	route  string // the pattern that the request fits; "" for none
}

func (w *statusWriter) WriteHeader(status int) {
	w.status, w.begun = status, true
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
