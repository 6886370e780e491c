package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

func newInvoiceApprove(c *cli) *cobra.Command {
	var all string
	cmd := &cobra.Command{
		Use:   "approve ID… | --all PERIOD",
		Short: "Say that drafts may be issued",
		Long: `Approve records that you have looked at drafts as they are now. What is unexpected about a draft must be accepted
first. A draft that is made again from other data or rules must be approved again. Where the reseller's approval is
required, only approved drafts are issued; where it is four-eyes, who issues a draft must be somebody else.`,
		Example: `  sluice invoice approve 2026-10/acme-main
  sluice invoice approve --all 2026-10`,
		ValidArgsFunction: c.completeInvoice,
		RunE:              c.toEach(&all, invoice.Draft, "approved", api.ApproveInvoices),
	}
	cmd.Flags().StringVar(&all, "all", "", "approve all drafts of this `month`")
	registerCompletion(cmd, "all", c.completePeriod)
	return cmd
}

// toEach does something to the documents that are named, or with --all to those
// of a month that are in that state, and shows what became of them.
func (c *cli) toEach(
	all *string, state invoice.State, what string, do api.Operation[*api.Desk, api.DocumentsInput, api.DocumentChanges],
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		month, err := onlyOneOf(cmd, *all, args)
		if err != nil {
			return err
		}
		return c.place(cmd, func(ctx context.Context, at api.Place) error {
			ids, err := idsOf(ctx, at, month, args, state)
			if err != nil {
				return err
			}
			var out api.DocumentChanges
			if len(ids) > 0 {
				out, err = do.Call(ctx, at, api.ForDocuments(ids))
			}
			return c.happened(what, out, err)
		})
	}
}

// idsOf returns the ids that are named, or those of all documents of the month
// in that state.
func idsOf(ctx context.Context, at api.Place, month billing.Period, named []string, state invoice.State) ([]string, error) {
	if month.IsZero() {
		return named, nil
	}
	invoices, err := api.ListInvoices.Call(ctx, at, api.InvoicesQuery{Period: month})
	ids := []string{}
	for _, inv := range invoices {
		if inv.State == state {
			ids = append(ids, inv.ID)
		}
	}
	return ids, err
}

// happened writes what became of documents that something was done to one by one,
// also where the next one was refused.
func (c *cli) happened(what string, out api.DocumentChanges, err error) error {
	changes := append([]api.DocumentChange{}, out.Changes...)
	return errors.Join(c.write(listing[api.DocumentChange]{
		whole: map[string]any{what: changes},
		rows:  changes,
		none:  fmt.Sprintf("Nothing was %s.", what),
		show: func(w io.Writer) {
			for _, one := range changes {
				if one.New {
					fmt.Fprintf(w, "%s is %s.\n", one.ID, what)
				} else {
					fmt.Fprintf(w, "%s was %s before.\n", one.ID, what)
				}
			}
		},
	}), err, out.Refused.AsError())
}
