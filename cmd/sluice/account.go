package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newAccount(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "account",
		GroupID: "setup",
		Short:   "Bring AWS accounts into payers' organizations, and follow them",
		Long: `Account invites AWS accounts into the organization of a payer, gives those that accept to their billing group
from the day on which they join, and tells of accounts that are made, move, leave or are closed. A server
follows by itself; who has none runs "sluice account follow" and "sluice account sync" from time to time.

AWS is asked by the pricing credential of the payer.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newAccountList(c), newAccountEvents(c), newAccountSync(c), newAccountInvite(c), newAccountInvitations(c), newAccountShow(c), newAccountChange(c),
		newAccountResend(c), newAccountCancel(c), newAccountFollow(c), newAccountPage(c), newTransfer(c))
	return cmd
}

var memberTable = grid[api.Member]{
	[]string{"ACCOUNT", "NAME", "STATE", "JOINED", "LEFT", "OWNER"},
	func(m api.Member) []string {
		return []string{m.Account, m.Name, m.State, date(m.JoinedAt), date(m.LeftAt), m.Owner}
	},
}

// date is the day in UTC of a time as tables have it; nothing where it is none.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func newAccountList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list PAYER",
		Short:   "List the accounts of a payer's organization",
		Long:    `List shows the accounts as they were seen last, also those that left, and who has each today.`,
		Example: `  sluice account list 111111111111`,
		Args:    takes(1, 1, "PAYER"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			all, err := api.ListMembers.Call(ctx, at, api.OfPayer{Payer: args[0]})
			if err != nil {
				return err
			}
			return c.write(listing[api.Member]{
				whole: map[string]any{"accounts": all}, rows: all, table: memberTable,
				none: "No accounts of this payer were read yet. `sluice account sync " + args[0] + "` reads them.",
			})
		}),
	}
}

var memberEventTable = grid[api.MemberEvent]{
	[]string{"DAY", "ACCOUNT", "WHAT", "SAYS"},
	func(e api.MemberEvent) []string {
		says := e.Says
		if e.Advice != "" {
			says += "; " + e.Advice
		}
		return []string{e.Day.String(), e.Account, e.Kind, says}
	},
}

func newAccountEvents(c *cli) *cobra.Command {
	var in api.MemberEventsQuery
	cmd := &cobra.Command{
		Use:   "events",
		Short: "List what happened to accounts",
		Long: `Events shows accounts that were made, joined, moved between payers, left, were suspended or closed, each with its
day in UTC, and what follows from it as things stand now; the newest first.`,
		Example: `  sluice account events --payer 111111111111`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListMemberEvents.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.write(listing[api.MemberEvent]{whole: map[string]any{"events": all}, rows: all, none: "Nothing is known to have happened to accounts.", table: memberEventTable})
		}),
	}
	cmd.Flags().StringVar(&in.Payer, "payer", "", "only of this `payer`")
	cmd.Flags().StringVar(&in.Account, "account", "", "only of this `account`")
	return cmd
}

func newAccountSync(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "sync PAYER…",
		Short:   "Read the accounts of payers' organizations",
		Long:    `Sync asks AWS for all accounts of the organizations, and prints what happened since the last time.`,
		Example: `  sluice account sync 111111111111`,
		Args:    takes(1, -1, "PAYER"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			all := []api.SyncedMembers{}
			for _, payer := range args {
				s, err := api.SyncMembers.Call(ctx, at, api.OfPayer{Payer: payer})
				if err != nil {
					return err
				}
				all = append(all, s)
			}
			return c.result(map[string]any{"payers": all}, func(w io.Writer) {
				for _, s := range all {
					fmt.Fprintf(w, "%s: %s, %s noticed.\n", s.Payer, counted(int64(s.Members), "account", "accounts"), counted(int64(len(s.Events)), "event", "events"))
					if len(s.Events) > 0 {
						memberEventTable.tabled(s.Events).write(w, "")
					}
				}
			})
		}),
	}
}

func newAccountFollow(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "follow",
		Short: "Ask AWS how the invitations stand",
		Long: `Follow keeps the states that invitations come into, and gives accounts that have joined to their billing groups.
A server does so every ten minutes.`,
		Example: `  sluice account follow`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			f, err := api.FollowInvitedAccounts.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.result(f, func(w io.Writer) {
				fmt.Fprintf(w, "%s asked for: %d changed, %d waiting.\n", counted(int64(f.Asked), "invitation", "invitations"), f.Changed, f.Waiting)
				for _, p := range f.Problems {
					fmt.Fprintf(w, "- %s\n", strings.ReplaceAll(p, "\n", " "))
				}
			})
		}),
	}
}
