package rating

import (
	"encoding/json"
	"testing"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
)

// key is a pricing key of usage with the given texts.
func key(texts map[lake.Text]string) assign.Key {
	k := assign.Key{Load: "L", Number: 7}
	k.Texts[lake.Class] = lake.ClassUsage
	for column, text := range texts {
		k.Texts[column] = text
	}
	return k
}

// box is an hour of a virtual machine in Tokyo.
var box = map[lake.Text]string{
	lake.Provider: "aws", lake.BillingAccountID: "111111111111", lake.BillType: "Anniversary", lake.LineItemType: "Usage",
	lake.ChargeCategory: "Usage", lake.ServiceCode: "AmazonEC2", lake.ServiceName: "Amazon Elastic Compute Cloud",
	lake.RegionID: "ap-northeast-1", lake.UsageType: "APN1-BoxUsage:m5.large", lake.Operation: "RunInstances",
	lake.SkuID: "SKU1", lake.InstanceType: "m5.large", lake.ChargeDescription: "$0.124 per On Demand Linux m5.large",
}

func with(texts map[lake.Text]string, column lake.Text, text string) map[lake.Text]string {
	changed := map[lake.Text]string{}
	for c, t := range texts {
		changed[c] = t
	}
	changed[column] = text
	return changed
}

// R12: which keys a rule's match fits, as it is written in a price book.
func TestMatches(t *testing.T) {
	tests := []struct {
		name, match string
		key         map[lake.Text]string
		want        bool
	}{
		{"R12 nothing asked matches all usage", `{}`, box, true},
		{"R12 nothing asked matches a key without any text", `{}`, nil, true},
		{"R12 equal", `{"service": "AmazonEC2"}`, box, true},
		{"R12 equal is exact in case", `{"service": "amazonec2"}`, box, false},
		{"R12 equal is the whole text", `{"usage_type": "BoxUsage:m5.large"}`, box, false},
		{"R12 any of a list", `{"region": ["us-east-1", "ap-northeast-1"]}`, box, true},
		{"R12 none of a list", `{"region": ["us-east-1", "us-west-2"]}`, box, false},
		{"R12 prefix", `{"usage_type": {"prefix": "APN1-"}}`, box, true},
		{"R12 other prefix", `{"usage_type": {"prefix": "BoxUsage"}}`, box, false},
		{"R12 suffix", `{"instance_type": {"suffix": ".large"}}`, box, true},
		{"R12 other suffix", `{"instance_type": {"suffix": ".xlarge"}}`, box, false},
		{"R12 contains", `{"description": {"contains": "On Demand Linux"}}`, box, true},
		{"R12 does not contain", `{"description": {"contains": "Windows"}}`, box, false},
		{"R12 regex, anywhere in the text", `{"usage_type": {"regex": "BoxUsage:m[45]\\."}}`, box, true},
		{"R12 regex, from begin to end", `{"usage_type": {"regex": "^BoxUsage"}}`, box, false},
		{"R12 not", `{"operation": {"not": "Hourly"}}`, box, true},
		{"R12 not, though it is", `{"operation": {"not": "RunInstances"}}`, box, false},
		{"R12 not a regex", `{"usage_type": {"not": {"regex": "DataTransfer|Requests"}}}`, box, true},
		{"R12 several of one pattern hold together", `{"usage_type": {"prefix": "APN1-", "suffix": ".large", "not": {"contains": "Spot"}}}`, box, true},
		{"R12 one of one pattern fails", `{"usage_type": {"prefix": "APN1-", "suffix": ".small"}}`, box, false},
		{"R12 several fields hold together", `{"provider": "aws", "payer": "111111111111", "bill_type": "Anniversary", "line_type": "Usage", "charge_category": "Usage", "sku": "SKU1"}`, box, true},
		{"R12 one of several fields fails", `{"provider": "aws", "payer": "222222222222"}`, box, false},
		{"R12 a text that the line does not have", `{"sku": {"prefix": "S"}}`, with(box, lake.SkuID, ""), false},
		{"R12 not matches a text that the line does not have", `{"sku": {"not": "SKU1"}}`, with(box, lake.SkuID, ""), true},
		{"service by its name", `{"service": "Amazon Elastic Compute Cloud"}`, box, true},
		{"service by a part of its name", `{"service": {"contains": "Elastic"}}`, box, true},
		{"service without a name", `{"service": {"contains": "Elastic"}}`, with(box, lake.ServiceName, ""), false},
		{"service excluded by its code, though its name is another", `{"service": {"not": "AmazonEC2"}}`, box, false},
		{"service excluded by its name, though its code is another", `{"service": {"not": {"contains": "Elastic"}}}`, box, false},
		{"service that is not the excluded one", `{"service": {"not": "AmazonS3"}}`, box, true},
		{"R14 a fee is not usage", `{}`, with(box, lake.Class, lake.ClassCommitmentFee), false},
		{"R14 marketplace is not usage", `{"service": "AmazonEC2"}`, with(box, lake.Class, lake.ClassMarketplace), false},
		{"R14 a fee when the rule says so", `{"class": "commitment-fee"}`, with(box, lake.Class, lake.ClassCommitmentFee), true},
		{"R14 usage is not matched when only marketplace is asked", `{"class": "marketplace"}`, box, false},
		{"R14 both when both are asked", `{"class": ["usage", "marketplace"]}`, with(box, lake.Class, lake.ClassMarketplace), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var m billing.Match
			if err := json.Unmarshal([]byte(test.match), &m); err != nil {
				t.Fatal(err)
			}
			got := false
			for range NewMatcher(billing.PriceBook{Rules: []billing.PriceRule{{Name: "r", Match: m}}}).Matching(key(test.key)) {
				got = true
			}
			if got != test.want {
				t.Errorf("%s matches: %v, want %v", test.match, got, test.want)
			}
		})
	}
}
