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

func newHandover(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "handover",
		GroupID: "month",
		Short:   "Hand documents and data over to customers",
		Long: `Handover brings documents and data sets to customers: by mail, into a folder on their SFTP server, into their
bucket, by Peppol. A route says what of a customer goes where, how and when. A server hands over by itself;
who has none runs "sluice handover run" from time to time.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newHandoverRoute(c), newHandoverList(c), newHandoverShow(c), newHandoverRetry(c), newHandoverCancel(c), newHandoverRun(c))
	return cmd
}

var handoverTable = grid[api.Handover]{
	[]string{"ID", "CUSTOMER", "WHAT", "SUBJECT", "STATE", ">TRIES", "SENT (UTC)", "SAYS"},
	func(h api.Handover) []string {
		says := h.Receipt
		if h.Problem != "" {
			says = h.Problem
		}
		return []string{h.ID, h.Customer, h.What, h.Subject, h.State, fmt.Sprint(h.Attempts), moment(h.SentAt), says}
	},
}

// moment is a time as tables have it, UTC; nothing where it is none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04")
}

func (c *cli) handovers(whole any, all []api.Handover, none string) error {
	return c.write(listing[api.Handover]{whole: whole, rows: all, none: none, table: handoverTable})
}

func newHandoverList(c *cli) *cobra.Command {
	var in api.HandoversQuery
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List what is or was handed over",
		Long:  `List shows what waits and why, what went to whom, and what came back, the newest first.`,
		Example: `  sluice handover list --state waiting
  sluice handover list --invoice INV-2026-000017`,
		Args: takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListHandovers.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.handovers(map[string]any{"parcels": all}, all, "Nothing was handed over.")
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&in.Route, "route", "", "only by the route with this `id`")
	flags.StringVar(&in.Customer, "customer", "", "only of this `customer`")
	flags.StringVar(&in.State, "state", "", "only in this `state`: waiting, sent, failed, gave-up, bounced or cancelled")
	flags.StringVar(&in.What, "what", "", "only of this `kind`, such as invoice")
	flags.StringVar(&in.Invoice, "invoice", "", "only of the document with this `id` or number")
	return cmd
}

func newHandoverShow(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "Show what came of a hand-over",
		Long:    `Show prints a hand-over with what came of each try.`,
		Example: `  sluice handover show 01KA3Q6V0Z8T9W2R5N7M4J1HGF`,
		Args:    takes(1, 1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			log, err := api.ShowHandover.Call(ctx, at, api.ByID{ID: args[0]})
			if err != nil {
				return err
			}
			return c.result(log, func(w io.Writer) {
				fmt.Fprintf(w, "%s %s of %s: %s\n", log.Handover.What, log.Handover.Subject, log.Handover.Customer, log.Handover.State)
				t := &table{titles: []string{">TRY", "AT (UTC)", "OUTCOME", "SAYS"}}
				for _, a := range log.Attempts {
					t.rows = append(t.rows, []string{fmt.Sprint(a.Attempt), moment(a.At), a.Outcome, a.Detail})
				}
				t.write(w, "")
			})
		}),
	}
}

func newHandoverRetry(c *cli) *cobra.Command {
	return c.eachHandover("retry", "Hand over again", `Retry hands over again what failed, was given up, came back or was sent. Mail that was sent to all goes to all
once more; else it goes to those who do not have it.`, api.RetryHandover)
}

func newHandoverCancel(c *cli) *cobra.Command {
	return c.eachHandover("cancel", "Take a hand-over out of the queue", `Cancel takes what waits out of the queue, so that it is not sent.`, api.CancelHandover)
}

// eachHandover is a command that does something to hand-overs, one by one.
func (c *cli) eachHandover(name, short, long string, do api.Operation[*api.Desk, api.ByID, api.Handover]) *cobra.Command {
	return &cobra.Command{
		Use:     name + " ID…",
		Short:   short,
		Long:    long,
		Example: "  sluice handover " + name + " 01KA3Q6V0Z8T9W2R5N7M4J1HGF",
		Args:    takes(1, -1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			all := []api.Handover{}
			for _, id := range args {
				h, err := do.Call(ctx, at, api.ByID{ID: id})
				if err != nil {
					return err
				}
				all = append(all, h)
			}
			return c.handovers(map[string]any{"parcels": all}, all, "")
		}),
	}
}

func newHandoverRun(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Hand over what is due, once",
		Long: `Run writes the reminders that are due of customers with a route for them, queues what routes ask for, and
hands over what is due. A server does so by itself.`,
		Example: `  sluice handover run`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			round, err := api.RunHandovers.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.result(round, func(w io.Writer) {
				fmt.Fprintf(w, "%d handed over, %d to be tried later.\n", round.Sent, round.Waiting)
			})
		}),
	}
}

func newInvoiceHandOver(c *cli) *cobra.Command {
	var in api.HandOverInput
	cmd := &cobra.Command{
		Use:   "hand-over ID",
		Short: "Hand a document over",
		Long: `Hand-over queues an issued document: by a route, or by mail to addresses that are given here. A server sends it
in the next moment; without one, "sluice handover run" does. It counts as sent when it was taken.`,
		Example: `  sluice invoice hand-over INV-2026-000017 --to billing@acme.example
  sluice invoice hand-over INV-2026-000017 --to billing@acme.example --link-days 30
  sluice invoice hand-over INV-2026-000017 --route 01KA3Q6V0Z8T9W2R5N7M4J1HGF`,
		Args:              takes(1, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			in.ID = args[0]
			h, err := api.HandOverInvoice.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.handovers(map[string]any{"parcels": []api.Handover{h}}, []api.Handover{h}, "")
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&in.Body.Route, "route", "", "`id` of the route by which it goes")
	flags.StringSliceVar(&in.Body.To, "to", nil, "`addresses` of mail")
	flags.StringSliceVar(&in.Body.Cc, "cc", nil, "`addresses` of mail that get a copy")
	flags.StringSliceVar(&in.Body.Formats, "as", nil, "`formats` of the files (default pdf)")
	flags.IntVar(&in.Body.LinkDays, "link-days", 0, "send a link that works for so many `days`, in the place of files")
	return cmd
}

func newInvoiceLink(c *cli) *cobra.Command {
	var in api.LinkInput
	var list bool
	var revoke string
	cmd := &cobra.Command{
		Use:   "link ID",
		Short: "Make a link to a document that ends",
		Long: `Link makes an address at which one issued document is downloaded without signing in, until it ends. It is
printed once. With --list it shows the links there are, with --revoke it takes one back.`,
		Example: `  sluice invoice link INV-2026-000017 --days 30
  sluice invoice link INV-2026-000017 --list
  sluice invoice link INV-2026-000017 --revoke 01KA3Q6V0Z8T9W2R5N7M4J1HGF`,
		Args:              takes(1, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			in.ID = args[0]
			switch {
			case revoke != "":
				link, err := api.RevokeLink.Call(ctx, at, api.ByID{ID: revoke})
				if err != nil {
					return err
				}
				return c.links([]api.Link{link})
			case list:
				all, err := api.ListLinks.Call(ctx, at, in.ByDocument)
				if err != nil {
					return err
				}
				return c.links(all)
			}
			made, err := api.CreateLink.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.result(made, func(w io.Writer) {
				fmt.Fprintf(w, "%s\nIt works until %s UTC, and is not shown again.\n", made.Address, moment(made.Link.Expires))
			})
		}),
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&in.Body.Formats, "as", nil, "`formats` to download (default pdf)")
	flags.IntVar(&in.Body.Days, "days", 0, "`days` that it works (default 14)")
	flags.IntVar(&in.Body.Uses, "uses", 0, "how many downloads it is for; 0 is any number")
	flags.BoolVar(&list, "list", false, "show the links there are")
	flags.StringVar(&revoke, "revoke", "", "take the link with this `id` back")
	return cmd
}

func (c *cli) links(all []api.Link) error {
	return c.write(listing[api.Link]{
		whole: map[string]any{"links": all}, rows: all, none: "There are no links to it.",
		table: grid[api.Link]{[]string{"ID", "FORMATS", "UNTIL (UTC)", ">USES", "TAKEN BACK (UTC)"}, func(l api.Link) []string {
			return []string{l.ID, strings.Join(l.Formats, " "), moment(l.Expires), fmt.Sprint(l.Uses), moment(l.RevokedAt)}
		}},
	})
}
