package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/trial"
)

func newCommitmentAssign(c *cli) *cobra.Command {
	var d decision
	cmd := &cobra.Command{
		Use:   "assign ID --to ACCOUNT|GROUP --from MONTH",
		Short: "Give units of a commitment to another account or group",
		Long: `Assign gives units of a reservation or savings plan to another account or billing group, from a month on.
The provider's own books do not change. ID is a commitment's id, or an end of it that no other has. A unit is
one reserved instance, or 1.00 an hour of a plan's commitment; without --units all is given that other
entries do not give away.

` + decisionHelp,
		Example: `  sluice commitment assign 4f6e01c2 --units 2 --to acme-main --from 2026-10 --dry-run
  sluice commitment assign 4f6e01c2 --units 2 --to 200000000002 --from 2026-10 --until 2027-01 --yes
  sluice commitment assign 4f6e01c2 --to acme-main --from 2026-09 --force --reason "agreed on 2 October"`,
		Args: takes(1, 1, "ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if d.to == "" {
				return wrong(cmd, "nobody is named who gets the units; name an account or a billing group with --to")
			}
			return d.run(c, cmd, args[0])
		},
	}
	d.flags(cmd)
	cmd.Flags().StringVar(&d.units, "units", "", "`number` of units, such as 2 or 0.75 (default all that is left)")
	cmd.Flags().StringVar(&d.to, "to", "", "`account` or billing group that gets them")
	cmd.Flags().StringVar(&d.policy, "policy", "", "whom they help: group (default), account, fixed-price")
	registerCompletion(cmd, "to", c.completeGroup)
	registerCompletion(cmd, "policy", cobra.FixedCompletions([]string{"group", "account", "fixed-price"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (c *cli) completeGroup(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return c.offerAt(cmd, func(ctx context.Context, at api.Place) ([]string, error) {
		groups, err := api.ListBillingGroups.Call(ctx, at, struct{}{})
		var ids []string
		for _, g := range groups {
			ids = append(ids, g.ID)
		}
		return ids, err
	})
}

// decision is what the reseller decides on a commitment (R8), as it is typed.
type decision struct {
	from, until   string
	units, to     string // where units are given away
	policy, price string
	dryRun, yes   bool
	forced
}

const decisionHelp = `First it shows what that moves in every month that is priced: exact sums of usage and marketplace, before
exchange, discount and tax; --json has all digits. Then it asks, and puts the entry in force as "sluice apply"
would. Drafts follow with the next close. Issued invoices stay as they are: what moves there needs a credit
or debit note.

Months that are closed are changed with --force only, and with a reason, which is kept in the audit.`

func (d *decision) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&d.from, "from", "", "first `month`, such as 2026-10")
	flags.StringVar(&d.until, "until", "", "first `month` in which it does not hold any more (default open)")
	flags.StringVar(&d.price, "price", "", "with fixed-price: `price` of a unit and hour, in the commitment's currency")
	flags.BoolVar(&d.dryRun, "dry-run", false, "show what it moves, and change nothing")
	flags.BoolVar(&d.yes, "yes", false, "do not ask")
	d.forced.flags(cmd)
}

func (d *decision) run(c *cli, cmd *cobra.Command, id string) error {
	in, err := d.input(cmd, id)
	if err != nil {
		return err
	}
	return c.place(cmd, func(ctx context.Context, at api.Place) error {
		found, err := api.PreviewDecision.Call(ctx, at, in)
		if err != nil {
			return misdecided(cmd, err)
		}
		return d.conclude(ctx, c, cmd, at, found)
	})
}

// input reads what was typed.
func (d *decision) input(cmd *cobra.Command, id string) (in api.DecisionInput, err error) {
	if d.from == "" {
		return in, wrong(cmd, "no month is given; name the first one with --from")
	}
	if err := d.check(cmd); err != nil {
		return in, err
	}
	in.Body.ID, in.Body.To, in.Body.Policy = id, d.to, billing.Policy(d.policy)
	if in.Body.From, err = period(cmd, d.from); err != nil {
		return in, err
	}
	if d.until != "" {
		until, err := period(cmd, d.until)
		if err != nil {
			return in, err
		}
		in.Body.Until = &until
	}
	if in.Body.Units, err = optionalNumber(cmd, "units", d.units); err != nil {
		return in, err
	}
	in.Body.Price, err = optionalNumber(cmd, "price", d.price)
	return in, err
}

// misdecided tells what is wrong with what was typed from what cannot be done.
func misdecided(cmd *cobra.Command, err error) error {
	var p *api.Problem
	var problems config.Problems
	switch {
	case errors.As(err, &p) && p.Code == "invalid" && len(p.Errors) > 0:
		return wrong(cmd, p.Errors[0].Message)
	case errors.As(err, &problems):
		return &argumentError{message: listed("the configuration does not fit together", config.Declaration{}.Locate(problems))}
	}
	return err
}

// optionalNumber reads a flag that need not be given.
func optionalNumber(cmd *cobra.Command, flag, text string) (*money.Decimal, error) {
	if text == "" {
		return nil, nil
	}
	n, err := money.Parse(text)
	if err != nil {
		return nil, wrong(cmd, fmt.Sprintf("--%s: %v", flag, err))
	}
	return &n, nil
}

// effect is what a decision changes, and what became of it.
type effect struct {
	Changes []config.Change  `json:"changes"`
	Moves   []trial.Move     `json:"moves"`
	Closed  []billing.Period `json:"closed"` // months that need --force
	Applied bool             `json:"applied"`
}

// conclude shows the effect, and applies it where that is wanted and allowed.
func (d *decision) conclude(ctx context.Context, c *cli, cmd *cobra.Command, at api.Place, found api.DecisionEffect) error {
	e := effect{Changes: found.Changes, Moves: found.Moves, Closed: found.Closed}
	if !c.output().program {
		if err := c.result(e, e.write); err != nil {
			return err
		}
	}
	wanted, err := d.agreed(ctx, c, cmd, e)
	if err == nil && wanted {
		err = d.apply(ctx, at, found)
		e.Applied = err == nil
	}
	if c.output().program {
		return errors.Join(c.result(e, nil), err)
	}
	if err != nil || d.dryRun || len(e.Changes) == 0 {
		return err
	}
	return c.result(e, func(w io.Writer) {
		if e.Applied {
			fmt.Fprintf(w, "%s applied; the next close of a month uses it\n", counted(int64(len(e.Changes)), "change", "changes"))
		} else {
			fmt.Fprintln(w, "Nothing was changed.")
		}
	})
}

// apply puts in force what was shown, and nothing else.
func (d *decision) apply(ctx context.Context, at api.Place, found api.DecisionEffect) error {
	var in api.ApplyInput
	in.Body.Config.Commitments = []billing.Commitment{found.Entry}
	in.Body.Basis = &found.Basis
	in.Body.Force, in.Body.Reason = d.force, d.reason
	_, err := api.ApplyConfig.Call(ctx, at, in)
	return err
}

// agreed tells whether the change is to be made; the error says why it must not.
func (d *decision) agreed(ctx context.Context, c *cli, cmd *cobra.Command, e effect) (bool, error) {
	input, _ := cmd.InOrStdin().(*os.File)
	switch {
	case d.dryRun || len(e.Changes) == 0:
		return false, nil
	case len(e.Closed) > 0 && !d.force:
		return false, &argumentError{"nothing was changed, because closed months would be: " + months(e.Closed),
			"change them with --force and --reason, or begin with an open month"}
	case d.yes:
		return true, nil
	case c.output().program || input == nil || !term.IsTerminal(int(input.Fd())):
		return false, &argumentError{"nothing was changed, because nobody could be asked", "--yes makes the change without asking, --dry-run only looks"}
	}
	return ask(ctx, c.stderr, input, "Make this change? [y/N] ")
}

// ask puts a question to the person at the terminal. An interrupt ends it.
func ask(ctx context.Context, out io.Writer, in io.Reader, question string) (bool, error) {
	fmt.Fprint(out, question)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(in).ReadString('\n') // no answer is no
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case a := <-answer:
		return a == "y" || a == "yes", nil
	}
}

func months(periods []billing.Period) string {
	names := make([]string, len(periods))
	for i, p := range periods {
		names[i] = p.String()
	}
	return strings.Join(names, ", ")
}

func (e effect) write(w io.Writer) {
	config.WriteDiff(w, e.Changes)
	if len(e.Changes) == 0 {
		return
	}
	fmt.Fprintln(w)
	writeMoves(w, e.Moves)
	if len(e.Closed) > 0 {
		fmt.Fprintf(w, "Closed already: %s\n", months(e.Closed))
	}
}

// writeMoves writes what a change of the configuration moves, in the digits of
// each currency.
func writeMoves(w io.Writer, moves []trial.Move) {
	if len(moves) == 0 {
		fmt.Fprintln(w, "Nothing moves in the months that are priced.")
		return
	}
	t := newTable("MONTH", "GROUP", "INVOICE", "STATE", ">BEFORE", ">AFTER", ">DIFFERENCE", "", ">PROVIDER'S COST")
	prices, costs := billing.Money{}, billing.Money{}
	for _, m := range moves {
		before, after, difference := shown(m.Before, m.Currency), shown(m.After, m.Currency), shown(m.Difference, m.Currency)
		if m.Group == assign.Reseller || m.Group == assign.Unassigned { // who pays no price
			before, after, difference = "", "", ""
		}
		state := string(m.State)
		if m.Preview {
			state = "preview"
		}
		t.add(m.Period.String(), m.Group, m.Invoice, state, before, after, difference, string(m.Currency), shown(m.CostDifference, m.Currency))
		prices.Add(m.Currency, m.Difference)
		costs.Add(m.Currency, m.CostDifference)
	}
	for _, currency := range slices.Sorted(maps.Keys(prices)) {
		t.add("all", "", "", "", "", "", shown(prices[currency], currency), string(currency), shown(costs[currency], currency))
	}
	t.write(w, "")
	fmt.Fprintln(w)
	writeMoveNotes(w, moves)
}

// writeMoveNotes says where the figures are not what the next documents show.
func writeMoveNotes(w io.Writer, moves []trial.Move) {
	for i, m := range moves {
		if m.Stale && (i == 0 || moves[i-1].Period != m.Period) {
			fmt.Fprint(w, wrap(fmt.Sprintf("%s was priced before the last change of data or configuration, and what that moves is in these figures too; `sluice close %s` first shows this change alone.", m.Period, m.Period), ""))
		}
	}
	for _, m := range moves {
		if m.State == invoice.Issued {
			fmt.Fprint(w, wrap(fmt.Sprintf("%s of %s is issued and stays as it is; the difference needs a credit or debit note (R18, R30).", m.Invoice, m.Group), ""))
		}
	}
}
