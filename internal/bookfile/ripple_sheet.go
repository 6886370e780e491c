package bookfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
)

// rippleColumn is a column by the plain headings it goes by.
type rippleColumn []string

// The columns of Ripple's exports of service discounts, in English and
// Japanese, and of its sheets for moving in.
var (
	rippleGroup       = rippleColumn{"billinggroupid", "bgid", "請求グループid"}
	rippleGroupName   = rippleColumn{"billinggroupname", "bgname", "請求グループ名"}
	rippleVendor      = rippleColumn{"vendor", "ベンダー"}
	rippleAccount     = rippleColumn{"accountid", "customerid", "アカウントid"}
	rippleAccountName = rippleColumn{"accountname", "customername", "name", "アカウント名"}
	ripplePairs       = rippleColumn{"servicepremiumsdiscounts", "サービス割引割増設定", "servicediscounts"}
	rippleCode        = rippleColumn{"code"}
	rippleValue       = rippleColumn{"value"}
	rippleScope       = rippleColumn{"calculationscope"}
	rippleRate        = rippleColumn{"discountrate", "accountdiscountrate"}
)

// rippleElsewhere says where in the configuration a column of the sheets belongs.
var rippleElsewhere = map[string]string{
	"companyname":         "customers[].name",
	"taxrate":             "billing_groups[].invoice.tax[].percent, as a percentage",
	"tax":                 "billing_groups[].invoice.tax[].percent, as a percentage",
	"discounttargetusage": "billing_groups[].invoice.discount.base",
	"discounttarget":      "billing_groups[].invoice.discount.base",
	"discountcalclogic":   "billing_groups[].invoice.discount.base",
	"phonenumber":         "customers[].contact",
	"phone":               "customers[].contact",
	"personal":            "customers[].contact",
	"addressee":           "customers[].contact",
	"postalcode":          "customers[].address.postal_code",
	"postal":              "customers[].address.postal_code",
	"address":             "customers[].address.lines",
	"department":          "customers[].address.lines",
	"payment":             "billing_groups[].invoice.terms.due",
	"customservice":       "billing_groups[].invoice.additional_items",
	"customfields":        "billing_groups[].invoice.note",
	"currency":            "billing_groups[].currency",
	"payerid":             "payers[].id",
	"reportname":          "sources[].url",
	"bucket":              "sources[].url",
	"prefix":              "sources[].url",
}

// rippleSheets names the sheets of the workbook for moving in.
const rippleSheets = "Payer, BG master, Mapping and Account discount rate"

// isRippleSheet tells whether a sheet is one of these, by its plain name.
func isRippleSheet(plain string) bool {
	return slices.Contains([]string{"payer", "bgmaster", "mapping", "accountdiscountrate"}, plain)
}

// rippleSheet reads the rows of a sheet.
type rippleSheet struct {
	*rippleFile
	table
	claims map[string][]string // accounts of a group
	groups []string            // in the order of the sheet
}

// readSheet reads any of the sheets: what a column means does not depend on the
// others, but for a rate, which is of an account where the row names one.
func (f *rippleFile) readSheet(t table) {
	s := rippleSheet{rippleFile: f, table: t, claims: map[string][]string{}}
	if !s.hasAny(rippleGroup) && !s.hasAny(rippleAccount) && !s.hasAny(rippleCode) && !t.has("payerid") {
		f.in.fail(t.rowAt(t.head), "has the columns %s; expected billingGroupId, AccountId, code or payer id among them", clip(strings.Join(t.headings, ", ")))
		return
	}
	for _, row := range t.rows {
		if f.in.err != nil {
			return
		}
		s.row(row)
	}
	for _, group := range s.groups {
		f.in.lose(t.whole(), fmt.Sprintf("accounts of billing group %s: %s", group, strings.Join(s.claims[group], ", ")), "accounts are claimed in billing_groups[].claims")
	}
}

func (s rippleSheet) hasAny(c rippleColumn) bool { return slices.ContainsFunc(c, s.table.has) }

// at names the cell of a column, or the row where that is empty.
func (s rippleSheet) at(r tableRow, c rippleColumn) string {
	for _, heading := range c {
		if i := slices.Index(s.columns, heading); i >= 0 && r.cells[i] != "" {
			return s.cellAt(r.line, i)
		}
	}
	return s.rowAt(r.line)
}

// under is the cell of a column.
func (s rippleSheet) under(r tableRow, c rippleColumn) string {
	for _, heading := range c {
		if cell := s.table.cell(r, heading); cell != "" {
			return cell
		}
	}
	return ""
}

func (s *rippleSheet) row(r tableRow) {
	group, account := s.under(r, rippleGroup), s.under(r, rippleAccount)
	target, name := targetOf(group, account), s.under(r, rippleGroupName)
	if account != "" {
		name = s.under(r, rippleAccountName)
	}
	s.named(target, name)
	s.named(targetOf(group, ""), s.under(r, rippleGroupName))
	s.lostZeros(r, account)
	priced := s.discounts(r, target, name)
	if rate := s.under(r, rippleRate); rate != "" && account != "" {
		s.rate(s.at(r, rippleRate), target, name, rate)
		priced = true
	} else if rate != "" {
		s.in.lose(s.at(r, rippleRate), fmt.Sprintf("discount rate %s of billing group %s", clip(rate), group), "it goes to billing_groups[].invoice.discount.percent, as a percentage")
	}
	if group != "" && account != "" && !priced && !s.hasAny(ripplePairs) {
		s.claim(group, account)
	}
	if group == "" && account != "" && !priced && s.hasAny(rippleGroup) && !s.hasAny(ripplePairs) {
		s.in.lose(s.at(r, rippleAccount), "billing group of account "+clip(account), "the row has none; where cells are merged, only the first has a value, so fill in each")
	}
	if name != "" && !priced && !s.hasAny(ripplePairs) {
		named := rippleGroupName
		if account != "" {
			named = rippleAccountName
		}
		s.in.lose(s.at(r, named), fmt.Sprintf("name %q", clip(name)), "it goes to billing_groups[].name, of an account to accounts[].name")
	}
	s.elsewhere(r, group)
}

// discounts reads the services of a row, in one cell or in columns.
func (s *rippleSheet) discounts(r tableRow, target rippleTarget, name string) (found bool) {
	d := rippleDiscount{where: s.at(r, rippleValue), provider: s.provider(s.at(r, rippleVendor), s.under(r, rippleVendor))}
	if value := s.under(r, rippleValue); value != "" || s.under(r, rippleCode) != "" {
		d.code, d.entries = s.under(r, rippleCode), s.scopeOf(s.at(r, rippleScope), s.under(r, rippleScope))
		s.discount(target, name, d, value)
		found = true
	}
	d.where = s.at(r, ripplePairs)
	pairs := strings.FieldsFunc(s.under(r, ripplePairs), func(r rune) bool { return r == ';' || r == '\n' })
	for _, pair := range pairs {
		colon := strings.LastIndexByte(pair, ':')
		switch {
		case strings.TrimSpace(pair) == "":
		case colon < 0:
			s.in.lose(d.where, fmt.Sprintf("set of service discounts %q", clip(strings.TrimSpace(pair))), "the file has its name only; read the set too, and attach its book to "+clip(target.account+target.group))
		default:
			d.code = pair[:colon]
			s.discount(target, name, d, pair[colon+1:])
			found = true
		}
	}
	return found
}

// rate reads the discount of a whole account, where a positive one is a discount.
func (s *rippleSheet) rate(where string, target rippleTarget, name, text string) {
	d := s.value(where, "the discount rate", text)
	if d.Sign() < 0 {
		s.in.fail(where, "the discount rate is %s; expected 0 or more", clip(text))
		return
	}
	before, twice := s.rates[target]
	if twice && !before.change.Equal(d.Neg()) {
		s.in.fail(where, "account %s is at %s too, with another rate; keep one", clip(target.account), before.where)
		return
	}
	s.seen(target, name)
	s.rates[target] = rippleDiscount{where: where, change: d.Neg()}
}

// lostZeros notes an account of AWS that a spreadsheet program has taken for a
// number: its 12 digits are fewer without the zeros in front.
func (s *rippleSheet) lostZeros(r tableRow, account string) {
	if n := len(account); n < 9 || n > 11 || strings.Trim(account, "0123456789") != "" {
		return
	}
	s.in.lose(s.at(r, rippleAccount), "zeros in front of account "+account, "accounts of AWS have 12 digits; the cell may be a number that has lost them, so compare it")
}

func (s *rippleSheet) claim(group, account string) {
	if s.claims[group] == nil {
		s.groups = append(s.groups, group)
	}
	s.claims[group] = append(s.claims[group], account)
}

// rippleRead are the headings of columns that books are made of.
var rippleRead = slices.Concat(rippleGroup, rippleGroupName, rippleVendor, rippleAccount, rippleAccountName, ripplePairs, rippleCode, rippleValue, rippleScope, rippleRate)

// elsewhere lists what is not a matter of price books, and where it belongs.
func (s *rippleSheet) elsewhere(r tableRow, group string) {
	for i, column := range s.columns {
		value := r.cells[i]
		if value == "" || slices.Contains(rippleRead, column) {
			continue
		}
		why := "no field of the configuration holds it"
		if field := rippleElsewhere[column]; field != "" {
			why = "it goes to " + field
		}
		if isNought(value) && strings.HasSuffix(why, "holds it") {
			continue // nothing is charged by it
		}
		what := clip(s.headings[i]) + " " + clip(value)
		if group != "" {
			what += " of billing group " + group
		}
		s.in.lose(s.cellAt(r.line, i), what, why)
	}
}

func isNought(text string) bool {
	d, err := money.Parse(text)
	return err == nil && d.IsZero()
}
