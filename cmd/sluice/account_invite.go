package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

var invitedTable = grid[api.InvitedAccount]{
	[]string{"ID", "PAYER", "TARGET", "CUSTOMER", "STATE", "EXPIRES (UTC)", "SAYS"},
	func(i api.InvitedAccount) []string {
		says := i.Problem
		switch {
		case says != "":
		case i.Registered != nil:
			says = fmt.Sprintf("billing group %s from %s on", i.Registered.Group, i.Registered.From)
		case i.Note != "":
			says = i.Note
		case i.ReplacedBy != "":
			says = "sent again as " + i.ReplacedBy
		}
		expires := ""
		if !i.Settled && i.State != "ACCEPTED" {
			expires = moment(i.Expires)
		}
		return []string{i.ID, i.Payer, i.Target, i.Customer, i.State, expires, says}
	},
}

func (c *cli) invitations(all []api.InvitedAccount, none string) error {
	return c.write(listing[api.InvitedAccount]{whole: map[string]any{"invitations": all}, rows: all, none: none, table: invitedTable})
}

// invitation prints an invitation that was sent, with the page to send to the customer.
func (c *cli) invitation(sent api.SentInvitation) error {
	return c.result(sent, func(w io.Writer) {
		i := sent.Invitation
		fmt.Fprintf(w, "%s  %s is invited by %s: %s", i.ID, i.Target, i.Payer, i.State)
		if !i.Expires.IsZero() {
			fmt.Fprintf(w, ", until %s UTC", moment(i.Expires))
		}
		fmt.Fprintln(w, ".")
		if sent.Address == "" {
			fmt.Fprintf(w, "Nobody knows where pages are shown: set SLUICE_ORIGIN to the server's address, and `sluice account page %s` makes one to send to the customer.\n", i.ID)
			return
		}
		fmt.Fprintf(w, "Send this page to the customer; it is not shown again:\n%s\n", sent.Address)
	})
}

// onRecord is why an invitation was not sent, with where it is on record.
func onRecord(err error) error {
	var p *api.Problem
	if errors.As(err, &p) && p.Record != "" {
		return fmt.Errorf("%w (on record: `sluice account show %s`)", err, p.Record)
	}
	return err
}

func newAccountInvite(c *cli) *cobra.Command {
	var in api.InviteAccountInput
	var from string
	b := &in.Body
	cmd := &cobra.Command{
		Use:   "invite PAYER TARGET",
		Short: "Invite an account into a payer's organization",
		Long: `Invite has AWS invite an account, by its 12 digits or the e-mail address of its root user. When it is accepted, the
account is its billing group's from the day on which it joined. What is printed is a page for the customer, in
their language: what is to be done, and how it stands.`,
		Example: `  sluice account invite 111111111111 600000000001 --customer acme --name "ACME web"
  sluice account invite 111111111111 root@acme.example --group acme-main --language ja
  sluice account invite 111111111111 600000000001 --group acme-main --from 2026-11-01`,
		Args: takes(2, 2, "PAYER and TARGET"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b.Payer, b.Target = args[0], args[1]
			if from != "" {
				day, err := dayOf(cmd, from)
				if err != nil {
					return err
				}
				b.From = day
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				sent, err := api.InviteAccount.Call(ctx, at, in)
				if err != nil {
					return onRecord(err)
				}
				return c.invitation(sent)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&b.Customer, "customer", "", "`customer` whose account it is; enough where it has one billing group")
	flags.StringVar(&b.Group, "group", "", "billing `group` that has the account then")
	flags.StringVar(&from, "from", "", "first `day` of the billing group (default the day of joining); with it, an account is taken over from another group")
	flags.StringVar(&b.Name, "name", "", "what the account is called then")
	flags.StringVar(&b.Language, "language", "", "`language` of the customer's page (default that of the billing group)")
	flags.StringVar(&b.Notes, "notes", "", "`text` that AWS sends with the invitation")
	flags.StringVar(&b.Relationship, "relationship", "", "`id` of the relationship in AWS Partner Central, as rs-…")
	flags.StringVar(&b.ProgramAccount, "program-account", "", "`id` of the program management account in AWS Partner Central, as pma-…")
	return cmd
}

func newAccountInvitations(c *cli) *cobra.Command {
	var in api.InvitedAccountsQuery
	cmd := &cobra.Command{
		Use:     "invitations",
		Short:   "List the invitations",
		Long:    `Invitations shows whom payers have invited, also what AWS has forgotten, the newest first.`,
		Example: `  sluice account invitations --open`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListInvitedAccounts.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.invitations(all, "There are no invitations. `sluice account invite` sends one.")
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&in.Payer, "payer", "", "only of this `payer`")
	flags.StringVar(&in.Customer, "customer", "", "only of this `customer`")
	flags.BoolVar(&in.Open, "open", false, "only those with something left to be done, or waited for")
	return cmd
}

func newAccountShow(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "Show an invitation with its history",
		Long:    `Show prints the states that an invitation was in, and what keeps it from going on.`,
		Example: `  sluice account show 01KA3Q6V0Z8T9W2R5N7M4J1HGF`,
		Args:    takes(1, 1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			i, err := api.ShowInvitedAccount.Call(ctx, at, api.ByID{ID: args[0]})
			if err != nil {
				return err
			}
			return c.result(i, func(w io.Writer) {
				fmt.Fprintf(w, "%s is invited by %s: %s\n", i.Target, i.Payer, i.State)
				for _, line := range [][2]string{{"account", i.Account}, {"customer", i.Customer}, {"relationship", i.Relationship}, {"program account", i.ProgramAccount}, {"problem", i.Problem}, {"note", i.Note}} {
					if line[1] != "" {
						fmt.Fprintf(w, "%s: %s\n", line[0], line[1])
					}
				}
				if r := i.Registered; r != nil {
					fmt.Fprintf(w, "billing group: %s from %s on (%s)\n", r.Group, r.From, r.State)
				}
				t := &table{titles: []string{"STATE", "SINCE (UTC)", "SAYS"}}
				for _, h := range i.History {
					t.rows = append(t.rows, []string{h.State, moment(h.At), h.Detail})
				}
				t.write(w, "")
			})
		}),
	}
}

func newAccountChange(c *cli) *cobra.Command {
	texts := map[string]*string{}
	var from string
	cmd := &cobra.Command{
		Use:   "change ID",
		Short: "Change what an invitation says of the account",
		Long: `Change corrects what is to become of the account, where it is not its billing group's yet, and records the ids of AWS
Partner Central. Nothing is sent.`,
		Example: `  sluice account change 01KA3Q6V0Z8T9W2R5N7M4J1HGF --account 600000000001
  sluice account change 01KA3Q6V0Z8T9W2R5N7M4J1HGF --relationship rs-0a1b2c3d4e5f6
  sluice account change 01KA3Q6V0Z8T9W2R5N7M4J1HGF --from none`,
		Args: takes(1, 1, "ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in := api.ChangeInvitationInput{ByID: api.ByID{ID: args[0]}}
			given := func(name string) *string {
				if cmd.Flags().Changed(name) {
					return texts[name]
				}
				return nil
			}
			b := &in.Body
			b.Account, b.Name, b.Customer, b.Group, b.Language = given("account"), given("name"), given("customer"), given("group"), given("language")
			b.Relationship, b.ProgramAccount = given("relationship"), given("program-account")
			if b.From.None = from == noDay; !b.From.None {
				day, err := dayOf(cmd, from)
				if err != nil {
					return err
				}
				b.From.Day = day
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				i, err := api.ChangeInvitedAccount.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.invitations([]api.InvitedAccount{i}, "")
			})
		},
	}
	flags := cmd.Flags()
	for name, usage := range map[string]string{
		"account": "`account` that has accepted, of an invitation by e-mail", "name": "what the account is called then", "customer": "`customer` whose account it is",
		"group": "billing `group` that has the account then", "language": "`language` of the customer's page",
		"relationship": "`id` of the relationship in AWS Partner Central", "program-account": "`id` of the program management account in AWS Partner Central",
	} {
		texts[name] = flags.String(name, "", usage)
	}
	flags.StringVar(&from, "from", "", "first `day` of the billing group; "+noDay+" for the day of joining")
	return cmd
}

// noDay takes a day away.
const noDay = "none"

func newAccountResend(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "resend ID",
		Short: "Invite an account once more",
		Long: `Resend cancels what waits for an answer, and sends a new invitation in its place, with a page of its own. One that
AWS has refused is tried again itself.`,
		Example: `  sluice account resend 01KA3Q6V0Z8T9W2R5N7M4J1HGF`,
		Args:    takes(1, 1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			sent, err := api.ResendInvitedAccount.Call(ctx, at, api.ByID{ID: args[0]})
			if err != nil {
				return onRecord(err)
			}
			return c.invitation(sent)
		}),
	}
}

func newAccountCancel(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "cancel ID…",
		Short:   "Take invitations back",
		Long:    `Cancel has AWS cancel invitations that were not answered yet; their pages say so.`,
		Example: `  sluice account cancel 01KA3Q6V0Z8T9W2R5N7M4J1HGF`,
		Args:    takes(1, -1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			all := []api.InvitedAccount{}
			for _, id := range args {
				i, err := api.CancelInvitedAccount.Call(ctx, at, api.ByID{ID: id})
				if err != nil {
					return err
				}
				all = append(all, i)
			}
			return c.invitations(all, "")
		}),
	}
}

func newAccountPage(c *cli) *cobra.Command {
	var revoke bool
	cmd := &cobra.Command{
		Use:   "page ID",
		Short: "Make a new address of the customer's page",
		Long: `Page makes a new address at which the customer sees what is to be done, and how the invitation stands; the one before
does not work any more. With --revoke there is none.`,
		Example: `  sluice account page 01KA3Q6V0Z8T9W2R5N7M4J1HGF`,
		Args:    takes(1, 1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			if revoke {
				i, err := api.RevokeInvitationPage.Call(ctx, at, api.ByID{ID: args[0]})
				if err != nil {
					return err
				}
				return c.invitations([]api.InvitedAccount{i}, "")
			}
			sent, err := api.MakeInvitationPage.Call(ctx, at, api.ByID{ID: args[0]})
			if err != nil {
				return err
			}
			return c.result(sent, func(w io.Writer) {
				fmt.Fprintln(w, cmp.Or(sent.Address, "Nobody knows where pages are shown: set SLUICE_ORIGIN to the server's address."))
			})
		}),
	}
	cmd.Flags().BoolVar(&revoke, "revoke", false, "take the page back")
	return cmd
}
