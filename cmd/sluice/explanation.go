package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
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
	if x.Asked != 0 {
		fmt.Fprint(w, wrap(fmt.Sprintf("Charge %s/%d is for the same usage, and told below.", x.Period, x.Asked), "  "))
	}
	writeSubject(w, append([][2]string{{"day", c.Day}}, buyers(c.Sale)...), c.Subject)
	if len(x.Parts) > 0 && c.Treatment != "" {
		section(w, "What commitments and tiers made of it")
		if x.PartCount > 1 {
			fmt.Fprint(w, wrap("Told of its first row; the others were treated alike.", "  "))
		}
		writeTreatment(w, x.Parts[0], *x.Parts[0].Line, c)
	}
	writeCharge(w, x, c)
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
	if c.Share != nil {
		fmt.Fprint(w, wrap(fmt.Sprintf("Rows are told as they are; the charge has the part of group %s in pool %s.", c.Owner, c.Pool), "  "))
	}
}

func explainLine(w io.Writer, x rating.Explanation) {
	l := *x.Line
	fmt.Fprintf(w, "Line %s of %s\n", l.ID(), x.Period)
	first := [][2]string{
		{"file", l.FileName}, {"begins", l.Start + " UTC"}, {"quantity", strings.TrimSpace(exact(l.Quantity) + " " + l.Unit)},
	}
	if l.SourceRule != "" {
		first = append(first, [2]string{"source rule", strings.TrimSuffix(l.SourceRule+", told of account "+l.Told, ", told of account ")})
	}
	charges := chargesOf(x.Parts[0])
	if len(x.Parts) == 1 && len(charges) == 1 {
		first = append(first, buyers(charges[0].Sale)...)
	}
	subject := charges[0].Subject
	subject.Account = l.Account // a fee may be charged to another
	writeSubject(w, append(first, [2]string{"cost", exact(l.Cost) + " " + string(subject.Currency)}), subject)
	for i, p := range x.Parts {
		charges := chargesOf(p)
		for n, c := range charges {
			title := fmt.Sprintf("It is in charge %s/%d", x.Period, c.Number)
			switch {
			case c.Pool != "":
				title = fmt.Sprintf("Pool %s, borne by group %s in charge %s/%d", c.Pool, c.Owner, x.Period, c.Number)
			case x.PartCount > 1:
				title = fmt.Sprintf("Part %d of %d: %s, in charge %s/%d", i+1, x.PartCount, extent(p, l), x.Period, c.Number)
			}
			section(w, title)
			if p.Treatment != "" && n == 0 {
				writeTreatment(w, p, l, c)
			}
			writeCharge(w, x, c)
		}
	}
}

// chargesOf are the charges that a part of a line went to.
func chargesOf(p rating.Part) []rating.Charge {
	if p.Charge != nil {
		return []rating.Charge{*p.Charge}
	}
	return p.Bearers
}

// buyers says who pays a charge, and who used it where that is another.
func buyers(s rating.Sale) [][2]string {
	rows := [][2]string{{"owner", s.Owner}}
	if s.Group != s.Owner {
		rows = append(rows, [2]string{"sold to", s.Group})
	}
	if s.Pool != "" {
		rows = append(rows, [2]string{"pool", s.Pool})
	}
	return rows
}

// extent says which part of a line it is.
func extent(p rating.Part, l rating.Line) string {
	if p.Fee != nil {
		return fmt.Sprintf("%s of %s units, for %s", exact(p.Fee.Units), exact(p.Fee.Of), owner(p.Charge.Group))
	}
	return fmt.Sprintf("%s to %s %s", exact(p.From), exact(p.From.Add(p.Quantity)), l.Unit)
}

func writeSubject(w io.Writer, first [][2]string, c rating.Subject) {
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

// writeCharge writes how the price of a charge came about, and those of the
// sales that follow it.
func writeCharge(w io.Writer, x rating.Explanation, c rating.Charge) {
	if c.Share != nil {
		section(w, fmt.Sprintf("What group %s bears of pool %s in %s", c.Owner, c.Pool, x.Period))
		shareOf(*c.Share, c.Currency).write(w, "  ")
	}
	section(w, "How the price came about")
	var cost figures
	cost.add("the provider's cost", c.Cost, string(c.Currency))
	writeDerivation(w, cost, c.Sale)
	section(w, "Why this price")
	writeReasons(w, x.Period, c.Sale, c.Treatment)
	fmt.Fprintf(w, "  Rules in force: %s\n", short(x.Config))
	writeInvoiceLine(w, c.Invoice, c.Currency)
	writeManaged(w, x.Period, c.Sale)
	for _, s := range c.Sales {
		writeSale(w, x.Period, s)
	}
}

// shareOf shows how a pool was divided, as far as one group goes (R4).
func shareOf(s rating.Share, currency money.Currency) figures {
	var f figures
	f.add("the pool: "+string(s.Basis)+" cost", s.Total, string(currency))
	f.addUnlessZero("fixed", s.Fixed, string(currency))
	f.addUnlessZero("percent of the rest", s.Percent, string(currency))
	if !s.Usage.IsZero() {
		f.add("by usage", s.Usage, fmt.Sprintf("%s: it used %s of %s itself", currency, exact(s.Used), exact(s.UsedByAll)))
	}
	f.addUnlessZero("what is left", s.Remainder, string(currency))
	f.add("= it bears", s.Amount, string(currency))
	return f
}

func rowsTitle(x rating.Explanation) string {
	rows := counted(x.PartCount, "row", "rows")
	if shown := int64(len(x.Parts)); shown < x.PartCount {
		return fmt.Sprintf("Made of %s of the provider's file; the first %d are", rows, shown)
	}
	return fmt.Sprintf("Made of %s of the provider's file", rows)
}
