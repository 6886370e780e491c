package commitment

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed sql/inventory_fees.sql
var inventoryFeesSQL string

//go:embed sql/inventory_usage.sql
var inventoryUsageSQL string

// Read returns every commitment that the lines of an open month (assign.Open)
// tell of, by fee or by usage, sorted by payer and id. Money is in the currency
// of its lines, exact, tax out. One that has usage but no fee in the month has
// Fee 0 and, as Reserved, what was used of it.
func Read(ctx context.Context, s engine.Session, m assign.Month) ([]Commitment, error) {
	keys, err := assign.ReadKeys(ctx, s)
	if err != nil {
		return nil, err
	}
	fees, err := engine.Collect(ctx, s, (*feeRow).columns, inventoryFeesSQL)
	if err != nil {
		return nil, fmt.Errorf("reading the fees of the commitments of %s: %w", m.Period, err)
	}
	usage, err := engine.Collect(ctx, s, (*usageRow).columns, inventoryUsageSQL)
	if err != nil {
		return nil, fmt.Errorf("reading what the commitments of %s covered: %w", m.Period, err)
	}
	var all []Commitment
	for _, e := range entriesOf(m, keys, fees, usage) {
		all = append(all, e.commitment())
	}
	return all, nil
}

// Gaps returns what of the commitment's month is neither used nor unused by
// the provider's own account: its rounding, a millionth or so. recurring is of
// the recurring fee, for plans of the whole commitment, and upfront is then 0;
// upfront is of the month's share of the upfront fee. Of a reservation whose
// fee is not in the export it is all that was used, negative. FOCUS exports do
// not part the two: there recurring holds the upfront share as well.
func (c Commitment) Gaps() (recurring, upfront money.Decimal) {
	if c.Kind.Plan() {
		return c.Reserved.Sub(c.Used.Recurring).Sub(c.Unused.Recurring), money.Zero
	}
	return c.Fee.Sub(c.Used.Recurring).Sub(c.Unused.Recurring), c.Upfront.Sub(c.Used.Upfront).Sub(c.Unused.Upfront)
}

// feeRow is what the fee lines of one pricing key say of a commitment.
type feeRow struct {
	assign.Key
	id                                          string
	frequency                                   string // of FOCUS: One-Time or Recurring
	billed, reserved, instances, factor         money.Decimal
	upfront                                     money.Decimal
	unusedUnits, unusedRecurring, unusedUpfront money.Decimal
	planCommitment, planUsed                    money.Decimal
	unusedLines, hours                          int64
	account, zone, planFamily, planRegion       string
	terms
}

func (f *feeRow) columns() []any {
	return append([]any{
		&f.Load, &f.Number, &f.id, &f.frequency,
		engine.Exact(&f.billed), engine.Exact(&f.reserved), engine.Exact(&f.instances), engine.Exact(&f.factor), engine.Exact(&f.upfront),
		engine.Exact(&f.unusedUnits), engine.Exact(&f.unusedRecurring), engine.Exact(&f.unusedUpfront), engine.Exact(&f.planCommitment), engine.Exact(&f.planUsed),
		&f.unusedLines, &f.hours, &f.account, &f.zone, &f.planFamily, &f.planRegion,
	}, f.terms.columns()...)
}

// usageRow is what the usage lines of one pricing key say of the commitment
// that covered them, or, in FOCUS, of what nothing used.
type usageRow struct {
	assign.Key
	id                                                 string
	unused                                             bool
	lines                                              int64
	quantity, normalized, recurring, upfront, onDemand money.Decimal
	terms
}

func (u *usageRow) columns() []any {
	return append([]any{
		&u.Load, &u.Number, &u.id, &u.unused, &u.lines,
		engine.Exact(&u.quantity), engine.Exact(&u.normalized), engine.Exact(&u.recurring), engine.Exact(&u.upfront), engine.Exact(&u.onDemand),
	}, u.terms.columns()...)
}

// entry is all that a month says of one commitment.
type entry struct {
	payer, id string
	period    billing.Period
	fees      []feeRow
	usage     []usageRow
}

// entriesOf brings the rows of each commitment together, sorted by payer and id.
func entriesOf(m assign.Month, keys []assign.Key, fees []feeRow, usage []usageRow) []*entry {
	type place struct {
		load   string
		number int32
	}
	payers, texts := map[string]string{}, map[place]assign.Key{}
	for _, l := range m.Loads {
		payers[l.ID] = l.Payer.ID
	}
	for _, k := range keys {
		texts[place{k.Load, k.Number}] = k
	}
	found := map[[2]string]*entry{}
	var all []*entry
	of := func(k *assign.Key, id string) *entry {
		*k = texts[place{k.Load, k.Number}]
		name := [2]string{payers[k.Load], id}
		if found[name] == nil {
			found[name] = &entry{payer: name[0], id: id, period: m.Period}
			all = append(all, found[name])
		}
		return found[name]
	}
	for _, f := range fees {
		e := of(&f.Key, f.id)
		e.fees = append(e.fees, f)
	}
	for _, u := range usage {
		e := of(&u.Key, u.id)
		e.usage = append(e.usage, u)
	}
	slices.SortFunc(all, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.payer, b.payer), cmp.Compare(a.id, b.id))
	})
	return all
}

// commitment adds the rows up.
func (e *entry) commitment() Commitment {
	key := e.key()
	c := Commitment{
		ID: e.id, Provider: key.Text(lake.Provider), Payer: e.payer, Owner: e.owner(), Kind: Other,
		Currency: money.Currency(key.Text(lake.BillingCurrency)),
		Shape:    Shape{Service: key.Text(lake.ServiceCode), Region: key.Text(lake.RegionID)},
	}
	t := e.terms()
	c.Term, c.Payment = t.term, paymentOption(t.payment)
	c.Start, c.End = interval(t.starts, t.ends)
	switch kind := key.Text(lake.LineItemType); {
	case strings.HasPrefix(kind, "SavingsPlan"):
		e.plan(&c, t.offering)
	case kind == "Purchase" || kind == "Usage":
		e.focus(&c)
	default:
		c.Class = t.offering
		e.reservation(&c)
	}
	return c
}

// key is the pricing key that says most: of the recurring fee, else of the
// one-time fee, else of usage.
func (e *entry) key() assign.Key {
	for _, f := range e.fees {
		switch f.Text(lake.LineItemType) {
		case "RIFee", "SavingsPlanRecurringFee":
			return f.Key
		}
	}
	if len(e.fees) > 0 {
		return e.fees[0].Key
	}
	return e.usage[0].Key
}

// owner is the account in the ARN, else that of a fee, else the payer (R7).
func (e *entry) owner() string {
	if parts := strings.Split(e.id, ":"); parts[0] == "arn" && len(parts) > 5 && parts[4] != "" {
		return parts[4]
	}
	for _, f := range e.fees {
		if f.account != "" {
			return f.account
		}
	}
	return e.payer
}

// reservation adds up the lines of a report of AWS for reserved instances or
// other reserved capacity.
func (e *entry) reservation(c *Commitment) {
	var factor money.Decimal
	zone, monthly := "", false
	for _, f := range e.fees {
		zone = cmp.Or(zone, f.zone)
		if f.Text(lake.LineItemType) == "Fee" {
			c.Paid = c.Paid.Add(f.billed)
			c.Count = larger(c.Count, f.instances)
			continue
		}
		monthly = true
		c.Fee, c.Upfront, c.Reserved = c.Fee.Add(f.billed), c.Upfront.Add(f.upfront), c.Reserved.Add(f.reserved)
		c.Unused = c.Unused.plus(Use{Units: f.unusedUnits, Recurring: f.unusedRecurring, Upfront: f.unusedUpfront, Lines: f.unusedLines})
		c.Count, factor = larger(c.Count, f.instances), larger(factor, f.factor)
	}
	if shape, ok := e.reserved(factor); ok {
		c.Shape, c.Kind = shape, RegionalReservation
		if zone != "" && zone != shape.Region {
			c.Kind, c.Zone = ZonalReservation, zone
		}
	}
	for _, u := range e.usage {
		c.Used = c.Used.plus(Use{Recurring: u.recurring, Upfront: u.upfront, OnDemand: u.onDemand, Lines: u.lines})
	}
	c.Used.Units = e.usedHours(c.Shape, factor)
	if !monthly {
		c.Reserved = c.Used.Units
	}
	if c.Count.IsZero() {
		c.Count = larger(c.Reserved.Quo(e.hoursInTerm(c), 15).Round(0, money.HalfUp), money.FromInt(1))
	}
	paid := c.Fee.Add(c.Upfront)
	if !monthly {
		paid = c.Used.Recurring.Add(c.Used.Upfront)
	}
	c.Hourly = paid.Quo(c.Reserved, 15)
}

// reserved is the shape of what is reserved: of the fee, else of the first
// usage it was applied to.
func (e *entry) reserved(factor money.Decimal) (Shape, bool) {
	var used Shape
	covers := false
	if len(e.usage) > 0 {
		used, covers = ShapeOf(e.usage[0].Key)
	}
	if len(e.fees) == 0 {
		return used, covers
	}
	s, ok := reservedShape(e.key())
	if parts := strings.Split(e.id, ":"); s.Region == "" && len(parts) > 3 {
		s.Region = parts[3]
	}
	return s.as(factor, used), ok
}

// usedHours is the usage that a reservation covered, in hours of the reserved
// size. factor is the size in normalized units as the fee says it, or zero.
func (e *entry) usedHours(s Shape, factor money.Decimal) money.Decimal {
	if factor.IsZero() {
		factor = s.Units
	}
	var hours, normalized money.Decimal
	for _, u := range e.usage {
		used, ok := ShapeOf(u.Key)
		switch {
		case !s.Flexible || !ok && u.normalized.IsZero():
			hours = hours.Add(u.quantity)
		case u.normalized.IsZero():
			normalized = normalized.Add(u.quantity.Mul(used.Units))
		default:
			normalized = normalized.Add(u.normalized)
		}
	}
	return hours.Add(normalized.Quo(factor, 15))
}

// plan adds up the lines of a savings plan.
func (e *entry) plan(c *Commitment, offering string) {
	var hours int64
	for _, f := range e.fees {
		if f.Text(lake.LineItemType) == "SavingsPlanUpfrontFee" {
			c.Paid = c.Paid.Add(f.billed)
			continue
		}
		hours += f.hours
		left := f.planCommitment.Sub(f.planUsed)
		c.Fee, c.Upfront, c.Reserved = c.Fee.Add(f.billed), c.Upfront.Add(f.upfront), c.Reserved.Add(f.planCommitment)
		c.Unused = c.Unused.plus(Use{Units: left, Recurring: left, Lines: f.unusedLines})
	}
	for _, u := range e.usage {
		c.Used = c.Used.plus(Use{Units: u.recurring, Recurring: u.recurring, OnDemand: u.onDemand, Lines: u.lines})
	}
	if hours > 0 {
		c.Hourly = c.Reserved.Quo(money.FromInt(hours), 15)
	} else {
		c.Reserved = c.Used.Units
		c.Hourly = c.Reserved.Quo(e.hoursInTerm(c), 15)
	}
	key := e.key()
	c.Kind, c.Shape = e.planKind(offering, key)
	term, payment := planTerms(key.Text(lake.UsageType))
	c.Term, c.Payment = cmp.Or(c.Term, term), cmp.Or(c.Payment, payment)
}

// planSigns tell the kind of a plan by what its offering, usage type or
// product code is called, in small letters without blanks.
var planSigns = []struct {
	sign string
	kind Kind
}{
	{"ec2instance", EC2Plan}, {"ec2sp", EC2Plan}, {"sagemaker", SageMakerPlan}, {"machinelearning", SageMakerPlan},
	{"database", DatabasePlan}, {"compute", ComputePlan},
}

// planKind tells the kind of a plan and, of EC2 Instance plans, what it covers.
// Without a fee it is the narrowest kind that covers what was used.
func (e *entry) planKind(offering string, key assign.Key) (Kind, Shape) {
	kind := Kind("")
	says := []string{offering}
	if len(e.fees) > 0 {
		says = append(says, key.Text(lake.UsageType), key.Text(lake.ServiceCode))
	}
	for _, text := range says {
		for _, s := range planSigns {
			if kind == "" && strings.Contains(strings.ToLower(strings.ReplaceAll(text, " ", "")), s.sign) {
				kind = s.kind
			}
		}
	}
	narrowest, shape := e.planByUse()
	if kind == "" {
		kind = narrowest
	}
	switch {
	case kind != EC2Plan:
		return kind, Shape{}
	case len(e.fees) == 0:
		return kind, shape
	}
	family, region := "", ""
	for _, f := range e.fees {
		family, region = cmp.Or(family, f.planFamily), cmp.Or(region, f.planRegion)
	}
	return kind, planShape(key.Text(lake.UsageType), family, region)
}

// planByUse is the narrowest kind of plan that covers what was used.
func (e *entry) planByUse() (Kind, Shape) {
	var only Shape
	kind := EC2Plan
	for i, u := range e.usage {
		switch u.Text(lake.ServiceCode) {
		case ec2Service:
			s, _ := ShapeOf(u.Key)
			s = Shape{Family: s.Family, Region: s.Region}
			if i > 0 && s != only {
				kind = ComputePlan
			}
			only = s
		case "AmazonECS", "AmazonEKS", "AWSLambda":
			kind = ComputePlan
		case "AmazonSageMaker":
			return SageMakerPlan, Shape{}
		default:
			return DatabasePlan, Shape{}
		}
	}
	if kind != EC2Plan || only.Family == "" {
		return ComputePlan, Shape{}
	}
	return EC2Plan, only
}

// focus adds up the lines of a FOCUS export.
func (e *entry) focus(c *Commitment) {
	for _, f := range e.fees {
		if f.frequency == "One-Time" {
			c.Paid = c.Paid.Add(f.billed)
		} else {
			c.Fee = c.Fee.Add(f.billed)
		}
	}
	for _, u := range e.usage {
		part := Use{Units: u.quantity, Recurring: u.recurring, Lines: u.lines}
		if u.unused {
			c.Unused = c.Unused.plus(part)
		} else {
			part.OnDemand = u.onDemand
			c.Used = c.Used.plus(part)
		}
	}
	c.Reserved = c.Used.Units.Add(c.Unused.Units)
	c.Hourly = c.Used.Recurring.Add(c.Unused.Recurring).Quo(c.Reserved, 15)
}

func (u Use) plus(v Use) Use {
	return Use{
		u.Units.Add(v.Units), u.Recurring.Add(v.Recurring), u.Upfront.Add(v.Upfront), u.OnDemand.Add(v.OnDemand), u.Lines + v.Lines,
	}
}

func larger(a, b money.Decimal) money.Decimal {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}
