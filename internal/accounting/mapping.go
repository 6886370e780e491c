package accounting

import (
	"github.com/sluice-billing/sluice/internal/money"
)

// Mapping says in which accounts, codes and names of an accounting system what is
// on a document is booked. It is data: a YAML file that ParseMapping reads.
//
// It has three lists of rules: for customers, for what is billed, and for taxes.
// Each thing that an export has to know, such as the account of a line, is looked
// up by itself: the first rule that fits and says it counts. A rule of a mapping
// comes before those that the system comes with, which are left out where Defaults
// is false. What a rule says may name fields of the document: "{buyer}".
type Mapping struct {
	System      string         `yaml:"system"`       // name of a System
	Defaults    *bool          `yaml:"defaults"`     // false: none of the rules that come with the system
	Currency    money.Currency `yaml:"currency"`     // that the books are kept in, for systems that take no other
	Memo        string         `yaml:"memo"`         // text of a booking or document
	Dates       string         `yaml:"dates"`        // how days are written, such as DD/MM/YYYY
	Tax         string         `yaml:"tax"`          // included: amounts are tax in, with a code; separate: tax has its own lines
	CreditNotes string         `yaml:"credit_notes"` // negative: in the file of the invoices; separate: in their own, as positive amounts
	Customers   []CustomerRule `yaml:"customers"`
	Lines       []LineRule     `yaml:"lines"`
	Taxes       []TaxRule      `yaml:"taxes"`
	DATEV       DATEV          `yaml:"datev"`
	File        Layout         `yaml:"file"` // of the system generic
}

// Match is what a rule is for; what is left out fits everything. A name may have
// stars: "Amazon *". Several names are a list.
type Match struct {
	Group    names  `yaml:"group"`    // billing groups, by id
	Customer names  `yaml:"customer"` // by id
	Country  names  `yaml:"country"`  // of the buyer, ISO 3166
	Seller   names  `yaml:"seller"`   // country of the seller, ISO 3166
	Currency names  `yaml:"currency"` // of the document
	Category names  `yaml:"category"` // of tax: standard, reduced, zero, exempt, reverse-charge, out-of-scope; none where no tax is stated
	Percent  string `yaml:"percent"`  // of tax; the sum where several taxes are on one amount

	percent *money.Decimal // Percent, read
}

// CustomerRule says how a customer is named in the system.
type CustomerRule struct {
	Match      `yaml:",inline"`
	Code       string `yaml:"code"`        // its number or short name there
	Name       string `yaml:"name"`        // its name there
	Receivable string `yaml:"receivable"`  // account of what it owes; its own or one for all
	SubAccount string `yaml:"sub_account"` // of the receivable
	Department string `yaml:"department"`  // of all its lines, where a line says none
	Email      string `yaml:"email"`
	Agreement  string `yaml:"agreement"` // of ConnectWise
}

// LineRule says where something that is billed is booked.
type LineRule struct {
	Match      `yaml:",inline"`
	Kind       names  `yaml:"kind"`    // what it is: see Kinds
	Service    names  `yaml:"service"` // or the label of what is no service
	Provider   names  `yaml:"provider"`
	Cloud      names  `yaml:"cloud_account"`
	Account    string `yaml:"account"`
	SubAccount string `yaml:"sub_account"`
	Department string `yaml:"department"`
	Item       string `yaml:"item"` // product or service of QuickBooks and ConnectWise
}

// TaxRule says how a tax is named in the system. Code is empty, and said, where the
// account itself tells the tax.
type TaxRule struct {
	Match   `yaml:",inline"`
	Label   names   `yaml:"label"`   // of one tax among several on the same amount, for Account
	Code    *string `yaml:"code"`    // of a line that is taxed so
	Account string  `yaml:"account"` // where the tax is booked
}

// DATEV is what the header of a booking batch needs.
type DATEV struct {
	Consultant   string `yaml:"consultant"`     // Beraternummer
	Client       string `yaml:"client"`         // Mandantennummer
	YearBegins   string `yaml:"year_begins"`    // month in which the fiscal year begins, 01 to 12
	AccountDigit string `yaml:"account_length"` // digits of an account of the ledger, 4 to 8
	Chart        string `yaml:"chart"`          // Sachkontenrahmen: 03, 04 …
	Label        string `yaml:"label"`          // of the batch
	Initials     string `yaml:"initials"`
	Final        string `yaml:"final"`        // yes: the bookings cannot be changed once they are imported
	ServiceDate  string `yaml:"service_date"` // yes: the last day of the month that is billed is the date of the supply, which decides on the month of the tax
}

// Layout is the table of the system generic.
type Layout struct {
	Name      string   `yaml:"name"`      // of the file
	Rows      string   `yaml:"rows"`      // document, line (default) or entry of the journal
	Separator string   `yaml:"separator"` // comma (default), semicolon or tab
	Decimal   string   `yaml:"decimal"`   // point (default) or comma
	Encoding  string   `yaml:"encoding"`  // utf-8 (default), utf-8-bom, windows-1252 or shift-jis
	Header    string   `yaml:"header"`    // no: without a line of titles
	Columns   []Column `yaml:"columns"`
}

// Column is one of them.
type Column struct {
	Header string `yaml:"header"`
	Value  string `yaml:"value"` // text with fields: "{issue_date}"
}

// names are one name or several; a star stands for any text.
type names []string

// UnmarshalYAML reads a name or a list of names.
func (n *names) UnmarshalYAML(unmarshal func(any) error) error {
	var list []string
	if unmarshal(&list) == nil {
		*n = list
		return nil
	}
	var one string
	if err := unmarshal(&one); err != nil {
		return err
	}
	*n = names{one}
	return nil
}

// fit tells whether one of the names is that of something; all are where there is
// none.
func (n names) fit(name string) bool {
	for _, pattern := range n {
		if like(pattern, name) {
			return true
		}
	}
	return len(n) == 0
}

// like tells whether a name is of a pattern in which * stands for any text.
func like(pattern, name string) bool {
	// at most one star is taken back to, so that the time is the product of the lengths
	star, from, p, n := -1, 0, 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, n
			p++
		case p < len(pattern) && pattern[p] == name[n]:
			p, n = p+1, n+1
		case star >= 0:
			from++
			p, n = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// over are the settings with those of a system where they say nothing; the rules of
// the system come after them.
func (m Mapping) over(d Mapping) Mapping {
	for _, s := range []struct{ own, other *string }{
		{(*string)(&m.Currency), (*string)(&d.Currency)}, {&m.Memo, &d.Memo}, {&m.Dates, &d.Dates}, {&m.Tax, &d.Tax}, {&m.CreditNotes, &d.CreditNotes},
		{&m.DATEV.Consultant, &d.DATEV.Consultant}, {&m.DATEV.Client, &d.DATEV.Client}, {&m.DATEV.YearBegins, &d.DATEV.YearBegins},
		{&m.DATEV.AccountDigit, &d.DATEV.AccountDigit}, {&m.DATEV.Chart, &d.DATEV.Chart}, {&m.DATEV.Label, &d.DATEV.Label},
		{&m.DATEV.Initials, &d.DATEV.Initials}, {&m.DATEV.Final, &d.DATEV.Final}, {&m.DATEV.ServiceDate, &d.DATEV.ServiceDate},
		{&m.File.Name, &d.File.Name}, {&m.File.Separator, &d.File.Separator}, {&m.File.Decimal, &d.File.Decimal},
		{&m.File.Encoding, &d.File.Encoding}, {&m.File.Header, &d.File.Header},
	} {
		if *s.own == "" {
			*s.own = *s.other
		}
	}
	if len(m.File.Columns) == 0 {
		m.File.Columns = d.File.Columns
		if m.File.Rows == "" {
			m.File.Rows = d.File.Rows
		}
	}
	m.Customers = append(m.Customers[:len(m.Customers):len(m.Customers)], d.Customers...)
	m.Lines = append(m.Lines[:len(m.Lines):len(m.Lines)], d.Lines...)
	m.Taxes = append(m.Taxes[:len(m.Taxes):len(m.Taxes)], d.Taxes...)
	return m
}
