package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

type issueOptions struct {
	all  string // a month
	date string
}

func newInvoiceIssue(c *cli) *cobra.Command {
	var o issueOptions
	cmd := &cobra.Command{
		Use:   "issue ID… | --all PERIOD",
		Short: "Make drafts binding",
		Long: `Issue gives drafts the next numbers of their series and their date. An issued invoice never changes.

Previews, drafts that would become others if they were made now, drafts that somebody must approve first, drafts
that are not what is expected and that nobody has accepted, and drafts of a month whose certificate has a residue
are refused. They are issued one by one: the first that is
refused ends the command, and those before it stay issued.`,
		Example: `  sluice invoice issue 2026-10/acme-main
  sluice invoice issue --all 2026-10 --date 2026-11-05`,
		ValidArgsFunction: c.completeInvoice,
		RunE:              func(cmd *cobra.Command, args []string) error { return runInvoiceIssue(c, cmd, o, args) },
	}
	cmd.Flags().StringVar(&o.all, "all", "", "issue all drafts of this `month`")
	cmd.Flags().StringVar(&o.date, "date", "", "issue `date`, such as 2026-11-05 (default today, UTC)")
	registerCompletion(cmd, "all", c.completePeriod)
	return cmd
}

func runInvoiceIssue(c *cli, cmd *cobra.Command, o issueOptions, args []string) error {
	day, err := dayOrToday(cmd, o.date)
	if err != nil {
		return err
	}
	month, err := onlyOneOf(cmd, o.all, args)
	if err != nil {
		return err
	}
	return c.place(cmd, func(ctx context.Context, at api.Place) error {
		ids, err := idsOf(ctx, at, month, args, invoice.Draft)
		if err != nil {
			return err
		}
		var in api.IssueInput
		in.Body.IDs, in.Body.On = ids, &day
		var out api.Issued
		if len(ids) > 0 {
			out, err = api.IssueInvoices.Call(ctx, at, in)
		}
		issued := []listedInvoice{}
		for _, d := range out.Issued {
			issued = append(issued, listInvoice(d))
		}
		return errors.Join(c.issued(issued), err, out.Refused.AsError())
	})
}

// onlyOneOf reads the month of --all, which replaces naming invoices.
func onlyOneOf(cmd *cobra.Command, all string, ids []string) (billing.Period, error) {
	switch {
	case all == "" && len(ids) == 0:
		return billing.Period{}, wrong(cmd, "no invoice is given; name its id, or a month with --all")
	case all != "" && len(ids) > 0:
		return billing.Period{}, wrong(cmd, "name either invoices or a month with --all, not both")
	case all != "":
		return period(cmd, all)
	}
	return billing.Period{}, nil
}

// issued writes what was issued, also where the next one was refused.
func (c *cli) issued(issued []listedInvoice) error {
	return c.write(listing[listedInvoice]{
		whole: struct {
			Issued []listedInvoice `json:"issued"`
		}{issued},
		rows:  issued,
		none:  "Nothing was issued.",
		table: issuedTable,
	})
}

var issuedTable = grid[listedInvoice]{
	[]string{"NUMBER", "ID", "ISSUED", "DUE", ">TOTAL WITH TAX", "", "CUSTOMER"},
	func(l listedInvoice) []string {
		return []string{l.Number, l.ID, l.Issued.String(), l.Due.String(), grouped(l.Total.Fixed(l.digits)), string(l.Currency), l.Buyer}
	},
}
