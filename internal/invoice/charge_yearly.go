package invoice

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

const yearlyFees = "yearly fees"

// yearlyCharge is fees of a contract that are charged once a year, in the month in
// which it began, whatever is used.
var yearlyCharge = charge{
	part:  yearlyFees,
	names: map[string]string{"yearly_fee": "Yearly fee"},
	check: func(set Settings) (wrong []Wrong) {
		for i, fee := range set.Group.Invoice.YearlyFees {
			field := fmt.Sprintf("yearly_fees[%d]", i)
			wrong = append(wrong, slices.Concat(
				tooLong(field+".name", fee.Name), notAnAmount(field+".amount", fee.Amount),
				notMonths(field, fee.From, fee.To), noCategory(field+".tax", fee.Tax),
			)...)
		}
		return wrong
	},
	taxed: func(set Settings) (all []Taxed) {
		for i, fee := range set.Group.Invoice.YearlyFees {
			all = append(all, Taxed{fmt.Sprintf("yearly_fees[%d].tax", i), fee.Tax})
		}
		return all
	},
	once: func(set *Settings) { set.Group.Invoice.YearlyFees = nil },

	draft: func(d *drafting) error {
		month := d.inv.Period
		for _, fee := range d.set.Group.Invoice.YearlyFees {
			begins := month.Month() == fee.From.Month() && !month.Before(fee.From)
			if begins && (fee.To == nil || month.Before(*fee.To)) {
				last := lastOfYear(month, fee.To)
				d.add(Charge{Part: yearlyFees, Kind: "yearly_fee", Label: fee.Name, Tax: fee.Tax, First: &month, Last: &last, Amount: fee.Amount})
			}
		}
		return nil
	},
	prove: func(p *proof) {
		var want []Charge
		for _, fee := range p.set.YearlyFees {
			for year := fee.From; fee.To == nil || year.Before(*fee.To); year = billing.PeriodOf(year.FirstDay().Time().AddDate(1, 0, 0)) {
				if p.inv.Period.Before(year) {
					break
				}
				last := billing.PeriodOf(year.FirstDay().Time().AddDate(0, 11, 0))
				if fee.To != nil && !last.Before(*fee.To) {
					last = fee.To.Previous()
				}
				if year == p.inv.Period {
					want = append(want, Charge{Kind: "yearly_fee", Label: fee.Name, Tax: fee.Tax, First: &year, Last: &last, Amount: fee.Amount})
				}
			}
		}
		p.lines(yearlyFees, want)
	},
}

// lastOfYear is the last of the twelve months from one on, or of those before the
// contract's end.
func lastOfYear(first billing.Period, end *billing.Period) billing.Period {
	last := first
	for range 11 {
		if end != nil && last.Next() == *end {
			break
		}
		last = last.Next()
	}
	return last
}
