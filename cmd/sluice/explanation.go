package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/rating"
)

// writeExplanation writes how a price came about, as a small derivation.
func writeExplanation(w io.Writer, x rating.Explanation) {
	fmt.Fprintf(w, "Charge %s/%d\n", x.Period, x.Charge)
	what := newTable("", "")
	for _, row := range [][2]string{
		{"day", x.Day}, {"owner", x.Group}, {"account", x.Account + " of payer " + x.Payer}, {"line type", x.LineType + " (" + x.Class + ")"},
		{"service", x.Service}, {"usage type", x.UsageType}, {"operation", x.Operation}, {"region", x.Region},
		{"sku", x.SKU}, {"resource", x.Resource}, {"description", x.Description},
	} {
		if row[1] != "" {
			what.add(row[0], row[1])
		}
	}
	what.write(w, "  ")
	section(w, "How the price came about")
	derivation(x).write(w, "  ")
	section(w, "Why this price")
	fmt.Fprint(w, wrap(reason(x), "  "))
	if len(x.Shadowed) > 0 {
		fmt.Fprint(w, wrap("These rules match too, but stand after it: "+strings.Join(quoted(x.Shadowed), ", ")+".", "  "))
	}
	fmt.Fprint(w, wrap(place(x), "  "))
	fmt.Fprintf(w, "  Rules in force: %s\n", short(x.Config))
	section(w, rowsTitle(x))
	rows := newTable("LINE", "BEGINS (UTC)", ">QUANTITY", ">COST", "FILE")
	for _, l := range x.Lines {
		rows.add(l.ID(), l.Start, exact(l.Quantity), exact(l.Cost), l.FileName)
	}
	rows.write(w, "  ")
}

func rowsTitle(x rating.Explanation) string {
	if shown := int64(len(x.Lines)); shown < x.LineCount {
		return fmt.Sprintf("Made of %s of the provider's file; the first %d are", counted(x.LineCount, "row", "rows"), shown)
	}
	return fmt.Sprintf("Made of %s of the provider's file", counted(x.LineCount, "row", "rows"))
}

func derivation(x rating.Explanation) figures {
	currency := string(x.Currency)
	var f figures
	f.add("the provider's cost", x.Cost, currency)
	switch {
	case x.UnitPrice != nil:
		f.add("quantity", x.Quantity, x.Unit)
		f.add("× unit price", *x.UnitPrice, currency)
	case x.Factor != nil:
		f.add("base: "+x.Base+" cost", x.BaseCost, currency)
		f.add("× factor", *x.Factor, "")
	}
	f.add("= price", x.Price, currency)
	return f
}

func reason(x rating.Explanation) string {
	switch {
	case x.Rule != "":
		return fmt.Sprintf("Rule %q of price book %s is the first that matches.", x.Rule, x.Book)
	case x.Place != string(rating.OnUsage) && x.Place != string(rating.OnMarketplace):
		return "No rule applies: it is not charged to a customer."
	case x.Book == "":
		return "The group has no price book: its price is the base."
	default:
		return fmt.Sprintf("No rule of price book %s matches: the price is the base.", x.Book)
	}
}

// place says where the charge stands, or why it stands nowhere.
func place(x rating.Explanation) string {
	switch rating.Place(x.Place) {
	case rating.OnUsage, rating.OnMarketplace:
		return fmt.Sprintf("On invoice %s/%s under %s: account %s, service %s.", x.Period, x.Group, x.Place, x.Account, x.Service)
	case rating.OffEntry:
		return "On no invoice: an adjusting entry stays with the reseller until it is applied."
	case rating.OffTax:
		return "On no invoice: the provider's tax is the reseller's input tax."
	}
	if x.Group == assign.Unassigned {
		return "On no invoice: the account has no owner yet; let a billing group claim it."
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
