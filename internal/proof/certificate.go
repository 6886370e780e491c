// Package proof owns what the certificate of a month says, and how it is read again.
// Package pipeline works it out; package desk asks it whether a document may be issued.
package proof

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
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
	Findings  []month.Finding `json:"findings"`
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

	LakeRows int64 `json:"-"`
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

// Against counts the residues that stand in the way of issuing a document: all but
// those of other groups whose documents were issued before the month changed, which
// only a note of theirs can settle.
func (c Certificate) Against(document string) int {
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

// Place adds to the disposition what the provider's lines cost before and after
// discounts in columns, and the reseller's price of them.
func (d *Disposition) Place(group string, place rating.Place, unblended, cost, sell money.Decimal) {
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

// InLake keeps what the lake has of the invoice: its lines, and their cost before
// and after discounts in columns.
func (p *ProviderProof) InLake(rows int64, unblended, net money.Decimal) {
	p.LakeRows, p.Lake, p.LakeNet = rows, unblended, unlessEqual(net, unblended)
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

// AloneProof explains what groups pay alone (R7) from what the provider bills:
// Alone = Unblended + TakenBack − Given + Sold + Tiers + Residue. Lines of groups
// on another basis, and of nobody's group, are in Unblended and Alone alike.
type AloneProof struct {
	Payer     string         `json:"payer"`
	Currency  money.Currency `json:"currency"`
	Unblended money.Decimal  `json:"unblended"`  // of all lines in the lake
	TakenBack money.Decimal  `json:"taken_back"` // what the provider's commitments took off usage, at on-demand prices
	Given     money.Decimal  `json:"given"`      // what each group's own commitments take off, at on-demand prices
	Sold      money.Decimal  `json:"sold"`       // what is paid for that at a fixed price (R8)
	Tiers     money.Decimal  `json:"tiers"`      // what volume tiers cost each group alone, less what they cost all together
	Alone     money.Decimal  `json:"alone"`      // true-unblended cost of all charges
	Residue   money.Decimal  `json:"residue"`
}

// FeeProof is the identity of one commitment's month: what was paid for it was
// either used or not. Providers round both, so that a residue Within their
// rounding is theirs. Amounts are exact, tax out.
type FeeProof struct {
	ID       string          `json:"id"`
	Payer    string          `json:"payer"`
	Owner    string          `json:"owner"`
	Kind     commitment.Kind `json:"kind"`
	Currency money.Currency  `json:"currency"`
	Fee      money.Decimal   `json:"fee"` // recurring and the month's share of upfront; of plans, the month's commitment
	Used     money.Decimal   `json:"used"`
	Unused   money.Decimal   `json:"unused"`
	Residue  money.Decimal   `json:"residue"`
	Within   bool            `json:"within_provider_rounding"`
}

// Add adds what a load has in the proof's currency.
func (a *AloneProof) Add(unblended money.Decimal, x commitment.Change, alone money.Decimal) {
	a.Unblended, a.Alone = a.Unblended.Add(unblended), a.Alone.Add(alone)
	a.TakenBack, a.Given = a.TakenBack.Add(x.TakenBack), a.Given.Add(x.Given)
	a.Sold, a.Tiers = a.Sold.Add(x.Sold), a.Tiers.Add(x.Tiers)
}

// Residue notes something that does not add up.
func (c *Certificate) Residue(format string, args ...any) {
	c.Residues = append(c.Residues, fmt.Sprintf(format, args...))
}

// Largest returns the difference furthest from zero.
func Largest(a, b money.Decimal) money.Decimal {
	if a.Mul(a).Cmp(b.Mul(b)) >= 0 {
		return a
	}
	return b
}

// EntryProof follows the adjusting entries of a month in one currency (R32 g):
// what the lines say, what was collected of them with the differences that new
// deliveries made, and what became of that. Lake = Collected + Differences = Open
// + Applied + Kept + Priced + Parts. Entries that a person wrote come from no
// line and are in none of these.
type EntryProof struct {
	Currency    money.Currency `json:"currency"`
	Lake        money.Decimal  `json:"lake"`        // Σ lines of class entry, fenced ones left out
	Collected   money.Decimal  `json:"collected"`   // Σ entries as they stand: those decided on as they were then
	Differences money.Decimal  `json:"differences"` // Σ difference entries: what the export says now − Collected
	Open        money.Decimal  `json:"open"`
	Applied     money.Decimal  `json:"applied"` // on invoices of this or another month
	Kept        money.Decimal  `json:"kept"`
	Priced      money.Decimal  `json:"priced"` // billed with usage, by price rules
	Parts       money.Decimal  `json:"parts"`  // of those that are split or allocated, whatever became of them
	Residue     money.Decimal  `json:"residue"`
}

// Add counts an entry where it came from, and where it went.
func (p *EntryProof) Add(e entry.Entry) {
	switch e.Origin {
	case entry.Collected:
		p.Collected = p.Collected.Add(e.Amount)
	case entry.Difference:
		p.Differences = p.Differences.Add(e.Amount)
	}
	switch {
	case e.IsDivided():
	case e.Origin == entry.Part:
		p.Parts = p.Parts.Add(e.Amount)
	case e.State == entry.Applied:
		p.Applied = p.Applied.Add(e.Amount)
	case e.State == entry.Kept:
		p.Kept = p.Kept.Add(e.Amount)
	case e.State == entry.Priced:
		p.Priced = p.Priced.Add(e.Amount)
	default:
		p.Open = p.Open.Add(e.Amount)
	}
}

// OnRecord returns the certificate of the rating in force; an error that is
// store.ErrNotFound where it has none.
func OnRecord(ctx context.Context, records *store.Store, period billing.Period) (Certificate, error) {
	var c Certificate
	document, err := records.Certificate(ctx, period)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(document, &c); err != nil {
		return c, fmt.Errorf("the certificate of %s: %w", period, err)
	}
	return c, nil
}

// TierProof is the identity of resale in one currency of the provider (R16):
// what each seller is charged is what its own prices start from, so that the
// margins of all of them are what those who use are charged, less what the
// provider bills. Residue = Σ Margin − (Final − Cost).
type TierProof struct {
	Currency money.Currency `json:"currency"`
	Sellers  []SellerProof  `json:"sellers"` // the reseller first, then billing groups by id
	Final    money.Decimal  `json:"final"`   // what those who use are charged, by whoever sells to them
	Cost     money.Decimal  `json:"cost"`    // of the provider's lines, after discounts in columns
	Residue  money.Decimal  `json:"residue"`
}

// SellerProof is what one seller buys, as the charges have it, and sells, as the
// statements of its buyers have it. Residue is what its prices start from, less
// what it is charged for the same.
type SellerProof struct {
	Seller  string        `json:"seller"` // reseller, or the billing group
	Bought  money.Decimal `json:"bought"`
	Sold    money.Decimal `json:"sold"`
	Margin  money.Decimal `json:"margin"`
	Residue money.Decimal `json:"residue"`
}
