package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/rating"
)

// writeExplanation writes how a price came about, as a small derivation.
func writeExplanation(w io.Writer, x rating.Explanation) {
	if x.Charge != nil {
		explainCharge(w, x)
	} else {
		explainLine(w, x)
	}
}

func explainCharge(w io.Writer, x rating.Explanation) {
	c := *x.Charge
	fmt.Fprintf(w, "Charge %s/%d\n", x.Period, c.Number)
	writeSubject(w, [][2]string{{"day", c.Day}, {"owner", c.Group}}, c)
	if len(x.Parts) > 0 && c.Treatment != "" {
		section(w, "What commitments and tiers made of it")
		if x.PartCount > 1 {
			fmt.Fprint(w, wrap("Told of its first row; the others were treated alike.", "  "))
		}
		writeTreatment(w, x.Parts[0], *x.Parts[0].Line, c)
	}
	writePrice(w, x, c)
	section(w, rowsTitle(x))
	alone := c.Treatment != ""
	rows := newTable("LINE", "BEGINS (UTC)", ">QUANTITY", ">COST", "FILE")
	if alone {
		rows = newTable("LINE", "BEGINS (UTC)", ">QUANTITY", ">COST", ">COST ALONE", "FILE")
	}
	for _, p := range x.Parts {
		cells := []string{p.Line.ID(), p.Line.Start, exact(p.Quantity), exact(p.Cost)}
		if alone {
			cells = append(cells, exact(p.TrueUnblended))
		}
		rows.add(append(cells, p.Line.FileName)...)
	}
	rows.write(w, "  ")
}

func explainLine(w io.Writer, x rating.Explanation) {
	l := *x.Line
	fmt.Fprintf(w, "Line %s of %s\n", l.ID(), x.Period)
	first := [][2]string{
		{"file", l.FileName}, {"begins", l.Start + " UTC"}, {"quantity", strings.TrimSpace(exact(l.Quantity) + " " + l.Unit)},
	}
	if len(x.Parts) == 1 {
		first = append(first, [2]string{"owner", x.Parts[0].Charge.Group})
	}
	subject := *x.Parts[0].Charge
	subject.Account = l.Account // a fee may be charged to another
	writeSubject(w, append(first, [2]string{"cost", exact(l.Cost) + " " + string(subject.Currency)}), subject)
	for i, p := range x.Parts {
		c := *p.Charge
		title := fmt.Sprintf("It is in charge %s/%d", x.Period, c.Number)
		if x.PartCount > 1 {
			title = fmt.Sprintf("Part %d of %d: %s, in charge %s/%d", i+1, x.PartCount, extent(p, l), x.Period, c.Number)
		}
		section(w, title)
		if p.Treatment != "" {
			writeTreatment(w, p, l, c)
		}
		writePrice(w, x, c)
	}
}

// extent says which part of a line it is.
func extent(p rating.Part, l rating.Line) string {
	if p.Fee != nil {
		return fmt.Sprintf("%s of %s units, for %s", exact(p.Fee.Units), exact(p.Fee.Of), owner(p.Charge.Group))
	}
	return fmt.Sprintf("%s to %s %s", exact(p.From), exact(p.From.Add(p.Quantity)), l.Unit)
}

func writeSubject(w io.Writer, first [][2]string, c rating.Charge) {
	what := newTable("", "")
	for _, row := range append(first, [][2]string{
		{"account", c.Account + " of payer " + c.Payer}, {"line type", c.LineType + " (" + c.Class + ")"},
		{"service", c.Service}, {"usage type", c.UsageType}, {"operation", c.Operation}, {"region", c.Region},
		{"sku", c.SKU}, {"resource", c.Resource}, {"description", c.Description},
	}...) {
		if row[1] != "" {
			what.add(row[0], row[1])
		}
	}
	what.write(w, "  ")
}

func writePrice(w io.Writer, x rating.Explanation, c rating.Charge) {
	section(w, "How the price came about")
	derivation(c).write(w, "  ")
	section(w, "Why this price")
	fmt.Fprint(w, wrap(reason(c), "  "))
	if len(c.Shadowed) > 0 {
		fmt.Fprint(w, wrap("These rules match too, but stand after it: "+strings.Join(quoted(c.Shadowed), ", ")+".", "  "))
	}
	fmt.Fprint(w, wrap(place(x.Period, c), "  "))
	fmt.Fprintf(w, "  Rules in force: %s\n", short(x.Config))
}

func rowsTitle(x rating.Explanation) string {
	rows := counted(x.PartCount, "row", "rows")
	if shown := int64(len(x.Parts)); shown < x.PartCount {
		return fmt.Sprintf("Made of %s of the provider's file; the first %d are", rows, shown)
	}
	return fmt.Sprintf("Made of %s of the provider's file", rows)
}

func derivation(c rating.Charge) figures {
	currency := string(c.Currency)
	var f figures
	f.add("the provider's cost", c.Cost, currency)
	switch {
	case c.UnitPrice != nil:
		f.add("quantity", c.Quantity, c.Unit)
		f.add("× unit price", *c.UnitPrice, currency)
	case c.Factor != nil:
		f.add("base: "+c.Base+" cost", c.BaseCost, currency)
		f.add("× factor", *c.Factor, "")
	}
	f.add("= price", c.Price, currency)
	return f
}

func reason(c rating.Charge) string {
	switch {
	case c.Rule != "":
		return fmt.Sprintf("Rule %q of price book %s is the first that matches.", c.Rule, c.Book)
	case c.Place != string(rating.OnUsage) && c.Place != string(rating.OnMarketplace):
		return "No rule applies: it is not charged to a customer."
	case c.Book == "":
		return "The group has no price book: its price is the base."
	default:
		return fmt.Sprintf("No rule of price book %s matches: the price is the base.", c.Book)
	}
}

// place says where the charge stands, or why it stands nowhere.
func place(period billing.Period, c rating.Charge) string {
	switch rating.Place(c.Place) {
	case rating.OnUsage, rating.OnMarketplace:
		return fmt.Sprintf("On invoice %s/%s under %s: account %s, service %s.", period, c.Group, c.Place, c.Account, c.Service)
	case rating.OffEntry:
		return "On no invoice: an adjusting entry stays with the reseller until it is applied."
	case rating.OffTax:
		return "On no invoice: the provider's tax is the reseller's input tax."
	}
	if c.Group == assign.Unassigned {
		return "On no invoice: the account has no owner yet; let a billing group claim it."
	}
	if c.Treatment == "fee-moved" {
		return "On no invoice: the reseller pays it."
	}
	return "On no invoice: it is the reseller's own use."
}

func quoted(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = fmt.Sprintf("%q", name)
	}
	return all
}
