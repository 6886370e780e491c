package sample

import (
	"encoding/json"
	"strings"
)

// keptProducts are the product columns that CUR 2.0 keeps; the others are
// keys of its product map.
var keptProducts = map[string]bool{
	"feeCode": true, "feeDescription": true, "fromLocation": true, "fromLocationType": true, "fromRegionCode": true,
	"instanceFamily": true, "instanceType": true, "location": true, "locationType": true, "operation": true,
	"productFamily": true, "regionCode": true, "servicecode": true, "sku": true, "toLocation": true,
	"toLocationType": true, "usagetype": true,
}

// cur2Always are columns that every CUR 2.0 export has, empty where nobody has
// discounts in columns or split cost allocation.
var cur2Always = []column{
	{"line_item_net_unblended_rate", text, nil},
	{"line_item_net_unblended_cost", number, nil},
	{"discount_bundled_discount", number, nil},
	{"discount_total_discount", number, nil},
	{"reservation_net_effective_cost", number, nil},
	{"savings_plan_net_savings_plan_effective_cost", number, nil},
	{"split_line_item_parent_resource_id", text, nil},
	{"split_line_item_split_cost", number, nil},
	{"split_line_item_unused_cost", number, nil},
}

// cur2Layout is the COST_AND_USAGE_REPORT table of AWS Data Exports.
func cur2Layout(o Options) layout {
	var columns []column
	there := map[string]bool{}
	for _, c := range curColumns(o) {
		category, name, _ := strings.Cut(c.name, "/")
		switch {
		case category == "resourceTags" || category == "costCategory":
		case category == "product" && !keptProducts[name]:
		case category == "discount" && name != "TotalDiscount" && name != "BundledDiscount":
		default:
			c.name = snake(c.name)
			there[c.name] = true
			columns = append(columns, c)
		}
	}
	columns = append(columns,
		column{"bill_payer_account_name", text, func(l *line) string { return l.month.fleet.payer.name }},
		column{"line_item_usage_account_name", text, func(l *line) string { return l.account.name }},
		column{"product", dictionary, func(l *line) string { return l.price.productJSON }},
		column{"resource_tags", dictionary, func(l *line) string { return l.resource.tags.cur2 }},
		column{"cost_category", dictionary, func(l *line) string { return l.resource.tags.categories }},
		column{"discount", dictionary, discountMap(snake)},
	)
	for _, c := range cur2Always {
		c.value = func(*line) string { return "" }
		if !there[c.name] {
			columns = append(columns, c)
		}
	}
	return layout{columns: columns, amounts: curAmounts, group: func(l *line) string { return lineTypeNames[l.kind] }}
}

// discountMap writes a line's discounts as JSON, where they are in columns.
func discountMap(name func(string) string) func(*line) string {
	return func(l *line) string {
		if l.month.Discounts != DiscountsAsColumns || l.allDiscounts() == 0 {
			return "{}"
		}
		m := map[string]json.Number{}
		for kind, d := range l.discounts {
			if d != 0 {
				m[name(discountNames[kind])] = json.Number(d.String())
			}
		}
		data, err := json.Marshal(m)
		if err != nil {
			panic("sample: a map of numbers did not become JSON: " + err.Error())
		}
		return string(data)
	}
}

// jsonMap writes a map as a cell of a CSV file does, keys sorted.
func jsonMap(m map[string]string) string {
	data, err := json.Marshal(m)
	if err != nil {
		panic("sample: a map of texts did not become JSON: " + err.Error())
	}
	return string(data)
}
