package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

func newAgeing(c *cli) *cobra.Command {
	var asOf, by string
	cmd := &cobra.Command{
		Use:     "ageing",
		GroupID: "month",
		Short:   "Show who owes how much for how long",
		Long: `Ageing shows what customers owe at the end of a day, by how many days it has been due. Amounts are with tax.
Open credit notes and unallocated payments stand under credit. Unallocated payments are the customer's: by
billing group they have a line of their own.`,
		Example: `  sluice ageing
  sluice ageing --as-of 2026-12-31 --by group`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := dayOrToday(cmd, asOf)
			if err != nil {
				return err
			}
			if by != "customer" && by != "group" {
				return wrong(cmd, fmt.Sprintf("--by is customer or group, not %q", by))
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				rows, err := api.ListAgeing.Call(ctx, at, api.AgeingQuery{DayQuery: api.DayQuery{AsOf: api.On(day)}, By: by})
				if err != nil {
					return err
				}
				return c.write(listing[invoice.Ageing]{
					whole: struct {
						AsOf   billing.Day      `json:"as_of"`
						Ageing []invoice.Ageing `json:"ageing"`
					}{day, rows},
					rows:  rows,
					none:  fmt.Sprintf("Nobody owes anything on %s.", day),
					table: ageingTable(by == "group"),
				})
			})
		},
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "`day` at whose end it is counted (default today, UTC)")
	cmd.Flags().StringVar(&by, "by", "customer", "customer or group")
	return cmd
}

func ageingTable(byGroup bool) grid[invoice.Ageing] {
	titles := []string{"CUSTOMER", ">NOT DUE", ">1–30", ">31–60", ">61–90", ">OVER 90", ">CREDIT", ">TOTAL", ""}
	if byGroup {
		titles = slices.Insert(titles, 1, "GROUP")
	}
	return grid[invoice.Ageing]{titles, func(r invoice.Ageing) []string {
		cells := []string{r.Customer}
		if byGroup {
			cells = append(cells, r.Group)
		}
		for _, d := range []money.Decimal{r.NotDue, r.To30, r.To60, r.To90, r.Over90, r.Credit, r.Total} {
			cells = append(cells, amountOf(d, r.Currency))
		}
		return append(cells, string(r.Currency))
	}}
}
