package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"turnover/pipeline"
	"turnover/schedule"
	"turnover/schedule/jobs"
	"turnover/schedule/watch"
)

// metrics are what the service tells Prometheus. Labels are of closed sets, or
// come from the configuration: nothing that strangers write.
type metrics struct {
	registry    *prometheus.Registry
	requests    *prometheus.CounterVec
	requestTime *prometheus.HistogramVec
	jobs        *prometheus.CounterVec
	jobTime     *prometheus.HistogramVec
	drops       *prometheus.CounterVec
	files       *prometheus.GaugeVec
	reachable   *prometheus.GaugeVec
	occurrences *prometheus.CounterVec
	lastDone    *prometheus.GaugeVec
	deliveries  *prometheus.CounterVec
}

func newMetrics() *metrics {
	r := prometheus.NewRegistry()
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "turnover_" + name, Help: help}, labels)
		r.MustRegister(c)
		return c
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "turnover_" + name, Help: help}, labels)
		r.MustRegister(g)
		return g
	}
	seconds := func(name, help string, labels ...string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "turnover_" + name, Help: help, Buckets: []float64{.005, .025, .1, .5, 1, 5, 15, 60, 300, 1800}}, labels)
		r.MustRegister(h)
		return h
	}
	m := &metrics{
		registry:    r,
		requests:    counter("http_requests_total", "Answers of the API.", "method", "route", "status"),
		requestTime: seconds("http_request_seconds", "Time to answer a request.", "route"),
		jobs:        counter("jobs_total", "Jobs that ended, by outcome: done, again, parked.", "kind", "outcome"),
		jobTime:     seconds("job_seconds", "Time of one attempt of a job.", "kind"),
		drops:       counter("drops_total", "Lists that were taken from watch folders, by what became of them.", "folder", "state"),
		files:       gauge("watch_files", "Files in a watch folder at its last scan, by state.", "folder", "state"),
		reachable:   gauge("watch_reachable", "1 while a watch folder can be read, 0 while it cannot.", "folder"),
		occurrences: counter("occurrences_total", "Occurrences of reports and publications, by outcome: done, held, again, parked.", "entry", "outcome"),
		lastDone:    gauge("occurrence_done_timestamp_seconds", "When an entry was last done.", "entry"),
		deliveries:  counter("deliveries_total", "Deliveries of reports, by outcome: done, failed.", "entry", "outcome"),
	}
	version, revision := buildVersion()
	gauge("build_info", "Which turnover this is.", "version", "revision").WithLabelValues(version, revision).Set(1)
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

var verbs = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// answered counts one answer of the API.
func (m *metrics) answered(method, route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	if !slices.Contains(verbs, method) {
		method = "other" // a stranger's word
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.requestTime.WithLabelValues(route).Observe(took.Seconds())
}

// measured counts and times the attempts of a kind of job.
func (m *metrics) measured(kind string, work func(context.Context, jobs.Job) error) func(context.Context, jobs.Job) error {
	return func(ctx context.Context, j jobs.Job) error {
		began := time.Now()
		err := work(ctx, j)
		m.jobTime.WithLabelValues(kind).Observe(time.Since(began).Seconds())
		outcome := "done"
		if err != nil {
			outcome = "again" // what is given up is counted when it is told
		}
		m.jobs.WithLabelValues(kind, outcome).Inc()
		return err
	}
}

// ran counts one run of an occurrence; state is what it ended in.
func (m *metrics) ran(entry, state string, err error) {
	switch {
	case err != nil:
		state = "again"
	case state == pipeline.OccurrenceDone:
		m.lastDone.WithLabelValues(entry).SetToCurrentTime()
	}
	m.occurrences.WithLabelValues(entry, state).Inc()
}

// delivered counts where a report went.
func (m *metrics) delivered(entry string, all []pipeline.Delivery) {
	for _, d := range all {
		m.deliveries.WithLabelValues(entry, d.State).Inc()
	}
}

// counted counts what becomes of drops.
type counted struct {
	*lists
	metrics *metrics
}

// Take is that of the lists.
func (c counted) Take(ctx context.Context, d schedule.Drop, contents []schedule.Content) (schedule.Taken, error) {
	taken, err := c.lists.Take(ctx, d, contents)
	if err == nil {
		c.metrics.drops.WithLabelValues(d.Folder, taken.State).Inc()
	}
	return taken, err
}

// look reads what the last looks at the watch folders found.
func (m *metrics) look(scanners []*watch.Scanner) {
	m.files.Reset()
	for _, s := range scanners {
		status := s.Status()
		if status == nil {
			continue
		}
		reachable := 1.0
		if !status.Vanished.IsZero() {
			reachable = 0
		}
		m.reachable.WithLabelValues(status.Folder).Set(reachable)
		m.files.WithLabelValues(status.Folder, watch.Junk).Set(float64(status.Junk))
		for _, item := range status.Items {
			m.files.WithLabelValues(status.Folder, item.State).Inc()
		}
	}
}

// serveOperations answers /metrics, /live and /ready until ctx ends: on an
// address of their own, since they are for the house alone.
func (m *metrics) serveOperations(ctx context.Context, l net.Listener, ready func(context.Context) error, look func()) error {
	mux, said := http.NewServeMux(), promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		look()
		said.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /live", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") }) // who asked may have gone
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, r *http.Request) {
		within, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		if err := ready(within); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ok")
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })() // nothing that it answers is worth waiting for
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve metrics: %w", err)
	}
	return nil
}
