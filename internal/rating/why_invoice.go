package rating

import (
	"context"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// InvoiceLine is the line of a document that a charge is on, and what exchange
// and rounding make of it (R19, R20).
type InvoiceLine struct {
	Invoice string `json:"invoice"` // its id
	Number  string `json:"number,omitempty"`
	State   string `json:"state"`
	// Outdated tells that the document was made from an earlier rating, so that
	// it need not have this price; then nothing follows.
	Outdated bool           `json:"outdated,omitempty"`
	Kind     string         `json:"kind,omitempty"`
	Service  string         `json:"service,omitempty"`
	Charges  int64          `json:"charges,omitempty"`
	Cost     money.Decimal  `json:"cost,omitzero"`   // exact sum of its charges, in the charges' currency
	Rate     money.Decimal  `json:"rate,omitzero"`   // 1 where the document is in the same currency
	Level    string         `json:"level,omitempty"` // of the rate: common, payer or group
	Exact    money.Decimal  `json:"exact,omitzero"`  // Cost × Rate
	Amount   money.Decimal  `json:"amount,omitzero"`
	Currency money.Currency `json:"currency,omitempty"` // of the document
	// Own is this charge at the rate: its part of Exact.
	Own money.Decimal `json:"own,omitzero"`
	// The document is rounded so at each service, each account or once; Residue
	// is what that adds to the line, the account, or the document.
	Rounding string        `json:"rounding,omitempty"`
	Digits   int32         `json:"digits"`
	Point    string        `json:"point,omitempty"`
	Residue  money.Decimal `json:"residue,omitzero"`
}

// Position names a line of a group's document: the charges of a service in an
// account. Cost is their exact sum.
type Position struct {
	Group, Account, Payer, Kind, Service string
	Currency                             money.Currency
	Cost                                 money.Decimal
}

// Documents finds the line of the group's document that a position is on; nil
// where the group has no document.
type Documents func(Position) *InvoiceLine

// invoiceLine tells which line of an invoice a charge is on; nil where it is on
// none, or there is none yet.
func (m *opened) invoiceLine(ctx context.Context, r *row) (*InvoiceLine, error) {
	if m.Documents == nil || Place(r.Place) != OnUsage && Place(r.Place) != OnMarketplace {
		return nil, nil
	}
	type sum struct {
		Position
		charges int64
	}
	found, err := engine.Collect(ctx, m.Session, func(s *sum) []any { return []any{&s.Service, engine.Exact(&s.Cost), &s.charges} }, `
		SELECT COALESCE(MAX(service_name), MAX(x_service_code), ''), CAST(SUM(billed_cost) AS VARCHAR), COUNT(*)
		FROM charges
		WHERE "group" = $1 AND sub_account_id = $2 AND billing_account_id = $3 AND x_place = $4 AND COALESCE(x_service_code, '') = $5 AND billing_currency = $6`,
		r.Group, r.Account, r.Payer, r.Place, r.serviceCode, string(r.Currency))
	if err != nil {
		return nil, err
	}
	p := found[0].Position
	p.Group, p.Account, p.Payer, p.Kind, p.Currency = r.Group, r.Account, r.Payer, r.Place, r.Currency
	line := m.Documents(p)
	if line != nil && !line.Outdated {
		line.Charges, line.Own = found[0].charges, r.Price.Mul(line.Rate)
	}
	return line, nil
}
