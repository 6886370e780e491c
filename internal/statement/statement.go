// Package statement sums charges up for one billing group and period. It is
// the border of Sluice: above it no usage row, below it no invoice.
package statement

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Kind says where a line stands on an invoice (section E of the rules).
type Kind string

const (
	Usage       Kind = "usage"       // E.1, commitment fees included
	Marketplace Kind = "marketplace" // E.2
	Entry       Kind = "entry"       // E.3, an adjusting entry that is applied (R27)
)

// Statement is what one billing group owes for one period before anything is
// converted, rounded or taxed.
type Statement struct {
	Group    string // id of the billing group
	Period   billing.Period
	Accounts []Account // by id
	Notes    []Note    // by code; none where there is nothing to say
}

// Note is a fact that the reader of a statement must know to understand its
// prices. It has no text: whoever prints it says it in the reader's language.
type Note struct {
	Code string   `json:"code"`
	Args []string `json:"args,omitempty"` // what the code says they are
}

// The codes of notes. All are about groups that are billed as if they were
// alone (R7).
const (
	// CommitmentsAsApplied: commitments of a provider count as it applied them
	// within the group, because its export does not tell their hours. Its
	// argument is the provider, such as azure, or the payer's id when the
	// provider is not known.
	CommitmentsAsApplied = "commitments-as-applied"
	// CommitmentsByDay: the export tells usage by the day, so that commitments
	// are applied by the day.
	CommitmentsByDay = "commitments-by-day"
	// TiersAlone: volume tiers are those of the group alone, rebuilt from the
	// payer's month.
	TiersAlone = "tiers-alone"
)

// Account holds the lines of one account of the group, under one payer: an
// account that moved between payers in the month has two of these.
type Account struct {
	ID    string
	Name  string // as configured, else as the provider's file names it
	Payer string
	// Provider is the payer's, such as aws; empty where it is not known.
	Provider string
	Lines    []Line // by kind, then service
}

// Line is one service of an account: exact, in the provider's currency, tax
// out, at the customer's price.
type Line struct {
	Kind     Kind
	Service  string
	Currency money.Currency
	Amount   money.Decimal // what the customer pays
	// Cost is what the reseller pays the provider for the same lines (unblended);
	// 0 on the statement of a group that buys from a tier below the reseller,
	// which must not see it (R5).
	Cost money.Decimal

	// Of kind Entry: which one it is, its own exchange rate, nil for that of its
	// account, and whether it is free of tax.
	Entry   string
	Rate    *money.Decimal
	TaxFree bool
}

// Total is the exact sum of all lines, per currency.
func (s Statement) Total() billing.Money {
	total := billing.Money{}
	for _, account := range s.Accounts {
		for _, line := range account.Lines {
			total.Add(line.Currency, line.Amount)
		}
	}
	return total
}
