package focus_test

import (
	"compress/gzip"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/focus"
)

// validatorLimits are what the FinOps Foundation's validator 2.2.1 finds that is none
// of the data's: it fails its own samples with them.
var validatorLimits = map[string]string{
	"SubAccountId-C-001-M":              "it reads ids of digits in CSV as numbers",
	"BillingAccountId-C-002-M":          "it reads ids of digits in CSV as numbers",
	"CommitmentDiscountStatus-C-004-C":  "its check is about rows without a commitment",
	"InvoiceId-C-004-C":                 "it wants every InvoiceId null",
	"InvoiceId-C-005-C":                 "it wants no InvoiceId null",
	"CapacityReservationStatus-C-004-C": "its model's condition has no check function",
}

var verdictLine = regexp.MustCompile(`(✅|❌) ([A-Za-z]+-[A-Z]-[0-9]{3}-[A-Z]): (PASS|FAIL)(.*)`)

// The validator of the FinOps Foundation finds no fault, either.
func TestValidator(t *testing.T) {
	tool, err := filepath.Abs(filepath.Join("..", "..", ".tools", "focus-validator", "bin", "focus-validator"))
	must(t, err)
	if _, err := os.Stat(tool); err != nil {
		t.Skip("the FOCUS validator is not here; `make tools` fetches it")
	}
	a, _ := closed(t, 400)
	issueAll(t, a)
	x := focus.New(a.Installation)
	for name, scope := range map[string]focus.Scope{"billed": focus.Billed(september(t), "acme", "beta", "gamma"), "paid": focus.Paid(september(t))} {
		passed, failed := validated(t, tool, written(t, x, scope, focus.CostAndUsage))
		for id, why := range failed {
			if validatorLimits[id] == "" && !strings.Contains(why, "child rules") {
				t.Errorf("%s: %s %s", name, id, why)
			}
		}
		if len(passed) < 250 {
			t.Errorf("%s: only %d rules passed", name, len(passed))
		}
		t.Logf("%s: %d rules passed, failed %v", name, len(passed), slices.Sorted(maps.Keys(failed)))
	}
}

// validated runs the validator on a packed CSV file.
func validated(t *testing.T, tool, file string) (passed []string, failed map[string]string) {
	t.Helper()
	plain := filepath.Join(t.TempDir(), "data.csv")
	must(t, unpack(file, plain))
	packages, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(tool)), "lib", "python3*", "site-packages"))
	if err != nil || len(packages) != 1 {
		t.Fatalf("the packages of the validator: %v, %v", packages, err)
	}
	c := exec.CommandContext(t.Context(), tool, "--data-file", plain, "--validate-version", "1.2", "--block-download", "--applicability-criteria",
		"ACCOUNT_NAMING_SUPPORTED,AVAILABILITY_ZONE_SUPPORTED,COMMITMENT_DISCOUNT_SUPPORTED,MULTIPLE_PRICING_CATEGORIES_SUPPORTED,MULTIPLE_SUB_ACCOUNT_TYPES_SUPPORTED,"+
			"MULTIPLE_BILLING_ACCOUNT_TYPES_SUPPORTED,NEGOTIATED_PRICING_SUPPORTED,PUBLIC_PRICE_LIST_SUPPORTED,USAGE_MEASUREMENT_SUPPORTED,UNIT_PRICING_SUPPORTED,"+
			"SUB_ACCOUNT_SUPPORTED,BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED,RESOURCE_TYPE_ASSIGNMENT_SUPPORTED,PRICING_BILLING_CURRENCY_DIFFERENCES_SUPPORTED,"+
			"REGION_SUPPORTED,TAGGING_SUPPORTED", "--show-violations")
	c.Dir = packages[0] // it looks for its list of currencies below the working folder
	out, _ := c.CombinedOutput()
	failed = map[string]string{}
	for _, m := range verdictLine.FindAllStringSubmatch(string(out), -1) {
		if m[3] == "PASS" {
			passed = append(passed, m[2])
		} else {
			failed[m[2]] = m[4]
		}
	}
	if len(passed) == 0 {
		t.Fatalf("the validator says %s", out)
	}
	return passed, failed
}

func unpack(file, to string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	packed, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	all, err := io.ReadAll(packed)
	if err != nil {
		return err
	}
	return os.WriteFile(to, all, 0o644)
}
