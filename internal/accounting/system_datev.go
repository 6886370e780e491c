package accounting

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/money"
)

// datev is the Buchungsstapel of the DATEV-Format: header version 700, category 21,
// format version 13, as developer.datev.de describes them (DATEV-Format, Header and
// Buchungsstapel). A file is of one month, as the page asks for. Each booking is
// between the account of the customer and another one; its amount is positive, tax
// in, and S where the customer owes it. The tax follows from the account or the
// key; where DATEV computes other cents of it than the document states, a booking
// of its own takes the difference, so that both are what the document says.
var datev = System{
	Name: "datev", Title: "DATEV", Files: "a booking batch (Buchungsstapel) for each month, EXTF 700, Windows-1252",
	write: func(x *export) error {
		if err := x.m.DATEV.check(); err != nil {
			return err
		}
		batches, months := map[string][]string{}, []string{}
		references := map[string]string{}
		for _, b := range x.books {
			month := b.day().String()[:7]
			if !slices.Contains(months, month) {
				months = append(months, month)
			}
			bookings, err := x.datev(b, references)
			if err != nil {
				return err
			}
			batches[month] = append(batches[month], bookings...)
		}
		for _, month := range months {
			name := "EXTF_Buchungsstapel_" + month + ".csv"
			titles := make([]string, len(datevColumns))
			for i, c := range datevColumns {
				titles[i] = c.name
			}
			lines := append([]string{x.datevHeader(month), strings.Join(titles, ";")}, batches[month]...)
			c := charsetNamed("windows-1252")
			x.add(name, c.media, x.encode(c, name, strings.Join(lines, "\r\n")+"\r\n"))
		}
		return nil
	},
}

var datevNumber = regexp.MustCompile(`^[0-9]{1,9}$`)

// check refuses a header that DATEV would refuse.
func (d DATEV) check() error {
	within := func(field, value string, low, high int) error {
		if n, err := strconv.Atoi(value); err != nil || n < low || n > high {
			return &MappingError{fmt.Sprintf("the mapping, datev.%s: %q is not a number from %d to %d; ask the tax consultant for it", field, value, low, high)}
		}
		return nil
	}
	for _, err := range []error{
		within("consultant", d.Consultant, 1001, 9999999), within("client", d.Client, 1, 99999),
		within("year_begins", d.YearBegins, 1, 12), within("account_length", d.AccountDigit, 4, 8),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// datevHeader is the first line of a file. It has no clock: the batch was made on
// the last day of its month, as far as it says.
func (x *export) datevHeader(month string) string {
	d := x.m.DATEV
	first, _ := time.Parse("2006-01", month)
	last := first.AddDate(0, 1, -1)
	begins, _ := strconv.Atoi(d.YearBegins)
	year := time.Date(first.Year(), time.Month(begins), 1, 0, 0, 0, 0, time.UTC)
	if year.After(first) {
		year = year.AddDate(-1, 0, 0)
	}
	const form = "20060102"
	final := "0"
	if d.Final == "yes" {
		final = "1"
	}
	label := d.Label
	if label == "" {
		label = "Rechnungen " + month
	}
	return strings.Join([]string{
		quoted("EXTF"), "700", "21", quoted("Buchungsstapel"), "13", last.Format(form) + "000000000", "", quoted("RE"), quoted("Sluice"), quoted(""),
		d.Consultant, d.Client, year.Format(form), d.AccountDigit, first.Format(form), last.Format(form), quoted(cut(single(label), 30)),
		quoted(cut(d.Initials, 2)), "1", "0", final, quoted(string(x.m.Currency)), "", quoted(""), "", "", quoted(d.Chart), "", "", quoted(""), quoted(""),
	}, ";")
}

// booking are the columns of a line that are not empty, by their number.
type booking map[int]string

// datev are the bookings of a document, as lines. References are those that were
// written before, with their documents.
func (x *export) datev(b *book, references map[string]string) (lines []string, err error) {
	entries := x.journal(b)
	inBooks, err := x.inBooks(b, entries)
	if err != nil {
		return nil, err
	}
	_, rate, err := x.rate(b)
	if err != nil {
		return nil, err
	}
	head, err := x.datevHead(b, references)
	if err != nil {
		return nil, err
	}
	customer := x.receivable(b)
	for i, p := range entries {
		if p.kind == kindReceivable {
			continue
		}
		if p.amount.Scale() > 2 {
			return nil, fmt.Errorf("%s has the amount %s, and DATEV takes 2 digits after the point; round documents so", b.title(), p.amount)
		}
		line := x.datevBooking(b, head, customer, p.account, p.amount.Neg(), b.inv.Currency)
		if b.inv.Currency != x.m.Currency {
			if units := money.FromInt(1).Quo(rate, exactDigits); units.Cmp(money.FromInt(1)) >= 0 { // of the document's currency for one of the books'; a lower one has no form there
				line[4] = comma(units.Fixed(6))
			}
			line[5], line[6] = comma(absolute(inBooks[i].amount).Fixed(2)), string(x.m.Currency)
		}
		line[9], line[37] = p.code, cut(p.department, 36)
		if id := b.inv.Buyer.TaxRegistration; p.treatment != nil && p.treatment.category == "reverse-charge" && memberNumber.MatchString(id) {
			line[40] = id
		}
		if !absolute(p.amount).IsZero() {
			lines = append(lines, line.String())
		}
	}
	if x.m.Tax == taxIncluded {
		lines = append(lines, x.datevCents(b, head, inBooks)...)
	}
	return lines, nil
}

// memberNumber is a VAT number with its country, as the recapitulative statement
// has it.
var memberNumber = regexp.MustCompile(`^[A-Z]{2}[0-9A-Z+*]{2,13}$`)

// datevHead is what all bookings of a document have.
func (x *export) datevHead(b *book, references map[string]string) (booking, error) {
	reference := strings.Map(func(r rune) rune {
		if strings.ContainsRune("$&%*+-/", r) || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '-'
	}, b.inv.Number)
	if len(reference) > 36 {
		return nil, fmt.Errorf("%s has a number of more than 36 characters, which is what DATEV takes (Belegfeld 1); give its series a shorter form", b.title())
	}
	if other, ok := references[reference]; ok {
		return nil, fmt.Errorf("%s and %s have the same number in DATEV, %s; it takes letters, digits and $ & %% * + - / only", b.title(), other, reference)
	}
	references[reference] = b.title()
	head := booking{10: b.day().Time().Format("0201"), 11: reference, 14: cut(x.memo(b), 60), 117: b.due().Time().Format("02012006")}
	if x.m.DATEV.ServiceDate == "yes" {
		day := b.inv.Period.LastDay().Time().Format("02012006")
		head[115], head[116] = day, day
	}
	return head, nil
}

// datevBooking is a line: an amount that the first account is debited with and the
// other one credited, or the other way round where it is negative.
func (x *export) datevBooking(b *book, head booking, account, other string, amount money.Decimal, currency money.Currency) booking {
	line := booking{1: comma(absolute(amount).Fixed(2)), 2: "S", 3: string(currency), 7: account, 8: other}
	if amount.Sign() < 0 {
		line[2] = "H"
	}
	for _, a := range []string{account, other} {
		if a != "" && !datevNumber.MatchString(a) {
			x.lack(b, fmt.Sprintf("a number for the account %q, and DATEV takes numbers of at most 9 digits only", a), "customers or lines")
		}
	}
	for column, value := range head {
		line[column] = value
	}
	return line
}

// datevCents are the bookings of what DATEV computes more or less of a tax than the
// document states: it takes the tax out of each booking by itself, and rounds it.
func (x *export) datevCents(b *book, head booking, entries []posting) (lines []string) {
	for _, t := range b.taxes {
		if t.percent.Sign() <= 0 || len(t.rows) == 0 {
			continue
		}
		computed, stated := money.Zero, money.Zero
		for _, p := range entries {
			if p.treatment == t {
				computed = computed.Add(percentOf(p.amount.Neg(), t.percent, 2))
				stated = stated.Add(p.tax.Neg())
			}
		}
		if off := computed.Sub(stated); !off.IsZero() {
			other := x.account(b, &sale{kind: kindRounding, label: "rounding of tax", tax: &treatment{category: noTax}})
			lines = append(lines, x.datevBooking(b, head, x.taxAccount(b, t.rows[0]), other, off, x.m.Currency).String())
		}
	}
	return lines
}

// String writes a booking: texts in quotes, also empty ones, other columns without.
func (line booking) String() string {
	cells := make([]string, len(datevColumns))
	for i, c := range datevColumns {
		cells[i] = line[i+1]
		if c.text {
			cells[i] = quoted(single(cells[i]))
		}
	}
	return strings.Join(cells, ";")
}

func quoted(text string) string {
	return `"` + strings.ReplaceAll(deliver.Inert(text), `"`, `""`) + `"`
}

func comma(n string) string { return strings.ReplaceAll(n, ".", ",") }

func absolute(a money.Decimal) money.Decimal {
	if a.Sign() < 0 {
		return a.Neg()
	}
	return a
}
