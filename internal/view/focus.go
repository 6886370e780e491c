package view

import (
	"compress/gzip"
	"context"
	"database/sql"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/store"
)

//go:embed focus.sql
var focusSQL string

// focusRow is a row of focusSQL.
type focusRow struct {
	billed, currency, category, description, frequency, end, start, quantity, unit, provider, region, resource, service, sku, meter, account, name string
}

// places are where the columns of focusSQL are read to, in their order.
func (r *focusRow) places() []any {
	return []any{
		&r.billed, &r.currency, &r.category, &r.description, &r.frequency, &r.end, &r.start, &r.quantity, &r.unit, &r.provider, &r.region, &r.resource,
		&r.service, &r.sku, &r.meter, &r.account, &r.name,
	}
}

// focusColumns are the columns of FOCUS 1.2 that a customer gets. All four costs are
// the price: what list and negotiated prices are is between the reseller and the
// provider, and fees are billed apart from what they cover.
var focusColumns = []struct {
	name  string
	value func(f *Focus, r *focusRow) string
}{
	{"BilledCost", price},
	{"BillingAccountId", func(f *Focus, _ *focusRow) string { return f.group.ID }},
	{"BillingAccountName", func(f *Focus, _ *focusRow) string { return f.group.Name }},
	{"BillingAccountType", func(*Focus, *focusRow) string { return "Billing group" }},
	{"BillingCurrency", func(_ *Focus, r *focusRow) string { return r.currency }},
	{"BillingPeriodEnd", func(f *Focus, _ *focusRow) string { return f.period.End().Format(focusTime) }},
	{"BillingPeriodStart", func(f *Focus, _ *focusRow) string { return f.period.Start().Format(focusTime) }},
	{"ChargeCategory", func(_ *Focus, r *focusRow) string { return r.category }},
	{"ChargeClass", func(*Focus, *focusRow) string { return "" }},
	{"ChargeDescription", func(_ *Focus, r *focusRow) string { return r.description }},
	{"ChargeFrequency", func(_ *Focus, r *focusRow) string { return r.frequency }},
	{"ChargePeriodEnd", func(_ *Focus, r *focusRow) string { return r.end + midnight }},
	{"ChargePeriodStart", func(_ *Focus, r *focusRow) string { return r.start + midnight }},
	{"ContractedCost", price},
	{"EffectiveCost", price},
	{"InvoiceIssuerName", func(f *Focus, _ *focusRow) string { return f.seller }},
	{"ListCost", price},
	{"PricingQuantity", func(_ *Focus, r *focusRow) string { return shortest(r.quantity) }},
	{"PricingUnit", func(_ *Focus, r *focusRow) string { return r.unit }},
	{"ProviderName", func(f *Focus, _ *focusRow) string { return f.seller }},
	{"PublisherName", func(_ *Focus, r *focusRow) string { return publisher(r.provider) }},
	{"RegionId", func(_ *Focus, r *focusRow) string { return r.region }},
	{"ResourceId", func(_ *Focus, r *focusRow) string { return r.resource }},
	{"ServiceCategory", func(*Focus, *focusRow) string { return "Other" }},
	{"ServiceName", func(_ *Focus, r *focusRow) string { return r.service }},
	{"SkuId", func(_ *Focus, r *focusRow) string { return r.sku }},
	{"SkuMeter", func(_ *Focus, r *focusRow) string { return r.meter }},
	{"SubAccountId", func(_ *Focus, r *focusRow) string { return r.account }},
	{"SubAccountName", func(f *Focus, r *focusRow) string { return f.named(r) }},
	{"SubAccountType", func(*Focus, *focusRow) string { return "Account" }},
}

const (
	focusTime = "2006-01-02T15:04:05Z"
	midnight  = "T00:00:00Z"
)

func price(_ *Focus, r *focusRow) string { return shortest(r.billed) }

func publisher(id string) string {
	if p, known := billing.ProviderOf(id); known {
		return p.Name
	}
	return id
}

// named is what an account is called on the bill: as declared, else as in the
// provider's file.
func (f *Focus) named(r *focusRow) string {
	if name := f.names[r.account]; name != "" {
		return name
	}
	return r.name
}

// shortest is an exact number without the zeros that end it.
func shortest(number string) string {
	if strings.Contains(number, ".") {
		return strings.TrimSuffix(strings.TrimRight(number, "0"), ".")
	}
	return number
}

// Focus is a month of one billing group, on its way into a file.
type Focus struct {
	period  billing.Period
	group   Group
	seller  string
	names   map[string]string // of accounts, by id
	session engine.Session    // nil where there is nothing to read
	rows    *sql.Rows
}

// Focus opens what one billing group of the view is charged in a month, line by line,
// as the month was priced last. The sum of its costs is what the month's statement
// comes to: exact, tax out, in the provider's currency. It must be written. The
// feature is asked for beside the one that the view is of.
func (v *View) Focus(ctx context.Context, period billing.Period, group, feature string) (*Focus, error) {
	also, err := v.also(feature)
	if err != nil {
		return nil, err
	}
	g, err := also.group(group)
	if err != nil {
		return nil, err
	}
	rated, err := v.home.Store.CurrentRated(ctx, period)
	if err != nil {
		return nil, unknownOr(err, fmt.Errorf("what was used in %s %w: the month was not priced yet", period, store.ErrNotFound))
	}
	files, err := v.home.Lake.Charges(period, rated.Revision, g.ID)
	if err != nil {
		return nil, err
	}
	f := &Focus{period: period, group: g, seller: v.sellerOf(g.ID), names: map[string]string{}}
	for _, a := range v.declared.Accounts {
		f.names[a.ID] = a.Name
	}
	if len(files) == 0 {
		return f, nil
	}
	if f.session, err = v.home.Engine.Session(ctx); err != nil {
		return nil, err
	}
	if err = f.session.View(ctx, "charges", files); err == nil {
		f.rows, err = f.session.Query(ctx, focusSQL)
	}
	if err != nil {
		return nil, errors.Join(err, f.session.Close())
	}
	return f, nil
}

// also is the view of those organizations that have another feature, too.
func (v *View) also(feature string) (*View, error) {
	heads := slices.DeleteFunc(slices.Clone(v.heads), func(id string) bool {
		return id != access.Root && !access.Features(v.declared, id)[feature]
	})
	if len(heads) == 0 {
		return nil, fmt.Errorf("%s %w", feature, ErrSwitchedOff)
	}
	return &View{v.home, v.declared, v.tree, heads}, nil
}

// sellerOf is who sends the invoices of a billing group.
func (v *View) sellerOf(group string) string {
	groups, names := map[string]billing.BillingGroup{}, map[string]string{}
	for _, g := range v.declared.BillingGroups {
		groups[g.ID] = g
	}
	for _, c := range v.declared.Customers {
		names[c.ID] = c.Name
	}
	if above := groups[group].Parent; above != "" {
		return names[groups[above].Customer]
	}
	if v.declared.Reseller != nil {
		return v.declared.Reseller.Name
	}
	return ""
}

// FileName is what the file is called.
func (f *Focus) FileName() string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, fmt.Sprintf("focus-%s-%s.csv.gz", f.period, f.group.ID))
}

// Write writes the month as CSV, packed by gzip, row by row, and ends the use of it.
func (f *Focus) Write(w io.Writer) (err error) {
	packed := gzip.NewWriter(w)
	table := csv.NewWriter(packed)
	record := make([]string, len(focusColumns))
	for i, c := range focusColumns {
		record[i] = c.name
	}
	err = table.Write(record)
	if f.session != nil {
		defer func() { err = errors.Join(err, f.rows.Close(), f.session.Close()) }()
	}
	for err == nil && f.rows != nil && f.rows.Next() {
		var r focusRow
		if err = f.rows.Scan(r.places()...); err != nil {
			break
		}
		for i, c := range focusColumns {
			record[i] = c.value(f, &r)
		}
		err = table.Write(record)
	}
	if err == nil && f.rows != nil {
		err = f.rows.Err()
	}
	if err != nil {
		return err
	}
	table.Flush()
	if err := table.Error(); err != nil {
		return err
	}
	return packed.Close()
}
