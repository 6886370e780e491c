package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
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
		RunE: c.toEach(&all, invoice.Draft, "approved", func(ctx context.Context, a *app.App, id string) (bool, error) {
			_, fresh, err := a.Documents.Approve(ctx, id)
			return fresh, err
		}),
	}
	cmd.Flags().StringVar(&all, "all", "", "approve all drafts of this `month`")
	registerCompletion(cmd, "all", c.completePeriod)
	return cmd
}

// toEach does something to the documents that are named, or with --all to those
// of a month that are in that state, and shows what became of them.
func (c *cli) toEach(
	all *string, state invoice.State, what string, do func(ctx context.Context, a *app.App, id string) (fresh bool, err error),
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		month, err := onlyOneOf(cmd, *all, args)
		if err != nil {
			return err
		}
		return c.with(cmd, func(ctx context.Context, a *app.App) error {
			ids, err := idsOf(ctx, a, month, args, state)
			if err != nil {
				return err
			}
			return c.happened(ids, what, func(id string) (bool, error) { return do(ctx, a, id) })
		})
	}
}

// idsOf returns the ids that are named, or those of all documents of the month
// in that state.
func idsOf(ctx context.Context, a *app.App, month billing.Period, named []string, state invoice.State) ([]string, error) {
	if month.IsZero() {
		return named, nil
	}
	invoices, err := a.Documents.Invoices(ctx, month)
	ids := []string{}
	for _, inv := range invoices {
		if inv.State == state {
			ids = append(ids, inv.ID)
		}
	}
	return ids, err
}

// change is what became of a document.
type change struct {
	ID  string `json:"id"`
	New bool   `json:"new"` // false: it was so before
}

// happened does a thing to documents one by one and writes what became of them,
// also where the next one is refused.
func (c *cli) happened(ids []string, what string, do func(id string) (fresh bool, err error)) error {
	changes := []change{}
	var refused error
	for _, id := range ids {
		fresh, err := do(id)
		if err != nil {
			refused = err
			break
		}
		changes = append(changes, change{id, fresh})
	}
	return errors.Join(c.write(listing[change]{
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
	}), refused)
}
