package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/pipeline"
)

func newClose(c *cli) *cobra.Command {
	var preview bool
	cmd := &cobra.Command{
		Use:     "close PERIOD",
		GroupID: "month",
		Short:   "Load, price, draft and prove a month",
		Long: `Close runs a whole month: it loads what is new, prices every line, drafts the invoices, proves them, and
ends with the certificate. It can be run again at any time; drafts are made anew, issued invoices never
change.

Findings that hold the close end it before the drafts; resolve or waive them and close again. With
--preview it goes on regardless, and every draft is marked as a preview that cannot be issued.`,
		Example: `  sluice close 2026-10
  sluice close 2026-11 --preview`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE:              func(cmd *cobra.Command, args []string) error { return runClose(c, cmd, args[0], preview) },
	}
	cmd.Flags().BoolVar(&preview, "preview", false, "look ahead: draft even where findings hold the close")
	return cmd
}

func runClose(c *cli, cmd *cobra.Command, month string, preview bool) error {
	p, err := period(cmd, month)
	if err != nil {
		return err
	}
	return c.with(cmd, func(ctx context.Context, a *app.App) error {
		certificate, err := a.Pipeline.Close(ctx, p, preview)
		var held *pipeline.HeldError
		if errors.As(err, &held) {
			return errors.Join(c.held(held), err)
		}
		if err != nil {
			return err
		}
		return c.certificate(certificate)
	})
}

// held writes the findings that hold a close.
func (c *cli) held(e *pipeline.HeldError) error {
	return c.result(struct {
		Period billing.Period     `json:"period"`
		Held   []pipeline.Finding `json:"held"`
	}{e.Period, e.Findings}, func(w io.Writer) { writeFindings(w, e.Findings, "") })
}

// certificate writes a certificate, and returns an error when it is no proof.
func (c *cli) certificate(certificate pipeline.Certificate) error {
	if err := c.result(certificate, func(w io.Writer) { writeCertificate(w, certificate) }); err != nil {
		return err
	}
	if !certificate.Proved() {
		return &residueError{certificate.Period, len(certificate.Residues)}
	}
	return nil
}
