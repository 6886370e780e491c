package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newTransfer(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "transfer",
		Short: "Have the bills of other organizations paid by a payer",
		Long: `Transfer is the Billing Transfer of AWS: a payer gets the bills of another organization, which stays one of its own,
from the first day of a month to the last day of a month.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newTransferInvite(c), newTransferList(c), newTransferEnd(c))
	return cmd
}

func newTransferInvite(c *cli) *cobra.Command {
	var in api.InviteTransferInput
	var start string
	b := &in.Body
	cmd := &cobra.Command{
		Use:   "invite PAYER TARGET",
		Short: "Invite an organization to transfer its bills",
		Long: `Invite has AWS invite the management account of another organization, by its 12 digits or the e-mail address of its
root user. There are two exports in the month of the switch; once it is accepted, "sluice account show" says
which one tells which months. The invitation is followed, shown and cancelled as those of accounts are.`,
		Example: `  sluice account transfer invite 111111111111 700000000001 --start 2026-12-01 --name ACME --customer acme`,
		Args:    takes(2, 2, "PAYER and TARGET"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b.Payer, b.Target = args[0], args[1]
			if start == "" {
				return wrong(cmd, "--start is missing: give the first day of a month that is to come")
			}
			day, err := dayOf(cmd, start)
			if err != nil {
				return err
			}
			b.Start = *day
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				sent, err := api.InviteTransfer.Call(ctx, at, in)
				if err != nil {
					return onRecord(err)
				}
				return c.invitation(sent)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&start, "start", "", "first `day` of the month from which on the payer gets the bills")
	flags.StringVar(&b.Name, "name", "", "what the transfer is called in AWS")
	flags.StringVar(&b.Customer, "customer", "", "`customer` whose organization it is")
	flags.StringVar(&b.Language, "language", "", "`language` of the customer's page (default en)")
	flags.StringVar(&b.Notes, "notes", "", "`text` that AWS sends with the invitation")
	flags.StringVar(&b.Relationship, "relationship", "", "`id` of the relationship in AWS Partner Central, as rs-…")
	flags.StringVar(&b.ProgramAccount, "program-account", "", "`id` of the program management account in AWS Partner Central, as pma-…")
	return cmd
}

func newTransferList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list PAYER",
		Short:   "List the transfers of a payer",
		Long:    `List asks AWS for all transfers of bills to and from a payer, also those that were made elsewhere.`,
		Example: `  sluice account transfer list 111111111111`,
		Args:    takes(1, 1, "PAYER"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			all, err := api.ListTransfers.Call(ctx, at, api.OfPayer{Payer: args[0]})
			if err != nil {
				return err
			}
			return c.write(listing[api.Transfer]{
				whole: map[string]any{"transfers": all}, rows: all, none: "There are no transfers.",
				table: grid[api.Transfer]{[]string{"ID", "DIRECTION", "NAME", "FROM", "TO", "STATE", "FIRST DAY", "LAST DAY", "INVITATION"}, func(t api.Transfer) []string {
					return []string{t.ID, t.Direction, t.Name, t.Source, t.Target, t.State, date(t.Start), date(t.End), t.Invitation}
				}},
			})
		}),
	}
}

func newTransferEnd(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "end ID MONTH",
		Short: "End a transfer with a month",
		Long: `End has AWS end a transfer with the last moment of a month. It cannot be undone: the organization is invited again.
ID is that of the invitation.`,
		Example: `  sluice account transfer end 01KA3Q6V0Z8T9W2R5N7M4J1HGF 2026-12`,
		Args:    takes(2, 2, "ID and MONTH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			last, err := period(cmd, args[1])
			if err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				in := api.EndTransferInput{ByID: api.ByID{ID: args[0]}}
				in.Body.LastMonth = last
				i, err := api.EndTransfer.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.invitations([]api.InvitedAccount{i}, "")
			})
		},
	}
}
