package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// writeTreatment tells what the provider did with a part of a line, what was
// made of that, and why.
func writeTreatment(w io.Writer, p rating.Part, l rating.Line, c rating.Charge) {
	t := treated{p, l, c}
	for _, row := range [][2]string{{"The provider", t.provider()}, {"Sluice", t.sluice()}, {"Because", t.because()}} {
		if row[1] == "" {
			continue
		}
		hanging := wrap(row[1], strings.Repeat(" ", 16))
		fmt.Fprintf(w, "  %-14s%s", row[0], hanging[16:])
	}
	if p.Fee != nil && p.Fee.Use != nil {
		fmt.Fprintln(w)
		t.use(*p.Fee.Use).write(w, "  ")
	}
	if len(c.Tiers) > 0 {
		fmt.Fprintln(w)
		tiers := newTable("TIER", ">PRICE", ">THE PAYER", ">GROUP, AS BILLED", ">GROUP, ALONE")
		for _, tier := range c.Tiers {
			tiers.add(tier.Description, exact(tier.Price), exact(tier.Payer), exact(tier.Group), exact(tier.Alone))
		}
		tiers.write(w, "  ")
	}
}

// treated is a part with the line it is of and the charge it is in.
type treated struct {
	rating.Part
	of rating.Line
	in rating.Charge
}

func (t treated) money(d money.Decimal) string { return exact(d) + " " + string(t.in.Currency) }

// provider says what the provider did.
func (t treated) provider() string {
	if t.Provider == nil {
		return fmt.Sprintf("On demand: %s.", t.money(t.Cost))
	}
	by := fmt.Sprintf("%s (%s) of account %s", t.Provider.Commitment, kindName(t.Provider.Kind), t.Provider.Account)
	if t.Provider.Group != "" {
		by += ", " + owner(t.Provider.Group)
	}
	switch {
	case t.Provider.Unused:
		return fmt.Sprintf("What nobody used of %s: %s.", by, t.money(t.Cost))
	case t.Fee != nil:
		return fmt.Sprintf("A fee of %s: %s.", by, t.money(t.Cost))
	case t.in.LineType == "SavingsPlanNegation":
		return fmt.Sprintf("Takes back what was covered by %s: %s.", by, t.money(t.Cost))
	case t.in.LineType == "SavingsPlanCoveredUsage":
		return fmt.Sprintf("Covered by %s: billed on demand with %s, which a negation takes back.", by, t.money(t.Cost))
	}
	return fmt.Sprintf("Covered by %s: %s.", by, t.money(t.Cost))
}

// sluice says what was made of it, and what it costs the group alone.
func (t treated) sluice() string {
	switch t.Treatment {
	case "unshared":
		return "The cover is taken back, so the usage is on demand: " + t.onDemand()
	case "on-demand":
		return "Nothing of the group's own covers it: " + t.onDemand()
	case "kept", "applied":
		return t.covered()
	case "taken-back":
		return fmt.Sprintf("Nothing is left to take back: 0 %s. What the group's own plans cover is not billed on demand.", t.in.Currency)
	case "tiered-alone":
		return fmt.Sprintf("The group's usage is tiered alone; this line's share of that is %s.", t.money(t.TrueUnblended))
	case "fee":
		return fmt.Sprintf("The fee stays with account %s, %s: %s.", t.in.Account, owner(t.in.Group), t.money(t.TrueUnblended))
	case "fee-moved":
		return t.moved()
	}
	return fmt.Sprintf("Left as the provider has it: %s.", t.money(t.TrueUnblended))
}

// onDemand writes the price on demand with where it comes from.
func (t treated) onDemand() string {
	amount := t.money(t.OnDemand.Amount)
	if t.OnDemand.Rate != nil {
		amount = fmt.Sprintf("%s × %s = %s", t.quantity(), exact(*t.OnDemand.Rate), amount)
	}
	switch t.OnDemand.Source {
	case commitment.PublicCost:
		return amount + ", the line's public on-demand cost."
	case commitment.PublicRate:
		return amount + ", by the line's public rate."
	case commitment.ContractedCost:
		return amount + ", the line's negotiated cost without commitments."
	case commitment.SameUsage:
		return amount + ", by the month's rate of the same usage on demand."
	case commitment.NoPrice:
		return "the export has no price for it, so that it is free; this is a finding."
	}
	return amount + ", as it is billed."
}

func (t treated) quantity() string { return strings.TrimSpace(exact(t.Quantity) + " " + t.of.Unit) }

// covered says which commitment covers the part, in which turn, and what it takes.
func (t treated) covered() string {
	by := t.Cover
	text := "Covered by "
	if t.Treatment == "kept" {
		text = "Still covered by "
	}
	text += fmt.Sprintf("%s (%s) of account %s", by.Commitment, kindName(by.Kind), by.Account)
	if by.Holder != by.Account {
		text += ", units of which were given to " + by.Holder
	}
	whom := "their own accounts"
	if !by.Own {
		whom = "all accounts of the group"
	}
	text += fmt.Sprintf(", in the turn of %s for %s. ", turnName(by.Kind), whom)
	if by.Size != nil {
		text += fmt.Sprintf("From %s to %s of the line: %s × %s normalized units, of which an instance reserved has %s; ",
			exact(t.From), exact(t.From.Add(t.Quantity)), t.quantity(), exact(by.PerUnit), exact(*by.Size))
	} else {
		text += fmt.Sprintf("From %s to %s of the line: %s × the plan's rate %s; ",
			exact(t.From), exact(t.From.Add(t.Quantity)), t.quantity(), exact(by.PerUnit))
	}
	text += fmt.Sprintf("that takes %s of it. ", t.money(by.Effective))
	if by.Price != nil {
		return text + fmt.Sprintf("At the fixed price of %s an hour it costs %s.", exact(*by.Price), t.money(t.TrueUnblended))
	}
	return text + "The fee pays for it: the usage costs " + t.money(t.TrueUnblended) + "."
}

func (t treated) moved() string {
	if t.in.Group == assign.Reseller {
		return fmt.Sprintf("The reseller pays %s.", t.share())
	}
	return fmt.Sprintf("%s was given %s, and pays for it.", holderName(t.Fee.Holder, t.in), t.share())
}

// share writes which of the commitment's units a fee's part is for.
func (t treated) share() string {
	units := "units"
	if t.Provider.Kind.Plan() {
		units = string(t.in.Currency) + " an hour"
	}
	return fmt.Sprintf("%s of %s %s: %s", exact(t.Fee.Units), exact(t.Fee.Of), units, t.money(t.TrueUnblended))
}

// because names the rule, and the policy in force.
func (t treated) because() string {
	switch t.Reason {
	case rating.ReasonBasis:
		if t.Basis == "" {
			return fmt.Sprintf("R6: %s is not billed as if it were alone.", owner(t.in.Group))
		}
		return fmt.Sprintf("R6: the basis of %s is %s, on which the provider's sharing stands.", owner(t.in.Group), t.Basis)
	case rating.ReasonUnknown:
		return "R7: the export does not say what the commitment could cover, or its fee; its owner's group keeps what the provider applied."
	case rating.ReasonPolicy:
		return "R8: " + t.policy()
	case rating.ReasonReassigned:
		return "R8: " + t.policy() + " The provider's own books do not change."
	}
	return "R7: " + t.alone()
}

func (t treated) alone() string {
	switch {
	case t.Fee != nil:
		return "a commitment is its owner's, used or not." + t.defaultPolicy()
	case t.Treatment == "tiered-alone":
		return fmt.Sprintf("%s pays what it would pay alone, and the provider's tiers are over all accounts of the payer (R15).", owner(t.in.Group))
	case t.Treatment == "unshared" && t.Provider.Group == t.in.Group:
		return "in the provider's order other usage of the group comes first, or nothing of the commitment is left." + t.defaultPolicy()
	case t.Treatment == "unshared", t.Treatment == "taken-back" && t.Provider.Group != t.in.Group:
		return fmt.Sprintf("the commitment belongs to %s, and %s pays what it would pay alone.", owner(t.Provider.Group), owner(t.in.Group))
	}
	return fmt.Sprintf("%s pays what it would pay alone, with its own commitments in the provider's order.", owner(t.in.Group)) + t.defaultPolicy()
}

func (t treated) defaultPolicy() string {
	if t.Cover == nil && t.Fee == nil {
		return ""
	}
	return " Its policy is group (R8)."
}

// policy says what the configuration decides on the commitment.
func (t treated) policy() string {
	var d rating.Decided
	switch {
	case t.Cover != nil:
		d = t.Cover.Decided
	case t.Fee != nil:
		d = t.Fee.Decided
	case t.Provider != nil:
		d = t.Provider.Decided
	}
	text := map[billing.Policy]string{
		billing.PolicyGroup:         "its policy is group: it helps the group of its owner.",
		billing.PolicyAccount:       "its policy is account: it helps its own account alone.",
		billing.PolicyResellerKeeps: "its policy is reseller-keeps: it helps nobody, and the reseller pays its fees.",
		billing.PolicyAsApplied:     "its policy is as-applied: it helps whom the provider applied it to.",
		billing.PolicyFixedPrice:    "its policy is fixed-price: it helps its owner's group for a price an hour used, and the reseller pays its fees.",
	}[d.Policy]
	if t.Reason == rating.ReasonReassigned {
		text = strings.Replace(text, "of its owner", "that was given it", 1)
	}
	if d.Entry && d.Since != nil {
		return fmt.Sprintf("the configuration decides so from %s on; %s", d.Since, text)
	}
	return text
}

// use tells what a fee is for.
func (t treated) use(u rating.Use) figures {
	unit, when := "instance-hours", "in the month"
	if t.Provider.Kind.Plan() {
		unit = string(t.in.Currency)
	}
	if !u.Month {
		when = "in the hours of the line"
	}
	var f figures
	f.add("committed "+when, u.Reserved, unit)
	f.add("the provider: used", u.Used, unit)
	f.add("the provider: unused", u.Unused, unit)
	if u.Capacity.IsZero() {
		return f
	}
	f.add("this share", u.Capacity, unit)
	f.add("its group alone: used", u.AloneUsed, unit)
	f.add("its group alone: unused", u.Capacity.Sub(u.AloneUsed), unit)
	f.add("what it used costs", u.UsedCost, string(t.in.Currency))
	f.add("what it did not use costs", u.UnusedCost, string(t.in.Currency))
	return f
}

func kindName(k commitment.Kind) string {
	switch k {
	case commitment.ZonalReservation:
		return "zonal reservation"
	case commitment.RegionalReservation:
		return "regional reservation"
	case commitment.EC2Plan:
		return "EC2 Instance savings plan"
	case commitment.ComputePlan:
		return "Compute savings plan"
	case commitment.SageMakerPlan:
		return "SageMaker savings plan"
	case commitment.DatabasePlan:
		return "Database savings plan"
	}
	return "commitment"
}

// turnName names the commitments that have their turn together (R7).
func turnName(k commitment.Kind) string {
	switch k {
	case commitment.ComputePlan, commitment.SageMakerPlan, commitment.DatabasePlan:
		return "Compute, SageMaker and Database savings plans"
	}
	return kindName(k) + "s"
}

// owner names who owns a line.
func owner(group string) string {
	switch group {
	case assign.Reseller:
		return "the reseller"
	case assign.Unassigned:
		return "nobody yet"
	}
	return "group " + group
}

// holderName names who was given units.
func holderName(holder string, c rating.Charge) string {
	if holder == c.Group {
		return "Group " + holder
	}
	return "Account " + holder
}
