package sheet

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// RateRow is an exchange rate as a row of a file says it.
type RateRow struct {
	Rate   billing.ExchangeRate
	Line   int      // of the file, counted from 1
	Errors []string // why the row cannot be taken; Rate is what could be read
}

var rateColumns = []column{
	{name: "month", aliases: []string{"period", "yearmonth"}, required: true},
	{name: "from", aliases: []string{"fromcurrency", "sourcecurrency", "base"}, required: true},
	{name: "to", aliases: []string{"tocurrency", "targetcurrency", "quote"}, required: true},
	{name: "rate", aliases: []string{"exchangerate"}, required: true},
	{name: "level", aliases: []string{"type"}},
	{name: "payer", aliases: []string{"payerid", "billingaccount", "billingaccountid"}},
	{name: "group", aliases: []string{"groupid", "billinggroup", "billinggroupid"}},
}

// ReadRates reads exchange rates: month, from and to, ISO 4217, and rate, how
// many units of to are one of from. level is payer where a payer is given, group
// where a group is, else common, unless the file says it. Whether there are such
// payers and groups is not looked at. A *FileError is of a file that is no such
// table; name is in it.
func ReadRates(name string, data []byte) ([]RateRow, error) {
	rows, err := read(name, data, rateColumns)
	if err != nil {
		return nil, err
	}
	rates := make([]RateRow, 0, len(rows))
	for _, r := range rows {
		rate := billing.ExchangeRate{
			Month: r.month("month"), From: money.Currency(r.cells["from"]), To: money.Currency(r.cells["to"]), Rate: r.number("rate"),
			Level: r.cells["level"], Payer: r.text("payer"), Group: r.text("group"),
		}
		if rate.Level == "" {
			rate.Level = levelOf(rate)
		}
		rates = append(rates, RateRow{Rate: rate, Line: r.line, Errors: r.errors})
	}
	return rates, nil
}

func levelOf(r billing.ExchangeRate) string {
	switch {
	case r.Payer != "":
		return "payer"
	case r.Group != "":
		return "group"
	}
	return "common"
}
