package statement_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Charges are summed exactly by group, account, payer, kind, service and
// currency; what is off the invoice is not in a statement. Notes are of groups
// that are billed as if they were alone, and from charges on the invoice: acme's
// daily export is of payer Q, whose charges it is billed as the provider does.
// They follow what is used to a tier that resells it, to who buys from the tier,
// and to who bears a part of a pool.
func TestRead(t *testing.T) {
	e, err := duckdb.Open("512MB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	s, err := e.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dir := filepath.Join(t.TempDir(), "charges")
	if _, err := s.Write(t.Context(), `SELECT * REPLACE (CAST(billed_cost AS DECIMAL(38, 24)) AS billed_cost, CAST(x_cost AS DECIMAL(38, 18)) AS x_cost) FROM (VALUES
		('acme', '2', 'P', NULL,      'usage',       'AmazonEC2', 'Compute', 'USD', '0.000000000000000000000001', '1', 'true-unblended', NULL, NULL, 'aws', 'acme', NULL, NULL, 'usage'),
		('acme', '2', 'P', 'Web',     'usage',       'AmazonEC2', 'Compute', 'USD', '7', '2', 'true-unblended', 'as-applied', 'other', 'azure', 'acme', NULL, NULL, 'usage'),
		('acme', '2', 'P', NULL,      'usage',       'AmazonS3',  NULL,      'USD', '-3.5', '0.25', 'true-unblended', NULL, NULL, 'aws', 'acme', NULL, NULL, 'usage'),
		('acme', '2', 'P', NULL,      'usage',       'AmazonS3',  NULL,      'CNY', '9', '9', 'true-unblended', 'as-applied', 'other', NULL, 'acme', NULL, NULL, 'usage'),
		('acme', '2', 'P', NULL,      'marketplace', 'prod-1',    'Logs',    'USD', '20.6', '20', 'true-unblended', 'as-applied', 'sp-compute', 'gcp', 'acme', NULL, NULL, 'usage'),
		('acme', '2', 'P', NULL,      'entry',       'AmazonEC2', 'Compute', 'USD', '0', '500', 'true-unblended', 'as-applied', 'other', 'oci', 'acme', NULL, NULL, 'usage'),
		('acme', '2', 'P', NULL,      'tax',         'AmazonEC2', 'Compute', 'USD', '0', '1.93', 'true-unblended', NULL, NULL, 'aws', 'acme', NULL, NULL, 'usage'),
		('acme', '2', 'Q', 'Web',     'usage',       'AmazonEC2', 'Compute', 'USD', '4', '4', 'unblended', 'applied', 'sp-ec2', 'aws', 'acme', NULL, NULL, 'usage'),
		('acme', '1', 'P', 'Given',   'usage',       NULL,        NULL,      'USD', '1', '1', 'true-unblended', 'kept', 'sp-ec2', 'aws', 'acme', NULL, NULL, 'usage'),
		('beta', '3', 'P', 'Named',   'usage',       'b',         'Same',    'USD', '1', '1', 'true-unblended', 'applied', 'sp-ec2', 'aws', 'beta', NULL, NULL, 'usage'),
		('beta', '3', 'P', 'Named',   'usage',       'a',         'Same',    'USD', '2', '2', 'true-unblended', 'tiered-alone', NULL, 'aws', 'beta', NULL, NULL, 'usage'),
		('gamma', '6', 'P', 'Unused', 'usage',       'a',         'A',       'USD', '1', '1', 'true-unblended', 'kept', 'sp-ec2', 'aws', 'gamma', NULL, NULL, 'usage'),
		('delta', '7', 'P', 'Billed', 'usage',       'a',         'A',       'USD', '1', '1', 'net', 'as-applied', 'other', 'gcp', 'delta', NULL, NULL, 'usage'),
		('gone', '4', 'P', 'Entries', 'entry',       'a',         'A',       'USD', '0', '-5', 'true-unblended', NULL, NULL, 'aws', 'gone', NULL, NULL, 'usage'),
		('tier', '8', 'P', 'Bought', 'usage',     'a',         'A',       'USD', '3', '2', 'true-unblended', 'kept', 'sp-ec2', 'aws', 'buyer', NULL, NULL, 'usage'),
		('tier', '8', 'P', 'Bought', 'excluded',  'b',         'B',       'USD', '0', '2', 'true-unblended', NULL, NULL, 'aws', 'buyer', NULL, NULL, 'usage'),
		('buyer', '8', 'P', 'Bought', 'usage',    'a',         'A',       'USD', '4', '0', 'cost', 'kept', 'sp-ec2', 'aws', 'buyer', 'tier', NULL, 'usage'),
		('buyer', '8', 'P', 'Bought', 'usage',    'managed',   'Managed services', 'USD', '0.4', '0', 'price', 'kept', 'sp-ec2', 'aws', 'buyer', 'tier', NULL, 'managed'),
		('shared', '9', 'P', 'Shared', 'usage',   'a',         'A',       'USD', '5', '1', 'true-unblended', 'kept', 'sp-ec2', 'aws', 'shared', NULL, 'pool', 'usage'),
		('reseller', '5', 'P', 'Own', 'off',         'a',         'A',       'USD', '0', '6', 'true-unblended', NULL, NULL, 'aws', 'reseller', NULL, NULL, 'usage'))
		v("group", sub_account_id, billing_account_id, sub_account_name, x_place, x_service_code, service_name, billing_currency, billed_cost, x_cost,
			x_base, x_treatment, x_commitment_kind, x_provider, x_owner, x_seller, x_pool, x_class)`, dir, "group", 2); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.View(t.Context(), "charges", files); err != nil {
		t.Fatal(err)
	}
	hours := filepath.Join(t.TempDir(), "hours")
	if _, err := s.Write(t.Context(), `SELECT "group", payer, CAST(used AS DECIMAL(38, 15)) AS used,
			CAST(charge_period_start AS TIMESTAMP) AS charge_period_start, CAST(charge_period_end AS TIMESTAMP) AS charge_period_end FROM (VALUES
		('acme',  'P', '2',   '2026-10-03 00:00:00', '2026-10-03 01:00:00'),
		('acme',  'Q', '3',   '2026-10-03 00:00:00', '2026-10-04 00:00:00'),
		('beta',  'P', '1.5', '2026-10-03 00:00:00', '2026-10-04 00:00:00'),
		('gamma', 'P', '0',   '2026-10-03 00:00:00', '2026-10-04 00:00:00'),
		('buyer', 'P', '1',   '2026-10-03 00:00:00', '2026-10-04 00:00:00'),
		('pool',  'P', '1',   '2026-10-03 00:00:00', '2026-10-04 00:00:00'),
		('delta', 'P', '1',   '2026-10-03 00:00:00', '2026-10-04 00:00:00'))
		v("group", payer, used, charge_period_start, charge_period_end)`, hours, "payer", 2); err != nil {
		t.Fatal(err)
	}
	if files, err = filepath.Glob(filepath.Join(hours, "*", "*.parquet")); err != nil {
		t.Fatal(err)
	}
	if err := s.View(t.Context(), "hours", files); err != nil {
		t.Fatal(err)
	}
	period, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	all, err := statement.Read(t.Context(), s, period, []billing.Account{{ID: "1", Name: "As configured"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, st := range all {
		got = append(got, fmt.Sprintf("%s %s", st.Group, st.Period))
		for _, n := range st.Notes {
			got = append(got, fmt.Sprintf(" note %s %q", n.Code, n.Args))
		}
		for _, a := range st.Accounts {
			got = append(got, fmt.Sprintf(" %s %q of %s", a.ID, a.Name, a.Payer))
			for _, l := range a.Lines {
				got = append(got, fmt.Sprintf("  %s %q %s %s cost %s", l.Kind, l.Service, l.Amount, l.Currency, l.Cost))
			}
		}
	}
	want := []string{
		`acme 2026-10`, ` note commitments-as-applied ["P"]`, ` note commitments-as-applied ["azure"]`,
		` 1 "As configured" of P`, `  usage "" 1 USD cost 1`,
		` 2 "Web" of P`,
		`  usage "AmazonS3" 9 CNY cost 9`, `  usage "AmazonS3" -3.5 USD cost 0.25`,
		`  usage "Compute" 7.000000000000000000000001 USD cost 3`,
		`  marketplace "Logs" 20.6 USD cost 20`,
		` 2 "Web" of Q`, `  usage "Compute" 4 USD cost 4`,
		`beta 2026-10`, ` note commitments-by-day []`, ` note tiers-alone []`, ` 3 "Named" of P`, `  usage "Same" 2 USD cost 2`, `  usage "Same" 1 USD cost 1`,
		`buyer 2026-10`, ` note commitments-by-day []`, ` 8 "Bought" of P`, `  usage "A" 4 USD cost 0`, `  usage "Managed services" 0.4 USD cost 0`,
		`delta 2026-10`, ` 7 "Billed" of P`, `  usage "A" 1 USD cost 1`,
		`gamma 2026-10`, ` 6 "Unused" of P`, `  usage "A" 1 USD cost 1`,
		`shared 2026-10`, ` note commitments-by-day []`, ` 9 "Shared" of P`, `  usage "A" 5 USD cost 1`,
		`tier 2026-10`, ` note commitments-by-day []`, ` 8 "Bought" of P`, `  usage "A" 3 USD cost 2`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("statements\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	total := all[0].Total()
	if len(total) != 2 || !total["USD"].Equal(money.MustParse("29.100000000000000000000001")) || !total["CNY"].Equal(money.MustParse("9")) {
		t.Errorf("total of acme %v", total) // 1 − 3.5 + 7 + 10^-24 + 20.6 + 4
	}
}
