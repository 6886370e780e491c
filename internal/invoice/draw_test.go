package invoice_test

import (
	"fmt"
	"math/big"
	"reflect"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

var currencies = []money.Currency{"USD", "EUR", "JPY", "KWD"}

// drawing draws statements and settings. What is linear has no fixed amounts,
// minimums, brackets and balances: its document turns with the signs of the costs.
type drawing struct {
	*rapid.T
	linear bool
	to     money.Currency // of the invoice; drawn where it is empty
}

func drawn[T any](d drawing, label string, of ...T) T { return rapid.SampledFrom(of).Draw(d.T, label) }

func (d drawing) maybe(label string) bool { return rapid.Bool().Draw(d.T, label) }

func (d drawing) number(form, label string) money.Decimal {
	return dec(rapid.StringMatching(form).Draw(d.T, label))
}

func (d drawing) percent(label string) money.Decimal {
	return d.number(`[0-9]{1,2}(\.[0-9]{1,4})?`, label)
}

// amount is one of those that brackets and limits are made of.
func (d drawing) amount(label string) *money.Decimal {
	n := d.number(`[0-9]{1,5}(\.[0-9]{1,3})?`, label)
	return &n
}

// some draws some of the names, in their order.
func (d drawing) some(label string, names ...string) (some []string) {
	for _, name := range names {
		if d.maybe(label + " " + name) {
			some = append(some, name)
		}
	}
	return some
}

// several draws up to that many parts.
func several[T any](d drawing, label string, most int, part func() T) (parts []T) {
	for range rapid.IntRange(0, most).Draw(d.T, label) {
		parts = append(parts, part())
	}
	return parts
}

func (d drawing) input() (statement.Statement, invoice.Settings) {
	s := statement.Statement{Group: "g", Period: month("2026-10")}
	entries := 0
	for _, id := range []string{"1", "2", "3"} {
		for _, payer := range d.some("account "+id+" under", "p1", "p2") {
			s.Accounts = append(s.Accounts, statement.Account{ID: id, Payer: payer, Provider: map[string]string{"p1": "aws", "p2": "gcp"}[payer]})
		}
	}
	for i := range s.Accounts {
		n := 0
		s.Accounts[i].Lines = several(d, "lines", 4, func() statement.Line {
			line := statement.Line{
				Kind:    drawn(d, "kind", statement.Usage, statement.Usage, statement.Marketplace, statement.Entry),
				Service: drawn(d, "service", "A", "B", "C"), Currency: drawn(d, "currency", currencies...),
				Amount: d.number(`-?[0-9]{1,6}(\.[0-9]{1,18})?`, "amount"),
			}
			if d.linear { // so that lines with other signs stand in the same places
				n++
				line.Service += fmt.Sprint(n)
			}
			if line.Kind == statement.Entry {
				entries++
				line.Entry, line.TaxFree = fmt.Sprintf("E-%d", entries), d.maybe("tax-free")
				if d.maybe("rate of its own") {
					own := d.number(`[1-9][0-9]{0,2}(\.[0-9]{1,3})?`, "rate")
					line.Rate = &own
				}
			}
			return line
		})
	}
	to := d.to
	if to == "" {
		to = drawn(d, "to", currencies...)
	}
	set := invoice.Settings{Group: billing.BillingGroup{ID: "g", Currency: string(to)}, Rates: d.rates(to)}
	d.settings(&set)
	return s, set
}

// rates are the common ones of every pair, and some into the invoice's currency.
func (d drawing) rates(to money.Currency) (rates []billing.ExchangeRate) {
	add := func(from, to money.Currency, level, owner string) {
		r := d.number(`[1-9][0-9]{0,3}(\.[0-9]{1,6})?`, "rate").String()
		rates = append(rates, rate("2026-10", string(from), string(to), r, level, owner))
	}
	for _, from := range currencies {
		for _, other := range currencies {
			if from != other {
				add(from, other, "common", "")
			}
		}
		for _, payer := range d.some("rate of payer", "p1", "p2") {
			add(from, to, "payer", payer)
		}
		if d.maybe("rate of the group") {
			add(from, to, "group", "g")
		}
	}
	return rates
}

func (d drawing) settings(set *invoice.Settings) {
	in := &set.Group.Invoice
	in.Exchange = drawn(d, "exchange", "", "payer", "group")
	in.Rounding.Mode = drawn(d, "mode", "", money.HalfUp, money.HalfEven, money.Down, money.Up)
	in.Rounding.Point = drawn(d, "point", "", "service", "account", "invoice")
	if d.maybe("digits") {
		digits := rapid.Int32Range(0, 4).Draw(d.T, "digits")
		in.Rounding.Digits = &digits
	}
	if d.maybe("discounted") {
		in.Discount = &billing.Discount{Percent: d.percent("discount"), Base: drawn(d, "discount base", "", "usage", "usage+support", "subtotal")}
	}
	in.ServiceDiscounts = several(d, "service discounts", 3, func() billing.ServiceDiscount {
		return billing.ServiceDiscount{
			Services: d.some("discount on", "A", "B", "C1", billing.OtherServices), Accounts: d.some("discount of account", "1", "2"),
			Percent: d.number(`-?[0-9]{1,2}(\.[0-9])?`, "percent"),
		}
	})
	in.Support = several(d, "support", 2, d.support)
	in.Agency = several(d, "agency fees", 2, d.agency)
	in.Tax = drawn(d, "taxes", taxSets...)
	categories := []string{""}
	for _, t := range in.Tax {
		categories = append(categories, t.Category)
	}
	for i := range rapid.IntRange(0, 2).Draw(d.T, "billing services") {
		s := d.service(set.Group.Currency)
		s.ID, s.Tax = fmt.Sprint("s", i), drawn(d, "tax of the service", categories...)
		set.Services = append(set.Services, s)
		in.BillingServices = append(in.BillingServices, billing.ServiceUse{Service: s.ID, Accounts: d.some("service of account", "1", "2", "9")})
	}
	item := func() billing.AdditionalItem {
		i := billing.AdditionalItem{
			Label: "item", TaxFree: d.maybe("tax-free item"),
			UnitPrice: d.number(`-?[0-9]{1,4}(\.[0-9]{1,4})?`, "unit price"), Quantity: d.number(`[0-9]{1,2}(\.[0-9]{1,4})?`, "quantity"),
		}
		if !i.TaxFree {
			i.Tax = drawn(d, "tax of the item", categories...)
		}
		return i
	}
	in.AdditionalItems, set.Items = several(d, "standing items", 2, item), several(d, "items of the month", 1, item)
	for i := range rapid.IntRange(0, 2).Draw(d.T, "coupons") {
		c := billing.Coupon{Code: fmt.Sprint("C", i), Currency: money.Currency(set.Group.Currency)}
		if d.linear || d.maybe("percent coupon") {
			percent := d.percent("coupon")
			c.Percent = &percent
		} else {
			c.Amount = d.amount("coupon amount")
		}
		set.Coupons, in.Coupons = append(set.Coupons, c), append(in.Coupons, c.Code)
	}
	if d.linear {
		return
	}
	if d.maybe("minimum") {
		in.Minimum = &billing.Minimum{Amount: *d.amount("minimum")}
	}
	if d.maybe("commitment") {
		in.SpendCommitment = &billing.SpendCommitment{
			Amount: *d.amount("commitment"), Every: rapid.IntRange(1, 12).Draw(d.T, "every"),
			From: month(drawn(d, "commitment from", "2026-10", "2026-09", "2025-11", "2026-11")), Base: drawn(d, "counts", "", "usage"),
		}
		if d.maybe("commitment ends") {
			to := month(drawn(d, "commitment to", "2026-10", "2026-11", "2027-01"))
			in.SpendCommitment.To = &to
		}
		set.Spent = *d.amount("spent")
	}
	in.Prepaid, in.CarryCredit = d.maybe("prepaid"), d.maybe("carry credit")
	set.Balance = *d.amount("balance")
}

// taxSets are taxes that can hold together.
var taxSets = [][]billing.Tax{
	nil,
	{{Category: "standard", Percent: dec("10")}},
	{{Category: "standard", Percent: dec("5"), Label: "GST"}, {Category: "standard", Percent: dec("9.975"), Label: "QST"}},
	{{Category: "standard", Percent: dec("10")}, {Category: "reduced", Percent: dec("8")}, {Category: "exempt", Reason: "law"}},
	{{Category: "standard", Percent: dec("19")}, {Category: "out-of-scope", Reason: "abroad"}, {Category: "exempt", Reason: "law"}},
	{{Category: "reverse-charge", Reason: "VATEX-EU-AE"}},
}

func (d drawing) support() billing.Support {
	percent := d.percent("support")
	s := billing.Support{
		Kind: "percent", Percent: &percent, Scope: drawn(d, "scope of support", "", "group", "account"),
		Base: drawn(d, "base of support", "", "before-discount", "after-discount"), Provider: drawn(d, "provider of support", "", "aws", "gcp"),
	}
	if !d.linear {
		switch s.Kind = drawn(d, "kind of support", "none", "percent", "fixed", "bands", "plan"); s.Kind {
		case "fixed":
			s.Amount = d.amount("support amount")
		case "bands":
			s.Bands = []billing.SupportBand{{UpTo: num("1000"), Percent: dec("10")}, {UpTo: num("50000.5"), Percent: dec("7.5")}, {Percent: dec("3")}}
		case "plan":
			s.Plan = drawn(d, "plan", "aws-business", "gcp-premium", "aws-developer", "azure-standard")
		}
		if d.maybe("minimum of support") && (s.Kind == "bands" || s.Kind == "plan") {
			s.Minimum = d.amount("support minimum")
		}
	}
	if s.Kind != "percent" {
		s.Percent = nil
	}
	if s.Kind == "plan" && s.Scope == "account" {
		s.Accounts = map[string]string{"1": drawn(d, "plan of 1", "none", "aws-developer", "aws-enterprise"), "2": drawn(d, "plan of 2", "aws-business", "aws-developer")}
	}
	if d.maybe("support is adjusted") {
		adjust := d.number(`-?[0-9]{1,2}`, "adjust")
		s.Adjust = &adjust
	}
	if d.maybe("support ends") {
		s.To = day(drawn(d, "support to", "2026-10", "2026-11"))
	}
	return s
}

func (d drawing) tiers() []billing.ChargeTier {
	return []billing.ChargeTier{{Min: dec("0"), Max: num("500"), Value: d.percent("first tier")}, {Min: dec("500"), Value: d.percent("second tier")}}
}

func (d drawing) agency() billing.AgencyFee {
	percent := d.percent("agency fee")
	a := billing.AgencyFee{
		Kind: "percent", Percent: &percent, Scope: drawn(d, "scope of agency fee", "", "account"), Base: drawn(d, "base of agency fee", "", "usage", "usage+support"),
		BaseDiscount: drawn(d, "discount of agency fee", "", "before", "after"), Provider: drawn(d, "provider of agency fee", "", "aws"),
	}
	if a.Scope == "account" || a.Provider != "" {
		a.Base = drawn(d, "base of such a fee", "", "usage")
	}
	if !d.linear {
		a.Kind = drawn(d, "kind of agency fee", "percent", "fixed", "greater", "tiered-price", "tiered-percent")
		a.Fixed, a.Tiers = d.amount("fixed agency fee"), d.tiers()
	}
	return a
}

func (d drawing) service(currency string) billing.BillingService {
	percent := d.percent("billing service")
	s := billing.BillingService{
		Name: "service", Currency: money.Currency(currency), Kind: "percent", Percent: &percent,
		Base: drawn(d, "base of service", "", "after-discount", "before-discount"),
	}
	if !d.linear {
		s.Kind = drawn(d, "kind of service", "percent", "fixed", "greater", "tiered-price", "tiered-percent")
		s.Fixed, s.Tiers = d.amount("fixed service"), d.tiers()
		if d.maybe("limited") {
			s.UpperLimit = d.amount("limit")
		}
	}
	return s
}

// numbers calls visit with every number of the document but those of the frozen
// settings, and with where it is: "Accounts.0.Lines.1.Cost".
func numbers(inv *invoice.Invoice, visit func(path, field string, number *money.Decimal)) {
	var walk func(path, field string, v reflect.Value)
	walk = func(path, field string, v reflect.Value) {
		switch {
		case field == "Frozen":
		case v.Type() == reflect.TypeFor[money.Decimal]():
			visit(path, field, v.Addr().Interface().(*money.Decimal))
		case v.Kind() == reflect.Pointer && !v.IsNil():
			walk(path, field, v.Elem())
		case v.Kind() == reflect.Slice:
			for i := range v.Len() {
				walk(fmt.Sprint(path, ".", i), field, v.Index(i))
			}
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() {
					walk(path+"."+f.Name, f.Name, v.Field(i))
				}
			}
		}
	}
	walk("", "", reflect.ValueOf(inv).Elem())
}

func rational(d money.Decimal) *big.Rat {
	r, ok := new(big.Rat).SetString(d.String())
	if !ok {
		panic(d.String())
	}
	return r
}
