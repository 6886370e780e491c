package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/server"
)

// accessVariable names who takes e-invoices for Peppol.
const accessVariable = "SLUICE_PEPPOL_ACCESS"

func newServe(c *cli) *cobra.Command {
	var o server.Options
	var level slog.Level
	cmd := &cobra.Command{
		Use:     "serve",
		GroupID: "setup",
		Short:   "Serve the installation to people and programs",
		Long: `Serve answers the API at /api/v1, with its documentation at /docs and /openapi.json, and does long work such as
closes as jobs. The records are in a file of the installation's folder, or in the PostgreSQL database that
--database names; several servers may share that and the folder.

The first start prints a link with which the owner is made. Behind a proxy, name where browsers reach it with
--origin, and the proxy's network with --trusted-proxy. It stops in good order when it is interrupted: jobs
that do not end in time go on at the next start.`,
		Example: `  sluice serve
  sluice serve --listen 0.0.0.0:8443 --tls-cert server.pem --tls-key server.key --origin https://billing.example.com
  SLUICE_DATABASE_URL=postgres://sluice@db/sluice sluice serve --metrics 127.0.0.1:9090`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.onlyHere(cmd); err != nil {
				return err
			}
			if isServedDemo(c.dir) && !loopback(o.Listen) {
				return knownPasswords(cmd, o.Listen)
			}
			o.Dir, o.Database, o.Memory, o.Version = c.dir, c.database(), c.memory, built().Version
			o.Log = slog.New(slog.NewJSONHandler(c.stderr, &slog.HandlerOptions{Level: level}))
			return runServe(cmd.Context(), c, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:8080", "`address` to answer at")
	flags.StringVar(&o.Origin, "origin", os.Getenv("SLUICE_ORIGIN"), "public `address` of the server, such as https://billing.example.com; SLUICE_ORIGIN sets a default")
	flags.Lookup("origin").DefValue = ""
	flags.StringVar(&o.Metrics, "metrics", "", "`address` for Prometheus' metrics, which the public must not reach")
	flags.StringVar(&o.Certificate, "tls-cert", "", "`file` with the certificate, read again when it changes")
	flags.StringVar(&o.Key, "tls-key", "", "`file` with the certificate's key")
	flags.StringArrayVar(&o.Proxies, "trusted-proxy", nil, "`network` of a proxy whose X-Forwarded headers are believed; may be repeated")
	flags.StringArrayVar(&o.Origins, "allow-origin", nil, "another `origin` whose pages may call the API; may be repeated")
	flags.BoolVar(&o.Private, "allow-private-addresses", false, "let webhooks, sign-on providers, mail servers and targets of hand-overs be at private addresses")
	flags.StringVar(&o.Access, "peppol-access", os.Getenv(accessVariable), "`address` of who takes e-invoices for Peppol, such as folder:/srv/peppol/out; "+accessVariable+" sets a default")
	flags.Lookup("peppol-access").DefValue = ""
	flags.IntVar(&o.Workers, "workers", 1, "jobs to do at a time; 0 leaves them to other servers")
	flags.IntVar(&o.PerSecond, "rate", 100, "requests a second that each caller may make")
	flags.IntVar(&o.Requests, "concurrency", 64, "requests to answer at a time")
	flags.DurationVar(&o.Delay, "stop-delay", 0, "how long to go on when asked to stop, until load balancers have noticed")
	flags.DurationVar(&o.Grace, "stop-grace", 20*time.Second, "how long running requests and jobs have to end")
	flags.TextVar(&level, "log-level", slog.LevelInfo, "what to log: debug, info, warn or error")
	return cmd
}

func runServe(ctx context.Context, c *cli, o server.Options) error {
	s, err := server.Open(ctx, o)
	if err != nil {
		return err
	}
	link, err := s.SetUpLink(ctx)
	if err != nil {
		_ = s.Close() // the other error says more
		return err
	}
	fmt.Fprintf(c.stdout, "Sluice answers at %s\n", s.Origin())
	if link != "" {
		fmt.Fprintf(c.stdout, "Nobody can sign in yet. Make the owner here, once:\n  %s\n", link)
	}
	err = s.Run(ctx)
	if closing := s.Close(); err == nil {
		err = closing
	}
	if ctx.Err() != nil && err == nil {
		return nil // it was asked to stop, and did
	}
	return err
}
