package deliver

import (
	"bytes"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Settings in the words of Ripple: rates as fractions, a method by its own name.
func TestSettings(t *testing.T) {
	var out bytes.Buffer
	err := WriteSettings(&out, []GroupSettings{
		{Group: billing.BillingGroup{ID: "sakura", Name: "さくら製造", Currency: "JPY", Invoice: billing.InvoiceSettings{
			Discount: &billing.Discount{Percent: dec("5"), Base: "subtotal"},
			Support:  []billing.Support{{Kind: "plan", Plan: "aws-business", Provider: "aws"}, {Kind: "percent", Percent: pointer("3")}},
			Agency:   []billing.AgencyFee{{Kind: "greater", Percent: pointer("2.5"), Fixed: pointer("5000"), Scope: "account", Base: "usage+support", BaseDiscount: "after"}},
			Tax:      []billing.Tax{{Category: "standard", Percent: dec("10")}, {Category: "standard", Percent: dec("5"), To: day("2026-10-31")}, {Category: "standard", Percent: dec("7"), From: day("2026-11-01")}, {Category: "reduced", Percent: dec("8")}},
		}}, Providers: []string{"aws", "azure"}, Month: month("2026-10")},
		{Group: billing.BillingGroup{ID: "=acme", Currency: "USD", Claims: []billing.Claim{{Tags: map[string][]string{"Team": {"web"}}}}, Invoice: billing.InvoiceSettings{
			Support: []billing.Support{{Kind: "fixed", Amount: pointer("40")}},
			Tax:     []billing.Tax{{Category: "standard", Label: "CGST", Percent: dec("9")}, {Category: "standard", Label: "SGST", Percent: dec("9")}},
		}}, Month: month("2026-10")},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = "\xef\xbb\xbfBillingGroupID,BillingGroupName,Vendor,DiscountRate,Tax,SupportMethod,SupportRate,SupportFix,AgencyMethod,AgencyRate,AgencyFix," +
		"AggregationType,DiscountTarget,DiscountCalculationMethod,AgencyTargetUsage,AgencyCalculationTarget,AgencyCalculationType,Currency\r\n" +
		"sakura,さくら製造,aws,0.05,0.1,aws_business,,,automatic,0.025,5000,account,cloudpaywithfee,allamount,cloudpaywithfee,discounted,account,JPY\r\n" +
		"sakura,さくら製造,azure,0.05,0.1,percent,0.03,,automatic,0.025,5000,account,cloudpaywithfee,allamount,cloudpaywithfee,discounted,account,JPY\r\n" +
		"'=acme,,,0,0.18,fix,,40,percent,,,tag,cloudpayonly,usageamount,cloudpayonly,nondiscount,allsum,USD\r\n"
	if out.String() != want {
		t.Errorf("the settings are\n%s\nwant\n%s", out.String(), want)
	}
}
