package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// A printer shows rows as they come, for a person who waits.
type printer struct {
	out   io.Writer
	group string
}

func (p *printer) row(r Row) {
	if r.Group != p.group {
		p.group = r.Group
		fmt.Fprintf(p.out, "\n%s\n", r.Group)
		fmt.Fprintf(p.out, "  %-24s %10s %21s %10s %9s   %s\n", "", "time", "from – to", "processor", "memory", "ratio: time, processor, memory")
	}
	fmt.Fprintf(p.out, "  %s\n", strings.TrimSuffix(r.Name+", "+r.Size, ", "))
	if r.Failed != "" {
		fmt.Fprintf(p.out, "    NOT DONE: %s\n", r.Failed)
		return
	}
	fmt.Fprintf(p.out, "    %-22s %s\n", r.Ours.Name, figures(r.Ours))
	for _, s := range r.Peers {
		fmt.Fprintf(p.out, "    %-22s %s\n", s.Name, beside(r.Ours, s))
	}
	for _, a := range r.verdicts() {
		fmt.Fprintf(p.out, "    %s\n", a)
	}
}

// figures are a contestant's own.
func figures(s Score) string {
	return fmt.Sprintf("%10s %21s %10s %9s", shown3(s.Wall.Median), shown3(s.Wall.Min)+" – "+shown3(s.Wall.Max), shown3(s.CPU.Median), megabytes(s.Peak))
}

// beside are a peer's figures and their ratios to ours, where both gave the same.
func beside(ours, s Score) string {
	switch {
	case s.Unmeasured != "":
		return "not measured: " + s.Unmeasured
	case s.Disagrees != "":
		return figures(s) + "   no ratio, the results differ: " + s.Disagrees
	}
	return figures(s) + "   " + strings.Join([]string{ratio(s, ours, Wall), ratio(s, ours, CPU), ratio(s, ours, Peak)}, ", ")
}

// of gives a quantity of a score as a number; 0 where it is not known.
func (s Score) of(q Quantity) float64 {
	switch q {
	case CPU:
		return s.CPU.Median.Seconds()
	case Peak:
		return float64(s.Peak)
	}
	return s.Wall.Median.Seconds()
}

// ratio is a peer's quantity over ours.
func ratio(peer, ours Score, q Quantity) string {
	if peer.of(q) == 0 || ours.of(q) == 0 {
		return "–"
	}
	return times(peer.of(q) / ours.of(q))
}

// times writes a ratio: 12 ×, 1.4 ×, 0.31 ×.
func times(r float64) string {
	switch {
	case r >= 10:
		return fmt.Sprintf("%.0f ×", r)
	case r >= 1:
		return fmt.Sprintf("%.1f ×", r)
	}
	return fmt.Sprintf("%.2f ×", r)
}

// shown3 writes a time with three digits that count.
func shown3(d time.Duration) string {
	switch s := d.Seconds(); {
	case d == 0:
		return "–"
	case s >= 100:
		return fmt.Sprintf("%.0f s", s)
	case s >= 10:
		return fmt.Sprintf("%.1f s", s)
	case s >= 1:
		return fmt.Sprintf("%.2f s", s)
	}
	return fmt.Sprintf("%.0f ms", d.Seconds()*1000)
}

func megabytes(n int64) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}
