package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
)

// shownBook is a line of the list.
type shownBook struct {
	ID         string   `json:"id"`
	Rules      int      `json:"rules"`
	Examples   int      `json:"examples"`
	Order      string   `json:"order"`
	Then       string   `json:"then,omitempty"`
	AttachedTo []string `json:"attached_to"` // such as customers[acme], with the days where they are bounded
}

func newBookList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the price books",
		Long:    `List shows the price books in force, and to whom each is attached.`,
		Example: `  sluice book list`,
		Args:    takes(0, 0, ""),
		RunE: c.opened(func(ctx context.Context, a *app.App, _ []string) error {
			declared, err := a.Config(ctx)
			if err != nil {
				return err
			}
			list := []shownBook{}
			for _, b := range declared.PriceBooks {
				list = append(list, shownBook{b.ID, len(b.Rules), len(b.Examples), cmp.Or(b.Order, billing.FirstMatch), b.Then, attachmentsOf(declared, b.ID)})
			}
			slices.SortFunc(list, func(a, b shownBook) int { return cmp.Compare(a.ID, b.ID) })
			return c.write(listing[shownBook]{whole: list, rows: list, none: "There is no price book.", table: bookTable})
		}),
	}
}

var bookTable = grid[shownBook]{
	[]string{"BOOK", ">RULES", ">EXAMPLES", "ORDER", "THEN", "ATTACHED TO"},
	func(b shownBook) []string {
		attached := b.AttachedTo
		const most = 3
		more := ""
		if len(attached) > most {
			more = " and " + counted(int64(len(attached)-most), "other", "others")
			attached = attached[:most]
		}
		return []string{b.ID, count(int64(b.Rules)), count(int64(b.Examples)), b.Order, b.Then, strings.Join(attached, ", ") + more}
	},
}

// attachmentsOf lists whatever a book is attached to.
func attachmentsOf(c billing.Config, book string) []string {
	all := []string{}
	add := func(path string, attached billing.Attachments) {
		for _, a := range attached {
			if a.Book != book {
				continue
			}
			days := ""
			if a.From != nil {
				days += " from " + a.From.String()
			}
			if a.To != nil {
				days += " to " + a.To.String()
			}
			all = append(all, path+days)
		}
	}
	if c.Reseller != nil {
		add("reseller", c.Reseller.SellingBook)
	}
	for _, x := range c.Customers {
		add("customers["+x.ID+"]", x.PriceBook)
		add("customers["+x.ID+"], who resells", x.SellingBook)
	}
	for _, g := range c.BillingGroups {
		add("billing_groups["+g.ID+"]", g.PriceBook)
	}
	for _, a := range c.Accounts {
		add("accounts["+a.ID+"]", a.PriceBook)
	}
	return all
}
