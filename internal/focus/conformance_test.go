package focus_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/focus"
)

// What is written keeps every rule of FOCUS 1.2 that can be checked: drafts, invoices
// and a note, and the reseller's own.
func TestConformance(t *testing.T) {
	m := readModel(t)
	a, folder := closed(t, 3000)
	issueAll(t, a)
	closeAt(t, a, folder, "12")
	x, s := focus.New(a.Installation), session(t, a)
	for name, scope := range map[string]focus.Scope{"billed": focus.Billed(september(t), "acme", "beta", "gamma"), "paid": focus.Paid(september(t))} {
		load(t, s, written(t, x, scope, focus.CostAndUsage))
		v := judged(t, s, m)
		for id, why := range v.failed {
			t.Errorf("%s: %s, %s", name, id, why)
		}
		if len(v.passed) < 250 {
			t.Errorf("%s: only %d rules were checked", name, len(v.passed))
		}
		t.Logf("%s: %d rules kept, advice not followed %v; not checked: %s", name, len(v.passed), v.advised, counts(v.unchecked))
	}
}

func counts(all map[string]int) string {
	var list []string
	for _, reason := range slices.Sorted(maps.Keys(all)) {
		list = append(list, fmt.Sprintf("%d %s", all[reason], reason))
	}
	return strings.Join(list, "; ")
}

// The same rules hold for samples that others made, so that they are not ours alone.
func TestSamplesConform(t *testing.T) {
	m := readModel(t)
	a, _ := closed(t, 400)
	s := session(t, a)
	for _, cloud := range []string{"aws", "azure", "gcp"} {
		for _, kind := range []string{"", "_credits"} {
			name := fmt.Sprintf("focus-1.2-1.3-samples/%s_1_2_cost_and_usage_rows25_seed7%s.csv", cloud, kind)
			load(t, s, shared(t, name))
			v := judged(t, s, m)
			t.Logf("%s: %d rules kept, broken %v", filepath.Base(name), len(v.passed), slices.Sorted(maps.Keys(v.failed)))
			if len(v.failed) > 0 {
				t.Errorf("%s breaks %v", name, v.failed)
			}
		}
	}
}

// A rule that is broken is found: each change of our own data breaks the rule it names.
func TestBrokenRulesAreFound(t *testing.T) {
	m := readModel(t)
	a, _ := closed(t, 3000)
	x, s := focus.New(a.Installation), session(t, a)
	load(t, s, written(t, x, focus.Billed(september(t), "acme", "beta", "gamma"), focus.CostAndUsage))
	must(t, s.Exec(t.Context(), "CREATE OR REPLACE TEMP TABLE kept AS SELECT * FROM data"))
	for change, broken := range map[string]string{
		`* REPLACE (CAST(NULL AS VARCHAR) AS "BilledCost")`:                                                       "BilledCost-C-003-M",
		`* REPLACE ('1/3' AS "BilledCost")`:                                                                       "BilledCost-C-002-M",
		`* EXCLUDE ("ServiceName")`:                                                                               "CostAndUsage-D-041-M",
		`* REPLACE ('Consumption' AS "ChargeCategory")`:                                                           "ChargeCategory-C-003-M",
		`* REPLACE ('QQQ' AS "BillingCurrency")`:                                                                  "BillingCurrency-C-006-M",
		`* REPLACE ('2026-09-01' AS "ChargePeriodStart")`:                                                         "ChargePeriodStart-C-002-M",
		`* REPLACE (CAST(NULL AS VARCHAR) AS "SkuId")`:                                                            "SkuId-C-005-C",
		`* REPLACE (CAST(NULL AS VARCHAR) AS "PricingUnit")`:                                                      "PricingUnit-C-006-C",
		`* REPLACE (CAST(NULL AS VARCHAR) AS "ResourceType")`:                                                     "ResourceType-C-005-C",
		`* REPLACE ('12.5' AS "ListUnitPrice")`:                                                                   "ListUnitPrice-C-010-C",
		`* REPLACE ('-1' AS "ContractedUnitPrice")`:                                                               "ContractedUnitPrice-C-009-C",
		`* REPLACE ('["a"]' AS "Tags")`:                                                                           "Tags-C-001-M",
		`* REPLACE ('{"a":{"b":1}}' AS "SkuPriceDetails")`:                                                        "SkuPriceDetails-C-001-M",
		`* REPLACE ('Somebody' AS "ProviderName")`:                                                                "BilledCost-C-005-C",
		`* REPLACE ('1' AS "EffectiveCost")`:                                                                      "EffectiveCost-C-005-C",
		`* REPLACE ('correction' AS "ChargeClass")`:                                                               "ChargeClass-C-005-C",
		`* REPLACE ('Usage-Based' AS "ChargeFrequency")`:                                                          "ChargeFrequency-C-004-C",
		`* REPLACE ("BilledCost" || "ServiceName" AS "SkuId")`:                                                    "SkuPriceId-C-008-M",
		`* REPLACE (CASE WHEN CAST("BilledCost" AS DOUBLE) > 0 THEN 'Web' ELSE 'Media' END AS "ServiceCategory")`: "ServiceName-C-005-C",
	} {
		must(t, s.Exec(t.Context(), "CREATE OR REPLACE TEMP TABLE data AS SELECT "+change+" FROM kept"))
		if v := judged(t, s, m); v.failed[broken] == "" {
			t.Errorf("SELECT %s breaks %s, found were %v", change, broken, slices.Sorted(maps.Keys(v.failed)))
		}
	}
}
