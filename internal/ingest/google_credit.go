package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// googleCredit is one of the credits of a row. Amounts are in the row's currency and
// mostly negative.
type googleCredit struct {
	Name     string `json:"name"`
	FullName string `json:"full_name"`
	Type     string `json:"type"`
	// Amount is what the paying account gets. CustomerAmount is how much of it the
	// customer's own account shows; null or not there in exports of others than
	// resellers.
	Amount         json.RawMessage `json:"amount"`
	CustomerAmount json.RawMessage `json:"customer_amount"`
}

// priceCredits are the types of credits by which Google says that usage costs less:
// they belong to the usage, as the public price of on-demand usage does not. All
// others are gifts or the reseller's, and adjusting entries (R27).
var priceCredits = map[string]bool{
	"SUSTAINED_USAGE_DISCOUNT": true, "DISCOUNT": true, "FREE_TIER": true, "SUBSCRIPTION_BENEFIT": true, "FEE_UTILIZATION_OFFSET": true,
	"COMMITTED_USAGE_DISCOUNT": true, "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE": true,
}

const (
	promotion      = "PROMOTION"
	resellerMargin = "RESELLER_MARGIN"
)

// creditGoogle makes a part of each credit of the row. Of a reseller's export, a credit
// that the customer does not see is the reseller's, whatever its type (R11): an entry of
// the category Adjustment, which no rule for credits applies.
func creditGoogle(line *row, notes *notes, reseller bool) error {
	cell := fromPython(line.asked[googleCredits])
	if len(cell) == 0 {
		return nil
	}
	var credits []googleCredit
	if err := json.Unmarshal(cell, &credits); err != nil {
		return &rowError{line.row, fmt.Sprintf("credits is %q, which is not a JSON list of credits", clip(string(cell), 60))}
	}
	for _, c := range credits {
		amount, err := creditAmount(line, notes, "credits.amount", c.Amount)
		if err != nil {
			return err
		}
		customers, err := creditAmount(line, notes, "credits.customer_amount", c.CustomerAmount)
		if err != nil {
			return err
		}
		if amount.IsZero() && customers.IsZero() {
			continue
		}
		p := part{kind: c.Type, class: lake.ClassEntry, category: "Adjustment", description: []byte(c.FullName), cost: amount, list: customers}
		if len(p.description) == 0 {
			p.description = []byte(c.Name)
		}
		switch {
		case c.Type == resellerMargin, reseller && customers.IsZero():
		case priceCredits[c.Type]:
			p.class, p.category = string(line.text[lake.Class]), string(line.text[lake.ChargeCategory])
		case c.Type == promotion, c.Type == "":
			p.kind, p.category = promotion, "Credit"
		default: // R10
			cost := notes.amount
			notes.amount = amount
			notes.addMoney(billing.Hold, "unknown-line-type", c.Type, fmt.Sprintf(
				"credits of the unknown type %q are kept as adjustments that no customer is given; look at them, then waive this", c.Type))
			notes.amount = cost
		}
		line.parts = append(line.parts, p)
	}
	return nil
}

// creditAmount reads a number or a text of a number; null is 0.
func creditAmount(line *row, notes *notes, name string, raw json.RawMessage) (money.Atto, error) {
	text := bytes.Trim(raw, `"`)
	if len(text) == 0 || string(text) == "null" {
		return money.Atto{}, nil
	}
	amount, lost, err := money.ParseAtto(text)
	if err != nil {
		return amount, &rowError{line.row, fmt.Sprintf("%s is %q, which is not a decimal number", name, clip(string(text), 60))}
	}
	if lost {
		notes.lostDigits(name, text, amount)
	}
	return amount, nil
}
