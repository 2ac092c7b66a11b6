package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"turnover/pipeline"
)

func (a *app) doctorCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong with this installation, and the way out",
		Example: "  turnover doctor\n" +
			"  turnover doctor --db postgres://td@db/turnover --json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			faults := a.examine(cmd.Context())
			if a.json {
				if err := a.printJSON(faults); err != nil {
					return err
				}
			}
			code := exitDone
			for _, f := range faults {
				if !a.json {
					a.printf("%s: %s: %s\n", f.Severity, f.What, f.WayOut)
				}
				if f.Severity == "error" {
					code = exitMachine
				}
			}
			if len(faults) == 0 && !a.json {
				a.printf("nothing is wrong\n")
			}
			return codeError(code)
		},
	}
}

// examine looks at everything that can be looked at, going on past the first
// fault.
func (a *app) examine(ctx context.Context) []pipeline.Fault {
	faults := []pipeline.Fault{}
	faults = append(faults, a.examineFolders()...)
	faults = append(faults, a.examineMail(ctx)...)
	err := a.with(ctx, func(p *pipeline.Pipeline) error {
		found, err := p.Doctor(ctx)
		if faults = append(faults, found...); err != nil {
			return err
		}
		found, err = a.examineService(ctx, p)
		faults = append(faults, found...)
		return err
	})
	if err != nil {
		faults = append(faults, pipeline.Fault{Severity: "error", What: fmt.Sprintf("the database cannot be used: %v", err), WayOut: "check --db, its server and its rights"})
	}
	return faults
}

func (a *app) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which turnover this is",
		Example: "  turnover version\n" +
			"  turnover version --json",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			version, revision := buildVersion()
			if a.json {
				return a.printJSON(map[string]string{"version": version, "revision": revision, "go": runtime.Version()})
			}
			a.printf("turnover %s %s %s\n", version, revision, runtime.Version())
			return nil
		},
	}
}

// buildVersion says which source this binary was built of.
func buildVersion() (version, revision string) {
	version = "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	return version, revision
}
