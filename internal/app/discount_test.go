package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// discounted is an installation, in a folder, with a September whose negotiated
// discounts are laid out as Options.Discounts says.
func discounted(t *testing.T, dir, format string, layout sample.DiscountLayout) (a *app.App, export string, totals sample.Totals) {
	t.Helper()
	export = t.TempDir()
	totals, err := sample.Generate(context.Background(), export, sample.Options{
		Lines: 2000, Accounts: 6, Seed: 5, Period: september(t), Format: format, Discounts: layout, InvoiceID: "1001", SplitCost: layout != "",
	})
	if err != nil {
		t.Fatal(err)
	}
	return openAt(t, dir, afterAll), export, totals
}

// declaredInvoices declares the source and the provider's invoices, in cents as
// the provider writes them.
func declaredInvoices(t *testing.T, a *app.App, kind, export string, byInvoice map[string]money.Decimal) {
	t.Helper()
	yaml := marginGroups + `
sources: [{name: export, kind: ` + kind + `, url: ` + export + `, payer: "111111111111"}]
provider_invoices:
`
	for id, total := range byInvoice {
		yaml += fmt.Sprintf("  - {id: %q, payer: \"111111111111\", month: 2026-09, currency: USD, total: %q}\n", id, total.Round(2, money.HalfUp))
	}
	apply(t, a, yaml)
}

// R32 a, f: where discounts are columns, the provider bills the net cost. Its
// invoices prove the month, the sums before discounts do not.
func TestProviderInvoiceOfNetCost(t *testing.T) {
	for format, kind := range map[string]string{"cur-csv-gz": "aws-cur", "cur2-parquet": "aws-cur2"} {
		t.Run(format, func(t *testing.T) {
			a, export, totals := discounted(t, t.TempDir(), format, sample.DiscountsAsColumns)
			declaredInvoices(t, a, kind, export, totals.NetByInvoice)
			c := closeMonth(t, a, september(t))
			proved(t, c, totals.ByInvoice)
			for _, p := range c.Provider {
				files, lake := p.AfterDiscounts()
				want := totals.NetByInvoice[p.Invoice]
				if !files.Equal(want) || !lake.Equal(want) || !p.Cost.Equal(want) || p.Document == nil || !p.Document.Equal(want.Round(2, money.HalfUp)) {
					t.Errorf("R32 a: %+v, want %s after discounts", p, want)
				}
				if marketplace := p.Invoice == "1001-MP"; p.Discounted() == marketplace {
					t.Errorf("invoice %s has discounts in columns: %v; the marketplace has none", p.Invoice, !marketplace)
				}
			}
			m, total := marginOf(t, a, "2026-09", ""), c.Totals[0]
			if len(c.Totals) != 1 || !total.Cost.Equal(totals.Net) || total.Unblended == nil || !total.Unblended.Equal(totals.Unblended) ||
				!total.Margin.Equal(m.Totals[0].Margin) || !total.Sell.Equal(m.Totals[0].Sell) {
				t.Errorf("R32 f: %+v, the margin %+v, want cost %s, unblended %s", c.Totals, m.Totals, totals.Net, totals.Unblended)
			}
			if went := money.Sum(total.Customers, total.Own, total.Entries, total.InputTax, total.Unassigned); !went.Equal(total.Cost) {
				t.Errorf("R32 f: cost %s went where %s is", total.Cost, went)
			}

			declaredInvoices(t, a, kind, export, totals.ByInvoice)
			c, err := a.Pipeline.Reconcile(context.Background(), september(t))
			want := fmt.Sprintf("its lines sum to %s after discounts in columns, the provider's document says %s USD",
				totals.NetByInvoice["1001"], totals.ByInvoice["1001"].Round(2, money.HalfUp))
			if err != nil || len(c.Residues) != 1 || !strings.Contains(c.Residues[0], want) {
				t.Errorf("R32 a: %v, residues %v; want %s", err, c.Residues, want)
			}
		})
	}
}

// R32 a: where discounts are lines, and in FOCUS, which has no net cost, the
// billed cost is what the provider bills.
func TestProviderInvoiceOfBilledCost(t *testing.T) {
	for _, o := range []struct {
		format, kind string
		layout       sample.DiscountLayout
	}{
		{"cur-csv-gz", "aws-cur", sample.DiscountsAsLines}, {"focus", "focus", ""},
	} {
		t.Run(o.format, func(t *testing.T) {
			a, export, totals := discounted(t, t.TempDir(), o.format, o.layout)
			declaredInvoices(t, a, o.kind, export, totals.ByInvoice)
			c := closeMonth(t, a, september(t))
			proved(t, c, totals.ByInvoice)
			for _, p := range c.Provider {
				if p.Discounted() || p.Document == nil {
					t.Errorf("invoice %s: %+v", p.Invoice, p)
				}
			}
			if total := c.Totals[0]; !total.Cost.Equal(totals.Unblended) || total.Unblended != nil {
				t.Errorf("R32 f: %+v, want cost %s", total, totals.Unblended)
			}
		})
	}
}

// R32 a: discounts that the lake lost leave a residue, though no line and no
// unblended cost is missing.
func TestLostDiscounts(t *testing.T) {
	dir := t.TempDir()
	a, export, totals := discounted(t, dir, "cur-csv-gz", sample.DiscountsAsColumns)
	declaredInvoices(t, a, "aws-cur", export, nil)
	proved(t, closeMonth(t, a, september(t)), totals.ByInvoice)
	rewriteAs(t, filepath.Join(dir, "lake", "line_items", "*", "*", "load=*", "part-*.parquet"), "* REPLACE (billed_cost AS x_net_cost)", "true")
	c, err := a.Pipeline.Reconcile(context.Background(), september(t))
	net, unblended := totals.NetByInvoice["1001"], totals.ByInvoice["1001"]
	want := fmt.Sprintf("(a) provider invoice 1001 of payer 111111111111, after discounts in columns: files %s, lake %s, charges %s USD", net, unblended, net)
	if err != nil || len(c.Residues) != 1 || c.Residues[0] != want {
		t.Errorf("R32 a: %v, residues\n%s\nwant\n%s", err, strings.Join(c.Residues, "\n"), want)
	}
}
