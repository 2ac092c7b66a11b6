package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/plan"
)

func configOf(t *testing.T, text string) (*config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "turnover.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return loadConfig(file)
}

func TestExampleIsUnderstood(t *testing.T) {
	c, err := loadConfig("../../turnover.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := c.settings()["tv"]
	if s.FPS.String() != "25" || *s.FirstFrame != 1001 || s.Handles != 8 || s.HoldOver != 0.1 || s.Tasks != nil {
		t.Errorf("settings of tv: %+v", s)
	}
	if s.Create["episodes"] != plan.Hold || s.Create["shots"] != plan.Yes {
		t.Errorf("creation policy: %v", s.Create)
	}
	if c.timezone.String() != "Europe/Paris" || !c.calendar.Weekend[time.Saturday] || c.calendar.Weekend[time.Monday] {
		t.Errorf("zone %v, calendar %v", c.timezone, c.calendar)
	}
	if c.bounds.Bytes != 256<<20 || c.bounds.Unzipped != 1<<30 || c.bounds.Rows != 1_000_000 {
		t.Errorf("limits: %+v", c.bounds)
	}
	if s.Causes["#anim"] != "animation" || c.RetakeCauses["#cont"] != "continuity" {
		t.Errorf("causes: %v, of all productions %v", s.Causes, c.RetakeCauses)
	}
}

func TestFirstConfigIsUnderstood(t *testing.T) {
	if _, err := configOf(t, firstConfig); err != nil {
		t.Error(err)
	}
	all := ""
	for line := range strings.Lines(firstConfig) { // what is commented out must be right, too
		text := strings.TrimPrefix(line, "# ")
		if text != line && (strings.Contains(text, ": ") || strings.HasSuffix(strings.TrimSpace(text), ":")) && !strings.Contains(text, "turnover.yaml:") {
			all += text
		}
	}
	if c, err := configOf(t, strings.Replace(all, ", holidays: holidays.csv", "", 1)); err != nil || c.settings()["tv"].FirstFrame == nil {
		t.Errorf("%v in\n%s", err, all)
	}
}

func TestWrongConfigurations(t *testing.T) {
	for text, want := range map[string]string{
		"timezon: x":                                                             `turnover.yaml:1: unknown key "timezon": did you mean "timezone"?`,
		"projects:\n  tv:\n    framerate: 25":                                    `:3: unknown key "framerate"`,
		"timezone: Europe/Pariss":                                                "unknown time zone",
		"projects: {tv: {fps: fast}}":                                            "read frame rate",
		"projects: {tv: {create: {shots: maybe}}}":                               `create: shots: unknown word "maybe"`,
		"projects: {tv: {create: {shot: yes}}}":                                  `did you mean "shots"`,
		"projects: {tv: {tasks: some}}":                                          "write project, none, or a list",
		"projects: {tv: {omit: {hold_over: many}}}":                              "is no share",
		"projects: {tv: {omit: {scope: all}}}":                                   "unknown word",
		"projects: {tv: {pattern: {shot: \"(\"}}}":                               "pattern: shot",
		"calendar: {weekend: [samedi]}":                                          "unknown day",
		"calendar: {weekend: [mon, tue, wed, thu, fri, sat, sun]}":               "without a working day",
		"watch: [{folder: x, project: tv, apply: maybe}]":                        `apply: unknown word "maybe"`,
		"watch: [{folder: x, project: tv, poll: soon}]":                          "is no duration",
		"watch: [{folder: x, project: tv}, {folder: x/y, project: tv, name: z}]": "lie in each other",
		"watch: [{folder: x, project: tv}, {folder: y/x, project: tv}]":          "another entry is called",
		"watch: [{folder: x}]":                                                   "it needs a folder and a project",
		"watch: [{folder: x, project: tv, below: deep}]":                         "unknown word",
		"watch: [{folder: x, project: tv, sets: \"{cut}.edl\"}]":                 "write it as {cut}_V{part}.edl",
		"reports: [{name: a, project: tv, report: quota, cron: \"0 8 * * *\", deliver: [{mail: [a@example.com]}]}]":                         "mail needs a server",
		"reports: [{name: a, project: tv, report: quota, cron: \"0 8 * * *\", if_missed: sometimes}]":                                       "use one of once, skip, all, all up to 5",
		"reports: [{name: a, project: tv, report: quota, cron: \"0 8 * * *\", fresh: {within: soon}}]":                                      "fresh: within",
		"reports: [{name: a, project: tv, report: quota, cron: \"0 8 * * *\"}, {name: a, project: tv, report: quota, cron: \"0 8 * * *\"}]": "another entry is called",
		"mail: {smtp: \"x:25\"}": "it needs smtp and from",
		"jobs: {workers: -1}":    "is negative",
		"reports: [{name: a, project: tv, report: quota, cron: x}]":         "cron",
		"reports: [{name: a, project: tv, report: q, cron: @daily}]":        "turnover.yaml",
		"publish: [{name: a, to: x, cron: \"TZ=0 * * * * *\"}]":             "write the zone as timezone",
		"publish: [{name: a, to: x, cron: \"0 * * * *\", reading: long}]":   "write it as 1h",
		"publish: [{name: a, to: x, cron: \"0 * * * *\", projects: 7}]":     "write all, a name, or a list of names",
		"publish: [{name: a, to: x, cron: \"0 * * * *\", persons: nobody}]": "use one of names, pseudonyms, none",
		"retake_causes: {\"#\": x}":                                         `retake_causes: "#" is no tag`,
		"projects: {tv: {retake_causes: {\"#a\": \"\"}}}":                   `projects: tv: retake_causes: "#a" has no cause`,
		"limits: {upload: big}":                                             "is no size",
		"database: [":                                                       "turnover.yaml",
	} {
		_, err := configOf(t, text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngave %v, want %q", text, err, want)
		}
		if err != nil && exitCode(err) != exitUsage {
			t.Errorf("%s: exit code %d", text, exitCode(err))
		}
	}
}

func TestTasksAndShares(t *testing.T) {
	c, err := configOf(t, "projects:\n  a: {tasks: none, omit: {hold_over: 0.25}}\n  b: {tasks: [Layout, Animation]}\n")
	if err != nil {
		t.Fatal(err)
	}
	if a := c.settings()["a"]; a.Tasks == nil || len(a.Tasks) != 0 || a.HoldOver != 0.25 {
		t.Errorf("a: %+v", a)
	}
	if b := c.settings()["b"]; strings.Join(b.Tasks, "+") != "Layout+Animation" {
		t.Errorf("b: %+v", b)
	}
}
