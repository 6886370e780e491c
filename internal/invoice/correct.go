package invoice

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/money"
)

// Correct returns the draft of the credit or debit note that makes of a chain what
// anew says (R18, R28, R30): the amounts of anew less the sum of those in force,
// line by line. It names the first of these, which is the invoice; the others are
// the notes issued since. Both sides may have been made with other settings, rates
// and roundings; the documents together come to anew exactly. needed is false
// where no amount of money differs. Something of the chain is in force.
func Correct(chain []Invoice, anew Invoice, reason string) (note Invoice, needed bool) {
	inForce := InForce(chain)
	original := inForce[0]
	note = anew
	note.ID, note.Notes = NextID(chain), nil
	note.Corrects = &Reference{ID: original.ID, Number: original.Number, Reason: reason}
	if original.IssueDate != nil {
		note.Corrects.IssueDate = *original.IssueDate
	}
	for _, issued := range inForce {
		note.less(issued)
		note.Digits = max(note.Digits, issued.Digits) // it shows what is left of theirs, too
	}
	note.settle(anew)
	differs := !note.Total.IsZero() || !note.BeforeTax.IsZero() || slices.ContainsFunc(note.Taxes, func(t Tax) bool { return !t.Amount.IsZero() })
	return note, differs
}

// settle says what becomes of a note's total: as that of an invoice, with what
// the balance is now.
func (inv *Invoice) settle(anew Invoice) {
	inv.Document = DocumentDebitNote
	if inv.Total.Sign() < 0 {
		inv.Document = DocumentCreditNote
	}
	inv.PrepaidBalance, inv.PrepaidUsed, inv.Carried = anew.PrepaidBalance, money.Zero, money.Zero
	if inv.PrepaidBalance != nil && inv.Total.Sign() > 0 && inv.PrepaidBalance.Sign() > 0 {
		inv.PrepaidUsed = smaller(inv.PrepaidBalance.Round(inv.Digits, money.Down), inv.Total)
	}
	if anew.Frozen.Invoice.CarryCredit && inv.Total.Sign() < 0 {
		inv.Carried = inv.Total.Neg()
	}
	inv.Payable = inv.Total.Sub(inv.PrepaidUsed).Add(inv.Carried)
}

// less takes the amounts of another document off, and leaves the parts that
// differ.
func (inv *Invoice) less(other Invoice) {
	inv.callProviders(other.ProviderNames)
	inv.Accounts = lessAccounts(inv.Accounts, other.Accounts)
	inv.Support = differing(inv.Support, other.Support, feeKey, Fee.less)
	inv.Agency = differing(inv.Agency, other.Agency, feeKey, Fee.less)
	inv.Discounts = differing(inv.Discounts, other.Discounts,
		func(d Discount) string { return fmt.Sprint(d.Percent, d.Base, d.Services, d.Accounts) },
		func(d, o Discount) (Discount, bool) { d.Amount = d.Amount.Sub(o.Amount); return d, !d.Amount.IsZero() })
	inv.BillingServices = differing(inv.BillingServices, other.BillingServices,
		func(s Service) string { return fmt.Sprint(s.ID, "\x00", s.Account, "\x00", s.Tax) },
		func(s, o Service) (Service, bool) {
			s.Name, s.Base, s.Amount = cmp.Or(s.Name, o.Name), s.Base.Sub(o.Base), s.Amount.Sub(o.Amount)
			return s, !s.Amount.IsZero()
		})
	inv.Shortfalls = differing(inv.Shortfalls, other.Shortfalls,
		func(s Shortfall) string { return s.Kind },
		func(s, o Shortfall) (Shortfall, bool) {
			s.Label, s.Promised, s.Counted = cmp.Or(s.Label, o.Label), s.Promised.Sub(o.Promised), s.Counted.Sub(o.Counted)
			s.Amount = s.Amount.Sub(o.Amount)
			return s, !s.Amount.IsZero()
		})
	inv.AdditionalItems = differing(inv.AdditionalItems, other.AdditionalItems,
		func(i Item) string { return fmt.Sprint(i.Label, "\x00", i.Tax, i.TaxFree) },
		func(i, o Item) (Item, bool) {
			i.Amount = i.Amount.Sub(o.Amount)
			i.UnitPrice, i.Quantity = i.Amount, money.FromInt(1) // prices and quantities cannot be taken off each other
			return i, !i.Amount.IsZero()
		})
	inv.Coupons = differing(inv.Coupons, other.Coupons,
		func(c Coupon) string { return c.Code },
		func(c, o Coupon) (Coupon, bool) {
			c.Label, c.Amount = cmp.Or(c.Label, o.Label), c.Amount.Sub(o.Amount)
			return c, !c.Amount.IsZero()
		})
	inv.Further = differing(inv.Further, other.Further,
		func(c Charge) string {
			return fmt.Sprint(c.Part, "\x00", c.Kind, "\x00", c.Label, "\x00", c.Account, "\x00", c.Provider, "\x00", c.Tax, c.TaxFree, monthsOf(c))
		},
		func(c, o Charge) (Charge, bool) { c.Amount = c.Amount.Sub(o.Amount); return c, !c.Amount.IsZero() })
	inv.Taxes = differing(inv.Taxes, other.Taxes,
		func(t Tax) string { return fmt.Sprint(t.Category, "\x00", t.Label, "\x00", t.Percent, t.Reason) },
		func(t, o Tax) (Tax, bool) {
			t.Base, t.Amount = t.Base.Sub(o.Base), t.Amount.Sub(o.Amount)
			return t, !t.Base.IsZero() || !t.Amount.IsZero()
		})
	for _, sum := range []struct{ of, less *money.Decimal }{
		{&inv.UsageTotal, &other.UsageTotal}, {&inv.UsageResidue, &other.UsageResidue},
		{&inv.SupportTotal, &other.SupportTotal}, {&inv.AgencyTotal, &other.AgencyTotal}, {&inv.Subtotal, &other.Subtotal},
		{&inv.DiscountTotal, &other.DiscountTotal}, {&inv.AfterDiscount, &other.AfterDiscount},
		{&inv.BeforeTax, &other.BeforeTax}, {&inv.TaxFree, &other.TaxFree}, {&inv.TaxTotal, &other.TaxTotal}, {&inv.Total, &other.Total},
	} {
		*sum.of = sum.of.Sub(*sum.less)
	}
}

// monthsOf are the months that a line is for, as a text.
func monthsOf(c Charge) string {
	if c.First == nil || c.Last == nil {
		return ""
	}
	return c.First.String() + " to " + c.Last.String()
}

// lessAccounts takes the lines of accounts off each other, and sorts both by
// account and payer.
func lessAccounts(of, less []Account) []Account {
	accounts := differing(of, less,
		func(a Account) string { return a.Account + "\x00" + a.Payer },
		func(a, o Account) (Account, bool) {
			a.Name, a.Provider = cmp.Or(a.Name, o.Name), cmp.Or(a.Provider, o.Provider)
			a.Lines = differing(a.Lines, o.Lines,
				func(l Line) string {
					return fmt.Sprint(l.Kind, "\x00", l.Service, "\x00", l.Entry, l.CostCurrency, l.TaxFree)
				},
				func(l, o Line) (Line, bool) {
					if l.Rate.IsZero() {
						l.Rate = o.Rate
					}
					l.Cost, l.Exact, l.Amount = l.Cost.Sub(o.Cost), l.Exact.Sub(o.Exact), l.Amount.Sub(o.Amount)
					return l, !l.Cost.IsZero() || !l.Exact.IsZero() || !l.Amount.IsZero()
				})
			slices.SortStableFunc(a.Lines, func(x, y Line) int {
				return cmp.Or(cmp.Compare(placeOf(x.Kind), placeOf(y.Kind)), cmp.Compare(x.Service, y.Service), cmp.Compare(x.Entry, y.Entry))
			})
			a.Total = a.Total.Sub(o.Total)
			return a, len(a.Lines) > 0 || !a.Total.IsZero()
		})
	slices.SortStableFunc(accounts, func(x, y Account) int {
		return cmp.Or(cmp.Compare(x.Account, y.Account), cmp.Compare(x.Payer, y.Payer))
	})
	return accounts
}

func feeKey(f Fee) string {
	return fmt.Sprint(f.Kind, "\x00", f.Plan, "\x00", f.Provider, "\x00", f.Account)
}

func (f Fee) less(o Fee) (Fee, bool) {
	f.Bands, f.Minimum = nil, nil // of a difference there are none
	if f.Rate.IsZero() {
		f.Rate = o.Rate
	}
	f.BaseCurrency = cmp.Or(f.BaseCurrency, o.BaseCurrency)
	f.Base, f.Exact, f.Amount = f.Base.Sub(o.Base), f.Exact.Sub(o.Exact), f.Amount.Sub(o.Amount)
	if f.Percent != nil && !adjusted(f.Base.Percent(*f.Percent), f.Adjust).Mul(f.Rate).Equal(f.Exact) {
		f.Percent, f.Adjust = nil, nil // they do not make of the base what is charged: the agreement changed, too
	}
	return f, !f.Amount.IsZero()
}

// differing takes parts off those of the same key, and leaves what differs: what
// only the other side has is taken off nothing. Parts of one key and side are
// taken one by one, in their order.
func differing[T any](of, less []T, key func(T) string, take func(of, less T) (T, bool)) (left []T) {
	others := map[string][]T{}
	for _, o := range less {
		others[key(o)] = append(others[key(o)], o)
	}
	for _, part := range of {
		var none T
		if same := others[key(part)]; len(same) > 0 {
			none, others[key(part)] = same[0], same[1:]
		}
		if part, differs := take(part, none); differs {
			left = append(left, part)
		}
	}
	for _, o := range less {
		if same := others[key(o)]; len(same) > 0 {
			others[key(o)] = same[1:]
			nothing, _ := take(o, o) // the same part, with no amounts
			if part, differs := take(nothing, same[0]); differs {
				left = append(left, part)
			}
		}
	}
	return left
}
