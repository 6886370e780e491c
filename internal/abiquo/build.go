package abiquo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// providers are Abiquo's names of providers, as plainKey writes them.
var providers = map[string]string{
	"amazon": "aws", "aws": "aws", "ec2": "aws", "azurecomputearm": "azure", "azurecompute": "azure", "azure": "azure",
	"googlecomputeengine": "gcp", "google": "gcp", "gcp": "gcp", "googlecloudplatform": "gcp", "oci": "oci", "oracle": "oci", "oraclecloud": "oci",
}

const (
	aws   = "aws"
	azure = "azure"
)

// builder puts a configuration together.
type builder struct {
	*platform
	options Options
	config  billing.Config
	used    map[*enterprise]map[string]bool // properties that something was made of, as plainKey writes them
	owners  map[string]*enterprise          // of accounts
	payers  map[string]bool
}

// build makes the configuration of all enterprises, and says what became of the rest.
func (b *builder) build() error {
	b.used, b.owners, b.payers = map[*enterprise]map[string]bool{}, map[string]*enterprise{}, map[string]bool{}
	b.reseller()
	for _, e := range b.enterprises {
		if c := e.customer(); c == e {
			b.customer(e)
		}
	}
	for _, e := range b.enterprises {
		b.credentials(e)
		b.source(e)
	}
	for _, e := range b.enterprises {
		if err := b.group(e); err != nil {
			return err
		}
	}
	if err := b.books(); err != nil {
		return err
	}
	b.platformSettings()
	for _, e := range b.enterprises {
		b.remaining(e)
	}
	if len(b.notes) > maxNotes {
		return b.fail("", "has more than %d things to say something of; split it by reseller", maxNotes)
	}
	return nil
}

// taken notes that a property became a setting.
func (b *builder) taken(e *enterprise, p property, setting, as, why string) {
	b.note(Note{Where: p.where, Enterprise: e.name, Property: p.key, Value: p.value, Became: Taken, Setting: setting, As: as, Why: why})
	b.use(e, p.key)
}

func (b *builder) byHand(e *enterprise, p property, why string) {
	b.note(Note{Where: p.where, Enterprise: e.name, Property: p.key, Value: p.value, Became: ByHand, Why: why})
	b.use(e, p.key)
}

func (b *builder) use(e *enterprise, key string) {
	if b.used[e] == nil {
		b.used[e] = map[string]bool{}
	}
	b.used[e][plainKey(key)] = true
}

func (b *builder) reseller() {
	r := &billing.Reseller{Name: b.root.name}
	b.config.Reseller = r
	b.note(Note{Where: b.root.where, Enterprise: b.root.name, Property: "enterprise", Value: b.root.name, Became: Taken, Setting: "reseller", As: r.Name})
	r.Currency = b.currency(b.root, "reseller.currency")
}

// currency is that of what an enterprise is billed in.
func (b *builder) currency(e *enterprise, setting string) string {
	if p, of, ok := e.nearest("currency_code"); ok {
		if of == e {
			b.taken(e, p, setting, p.value, "")
		}
		return p.value
	}
	if b.options.Currency != "" {
		if e == b.root {
			b.note(Note{Where: e.where, Enterprise: e.name, Property: "currency_code", Became: Assumed, Setting: setting, As: b.options.Currency, Why: "it was given when the file was read"})
		}
		return b.options.Currency
	}
	if p, of, ok := e.nearest("azurecompute-arm_currency_code"); ok {
		if of == e {
			b.taken(e, p, setting, p.value, "the currency of Azure's bills; lines have their own besides")
		}
		return p.value
	}
	if e == b.root {
		b.note(Note{Where: e.where, Enterprise: e.name, Property: "currency_code", Became: Assumed, Setting: setting, As: "EUR", Why: "it is what Abiquo takes where there is none; --currency gives another one"})
	}
	return "EUR"
}

// customer makes the customer of a key node, or of a reseller below the reseller, with
// the units below it.
func (b *builder) customer(e *enterprise) {
	c := billing.Customer{ID: e.slug, Name: e.name}
	why := ""
	switch {
	case e.reseller:
		why = "a reseller below the reseller: a customer that sells on"
	case !e.keyNode:
		why = "it has no key node above it, so it is a customer of its own"
	}
	for _, u := range b.enterprises {
		if u.customer() != e || u == e {
			continue
		}
		unit := billing.Unit{ID: u.slug, Name: u.name}
		if u.parent != e {
			unit.Parent = u.parent.slug
		}
		c.Units = append(c.Units, unit)
		b.note(Note{Where: u.where, Enterprise: u.name, Property: "enterprise", Value: u.name, Became: Taken, Setting: "customers[" + e.slug + "].units[" + u.slug + "]", As: u.name})
	}
	c.OneAccountPerUnit = len(c.Units) > 0
	b.config.Customers = append(b.config.Customers, c)
	b.note(Note{Where: e.where, Enterprise: e.name, Property: "enterprise", Value: e.name, Became: Taken, Setting: "customers[" + e.slug + "]", As: e.name, Why: why})
}

// group makes the billing group of an enterprise that has accounts, or that sells on.
func (b *builder) group(e *enterprise) error {
	customer := e.customer()
	if customer == nil {
		if len(e.accounts) > 0 {
			for _, l := range e.accounts {
				if l.account != "" {
					b.config.Reseller.Accounts = append(b.config.Reseller.Accounts, l.account)
					b.note(Note{Where: l.where, Enterprise: e.name, Property: "credential of " + l.provider, Value: l.account, Became: Taken, Setting: "reseller.accounts", As: l.account})
				}
			}
		}
		return nil
	}
	var accounts []string
	for _, l := range e.accounts {
		if l.account == "" || slices.Contains(accounts, l.account) {
			continue
		}
		if other := b.owners[l.account]; other != nil {
			return b.fail(l.where, "account %s is of %s and of %s; Abiquo has one enterprise for each account, so keep one of the two", clip(l.account), other.name, e.name)
		}
		b.owners[l.account] = e
		accounts = append(accounts, l.account)
	}
	if len(accounts) == 0 && !e.reseller {
		if e.isUnit() {
			b.note(Note{Where: e.where, Enterprise: e.name, Property: "credentials", Became: ByHand, Why: "it has no account yet, so it has no billing group; give it one when it has"})
		}
		return nil
	}
	g := billing.BillingGroup{ID: e.groupID(), Customer: customer.slug, Name: e.name}
	at := "billing_groups[" + g.ID + "]"
	g.Currency = b.currency(e, at+".currency")
	if e.isUnit() {
		g.Unit = e.slug
	}
	if len(accounts) > 0 {
		g.Claims = []billing.Claim{{Accounts: accounts}}
		b.note(Note{Where: e.where, Enterprise: e.name, Property: "credentials", Value: strings.Join(accounts, ", "), Became: Taken, Setting: at + ".claims", As: strings.Join(accounts, ", ")})
	}
	if seller := customer.parent; seller != nil && seller != b.root {
		g.Parent = seller.groupID()
	}
	g.CostBasis = b.basis(e, at+".cost_basis")
	g.Invoice.References = b.references(e, at+".invoice.references")
	b.config.BillingGroups = append(b.config.BillingGroups, g)
	return nil
}

// groupID is the id of the billing group of an enterprise.
func (e *enterprise) groupID() string { return strings.ReplaceAll(e.organization(), "/", "-") }

// basis is the cost that prices of an enterprise start from.
func (b *builder) basis(e *enterprise, setting string) billing.Basis {
	p, of, ok := e.nearest("amazon_mpa")
	basis, why := billing.Unblended, ""
	switch strings.ToLower(p.value) {
	case "dedicated", "no":
		basis = billing.Blended
	case "shared":
	case "":
		if !ok {
			b.note(Note{Where: e.where, Enterprise: e.name, Property: "amazon_mpa", Became: Assumed, Setting: setting, As: string(basis), Why: "it is what Abiquo takes where there is none"})
			return basis
		}
	default:
		why = "only dedicated and no are blended"
	}
	if of != e {
		why = "as " + of.name + " has it"
	}
	b.note(Note{Where: p.where, Enterprise: e.name, Property: p.key, Value: p.value, Became: Taken, Setting: setting, As: string(basis), Why: why})
	b.use(of, p.key)
	return basis
}

// references are what documents of an enterprise name.
func (b *builder) references(e *enterprise, setting string) *billing.References {
	var r billing.References
	for _, known := range []struct {
		to    *string
		field string
		names []string
	}{
		{&r.Contract, "contract", []string{"internal_customer_id", "contractId"}},
		{&r.Accounting, "accounting", []string{"Account_id"}},
	} {
		p, of, ok := e.nearest(known.names...)
		if !ok || of == b.root {
			continue
		}
		*known.to = p.value
		b.note(Note{Where: p.where, Enterprise: e.name, Property: p.key, Value: p.value, Became: Taken, Setting: setting + "." + known.field, As: p.value})
		b.use(of, p.key)
	}
	if r == (billing.References{}) {
		return nil
	}
	return &r
}

// remaining says of the properties of an enterprise that nothing was made of what
// there is to do.
func (b *builder) remaining(e *enterprise) {
	for _, p := range e.properties {
		if b.used[e][plainKey(p.key)] {
			continue
		}
		n := Note{Where: p.where, Enterprise: e.name, Property: p.key, Value: clip(p.value), Became: Left, Why: "it is not known here"}
		for _, k := range elsewhere {
			if sameKey(k.key, p.key) {
				n.Became, n.Why = k.became, k.why
			}
		}
		if sameKey(p.key, "conversion_factor") && p.value != "1" {
			n.Became, n.Setting = ByHand, "exchange_rates"
			n.Why = fmt.Sprintf("Abiquo has one factor for all time, and rates here are of a month: declare the rate of each month, such as {month: 2026-10, from: USD, to: EUR, rate: %q, level: common}", clip(p.value))
		}
		b.note(n)
	}
}

// elsewhere are properties that nothing is made of, and why.
var elsewhere = []struct {
	key    string
	became Became
	why    string
}{
	{"conversion_factor", Left, "it is 1: nothing is exchanged"},
	{"reseller_code", Left, "documents name the reseller by its name and tax registration"},
	{"internal_customer_id", Left, "the enterprise has no billing group whose documents could name it"},
	{"Account_id", Left, "the enterprise has no billing group whose documents could name it"},
	{"amazon_bucket_region", ByHand, "there is no amazon_bucket beside it; add the region to the source's address"},
	{"amazon_bucket_prefix", ByHand, "there is no amazon_bucket beside it; add the folder to the source's address"},
	{"amazon_report_name", ByHand, "there is no amazon_bucket beside it; add the folder to the source's address"},
	{"amazon_billing_compress_format", Left, "an export tells it"},
	{"amazon_mpa", Left, "nothing below the enterprise has an account"},
	{"currency_code", Left, "the enterprise has no billing group"},
	{"amazon_discount", Left, "Abiquo takes it of the reseller alone"},
	{"azurecompute-arm_currency_code", Left, "lines have their currency, and currency_code says that of the bill"},
	{"billing.azure.country_code", Left, "exports have the country's prices"},
	{"azurecompute-arm_only_bill_subscription", ByHand, "exclude by price rules what is no usage of the plan: class marketplace and commitment-fee of provider azure"},
	{"OfferDurableId", Left, "exports have the prices of the offer"},
	{"Locale", Left, "exports have their own words"},
	{"RegionInfo", Left, "exports have the region's prices"},
	{"VCD_PRICE_FACTOR", ByHand, "declare the private cloud among providers, push its bills, and write a price rule for its provider"},
	{"VCD_CREDENTIAL_MODE", Left, "bills of a private cloud are pushed here"},
	{"billing_bucket", Left, "it is the name before 5.2 of something else; amazon_bucket has the bucket"},
}
