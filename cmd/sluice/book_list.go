package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newBookList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the price books",
		Long:    `List shows the price books in force, and to whom each is attached.`,
		Example: `  sluice book list`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			list, err := api.ListBooks.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[api.Book]{whole: list, rows: list, none: "There is no price book.", table: bookTable})
		}),
	}
}

var bookTable = grid[api.Book]{
	[]string{"BOOK", ">RULES", ">EXAMPLES", "ORDER", "THEN", "ATTACHED TO"},
	func(b api.Book) []string {
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
