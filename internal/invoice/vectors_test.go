package invoice_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// vector is a case of invoice.json: numbers that another program computed.
type vector struct {
	Name  string
	Given struct {
		Currency   money.Currency
		Rounding   billing.RoundingSettings
		TaxPercent money.Decimal  `json:"tax_percent"`
		CommonRate *money.Decimal `json:"common_rate"`
		Accounts   []struct {
			Account     string
			Rate        money.Decimal
			SupportPlan string `json:"support_plan"`
			Services    []struct {
				Service     string
				USD         money.Decimal
				Marketplace bool
			}
			Entries []struct {
				Name      string
				USD, Rate money.Decimal
				TaxFree   bool `json:"tax_free"`
			}
		}
		Discount        *billing.Discount
		AdditionalItems []billing.AdditionalItem `json:"additional_items"`
		Support         *struct{ Kind string }
		Agency          *struct{}
		BillingServices []struct{} `json:"billing_services"`
		Prepaid         *money.Decimal
	}
	Expect struct {
		Accounts []struct {
			Account string
			Lines   []struct {
				Service, Entry string
				Marketplace    bool
				Amount         money.Decimal
			}
			Total money.Decimal
		}
		AdditionalItems []struct {
			Label  string
			Amount money.Decimal
		} `json:"additional_items"`
		UsageTotal    money.Decimal `json:"usage_total"`
		UsageResidue  money.Decimal `json:"usage_residue"`
		Subtotal      money.Decimal
		Discount      money.Decimal
		AfterDiscount money.Decimal `json:"after_discount"`
		BeforeTax     money.Decimal `json:"before_tax"`
		TaxFree       money.Decimal `json:"tax_free"`
		TaxBase       money.Decimal `json:"tax_base"`
		Tax           money.Decimal
		Total         money.Decimal
		Payable       money.Decimal
		Document      string
	}
}

func readVectors(t *testing.T) []vector {
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	text, err := os.ReadFile(filepath.Join(root, "..", "domain", "vectors", "invoice.json"))
	if os.IsNotExist(err) {
		t.Skip("the vectors domain/vectors/invoice.json are not here; set SLUICE_TESTDATA to the folder data beside domain")
	}
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	return vectors
}

// Section E on numbers from elsewhere. In a case that uses what is not part of
// this release, every figure that does not depend on it is compared, and the
// rest is skipped by name.
func TestVectors(t *testing.T) {
	for _, v := range readVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			s, set := v.input()
			inv, err := invoice.New(s, set, invoice.Inputs{}, false)
			if err != nil {
				t.Fatal(err)
			}
			v.compare(t, inv)
			if d := invoice.Check(inv); len(d) > 0 {
				t.Errorf("the document does not prove itself: %+v", d)
			}
			if absent := v.absent(); len(absent) > 0 {
				t.Skipf("compared what does not depend on it; not part of this release: %s", strings.Join(absent, ", "))
			}
		})
	}
}

func (v vector) hasSupport() bool { return v.Given.Support != nil && v.Given.Support.Kind != "none" }

// hasEntries tells of applied adjusting entries, and of tax-free ones.
func (v vector) hasEntries() (any, taxFree bool) {
	for _, account := range v.Given.Accounts {
		for _, entry := range account.Entries {
			any, taxFree = true, taxFree || entry.TaxFree
		}
	}
	return any, taxFree
}

// absent names what the case uses and this release does not have.
func (v vector) absent() (features []string) {
	if v.hasSupport() {
		features = append(features, "the support fee")
	}
	if v.Given.Agency != nil {
		features = append(features, "the agency fee")
	}
	if len(v.Given.BillingServices) > 0 {
		features = append(features, "billing services")
	}
	if any, _ := v.hasEntries(); any {
		features = append(features, "adjusting entries")
	}
	if v.Given.Prepaid != nil {
		features = append(features, "prepaid")
	}
	return features
}

// input maps the case to a statement under one payer for each account, whose
// rate is that payer's. An adjusting entry is converted, rounded and summed
// like a marketplace line, at a rate of its own: it comes as one, in a currency
// of its own.
func (v vector) input() (statement.Statement, invoice.Settings) {
	given := v.Given
	s := statement.Statement{Group: "acme", Period: month("2026-10")}
	set := invoice.Settings{
		Customer: billing.Customer{ID: "acme"},
		Group: billing.BillingGroup{ID: "acme", Customer: "acme", Currency: string(given.Currency), Invoice: billing.InvoiceSettings{
			Rounding:        given.Rounding,
			Tax:             []billing.Tax{{Category: "standard", Percent: given.TaxPercent}},
			AdditionalItems: given.AdditionalItems,
		}},
	}
	if given.Discount != nil {
		discount := *given.Discount
		if discount.Base == "usage+support" { // the same as usage, where there is no support
			discount.Base = "usage"
		}
		set.Group.Invoice.Discount = &discount
	}
	addRate := func(from money.Currency, rate money.Decimal, level, payer string) {
		if from != given.Currency {
			set.Rates = append(set.Rates, billing.ExchangeRate{
				Month: s.Period, From: from, To: given.Currency, Rate: rate, Level: level, Payer: payer,
			})
		}
	}
	addRate("USD", *given.CommonRate, "common", "")
	for _, account := range given.Accounts {
		payer := "payer of " + account.Account
		addRate("USD", account.Rate, "payer", payer)
		section := statement.Account{ID: account.Account, Payer: payer}
		for _, service := range account.Services {
			kind := statement.Usage
			if service.Marketplace {
				kind = statement.Marketplace
			}
			section.Lines = append(section.Lines, statement.Line{Kind: kind, Service: service.Service, Currency: "USD", Amount: service.USD})
		}
		for i, entry := range account.Entries {
			own := money.Currency(fmt.Sprintf("XE%c", 'A'+i))
			addRate(own, entry.Rate, "payer", payer)
			section.Lines = append(section.Lines, statement.Line{Kind: statement.Marketplace, Service: "entry " + entry.Name, Currency: own, Amount: entry.USD})
		}
		s.Accounts = append(s.Accounts, section)
	}
	return s, set
}

func (v vector) compare(t *testing.T, inv invoice.Invoice) {
	want := v.Expect
	same := func(name string, want, got money.Decimal) {
		t.Helper()
		if !got.Equal(want) {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
	got := map[string]money.Decimal{}
	for _, account := range inv.Accounts {
		got[account.Account] = account.Total
		for _, line := range account.Lines {
			got[fmt.Sprint(account.Account, line.Kind, line.Service)] = line.Amount
		}
	}
	figures := 0
	for _, account := range want.Accounts {
		same("account "+account.Account, account.Total, got[account.Account])
		for _, line := range account.Lines {
			kind, service := statement.Usage, line.Service
			if line.Marketplace {
				kind = statement.Marketplace
			}
			if line.Entry != "" {
				kind, service = statement.Marketplace, "entry "+line.Entry
			}
			same(account.Account+" "+service, line.Amount, got[fmt.Sprint(account.Account, kind, service)])
		}
		figures += 1 + len(account.Lines)
	}
	if figures != len(got) {
		t.Errorf("the document has %d lines and accounts, want %d", len(got), figures)
	}
	same("usage total", want.UsageTotal, inv.UsageTotal)
	same("usage residue", want.UsageResidue, inv.UsageResidue)
	for i, item := range want.AdditionalItems {
		same(item.Label, item.Amount, inv.AdditionalItems[i].Amount)
	}

	beforeSubtotal := !v.hasSupport() && v.Given.Agency == nil
	if beforeSubtotal || v.Given.Discount != nil && v.Given.Discount.Base == "usage" {
		discount := money.Zero
		if inv.Discount != nil {
			discount = inv.Discount.Amount
		}
		same("discount", want.Discount.Neg(), discount) // the vectors write it as the change of the total
	}
	if !beforeSubtotal {
		return
	}
	same("subtotal", want.Subtotal, inv.Subtotal)
	same("after discount", want.AfterDiscount, inv.AfterDiscount)
	if len(v.Given.BillingServices) > 0 {
		return
	}
	same("before tax", want.BeforeTax, inv.BeforeTax)
	if _, taxFree := v.hasEntries(); taxFree {
		return
	}
	same("tax-free", want.TaxFree, inv.TaxFree)
	same("tax base", want.TaxBase, inv.Taxes[0].Base)
	same("tax", want.Tax, inv.TaxTotal)
	same("total", want.Total, inv.Total)
	if inv.Document != want.Document {
		t.Errorf("R26: the document is a %s, want %s", inv.Document, want.Document)
	}
	if v.Given.Prepaid == nil {
		same("payable", want.Payable, inv.Payable)
	}
}
