package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/proof"
)

func newClose(c *cli) *cobra.Command {
	var by pipeline.Closing
	cmd := &cobra.Command{
		Use:     "close PERIOD",
		GroupID: "month",
		Short:   "Load, price, draft and prove a month",
		Long: `Close runs a whole month: it loads what is new, prices every line, drafts the invoices, proves them, and
ends with the certificate. It can be run again at any time; drafts are made anew, issued invoices never
change.

Findings that hold the close end it before the drafts; resolve or waive them and close again. With
--preview it goes on regardless, and every draft is marked as a preview that cannot be issued.

With --group it closes some billing groups before the rest of the month: findings that are surely about
others do not hold them. Their drafts can be issued, all others are previews, and the month stays open. Groups
that were closed so before, and are not issued, are previews again unless they are named, too.

One run at a time works on a month. A second one is refused and told who is at work; with --wait it queues.`,
		Example: `  sluice close 2026-10
  sluice close 2026-11 --preview
  sluice close 2026-10 --group acme-main --group acme-lab`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE:              func(cmd *cobra.Command, args []string) error { return runClose(c, cmd, args[0], by) },
	}
	cmd.Flags().BoolVar(&by.Preview, "preview", false, "look ahead: draft even where findings hold the close")
	cmd.Flags().StringArrayVar(&by.Groups, "group", nil, "close one billing group before the rest, by its `id`; may be repeated")
	cmd.Flags().BoolVar(&by.Wait, "wait", false, "queue while another run works on the month")
	registerCompletion(cmd, "group", c.completeGroup)
	return cmd
}

func runClose(c *cli, cmd *cobra.Command, month string, by pipeline.Closing) error {
	p, err := period(cmd, month)
	if err != nil {
		return err
	}
	if by.Preview && len(by.Groups) > 0 {
		return wrong(cmd, "--group closes for good and --preview does not; give one of the two")
	}
	in := api.CloseInput{InMonth: api.InMonth{Period: p}}
	in.Body.Preview, in.Body.Groups, in.Body.Wait = by.Preview, by.Groups, by.Wait
	return c.place(cmd, func(ctx context.Context, at api.Place) error {
		declared, err := api.ListBillingGroups.Call(ctx, at, struct{}{})
		if err != nil {
			return err
		}
		if err := declaredGroups(cmd, declared, by.Groups); err != nil {
			return err
		}
		certificate, err := api.CloseMonth.Call(ctx, at, in)
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

// declaredGroups refuses ids that are no billing group's.
func declaredGroups(cmd *cobra.Command, declared []billing.BillingGroup, wanted []string) error {
	var ids []string
	for _, g := range declared {
		ids = append(ids, g.ID)
	}
	for _, id := range wanted {
		if slices.Contains(ids, id) {
			continue
		}
		err := wrong(cmd, fmt.Sprintf("there is no billing group %q", id))
		if near := billing.Nearest(id, ids); near != "" {
			err.hint = fmt.Sprintf("did you mean %q?", near)
		}
		return err
	}
	return nil
}

// held writes the findings that hold a close.
func (c *cli) held(e *pipeline.HeldError) error {
	return c.result(struct {
		Period billing.Period  `json:"period"`
		Held   []month.Finding `json:"held"`
	}{e.Period, e.Findings}, func(w io.Writer) { writeFindings(w, e.Findings, "") })
}

// certificate writes a certificate, and returns an error when it is no proof.
func (c *cli) certificate(certificate proof.Certificate) error {
	if err := c.result(certificate, func(w io.Writer) { writeCertificate(w, certificate) }); err != nil {
		return err
	}
	if !certificate.Proved() {
		return &residueError{certificate.Period, len(certificate.Residues)}
	}
	return nil
}
