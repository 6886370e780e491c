package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
)

func newInvoiceFormats(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "formats",
		Short: "List the formats that invoices can be exported in",
		Long: `Formats lists what an invoice can be written as; with --json also the columns that --columns of "sluice invoice
export" can choose.`,
		Example: `  sluice invoice formats
  sluice invoice formats --json`,
		Args: takes(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			all := api.Formats()
			return c.write(listing[api.FileFormat]{
				whole: map[string]any{"formats": all}, rows: all,
				table: grid[api.FileFormat]{[]string{"FORMAT", "", "ENDING", "FOR"}, func(f api.FileFormat) []string {
					return []string{f.Name, f.Title, f.Ending, f.About}
				}},
			})
		},
	}
}

func newInvoiceCheck(c *cli) *cobra.Command {
	var all, format string
	var selection api.Selection
	cmd := &cobra.Command{
		Use:   "check ID | --all PERIOD",
		Short: "List what invoices lack for an e-invoice",
		Long: `Check lists what an e-invoice format needs and an invoice has not, and where in the configuration to fill it in.
It is for drafts, before they are issued: their number and dates are not missed. What is filled in counts for
invoices that are drafted from then on.`,
		Example: `  sluice invoice check 2026-10/acme-main --format xrechnung
  sluice invoice check --all 2026-10 --format peppol --customer acme`,
		Args:              takes(0, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := formatNamed(format)
			if err != nil {
				return wrong(cmd, err.Error())
			}
			if !f.Gaps {
				return wrong(cmd, fmt.Sprintf("%q lacks nothing: every invoice can be written so; use one of %s", format, strings.Join(gapFormats(), ", ")))
			}
			month, err := onlyOneOf(cmd, all, args)
			if err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				gaps, err := gapsOf(ctx, at, month, args, api.GapFormatName(format), selection)
				if err != nil {
					return misasked(cmd, err)
				}
				return c.gaps(f, gaps)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&all, "all", "", "check the invoices of this `month`")
	flags.StringArrayVar(&selection.Groups, "group", nil, "with --all: a billing group, by its `id`; may be repeated")
	flags.StringVar(&selection.Customer, "customer", "", "with --all: only of this customer, by its `id`")
	flags.StringVar(&format, "format", "facturx", "`format` that is to be written: "+strings.Join(gapFormats(), ", "))
	registerCompletion(cmd, "all", c.completePeriod)
	registerCompletion(cmd, "group", c.completeGroup)
	registerCompletion(cmd, "format", cobra.FixedCompletions(gapFormats(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// gapFormats are the formats that an invoice may lack something for.
func gapFormats() (names []string) {
	for _, f := range api.Formats() {
		if f.Gaps {
			names = append(names, f.Name)
		}
	}
	return names
}

// gapsOf are the gaps of one document, or of those of a month.
func gapsOf(ctx context.Context, at api.Place, month billing.Period, ids []string, format api.GapFormatName, selection api.Selection) ([]api.DocumentGap, error) {
	if len(ids) == 0 {
		return api.ListMonthGaps.Call(ctx, at, api.MonthGapsQuery{InMonth: api.InMonth{Period: month}, Format: format, Selection: selection})
	}
	gaps, err := api.ListInvoiceGaps.Call(ctx, at, api.InvoiceGapsQuery{ByDocument: api.ByDocument{ID: ids[0]}, Format: format})
	all := make([]api.DocumentGap, len(gaps))
	for i, g := range gaps {
		all[i] = api.DocumentGap{Document: ids[0], Gap: g}
	}
	return all, err
}

func (c *cli) gaps(f api.FileFormat, all []api.DocumentGap) error {
	return c.write(listing[api.DocumentGap]{
		whole: map[string]any{"format": f.Name, "gaps": all}, rows: all,
		none: "Nothing is missing for " + f.Title + ".",
		table: grid[api.DocumentGap]{[]string{"INVOICE", "TERM", "MISSING", "RULE", "FILL IN"}, func(g api.DocumentGap) []string {
			return []string{g.Document, g.Term, g.What, g.Rule, g.Field}
		}},
	})
}
