package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/mattn/go-isatty"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"turnover/hierarchy"
	"turnover/pipeline"
	"turnover/store"
)

// An app is one run of the program: its streams, common flags and what they
// lead to.
type app struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time

	db, configFile, logLevel string
	json                     bool

	config  *config
	log     zerolog.Logger
	started bool // a verb was found and its arguments were right
}

// run runs one command line and gives the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	a := &app{in: in, out: out, err: errs, now: time.Now}
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !a.started {
		err = &pipeline.UsageError{Reason: err.Error() + "\nRun \"turnover --help\" to see what there is."}
	}
	return a.finish(err)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "turnover",
		Short: "Shot lists in, the production's hierarchy kept, quota and retake reports out",
		Long: "turnover keeps the temporal hierarchy of an animation production, fills it from the EDL, CSV and\n" +
			"Excel lists that editors hand over, and prints quota, retake and episode reports.",
		SilenceUsage: true, SilenceErrors: true, SuggestionsMinimumDistance: 3,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.start(cmd) },
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	f := root.PersistentFlags()
	f.StringVar(&a.db, "db", "", "database: a SQLite file or postgres://… (default turnover.db; also TURNOVER_DB)")
	f.StringVar(&a.configFile, "config", "", "configuration file (default turnover.yaml where there is one)")
	f.BoolVar(&a.json, "json", false, "print JSON")
	f.StringVar(&a.logLevel, "log-level", "warn", "debug, info, warn or error")
	root.AddCommand(a.demoCmd(), a.initCmd(), a.projectCmd(), a.inspectCmd(), a.planCmd(), a.applyCmd(), a.plansCmd(), a.importsCmd(),
		a.inboxCmd(), a.undoCmd(), a.aliasCmd(), a.pendingCmd(), a.explainCmd(), a.diffCmd(), a.reportCmd(), a.exportCmd(), a.publishCmd(), a.runCmd(), a.scheduleCmd(), a.jobsCmd(), a.deliveriesCmd(),
		a.archiveCmd(), a.backupCmd(), a.restoreCmd(), a.dbCmd(), a.userCmd(), a.serveCmd(), a.doctorCmd(), a.versionCmd())
	return root
}

// start reads what every verb needs: the log's level and the configuration.
func (a *app) start(cmd *cobra.Command) error {
	a.started = true
	level, err := zerolog.ParseLevel(a.logLevel)
	if err != nil || a.logLevel == "" {
		return usageError("unknown log level %q: use debug, info, warn or error", a.logLevel)
	}
	w := a.err
	if terminal(a.err) {
		w = zerolog.ConsoleWriter{Out: a.err, TimeFormat: time.TimeOnly}
	}
	a.log = zerolog.New(w).Level(level).With().Timestamp().Logger()
	if cmd.Name() == "version" || cmd.Name() == "init" || cmd.Name() == "demo" || cmd.Name() == "help" {
		a.config = &config{}
		return nil
	}
	a.config, err = loadConfig(a.configFile)
	return err
}

// bare is a pipeline without a database.
func (a *app) bare() *pipeline.Pipeline {
	return &pipeline.Pipeline{
		Importers: allImporters(), Exporters: allExporters(), Reports: allReports(),
		Archives: archives{}, Log: a.log, Now: a.now, NewID: newID, NewRowID: newRowID, Author: author(), Settings: a.config.settings(), Causes: a.config.RetakeCauses,
		Limits: a.config.limits(), Calendar: a.config.calendar, Timezone: a.config.timezone,
	}
}

// with opens the database, runs f on it and closes it.
func (a *app) with(ctx context.Context, f func(*pipeline.Pipeline) error) error {
	return a.withStore(ctx, openStore, f)
}

func (a *app) withStore(ctx context.Context, open func(context.Context, string) (store.Store, error), f func(*pipeline.Pipeline) error) (err error) {
	s, err := open(ctx, a.database())
	if err != nil {
		return err
	}
	defer func() {
		if e := s.Close(); err == nil && e != nil {
			err = fmt.Errorf("close database: %w", e)
		}
	}()
	p := a.bare()
	p.Store = s
	return f(p)
}

func (a *app) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(a.out, format, args...) // a reader that went away is noticed at the next write of a result
}

func newID() hierarchy.ID { return hierarchy.ID(uuid.NewString()) }

// newRowID gives ids that ascend with time: an index takes them in at its end.
func newRowID() hierarchy.ID { return hierarchy.ID(uuid.Must(uuid.NewV7()).String()) }

func author() string {
	if name := os.Getenv("TURNOVER_AUTHOR"); name != "" {
		return name
	}
	return pipeline.UserName()
}

func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

func usageError(format string, args ...any) error {
	return &pipeline.UsageError{Reason: fmt.Sprintf(format, args...)}
}
