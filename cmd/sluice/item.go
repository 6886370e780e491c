package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/exchange"
	"github.com/sluice-billing/sluice/internal/item"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sheet"
)

func newItem(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "item",
		GroupID: "month",
		Short:   "Additional items of a month",
		Long: `Items are lines that are added to the invoices of one month: a label, a unit price in the invoice's
currency and a quantity; either may be negative. Items that come every month are declared in the
configuration instead, under additional_items.

They are on the draft with the next close of the month. A group whose document of the month is issued
has its items frozen.`,
	}
	cmd.AddCommand(newItemList(c), newItemAdd(c), newItemRemove(c), newItemImport(c), newItemExport(c))
	onlyCommands(cmd)
	return cmd
}

func newItemList(c *cli) *cobra.Command {
	var group string
	cmd := &cobra.Command{
		Use:   "list PERIOD",
		Short: "List the items of a month",
		Long:  `List shows the additional items that are on record for a month, in the order they are printed in.`,
		Example: `  sluice item list 2026-10
  sluice item list 2026-10 --group acme-main --json`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			items, err := api.ListItems.Call(ctx, at, api.ItemsQuery{InMonth: api.InMonth{Period: p}, Group: group})
			if err != nil {
				return err
			}
			return c.listItems(p, items)
		}),
	}
	cmd.Flags().StringVar(&group, "group", "", "only those of a billing `group`")
	return cmd
}

func (c *cli) listItems(p billing.Period, all []api.Item) error {
	return c.write(listing[api.Item]{
		whole: struct {
			Period billing.Period `json:"period"`
			Items  []api.Item     `json:"items"`
		}{p, all},
		rows:  all,
		none:  fmt.Sprintf("There are no items in %s; `sluice item import` and `sluice item add` put some there.", p),
		table: itemTable,
	})
}

var itemTable = grid[api.Item]{
	[]string{"GROUP", "ITEM", ">QUANTITY", ">UNIT PRICE", ">AMOUNT", "TAX", "FROM"},
	func(i api.Item) []string {
		return []string{i.Group, i.Label, exact(i.Quantity), exact(i.UnitPrice), exact(i.Quantity.Mul(i.UnitPrice)), taxOf(i.AdditionalItem), i.Source}
	},
}

// taxOf is the tax category of an item; that of usage has no word.
func taxOf(i billing.AdditionalItem) string {
	if i.TaxFree {
		return "free"
	}
	return i.Tax
}

func newItemAdd(c *cli) *cobra.Command {
	var group, label, price, quantity, tax string
	var free bool
	cmd := &cobra.Command{
		Use:   "add PERIOD --group GROUP --label TEXT --unit-price N",
		Short: "Add an item to a month",
		Long:  `Add puts an item on the invoice of a billing group for one month, behind its others.`,
		Example: `  sluice item add 2026-10 --group acme-main --label "Migration workshop" --unit-price 1200 --quantity 1.5
  sluice item add 2026-10 --group acme-main --label "Goodwill for the outage" --unit-price=-300 --tax reduced`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			in := api.AddItemInput{InMonth: api.InMonth{Period: p}}
			in.Body.Group, in.Body.Label, in.Body.Tax, in.Body.TaxFree = group, label, tax, free
			var err error
			if in.Body.UnitPrice, err = number(cmd, "unit-price", price); err != nil {
				return err
			}
			if in.Body.Quantity, err = number(cmd, "quantity", quantity); err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				done, err := api.AddItem.Call(ctx, at, in)
				return c.itemChanged(done, mendable(err))
			})
		}),
	}
	cmd.Flags().StringVar(&group, "group", "", "billing `group` that is charged")
	cmd.Flags().StringVar(&label, "label", "", "`text` that is printed")
	cmd.Flags().StringVar(&price, "unit-price", "", "`price` of one, in the invoice's currency, without tax; below 0 it is taken off")
	cmd.Flags().StringVar(&quantity, "quantity", "1", "how `many`")
	cmd.Flags().StringVar(&tax, "tax", "", "tax `category`, such as reduced (default that of usage)")
	cmd.Flags().BoolVar(&free, "tax-free", false, "the item is free of tax")
	return cmd
}

func newItemRemove(c *cli) *cobra.Command {
	var group, label string
	cmd := &cobra.Command{
		Use:               "remove PERIOD --group GROUP --label TEXT",
		Short:             "Remove an item from a month",
		Long:              `Remove takes an item out of a month. What it was stays in the audit.`,
		Example:           `  sluice item remove 2026-10 --group acme-main --label "Migration workshop"`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			done, err := api.RemoveItem.Call(ctx, at, api.RemoveItemInput{InMonth: api.InMonth{Period: p}, Group: group, Label: label})
			return c.itemChanged(done, mendable(err))
		}),
	}
	cmd.Flags().StringVar(&group, "group", "", "billing `group`")
	cmd.Flags().StringVar(&label, "label", "", "`text` of the item")
	return cmd
}

func (c *cli) itemChanged(done api.ItemChanged, err error) error {
	if err != nil {
		return err
	}
	return c.result(done, func(w io.Writer) {
		fmt.Fprintf(w, "%s: %q of %s is %s; the next close drafts with it.\n", done.Group, done.Label, done.Period, done.Done)
	})
}

// number reads an exact number that was given as an option.
func number(cmd *cobra.Command, flag, text string) (money.Decimal, error) {
	if text == "" {
		return money.Zero, wrong(cmd, "give it a number with --"+flag)
	}
	d, err := money.Parse(text)
	if err != nil {
		return d, wrong(cmd, fmt.Sprintf("--%s: %v", flag, err))
	}
	return d, nil
}

// mendable makes an argumentError of what the caller can mend in what was given.
func mendable(err error) error {
	var refused *item.Error
	var key *item.KeyError
	var rows *exchange.Error
	var file *sheet.FileError
	var p *api.Problem
	if errors.As(err, &refused) || errors.As(err, &key) || errors.As(err, &rows) || errors.As(err, &file) || errors.As(err, &p) && p.Code == "invalid" {
		return &argumentError{message: err.Error()}
	}
	return err
}

// readSheet reads at most one byte more than a file of a sheet may have.
func readSheet(cmd *cobra.Command, name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, wrong(cmd, err.Error())
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, sheet.MaxSize+1))
}
