package sample

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/money"
)

// demoPayer is one of the reseller's paying accounts.
type demoPayer struct {
	id, name     string
	firstAccount int
}

var demoPayers = []demoPayer{
	{"111111111111", "Payer East", 200000000001},
	{"222222222222", "Payer West", 300000000001},
}

const (
	demoAccounts    = 30     // of each payer
	demoLines       = 40_000 // of each payer's month
	demoCommitments = 8      // reservations and savings plans of each payer
	demoReport      = "hourly-cur"
)

// DemoTotals are the totals of one payer's month of the demo.
type DemoTotals struct {
	Payer  string         `json:"payer"`
	Period billing.Period `json:"period"`
	Totals
}

// DemoMonths are the months of the demo: July to September 2026.
func DemoMonths() []billing.Period {
	first := billing.PeriodOf(time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC))
	return []billing.Period{first, first.Next(), first.Next().Next()}
}

// Demo writes a whole reseller below dir: three months (DemoMonths) of two
// payers' exports in exports/<payer>/, the configuration in reseller.yaml, and
// the sums of each payer's month in expected-totals.json. Every account has an
// owner and the provider's invoices are entered, so each month closes. The
// configuration names the exports by their absolute path. A month is one file, so
// that its charges have the same numbers in every run.
func Demo(ctx context.Context, dir string, seed uint64) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	expected, err := demoExports(ctx, dir, seed, DemoMonths())
	if err != nil {
		return err
	}
	return writeDemo(dir, demoConfig(dir, DemoMonths(), expected), expected)
}

// demoExports writes the exports of months that are over, and returns their sums.
func demoExports(ctx context.Context, dir string, seed uint64, months []billing.Period) ([]DemoTotals, error) {
	var expected []DemoTotals
	for _, payer := range demoPayers {
		for _, month := range months {
			o := payer.options(seed, month)
			o.InvoiceID = strconv.FormatInt(1_000_000_000+newRand(seed, "invoice", payer.id, month.String()).Int64N(1_000_000_000), 10)
			totals, err := generate(ctx, filepath.Join(dir, "exports", payer.id), o, 0)
			if err != nil {
				return nil, fmt.Errorf("making the demo's %s of payer %s: %w", month, payer.id, err)
			}
			expected = append(expected, DemoTotals{payer.id, month, totals})
		}
	}
	return expected, nil
}

// options of a payer's month, which is not final.
func (p demoPayer) options(seed uint64, month billing.Period) Options {
	return Options{
		Lines: demoLines, Accounts: demoAccounts, Format: "cur-csv-gz", Seed: seed, Period: month,
		Payer: p.id, Report: demoReport, FirstAccount: p.firstAccount, Commitments: demoCommitments,
	}
}

// writeDemo writes the demo's configuration and its sums.
func writeDemo(dir string, c billing.Config, expected []DemoTotals) error {
	if err := writeJSON(filepath.Join(dir, totalsFile), expected); err != nil {
		return err
	}
	return writeConfig(filepath.Join(dir, "reseller.yaml"), c)
}

// writeConfig writes the configuration as a person would.
func writeConfig(file string, c billing.Config) error {
	var text bytes.Buffer
	text.WriteString("# A make-believe reseller: every name, account and amount is invented.\n" +
		"# The exports it bills lie beside this file; provider_invoices are what their invoices say.\n\n")
	if err := config.Write(&text, c); err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return os.WriteFile(file, text.Bytes(), 0o644)
}

// demoConfig is the reseller with everything it declares.
func demoConfig(dir string, months []billing.Period, expected []DemoTotals) billing.Config {
	c := billing.Config{
		Reseller: &billing.Reseller{
			Name: "あかつきクラウド株式会社", Currency: "JPY", TaxRegistration: "T9234567890123",
			Address: &billing.Address{Lines: []string{"日本橋1-2-3"}, City: "中央区", Region: "東京都", PostalCode: "103-0027", Country: "JP"},
			Contact: "billing@akatsuki.example",
			Payment: []string{"みほん銀行 本店 普通 1234567", "IBAN DE02 1203 0000 0000 2020 51 (EUR)"},
			Identity: billing.Identity{
				Endpoint:     "0221:T9234567890123",
				ContactPoint: &billing.ContactPoint{Name: "請求担当 中村", Phone: "+81 3 5555 0101", Email: "billing@akatsuki.example"},
				Bank:         &billing.BankAccount{Holder: "アカツキクラウド（カ", Bank: "みほん銀行", Branch: "本店", Kind: "ordinary", Number: "1234567"},
			},
			SellingBook: billing.Attach("standard"),
		},
		PriceBooks:       demoBooks(),
		ExchangeRates:    demoRates(months),
		InvoiceTemplates: demoTemplates(),
		InvoiceLayouts:   demoLayouts(),
		BillingServices:  demoServices(),
		Coupons:          demoCoupons(),
		EntryRules:       demoEntryRules(),
		Projects:         demoProjects(),
	}
	accounts := claimAccounts(&c)
	for _, payer := range demoPayers {
		c.Payers = append(c.Payers, billing.Payer{ID: payer.id, Name: payer.name, Provider: "aws"})
		c.Sources = append(c.Sources, billing.Source{
			Name: "exports-" + payer.id, Kind: "aws-cur", URL: filepath.Join(dir, "exports", payer.id), Payer: payer.id,
		})
		c.Accounts = append(c.Accounts, billing.Account{ID: payer.id, Name: payer.name})
	}
	c.Accounts = append(c.Accounts, accounts...)
	for _, e := range expected {
		for _, id := range slices.Sorted(maps.Keys(e.ByInvoice)) {
			c.ProviderInvoices = append(c.ProviderInvoices, billing.ProviderInvoice{
				ID: id, Payer: e.Payer, Month: e.Period, Currency: "USD", Total: e.ByInvoice[id],
			})
		}
	}
	return c
}

// claimAccounts declares customers and groups and gives every account to one
// of them: customers in turn, the last account of each payer and the payers
// themselves to the reseller; one is shared. It returns the accounts with their names.
func claimAccounts(c *billing.Config) []billing.Account {
	var named []billing.Account
	for _, d := range demoCustomers {
		c.Customers = append(c.Customers, d.customer())
	}
	claimed := make([][]string, len(demoCustomers))
	for p, payer := range demoPayers {
		c.Reseller.Accounts = append(c.Reseller.Accounts, payer.id)
		for i := range demoAccounts {
			id := fmt.Sprintf("%012d", payer.firstAccount+i)
			owner := "akatsuki"
			switch {
			case i == demoAccounts-1:
				c.Reseller.Accounts = append(c.Reseller.Accounts, id)
			case id == demoShared:
				owner = "shared"
			default:
				n := (p*(demoAccounts-1) + i) % len(demoCustomers)
				claimed[n] = append(claimed[n], id)
				owner = demoCustomers[n].id
			}
			named = append(named, billing.Account{ID: id, Name: owner + "-" + accountName(i)})
		}
	}
	for n, d := range demoCustomers {
		c.BillingGroups = append(c.BillingGroups, d.group(claimed[n]))
	}
	share(c)
	moveToLab(c)
	return named
}

// demoShared is an account that customers share: what is tagged with a team of
// theirs is theirs, and the rest is divided (R3, R4).
const demoShared = "300000000009"

func share(c *billing.Config) {
	teams := map[string][]string{"sakura-main": {"crm", "iot", "web"}, "aozora-main": {"games", "media"}}
	for i, g := range c.BillingGroups {
		if of := teams[g.ID]; of != nil {
			c.BillingGroups[i].Claims = append(g.Claims, billing.Claim{Accounts: []string{demoShared}, Tags: map[string][]string{"Team": of}})
		}
	}
	c.Pools = []billing.Pool{{
		ID: "osaka-shared", Accounts: []string{demoShared},
		Fixed:     []billing.FixedShare{{Group: "aozora-main", Amount: money.FromInt(10)}},
		Percent:   []billing.PercentShare{{Group: "sakura-main", Percent: money.FromInt(25)}},
		Remainder: "sakura-main",
	}}
}

// moveToLab gives an account of the first customer to a second group of it in
// the middle of August, so that a month of the demo is split (R2).
func moveToLab(c *billing.Config) {
	moved := demoMove
	main := &c.BillingGroups[0]
	accounts := main.Claims[0].Accounts
	last := accounts[len(accounts)-1:]
	main.Claims = []billing.Claim{{Accounts: accounts[:len(accounts)-1]}, {Accounts: last, To: &moved}}
	lab := *main
	lab.ID, lab.Name = "hokuto-lab", "北斗テクノロジー 研究所"
	lab.Claims = []billing.Claim{{Accounts: last, From: &moved}}
	lab.Invoice = billing.InvoiceSettings{Series: main.Invoice.Series, NoteSeries: main.Invoice.NoteSeries}
	c.BillingGroups = append(c.BillingGroups, lab)
}

// demoRates are what a US dollar cost: the common rates, and one payer's own; and
// what the reseller counts its profit by, in its own currency.
func demoRates(months []billing.Period) []billing.ExchangeRate {
	common := []struct {
		from, to money.Currency
		rates    [4]string
	}{
		{"USD", "JPY", [4]string{"148.52", "149.875", "151.30", "152.045"}},
		{"USD", "EUR", [4]string{"0.8612", "0.8575", "0.8534", "0.8551"}},
		{"USD", "KRW", [4]string{"1382.4", "1391.25", "1379.8", "1384.6"}},
		{"USD", "GBP", [4]string{"0.7421", "0.7388", "0.7405", "0.7419"}},
		{"USD", "TWD", [4]string{"29.85", "30.12", "30.405", "30.52"}},
		{"EUR", "JPY", [4]string{"172.46", "174.78", "177.29", "177.81"}},
		{"GBP", "JPY", [4]string{"200.13", "202.86", "204.32", "204.94"}},
		{"KRW", "JPY", [4]string{"0.10744", "0.10773", "0.10965", "0.10981"}},
		{"TWD", "JPY", [4]string{"4.9755", "4.9759", "4.9762", "4.9820"}},
	}
	var rates []billing.ExchangeRate
	for i, month := range months {
		for _, pair := range common {
			rates = append(rates, billing.ExchangeRate{
				Month: month, From: pair.from, To: pair.to, Rate: money.MustParse(pair.rates[i]), Level: "common",
			})
		}
		rates = append(rates, billing.ExchangeRate{
			Month: month, From: "USD", To: "JPY", Rate: money.MustParse(common[0].rates[i]).Add(money.MustParse("0.4")),
			Level: "payer", Payer: demoPayers[0].id,
		})
	}
	return rates
}
