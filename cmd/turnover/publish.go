package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"turnover/exporters/dataset"
	"turnover/pipeline"
)

// defaultReading is how long a reader of a dataset may need where nothing is said.
const defaultReading = time.Hour

// personsKeyVariable is where the key of pseudonyms may stand.
const personsKeyVariable = "TURNOVER_PERSONS_KEY"

// shortestKey is how many bytes a key of pseudonyms has at least: fewer could be tried out.
const shortestKey = 16

// publishFlags are what "publish" is told; an entry of the configuration fills
// what is not.
type publishFlags struct {
	projects                []string
	all, only               bool
	to, persons, keyAt      string
	keep                    int
	reading                 time.Duration
	keepGiven, readingGiven bool
}

func (a *app) publishCmd() *cobra.Command {
	var f publishFlags
	cmd := &cobra.Command{
		Use:   "publish [NAME]",
		Short: "Write the Parquet dataset of one snapshot",
		Long: "Writes one snapshot of productions for data teams. NAME runs an entry of the section publish of the\n" +
			"configuration; flags go before it. A folder's newest snapshot always holds all productions that were\n" +
			"published into it: those named now are added, unless --only leaves the others out.",
		Example: "  turnover publish --project tv --to dataset\n" +
			"  turnover publish --all --to /data/turnover --keep 30\n" +
			"  turnover publish --all --to /data/open --persons pseudonyms --persons-key-file key.txt",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.keepGiven, f.readingGiven = cmd.Flags().Changed("keep"), cmd.Flags().Changed("reading")
			if len(args) == 1 {
				if err := a.fillPublish(&f, args[0]); err != nil {
					return err
				}
			}
			to, err := f.publisher()
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				defer a.progress("publishing")()
				got, err := p.Publish(cmd.Context(), pipeline.Which{Projects: f.projects, Only: f.only}, to)
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(got)
				}
				a.printf("snapshot %s of %s as of %s in %s\n", got.Snapshot, strings.Join(got.Productions, ", "), got.AsOf.UTC().Format(time.RFC3339Nano), filepath.Join(got.Dir, filepath.FromSlash(got.Path)))
				return nil
			})
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.projects, "project", nil, "name or id of a production; may be given several times")
	flags.BoolVar(&f.all, "all", false, "all productions")
	flags.BoolVar(&f.only, "only", false, "leave out what the folder holds already and is not named")
	flags.StringVar(&f.to, "to", "", "folder of the dataset")
	flags.StringVar(&f.persons, "persons", "", "names (default), pseudonyms or none")
	flags.StringVar(&f.keyAt, "persons-key-file", "", "file with the key of the pseudonyms (also "+personsKeyVariable+")")
	flags.IntVar(&f.keep, "keep", 0, "keep so many snapshots, the newest; 0 keeps all")
	flags.DurationVar(&f.reading, "reading", defaultReading, "keep a snapshot so long after it was the newest, for those who read it")
	return cmd
}

// publisher checks what was asked for.
func (f *publishFlags) publisher() (datasetPublisher, error) {
	d := datasetPublisher{to: stepped(dataset.Folder(f.to)), persons: dataset.Named, keep: dataset.Keep{Newest: f.keep, Reading: f.reading}}
	switch {
	case f.to == "":
		return d, usageError("say where with --to DIR")
	case f.all == (len(f.projects) > 0):
		return d, usageError("say which with --project NAME, or --all")
	case f.keep < 0:
		return d, usageError("--keep %d is negative: 0 keeps all", f.keep)
	case f.reading < 0:
		return d, usageError("--reading %s is negative", f.reading)
	}
	if err := oneOf("--persons", f.persons, string(dataset.Named), string(dataset.Pseudonymous), string(dataset.Absent)); err != nil {
		return d, usageError("%v", err)
	}
	if f.persons != "" {
		d.persons = dataset.Persons(f.persons)
	}
	if d.persons != dataset.Pseudonymous {
		return d, nil
	}
	var err error
	d.key, err = personsKey(f.keyAt)
	return d, err
}

// personsKey reads the key of pseudonyms. There is none by default: one that
// everybody knows would hide nobody.
func personsKey(file string) ([]byte, error) {
	key := []byte(os.Getenv(personsKeyVariable))
	if file != "" {
		var err error
		if key, err = os.ReadFile(file); err != nil {
			return nil, usageError("read the key of pseudonyms: %v", err)
		}
	}
	key = bytes.TrimSpace(key)
	if len(key) < shortestKey {
		return nil, usageError("pseudonyms need a secret key of %d characters or more, the same for every snapshot: give --persons-key-file FILE or %s", shortestKey, personsKeyVariable)
	}
	return key, nil
}

// fillPublish takes what the flags leave open from an entry of the configuration.
func (a *app) fillPublish(f *publishFlags, name string) error {
	entry, ok := a.config.publication(name)
	if !ok {
		var known []string
		for _, p := range a.config.Publish {
			known = append(known, p.Name)
		}
		return usageError("the configuration %s has no entry %q under publish: it has %s", a.config.file, name, orNone(strings.Join(known, ", ")))
	}
	if !f.all && len(f.projects) == 0 {
		projects, err := entry.projects()
		if err != nil {
			return usageError("%s: publish: %s: %v", a.config.file, name, err)
		}
		f.projects, f.all = projects, len(projects) == 0
	}
	for _, text := range []struct {
		to   *string
		from string
	}{{&f.to, a.beside(entry.To)}, {&f.persons, entry.Persons}, {&f.keyAt, a.beside(entry.KeyFile)}} {
		if *text.to == "" {
			*text.to = text.from
		}
	}
	if !f.keepGiven {
		f.keep = entry.Keep
	}
	if !f.readingGiven {
		reading, err := entry.reading()
		if err != nil {
			return usageError("%s: publish: %s: %v", a.config.file, name, err)
		}
		f.reading = reading
	}
	return nil
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// beside finds a relative file beside the configuration.
func (a *app) beside(file string) string {
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(a.config.file), file)
}

// projects reads all (none listed), one name or a list.
func (p publishConfig) projects() ([]string, error) {
	switch v := p.Projects.(type) {
	case nil:
		return nil, nil
	case string:
		if v == "all" {
			return nil, nil
		}
		return []string{v}, nil
	case []any:
		var names []string
		for _, one := range v {
			names = append(names, fmt.Sprint(one))
		}
		if len(names) > 0 {
			return names, nil
		}
	}
	return nil, fmt.Errorf("projects: %v: write all, a name, or a list of names", p.Projects)
}

func (p publishConfig) reading() (time.Duration, error) {
	if p.Reading == "" {
		return defaultReading, nil
	}
	d, err := time.ParseDuration(p.Reading)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("reading: %q is no duration: write it as 1h", p.Reading)
	}
	return d, nil
}
