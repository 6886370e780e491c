package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/proof"
)

// writeCertificate writes the proof of a month for a person to read and file.
// Amounts are exact. The last lines say whether it is a proof.
func writeCertificate(w io.Writer, c proof.Certificate) {
	what := "Certificate of"
	if c.Preview {
		what = "Preview, no proof of a final month: certificate of"
	}
	fmt.Fprintf(w, "%s %s\n", what, c.Period)
	if len(c.Groups) > 0 {
		fmt.Fprint(w, wrap("closed for "+strings.Join(c.Groups, ", ")+" alone; the drafts of all others are previews", ""))
	}
	fmt.Fprintf(w, "made %s UTC\ncharges %s, rules %s\n", c.At.Format("2006-01-02 15:04:05"), c.Revision, short(c.Config))
	writeInputs(w, c)
	writeProviderProofs(w, c)
	writeAmortizations(w, c)
	writeOwnership(w, c)
	writeAlone(w, c)
	writeFees(w, c)
	writeTiers(w, c)
	writeDocumentProofs(w, c)
	writeEntryProofs(w, c)
	writeTotals(w, c)
	if len(c.Findings) > 0 {
		section(w, "Findings")
		writeFindings(w, c.Findings, "  ")
	}
	writeVerdict(w, c)
}

func section(w io.Writer, title string) { fmt.Fprintf(w, "\n%s\n", title) }

// short is enough of a hash to compare it by eye.
func short(hash string) string { return hash[:min(len(hash), 16)] }

func writeInputs(w io.Writer, c proof.Certificate) {
	section(w, "Made from the provider's files")
	for _, in := range c.Inputs {
		fmt.Fprintf(w, "  payer %s, report %s: %s, %s\n", in.Payer, in.Report, in.Format, counted(in.Rows, "line", "lines"))
		for _, f := range in.Files {
			fmt.Fprintf(w, "    %s\n      %s bytes, sha256 %s\n", f.Key, count(f.Size), f.SHA256)
		}
	}
}

func writeProviderProofs(w io.Writer, c proof.Certificate) {
	section(w, "(a) Each invoice of the provider, and where its money went")
	for _, p := range c.Provider {
		name := "invoice " + p.Invoice
		if p.Invoice == "" {
			name = "without an invoice"
		}
		fmt.Fprintf(w, "  payer %s, %s: %s\n", p.Payer, name, counted(p.Rows, "line", "lines"))
		currency := string(p.Currency)
		var f figures
		if p.Document != nil {
			f.add("the provider's document says", *p.Document, currency)
		}
		f.add("the lines in the files sum to", p.Files, currency)
		f.add("the lines in the lake", p.Lake, currency)
		f.add("the charges made of them", p.BeforeDiscounts(), currency)
		if p.Discounted() {
			files, lake := p.AfterDiscounts()
			f.add("after discounts in columns, the files", files, currency)
			f.add("after discounts in columns, the lake", lake, currency)
			f.add("after discounts in columns, the charges", p.Cost, currency)
		}
		f = append(f, went(p.Disposition, currency)...)
		f.add("left over", p.Residue, currency)
		f.write(w, "    ")
	}
	if len(c.Provider) == 0 {
		fmt.Fprintln(w, "  none")
	}
}

// went says where the provider's cost went.
func went(d proof.Disposition, currency string) figures {
	var f figures
	f.add("  of which: on customers' invoices", d.Customers, currency)
	f.addUnlessZero("  the reseller's own use", d.Own, currency)
	f.addUnlessZero("  entries kept off the invoices", d.Entries, currency)
	f.addUnlessZero("  kept off the invoices by price rules", d.Excluded, currency)
	f.addUnlessZero("  the provider's tax", d.InputTax, currency)
	f.addUnlessZero("  nobody's yet", d.Unassigned, currency)
	return f
}

func writeAmortizations(w io.Writer, c proof.Certificate) {
	if len(c.Amortized) == 0 {
		return
	}
	section(w, "(b) Unblended cost is amortized cost, true-up, upfront fees and refunds")
	for _, a := range c.Amortized {
		fmt.Fprintf(w, "  payer %s, report %s\n", a.Payer, a.Report)
		currency := string(a.Currency)
		var f figures
		f.add("unblended", a.Unblended, currency)
		f.add("amortized", a.Amortized, currency)
		f.addUnlessZero("true-up", a.TrueUp, currency)
		f.addUnlessZero("upfront", a.Upfront, currency)
		f.addUnlessZero("refunds", a.Refunds, currency)
		f.addRemainder(a.Residue, currency, a.Within)
		f.write(w, "    ")
	}
}

// addRemainder adds what is left over; within says that it is no more than the
// provider's own rounding can leave.
func (f *figures) addRemainder(residue money.Decimal, currency string, within bool) {
	if within && !residue.IsZero() {
		currency += ", the provider's own rounding"
	}
	f.add("left over", residue, currency)
}

func writeOwnership(w io.Writer, c proof.Certificate) {
	section(w, "(c) Every line has one owner")
	o := c.Ownership
	fmt.Fprintf(w, "  %s in the lake, %s with an owner", counted(o.Lines, "line", "lines"), count(o.Charged))
	if o.Fenced > 0 {
		fmt.Fprintf(w, "; %s that repeat others are left out", count(o.Fenced))
	}
	fmt.Fprintln(w)
}

// writeAlone leaves out payers whose months commitments and tiers do not change.
func writeAlone(w io.Writer, c proof.Certificate) {
	shown := slices.DeleteFunc(slices.Clone(c.Alone), func(a proof.AloneProof) bool {
		return a.TakenBack.IsZero() && a.Given.IsZero() && a.Sold.IsZero() && a.Tiers.IsZero() && a.Residue.IsZero()
	})
	if len(shown) == 0 {
		return
	}
	section(w, "(R7) What groups pay alone is what the provider bills, with commitments taken back and given")
	for _, a := range shown {
		fmt.Fprintf(w, "  payer %s\n", a.Payer)
		currency := string(a.Currency)
		var f figures
		f.add("unblended", a.Unblended, currency)
		f.addUnlessZero("benefit taken back", a.TakenBack, currency)
		f.addUnlessZero("benefit of their own commitments", a.Given.Neg(), currency)
		f.addUnlessZero("benefit sold at a fixed price", a.Sold, currency)
		f.addUnlessZero("volume tiers alone", a.Tiers, currency)
		f.add("alone", a.Alone, currency)
		f.add("left over", a.Residue, currency)
		f.write(w, "    ")
	}
}

// writeFees sums the commitments of each payer up; the JSON has each of them.
func writeFees(w io.Writer, c proof.Certificate) {
	type payer struct {
		id       string
		currency money.Currency
	}
	var order []payer
	sums, counts := map[payer]proof.FeeProof{}, map[payer]int64{}
	for _, f := range c.Fees {
		key := payer{f.Payer, f.Currency}
		if counts[key] == 0 {
			order = append(order, key)
		}
		counts[key]++
		sum := sums[key]
		sum.Fee, sum.Used = sum.Fee.Add(f.Fee), sum.Used.Add(f.Used)
		sum.Unused, sum.Residue = sum.Unused.Add(f.Unused), sum.Residue.Add(f.Residue)
		sum.Within = (counts[key] == 1 || sum.Within) && f.Within
		sums[key] = sum
	}
	if len(order) == 0 {
		return
	}
	section(w, "(R7) What was paid for commitments was used or not")
	for _, key := range order {
		fmt.Fprintf(w, "  payer %s, %s\n", key.id, counted(counts[key], "commitment", "commitments"))
		sum, currency := sums[key], string(key.currency)
		var f figures
		f.add("fees of the month", sum.Fee, currency)
		f.add("used", sum.Used, currency)
		f.add("unused", sum.Unused, currency)
		f.addRemainder(sum.Residue, currency, sum.Within)
		f.write(w, "    ")
	}
}

// writeTiers shows what each seller earns where billing groups resell.
func writeTiers(w io.Writer, c proof.Certificate) {
	if len(c.Tiers) == 0 {
		return
	}
	section(w, "(R16) What each tier sells for is what the next one pays")
	for _, t := range c.Tiers {
		currency := string(t.Currency)
		sellers := newTable("SELLER", "", ">PAYS", ">SELLS FOR", ">MARGIN", ">LEFT OVER")
		for _, s := range t.Sellers {
			sellers.add(s.Seller, currency, exact(s.Bought), exact(s.Sold), exact(s.Margin), exact(s.Residue))
		}
		sellers.write(w, "    ")
		var f figures
		f.add("those who use are charged", t.Final, currency)
		f.add("the provider bills", t.Cost, currency)
		f.add("left over of all margins", t.Residue, currency)
		f.write(w, "    ")
	}
}

func writeDocumentProofs(w io.Writer, c proof.Certificate) {
	section(w, "(d) What was charged is what the documents say, (e) and what rounding made of it")
	for _, b := range c.Billed {
		fmt.Fprintf(w, "  %s\n", b.Group)
		currency := string(b.Currency)
		var f figures
		if b.Residue.IsZero() {
			f.add("charges = statement = documents", b.Documents, currency)
		} else {
			f.add("charges", b.Charges, currency)
			f.add("statement", b.Statement, currency)
			f.add("documents", b.Documents, currency)
		}
		if b.Below {
			f.add("difference, below what a note can show", b.Residue, currency)
		}
		f.write(w, "    ")
	}
	for _, d := range c.Documents {
		fmt.Fprintf(w, "  %s, %s\n", d.ID, d.State)
		currency := string(d.Currency)
		var f figures
		f.add("usage and entries, exact", d.Exact, currency)
		f.add("usage and entries, as billed", d.Rounded, currency)
		f.add("of it rounding", d.RoundingShare, currency)
		f.add("the document's total, with tax", d.Total, currency)
		f.write(w, "    ")
	}
	if len(c.Documents) == 0 {
		fmt.Fprintln(w, "  no documents")
	}
}

func writeEntryProofs(w io.Writer, c proof.Certificate) {
	if len(c.Entries) == 0 {
		return
	}
	section(w, "(g) Adjusting entries: the provider's lines, and what became of them")
	for _, e := range c.Entries {
		currency := string(e.Currency)
		var f figures
		f.add("the provider's lines", e.Lake, currency)
		f.add("collected", e.Collected, currency)
		f.addUnlessZero("differences of later deliveries", e.Differences, currency)
		f.addUnlessZero("open", e.Open, currency)
		f.addUnlessZero("applied to invoices", e.Applied, currency)
		f.addUnlessZero("kept by the reseller", e.Kept, currency)
		f.addUnlessZero("billed by price rules", e.Priced, currency)
		f.addUnlessZero("in parts", e.Parts, currency)
		f.addUnlessZero("left over", e.Residue, currency)
		f.write(w, "    ")
	}
}

func writeTotals(w io.Writer, c proof.Certificate) {
	section(w, "(f) The month, before exchange and customers' tax")
	for _, t := range c.Totals {
		currency := string(t.Currency)
		var f figures
		if t.Unblended != nil {
			f.add("the provider's lines cost", *t.Unblended, currency)
			f.add("the provider bills, after discounts in columns", t.Cost, currency)
		} else {
			f.add("the provider bills", t.Cost, currency)
		}
		f = append(f, went(t, currency)...)
		f.add("the customers are charged", t.Sell, currency)
		f.add("margin", t.Margin, currency)
		f.write(w, "    ")
	}
}

func writeVerdict(w io.Writer, c proof.Certificate) {
	fmt.Fprintln(w)
	if c.Proved() {
		fmt.Fprintln(w, "PROVED: zero residue")
		return
	}
	fmt.Fprintln(w, "NOT PROVED:")
	for _, residue := range c.Residues {
		fmt.Fprint(w, wrap(residue, "  "))
	}
}
