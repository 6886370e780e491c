package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/month"
)

func newInvoiceAccept(c *cli) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "accept ID --reason TEXT",
		Short: "Accept what is unexpected about a draft",
		Long: `Accept waives all findings that keep a draft from being approved and issued: amounts out of the expected range,
new services, missing accounts, nothing to pay. Who accepted them, when and why is kept. It holds for exactly what
was seen: a draft that is made again with other amounts must be accepted again. "sluice waive" accepts one finding
alone.`,
		Example:           `  sluice invoice accept 2026-10/acme-main --reason "they moved their archive to us; told by Ms Sato"`,
		Args:              takes(1, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(reason) == "" {
				return wrong(cmd, "what is unexpected is accepted for a reason; give it with --reason")
			}
			in := api.AcceptDraftInput{ByDocument: api.ByDocument{ID: args[0]}}
			in.Body.Reason = reason
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				out, err := api.AcceptInvoice.Call(ctx, at, in)
				if err != nil && len(out.Findings) == 0 {
					return err
				}
				return errors.Join(c.accepted(args[0], reason, out.Findings), err, out.Refused.AsError())
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why it is right, in a `text` that auditors will read")
	return cmd
}

// accepted writes what was accepted, also where the next finding was refused.
func (c *cli) accepted(id, reason string, findings []month.Finding) error {
	ids := []string{}
	for _, f := range findings {
		ids = append(ids, f.ID)
	}
	return c.result(map[string]any{"id": id, "reason": reason, "accepted": ids}, func(w io.Writer) {
		if len(findings) == 0 {
			fmt.Fprintf(w, "There is nothing to accept about %s.\n", id)
		}
		for _, f := range findings {
			fmt.Fprintf(w, "%s is accepted: %s %s.\n", f.ID, f.Code, f.Subject)
		}
	})
}
