package bookfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

var cloudHealthReader = reader{CloudHealth, looksLikeCloudHealth, readCloudHealth}

func looksLikeCloudHealth(data []byte) bool {
	return bytes.HasPrefix(data, []byte("<")) && (bytes.Contains(data, []byte("<CHTBillingRules")) || bytes.Contains(data, []byte("<CHBillingRules")))
}

// chtBook is the book being made, and what holds for all of it.
type chtBook struct {
	*book
	payers       []string
	dataTransfer bool // some rule leaves data transfer out
	purchases    bool // some rule is for purchases of reservations
}

// chtGroup is what holds for the rules of a group.
type chtGroup struct {
	from, to *billing.Day
	payers   []string
}

// readCloudHealth makes one book. The first rule that matches wins there too,
// and what none matches is not changed. Prices start from the group's cost basis,
// as CloudHealth's do from usage on demand with reservations applied again.
func readCloudHealth(in *input) {
	root := in.root()
	if in.err != nil {
		return
	}
	if root.name != "CHTBillingRules" && root.name != "CHBillingRules" {
		in.fail(root.where(), "begins with <%s>; expected <CHTBillingRules>", clip(root.name))
		return
	}
	name, _ := root.attribute("customerName")
	id, _ := root.attribute("customerID")
	b := chtBook{book: in.newBook(root.where(), name)}
	if name != "" || id != "" {
		in.attach(Attachment{Book: b.made.ID, Level: OnCustomer, ID: id, Name: name})
	}
	for _, history := range []string{"createdBy", "date"} {
		if value, _ := root.attribute(history); value != "" {
			in.lose(root.where(), fmt.Sprintf("%s %s", history, clip(value)), "the history of books here is kept from the import on")
		}
	}
	b.payers = payersOf(root)
	root.loseRest()
	for _, child := range root.children {
		switch child.name {
		case "RuleGroup":
			b.group(child)
		default:
			b.leaveOut(child)
		}
	}
	if b.dataTransfer {
		in.lose("the whole file", "which lines are data transfer", "those whose usage type has the word DataTransfer were taken for it")
	}
	if b.purchases {
		in.lose("the whole file", "upfront fees of reservations", "rules for purchases are for recurring fees here; upfront fees are adjusting entries, which are put on an invoice by hand or in parts")
	}
	b.done()
}

// leaveOut lists an element that holds no rules.
func (b chtBook) leaveOut(e *element) {
	if e.name == "Comment" {
		b.in.lose(e.where(), fmt.Sprintf("comment %q", clip(strings.TrimSpace(e.text.String()))), "price books have no comments")
		return
	}
	b.in.lose(e.where(), "element "+clip(e.name), "it is not known here; nothing of it was read")
}

func payersOf(e *element) []string {
	text, _ := e.attribute("payerAccounts")
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(", ;\t\n", r) })
}

// group reads the rules of a group that is enabled.
func (b *chtBook) group(e *element) {
	g := chtGroup{from: b.day(e, "startDate"), to: b.day(e, "endDate"), payers: payersOf(e)}
	enabled := e.flag("enabled", true)
	e.loseRest()
	var names []string
	for _, rule := range e.children {
		if name, _ := rule.attribute("name"); rule.name == "BillingRule" {
			names = append(names, fmt.Sprintf("%q", clip(name)))
		}
	}
	rules := clip("rules " + strings.Join(names, ", "))
	if len(g.payers) == 0 {
		g.payers = b.payers
	} else if len(b.payers) > 0 {
		of := map[string]bool{}
		for _, payer := range b.payers {
			of[payer] = true
		}
		g.payers = slices.DeleteFunc(g.payers, func(payer string) bool { return !of[payer] })
		if len(g.payers) == 0 {
			b.in.lose(e.where(), rules, "their group is for other payer accounts than the book, so they never match")
			return
		}
	}
	switch {
	case !enabled:
		b.in.lose(e.where(), rules, "their group is not enabled")
		return
	case g.from != nil && g.to != nil && *g.from > *g.to:
		b.in.lose(e.where(), rules, fmt.Sprintf("their group ends on %s, before it starts on %s", g.to, g.from))
		return
	}
	for _, child := range e.children {
		if child.name == "BillingRule" {
			b.rule(g, child)
		} else {
			b.leaveOut(child)
		}
	}
}

// day reads a date in one of the two forms that CloudHealth takes.
func (b *chtBook) day(e *element, name string) *billing.Day {
	text, _ := e.attribute(name)
	if text == "" {
		return nil
	}
	for _, form := range []string{time.DateOnly, "01/02/2006"} {
		if t, err := time.Parse(form, text); err == nil {
			day := billing.DayOf(t)
			return &day
		}
	}
	b.in.fail(e.where(), "%s is %q; expected a date such as 2026-10-31 or 10/31/2026", name, clip(text))
	return nil
}

// rule makes the rules of a book for each product of a rule.
func (b *chtBook) rule(g chtGroup, e *element) {
	name, _ := e.attribute("name")
	if name == "" {
		name = "rule of " + e.where()
	}
	made := billing.PriceRule{Name: name, From: g.from, To: g.to}
	if len(g.payers) > 0 {
		made.Match.Payer = equal(g.payers...)
	}
	dataTransfer, purchases := e.flag("includeDataTransfer", true), e.flag("includeRIPurchases", true)
	e.loseRest()
	actions := e.named("BasicBillingRule")
	if len(actions) != 1 {
		b.in.fail(e.where(), "rule %q has %s; expected one", clip(name), plural(len(actions), "BasicBillingRule"))
		return
	}
	if !b.price(actions[0], name, &made) {
		return
	}
	products := e.named("Product")
	regions := e.named("Region")
	for _, child := range e.children {
		if !slices.Contains([]string{"BasicBillingRule", "Product", "Region"}, child.name) {
			b.leaveOut(child)
			if child.name != "Comment" {
				b.in.lose(e.where(), fmt.Sprintf("rule %q", clip(name)), "it may ask for more than was read, so it was left out; its lines go to the rules behind it")
				return
			}
		}
	}
	if len(products) == 0 { // for any product
		products = []*element{{in: b.in, name: "Product", line: e.line, asked: map[string]bool{}}}
	}
	for _, product := range products {
		if b.in.err != nil {
			return
		}
		p := chtProduct{
			element: product, rule: made, regions: regions,
			dataTransfer: product.flag("includeDataTransfer", dataTransfer), purchases: product.flag("includeRIPurchases", purchases),
		}
		b.dataTransfer = b.dataTransfer || !p.dataTransfer
		b.purchases = b.purchases || p.purchases
		b.product(p)
	}
}

// named are the children of a name.
func (e *element) named(name string) []*element {
	return slices.DeleteFunc(slices.Clone(e.children), func(c *element) bool { return c.name != name })
}

// price reads what a rule does. Not ok, it does what no book does.
func (b *chtBook) price(e *element, name string, r *billing.PriceRule) (ok bool) {
	text, _ := e.attribute("billingAdjustment")
	kind, _ := e.attribute("billingRuleType")
	b.leaf(e)
	amount := b.in.number(e.where(), "billingAdjustment", text)
	if kind != "fixedRate" && (amount.Sign() < 0 || kind == "percentDiscount" && amount.Cmp(money.FromInt(100)) > 0) {
		b.in.fail(e.where(), "billingAdjustment is %s; expected a percentage of 0 or more, of a percentDiscount at most 100", amount)
		return false
	}
	switch kind {
	case "percentDiscount":
		b.in.change(e.where(), r, amount.Neg())
	case "percentIncrease":
		b.in.change(e.where(), r, amount)
	case "fixedRate":
		if amount.Sign() < 0 {
			b.in.lose(e.where(), fmt.Sprintf("rule %q with a fixed rate of %s", clip(name), amount), "a unit price is 0 or more; an amount of the reseller's own belongs to billing_groups[].invoice.additional_items")
			return false
		}
		r.UnitPrice = b.in.rounded(e.where(), "fixed rate", amount, unitPriceDigits)
	default:
		b.in.fail(e.where(), "billingRuleType is %q; expected percentDiscount, percentIncrease or fixedRate", clip(kind))
		return false
	}
	return true
}
