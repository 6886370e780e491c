package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/focus"
)

func newFocus(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "focus",
		GroupID: "month",
		Short:   "Write months as data sets for cost tools",
		Long: `Focus writes a month as data sets of FOCUS, the open specification of cost and usage, or in the shape of AWS's
CUR 2.0: of a customer at the price that it pays, of the reseller at the provider's cost.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newFocusExport(c))
	return cmd
}

func newFocusExport(c *cli) *cobra.Command {
	var in api.DataSetInput
	var scope, out string
	cmd := &cobra.Command{
		Use:   "export PERIOD --scope reseller|CUSTOMER --out FOLDER",
		Short: "Write a month as a data set",
		Long: `Export writes a month into a folder: files of at most a million rows, and a manifest with their SHA-256, which
is written last. The same month gives the same bytes.

Of a customer, all costs are at the price that it pays, and BilledCost adds up to what each document asks for.
Drafts are in it without an InvoiceId; --documents published leaves in what the customer sees in the portal.
Of the reseller, costs are the provider's, with price and margin beside them.`,
		Example: `  sluice focus export 2026-10 --scope aozora --out focus/aozora/
  sluice focus export 2026-10 --scope aozora --dataset invoice-detail --format csv --out focus/aozora/
  sluice focus export 2026-10 --scope reseller --dataset cur2 --out cost/`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			switch {
			case scope == "":
				return wrong(cmd, "say whose month with --scope: reseller, or the id of a customer")
			case out == "":
				return wrong(cmd, "name the folder with --out")
			}
			for _, f := range []struct {
				name, value string
				of          []string
			}{{"dataset", in.Body.DataSet, namesOf(focus.DataSets())}, {"format", in.Body.Format, namesOf(focus.Formats())}, {"documents", in.Body.Documents, documentChoices}} {
				if !slices.Contains(f.of, f.value) {
					return wrong(cmd, fmt.Sprintf("%q is no value of --%s; use one of %s", f.value, f.name, strings.Join(f.of, ", ")))
				}
			}
			in.Period = p
			if scope != resellerScope {
				in.Body.Customer = scope
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				m, err := api.SaveDataSet(ctx, at, in, out)
				if err != nil {
					return err
				}
				return c.result(m, func(w io.Writer) { writeManifest(w, m, out) })
			})
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&scope, "scope", "", "whose month: reseller, or the `id` of a customer")
	flags.StringSliceVar(&in.Body.Groups, "group", nil, "of the customer's billing groups this `id` alone; can be given several times")
	flags.StringVar(&in.Body.DataSet, "dataset", string(focus.CostAndUsage), "`name` of the data set: "+strings.Join(namesOf(focus.DataSets()), ", "))
	flags.StringVar(&in.Body.Format, "format", string(focus.Parquet), "`format` of the files: "+strings.Join(namesOf(focus.Formats()), ", "))
	flags.StringVar(&in.Body.Documents, "documents", "every", "`which` documents of the customer are in it: "+strings.Join(documentChoices, ", "))
	flags.StringVar(&out, "out", "", "`folder` to write to")
	registerCompletion(cmd, "dataset", cobra.FixedCompletions(namesOf(focus.DataSets()), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "format", cobra.FixedCompletions(namesOf(focus.Formats()), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "documents", cobra.FixedCompletions(documentChoices, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// resellerScope is the scope that is no customer.
const resellerScope = "reseller"

// documentChoices are those of --documents.
var documentChoices = []string{"every", "issued", "published", "none"}

func namesOf[T ~string](all []T) []string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = string(one)
	}
	return names
}

// writeManifest says what was written.
func writeManifest(w io.Writer, m focus.Manifest, folder string) {
	files := newTable("FILE", ">ROWS", ">BYTES", "SHA-256")
	for _, f := range m.Files {
		files.add(f.Name, count(f.Rows), count(f.Bytes), f.SHA256)
	}
	files.write(w, "")
	if len(m.Totals) > 0 {
		fmt.Fprintln(w)
		totals := newTable("INVOICE", "DOCUMENT", ">BILLED", "", ">ROWS")
		for _, t := range m.Totals {
			totals.add(cmp.Or(t.Invoice, "-"), cmp.Or(t.Document, "-"), exact(t.Billed), string(t.Currency), count(t.Rows))
		}
		totals.write(w, "")
	}
	fmt.Fprintf(w, "\n%s, %s, %s, %s: %s in %s\n", m.DataSet, m.Version, m.Period, m.Format, counted(m.Rows, "row", "rows"), folder)
	if m.Draft {
		fmt.Fprintln(w, "Something in it is not issued, and may change.")
	}
}
