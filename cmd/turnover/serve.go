package main

import (
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"turnover/api"
	"turnover/pipeline"
	"turnover/store/folder"
)

func (a *app) serveCmd() *cobra.Command {
	var listen, previews string
	var origins []string
	var migrate bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer the HTTP API until stopped",
		Long: "Answers Kitsu's routes under /api and without the prefix. It speaks plain HTTP: let a reverse proxy in front\n" +
			"of it speak TLS. Requests that run when it is stopped may finish.",
		Example: "  turnover serve --listen 127.0.0.1:8080 --previews /data/previews\n" +
			"  turnover serve --db postgres://td@db/turnover --migrate",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			open := openStore
			if migrate {
				open = unmigratedStore
			}
			return a.withStore(cmd.Context(), open, func(p *pipeline.Pipeline) error {
				if migrate {
					if err := p.Store.Migrate(cmd.Context()); err != nil {
						return err
					}
				}
				p.Files = folder.Folder{Root: previews}
				return a.serve(cmd, p, listen, api.Options{Origins: origins})
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&listen, "listen", "127.0.0.1:8080", "address and port; port 0 takes a free one")
	f.StringVar(&previews, "previews", "turnover.previews", "folder in which the files of previews and attachments are kept; it is made when the first comes")
	f.StringArrayVar(&origins, "allow-origin", nil, "let browsers call from a page of this origin, https://kitsu.example.com; by default from nowhere else")
	f.BoolVar(&migrate, "migrate", false, "bring the database up to date first")
	return cmd
}

func (a *app) serve(cmd *cobra.Command, p *pipeline.Pipeline, listen string, o api.Options) error {
	o.Version, _ = buildVersion()
	server, err := api.New(cmd.Context(), p, o)
	if err != nil {
		return err
	}
	var config net.ListenConfig
	l, err := config.Listen(cmd.Context(), "tcp", listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.printf("turnover answers on http://%s (%s); stop it with Ctrl-C\n", l.Addr(), p.Store.Describe())
	return server.Serve(cmd.Context(), l)
}
