package abiquo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/bookfile"
	"github.com/sluice-billing/sluice/internal/money"
)

const managed = "Managed"

// scope is what a factor is for, by names without their spelling.
func (f factor) scope() [3]string {
	provider := plainKey(f.provider)
	if known := providers[provider]; known != "" {
		provider = known
	}
	return [3]string{provider, plainKey(f.billType), f.product}
}

// covers tells whether a factor of somebody nearer takes the place of another one: it
// is for the same, or for all of that product, bill type or provider. A factor on
// managed services is no price, and only another one covers it.
func (f factor) covers(other factor) bool {
	a, b := f.scope(), other.scope()
	if a[0] != b[0] || a[2] != "" && a[2] != b[2] {
		return false
	}
	return a[1] == b[1] || a[1] == "" && b[1] != plainKey(managed)
}

// effective are the factors that hold at an enterprise: its own, and of those above it
// what nobody nearer says (R13: the nearest one counts, and factors do not add up).
func (e *enterprise) effective() (all []factor) {
	for at := e; at != nil; at = at.parent {
		nearer := slices.Clone(all)
		for _, f := range at.factors {
			if !slices.ContainsFunc(nearer, func(n factor) bool { return n.covers(f) }) {
				all = append(all, f)
			}
		}
	}
	return all
}

// books makes the price book of each enterprise with factors or a discount of its own,
// and attaches it: what the reseller sells, what a reseller below it sells, what a
// customer pays, what a billing group pays.
func (b *builder) books() error {
	for _, e := range b.enterprises {
		own := len(e.factors) > 0
		for _, key := range []string{"amazon_discount", "azurecompute-arm_discount"} {
			p, ok := e.property(key)
			own = own || ok && p.value != "0" && (key != "amazon_discount" || e == b.root && b.options.NetPrices)
		}
		book := billing.PriceBook{ID: e.groupID() + "-prices", Rules: []billing.PriceRule{}}
		if own {
			if err := b.factorRules(e, &book); err != nil {
				return err
			}
		}
		if err := b.discounts(e, &book, own); err != nil {
			return err
		}
		if len(book.Rules) == 0 {
			continue
		}
		b.config.PriceBooks = append(b.config.PriceBooks, book)
		b.attach(e, book.ID)
	}
	return nil
}

// attach puts a book in force for whom it is.
func (b *builder) attach(e *enterprise, id string) {
	n := Note{Where: e.where, Enterprise: e.name, Property: "price factors", Became: Taken, As: id}
	at := slices.IndexFunc(b.config.Customers, func(c billing.Customer) bool { return c.ID == e.slug })
	group := slices.IndexFunc(b.config.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == e.groupID() })
	switch {
	case e == b.root:
		b.config.Reseller.SellingBook, n.Setting = billing.Attach(id), "reseller.selling_book"
	case e.reseller:
		b.config.Customers[at].SellingBook, n.Setting = billing.Attach(id), "customers["+e.slug+"].selling_book"
	case e.customer() == e:
		b.config.Customers[at].PriceBook, n.Setting = billing.Attach(id), "customers["+e.slug+"].price_book"
	case group >= 0:
		b.config.BillingGroups[group].PriceBook, n.Setting = billing.Attach(id), "billing_groups["+e.groupID()+"].price_book"
	default:
		n.Became, n.Why = ByHand, "the enterprise has no billing group yet; attach the book when it has"
	}
	b.note(n)
}

// factorRules are the rules of the factors that hold at an enterprise. What a factor
// means is for package bookfile.
func (b *builder) factorRules(e *enterprise, book *billing.PriceBook) error {
	factors := e.effective()
	if len(factors) == 0 {
		return nil
	}
	var table bytes.Buffer
	w := csv.NewWriter(&table)
	rows := [][]string{{"provider", "bill_type", "product", "association", "factor"}}
	for _, f := range factors {
		provider := f.provider
		if known := providers[plainKey(provider)]; known != "" {
			provider = known
		}
		rows = append(rows, []string{provider, f.billType, f.product, "All", f.value})
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	where := func(text string) string {
		for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r < '0' || r > '9' }) {
			if n, err := strconv.Atoi(line); err == nil && n >= 2 && n-2 < len(factors) {
				return factors[n-2].where
			}
			break
		}
		return e.where
	}
	read, err := bookfile.Read(bookfile.Abiquo, b.file, table.Bytes())
	if err != nil {
		place, why, _ := strings.Cut(strings.TrimPrefix(err.Error(), b.file+": "), ": ")
		return b.fail(where(place), "price factors of %s: %s", e.name, why)
	}
	for _, made := range read.Books {
		book.Rules = append(book.Rules, made.Rules...)
	}
	for _, f := range e.factors {
		b.note(Note{Where: f.where, Enterprise: e.name, Property: "price factor of " + strings.Join(strings.Fields(f.provider+" "+f.billType+" "+f.product), " "), Value: f.value, Became: Taken, Setting: "price_books[" + book.ID + "]",
			As: asRule(f)})
	}
	for _, lost := range read.Lost {
		b.note(Note{Where: where(lost.Where), Enterprise: e.name, Property: "price factors", Value: lost.What, Became: ByHand, Why: lost.Why})
	}
	return nil
}

// asRule says a factor in the words of rules.
func asRule(f factor) string {
	d, err := money.Parse(f.value)
	switch {
	case err != nil:
		return ""
	case plainKey(f.billType) == plainKey(managed):
		return "managed: " + d.String()
	case d.IsZero():
		return "exclude: true"
	}
	return fmt.Sprintf("percent: %s", d.Sub(one).Mul(money.FromInt(100)))
}
