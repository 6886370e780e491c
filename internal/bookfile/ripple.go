package bookfile

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

var rippleReader = reader{Ripple, looksLikeRipple, readRipple}

func looksLikeRipple(data []byte) bool {
	if len(data) > 0 && (data[0] == '{' || data[0] == '[') {
		return bytes.Contains(data, []byte(`"code"`)) && bytes.Contains(data, []byte(`"value"`))
	}
	headings := headingsOf(data)
	has := func(c rippleColumn) bool {
		return slices.ContainsFunc(c, func(heading string) bool { return headings[heading] })
	}
	return has(rippleGroup) || has(rippleAccount) && has(rippleRate) || has(rippleCode) && has(rippleValue) || headings["payerid"] && headings["bucket"]
}

// rippleTarget is what discounts are set on: a billing group, or an account, or
// nothing where the file is a set by itself.
type rippleTarget struct{ group, account, set string }

// targetOf is the account, where there is one: it is in one group only.
func targetOf(group, account string) rippleTarget {
	if account != "" {
		group = ""
	}
	return rippleTarget{group: group, account: account}
}

// rippleDiscount is a premium or discount on a service.
type rippleDiscount struct {
	where, provider, code string
	change                money.Decimal // percent, down where it is negative
	entries               bool          // on more than usage
}

// rippleFile is what the rows of a file come to, in their order.
type rippleFile struct {
	in        *input
	targets   []rippleTarget
	known     map[rippleTarget]bool   // targets
	names     map[rippleTarget]string // printed, of others too
	discounts map[rippleTarget][]rippleDiscount
	rates     map[rippleTarget]rippleDiscount // of a whole account
	signed    bool                            // some value had a sign to be read
}

func readRipple(in *input) {
	f := &rippleFile{in: in, known: map[rippleTarget]bool{}, names: map[rippleTarget]string{}, discounts: map[rippleTarget][]rippleDiscount{}, rates: map[rippleTarget]rippleDiscount{}}
	switch {
	case in.isWorkbook:
		for _, t := range in.workbook(isRippleSheet, rippleSheets) {
			f.readSheet(t)
		}
	case in.data[0] == '{' || in.data[0] == '[':
		f.readSets(in.documents())
	default:
		f.readSheet(in.table())
	}
	if in.err != nil {
		return
	}
	for _, target := range f.targets {
		if in.err != nil {
			return
		}
		f.book(target)
	}
	f.notes()
}

// seen keeps the order of targets and their printed names.
func (f *rippleFile) seen(target rippleTarget, name string) {
	if !f.known[target] {
		f.known[target] = true
		f.targets = append(f.targets, target)
	}
	f.named(target, name)
}

func (f *rippleFile) named(target rippleTarget, name string) {
	f.names[target] = cmp.Or(f.names[target], name)
}

// book makes the book of a target. Ripple takes the nearest discount only: that
// of the service, then that of the account.
func (f *rippleFile) book(target rippleTarget) {
	rate, rated := f.rates[target]
	discounts := f.discounts[target]
	where := rate.where
	if len(discounts) > 0 {
		where = discounts[0].where
	}
	b := f.in.newBook(where, target.group+target.account+target.set)
	first := map[string]rippleDiscount{}
	var others []rippleDiscount
	for _, d := range discounts {
		key := d.provider + " " + d.code
		before, twice := first[key]
		first[key] = d
		switch {
		case twice && (!before.change.Equal(d.change) || before.entries != d.entries):
			f.in.fail(d.where, "service %s is at %s too, with another value; keep one", clip(d.code), before.where)
		case twice:
		case d.code == billing.OtherServices && !rated:
			others = append(others, d)
		case d.code == billing.OtherServices:
			f.in.lose(d.where, "otherServices of account "+target.account, "the account has a rate of its own for all that no service names")
		default:
			f.rule(b, d)
		}
	}
	for _, d := range others {
		f.rule(b, d)
	}
	if rated {
		r := billing.PriceRule{Name: "rate of account " + target.account}
		f.in.change(rate.where, &r, rate.change)
		b.add(rate.where, r)
	}
	id := b.done()
	switch {
	case target.account != "":
		f.in.attach(Attachment{Book: id, Level: OnAccount, ID: target.account, Name: f.names[target]})
	case target.group != "":
		f.in.attach(Attachment{Book: id, Level: OnGroup, ID: target.group, Name: f.names[target]})
	}
}

func (f *rippleFile) rule(b *book, d rippleDiscount) {
	r := billing.PriceRule{Name: d.code, Match: billing.Match{Service: equal(d.code)}}
	if d.provider != "" {
		r.Name = d.provider + " " + d.code
		r.Match.Provider = equal(d.provider)
	}
	if d.entries {
		r.Match.Class = equal("usage", "commitment-fee")
		f.in.lose(d.where, "adjusting entries of "+clip(d.code), "the rule is for usage and the fees of commitments; other entries are put on an invoice by hand, at the amount that is decided then")
	}
	f.in.change(d.where, &r, d.change)
	b.add(d.where, r)
}

// notes says in which of several ways the file was read.
func (f *rippleFile) notes() {
	if f.signed {
		reading := "a negative value was read as a discount, a positive one as a premium; if it is the other way round, read the file again with the option for that"
		if f.in.positiveIsDiscount {
			reading = "a positive value was read as a discount, a negative one as a premium, as the option says"
		}
		f.in.lose("the whole file", "the sign of premiums and discounts", reading)
	}
	if f.in.isWorkbook && len(f.targets) > 0 {
		f.in.lose("the whole file", "how the cells show their numbers", "the number in the cell was read, as a fraction: 0.05 is 5 percent, and so is a cell that shows it as 5%; of each number the 15 digits that Excel keeps")
	}
	if len(f.rates) > 0 {
		f.in.lose("the whole file", "which goes first for an account with a rate: discounts of its billing group on services do", "the book of the account takes the place of the group's; put rules for these services in front of its last one")
	}
}

// value reads a premium or discount as a percentage: a fraction such as -0.05,
// or -5%.
func (f *rippleFile) value(where, what, text string) money.Decimal {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	d := f.in.number(where, what, number)
	if !percent {
		d = d.Mul(money.FromInt(100))
	}
	if d.Cmp(money.FromInt(100)) > 0 || d.Cmp(money.FromInt(-100)) < 0 {
		f.in.fail(where, "%s is %s; expected a fraction from -1 to 1 such as -0.05, or a percentage such as -5%%", what, clip(text))
	}
	return d
}

// signedValue is a value in which the sign says whether it is a discount.
func (f *rippleFile) signedValue(where, what, text string) money.Decimal {
	f.signed = true
	d := f.value(where, what, text)
	if f.in.positiveIsDiscount {
		return d.Neg()
	}
	return d
}

// discount keeps a service's value for a target.
func (f *rippleFile) discount(target rippleTarget, name string, d rippleDiscount, value string) {
	d.code = strings.TrimSpace(d.code)
	if d.code == "" {
		f.in.fail(d.where, "a value of %s has no service code", clip(value))
		return
	}
	d.change = f.signedValue(d.where, "the value of "+clip(d.code), value)
	f.seen(target, name)
	f.discounts[target] = append(f.discounts[target], d)
}

// readSets reads rows {code, value, calculationScope}, and named sets of them
// by provider, as Ripple's API has them.
func (f *rippleFile) readSets(objects []*object) {
	for _, o := range objects {
		if o.has("code") {
			f.row(targetOf(o.text("billingGroupId"), o.text("accountId")), "", o)
			continue
		}
		target := rippleTarget{set: cmp.Or(o.text("name"), o.text("id"))}
		found := false
		for _, holder := range []*object{o, o.object("setting")} {
			if holder == nil {
				continue
			}
			for _, list := range []struct{ name, provider string }{{"awsDetails", "aws"}, {"azureDetails", "azure"}, {"gcpDetails", "gcp"}} {
				for _, row := range holder.objects(list.name) {
					found = true
					f.row(target, list.provider, row)
				}
			}
			if holder != o {
				holder.loseRest()
			}
		}
		for _, kept := range []string{"id", "description", "created", "updated"} {
			if value := o.text(kept); value != "" {
				f.in.lose(o.at(kept), clip(value), "price books have no such field")
			}
		}
		if !found {
			f.in.fail(o.where(), "has no code and no awsDetails, azureDetails or gcpDetails; expected rows {code, value, calculationScope} or sets of them")
			return
		}
		f.in.lose(o.where(), fmt.Sprintf("where the set %q is attached", clip(target.set)), "a set does not say it; attach its book to billing groups or accounts")
		o.loseRest()
	}
}

func (f *rippleFile) row(target rippleTarget, provider string, o *object) {
	d := rippleDiscount{where: o.where(), provider: provider, code: o.text("code")}
	if vendor := o.text("vendor"); vendor != "" {
		d.provider = f.provider(d.where, vendor)
	}
	d.entries = f.scope(o)
	o.asked["name"] = true // the service's, which goes with its code
	value, given := o.amount("value")
	if !given {
		f.in.fail(o.at("value"), "is missing; expected a fraction such as -0.05")
	}
	f.discount(target, "", d, value.String())
	o.loseRest()
}

// scope tells whether a row is on more than usage.
func (f *rippleFile) scope(o *object) bool {
	if text, ok := o.members["calculationScope"].(string); ok {
		o.asked["calculationScope"] = true
		return f.scopeOf(o.at("calculationScope"), text)
	}
	entries, _ := o.flag("calculationScope")
	return entries
}

func (f *rippleFile) scopeOf(where, text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "0", "false", "disabled", "usage", "usageonly":
		return false
	case "1", "true", "enabled", "all":
		return true
	}
	f.in.fail(where, "calculationScope is %q; expected true or false", clip(text))
	return false
}

// provider reads Ripple's name of a cloud.
func (f *rippleFile) provider(where, vendor string) string {
	provider := strings.ToLower(vendor)
	if !slices.Contains([]string{"", "aws", "azure", "gcp"}, provider) {
		f.in.fail(where, "the vendor is %q; expected aws, azure or gcp", clip(vendor))
	}
	return provider
}
