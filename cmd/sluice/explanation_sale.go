package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// writeTierExplanation writes what a billing group may see of a price.
func writeTierExplanation(w io.Writer, x rating.TierExplanation) {
	for i, item := range x.Items {
		if i > 0 {
			fmt.Fprintln(w)
		}
		b := item.Bought
		fmt.Fprintf(w, "Charge %s/%d, as group %s sees it\n", x.Period, b.Number, x.As)
		writeSubject(w, append([][2]string{{"day", b.Day}, {"quantity", strings.TrimSpace(exact(b.Quantity) + " " + b.Unit)}},
			buyers(rating.Sale{Group: b.Group, Owner: b.Owner, Pool: b.Pool})...), b.Subject)
		section(w, "What it pays")
		var f figures
		f.add("price", b.Price, string(b.Currency))
		if b.Managed != nil {
			f.add("managed services", b.Managed.Price, string(b.Currency))
		}
		f.write(w, "  ")
		writeInvoiceLine(w, b.Invoice, b.Currency)
		for _, s := range item.Sales {
			writeSale(w, x.Period, s)
		}
	}
}

// writeSale writes a sale by a reseller below.
func writeSale(w io.Writer, period billing.Period, s rating.Sale) {
	section(w, fmt.Sprintf("Sold on by group %s to group %s, in charge %s/%d", s.Seller, s.Group, period, s.Number))
	writeDerivation(w, nil, s)
	fmt.Fprintln(w)
	writeReasons(w, period, s, "")
	writeInvoiceLine(w, s.Invoice, s.Currency)
	writeManaged(w, period, s)
}

// writeDerivation writes the arithmetic of a price, after what is said first.
func writeDerivation(w io.Writer, first figures, s rating.Sale) {
	currency := string(s.Currency)
	if len(s.Steps) == 0 {
		if s.Base != "" {
			first.add("base: "+rating.BaseName(s.Base), s.BaseCost, currency)
		}
		first.add("= price", s.Price, currency)
		first.write(w, "  ")
		return
	}
	if len(s.Steps) == 1 {
		append(first, arithmetic(s.Steps[0], s)...).write(w, "  ")
		return
	}
	first.write(w, "  ")
	for i, step := range s.Steps {
		fmt.Fprintf(w, "  %d. Rule %q of price book %s\n", i+1, step.Rule.Name, step.Book)
		f := arithmetic(step, s)
		for n := range f {
			f[n].name = "   " + f[n].name
		}
		f.write(w, "  ")
	}
}

// arithmetic shows what a step does to a price.
func arithmetic(step rating.Step, s rating.Sale) figures {
	var f figures
	before, after := step.Figures(s)
	for _, of := range before {
		f.add(of.Name, of.Number, of.Note)
	}
	if step.Month != nil {
		f = append(f, monthFigures(step, s)...)
	}
	for _, of := range after {
		f.add(of.Name, of.Number, of.Note)
	}
	f.add("= price", step.Price, string(s.Currency))
	return f
}

// monthFigures shows what a rule charges for a month, band by band (R15).
func monthFigures(step rating.Step, s rating.Sale) figures {
	m, currency := *step.Month, string(s.Currency)
	unit := m.Unit
	if len(m.Bands) == 0 || m.Bands[0].UnitPrice == nil {
		unit = currency
	}
	var f figures
	f.add("the month's", m.Measure, strings.TrimSpace(unit+" in "+counted(m.Charges, "charge", "charges")))
	for _, b := range m.Bands {
		reach := "from " + exact(b.From)
		if b.UpTo != nil {
			reach = exact(b.From) + " to " + exact(*b.UpTo)
		}
		price := b.UnitPrice
		if price == nil {
			price = b.Factor
		}
		f.add("  "+reach, b.Amount, fmt.Sprintf("%s = %s × %s", currency, exact(b.Part), exact(*price)))
	}
	if m.Others != nil {
		f.add("  + in other units", *m.Others, currency)
	}
	if step.Rule.Fee != nil {
		f.add("  + fee", *step.Rule.Fee, currency)
	}
	switch m.Applied {
	case "floor":
		f.add("  no less than the floor", *step.Rule.Floor, currency)
	case "cap":
		f.add("  no more than the cap", *step.Rule.Cap, currency)
	}
	f.add("  = the month's price", m.Price, currency)
	part := m.Part
	if m.Remainder != nil {
		part = part.Sub(*m.Remainder)
	}
	f.add("this charge's share", part, strings.TrimSpace(fmt.Sprintf("%s, for %s of %s %s", currency, exact(m.Own), exact(m.Measure), unit)))
	if m.Remainder != nil {
		f.add("+ remainder, as the largest", *m.Remainder, currency)
	}
	return f
}

// writeReasons says why a price is what it is, and where it stands.
func writeReasons(w io.Writer, period billing.Period, s rating.Sale, treatment string) {
	for _, text := range slices.Concat(rules(s), []string{attachment(s), claim(s.Claim), place(period, s, treatment)}) {
		if text != "" {
			fmt.Fprint(w, wrap(text, "  "))
		}
	}
}

// rules says which rule won, of each book.
func rules(s rating.Sale) (texts []string) {
	if len(s.Steps) == 0 {
		return []string{noRule(s)}
	}
	for _, step := range s.Steps {
		first, others := "first", "These rules match too, but stand after it: "
		if step.Order == billing.MostSpecific {
			first, others = "most specific", "These rules match too, but are less specific, or as specific and stand after it: "
		}
		text := fmt.Sprintf("Rule %q of price book %s is the %s that matches.", step.Rule.Name, step.Book, first)
		if f := step.FreeTier; f != nil {
			text += " The usage is in the provider's free tier, and the rule bills it at the rate beyond, "
			if f.Public {
				text += "the public one of the same product in the month"
			} else {
				text += "at which the same product was billed in the month"
			}
			if f.Line != "" {
				text += ", as of line " + f.Line
			}
			text += "."
		}
		if s.Covered && (step.Rule.UnitPrice != nil || len(step.Rule.Tiers) > 0 && step.Rule.Tiers[0].UnitPrice != nil) {
			text += " Its price per unit is not for usage that a commitment covers: the fee pays for that."
		}
		texts = append(texts, text)
		if len(step.Shadowed) > 0 {
			texts = append(texts, others+strings.Join(quoted(step.Shadowed), ", ")+".")
		}
	}
	if len(s.Silent) > 0 {
		texts = append(texts, fmt.Sprintf("No rule of %s matches, which leaves the price as it is.", strings.Join(s.Silent, ", ")))
	}
	return texts
}

func noRule(s rating.Sale) string {
	switch {
	case s.Place != string(rating.OnUsage) && s.Place != string(rating.OnMarketplace):
		return "No rule applies: it is not charged to a customer."
	case s.Book == "":
		return "The group has no price book: its price is the base."
	}
	return fmt.Sprintf("No rule of price book %s matches: the price is the base.", strings.Join(s.Silent, ", "))
}

// attachment says where the books were found, and which they hide (R13).
func attachment(s rating.Sale) string {
	var prices, hidden []string
	for _, a := range s.Attached {
		text := a.Book
		if a.Version > 0 {
			text += fmt.Sprintf(" version %d", a.Version)
		}
		text += " (" + attachedTo(a) + ")"
		if a.Prices {
			prices = append(prices, text)
		} else {
			hidden = append(hidden, text)
		}
	}
	switch {
	case len(prices) == 0:
		return ""
	case len(hidden) == 0:
		return "Attached is " + strings.Join(prices, ", then ") + "."
	}
	return fmt.Sprintf("The nearest attached is %s; it hides %s.", strings.Join(prices, ", then "), strings.Join(hidden, ", "))
}

func attachedTo(a rating.Attachment) string {
	to := a.At + " " + a.ID
	switch {
	case a.At == "seller" && a.ID == "":
		to = "all that the reseller sells"
	case a.At == "seller":
		to = "all that " + a.ID + " sells"
	}
	return to + days(a.From, a.To)
}

// days writes from when to when something holds.
func days(from, to *billing.Day) (text string) {
	if from != nil {
		text = " from " + from.String()
	}
	if to != nil {
		text += " up to " + to.String()
	}
	return text
}

// claim says by what the owner owns a line (R1 to R4).
func claim(c *rating.Claim) string {
	if c == nil {
		return ""
	}
	account := "account " + c.Account
	switch c.By {
	case "reseller":
		return fmt.Sprintf("The reseller itself uses %s.", account)
	case "pool":
		return fmt.Sprintf("Nobody claims it in %s, which is shared: it is in pool %s%s.", account, c.Owner, days(c.From, c.To))
	case "enrolment":
		return fmt.Sprintf("Nobody claims %s: %s has it by enrolment, as all such accounts of payer %s%s.", account, owner(c.Owner), c.Payer, days(c.From, c.To))
	case "tags":
		return fmt.Sprintf("%s claims it by %s in %s%s.", capital(owner(c.Owner)), tags(c), account, days(c.From, c.To))
	}
	text := fmt.Sprintf("%s claims %s%s", capital(owner(c.Owner)), account, days(c.From, c.To))
	if c.WholeMonth {
		text += ", and with it the whole month in which it moved"
	}
	return text + "."
}

func tags(c *rating.Claim) string {
	var all []string
	for name, value := range c.Tags {
		all = append(all, fmt.Sprintf("tag %s = %q", name, value))
	}
	for name, value := range c.CostCategories {
		all = append(all, fmt.Sprintf("cost category %s = %q", name, value))
	}
	slices.Sort(all)
	return strings.Join(all, " and ")
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// place says where a charge stands, or why it stands nowhere.
func place(period billing.Period, s rating.Sale, treatment string) string {
	switch rating.Place(s.Place) {
	case rating.OnUsage, rating.OnMarketplace:
		return fmt.Sprintf("On invoice %s/%s under %s: account %s, service %s.", period, s.Group, s.Place, s.Account, s.Service)
	case rating.OffEntry:
		return "On no invoice: an adjusting entry stays with the reseller until it is applied."
	case rating.OffTax:
		return "On no invoice: the provider's tax is the reseller's input tax."
	case rating.OffExcluded:
		if s.Seller != "" {
			return fmt.Sprintf("On no invoice to group %s: the rule excludes it, and its seller, group %s, pays for it.", s.Group, s.Seller)
		}
		return fmt.Sprintf("On no invoice to group %s: the rule excludes it, and the reseller pays for it.", s.Group)
	}
	switch {
	case s.Group == assign.Unassigned:
		return "On no invoice: the account has no owner yet; let a billing group claim it."
	case treatment == "fee-moved":
		return "On no invoice: the reseller pays it."
	}
	return "On no invoice: it is the reseller's own use."
}

// writeInvoiceLine writes what exchange and rounding make of the invoice line
// that a price is on (R19, R20).
func writeInvoiceLine(w io.Writer, l *rating.InvoiceLine, currency money.Currency) {
	switch {
	case l == nil:
		return
	case l.Outdated:
		section(w, "What invoice "+invoiceName(l)+" makes of it")
		fmt.Fprint(w, wrap(fmt.Sprintf("It is %s with the prices of an earlier close.", l.State), "  "))
		return
	}
	section(w, "What invoice "+invoiceName(l)+" makes of it")
	var f figures
	f.add("its line: "+counted(l.Charges, "charge", "charges"), l.Cost, string(currency))
	if l.Currency != currency {
		f.add("× exchange rate", l.Rate, strings.TrimSpace(fmt.Sprintf("%s a %s, %s", l.Currency, currency, l.Level)))
		f.add("= exact", l.Exact, string(l.Currency))
		f.add("  of which this charge", l.Own, string(l.Currency))
	}
	f.add("= on the invoice, rounded "+l.Rounding, l.Amount, string(l.Currency))
	f.add("  rounding of the "+pointName(l.Point), l.Residue, string(l.Currency))
	f.write(w, "  ")
}

func pointName(point string) string {
	if point == "service" {
		return "line"
	}
	return point
}

func invoiceName(l *rating.InvoiceLine) string {
	if l.Number != "" {
		return l.Number
	}
	return l.Invoice
}

// writeManaged writes what is charged for managing (R13).
func writeManaged(w io.Writer, period billing.Period, s rating.Sale) {
	m := s.Managed
	if m == nil {
		return
	}
	section(w, fmt.Sprintf("Managed services, in charge %s/%d", period, m.Number))
	var f figures
	f.add("price", s.Price, string(s.Currency))
	f.add("× managed factor", m.Factor, "")
	f.add("= price of managing", m.Price, string(s.Currency))
	f.write(w, "  ")
	fmt.Fprint(w, wrap(fmt.Sprintf("Rule %q of price book %s charges it beside the price.", m.Rule, m.Book), "  "))
	writeInvoiceLine(w, m.Invoice, s.Currency)
}

func quoted(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = fmt.Sprintf("%q", name)
	}
	return all
}
