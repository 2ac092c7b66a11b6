package main

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// proc is where Linux tells of processes. Elsewhere there is nothing, and a
// server's processor time and memory are unknown.
const proc = "/proc"

// A process is what counts of a running one.
type process struct {
	parent int
	cpu    time.Duration // its own and that of its children that ended
}

// sampled runs do, and measures it with what the server's processes used in the
// meantime. The database's are not among them.
func (s *server) sampled(ctx context.Context, do func(context.Context) error) (Sample, error) {
	all := os.DirFS(proc)
	for _, pid := range family(all, s.pid) {
		_ = os.WriteFile(filepath.Join(proc, strconv.Itoa(pid), "clear_refs"), []byte("5"), 0) // begins the peak anew where that is allowed
	}
	before, began := usage(all, s.pid), time.Now()
	err := do(ctx)
	took := time.Since(began)
	return Sample{Wall: took, CPU: usage(all, s.pid) - before, Peak: peaks(all, s.pid)}, err
}

// family are a process and those that descend from it.
func family(all fs.FS, root int) []int {
	children := map[int][]int{}
	for pid, p := range processes(all) {
		children[p.parent] = append(children[p.parent], pid)
	}
	found := []int{root}
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i]]...)
	}
	return found
}

// usage adds up the processor time of a family.
func usage(all fs.FS, root int) (sum time.Duration) {
	known := processes(all)
	for _, pid := range family(all, root) {
		sum += known[pid].cpu
	}
	return sum
}

// peaks adds up the highest resident sets of a family, in bytes.
func peaks(all fs.FS, root int) (sum int64) {
	for _, pid := range family(all, root) {
		status, _ := fs.ReadFile(all, path.Join(strconv.Itoa(pid), "status")) // it may have ended
		for line := range strings.Lines(string(status)) {
			if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
				kilobytes, _ := strconv.ParseInt(fields[1], 10, 64) // the kernel writes numbers
				sum += kilobytes << 10
			}
		}
	}
	return sum
}

func processes(all fs.FS) map[int]process {
	entries, _ := fs.ReadDir(all, ".") // without them nothing is known
	found := map[int]process{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := fs.ReadFile(all, path.Join(e.Name(), "stat"))
		if p, ok := processOf(string(stat)); ok && err == nil {
			found[pid] = p
		}
	}
	return found
}

// tick is the unit of the kernel's times, on all of Linux's platforms.
const tick = 10 * time.Millisecond

// processOf reads a line of stat: behind the name in parentheses, which may have
// any signs in it, are the state, the parent, and at 12 to 15 the times.
func processOf(stat string) (p process, ok bool) {
	_, rest, ok := cutLast(stat, ")")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 15 {
		return p, false
	}
	p.parent, _ = strconv.Atoi(fields[1]) // the kernel writes numbers
	for _, f := range fields[11:15] {
		ticks, _ := strconv.ParseInt(f, 10, 64)
		p.cpu += time.Duration(ticks) * tick
	}
	return p, true
}

func cutLast(s, sep string) (before, after string, found bool) {
	at := strings.LastIndex(s, sep)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(sep):], true
}
