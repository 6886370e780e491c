package ingest

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// maxAsked is how many columns a format may ask for.
const maxAsked = 8

// part is a line that a row of the file holds besides its own: a credit on the
// usage, the tax on a purchase. It has the account, times, service and tags of the
// row, and amounts of its own. Texts are valid as long as the row's.
type part struct {
	kind, class, category string
	description           []byte     // the row's where it is empty
	cost                  money.Atto // billed, in the row's currency
	list                  money.Atto // what it changes the public cost by
}

// A part is numbered by its place among the row's, times partRows, plus the number
// of the row: 2000000017 is the second part of row 17. What lies beyond the bounds
// would have the number of another line, and the lake has room for 36 bits.
const (
	partRows = 1_000_000_000
	maxParts = 60
)

// nextPart gives out the next part of the row as a line of its own.
func (r *reader) nextPart() (*row, error) {
	line := &r.line
	if r.part == 0 && (line.row >= partRows || len(line.parts) > maxParts) {
		return nil, &rowError{line.row, fmt.Sprintf("cannot be numbered: a file may have %d rows, and a row %d parts; export the month in several files", partRows-1, maxParts)}
	}
	p := line.parts[0]
	line.parts = line.parts[1:]
	r.part++
	line.row = line.row%partRows + r.part*partRows
	line.number, line.given = [lake.NumberColumns]money.Atto{}, [lake.NumberColumns]bool{}
	line.set(lake.BilledCost, p.cost)
	line.set(lake.EffectiveCost, p.cost)
	line.set(lake.ListCost, p.list)
	for _, t := range []lake.Text{
		lake.PricingUnit, lake.ConsumedUnit, lake.Extra, lake.LineItemID, lake.Fence,
		lake.CommitmentDiscountID, lake.CommitmentDiscountName, lake.CommitmentDiscountType, lake.CommitmentDiscountStatus,
	} {
		line.text[t] = nil
	}
	line.text[lake.LineItemType], line.text[lake.Class], line.text[lake.ChargeCategory] = constant(p.kind), constant(p.class), constant(p.category)
	if len(p.description) > 0 {
		line.text[lake.ChargeDescription] = p.description
	}
	r.notes.amount = p.cost
	return line, nil
}
