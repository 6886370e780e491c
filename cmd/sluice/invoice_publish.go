package main

import (
	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/invoice"
)

func newInvoicePublish(c *cli) *cobra.Command {
	return c.publication("publish", "published", api.PublishInvoices, "Show issued documents to the customer",
		`Publish makes issued documents visible to the customer in the portal. Drafts are never visible.`)
}

func newInvoiceUnpublish(c *cli) *cobra.Command {
	return c.publication("unpublish", "unpublished", api.UnpublishInvoices, "Take documents out of the customer's sight",
		`Unpublish takes documents out of the portal again. They stay issued and due.`)
}

// publication makes the command that shows documents, or hides them.
func (c *cli) publication(
	name, what string, do api.Operation[*api.Desk, api.DocumentsInput, api.DocumentChanges], short, long string,
) *cobra.Command {
	var all string
	cmd := &cobra.Command{
		Use: name + " ID… | --all PERIOD", Short: short, Long: long,
		Example:           "  sluice invoice " + name + " INV-2026-000017\n  sluice invoice " + name + " --all 2026-10",
		ValidArgsFunction: c.completeInvoice,
		RunE:              c.toEach(&all, invoice.Issued, what, do),
	}
	cmd.Flags().StringVar(&all, "all", "", name+" all issued documents of this `month`")
	registerCompletion(cmd, "all", c.completePeriod)
	return cmd
}
