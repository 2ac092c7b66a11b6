package main

import (
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"turnover/hierarchy"
	"turnover/internal/timecode"
	"turnover/pipeline"
	"turnover/plan"
	"turnover/reports"
)

// check reads the values of the configuration; what makes no sense is wrong
// usage and says where it stands.
func (c *config) check() error {
	for _, step := range []func() error{c.checkZone, c.checkCalendar, c.checkProjects, c.checkWatch, c.checkReports, c.checkPublish, c.checkMail, c.checkJobs, c.checkLimits, c.checkCauses} {
		if err := step(); err != nil {
			return usageError("%s: %v", c.file, err)
		}
	}
	return nil
}

func (c *config) checkZone() (err error) {
	c.timezone, err = zone(c.Timezone)
	return err
}

func zone(name string) (*time.Location, error) {
	if name == "" {
		return nil, nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil || loc == time.Local { // "Local" is another zone on each machine
		return nil, fmt.Errorf("unknown time zone %q: write it as Europe/Paris", name)
	}
	return loc, nil
}

func (c *config) checkCalendar() error {
	days := map[string]time.Weekday{"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
	if c.Calendar.Weekend != nil {
		c.calendar.Weekend = map[time.Weekday]bool{}
	}
	for _, name := range c.Calendar.Weekend {
		day, ok := days[strings.ToLower(name)]
		if !ok {
			return fmt.Errorf("calendar: weekend: unknown day %q: use mon, tue, wed, thu, fri, sat, sun", name)
		}
		c.calendar.Weekend[day] = true
	}
	if len(c.calendar.Weekend) == 7 {
		return fmt.Errorf("calendar: weekend: a week without a working day")
	}
	if c.Calendar.Holidays == "" {
		return nil
	}
	holidays, err := readHolidays(c.beside(c.Calendar.Holidays))
	c.calendar.Holidays = holidays
	return err
}

// beside finds a file that the configuration names: relative to itself.
func (c *config) beside(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(c.file), file)
}

// targets reads a production's quota goals; names are looked up when a report
// is printed.
func (c *config) targets(project string) ([]reports.Target, error) {
	var out []reports.Target
	for i, t := range c.Projects[project].Targets {
		one := reports.Target{TaskType: t.TaskType, Team: t.Team, Person: t.Person, Every: t.Every, From: hierarchy.Day(t.From), To: hierarchy.Day(t.To),
			Frames: t.Frames, Seconds: t.Seconds, Shots: t.Shots, Place: fmt.Sprintf("projects: %s: targets: entry %d", project, i+1)}
		if err := one.Check(); err != nil {
			return nil, err
		}
		one.Place = c.file + ": " + one.Place
		out = append(out, one)
	}
	return out, nil
}

// readHolidays reads a CSV of days and, beside each, its name.
func readHolidays(file string) (map[hierarchy.Day]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("calendar: holidays: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("calendar: holidays: %w", err)
	}
	out := map[hierarchy.Day]string{}
	for i, row := range rows {
		day, err := hierarchy.ParseDay(strings.TrimPrefix(strings.TrimSpace(row[0]), "\ufeff"))
		if err != nil {
			if i == 0 {
				continue // a header
			}
			return nil, fmt.Errorf("calendar: holidays: %s:%d: %w", file, i+1, err)
		}
		out[day] = strings.Join(row[1:], ", ")
	}
	return out, nil
}

func (c *config) checkProjects() error {
	c.read = map[string]pipeline.Settings{}
	for _, name := range slices.Sorted(maps.Keys(c.Projects)) {
		s, err := c.Projects[name].settings()
		if err != nil {
			return fmt.Errorf("projects: %s: %w", name, err)
		}
		if s.Targets, err = c.targets(name); err != nil {
			return err
		}
		if s.TargetsFile = c.Projects[name].TargetFile; s.TargetsFile != "" {
			s.TargetsFile = c.beside(s.TargetsFile)
		}
		c.read[name] = s
	}
	return nil
}

func (p projectConfig) settings() (s pipeline.Settings, err error) {
	s = pipeline.Settings{Names: p.Names, Pattern: p.Pattern, MatchCase: p.MatchCase, FirstFrame: p.FirstFrame, Handles: p.Handles,
		Columns: p.Columns, Create: map[string]plan.Policy{}, Omit: p.Omit.Scope, Sheets: p.Sheets.options()}
	if err := s.Sheets.Check(); err != nil {
		return s, fmt.Errorf("sheets: %w", err)
	}
	if p.FPS != nil {
		if s.FPS, err = timecode.ParseRate(fmt.Sprint(p.FPS)); err != nil {
			return s, err
		}
	}
	if p.Handles < 0 {
		return s, fmt.Errorf("handles: %d is negative", p.Handles)
	}
	for kind, pattern := range p.Pattern {
		if _, err := regexp.Compile(pattern); err != nil {
			return s, fmt.Errorf("pattern: %s: %w", kind, err)
		}
	}
	if s.Create, err = policies(p.Create); err != nil {
		return s, err
	}
	if s.Tasks, err = taskNames(p.Tasks); err != nil {
		return s, err
	}
	if s.HoldOver, err = checkOmission(p.Omit, p.Casting); err != nil {
		return s, err
	}
	if err := reports.CheckCauses(p.RetakeCauses); err != nil {
		return s, fmt.Errorf("retake_causes: %w", err)
	}
	s.Causes = p.RetakeCauses
	s.Casting = p.Casting
	s.Sources = map[string]pipeline.SourceSettings{}
	for _, name := range slices.Sorted(maps.Keys(p.Sources)) {
		if s.Sources[name], err = p.Sources[name].settings(); err != nil {
			return s, fmt.Errorf("sources: %s: %w", name, err)
		}
	}
	return s, nil
}

func (c sourceConfig) settings() (s pipeline.SourceSettings, err error) {
	s = pipeline.SourceSettings{Names: c.Names, Columns: c.Columns, Omit: c.Omit.Scope, Casting: c.Casting, Sheets: c.Sheets.options()}
	if err := s.Sheets.Check(); err != nil {
		return s, fmt.Errorf("sheets: %w", err)
	}
	if s.Create, err = policies(c.Create); err != nil {
		return s, err
	}
	s.HoldOver, err = checkOmission(c.Omit, c.Casting)
	return s, err
}

// checkOmission checks what a list may take out, and gives the share of shots
// above which it is held.
func checkOmission(omit omitConfig, casting string) (holdOver float64, err error) {
	if err := oneOf("omit: scope", omit.Scope, plan.OmitNone, plan.OmitListed, plan.OmitEpisode, plan.OmitProject); err != nil {
		return 0, err
	}
	if err := oneOf("casting", casting, plan.CastMerge, plan.CastReplace); err != nil {
		return 0, err
	}
	return share(omit.HoldOver)
}

func policies(from map[string]any) (map[string]plan.Policy, error) {
	out, kinds := map[string]plan.Policy{}, slices.Sorted(maps.Keys(plan.DefaultCreate()))
	for kind, value := range from {
		if err := oneOf("create", kind, kinds...); err != nil {
			return nil, err
		}
		word := fmt.Sprint(value)
		switch value { // what YAML readers of another age make of yes and no
		case true:
			word = "yes"
		case false:
			word = "no"
		}
		if err := oneOf("create: "+kind, word, "yes", "warn", "hold", "no"); err != nil {
			return nil, err
		}
		out[kind] = plan.Policy(word)
	}
	return out, nil
}

// taskNames reads project (nil), none (empty) or a list.
func taskNames(value any) ([]string, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case string:
		switch v {
		case "project":
			return nil, nil
		case "none":
			return []string{}, nil
		}
	case []any:
		names := []string{}
		for _, one := range v {
			names = append(names, fmt.Sprint(one))
		}
		return names, nil
	}
	return nil, fmt.Errorf("tasks: %v: write project, none, or a list of task types", value)
}

// share reads "10%" or 0.1.
func share(value any) (float64, error) {
	if value == nil {
		return 0, nil
	}
	text, percent := strings.CutSuffix(strings.TrimSpace(fmt.Sprint(value)), "%")
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if percent {
		n /= 100
	}
	if err != nil || n < 0 || n > 1 {
		return 0, fmt.Errorf("omit: hold_over: %v is no share: write it as 10%%", value)
	}
	return n, nil
}

func (c *config) checkCauses() error {
	if err := reports.CheckCauses(c.RetakeCauses); err != nil {
		return fmt.Errorf("retake_causes: %w", err)
	}
	return nil
}

func (c *config) checkLimits() (err error) {
	if c.bounds.Bytes, err = size("limits: upload", c.Limits.Upload); err != nil {
		return err
	}
	if c.bounds.Unzipped, err = size("limits: unzipped", c.Limits.Unzipped); err != nil {
		return err
	}
	if c.bounds.Rows = c.Limits.Rows; c.bounds.Rows < 0 {
		return fmt.Errorf("limits: rows: %d is negative", c.Limits.Rows)
	}
	return nil
}

// size reads "256MB": powers of 1024, as people mean them here.
func size(at, text string) (int64, error) {
	number, unit := strings.ToUpper(strings.TrimSpace(text)), int64(1)
	for i, suffix := range []string{"KB", "MB", "GB"} {
		if n, ok := strings.CutSuffix(number, suffix); ok {
			number, unit = strings.TrimSpace(n), 1<<(10*(i+1))
		}
	}
	if number == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(number, 10, 40)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("%s: %q is no size: write it as 256MB", at, text)
	}
	return n * unit, nil
}

// oneOf refuses a word that is not among the known ones; "" is the default.
func oneOf(at, word string, known ...string) error {
	if word == "" || slices.Contains(known, word) {
		return nil
	}
	hint := ""
	if near := pipeline.Nearest(word, known); near != "" {
		hint = fmt.Sprintf(": did you mean %q?", near)
	}
	return fmt.Errorf("%s: unknown word %q%s; use one of %s", at, word, hint, strings.Join(known, ", "))
}
