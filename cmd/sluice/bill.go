package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
)

func newBill(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "bill",
		GroupID: "month",
		Short:   "Push bills of providers that are not read",
		Long: `Bill takes in what a provider charges that Sluice does not read by itself, such as a private cloud or a
software vendor: bills of a month, and registers, which are estimates of a day or of a month. The bills of an
account and month take the place of its registers.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newBillPush(c), newBillList(c), newBillShow(c), newBillRemove(c))
	return cmd
}

// mostBillFile is the longest file of bills that is read, in bytes.
const mostBillFile = 256 << 20

// pushedFile is a bill or register as it stands in a file.
type pushedFile struct {
	Kind string `json:"kind"`
	api.PushedBody
}

func newBillPush(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "push FILE",
		Short: "Take in bills and registers",
		Long: `Push takes in the bills and registers of a JSON file, which is one of them or a list; - is standard input. What
was taken in before with the same content changes nothing; another content under the same id takes the place
of what it said. The lines are loaded when the month is next ingested.`,
		Example: `  sluice bill push october.json
  sluice bill push - < october.json`,
		Args: takes(1, 1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			bills, err := readBills(cmd, args[0])
			if err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				var all []api.PushedAnswer
				for i, b := range bills {
					push := api.PushBill
					if b.Kind == "register" {
						push = api.PushRegister
					}
					answer, err := push.Call(ctx, at, api.PushInput{Body: b.PushedBody})
					if err != nil {
						return fmt.Errorf("%s %s, number %d of %s: %w", b.Kind, b.ID, i+1, args[0], err)
					}
					all = append(all, answer)
				}
				return c.write(listing[api.PushedAnswer]{whole: map[string]any{"pushed": all}, rows: all, table: pushTable})
			})
		},
	}
}

var pushTable = grid[api.PushedAnswer]{
	[]string{"SOURCE", "MONTH", "KIND", "ID", "ACCOUNT", ">LINES", ">SUM", ""},
	func(a api.PushedAnswer) []string {
		state := "was taken in before"
		if a.Fresh && a.Pushed.Version > 1 {
			state = fmt.Sprintf("taken in, version %d", a.Pushed.Version)
		} else if a.Fresh {
			state = "taken in"
		}
		p := a.Pushed
		return []string{p.Source, p.Period.String(), p.Kind, p.ID, p.Account, count(p.Lines), exactMoney(p.Sum), state}
	},
}

// readBills reads the bills of a file.
func readBills(cmd *cobra.Command, name string) ([]pushedFile, error) {
	in := cmd.InOrStdin()
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, mostBillFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > mostBillFile {
		return nil, wrong(cmd, fmt.Sprintf("%s is longer than %d bytes; divide it", name, mostBillFile))
	}
	var bills []pushedFile
	if text = bytes.TrimSpace(text); bytes.HasPrefix(text, []byte("{")) {
		text = append(append([]byte("["), text...), ']')
	}
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&bills); err != nil {
		return nil, wrong(cmd, fmt.Sprintf("%s is no list of bills: %s", name, err))
	}
	for i, b := range bills {
		if b.Kind != "bill" && b.Kind != "register" {
			return nil, wrong(cmd, fmt.Sprintf("number %d of %s is of kind %q; write bill or register", i+1, name, b.Kind))
		}
	}
	return bills, nil
}

func newBillList(c *cli) *cobra.Command {
	var in api.PushedQuery
	cmd := &cobra.Command{
		Use:   "list PERIOD",
		Short: "Show what was pushed for a month",
		Long: `List shows the bills and registers of a month: what each comes to, and whether it is in the month's sum. Registers
are not, where there is a bill of their account.`,
		Example:           `  sluice bill list 2026-10`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			in.Period = p
			all, err := api.ListPushed.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.write(listing[collect.Pushed]{
				whole: map[string]any{"pushed": all}, rows: all, none: fmt.Sprintf("Nothing was pushed for %s.", p), table: pushedTable,
			})
		}),
	}
	cmd.Flags().StringVar(&in.Source, "source", "", "only of this `source`")
	return cmd
}

var pushedTable = grid[collect.Pushed]{
	[]string{"SOURCE", "KIND", "ID", "ACCOUNT", "DAY", ">VERSION", ">LINES", ">SUM", ""},
	func(p collect.Pushed) []string {
		day, state := "", "counts"
		if p.Day != nil {
			day = p.Day.String()
		}
		switch {
		case p.Removed:
			state = "taken back"
		case !p.Counts:
			state = "a bill took its place"
		}
		return []string{p.Source, p.Kind, p.ID, p.Account, day, count(p.Version), count(p.Lines), exactMoney(p.Sum), state}
	},
}

// onePushed names what was pushed by three arguments.
func onePushed(cmd *cobra.Command, args []string) (api.OnePushed, error) {
	p, err := period(cmd, args[1])
	return api.OnePushed{Source: args[0], Period: p, ID: args[2]}, err
}

func newBillShow(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "show SOURCE PERIOD ID",
		Short:   "Show a bill or register with its lines",
		Long:    `Show shows the newest version of what was pushed, with its lines.`,
		Example: `  sluice bill show acme-cloud 2026-10 2026-10-shop`,
		Args:    takes(3, 3, "SOURCE PERIOD ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			one, err := onePushed(cmd, args)
			if err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				whole, err := api.ShowPushed.Call(ctx, at, one)
				if err != nil {
					return err
				}
				return c.result(whole, func(w io.Writer) {
					pushedTable.tabled([]collect.Pushed{whole.Pushed}).write(w, "")
					fmt.Fprintln(w)
					t := newTable("SERVICE", "CATEGORY", "USAGE TYPE", ">QUANTITY", "UNIT", ">AMOUNT", "")
					for _, l := range whole.Bill.Lines {
						quantity := ""
						if l.Quantity != nil {
							quantity = l.Quantity.String()
						}
						t.add(l.Service, l.Category, l.UsageType, quantity, l.Unit, l.Amount.String(), l.Currency)
					}
					t.write(w, "")
				})
			})
		},
	}
}

func newBillRemove(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "remove SOURCE PERIOD ID",
		Short: "Take back a bill or register",
		Long: `Remove takes back what was pushed: it stays on record, and is in no sum any more when the month is next ingested.
Where it was the only bill of its account, the account's registers count again.`,
		Example: `  sluice bill remove acme-cloud 2026-10 2026-10-shop`,
		Args:    takes(3, 3, "SOURCE PERIOD ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			one, err := onePushed(cmd, args)
			if err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				done, err := api.RemovePushed.Call(ctx, at, one)
				if err != nil {
					return err
				}
				return c.result(done, func(w io.Writer) { fmt.Fprintf(w, "%s is taken back.\n", one.ID) })
			})
		},
	}
}
