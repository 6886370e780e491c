package rating

import (
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Attachment is a price book that is attached where a sale can find it (R13).
type Attachment struct {
	At      string       `json:"at"`           // account, group, customer, or seller
	ID      string       `json:"id,omitempty"` // of that; empty for the reseller itself
	Book    string       `json:"book"`
	Version int          `json:"version,omitempty"` // 0 where it was not kept
	From    *billing.Day `json:"from,omitempty"`
	To      *billing.Day `json:"to,omitempty"` // exclusive
	// Prices tells that the book prices the sale; else a nearer one hides it.
	Prices bool `json:"prices"`
}

// attached lists the books attached on the day of a sale, the nearest first.
// The first of them are the sale's (assign.Tree.Sales).
func (m *opened) attached(x selling) (all []Attachment) {
	add := func(at, id string, attached billing.Attachments) {
		for _, a := range attached {
			if (a.From == nil || *a.From <= x.day) && (a.To == nil || x.day < *a.To) {
				all = append(all, Attachment{At: at, ID: id, Book: a.Book, Version: m.Versions[a.Book], From: a.From, To: a.To, Prices: len(all) < len(x.Books)})
				return
			}
		}
	}
	c := m.Input.Config
	customer := func(id string) (found billing.Customer) {
		if i := slices.IndexFunc(c.Customers, func(x billing.Customer) bool { return x.ID == id }); i >= 0 {
			found = c.Customers[i]
		}
		return found
	}
	if x.Group == x.row.Owner {
		for _, a := range c.Accounts {
			if a.ID == x.row.Account {
				add("account", a.ID, a.PriceBook)
			}
		}
	}
	group, _ := m.tree.Group(x.Group)
	add("group", group.ID, group.PriceBook)
	add("customer", group.Customer, customer(group.Customer).PriceBook)
	if seller, ok := m.tree.Group(x.Seller); ok {
		add("seller", seller.Customer, customer(seller.Customer).SellingBook)
	} else if c.Reseller != nil {
		add("seller", "", c.Reseller.SellingBook)
	}
	return all
}

// Claim says by what somebody owns a line (R1–R4).
type Claim struct {
	By      string `json:"by"`    // account; tags, of a part of an account; pool, which has what nobody claims; enrolment, of such accounts of a payer; or reseller, for its own use
	Owner   string `json:"owner"` // billing group, pool or reseller
	Account string `json:"account"`
	Payer   string `json:"payer,omitempty"` // of an enrolment
	// Of a claim by tags, what the line has under each name it asks about.
	Tags           map[string]string `json:"tags,omitempty"`
	CostCategories map[string]string `json:"cost_categories,omitempty"`
	From           *billing.Day      `json:"from,omitempty"`
	To             *billing.Day      `json:"to,omitempty"`          // exclusive
	WholeMonth     bool              `json:"whole_month,omitempty"` // the account moved in the month, which is the new owner's whole (R2)
}

// claimOf finds the claim that a charge's owner has it by. There is none of what
// is nobody's, and of fees that go with units that were given away.
func (m *opened) claimOf(ctx context.Context, r *row, day billing.Day) (*Claim, error) {
	c := m.Input.Config
	claim := Claim{By: "account", Owner: r.Owner, Account: r.Account}
	if r.Pool != "" {
		for _, p := range c.Pools {
			if p.ID == r.Pool {
				claim.By, claim.Owner, claim.From, claim.To = "pool", p.ID, p.From, p.To
			}
		}
		return &claim, nil
	}
	if r.Owner == assign.Reseller {
		if c.Reseller == nil || !slices.Contains(c.Reseller.Accounts, r.Account) {
			return nil, nil
		}
		claim.By = "reseller"
		return &claim, nil
	}
	group, ok := m.tree.Group(r.Owner)
	if !ok {
		return nil, nil
	}
	tagged, err := m.taggedClaim(ctx, group, r, day, claim)
	if tagged != nil || err != nil {
		return tagged, err
	}
	for _, exactly := range []bool{true, false} { // of the day itself, or of the month where the account moved in it
		for _, cl := range group.Claims {
			from, to := day, day
			if !exactly {
				from, to = m.Input.Period.FirstDay(), m.Input.Period.LastDay()
			}
			if !cl.Tagged() && slices.Contains(cl.Accounts, r.Account) && (cl.From == nil || *cl.From <= to) && (cl.To == nil || from < *cl.To) {
				claim.From, claim.To, claim.WholeMonth = cl.From, cl.To, !exactly
				return &claim, nil
			}
		}
		if enrolled := m.enrolment(group, r, day, claim); exactly && enrolled != nil {
			return enrolled, nil
		}
	}
	return nil, nil
}

// enrolment is how a group has an account that nobody claims, or nil.
func (m *opened) enrolment(group billing.BillingGroup, r *row, day billing.Day, claim Claim) *Claim {
	i := slices.IndexFunc(m.Input.Loads, func(l assign.Load) bool { return l.ID == r.load })
	if i < 0 {
		return nil
	}
	load := m.Input.Loads[i]
	has := func(o assign.Ownership) bool { return o.Group == group.ID && o.From <= day && day <= o.To }
	if !slices.ContainsFunc(m.Input.Enrolled(load, r.Account), has) {
		return nil
	}
	for _, e := range group.Enrol {
		if e.Payer == load.Payer.ID && e.From <= day && (e.To == nil || day < *e.To) {
			claim.By, claim.Payer, claim.From, claim.To = "enrolment", e.Payer, new(e.From), e.To
			return &claim
		}
	}
	return nil
}

// taggedClaim is the claim by tags of a group that takes a charge, or nil.
func (m *opened) taggedClaim(ctx context.Context, group billing.BillingGroup, r *row, day billing.Day, claim Claim) (*Claim, error) {
	for _, cl := range group.Claims {
		if !cl.Tagged() || !slices.Contains(cl.Accounts, r.Account) || cl.From != nil && day < *cl.From || cl.To != nil && day >= *cl.To {
			continue
		}
		if err := m.readSets(ctx); err != nil {
			return nil, err
		}
		set, takes := m.sets[r.set], true
		has := func(asked map[string][]string, value func(string) string) map[string]string {
			values := map[string]string{}
			for name, wanted := range asked {
				values[name] = value(name)
				takes = takes && slices.Contains(wanted, values[name])
			}
			return values
		}
		tags, categories := has(cl.Tags, set.Tag), has(cl.CostCategories, set.CostCategory)
		if takes {
			claim.By, claim.Tags, claim.CostCategories, claim.From, claim.To = "tags", tags, categories, cl.From, cl.To
			return &claim, nil
		}
	}
	return nil, nil
}

// readSets reads the tag sets of the month.
func (m *opened) readSets(ctx context.Context) error {
	if m.sets != nil {
		return nil
	}
	sets, err := m.Input.ReadTagSets(ctx, m.Session)
	if err != nil {
		return err
	}
	m.sets = map[int32]assign.TagSet{}
	for _, t := range sets {
		m.sets[t.Set] = t
	}
	return nil
}

// Share is what a group bears of a pool in a month, on the pool's basis (R4):
// Amount = Fixed + Percent + Usage + Remainder. A charge has its part of every
// line of the pool.
type Share struct {
	Basis     billing.Basis `json:"basis"`
	Total     money.Decimal `json:"total"` // of the pool
	Amount    money.Decimal `json:"amount"`
	Fixed     money.Decimal `json:"fixed"`
	Percent   money.Decimal `json:"percent"`     // of what the fixed amounts leave
	Usage     money.Decimal `json:"usage"`       // of what the percents leave
	Remainder money.Decimal `json:"remainder"`   // of the group that takes what is left
	Used      money.Decimal `json:"used"`        // by the group itself in the pool's accounts
	UsedByAll money.Decimal `json:"used_by_all"` // by all who bear by usage
}

// shareOf tells which part of a pool a charge's owner bears, and by what. It is
// an error when that is not what the month was rated with.
func (m *opened) shareOf(ctx context.Context, r *row) (*Share, error) {
	i := slices.IndexFunc(m.Input.Config.Pools, func(p billing.Pool) bool { return p.ID == r.Pool })
	if i < 0 {
		return nil, lost("charge %d of %s is of pool %s, which the configuration does not have", r.Number, m.Input.Period, r.Pool)
	}
	p := m.Input.Config.Pools[i]
	s := Share{Basis: p.CostBasis}
	usage, borne, err := m.poolUsage(ctx, r, &s.Total)
	if err != nil {
		return nil, err
	}
	s.Used = usage[r.Owner]
	_, s.UsedByAll = byUsage(p, usage)
	// What is left goes to nobody's account while the steps are taken one by one.
	const nobody = "\x00"
	remainder := p.Remainder
	p.Remainder = nobody
	of := func(p billing.Pool, usage map[string]money.Decimal, group string) money.Decimal {
		sum := money.Zero
		for _, sh := range sharesOf(p, r.Currency, s.Total, usage) {
			if sh.group == group {
				sum = sum.Add(sh.amount)
			}
		}
		return sum
	}
	fixed := p
	fixed.Percent = nil
	s.Fixed = of(fixed, nil, r.Owner)
	s.Percent = of(p, nil, r.Owner).Sub(s.Fixed)
	s.Usage = of(p, usage, r.Owner).Sub(s.Fixed).Sub(s.Percent)
	if r.Owner == remainder {
		s.Remainder = of(p, usage, nobody)
	}
	if s.Amount = money.Sum(s.Fixed, s.Percent, s.Usage, s.Remainder); !s.Amount.Equal(borne) {
		return nil, lost("%s bears %s of pool %s in %s, but should bear %s", r.Owner, borne, r.Pool, m.Input.Period, s.Amount)
	}
	return &s, nil
}

// poolUsage measures the pool of a charge again: what it comes to, what each
// group uses itself in its accounts, and what the charge's owner bears.
func (m *opened) poolUsage(ctx context.Context, r *row, total *money.Decimal) (usage map[string]money.Decimal, borne money.Decimal, err error) {
	if err := m.readBearers(ctx); err != nil {
		return nil, borne, err
	}
	type part struct {
		group  string
		amount money.Decimal
	}
	read := func(p *part) []any { return []any{&p.group, engine.Exact(&p.amount)} }
	bearers, err := engine.Collect(ctx, m.Session, read,
		"SELECT bearer, CAST(wanted AS VARCHAR) FROM bearers WHERE pool = $1 AND currency = $2", r.Pool, string(r.Currency))
	if err != nil {
		return nil, borne, err
	}
	for _, b := range bearers {
		*total = total.Add(b.amount)
		if b.group == r.Owner {
			borne = b.amount
		}
	}
	uses, err := engine.Collect(ctx, m.Session, read, owned("AND l.sub_account_id IN (SELECT account FROM pool_accounts WHERE pool = $1)")+`
		SELECT owned.billed_to, CAST(SUM(CASE WHEN owned.billable THEN `+onBasis("a.basis")+` ELSE 0 END) AS VARCHAR)
		FROM owned JOIN pool_accounts a ON a.account = owned.sub_account_id AND owned.billing_day BETWEEN a.from_day AND a.to_day
		WHERE a.pool = $1 AND owned.currency = $2 GROUP BY 1`, r.Pool, string(r.Currency))
	usage = map[string]money.Decimal{}
	for _, u := range uses {
		if _, ok := m.tree.Group(u.group); ok {
			usage[u.group] = u.amount
		}
	}
	return usage, borne, err
}

// readBearers makes the tables that pools are divided with, once.
func (m *opened) readBearers(ctx context.Context) error {
	if m.divided {
		return nil
	}
	m.divided = true
	return makeBearers(ctx, m.Session, m.Input)
}
