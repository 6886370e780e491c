package bookfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

var abiquoReader = reader{Abiquo, looksLikeAbiquo, readAbiquo}

const abiquoProperty = "_price_factor"

func looksLikeAbiquo(data []byte) bool {
	if len(data) > 0 && strings.ContainsRune("{[<", rune(data[0])) {
		return false
	}
	headings := headingsOf(data)
	return headings["provider"] && headings["factor"] || bytes.Contains(bytes.ToLower(data), []byte(abiquoProperty))
}

// abiquoScope is what a factor is for; empty texts are any.
type abiquoScope struct{ provider, billType, product string }

// coverers are all scopes that s is in, itself too. A managed factor is not a
// price, so only managed ones cover it.
func (s abiquoScope) coverers() []abiquoScope {
	all := []abiquoScope{s, {s.provider, s.billType, ""}}
	if s.billType != abiquoManaged {
		all = append(all, abiquoScope{s.provider, "", s.product}, abiquoScope{s.provider, "", ""})
	}
	return all
}

// narrowness is how much a scope asks for: the narrowest factor counts.
func (s abiquoScope) narrowness() int {
	n := 0
	for _, text := range []string{s.provider, s.billType, s.product} {
		if text != "" {
			n++
		}
	}
	return n
}

// abiquoFactor is what a price is multiplied by, or what managed services cost
// as a part of it, by its bill type.
type abiquoFactor struct {
	abiquoScope
	where     string
	factor    money.Decimal
	inherited bool // of the factors for all
}

const abiquoManaged = "Managed"

// abiquoOwner is who a factor is for: everybody, or an enterprise.
type abiquoOwner struct {
	level Level // empty where the file does not say it
	name  string
}

// abiquoFile is the factors of a file, by who they are for.
type abiquoFile struct {
	in      *input
	owners  []abiquoOwner
	factors map[abiquoOwner]map[abiquoScope]abiquoFactor
	order   map[abiquoOwner][]abiquoScope
}

func readAbiquo(in *input) {
	f := &abiquoFile{in: in, factors: map[abiquoOwner]map[abiquoScope]abiquoFactor{}, order: map[abiquoOwner][]abiquoScope{}}
	if headings := headingsOf(in.data); headings["provider"] && headings["factor"] {
		f.readTable(in.table())
	} else {
		f.readProperties()
	}
	if in.err != nil {
		return
	}
	if len(f.owners) == 0 {
		in.fail("", "has no price factors; expected properties such as amazon_price_factor.Anniversary=1.2, or a table with the columns provider, bill_type, product, association and factor")
		return
	}
	for _, owner := range f.owners {
		if in.err != nil {
			return
		}
		f.book(owner)
	}
	in.lose("the whole file", "factors on entries such as upfront fees, refunds and credits", "only factors of the bill types Purchase and Refund are on them here; other entries are put on an invoice by hand")
	resellers := slices.ContainsFunc(f.owners, func(o abiquoOwner) bool { return o.level == OnSeller })
	if resellers && slices.ContainsFunc(f.owners, func(o abiquoOwner) bool { return o.level == OnCustomer }) {
		in.lose("the whole file", "which reseller a key node is under", "the file does not say it; books of key nodes go on with the factors for all, not with those of a reseller")
	}
}

// add keeps a factor.
func (f *abiquoFile) add(owner abiquoOwner, x abiquoFactor) {
	switch {
	case x.factor.Sign() < 0:
		f.in.fail(x.where, "the factor is %s; expected 0 or more", x.factor)
		return
	case f.factors[owner] == nil:
		f.factors[owner] = map[abiquoScope]abiquoFactor{}
		f.owners = append(f.owners, owner)
	}
	before, twice := f.factors[owner][x.abiquoScope]
	switch {
	case !twice:
		f.factors[owner][x.abiquoScope] = x
		f.order[owner] = append(f.order[owner], x.abiquoScope)
	case !before.factor.Equal(x.factor):
		f.in.fail(x.where, "the factor of %s is at %s too, and another; keep one", x.abiquoScope, before.where)
	}
}

// String names the scope for a person.
func (s abiquoScope) String() string {
	return strings.Join(slices.DeleteFunc([]string{s.provider, s.billType, s.product}, func(text string) bool { return text == "" }), " ")
}

// book makes the book of an owner. The nearest factor counts: what an
// enterprise has none for goes on with the factors for all.
func (f *abiquoFile) book(owner abiquoOwner) {
	own := f.sorted(owner)
	where := own[0].where
	name := owner.name
	if owner.level == OnReseller {
		name = "price-factors"
	}
	b := f.in.newBook(where, name)
	if all := (abiquoOwner{level: OnReseller}); owner != all && owner.level != "" {
		for _, x := range f.sorted(all) {
			nearer := slices.ContainsFunc(x.coverers(), func(s abiquoScope) bool { _, ok := f.factors[owner][s]; return ok })
			if !nearer {
				x.inherited = true
				own = append(own, x)
			}
		}
	}
	f.rules(b, own)
	id := b.done()
	if owner.level == "" || owner.level != OnReseller && owner.name == "" {
		f.in.lose(where, "whose factors these are", "the file does not say it; attach the book "+id+" to its customer")
		return
	}
	f.in.attach(Attachment{Book: id, Level: owner.level, Name: owner.name})
}

// sorted are the factors of an owner, the narrowest first.
func (f *abiquoFile) sorted(owner abiquoOwner) []abiquoFactor {
	var all []abiquoFactor
	for _, scope := range f.order[owner] {
		all = append(all, f.factors[owner][scope])
	}
	slices.SortStableFunc(all, func(x, y abiquoFactor) int { return y.narrowness() - x.narrowness() })
	return all
}

// rules adds the rules of factors, narrowest first, with the factors on managed
// services: price × factor × managed factor (R13).
func (f *abiquoFile) rules(b *book, factors []abiquoFactor) {
	var prices []abiquoFactor
	managed := map[abiquoScope]abiquoFactor{} // by provider and product
	var products []abiquoFactor
	for _, x := range factors {
		key := abiquoScope{provider: x.provider, product: x.product}
		if _, twice := managed[key]; x.billType == abiquoManaged && !twice {
			managed[key] = x
			products = append(products, x)
		} else if x.billType != abiquoManaged {
			prices = append(prices, x)
		}
	}
	if len(prices)*len(products) > maxAllRules {
		f.in.fail(factors[0].where, "begins a set of %d factors and %d managed factors; at most %d combinations are read", len(prices), len(products), maxAllRules)
		return
	}
	prices = withManagedScopes(prices, products)
	wide := wideFactors(prices)
	for _, x := range prices {
		r := billing.PriceRule{Name: x.String()}
		if x.inherited {
			r.Name += ", of all"
		}
		ok := false
		if r.Match, ok = x.match(); !ok {
			f.in.lose(x.where, fmt.Sprintf("factor %s of %s", x.factor, x.abiquoScope), fmt.Sprintf("no line says that its bill type is %s; its lines go to the factors behind it", clip(x.billType)))
			continue
		}
		if x.factor.IsZero() {
			r.Exclude = true
			b.add(x.where, r)
			continue
		}
		f.in.change(x.where, &r, x.factor.Sub(one).Mul(money.FromInt(100)))
		m, has := managed[abiquoScope{provider: x.provider, product: x.product}]
		if !has {
			m, has = managed[abiquoScope{provider: x.provider}]
		}
		if of := managedBillType(x.provider); has && !m.factor.IsZero() && (of == "" || of == x.billType) {
			r.Managed = f.in.rounded(m.where, "managed factor", m.factor, managedDigits)
			if own, ok := wide[x.provider]; ok && !own.Equal(x.factor) || !ok && !x.factor.Equal(one) {
				f.in.lose(m.where, fmt.Sprintf("managed factor %s for %s", m.factor, x.abiquoScope), fmt.Sprintf("it is taken of the price at factor %s, not at the provider's own factor", x.factor))
			}
		}
		b.add(x.where, r)
	}
}

var one = money.FromInt(1)

// wideFactors are the factors on all of a provider.
func wideFactors(prices []abiquoFactor) map[string]money.Decimal {
	wide := map[string]money.Decimal{}
	for _, x := range prices {
		if x.narrowness() == 1 {
			wide[x.provider] = x.factor
		}
	}
	return wide
}

// withManagedScopes puts in the scopes that only a managed factor has, at the
// factor that holds for them anyway, which is 1 where there is none.
func withManagedScopes(prices, managed []abiquoFactor) []abiquoFactor {
	given, factors := slices.Clone(prices), wideFactors(prices)
	known := map[abiquoScope]bool{}
	for _, x := range prices {
		known[x.abiquoScope] = true
	}
	add := func(x abiquoFactor) {
		if !known[x.abiquoScope] {
			known[x.abiquoScope] = true
			prices = append(prices, x)
		}
	}
	for _, m := range managed {
		of := managedBillType(m.provider)
		factor, ok := factors[m.provider]
		if !ok {
			factor = one
		}
		for _, x := range given { // a bill type's own factor goes on for the product
			if x.provider == m.provider && x.product == "" && x.billType != "" && m.product != "" && (of == "" || of == x.billType) {
				x.product = m.product
				add(x)
			}
		}
		add(abiquoFactor{abiquoScope{m.provider, of, m.product}, m.where, factor, m.inherited})
	}
	slices.SortStableFunc(prices, func(x, y abiquoFactor) int { return y.narrowness() - x.narrowness() })
	return prices
}

// managedBillType is what Abiquo takes managed services of: Azure's is the usage
// of the plan only.
func managedBillType(provider string) string {
	if provider == "azure" {
		return azurePlan
	}
	return ""
}

const azurePlan = "Azure plan"

// match is the scope as a rule of a book says it. Bill types other than AWS's
// are classes of lines. Not ok, no line tells that it is of the bill type.
func (s abiquoScope) match() (m billing.Match, ok bool) {
	m.Provider = equal(s.provider)
	if s.product != "" {
		m.Service = equal(s.product)
	}
	switch [2]string{s.provider, s.billType} {
	case [2]string{s.provider, ""}: // all that the provider bills, entries left aside
		m.Class = equal("usage", "commitment-fee", "marketplace")
	case [2]string{"aws", "Anniversary"}:
		m.BillType, m.Class = equal(s.billType), equal("usage", "commitment-fee", "marketplace")
	case [2]string{"aws", "Purchase"}, [2]string{"aws", "Refund"}:
		m.BillType, m.Class = equal(s.billType), equal("usage", "commitment-fee", "marketplace", "entry")
	case [2]string{"azure", azurePlan}: // usage, as by default
	case [2]string{"azure", "Marketplace"}:
		m.Class = equal("marketplace")
	case [2]string{"azure", "Reserved instances"}:
		m.Class = equal("commitment-fee")
	default:
		return m, false
	}
	return m, true
}
