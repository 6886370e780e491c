package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/invoice"
)

func newLayout(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "layout",
		GroupID: "setup",
		Short:   "Look at how documents are laid out",
		Long: `Layout shows what the PDF of documents looks like in a layout. Layouts are declared under invoice_layouts in the
configuration, and named by the reseller or by billing groups.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newLayoutPreview(c))
	return cmd
}

func newLayoutPreview(c *cli) *cobra.Command {
	var file, out, kind string
	var in api.LayoutPreviewInput
	cmd := &cobra.Command{
		Use:   "preview ID",
		Short: "Print a document or a sample in a layout",
		Long: `Preview writes the PDF of an invoice, or of an invented one, in a layout: the one that is declared, or with -f the
one of a configuration file that is not applied. Nothing is kept.`,
		Example: `  sluice layout preview house --out house.pdf
  sluice layout preview house -f layouts.yaml --invoice 2026-10/acme-main --language ja --out acme.pdf`,
		Args: takes(1, 1, "ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" && isTerminal(c.stdout) {
				return wrong(cmd, "a PDF is not written to a terminal; name a file with --out")
			}
			if kind != string(invoice.DocumentInvoice) && kind != string(invoice.DocumentCreditNote) {
				return wrong(cmd, fmt.Sprintf("%q is no kind of sample; use invoice or credit-note", kind))
			}
			in.Body.Kind = invoice.DocumentKind(kind)
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				data, err := layoutText(ctx, cmd, at, args[0], file)
				if err != nil {
					return err
				}
				if err := json.Unmarshal(data, &in.Body.Layout); err != nil {
					return err
				}
				pdf, err := api.PreviewLayout.Call(ctx, at, in)
				return c.exportTo(cmd, out, pdf, err)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&file, "file", "f", "", "configuration `file` that has the layout (default what is in force)")
	flags.StringVar(&in.Body.Invoice, "invoice", "", "print this invoice, by its `id` or number, instead of a sample")
	flags.StringVar(&kind, "kind", string(invoice.DocumentInvoice), "`kind` of the sample: invoice or credit-note")
	flags.StringVar(&in.Body.Language, "language", "", "`language` to print in, such as ja (default that of the invoice)")
	flags.StringVar(&out, "out", "", "`file` to write to; standard output when not given")
	registerCompletion(cmd, "invoice", c.completeInvoice)
	return cmd
}

// layoutText is a layout as JSON: of a file, or the one in force.
func layoutText(ctx context.Context, cmd *cobra.Command, at api.Place, id, file string) ([]byte, error) {
	if file == "" {
		declared, err := api.ShowResource.Call(ctx, at, api.OneResource{OfKind: api.OfKind{Kind: "invoice_layouts"}, ID: id})
		return declared.Spec, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, wrong(cmd, err.Error())
	}
	declared, err := config.Parse(file, text)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(declared.InvoiceLayouts, func(l billing.Layout) bool { return l.ID == id })
	if i < 0 {
		return nil, wrong(cmd, fmt.Sprintf("there is no layout %q in %s", id, file))
	}
	return json.Marshal(declared.InvoiceLayouts[i])
}
