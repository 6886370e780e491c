package accounting

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

var dec = money.MustParse

func day(text string) billing.Day {
	d, err := billing.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

func month(text string) billing.Period {
	p, err := billing.ParsePeriod(text)
	if err != nil {
		panic(err)
	}
	return p
}

// drawn is an issued document, or the correction of one by another, made by package
// invoice from what is drawn.
func drawn(t *rapid.T, to money.Currency) invoice.Invoice {
	draft := func(label string) invoice.Invoice {
		inv, err := invoice.New(drawStatement(t, label), drawSettings(t, label, to), invoice.Inputs{}, false)
		if err != nil {
			t.Fatal(err)
		}
		return inv
	}
	inv := draft("first").Issue("INV-1", day("2026-11-03"))
	if rapid.Bool().Draw(t, "corrected") {
		if note, needed := invoice.Correct([]invoice.Invoice{inv}, draft("anew"), "restated"); needed {
			return note.Issue("CN-1", day("2026-11-20"))
		}
	}
	return inv
}

func drawStatement(t *rapid.T, label string) statement.Statement {
	s := statement.Statement{Group: "g", Period: month("2026-10")}
	entries := 0
	for a := range rapid.IntRange(1, 2).Draw(t, label+": accounts") {
		account := statement.Account{ID: fmt.Sprint("account ", a), Provider: "aws"}
		for range rapid.IntRange(0, 4).Draw(t, label+": lines") {
			line := statement.Line{
				Kind:    rapid.SampledFrom([]statement.Kind{statement.Usage, statement.Usage, statement.Marketplace, statement.Entry}).Draw(t, "kind"),
				Service: rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "service"), Currency: rapid.SampledFrom([]money.Currency{"USD", "EUR"}).Draw(t, "currency"),
				Amount: number(t, `-?[0-9]{1,5}(\.[0-9]{1,6})?`),
			}
			if line.Kind == statement.Entry {
				entries++
				line.Entry, line.TaxFree = fmt.Sprint("E-", entries), rapid.Bool().Draw(t, "tax-free")
			}
			account.Lines = append(account.Lines, line)
		}
		s.Accounts = append(s.Accounts, account)
	}
	return s
}

var taxesDrawn = [][]billing.Tax{
	nil,
	{{Category: "standard", Percent: dec("19")}},
	{{Category: "standard", Percent: dec("10")}, {Category: "reduced", Percent: dec("8")}, {Category: "exempt", Reason: "law"}},
	{{Category: "standard", Percent: dec("5"), Label: "GST"}, {Category: "standard", Percent: dec("9.975"), Label: "QST"}},
	{{Category: "standard", Percent: dec("10")}, {Category: "out-of-scope", Reason: "ABROAD"}},
	{{Category: "reverse-charge", Reason: "VATEX-EU-AE"}},
}

func drawSettings(t *rapid.T, label string, to money.Currency) invoice.Settings {
	set := invoice.Settings{Customer: billing.Customer{ID: "c"}, Group: billing.BillingGroup{ID: "g", Name: "Buyer", Customer: "c", Currency: string(to)}}
	for _, from := range []money.Currency{"USD", "EUR", "JPY", "GBP"} {
		for _, other := range []money.Currency{"USD", "EUR", "JPY", "GBP"} {
			if from != other {
				set.Rates = append(set.Rates, billing.ExchangeRate{Month: month("2026-10"), From: from, To: other, Rate: number(t, `[1-9][0-9]{0,2}(\.[0-9]{1,4})?`), Level: "common"})
			}
		}
	}
	in := &set.Group.Invoice
	in.Rounding.Mode = rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.Down, money.Up}).Draw(t, "mode")
	in.Rounding.Point = rapid.SampledFrom([]string{"service", "account", "invoice"}).Draw(t, "point")
	in.Tax = rapid.SampledFrom(taxesDrawn).Draw(t, label+": taxes")
	percent := number(t, `[0-9]{1,2}(\.[0-9])?`)
	if rapid.Bool().Draw(t, "discounted") {
		in.Discount = &billing.Discount{Percent: percent, Base: rapid.SampledFrom([]string{"usage", "subtotal"}).Draw(t, "base")}
	}
	if rapid.Bool().Draw(t, "supported") {
		in.Support = []billing.Support{{Kind: "percent", Percent: &percent}}
	}
	for range rapid.IntRange(0, 2).Draw(t, "items") {
		item := billing.AdditionalItem{Label: "item", UnitPrice: number(t, `-?[0-9]{1,4}(\.[0-9]{1,2})?`), Quantity: number(t, `[1-9](\.[0-9])?`), TaxFree: rapid.Bool().Draw(t, "tax-free item")}
		if len(in.Tax) > 1 && !item.TaxFree {
			item.Tax = in.Tax[rapid.IntRange(0, len(in.Tax)-1).Draw(t, "tax of the item")].Category
		}
		in.AdditionalItems = append(in.AdditionalItems, item)
	}
	in.Prepaid, in.CarryCredit = rapid.Bool().Draw(t, "prepaid"), rapid.Bool().Draw(t, "carry credit")
	set.Balance = number(t, `[0-9]{1,5}`)
	return set
}

func number(t *rapid.T, form string) money.Decimal {
	return dec(rapid.StringMatching(form).Draw(t, "number"))
}
