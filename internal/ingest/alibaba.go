package ingest

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/source"
)

// alibaba is Alibaba Cloud's bill detail by instance, in the spelling of its
// description (OwnerID) and of the files themselves (Owner Account ID).
//
// The cost is the pretax amount: what is left of the gross amount after discounts
// and coupons. Vouchers and prepaid cards pay it and do not lower it. Lines have more
// digits than the bill, which drops what is below a cent: their sum may be above it.
//
// Months and days are those of UTC+8, and the lake's are those of UTC: what is used
// before 8 in the morning is of the day before there, but never of the month before,
// because a line that begins outside its month counts on the month's first or last
// day.
var alibaba = format{
	name: "alibaba",
	kind: source.Alibaba,
	mark: "PretaxAmount (Alibaba Cloud bill detail)",
	recognise: func(names map[string]bool) bool {
		return all(names, "billingcycle", "accountid", "subscriptiontype", "item", "pretaxamount")
	},
	texts: []place[lake.Text]{
		{"accountid", lake.BillingAccountID},
		{"accountname", lake.BillingAccountName},
		{"ownerid", lake.SubAccountID},
		{"owneraccountid", lake.SubAccountID},
		{"owneraccountname", lake.SubAccountName},
		{"currency", lake.BillingCurrency},
		{"item", lake.LineItemType},
		{"subscriptiontype", lake.PricingCategory},
		{"productcode", lake.ServiceCode},
		{"productname", lake.ServiceName},
		{"productdetail", lake.ChargeDescription},
		{"billingitem", lake.UsageType},
		{"region", lake.RegionID},
		{"zone", lake.AvailabilityZone},
		{"instanceid", lake.ResourceID},
		{"nickname", lake.ResourceName},
		{"instancename", lake.ResourceName},
		{"instancespec", lake.InstanceType},
		{"usageunit", lake.PricingUnit},
	},
	numbers: []place[lake.Number]{
		{"pretaxamount", lake.BilledCost},
		{"pretaxgrossamount", lake.ListCost},
		{"usage", lake.PricingQuantity},
		{"listprice", lake.ListUnitPrice},
	},
	instants: []place[lake.Instant]{
		{"billingcycle", lake.BillingPeriodStart},
		{"usagestarttime", lake.ChargePeriodStart},
		{"usageendtime", lake.ChargePeriodEnd},
	},
	mapped: func(name string) (mapping, bool) {
		switch plainName(name) {
		case "tag", "instancetag":
			return mapping{to: lake.Tags}, true
		}
		return mapping{}, false
	},
	cells: cells{alibabaTags, "a list of tags such as env:prod;app:web"},
	clock: clock{time.FixedZone("UTC+8", 8*60*60), alibabaTime, "a time such as 2018-07-01 08:00:00, or a month such as 2018-07"},
	// No currency is taken for granted: it is CNY in China and USD or JPY elsewhere.
	finish: finishAlibaba,
}

// finishAlibaba derives provider, class and charge category, and the start of
// lines that have none but their month.
func finishAlibaba(line *row, notes *notes) error {
	line.text[lake.Provider] = constant("alibaba")
	class, category := lake.ClassEntry, "Adjustment"
	switch string(line.text[lake.LineItemType]) {
	case "PayAsYouGoBill":
		class, category = lake.ClassUsage, "Usage"
	case "SubscriptionOrder":
		category = "Purchase" // for months or years, and not spread over them
	case "Refund", "Adjustment":
	default:
		notes.unknownType(line) // R10
	}
	line.text[lake.Class], line.text[lake.ChargeCategory] = constant(class), constant(category)
	line.set(lake.EffectiveCost, line.number[lake.BilledCost])
	if line.instant[lake.ChargePeriodStart] == noTime {
		line.instant[lake.ChargePeriodStart] = line.instant[lake.BillingPeriodStart]
	}
	// Ids end in a tab where the file is made so that spreadsheets leave them alone.
	for _, id := range []lake.Text{lake.BillingAccountID, lake.SubAccountID, lake.ResourceID} {
		line.text[id] = bytes.TrimRight(line.text[id], "\t ")
	}
	return nil
}

// alibabaTime reads a time, or a billing cycle such as 2018-07 as its first moment.
func alibabaTime(text []byte, zone *time.Location) (micros int64, ok bool) {
	if len(text) == len("2018-07") {
		text = append(slices.Clip(text), "-01"...)
	}
	return parseInstant(text, zone)
}

// alibabaTags reads env:prod;app:web, and the spelling of newer files:
// key:env value:prod; key:app value:web. A value may hold a semicolon.
func alibabaTags(cell []byte) ([]entry, error) {
	tags, last := map[string]string{}, ""
	for part := range strings.SplitSeq(string(cell), ";") {
		part = strings.TrimSpace(part)
		key, value, ok := alibabaTag(part)
		switch {
		case ok && key != "":
			tags[key], last = value, key
		case last != "" && part != "":
			tags[last] += ";" + part
		case part != "":
			return nil, errors.New("a tag has no key")
		}
	}
	var entries []entry
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if tags[key] != "" {
			entries = append(entries, entry{noNUL(key), noNUL(tags[key])})
		}
	}
	return entries, nil
}

// alibabaTag takes a tag apart. The keys of Alibaba's own tags hold colons:
// acs:autoscaling:scalingGroupId.
func alibabaTag(text string) (key, value string, ok bool) {
	if pair, long := strings.CutPrefix(text, "key:"); long {
		if key, value, ok = strings.Cut(pair, " value:"); ok {
			return key, value, true
		}
	}
	if strings.HasPrefix(text, "acs:") {
		colon := strings.LastIndexByte(text, ':')
		return text[:colon], text[colon+1:], true
	}
	return strings.Cut(text, ":")
}
