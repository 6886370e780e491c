package pipeline

import (
	"sort"
	"time"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/store"
)

// Certificate is the proof of a month (R32): what came from the provider, where
// all of it went, and each identity with its residue. Amounts are exact.
type Certificate struct {
	Period    billing.Period  `json:"period"`
	Preview   bool            `json:"preview,omitempty"`
	Groups    []string        `json:"groups,omitempty"` // that the month was closed for; all when there are none
	At        time.Time       `json:"at"`               // when it was made, UTC
	Revision  string          `json:"revision"`
	Config    string          `json:"config"` // hash of the rules in force
	Inputs    []Input         `json:"inputs"`
	Provider  []ProviderProof `json:"provider_invoices"` // (a)
	Amortized []Amortization  `json:"amortized"`         // (b)
	Ownership Ownership       `json:"ownership"`         // (c)
	Alone     []AloneProof    `json:"alone,omitempty"`   // what groups pay alone (R7); old certificates have none
	Fees      []FeeProof      `json:"fees,omitempty"`    // of commitments (R7); old certificates have none
	Tiers     []TierProof     `json:"tiers,omitempty"`   // where billing groups resell (R16)
	Billed    []GroupProof    `json:"billed"`            // (d)
	Documents []DocumentProof `json:"documents"`         // (e)
	Entries   []EntryProof    `json:"entries,omitempty"` // (g)
	Totals    []Disposition   `json:"totals"`            // per currency, with the margin (f)
	Findings  []Finding       `json:"findings"`
	Residues  []string        `json:"residues"` // what does not add up, in words; empty is the proof
}

// Input is one load that the month was made from.
type Input struct {
	Payer   string           `json:"payer"`
	Report  string           `json:"report"`
	Version string           `json:"version"`
	Format  string           `json:"format"`
	Load    string           `json:"load"`
	Rows    int64            `json:"rows"`
	Files   []store.LoadFile `json:"files"`
}

// ProviderProof follows one invoice of the provider: Files were summed while
// parsing, Lake by the engine over the lake, Charges by the engine over what
// became of the lines; Document is the total of the provider's own document
// where it was entered. All four must be equal, Document in its own digits.
//
// Where discounts are columns, the provider bills the lines' net cost: FilesNet,
// LakeNet and the disposition's Cost are after these discounts, must be equal as
// well, and the document is compared with them. Files, Lake and Unblended are
// before.
type ProviderProof struct {
	Payer    string         `json:"payer"`
	Invoice  string         `json:"invoice,omitempty"`
	Currency money.Currency `json:"currency"`
	Rows     int64          `json:"rows"` // in the files; the lake must have as many
	Files    money.Decimal  `json:"files"`
	Lake     money.Decimal  `json:"lake"`
	FilesNet *money.Decimal `json:"files_net,omitempty"` // nil where it is Files
	LakeNet  *money.Decimal `json:"lake_net,omitempty"`  // nil where it is Lake
	Document *money.Decimal `json:"document,omitempty"`
	Disposition
	Residue money.Decimal `json:"residue"`

	lakeRows int64
}

// Disposition says where provider's cost went: what of it customers are billed
// for, and what the reseller keeps. Cost and its parts are what the provider
// bills: after the discounts that the export has in columns of net cost.
type Disposition struct {
	Currency   money.Currency `json:"currency,omitempty"`
	Customers  money.Decimal  `json:"customers"`           // cost of lines on invoices
	Own        money.Decimal  `json:"own"`                 // the reseller's own use
	Entries    money.Decimal  `json:"entries"`             // adjusting entries that are not applied
	InputTax   money.Decimal  `json:"input_tax"`           // the provider's tax
	Excluded   money.Decimal  `json:"excluded"`            // usage that a price rule keeps off the customers' invoices
	Unassigned money.Decimal  `json:"unassigned"`          // nobody's
	Cost       money.Decimal  `json:"cost"`                // all of the above
	Unblended  *money.Decimal `json:"unblended,omitempty"` // the same before discounts in columns; nil where that is Cost
	Sell       money.Decimal  `json:"sell"`                // what the reseller's own buyers pay, before exchange and tax
	Margin     money.Decimal  `json:"margin"`              // Sell − Cost
}

// Amortization is the identity of a load's commitments: unblended = amortized
// + true-up + upfront + refunds. Providers round their amortized columns, so
// that a residue within Tolerance is theirs.
type Amortization struct {
	Payer     string         `json:"payer"`
	Report    string         `json:"report"`
	Currency  money.Currency `json:"currency"`
	Unblended money.Decimal  `json:"unblended"`
	Amortized money.Decimal  `json:"amortized"`
	TrueUp    money.Decimal  `json:"true_up"`
	Upfront   money.Decimal  `json:"upfront"`
	Refunds   money.Decimal  `json:"refunds"`
	Residue   money.Decimal  `json:"residue"`
	Within    bool           `json:"within_provider_rounding"`
}

// Ownership counts that each line has one owner.
type Ownership struct {
	Lines   int64 `json:"lines"`   // in the lake, but for fenced ones
	Charged int64 `json:"charged"` // lines that became part of a charge
	Fenced  int64 `json:"fenced"`  // lines that repeat others (R10) and are in neither
}

// GroupProof follows one group's money in one provider currency through charges,
// statement and documents: the invoice and the notes that correct it.
type GroupProof struct {
	Group     string         `json:"group"`
	Currency  money.Currency `json:"currency"`
	Charges   money.Decimal  `json:"charges"`
	Statement money.Decimal  `json:"statement"`
	Documents money.Decimal  `json:"documents"`
	Residue   money.Decimal  `json:"residue"`          // the largest of the differences between them
	Issued    bool           `json:"issued,omitempty"` // something is: a residue needs a note
	// Below says that all is issued, and that the residue is less than a note could
	// show in the documents' currency.
	Below bool `json:"below_rounding,omitempty"`
}

// DocumentProof is the rounding of a document.
type DocumentProof struct {
	ID            string               `json:"id"`
	Group         string               `json:"group"`
	State         invoice.State        `json:"state"`
	Document      invoice.DocumentKind `json:"document"`
	Currency      money.Currency       `json:"currency"`
	Exact         money.Decimal        `json:"exact"`          // usage and entries, converted, not rounded
	Rounded       money.Decimal        `json:"rounded"`        // as billed
	RoundingShare money.Decimal        `json:"rounding_share"` // Rounded − Exact, as the document says
	Total         money.Decimal        `json:"total"`          // of the document, with tax
}

// Proved tells whether nothing is left over.
func (c Certificate) Proved() bool { return len(c.Residues) == 0 }

// against counts the residues that stand in the way of issuing a document: all but
// those of other groups whose documents were issued before the month changed, which
// only a note of theirs can settle.
func (c Certificate) against(document string) int {
	group := ""
	for _, d := range c.Documents {
		if d.ID == document {
			group = d.Group
		}
	}
	n := len(c.Residues)
	for _, b := range c.Billed {
		if b.Group != group && b.Issued && !b.Residue.IsZero() && !b.Below {
			n--
		}
	}
	return n
}

// Discounted tells whether discounts in columns make any of the sums another.
func (p ProviderProof) Discounted() bool {
	return p.FilesNet != nil || p.LakeNet != nil || p.Unblended != nil
}

// AfterDiscounts is what the lines in the files and in the lake come to after
// discounts in columns.
func (p ProviderProof) AfterDiscounts() (files, lake money.Decimal) {
	return recorded(p.FilesNet, p.Files), recorded(p.LakeNet, p.Lake)
}

// BeforeDiscounts is the unblended cost: Unblended, or Cost where it is the same.
func (d Disposition) BeforeDiscounts() money.Decimal { return recorded(d.Unblended, d.Cost) }

// place adds to the disposition what the provider's lines cost before and after
// discounts in columns, and the reseller's price of them.
func (d *Disposition) place(group string, place rating.Place, unblended, cost, sell money.Decimal) {
	unblended = d.BeforeDiscounts().Add(unblended)
	d.Cost = d.Cost.Add(cost)
	d.Unblended = unlessEqual(unblended, d.Cost)
	d.Sell = d.Sell.Add(sell)
	d.Margin = d.Sell.Sub(d.Cost)
	switch {
	case group == assign.Unassigned:
		d.Unassigned = d.Unassigned.Add(cost)
	case group == assign.Reseller:
		d.Own = d.Own.Add(cost)
	case place == rating.OffTax:
		d.InputTax = d.InputTax.Add(cost)
	case place == rating.OffEntry:
		d.Entries = d.Entries.Add(cost)
	case place == rating.OffExcluded:
		d.Excluded = d.Excluded.Add(cost)
	default:
		d.Customers = d.Customers.Add(cost)
	}
}

// unlessEqual is how a certificate keeps a sum that often is the same as another.
func unlessEqual(sum, other money.Decimal) *money.Decimal {
	if sum.Equal(other) {
		return nil
	}
	return &sum
}

// recorded reads what unlessEqual kept.
func recorded(sum *money.Decimal, other money.Decimal) money.Decimal {
	if sum == nil {
		return other
	}
	return *sum
}

// withinRounding tells whether a residue can come from the provider rounding
// each line's amortized cost at the tenth digit and each fee at the eighth: at
// most 10^-6 × √rows. It compares squares, to stay exact.
func withinRounding(residue money.Decimal, rows int64) bool {
	bound := money.MustParse("1e-12").Mul(money.FromInt(rows))
	return residue.Mul(residue).Cmp(bound) <= 0
}

func sortedCurrencies[T any](m map[money.Currency]T) []money.Currency {
	list := make([]money.Currency, 0, len(m))
	for c := range m {
		list = append(list, c)
	}
	sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	return list
}
