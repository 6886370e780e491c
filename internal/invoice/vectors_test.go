package invoice_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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
		Support         *billing.Support
		Agency          *billing.AgencyFee
		BillingServices []billing.BillingService `json:"billing_services"`
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
		BillingServices []struct {
			Name   string
			Amount money.Decimal
		} `json:"billing_services"`
		Support, Agency money.Decimal
		PrepaidUsed     money.Decimal `json:"prepaid_used"`
		UsageTotal      money.Decimal `json:"usage_total"`
		UsageResidue    money.Decimal `json:"usage_residue"`
		Subtotal        money.Decimal
		Discount        money.Decimal
		AfterDiscount   money.Decimal `json:"after_discount"`
		BeforeTax       money.Decimal `json:"before_tax"`
		TaxFree         money.Decimal `json:"tax_free"`
		TaxBase         money.Decimal `json:"tax_base"`
		Tax             money.Decimal
		Total           money.Decimal
		Payable         money.Decimal
		Document        string
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

// Section E on numbers from elsewhere: every figure of every case.
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
		})
	}
}

// input maps the case to a statement under one payer for each account, whose
// rate is that payer's.
func (v vector) input() (statement.Statement, invoice.Settings) {
	given := v.Given
	s := statement.Statement{Group: "acme", Period: month("2026-10")}
	set := invoice.Settings{
		Customer: billing.Customer{ID: "acme"},
		Group: billing.BillingGroup{ID: "acme", Customer: "acme", Currency: string(given.Currency), Invoice: billing.InvoiceSettings{
			Rounding:        given.Rounding,
			Discount:        given.Discount,
			Tax:             []billing.Tax{{Category: "standard", Percent: given.TaxPercent}},
			AdditionalItems: given.AdditionalItems,
		}},
	}
	settings := &set.Group.Invoice
	if given.Support != nil {
		support := *given.Support
		support.Accounts = map[string]string{}
		for _, account := range given.Accounts {
			if account.SupportPlan != "" {
				support.Accounts[account.Account] = account.SupportPlan
			}
		}
		settings.Support = []billing.Support{support}
	}
	if given.Agency != nil {
		settings.Agency = []billing.AgencyFee{*given.Agency}
	}
	for i, service := range given.BillingServices {
		service.ID, service.Currency = fmt.Sprint(i), given.Currency
		set.Services = append(set.Services, service)
		settings.BillingServices = append(settings.BillingServices, billing.ServiceUse{Service: service.ID})
	}
	if given.Prepaid != nil {
		settings.Prepaid, set.Balance = true, *given.Prepaid
	}
	addRate := func(rate money.Decimal, level, payer string) {
		if given.Currency != "USD" {
			set.Rates = append(set.Rates, billing.ExchangeRate{
				Month: s.Period, From: "USD", To: given.Currency, Rate: rate, Level: level, Payer: payer,
			})
		}
	}
	addRate(*given.CommonRate, "common", "")
	for _, account := range given.Accounts {
		payer := "payer of " + account.Account
		addRate(account.Rate, "payer", payer)
		section := statement.Account{ID: account.Account, Payer: payer}
		for _, service := range account.Services {
			kind := statement.Usage
			if service.Marketplace {
				kind = statement.Marketplace
			}
			section.Lines = append(section.Lines, statement.Line{Kind: kind, Service: service.Service, Currency: "USD", Amount: service.USD})
		}
		for i, entry := range account.Entries {
			section.Lines = append(section.Lines, statement.Line{
				Kind: statement.Entry, Service: entry.Name, Entry: fmt.Sprintf("E-%d", i), Currency: "USD", Amount: entry.USD,
				Rate: &entry.Rate, TaxFree: entry.TaxFree,
			})
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
				kind, service = statement.Entry, line.Entry
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
	same("support", want.Support, inv.SupportTotal)
	same("agency fee", want.Agency, inv.AgencyTotal)
	same("subtotal", want.Subtotal, inv.Subtotal)
	same("discount", want.Discount.Neg(), inv.DiscountTotal) // the vectors write it as the change of the total
	same("after discount", want.AfterDiscount, inv.AfterDiscount)
	if len(want.BillingServices) != len(inv.BillingServices) || len(want.AdditionalItems) != len(inv.AdditionalItems) {
		t.Fatalf("%d billing services and %d items, want %d and %d", len(inv.BillingServices), len(inv.AdditionalItems), len(want.BillingServices), len(want.AdditionalItems))
	}
	for i, service := range want.BillingServices {
		same(service.Name, service.Amount, inv.BillingServices[i].Amount)
	}
	for i, item := range want.AdditionalItems {
		same(item.Label, item.Amount, inv.AdditionalItems[i].Amount)
	}
	same("before tax", want.BeforeTax, inv.BeforeTax)
	same("tax-free", want.TaxFree, inv.TaxFree)
	same("tax base", want.TaxBase, inv.Taxes[0].Base)
	same("tax", want.Tax, inv.TaxTotal)
	same("total", want.Total, inv.Total)
	same("prepaid", want.PrepaidUsed, inv.PrepaidUsed)
	same("payable", want.Payable, inv.Payable)
	if string(inv.Document) != want.Document {
		t.Errorf("R26: the document is a %s, want %s", inv.Document, want.Document)
	}
}
