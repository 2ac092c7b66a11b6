package main

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// A Machine is where figures were measured, and with which versions.
type Machine struct {
	Processor string
	Cores     int
	Memory    string
	System    string
	Load      string // when the run began: 1, 5 and 15 minutes
	Turnover  string // commit
	Go        string
	Python    string
	Peers     []string // "polars 2.1.0"
	Postgres  string   // "" where there is none
}

func (b *Bench) machine(ctx context.Context) Machine {
	m := Machine{Processor: after("/proc/cpuinfo", "model name"), Cores: runtime.NumCPU(), Memory: after("/proc/meminfo", "MemTotal"), Go: runtime.Version(),
		System: b.says(ctx, "uname", "-sm"), Turnover: b.says(ctx, "git", "-C", b.root, "describe", "--always", "--dirty", "--tags"), Python: b.says(ctx, b.python, "--version")}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load = strings.Join(strings.Fields(string(load))[:3], ", ")
	}
	for line := range strings.Lines(b.says(ctx, b.python, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check")) {
		name, version, _ := strings.Cut(strings.TrimSpace(line), "==")
		if b.peerNamed(name) {
			m.Peers = append(m.Peers, name+" "+version)
		}
	}
	if b.server != "" {
		m.Postgres = strings.TrimSpace(b.says(ctx, "psql", b.server, "-Atc", "show server_version"))
	}
	return m
}

// peerNamed tells whether a package is one of the peers, and not what they need.
func (b *Bench) peerNamed(name string) bool {
	wanted, err := os.ReadFile(b.script("requirements.txt"))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(wanted)) {
		if strings.EqualFold(strings.TrimSpace(line), name) {
			return true
		}
	}
	return false
}

// says is what a program prints, "unknown" where it does not.
func (b *Bench) says(ctx context.Context, args ...string) string {
	out, err := exec.CommandContext(ctx, args[0], args[1:]...).Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// after gives the value of a key of one of Linux's files of facts.
func after(file, key string) string {
	facts, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(facts)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
