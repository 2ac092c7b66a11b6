package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"turnover/importers"
	"turnover/pipeline"
	"turnover/reports"
)

const defaultConfig = "turnover.yaml"

// A config is turnover.yaml. Every section is read and checked, whatever the verb.
type config struct {
	Database string                   `yaml:"database"`
	Timezone string                   `yaml:"timezone"`
	Calendar calendarConfig           `yaml:"calendar"`
	Projects map[string]projectConfig `yaml:"projects"`
	Watch    []watchConfig            `yaml:"watch"`
	Reports  []reportConfig           `yaml:"reports"`
	Publish  []publishConfig          `yaml:"publish"`
	Mail     mailConfig               `yaml:"mail"`
	Jobs     jobsConfig               `yaml:"jobs"`
	Limits   limitsConfig             `yaml:"limits"`
	// RetakeCauses are those of every production that has none of its own.
	RetakeCauses map[string]string `yaml:"retake_causes"`

	file     string
	read     map[string]pipeline.Settings
	calendar reports.Calendar
	timezone *time.Location
	bounds   importers.Limits
}

type calendarConfig struct {
	Weekend  []string `yaml:"weekend"`
	Holidays string   `yaml:"holidays"`
}

// A targetConfig is one quota goal.
type targetConfig struct {
	TaskType string  `yaml:"task_type"`
	Team     string  `yaml:"team"`
	Person   string  `yaml:"person"`
	Every    string  `yaml:"every"`
	From     string  `yaml:"from"`
	To       string  `yaml:"to"`
	Frames   float64 `yaml:"frames"`
	Seconds  float64 `yaml:"seconds"`
	Shots    float64 `yaml:"shots"`
}

type projectConfig struct {
	FPS        any                     `yaml:"fps"`
	Names      []string                `yaml:"names"`
	Pattern    map[string]string       `yaml:"pattern"`
	MatchCase  bool                    `yaml:"match_case"`
	FirstFrame *int64                  `yaml:"first_frame"`
	Handles    int64                   `yaml:"handles"`
	Columns    map[string][]string     `yaml:"columns"`
	Create     map[string]any          `yaml:"create"`
	Tasks      any                     `yaml:"tasks"`
	Targets    []targetConfig          `yaml:"targets"`
	TargetFile string                  `yaml:"targets_file"` // a sheet with more of them
	Omit       omitConfig              `yaml:"omit"`
	Casting    string                  `yaml:"casting"`
	Sheets     sheetsConfig            `yaml:"sheets"`
	Sources    map[string]sourceConfig `yaml:"sources"`
	// RetakeCauses map tags ('#anim') and headings of checklists to causes.
	RetakeCauses map[string]string `yaml:"retake_causes"`
}

// sourceConfig is what differs for the lists of one source.
type sourceConfig struct {
	Names   []string            `yaml:"names"`
	Columns map[string][]string `yaml:"columns"`
	Create  map[string]any      `yaml:"create"`
	Omit    omitConfig          `yaml:"omit"`
	Casting string              `yaml:"casting"`
	Sheets  sheetsConfig        `yaml:"sheets"`
}

type sheetsConfig struct {
	Sheet         string `yaml:"sheet"`
	Merged        string `yaml:"merged"`
	HiddenRows    string `yaml:"hidden_rows"`
	HiddenColumns string `yaml:"hidden_columns"`
	StruckRows    string `yaml:"struck_rows"`
}

type omitConfig struct {
	Scope    string `yaml:"scope"`
	HoldOver any    `yaml:"hold_over"`
}

type limitsConfig struct {
	Upload   string `yaml:"upload"`
	Unzipped string `yaml:"unzipped"`
	Rows     int    `yaml:"rows"`
}

// loadConfig reads the configuration; without a name the default file, where
// there is one.
func loadConfig(name string) (*config, error) {
	c := &config{file: name}
	if name == "" {
		c.file = defaultConfig
	}
	text, err := os.ReadFile(c.file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && name == "":
		return c, c.check()
	case errors.Is(err, fs.ErrNotExist):
		return nil, usageError("there is no configuration %q", name)
	case err != nil:
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	if err := parseConfig(text, c); err != nil {
		return nil, err
	}
	return c, c.check()
}

func parseConfig(text []byte, c *config) error {
	if strings.TrimSpace(string(text)) == "" {
		return nil
	}
	err := yaml.UnmarshalWithOptions(text, c, yaml.Strict())
	if err == nil {
		return nil
	}
	var stray *yaml.UnknownFieldError
	if errors.As(err, &stray) && stray.Token != nil {
		key, hint := stray.Token.Value, ""
		if near := pipeline.Nearest(key, yamlKeys(reflect.TypeOf(*c))); near != "" {
			hint = fmt.Sprintf(": did you mean %q?", near)
		}
		return usageError("%s:%d: unknown key %q%s", c.file, stray.Token.Position.Line, key, hint)
	}
	if strings.Contains(err.Error(), "EOF") {
		return nil // comments only
	}
	return usageError("%s: %s", c.file, yaml.FormatError(err, false, true))
}

// yamlKeys lists every key that the configuration knows, at any depth.
func yamlKeys(t reflect.Type) []string {
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		return yamlKeys(t.Elem())
	case reflect.Struct:
	default:
		return nil
	}
	var keys []string
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("yaml"); tag != "" {
			keys = append(append(keys, tag), yamlKeys(t.Field(i).Type)...)
		}
	}
	return keys
}

func (c *config) settings() map[string]pipeline.Settings { return c.read }
func (c *config) limits() importers.Limits               { return c.bounds }
