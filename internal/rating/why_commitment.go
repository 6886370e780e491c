package rating

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Provider is the commitment that the provider applied to a line, or that a fee
// is for.
type Provider struct {
	Commitment string          `json:"commitment"`
	Kind       commitment.Kind `json:"kind"`
	Account    string          `json:"account"`         // the owner's
	Group      string          `json:"group,omitempty"` // of the owner on that day
	Unused     bool            `json:"unused,omitempty"`
	// Decided is what is decided on it that is not the default; with units that
	// were given away, on what is left.
	Decided
}

// Cover is the commitment that covers a part when its group is alone (R7), and
// what it takes of it. Its units are hours of a reserved instance, or money of
// a plan.
type Cover struct {
	Commitment string          `json:"commitment"`
	Kind       commitment.Kind `json:"kind"`
	Account    string          `json:"account"` // the owner's
	// Own tells that its turn was the one for the holder's own account, which is
	// before that for the group's other accounts.
	Own    bool   `json:"own"`
	Holder string `json:"holder"` // the owner, or the account or group that was given units
	// PerUnit is what a unit of the usage takes: normalized units, of which a
	// reserved instance has Size, or a plan's rate.
	PerUnit   money.Decimal  `json:"per_unit"`
	Size      *money.Decimal `json:"size,omitempty"`
	Effective money.Decimal  `json:"effective"` // what that costs, to 12 digits; its fee is charged apart
	Decided
}

// Fee is the part of a commitment's fee that a share of it has, and what the
// fee is for.
type Fee struct {
	Units  money.Decimal `json:"units"`            // of the share: reserved instances, or money an hour
	Of     money.Decimal `json:"of"`               // the commitment's
	Holder string        `json:"holder,omitempty"` // the account or group that was given them; empty when it is the owner
	Use    *Use          `json:"use,omitempty"`    // of recurring fees
	Decided
}

// Decided is what the configuration decides on a share of a commitment (R8).
type Decided struct {
	Policy billing.Policy  `json:"policy"`
	Price  *money.Decimal  `json:"price,omitempty"`         // of a unit and hour
	Since  *billing.Period `json:"decided_since,omitempty"` // first month of the entry; nil without one
	// Entry tells that an entry of the configuration decides.
	Entry bool `json:"decided,omitempty"`
}

// Use is what became of a commitment while a fee is for it: hours of reserved
// instances, or money of a plan.
type Use struct {
	Month bool `json:"month"` // of the whole month; else of the hours of the line
	// By the provider's books, of all of the commitment.
	Reserved money.Decimal `json:"reserved"`
	Used     money.Decimal `json:"used"`
	Unused   money.Decimal `json:"unused"`
	// By the group the share belongs to, alone (R7); Capacity is 0 where the
	// commitment is not applied again.
	Capacity   money.Decimal `json:"capacity"`
	AloneUsed  money.Decimal `json:"alone_used"`
	UsedCost   money.Decimal `json:"alone_used_cost"` // to 12 digits
	UnusedCost money.Decimal `json:"alone_unused_cost"`
}

// held names a commitment of a payer.
type held struct{ payer, id string }

// holdings are the commitments of a month and their shares.
type holdings struct {
	commitments map[held]commitment.Commitment
	shares      map[held][]commitment.Share
}

// readHoldings reads what Provider, Cover and Fee are told from, once.
func (m *opened) readHoldings(ctx context.Context) error {
	if m.holdings != nil {
		return nil
	}
	all, err := commitment.Read(ctx, m.Session, m.Input.Month)
	if err != nil {
		return err
	}
	m.holdings = &holdings{map[held]commitment.Commitment{}, map[held][]commitment.Share{}}
	for _, c := range all {
		m.holdings.commitments[held{c.Payer, c.ID}] = c
	}
	for _, s := range commitment.Shares(all, m.Input.Config.Commitments, m.Input.Period) {
		name := held{s.Commitment.Payer, s.Commitment.ID}
		m.holdings.shares[name] = append(m.holdings.shares[name], s)
	}
	return nil
}

func (m *opened) held(p piece, id string) held { return held{m.payers[p.Load], id} }

func (m *opened) providerOf(p piece) *Provider {
	if p.provider == "" {
		return nil
	}
	c := m.holdings.commitments[m.held(p, p.provider)]
	by := &Provider{Commitment: p.provider, Kind: c.Kind, Account: c.Owner, Group: p.providerGroup, Unused: p.unused}
	for _, s := range m.holdings.shares[m.held(p, p.provider)] {
		if by.Policy == "" || by.Policy == billing.PolicyGroup {
			by.Decided = decided(s)
		}
	}
	return by
}

// reasonOf says why a part was treated as it was; s is the share that covers it
// or pays.
func (m *opened) reasonOf(p piece, by *Provider, s *commitment.Share) Reason {
	switch {
	case p.treatment == "as-billed" || p.treatment == "as-billed-covered":
		return ReasonBasis
	case p.treatment == "as-applied" && by.Policy == billing.PolicyAsApplied:
		return ReasonPolicy
	case p.treatment == "as-applied":
		return ReasonUnknown
	case s != nil && given(*s):
		return ReasonReassigned
	case s != nil && s.Policy != billing.PolicyGroup:
		return ReasonPolicy
	case s == nil && by != nil && p.treatment == "unshared" && by.Group == p.group:
		return m.keptFrom(p, by)
	}
	return ReasonAlone
}

// keptFrom says why a commitment of the group itself does not cover its usage.
func (m *opened) keptFrom(p piece, by *Provider) Reason {
	if by.Policy == billing.PolicyAccount || by.Policy == billing.PolicyResellerKeeps {
		return ReasonPolicy
	}
	for _, s := range m.holdings.shares[m.held(p, p.provider)] {
		if !given(s) {
			return ReasonAlone
		}
	}
	return ReasonReassigned
}

// given tells whether a share is somebody else's than the owner's.
func given(s commitment.Share) bool { return holder(s) != s.Commitment.Owner }

func holder(s commitment.Share) string {
	if s.Group != "" {
		return s.Group
	}
	return s.Account
}

func decided(s commitment.Share) Decided {
	d := Decided{Policy: s.Policy, Price: s.Price}
	if s.Decision != nil {
		d.Entry, d.Since = true, s.Decision.From
	}
	return d
}

// hour is what a share could cover in an hour, and what its group used of it.
type hour struct {
	share                             int
	group                             string
	units, used, usedCost, unusedCost money.Decimal
}

func (m *opened) hours(ctx context.Context, of held, where string, args ...any) ([]hour, error) {
	return engine.Collect(ctx, m.Session, func(h *hour) []any {
		return []any{&h.share, &h.group, engine.Exact(&h.units), engine.Exact(&h.used), engine.Exact(&h.usedCost), engine.Exact(&h.unusedCost)}
	}, `
		SELECT x_share, COALESCE("group", ''), CAST(SUM(units) AS VARCHAR), CAST(SUM(used) AS VARCHAR), CAST(SUM(used_cost) AS VARCHAR), CAST(SUM(unused_cost) AS VARCHAR)
		FROM hours WHERE payer = $1 AND commitment_discount_id = $2 AND `+where+` GROUP BY 1, 2 ORDER BY 1, 2`,
		append([]any{of.payer, of.id}, args...)...)
}

// coverOf tells what covers a part, and out of which share.
func (m *opened) coverOf(ctx context.Context, p piece) (*Cover, *commitment.Share, error) {
	of := m.held(p, p.commitment)
	hours, err := m.hours(ctx, of, "charge_period_start <= CAST($3 AS TIMESTAMP) AND charge_period_end > CAST($3 AS TIMESTAMP)", p.Start)
	if err != nil {
		return nil, nil, err
	}
	var s *commitment.Share
	for _, h := range hours {
		for i, share := range m.holdings.shares[of] {
			// What helps its own account has its turn first, so it is that one if there is one.
			if share.Number == h.share && h.group == p.group && !h.used.IsZero() && (s == nil || share.Account == p.account) {
				s = &m.holdings.shares[of][i]
			}
		}
	}
	if s == nil {
		return nil, nil, fmt.Errorf("no hour of %s covers the line %s; the lake's files were changed or lost. Close the month again", p.commitment, p.ID())
	}
	c := s.Commitment
	cover := &Cover{Commitment: c.ID, Kind: c.Kind, Account: c.Owner, Own: s.Account == p.account, Holder: holder(*s), PerUnit: p.effectRate.Round(12, money.HalfUp), Effective: p.effect, Decided: decided(*s)}
	if shape, ok := commitment.ShapeOf(m.keyOf(p.Load, p.key, p.set)); ok && c.Kind.Reservation() {
		cover.PerUnit, cover.Size = shape.Units, &c.Shape.Units
	}
	return cover, s, nil
}

// feeOf tells whose part of a fee it is, and what the fee is for.
func (m *opened) feeOf(ctx context.Context, p piece) (*Fee, *commitment.Share, error) {
	of := m.held(p, p.provider)
	var s *commitment.Share
	fee := &Fee{}
	for i, share := range m.holdings.shares[of] {
		if share.From.Equal(p.from) {
			s = &m.holdings.shares[of][i]
		}
		if share.To.Cmp(fee.Of) > 0 {
			fee.Of = share.To
		}
	}
	if s == nil {
		return nil, nil, fmt.Errorf("no share of %s begins where a part of the line %s does; the lake's files were changed or lost. Close the month again", p.provider, p.ID())
	}
	fee.Units, fee.Decided = s.To.Sub(s.From), decided(*s)
	if given(*s) {
		fee.Holder = holder(*s)
	}
	switch p.lineType {
	case "Fee", "SavingsPlanUpfrontFee":
		return fee, s, nil
	}
	use, err := m.useOf(ctx, p, *s)
	fee.Use = use
	return fee, s, err
}

// useOf tells what became of a share while the fee is for it. A plan's fee is
// of its own hours, a reservation's of the month.
func (m *opened) useOf(ctx context.Context, p piece, s commitment.Share) (*Use, error) {
	c, of := s.Commitment, m.held(p, p.provider)
	use := &Use{Month: true, Reserved: c.Reserved, Used: c.Used.Units, Unused: c.Unused.Units}
	where, args := "x_share = $3", []any{s.Number}
	if p.planCommitment != nil && p.planUsed != nil && p.end != "" {
		use = &Use{Reserved: *p.planCommitment, Used: *p.planUsed, Unused: p.planCommitment.Sub(*p.planUsed)}
		where += " AND charge_period_start >= CAST($4 AS TIMESTAMP) AND charge_period_start < CAST($5 AS TIMESTAMP)"
		args = append(args, p.Start, p.end)
	}
	hours, err := m.hours(ctx, of, where, args...)
	for _, h := range hours {
		use.Capacity, use.AloneUsed = use.Capacity.Add(h.units), use.AloneUsed.Add(h.used)
		use.UsedCost, use.UnusedCost = use.UsedCost.Add(h.usedCost), use.UnusedCost.Add(h.unusedCost)
	}
	return use, err
}
