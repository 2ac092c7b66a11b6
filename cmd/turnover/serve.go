package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"turnover/api"
	"turnover/internal/accounts"
	"turnover/pipeline"
	"turnover/store/folder"
)

// serveFlags are what "serve" is told.
type serveFlags struct {
	listen, ops, previews string
	origins               []string
	migrate               bool

	tokenLife, refreshLife time.Duration
}

// check refuses lives with which no client could work.
func (f serveFlags) check() error {
	if f.tokenLife < time.Second || f.refreshLife < f.tokenLife {
		return usageError("--token-life is a second or more, and --refresh-life is no shorter: got %v and %v", f.tokenLife, f.refreshLife)
	}
	return nil
}

func (a *app) serveCmd() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run by itself until stopped: watch folders, schedules, delivery, the HTTP API",
		Long: "Takes lists from the watch folders of the configuration, makes and delivers reports and datasets when they are\n" +
			"due, and answers Kitsu's routes under /api and without the prefix. It speaks plain HTTP: let a reverse proxy in\n" +
			"front of it speak TLS. Requests and jobs that run when it is stopped may finish; what does not runs again.",
		Example: "  turnover serve --listen 127.0.0.1:8080 --previews /data/previews\n" +
			"  turnover serve --token-life 8h --refresh-life 72h\n" +
			"  turnover serve --db postgres://td@db/turnover --migrate --ops 127.0.0.1:9464",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			open := openStore
			if f.migrate {
				open = unmigratedStore
			}
			return a.withStore(cmd.Context(), open, func(p *pipeline.Pipeline) error {
				if f.migrate {
					if err := p.Store.Migrate(cmd.Context()); err != nil {
						return err
					}
				}
				p.Files = folder.Folder{Root: f.previews}
				return a.serve(cmd.Context(), p, f)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8080", "address and port of the API; port 0 takes a free one, \"\" answers none")
	flags.StringVar(&f.ops, "ops", "", "address and port of /metrics (Prometheus), /live and /ready, such as 127.0.0.1:9464; by default none")
	flags.StringVar(&f.previews, "previews", previewsFolder, "folder in which the files of previews and attachments are kept; it is made when the first comes")
	flags.StringArrayVar(&f.origins, "allow-origin", nil, "let browsers call from a page of this origin, https://kitsu.example.com; by default from nowhere else")
	flags.DurationVar(&f.tokenLife, "token-life", accounts.AccessLife, "how long a log-in is good before the client has to refresh it")
	flags.DurationVar(&f.refreshLife, "refresh-life", accounts.RefreshLife, "how long it can be refreshed before the password is asked for again")
	flags.BoolVar(&f.migrate, "migrate", false, "bring the database up to date first")
	return cmd
}

// serve runs the parts of the service side by side; the first that fails stops
// the others.
func (a *app) serve(ctx context.Context, p *pipeline.Pipeline, f serveFlags) error {
	m := newMetrics()
	runs, err := a.newService(ctx, p, m)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	if f.listen != "" {
		server, err := api.New(ctx, p, a.apiOptions(f, m))
		if err != nil {
			return err
		}
		l, err := listen(ctx, f.listen)
		if err != nil {
			return err
		}
		a.printf("turnover answers on http://%s (%s); stop it with Ctrl-C\n", l.Addr(), p.Store.Describe())
		group.Go(func() error { return server.Serve(ctx, l) })
	}
	if f.ops != "" {
		l, err := listen(ctx, f.ops)
		if err != nil {
			return err
		}
		a.printf("metrics on http://%s/metrics\n", l.Addr())
		group.Go(func() error {
			return m.serveOperations(ctx, l, func(ctx context.Context) error {
				_, err := p.Projects(ctx)
				return err
			}, runs.look)
		})
	}
	if runs != nil {
		a.printf("%s\n", runs)
		group.Go(func() error { return runs.run(ctx) })
	}
	return group.Wait()
}

func (a *app) apiOptions(f serveFlags, m *metrics) api.Options {
	o := api.Options{Origins: f.origins, Seen: m.answered, TokenLife: f.tokenLife, RefreshLife: f.refreshLife}
	o.Version, _ = buildVersion()
	return o
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return l, nil
}
