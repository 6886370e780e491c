package accounting

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// everything maps all there is, for a system.
func everything(t testing.TB, system, more string) Mapping {
	t.Helper()
	m, err := ParseMapping([]byte("system: " + system + `
defaults: false
customers: [{name: "{buyer}", code: "{customer}", receivable: "1400", agreement: cloud}]
lines:
  - {kind: prepaid, account: "1710", item: prepaid}
  - {kind: rounding, account: "2709", item: rounding}
  - {category: [reduced, exempt], account: "8300", item: other}
  - {account: "8400", item: cloud}
taxes: [{code: T, account: "1776"}]
datev: {consultant: 1001, client: 1}
` + more))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sums adds numbers up as fractions, apart from the code under test.
type sums struct{ total *big.Rat }

func (s *sums) add(number string) {
	if s.total == nil {
		s.total = new(big.Rat)
	}
	if number == "" {
		return
	}
	r, ok := new(big.Rat).SetString(strings.ReplaceAll(number, ",", "."))
	if !ok {
		panic(number)
	}
	s.total.Add(s.total, r)
}

func (s *sums) is(want money.Decimal) bool {
	r, _ := new(big.Rat).SetString(want.String())
	if s.total == nil {
		return r.Sign() == 0
	}
	return s.total.Cmp(r) == 0
}

func exported(t *rapid.T, m Mapping, inv invoice.Invoice) [][]string {
	result, err := Export(m, []invoice.Invoice{inv})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Export(m, []invoice.Invoice{inv})
	if err != nil || !bytes.Equal(again.Files[0].Data, result.Files[0].Data) {
		t.Fatalf("R31: the same document gave other bytes (%v)", err)
	}
	data := result.Files[0].Data
	if m.System == "datev" {
		if data, err = charmap.Windows1252.NewDecoder().Bytes(data); err != nil {
			t.Fatal(err)
		}
		data = data[bytes.IndexByte(data, '\n')+1:]
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	if m.System == "datev" {
		r.Comma = ';'
	}
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

var everyCurrency = rapid.SampledFrom([]money.Currency{"USD", "EUR", "JPY", "GBP"})

// A journal of any document balances exactly, in its own currency and in that of the
// books; receivable and prepaid balance are its total, and the taxes what it states.
func TestJournalsBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := drawn(t, everyCurrency.Draw(t, "to"))
		for _, tax := range []string{taxIncluded, taxSeparate} {
			m := everything(&testing.T{}, "datev", "tax: "+tax+"\ncurrency: EUR")
			x, b := &export{m: m}, &book{inv: inv}
			if err := b.open(); err != nil {
				t.Fatal(err)
			}
			entries := x.journal(b)
			var all, total, taxes, receivable sums
			for _, p := range entries {
				all.add(p.amount.String())
				switch p.kind {
				case kindReceivable:
					receivable.add(p.amount.String())
					total.add(p.amount.String())
				case kindPrepaid:
					total.add(p.amount.String())
				case kindTax:
					taxes.add(p.amount.Neg().String())
				default:
					taxes.add(p.tax.Neg().String())
				}
			}
			if !all.is(money.Zero) || !receivable.is(inv.Payable) || !total.is(inv.Total) || !taxes.is(inv.TaxTotal) {
				t.Fatalf("tax %s: %v: postings come to %v, receivable %v, total %v, taxes %v; the document has %s, %s, %s", tax, inv.ID,
					all.total, receivable.total, total.total, taxes.total, inv.Payable, inv.Total, inv.TaxTotal)
			}
			inBooks, err := x.inBooks(b, entries)
			if err != nil {
				if strings.Contains(err.Error(), "no common rate") {
					continue
				}
				t.Fatal(err)
			}
			var books sums
			for _, p := range inBooks {
				books.add(p.amount.String())
				if p.amount.Scale() > 2 {
					t.Fatalf("%s is not rounded", p.amount)
				}
			}
			if !books.is(money.Zero) {
				t.Fatalf("in the books' currency, postings come to %v", books.total)
			}
		}
	})
}

// The lines of an invoice file come to what is payable, quantity times price and tax
// by tax; those without the balance to the sum before tax.
func TestInvoiceFilesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := drawn(t, everyCurrency.Draw(t, "to"))
		var payable, tax sums
		for _, row := range exported(t, everything(&testing.T{}, "xero", ""), inv) {
			quantity, price := dec(row[17]), dec(row[18])
			payable.add(quantity.Mul(price).String())
			payable.add(row[22])
			tax.add(row[22])
			if !dec(row[14]).Equal(inv.Payable) || row[27] != string(inv.Currency) {
				t.Fatalf("row %q of a document of %s %s", row, inv.Payable, inv.Currency)
			}
		}
		if !payable.is(inv.Payable) || !tax.is(inv.TaxTotal) {
			t.Fatalf("Xero: %v with tax %v, want %s and %s", payable.total, tax.total, inv.Payable, inv.TaxTotal)
		}

		sign := dec("1")
		m := everything(&testing.T{}, "quickbooks", "")
		at := 11
		if inv.Payable.Sign() < 0 {
			sign, at = dec("-1"), 9
		}
		payable, tax = sums{}, sums{}
		for _, row := range exported(t, m, inv) {
			payable.add(dec(row[at]).Add(dec(row[at+2])).Mul(sign).String())
			tax.add(dec(row[at+2]).Mul(sign).String())
		}
		if !payable.is(inv.Payable) || !tax.is(inv.TaxTotal) {
			t.Fatalf("QuickBooks: %v with tax %v, want %s and %s", payable.total, tax.total, inv.Payable, inv.TaxTotal)
		}

		var net sums
		for _, row := range exported(t, everything(&testing.T{}, "connectwise", ""), inv) {
			net.add(row[7])
		}
		if !net.is(inv.BeforeTax) {
			t.Fatalf("ConnectWise: %v, want %s", net.total, inv.BeforeTax)
		}
	})
}

// Journals in the files have the same debits and credits, and freee's transactions
// come to what is payable.
func TestJapaneseFilesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := drawn(t, "JPY")
		var debit, credit, receivable, tax sums
		for _, row := range exported(t, everything(&testing.T{}, "moneyforward", ""), inv) {
			debit.add(row[8])
			credit.add(row[16])
			tax.add(row[17])
			if row[9] != "" {
				tax.add(dec(row[9]).Neg().String())
			}
			if row[2] == "1400" {
				receivable.add(row[8])
			}
			if row[10] == "1400" {
				receivable.add(dec(row[16]).Neg().String())
			}
		}
		if debit.total != nil && debit.total.Cmp(credit.total) != 0 || !receivable.is(inv.Payable) || !tax.is(inv.TaxTotal) {
			t.Fatalf("debit %v, credit %v, receivable %v, tax %v; want %s and %s", debit.total, credit.total, receivable.total, tax.total, inv.Payable, inv.TaxTotal)
		}
		if inv.Payable.IsZero() {
			if _, err := Export(everything(&testing.T{}, "freee", ""), []invoice.Invoice{inv}); err == nil || !strings.Contains(err.Error(), "freee-journal") {
				t.Fatalf("a transaction of 0: %v", err)
			}
			return
		}
		var sum sums
		for i, row := range exported(t, everything(&testing.T{}, "freee", ""), inv) {
			sum.add(row[8])
			if want := map[bool]string{true: "収入", false: "支出"}[inv.Payable.Sign() > 0]; i == 0 && row[0] != want || i > 0 && row[0] != "" {
				t.Fatalf("row %d begins with %q", i, row[0])
			}
		}
		want := inv.Payable
		if want.Sign() < 0 {
			want = want.Neg()
		}
		if !sum.is(want) {
			t.Fatalf("freee: %v, want %s", sum.total, want)
		}
	})
}

// Of any batch, the account of the customer has what is payable, and the tax that
// DATEV takes out of each booking, with the bookings of cents, is what is stated.
func TestBookingBatchesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := drawn(t, "EUR")
		m := everything(&testing.T{}, "datev", "")
		ways := map[string]int{}
		for _, tax := range inv.Taxes {
			ways[tax.Category]++
		}
		percents := map[string]money.Decimal{}
		b := &book{inv: inv}
		if err := b.open(); err != nil {
			t.Fatal(err)
		}
		m.Lines = nil // an account for each way of being taxed, so that a booking tells its rate
		for i, way := range b.taxes {
			account := fmt.Sprint(8000 + i)
			percent := way.percent
			if len(way.rows) > 0 {
				percents[account] = percent
			}
			if first := b.treatment(way.category); first != way && first.percent.Equal(percent) {
				t.Skip("two ways of one name")
			}
			m.Lines = append(m.Lines, LineRule{Match: Match{Category: names{way.category}, Percent: percent.String()}, Account: account})
		}
		m.Lines = append([]LineRule{{Kind: names{kindPrepaid}, Account: "1710"}}, append(m.Lines, LineRule{Account: "2709"})...)
		var payable, tax sums
		for _, row := range exported(t, m, inv) {
			if len(row) != 125 {
				t.Fatalf("%d columns", len(row))
			}
			amount := dec(strings.ReplaceAll(row[0], ",", "."))
			if amount.Sign() <= 0 {
				t.Fatalf("amount %s", row[0])
			}
			if row[1] == "H" {
				amount = amount.Neg()
			}
			switch {
			case row[6] == "1400":
				payable.add(amount.String())
				if percent, ok := percents[row[7]]; ok {
					gross, _ := new(big.Rat).SetString(amount.String())
					rate, _ := new(big.Rat).SetString(percent.String())
					share := new(big.Rat).Quo(new(big.Rat).Mul(gross, rate), new(big.Rat).Add(rate, big.NewRat(100, 1)))
					tax.add(share.FloatString(2)) // rounded half away from zero
				}
			case row[6] == "1776":
				tax.add(amount.Neg().String())
			default:
				t.Fatalf("account %s", row[6])
			}
		}
		if !payable.is(inv.Payable) || !tax.is(inv.TaxTotal) {
			t.Fatalf("receivable %v, tax %v; want %s and %s", payable.total, tax.total, inv.Payable, inv.TaxTotal)
		}
	})
}
