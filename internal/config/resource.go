package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// resource is one declared thing with its identity within its kind.
type resource struct {
	id   string
	spec any
}

// kind is a section of the file and how its resources are told apart. An
// empty id means that the identity is not complete.
type kind struct {
	name   string
	single bool
	list   func(billing.Config) []resource
	set    func(*billing.Config, []resource) // replaces the whole section
	decode func(spec []byte) (resource, error)
}

// kinds in the order of the file, which is also the order of a diff.
var kinds = []kind{
	resellerKind,
	listKind("providers", func(c *billing.Config) *[]billing.OwnProvider { return &c.Providers },
		func(p billing.OwnProvider) string { return p.ID }),
	listKind("credentials", func(c *billing.Config) *[]billing.Credential { return &c.Credentials },
		func(x billing.Credential) string { return x.ID }),
	listKind("backends", func(c *billing.Config) *[]billing.Backend { return &c.Backends },
		func(b billing.Backend) string { return b.Name }),
	listKind("sources", func(c *billing.Config) *[]billing.Source { return &c.Sources },
		func(s billing.Source) string { return s.Name }),
	listKind("source_rules", func(c *billing.Config) *[]billing.SourceRule { return &c.SourceRules },
		func(r billing.SourceRule) string { return r.ID }),
	listKind("payers", func(c *billing.Config) *[]billing.Payer { return &c.Payers },
		func(p billing.Payer) string { return p.ID }),
	listKind("accounts", func(c *billing.Config) *[]billing.Account { return &c.Accounts },
		func(a billing.Account) string { return a.ID }),
	listKind("customers", func(c *billing.Config) *[]billing.Customer { return &c.Customers },
		func(x billing.Customer) string { return x.ID }),
	listKind("billing_groups", func(c *billing.Config) *[]billing.BillingGroup { return &c.BillingGroups },
		func(g billing.BillingGroup) string { return g.ID }),
	listKind("pools", func(c *billing.Config) *[]billing.Pool { return &c.Pools },
		func(p billing.Pool) string { return p.ID }),
	listKind("price_books", func(c *billing.Config) *[]billing.PriceBook { return &c.PriceBooks },
		func(b billing.PriceBook) string { return b.ID }),
	listKind("exchange_rates", func(c *billing.Config) *[]billing.ExchangeRate { return &c.ExchangeRates }, RateID),
	listKind("provider_invoices", func(c *billing.Config) *[]billing.ProviderInvoice { return &c.ProviderInvoices }, providerInvoiceID),
	listKind("commitments", func(c *billing.Config) *[]billing.Commitment { return &c.Commitments }, commitmentID),
	listKind("savings_plan_rates", func(c *billing.Config) *[]billing.SavingsPlanRate { return &c.SavingsPlanRates }, savingsPlanRateID),
	listKind("invoice_templates", func(c *billing.Config) *[]billing.InvoiceTemplate { return &c.InvoiceTemplates },
		func(t billing.InvoiceTemplate) string { return t.ID }),
	listKind("invoice_layouts", func(c *billing.Config) *[]billing.Layout { return &c.InvoiceLayouts },
		func(l billing.Layout) string { return l.ID }),
	listKind("billing_services", func(c *billing.Config) *[]billing.BillingService { return &c.BillingServices },
		func(s billing.BillingService) string { return s.ID }),
	listKind("coupons", func(c *billing.Config) *[]billing.Coupon { return &c.Coupons },
		func(x billing.Coupon) string { return x.Code }),
	listKind("entry_rules", func(c *billing.Config) *[]billing.EntryRule { return &c.EntryRules },
		func(r billing.EntryRule) string { return r.ID }),
	listKind("projects", func(c *billing.Config) *[]billing.Project { return &c.Projects },
		func(p billing.Project) string { return p.Code }),
	listKind("schedules", func(c *billing.Config) *[]billing.Schedule { return &c.Schedules },
		func(s billing.Schedule) string { return s.ID }),
	listKind("roles", func(c *billing.Config) *[]billing.Role { return &c.Roles },
		func(r billing.Role) string { return r.ID }),
}

// resellerKind has one resource, "reseller".
var resellerKind = kind{
	name:   "reseller",
	single: true,
	list: func(c billing.Config) []resource {
		if c.Reseller == nil {
			return nil
		}
		return []resource{{"reseller", c.Reseller}}
	},
	set: func(c *billing.Config, all []resource) {
		c.Reseller = nil
		for _, r := range all {
			c.Reseller = r.spec.(*billing.Reseller)
		}
	},
	decode: func(spec []byte) (resource, error) {
		reseller := new(billing.Reseller)
		err := decodeStrictly(spec, reseller)
		return resource{"reseller", reseller}, err
	},
}

func listKind[T any](name string, section func(*billing.Config) *[]T, identity func(T) string) kind {
	return kind{
		name: name,
		list: func(c billing.Config) []resource {
			var all []resource
			for _, item := range *section(&c) {
				all = append(all, resource{identity(item), item})
			}
			return all
		},
		set: func(c *billing.Config, all []resource) {
			var items []T
			for _, r := range all {
				items = append(items, r.spec.(T))
			}
			*section(c) = items
		},
		decode: func(spec []byte) (resource, error) {
			var item T
			err := decodeStrictly(spec, &item)
			return resource{identity(item), item}, err
		},
	}
}

func kindNamed(name string) (kind, bool) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

// RateID is what tells an exchange rate from all others, such as "2026-10 USD JPY
// common" or "2026-10 USD JPY payer 111111111111"; empty where a part of it is
// missing.
func RateID(r billing.ExchangeRate) string {
	if r.Month.IsZero() || r.From == "" || r.To == "" || r.Level == "" {
		return ""
	}
	return strings.TrimRight(fmt.Sprintf("%s %s %s %s %s%s", r.Month, r.From, r.To, r.Level, r.Payer, r.Group), " ")
}

// providerInvoiceID is payer and id; an id has no blanks, so two never look the same.
func providerInvoiceID(i billing.ProviderInvoice) string {
	if i.Payer == "" || i.ID == "" {
		return ""
	}
	return i.Payer + " " + i.ID
}

// commitmentID is such as "ri-1", "ri-1 from 2026-10" or "ri-1 to group acme
// from 2026-10"; none of its parts has blanks.
func commitmentID(c billing.Commitment) string {
	if c.ID == "" || c.GiveTo != nil && *c.GiveTo == (billing.Beneficiary{}) {
		return ""
	}
	id := c.ID + target(c)
	if c.From != nil && !c.From.IsZero() {
		id += " from " + c.From.String()
	}
	return id
}

// target is " to account X", " to group Y", or empty for what is not given away.
func target(c billing.Commitment) string {
	to := ""
	if c.GiveTo != nil && c.GiveTo.Account != "" {
		to += " to account " + c.GiveTo.Account
	}
	if c.GiveTo != nil && c.GiveTo.Group != "" {
		to += " to group " + c.GiveTo.Group
	}
	return to
}

// savingsPlanRateID is such as "compute 1yr No Upfront ap-northeast-1 APN1-BoxUsage:m5.large RunInstances".
func savingsPlanRateID(r billing.SavingsPlanRate) string {
	parts := []string{r.Plan, r.Term, r.PaymentOption, r.Region, r.UsageType, r.Operation}
	if slices.Contains(parts, "") {
		return ""
	}
	return strings.Join(parts, " ")
}

// path of the i-th resource, with its index.
func (k kind) path(i int) string {
	if k.single {
		return k.name
	}
	return fmt.Sprintf("%s[%d]", k.name, i)
}

// pathOf names a resource for people: billing_groups[acme-main].
func pathOf(kind, id string) string {
	if kind == resellerKind.name {
		return kind
	}
	return kind + "[" + id + "]"
}

func decodeStrictly(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// display turns a path with indexes into one with the names of the things:
// billing_groups[3].claims[0].from → billing_groups[acme-main].claims[0].from.
func display(c billing.Config, path string) string {
	var shown []string
	v := reflect.ValueOf(c)
	for _, step := range strings.Split(path, ".") {
		name, index, indexed := strings.Cut(strings.TrimSuffix(step, "]"), "[")
		if v = fieldValue(v, name); indexed && v.IsValid() && v.Kind() == reflect.Slice {
			i, err := strconv.Atoi(index)
			if err == nil && i < v.Len() {
				v = v.Index(i)
				step = name + "[" + label(v, index) + "]"
			}
		}
		shown = append(shown, step)
	}
	return strings.Join(shown, ".")
}

// fieldValue is the named field of a struct, or not valid where the path
// leads to something that is not in the value.
func fieldValue(v reflect.Value, name string) reflect.Value {
	if v.IsValid() && v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	field, ok := fieldNamed(v.Type(), name)
	if !ok {
		return reflect.Value{}
	}
	return v.FieldByIndex(field.Index)
}

// label is what tells an element of a list from its siblings: its identity,
// else its id or name, else its index.
func label(v reflect.Value, index string) string {
	name := ""
	switch item := v.Interface().(type) {
	case billing.ExchangeRate:
		name = RateID(item)
	case billing.ProviderInvoice:
		name = providerInvoiceID(item)
	case billing.Commitment:
		name = commitmentID(item)
	case billing.SavingsPlanRate:
		name = savingsPlanRateID(item)
	default:
		for _, field := range []string{"id", "code", "name"} {
			if f := fieldValue(v, field); name == "" && f.IsValid() {
				name = f.String()
			}
		}
	}
	if name == "" {
		return index
	}
	return name
}
