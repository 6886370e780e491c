package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newHandoverRoute(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "route",
		Short: "Say what goes where, how and when",
		Long:  `Route lists, adds and removes the routes by which documents and data go to customers.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newRouteList(c), newRouteAdd(c), newRouteRemove(c), newRouteTest(c), newRouteMonth(c), newRouteHostKey(c))
	return cmd
}

var routeTable = grid[api.HandoverRoute]{
	[]string{"ID", "CUSTOMER", "WHAT", "FORMATS", "BY", "WHEN", "TO"},
	func(r api.HandoverRoute) []string {
		when, to := r.When.On, r.Target
		if r.By == "mail" {
			to = strings.Join(append(r.To, r.Cc...), ", ")
		}
		if !r.Enabled {
			when = "off"
		}
		return []string{r.ID, r.Customer, strings.Join(r.What, " "), strings.Join(r.Formats, " "), r.By, when, to}
	},
}

func (c *cli) routes(all []api.HandoverRoute, none string) error {
	return c.write(listing[api.HandoverRoute]{whole: map[string]any{"routes": all}, rows: all, none: none, table: routeTable})
}

func newRouteList(c *cli) *cobra.Command {
	var in api.RoutesQuery
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the routes",
		Long:    `List shows what of which customer goes where, how and when.`,
		Example: `  sluice handover route list --customer acme`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListRoutes.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.routes(all, "There are no routes. `sluice handover route add` adds one.")
		}),
	}
	cmd.Flags().StringVar(&in.Customer, "customer", "", "only of this `customer`")
	return cmd
}

func newRouteAdd(c *cli) *cobra.Command {
	var in api.RouteInput
	var asks bool
	b := &in.Body
	cmd := &cobra.Command{
		Use:   "add CUSTOMER",
		Short: "Add a route",
		Long: `Add says what of a customer goes where, how and when. It gets what happens from now on; "sluice handover route
month" hands over what was before.

The password or key of a target is read from standard input where --secret-stdin is given, and kept
encrypted.`,
		Example: `  sluice handover route add acme --by mail --to billing@acme.example
  sluice handover route add acme --by sftp --target sftp://reseller@files.acme.example/invoices --host-key SHA256:… --secret-stdin < key.pem
  sluice handover route add acme --what focus --as parquet --by bucket --target "s3://acme-bills/focus/{period}?region=eu-central-1" --when monthly --day 5 --secret-stdin < key.txt`,
		Args: takes(1, 1, "CUSTOMER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b.Customer = args[0]
			if asks {
				text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), mostSecret+1))
				if err != nil {
					return err
				}
				if len(text) > mostSecret {
					return wrong(cmd, fmt.Sprintf("the secret is longer than %d bytes", mostSecret))
				}
				b.Secret = strings.TrimRight(string(text), "\r\n")
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				added, err := api.AddRoute.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.routes([]api.HandoverRoute{added}, "")
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&b.By, "by", "mail", "how it goes: mail, sftp, bucket, folder or peppol")
	flags.StringSliceVar(&b.What, "what", []string{"invoice", "credit-note"}, "`kinds` of documents and data: "+strings.Join(api.HandoverKinds(), ", "))
	flags.StringSliceVar(&b.Formats, "as", []string{"pdf"}, "`formats` of the files")
	flags.StringSliceVar(&b.Groups, "group", nil, "only these billing `groups`")
	flags.StringVar(&b.When.On, "when", "publish", "what it waits for: publish, issue, daily, monthly or request")
	flags.IntVar(&b.When.Day, "day", 0, "`day` of the month, where it is monthly")
	flags.IntVar(&b.When.Hour, "hour", 0, "`hour`, where it is daily or monthly")
	flags.StringVar(&b.When.Zone, "zone", "", "time `zone` of the hour (default UTC)")
	flags.StringSliceVar(&b.To, "to", nil, "`addresses` of mail")
	flags.StringSliceVar(&b.Cc, "cc", nil, "`addresses` of mail that get a copy")
	flags.IntVar(&b.LinkDays, "link-days", 0, "send a link that works for so many `days`, in the place of documents")
	flags.StringVar(&b.Target, "target", "", "`address` that files go to")
	flags.StringVar(&b.HostKey, "host-key", "", "`fingerprint` of an SFTP server's key")
	flags.BoolVar(&asks, "secret-stdin", false, "read the password or key of the target from standard input")
	flags.StringVar(&b.Description, "description", "", "`text` for people")
	return cmd
}

func newRouteRemove(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "remove ID",
		Short:   "Remove a route",
		Long:    `Remove takes a route away with its log. That a document was sent stays with the document.`,
		Example: `  sluice handover route remove 01KA3Q6V0Z8T9W2R5N7M4J1HGF`,
		Args:    takes(1, 1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			done, err := api.RemoveRoute.Call(ctx, at, api.ByID{ID: args[0]})
			if err != nil {
				return err
			}
			return c.result(done, func(w io.Writer) { fmt.Fprintln(w, "The route is removed.") })
		}),
	}
}

func newRouteTest(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "test ID",
		Short: "Try a route",
		Long: `Test queues a small file, or a message that says it is a test, for a route. A server hands it over in the next
moment; without one, "sluice handover run" does.`,
		Example: `  sluice handover route test 01KA3Q6V0Z8T9W2R5N7M4J1HGF`,
		Args:    takes(1, 1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			h, err := api.TestRoute.Call(ctx, at, api.ByID{ID: args[0]})
			if err != nil {
				return err
			}
			return c.handovers(map[string]any{"parcels": []api.Handover{h}}, []api.Handover{h}, "")
		}),
	}
}

func newRouteMonth(c *cli) *cobra.Command {
	var in api.HandOverMonthInput
	cmd := &cobra.Command{
		Use:   "month ID PERIOD",
		Short: "Hand over a month by a route",
		Long: `Month queues the issued documents of a month that did not go by the route yet, and its data sets anew. With
--dry-run it only shows them.`,
		Example: `  sluice handover route month 01KA3Q6V0Z8T9W2R5N7M4J1HGF 2026-10 --dry-run`,
		Args:    takes(2, 2, "ID PERIOD"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := period(cmd, args[1])
			if err != nil {
				return err
			}
			in.ID, in.Body.Period = args[0], p
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				out, err := api.HandOverMonth.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.write(listing[api.MonthItem]{
					whole: out, rows: out.Items, none: "The route has nothing to hand over of that month.",
					table: grid[api.MonthItem]{[]string{"WHAT", "SUBJECT", "NUMBER", "STATE"}, func(i api.MonthItem) []string {
						return []string{i.What, i.Subject, i.Number, i.State}
					}},
				})
			})
		},
	}
	cmd.Flags().StringSliceVar(&in.Body.What, "what", nil, "only these `kinds`")
	cmd.Flags().BoolVar(&in.Body.DryRun, "dry-run", false, "only show what would go")
	return cmd
}

func newRouteHostKey(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "host-key TARGET",
		Short: "Ask an SFTP server for its key",
		Long: `Host-key prints the fingerprint that an SFTP server shows now. Compare it with what the server's owner says
before you give it to a route: it proves nothing by itself.`,
		Example: `  sluice handover route host-key sftp://reseller@files.acme.example/invoices`,
		Args:    takes(1, 1, "TARGET"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			var in api.HostKeyInput
			in.Body.Target = args[0]
			key, err := api.ShowHostKey.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.result(key, func(w io.Writer) { fmt.Fprintln(w, key.HostKey) })
		}),
	}
}
