package accounting

import (
	"fmt"
	"slices"
	"strings"
)

// fit tells whether a rule is for a document, and for a tax where there is one.
func (m Match) fit(b *book, t *treatment) bool {
	return m.Group.fit(b.inv.Group) && m.Customer.fit(b.inv.Customer) && m.Country.fit(countryOf(b.inv.Buyer)) &&
		m.Seller.fit(countryOf(b.inv.Seller)) && m.Currency.fit(string(b.inv.Currency)) &&
		(t == nil || m.Category.fit(t.category) && (m.percent == nil || m.percent.Equal(t.percent)))
}

// customer looks something up that a rule says of the buyer of a document; empty
// where none does.
func (x *export) customer(b *book, what func(CustomerRule) string) string {
	for _, r := range x.m.Customers {
		if value := what(r); value != "" && len(r.Category) == 0 && r.percent == nil && r.fit(b, nil) {
			return x.fill(value, row{b: b})
		}
	}
	return ""
}

// line looks something up that a rule says of what is billed.
func (x *export) line(b *book, s *sale, what func(LineRule) string) string {
	for _, r := range x.m.Lines {
		if value := what(r); value != "" && r.Match.fit(b, s.tax) && r.Kind.fit(s.kind) && r.Service.fit(s.label) && r.Provider.fit(s.provider) && r.Cloud.fit(s.account) {
			return x.fill(value, row{b: b, s: s})
		}
	}
	return ""
}

// account is where something that is billed is booked. It is missing where nothing
// says it.
func (x *export) account(b *book, s *sale) string {
	account := x.line(b, s, func(r LineRule) string { return r.Account })
	if account == "" {
		x.lack(b, fmt.Sprintf("which account takes %s (%s, tax %s)", s.kind, s.label, s.tax), fmt.Sprintf("lines: {kind: %s, account: …}", s.kind))
	}
	return account
}

// item is the product or service that something billed is in QuickBooks and
// ConnectWise.
func (x *export) item(b *book, s *sale) string {
	item := x.line(b, s, func(r LineRule) string { return r.Item })
	if item == "" {
		x.lack(b, fmt.Sprintf("which product is %s (%s)", s.kind, s.label), fmt.Sprintf("lines: {kind: %s, item: …}", s.kind))
	}
	return item
}

func (x *export) subAccount(b *book, s *sale) string {
	return x.line(b, s, func(r LineRule) string { return r.SubAccount })
}

// department is that of a line, else that of the customer.
func (x *export) department(b *book, s *sale) string {
	if d := x.line(b, s, func(r LineRule) string { return r.Department }); d != "" {
		return d
	}
	return x.customer(b, func(r CustomerRule) string { return r.Department })
}

// receivable is the account of what a buyer owes.
func (x *export) receivable(b *book) string {
	account := x.customer(b, func(r CustomerRule) string { return r.Receivable })
	if account == "" {
		x.lack(b, "which account takes what the customer owes", fmt.Sprintf("customers: {group: %s, receivable: …}", b.inv.Group))
	}
	return account
}

// name is what the system knows the buyer as.
func (x *export) name(b *book) string {
	name := x.customer(b, func(r CustomerRule) string { return r.Name })
	if name == "" {
		x.lack(b, "what the customer is called there", fmt.Sprintf("customers: {group: %s, name: …}", b.inv.Group))
	}
	return name
}

// code is the tax code of what is taxed in a way.
func (x *export) code(b *book, t *treatment) string {
	for _, r := range x.m.Taxes {
		if r.Code != nil && r.Match.fit(b, t) {
			return *r.Code
		}
	}
	rule := "category: " + t.category
	if !t.percent.IsZero() {
		rule += fmt.Sprintf(", percent: %q", t.percent)
	}
	x.lack(b, "which tax code is "+t.String()+" for a customer in "+orNowhere(countryOf(b.inv.Buyer)), "taxes: {"+rule+", code: …}")
	return ""
}

// taxAccount is where one of the taxes of a document is booked, by its place.
func (x *export) taxAccount(b *book, at int) string {
	stated := b.inv.Taxes[at]
	own := &treatment{category: stated.Category, percent: stated.Percent}
	for _, r := range x.m.Taxes {
		if r.Account != "" && r.Match.fit(b, own) && r.Label.fit(stated.Label) {
			return r.Account
		}
	}
	x.lack(b, "which account takes the tax "+own.String(), fmt.Sprintf("taxes: {category: %s, percent: %q, account: …}", own.category, own.percent))
	return ""
}

func orNowhere(country string) string {
	if country == "" {
		return "no country that the document names"
	}
	return country
}

// lack notes that a mapping does not say something, once for each thing.
func (x *export) lack(b *book, what, add string) {
	if slices.ContainsFunc(x.lacks, func(l lack) bool { return l.what == what }) {
		return
	}
	x.lacks = append(x.lacks, lack{what: what, of: b.title(), add: add})
}

type lack struct{ what, of, add string }

// shownLacks is how many an error lists.
const shownLacks = 10

// lacking is the error of what the mapping does not say; nil where it says all.
func (x *export) lacking() error {
	if len(x.lacks) == 0 {
		return nil
	}
	var texts []string
	for _, l := range x.lacks[:min(len(x.lacks), shownLacks)] {
		texts = append(texts, fmt.Sprintf("nothing in the mapping says %s, for %s; add it under %s", l.what, l.of, l.add))
	}
	if more := len(x.lacks) - shownLacks; more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}
	return &MappingError{strings.Join(texts, "\n")}
}

// MappingError says what a mapping does not say, a line for each thing, and what to
// add.
type MappingError struct{ text string }

func (e *MappingError) Error() string { return e.text }
