package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"turnover/exporters/deliver"
	"turnover/schedule"
)

// watchConfig is one watch folder.
type watchConfig struct {
	Name    string `yaml:"name"` // "" is the folder's own
	Folder  string `yaml:"folder"`
	Project string `yaml:"project"`
	Episode string `yaml:"episode"` // of lists that name none
	Below   string `yaml:"below"`   // what the folders in it are named for: "{project}/{episode}"
	Sets    string `yaml:"sets"`    // names of files that are one cut: "{cut}_V{part}.edl"
	Apply   string `yaml:"apply"`
	Omit    string `yaml:"omit"`
	Casting string `yaml:"casting"`
	Poll    string `yaml:"poll"`
	Stable  string `yaml:"stable"`
	Whole   string `yaml:"whole"`  // how long a file that breaks off may take to be completed
	Remind  string `yaml:"remind"` // how often what is held is called to mind
	Owner   string `yaml:"owner"`
}

// What watch folders do where nothing is said.
const (
	defaultPoll   = 5 * time.Second
	defaultStable = 10 * time.Second
	defaultWhole  = time.Minute
	defaultRemind = 72 * time.Hour
)

// reportConfig is one report that is made and delivered on schedule.
type reportConfig struct {
	Name     string          `yaml:"name"`
	Cron     string          `yaml:"cron"`
	Timezone string          `yaml:"timezone"`
	Report   string          `yaml:"report"`
	Project  string          `yaml:"project"`
	Period   string          `yaml:"period"`
	Method   string          `yaml:"method"`
	Basis    string          `yaml:"basis"`
	TeamBy   string          `yaml:"team_by"`
	TaskType string          `yaml:"task_type"`
	Person   string          `yaml:"person"`
	Format   string          `yaml:"format"`
	Deliver  []deliverConfig `yaml:"deliver"`
	IfMissed string          `yaml:"if_missed"`
	Holidays string          `yaml:"holidays"`
	Fresh    freshConfig     `yaml:"fresh"`
	Owner    string          `yaml:"owner"`
}

// deliverConfig is one place that a report goes to: a folder or mail.
type deliverConfig struct {
	Folder string   `yaml:"folder"`
	Link   string   `yaml:"link"` // address of the folder for those who get a mail: "https://files.example.com/reports"
	Mail   []string `yaml:"mail"`
}

// freshConfig says how old what a report rests on may be.
type freshConfig struct {
	Within string `yaml:"within"` // a list was applied within so long; "" asks nothing
	Source string `yaml:"source"` // of this watch folder or source; "" is any
	Late   string `yaml:"late"`   // banner: send with a banner; hold: tell the owner instead
}

type publishConfig struct {
	Name     string `yaml:"name"`
	Cron     string `yaml:"cron"`
	Timezone string `yaml:"timezone"`
	Projects any    `yaml:"projects"`
	To       string `yaml:"to"`
	Keep     int    `yaml:"keep"`
	Reading  string `yaml:"reading"`
	Persons  string `yaml:"persons"`
	KeyFile  string `yaml:"persons_key_file"`
	IfMissed string `yaml:"if_missed"`
	Holidays string `yaml:"holidays"`
	Owner    string `yaml:"owner"`
}

type mailConfig struct {
	SMTP         string `yaml:"smtp"`
	From         string `yaml:"from"`
	Username     string `yaml:"username"` // "" is the address of from, where there is a password
	PasswordFile string `yaml:"password_file"`
	TLS          string `yaml:"tls"`    // starttls (default), tls, none
	Attach       string `yaml:"attach"` // larger files are linked to, not attached
}

type jobsConfig struct {
	Database string `yaml:"database"` // a SQLite file; on PostgreSQL jobs are where the data is
	Workers  int    `yaml:"workers"`
}

const (
	defaultJobs    = "turnover.jobs.db"
	defaultWorkers = 4
	defaultAttach  = 10 << 20
	mostMissed     = 10 // occurrences that "if_missed: all" makes up for
)

func (w watchConfig) name() string {
	if w.Name != "" {
		return w.Name
	}
	return filepath.Base(w.Folder)
}

// report finds an entry of the section reports.
func (c *config) report(name string) (reportConfig, bool) {
	i := slices.IndexFunc(c.Reports, func(r reportConfig) bool { return r.Name == name })
	if i < 0 {
		return reportConfig{}, false
	}
	return c.Reports[i], true
}

// publication finds an entry of the section publish.
func (c *config) publication(name string) (publishConfig, bool) {
	i := slices.IndexFunc(c.Publish, func(p publishConfig) bool { return p.Name == name })
	if i < 0 {
		return publishConfig{}, false
	}
	return c.Publish[i], true
}

// watched finds an entry of the section watch.
func (c *config) watched(name string) (watchConfig, bool) {
	i := slices.IndexFunc(c.Watch, func(w watchConfig) bool { return w.name() == name })
	if i < 0 {
		return watchConfig{}, false
	}
	return c.Watch[i], true
}

// every reads a duration that was checked.
func every(text string, otherwise time.Duration) time.Duration {
	if d, err := time.ParseDuration(text); err == nil && text != "" {
		return d
	}
	return otherwise
}

func (c *config) checkWatch() error {
	names := map[string]bool{}
	for i, w := range c.Watch {
		at := fmt.Sprintf("watch: entry %d", i+1)
		if w.Folder == "" || w.Project == "" && !strings.Contains(w.Below, "{project}") {
			return fmt.Errorf("%s: it needs a folder and a project", at)
		}
		if names[w.name()] {
			return fmt.Errorf("%s: another entry is called %q: give it a name", at, w.name())
		}
		names[w.name()] = true
		for _, other := range c.Watch[:i] {
			if within(w.Folder, other.Folder) || within(other.Folder, w.Folder) {
				return fmt.Errorf("%s: folder: %q and %q lie in each other: each list would be taken twice", at, w.Folder, other.Folder)
			}
		}
		if err := w.checkWords(at); err != nil {
			return err
		}
		for key, text := range map[string]string{"poll": w.Poll, "stable": w.Stable, "whole": w.Whole, "remind": w.Remind} {
			if d, err := time.ParseDuration(text); text != "" && (err != nil || d <= 0) {
				return fmt.Errorf("%s: %s: %q is no duration: write it as 5s", at, key, text)
			}
		}
	}
	return nil
}

// within says whether a folder is another or lies in it, by their names.
func within(folder, other string) bool {
	rel, err := filepath.Rel(filepath.Clean(other), filepath.Clean(folder))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func (w watchConfig) checkWords(at string) error {
	if err := oneOf(at+": apply", w.Apply, "auto", "hold"); err != nil {
		return err
	}
	if err := oneOf(at+": omit", w.Omit, "none", "listed-sequences", "episode", "project"); err != nil {
		return err
	}
	if err := oneOf(at+": casting", w.Casting, "merge", "replace"); err != nil {
		return err
	}
	if strings.ContainsAny(w.name(), `/\%`) {
		return fmt.Errorf("%s: name: %q: leave out slashes and percent signs", at, w.name())
	}
	if err := oneOf(at+": below", w.Below, "{project}", "{episode}", "{project}/{episode}"); err != nil {
		return err
	}
	if w.Sets != "" && (!strings.Contains(w.Sets, "{cut}") || !strings.Contains(w.Sets, "{part}")) {
		return fmt.Errorf("%s: sets: %q: write it as {cut}_V{part}.edl", at, w.Sets)
	}
	return nil
}

func (c *config) checkReports() error {
	names := map[string]bool{}
	for i, r := range c.Reports {
		at := fmt.Sprintf("reports: entry %d", i+1)
		if r.Name == "" || r.Project == "" {
			return fmt.Errorf("%s: it needs a name and a project", at)
		}
		if names[r.Name] {
			return fmt.Errorf("%s: another entry is called %q", at, r.Name)
		}
		names[r.Name] = true
		if err := checkEntry(at, r.Name, r.Owner); err != nil {
			return err
		}
		if err := checkTimes(at, r.Cron, r.Timezone, r.IfMissed, r.Holidays); err != nil {
			return err
		}
		if err := r.checkContent(at); err != nil {
			return err
		}
		if err := r.checkDelivery(at, c.Mail.SMTP != ""); err != nil {
			return err
		}
	}
	return nil
}

func (r reportConfig) checkContent(at string) error {
	if r.Report == "" {
		return fmt.Errorf("%s: it needs a report", at)
	}
	if err := oneOf(at+": report", r.Report, slices.Sorted(maps.Keys(allReports()))...); err != nil {
		return err
	}
	if err := oneOf(at+": period", r.Period, "all", "last-day", "last-week", "last-month", "last-year", "this-week", "this-month", "this-year"); err != nil {
		return err
	}
	if err := oneOf(at+": basis", r.Basis, "feedback", "approval"); err != nil {
		return err
	}
	if err := oneOf(at+": team_by", r.TeamBy, "department", "studio"); err != nil {
		return err
	}
	return oneOf(at+": format", r.Format, slices.Sorted(maps.Keys(allExporters()))...)
}

func (r reportConfig) checkDelivery(at string, mail bool) error {
	for i, d := range r.Deliver {
		if (d.Folder == "") == (len(d.Mail) == 0) {
			return fmt.Errorf("%s: deliver: place %d: write a folder, or mail with addresses", at, i+1)
		}
		if len(d.Mail) > 0 && !mail {
			return fmt.Errorf("%s: deliver: mail needs a server: write mail: {smtp: …}", at)
		}
		for _, to := range d.Mail {
			if _, err := deliver.Address(to); err != nil {
				return fmt.Errorf("%s: deliver: place %d: %w", at, i+1, err)
			}
		}
	}
	if err := oneOf(at+": fresh: late", r.Fresh.Late, "banner", "hold"); err != nil {
		return err
	}
	if d, err := time.ParseDuration(r.Fresh.Within); r.Fresh.Within != "" && (err != nil || d <= 0) {
		return fmt.Errorf("%s: fresh: within: %q is no duration: write it as 72h", at, r.Fresh.Within)
	}
	return nil
}

func (c *config) checkPublish() error {
	for i, p := range c.Publish {
		at := fmt.Sprintf("publish: entry %d", i+1)
		if p.Name == "" || p.To == "" {
			return fmt.Errorf("%s: it needs a name and a folder (to)", at)
		}
		if slices.ContainsFunc(c.Reports, func(r reportConfig) bool { return r.Name == p.Name }) ||
			slices.ContainsFunc(c.Publish[:i], func(o publishConfig) bool { return o.Name == p.Name }) {
			return fmt.Errorf("%s: another entry is called %q", at, p.Name)
		}
		if err := checkEntry(at, p.Name, p.Owner); err != nil {
			return err
		}
		if err := checkTimes(at, p.Cron, p.Timezone, p.IfMissed, p.Holidays); err != nil {
			return err
		}
		if p.Keep < 0 {
			return fmt.Errorf("%s: keep: %d is negative", at, p.Keep)
		}
		if err := oneOf(at+": persons", p.Persons, "names", "pseudonyms", "none"); err != nil {
			return err
		}
		if _, err := p.reading(); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		if _, err := p.projects(); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
	}
	return nil
}

// checkEntry looks at an entry's name, which stands in keys and files, and at the
// address of its owner.
func checkEntry(at, name, owner string) error {
	if strings.ContainsAny(name, `/\%`) {
		return fmt.Errorf("%s: name: %q: leave out slashes and percent signs", at, name)
	}
	if owner == "" {
		return nil
	}
	if _, err := deliver.Address(owner); err != nil {
		return fmt.Errorf("%s: owner: %w", at, err)
	}
	return nil
}

// checkTimes reads what says when an entry is due.
func checkTimes(at, expression, timezone, ifMissed, holidays string) error {
	if _, err := schedule.Parse(expression); err != nil {
		return fmt.Errorf("%s: cron: %w", at, err)
	}
	if _, err := zone(timezone); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	if _, err := missed(ifMissed); err != nil {
		return fmt.Errorf("%s: if_missed: %w", at, err)
	}
	return oneOf(at+": holidays", holidays, schedule.FreeRun, schedule.FreeSkip, schedule.FreeBefore, schedule.FreeAfter)
}

// missed reads how many missed occurrences are made up for: once (1, the
// default), skip (0), all (mostMissed), "all up to N".
func missed(text string) (int, error) {
	switch text {
	case "", "once":
		return 1, nil
	case "skip":
		return 0, nil
	case "all":
		return mostMissed, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(text, "all up to ")))
	if err != nil || n < 1 || !strings.HasPrefix(text, "all up to ") {
		return 0, fmt.Errorf("unknown word %q: use one of once, skip, all, all up to 5", text)
	}
	return n, nil
}

func (c *config) checkMail() error {
	if c.Mail == (mailConfig{}) {
		return nil
	}
	if c.Mail.SMTP == "" || c.Mail.From == "" {
		return fmt.Errorf("mail: it needs smtp and from")
	}
	if err := oneOf("mail: tls", c.Mail.TLS, "starttls", "tls", "none"); err != nil {
		return err
	}
	_, err := size("mail: attach", c.Mail.Attach)
	return err
}

func (c *config) checkJobs() error {
	if c.Jobs.Workers < 0 {
		return fmt.Errorf("jobs: workers: %d is negative", c.Jobs.Workers)
	}
	return nil
}
