package sample

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
)

// Totals are the sums of everything written but split cost, in USD: what a
// reader of the files must find. They come from the generator's own integers, not from the
// files. Keys without a line are absent.
type Totals struct {
	Rows      int64         `json:"rows"`
	Unblended money.Decimal `json:"unblended"` // FOCUS: BilledCost
	Blended   money.Decimal `json:"blended"`   // 0 in FOCUS
	List      money.Decimal `json:"list"`      // public on-demand cost without negations; FOCUS: ListCost
	Amortized money.Decimal `json:"amortized"` // FOCUS: EffectiveCost

	// UsageQuantity adds up the quantities of usage in all their units, without
	// fees and negations: of no meaning but as a check. FOCUS: ConsumedQuantity.
	UsageQuantity money.Decimal `json:"usage_quantity"`

	// Unblended, by what the export shows; invoices only where they have an id.
	ByAccount  map[string]money.Decimal `json:"by_account"`
	ByService  map[string]money.Decimal `json:"by_service"`   // FOCUS: x_ServiceCode
	ByLineType map[string]money.Decimal `json:"by_line_type"` // FOCUS: ChargeCategory
	ByInvoice  map[string]money.Decimal `json:"by_invoice"`

	// After discounts where they are in columns, else the same as before them.
	Net          money.Decimal            `json:"net"`
	NetAmortized money.Decimal            `json:"net_amortized"`
	NetByInvoice map[string]money.Decimal `json:"net_by_invoice"`

	// Discounts are zero or negative, by their type: EdpDiscount, SppDiscount,
	// PrivateRateDiscount, BundledDiscount; from lines or from columns.
	Discounts map[string]money.Decimal `json:"discounts"`

	// Commitments in the order of their ARN, and by account the public
	// on-demand cost of all usage that they cover.
	Commitments     []CommitmentTotals       `json:"commitments"`
	CoveredOnDemand map[string]money.Decimal `json:"covered_on_demand"`

	// SplitCost is what split cost allocation repeats. Rows counts its rows;
	// no other sum has them.
	SplitCost SplitCostTotals `json:"split_cost"`
}

// CommitmentTotals are what became of a commitment in the month. Reserved is
// the sum of Used and Unused: of a reservation hours of the reserved size, of a
// plan money.
type CommitmentTotals struct {
	ARN      string                   `json:"arn"`
	Kind     string                   `json:"kind"` // sp-ec2, sp-compute, ri-zonal, ri-regional, ri-other: of another service than EC2
	Owner    string                   `json:"owner"`
	Reserved money.Decimal            `json:"reserved"`
	Fee      money.Decimal            `json:"fee"`     // recurring, of the month, before discounts
	Upfront  money.Decimal            `json:"upfront"` // the month's part of what was paid upfront
	Used     map[string]money.Decimal `json:"used"`    // by the account that used it
	OnDemand map[string]money.Decimal `json:"on_demand"`
	Unused   money.Decimal            `json:"unused"`
}

// SplitCostTotals count rows that repeat cost (R10).
type SplitCostTotals struct {
	Rows      int64         `json:"rows"`
	Unblended money.Decimal `json:"unblended"`
}

// tally sums lines up while they are written; one for each goroutine.
type tally struct {
	rows                                int64
	unblended, blended, list, amortized sum
	net, netAmortized                   sum
	quantity                            sum
	byAccount, byService                []sum
	byInvoice, netByInvoice             []sum
	byType                              map[string]*sum
	accountSeen, serviceSeen            []bool
	taken, onDemand                     [][]units              // by commitment and account; taken as line.taken
	discounts                           [discountKinds][]units // by account, of lines' own
	discountLines                       [discountKinds]sum
	fencedRows                          int64
	fenced                              sum
}

func newTally(m *month) *tally {
	accounts := len(m.fleet.accounts) + 1
	t := &tally{
		byAccount: make([]sum, accounts), accountSeen: make([]bool, accounts),
		byService: make([]sum, len(services)), serviceSeen: make([]bool, len(services)),
		byInvoice: make([]sum, 2), netByInvoice: make([]sum, 2),
		byType: map[string]*sum{},
	}
	for range m.fleet.commitments {
		t.taken = append(t.taken, make([]units, accounts))
		t.onDemand = append(t.onDemand, make([]units, accounts))
	}
	for kind := range t.discounts {
		t.discounts[kind] = make([]units, accounts)
	}
	return t
}

func (t *tally) add(l *line, shown layout) {
	t.rows++
	if l.fenced() {
		t.fencedRows++
		t.fenced.add(l.cost)
		return
	}
	a := shown.amounts(l)
	t.unblended.add(a.unblended)
	t.blended.add(a.blended)
	t.list.add(a.list)
	t.amortized.add(a.amortized)
	t.net.add(a.net)
	t.netAmortized.add(a.netAmortized)
	if l.countsAsUsage() {
		t.quantity.add(l.usage)
	}
	account := l.account.index
	t.byAccount[account].add(a.unblended)
	t.accountSeen[account] = true
	t.byService[l.price.service.index].add(a.unblended)
	t.serviceSeen[l.price.service.index] = true
	t.byInvoice[l.seller.invoiceIndex].add(a.unblended)
	t.netByInvoice[l.seller.invoiceIndex].add(a.net)
	t.ofType(shown.group(l)).add(a.unblended)
	if l.kind == discountedUsage || l.kind == coveredUsage {
		t.taken[l.by.index][account] += l.taken
		t.onDemand[l.by.index][account] += l.public
	}
	for kind, d := range l.discounts {
		t.discounts[kind][account] += d
	}
	if kind := slices.Index(discountTypes[:], l.kind); kind >= 0 {
		t.discountLines[kind].add(l.cost)
	}
}

func (t *tally) ofType(name string) *sum {
	s := t.byType[name]
	if s == nil {
		s = &sum{}
		t.byType[name] = s
	}
	return s
}

// merge adds another goroutine's sums.
func (t *tally) merge(o *tally) {
	t.rows += o.rows
	t.unblended.merge(o.unblended)
	t.blended.merge(o.blended)
	t.list.merge(o.list)
	t.amortized.merge(o.amortized)
	t.net.merge(o.net)
	t.netAmortized.merge(o.netAmortized)
	t.quantity.merge(o.quantity)
	for i := range o.byAccount {
		t.byAccount[i].merge(o.byAccount[i])
		t.accountSeen[i] = t.accountSeen[i] || o.accountSeen[i]
	}
	for i := range o.byService {
		t.byService[i].merge(o.byService[i])
		t.serviceSeen[i] = t.serviceSeen[i] || o.serviceSeen[i]
	}
	for i := range o.byInvoice {
		t.byInvoice[i].merge(o.byInvoice[i])
	}
	for i := range o.netByInvoice {
		t.netByInvoice[i].merge(o.netByInvoice[i])
	}
	for name, s := range o.byType {
		t.ofType(name).merge(*s)
	}
	for c := range o.taken {
		addAll(t.taken[c], o.taken[c])
		addAll(t.onDemand[c], o.onDemand[c])
	}
	for kind := range o.discounts {
		addAll(t.discounts[kind], o.discounts[kind])
	}
	for kind := range o.discountLines {
		t.discountLines[kind].merge(o.discountLines[kind])
	}
	t.fencedRows += o.fencedRows
	t.fenced.merge(o.fenced)
}

func addAll(to, from []units) {
	for i, u := range from {
		to[i] += u
	}
}

func (t *tally) totals(m *month) Totals {
	totals := Totals{
		Rows: t.rows, Unblended: t.unblended.decimal(), Blended: t.blended.decimal(), List: t.list.decimal(),
		Amortized: t.amortized.decimal(), UsageQuantity: t.quantity.decimal(),
		ByAccount: map[string]money.Decimal{}, ByService: map[string]money.Decimal{},
		ByLineType: map[string]money.Decimal{}, ByInvoice: map[string]money.Decimal{},
		Net: t.net.decimal(), NetAmortized: t.netAmortized.decimal(), NetByInvoice: map[string]money.Decimal{},
		Discounts: t.discountTotals(m), CoveredOnDemand: map[string]money.Decimal{},
		SplitCost: SplitCostTotals{t.fencedRows, t.fenced.decimal()},
	}
	accounts := m.fleet.everyone()
	for _, a := range accounts {
		if t.accountSeen[a.index] {
			totals.ByAccount[a.id] = t.byAccount[a.index].decimal()
		}
	}
	for _, s := range services {
		if t.serviceSeen[s.index] {
			totals.ByService[s.code] = t.byService[s.index].decimal()
		}
	}
	for name, s := range t.byType {
		totals.ByLineType[name] = s.decimal()
	}
	if m.InvoiceID != "" {
		totals.ByInvoice[m.provider.invoice] = t.byInvoice[0].decimal()
		totals.NetByInvoice[m.provider.invoice] = t.netByInvoice[0].decimal()
		if t.serviceSeen[logsPrice.service.index] || t.serviceSeen[endpointPrice.service.index] {
			totals.ByInvoice[m.market[0].invoice] = t.byInvoice[1].decimal()
			totals.NetByInvoice[m.market[0].invoice] = t.netByInvoice[1].decimal()
		}
	}
	for _, a := range accounts {
		var covered units
		for _, c := range m.fleet.commitments {
			covered += t.onDemand[c.index][a.index]
		}
		if covered > 0 {
			totals.CoveredOnDemand[a.id] = covered.decimal()
		}
	}
	for _, c := range m.fleet.commitments {
		totals.Commitments = append(totals.Commitments, t.commitment(m, c, accounts))
	}
	slices.SortFunc(totals.Commitments, func(a, b CommitmentTotals) int { return strings.Compare(a.ARN, b.ARN) })
	return totals
}

// commitment is what became of one.
func (t *tally) commitment(m *month, c *commitment, accounts []*account) CommitmentTotals {
	hours := m.whole.hours - c.from
	reserved := c.taken(c.capacity(hours))
	totals := CommitmentTotals{
		ARN: c.arn, Kind: commitmentKindNames[c.kind], Owner: c.owner.id, Reserved: reserved.decimal(),
		Fee: (c.recurring * units(c.count*hours)).decimal(), Upfront: (c.upfront * units(c.count*hours)).decimal(),
		Used: map[string]money.Decimal{}, OnDemand: map[string]money.Decimal{},
	}
	for _, a := range accounts {
		taken := t.taken[c.index][a.index]
		reserved -= taken
		if taken > 0 {
			totals.Used[a.id] = taken.decimal()
			totals.OnDemand[a.id] = t.onDemand[c.index][a.index].decimal()
		}
	}
	totals.Unused = reserved.decimal()
	return totals
}

// discountTotals are the discounts of lines, or of columns.
func (t *tally) discountTotals(m *month) map[string]money.Decimal {
	totals := map[string]money.Decimal{}
	for kind, name := range discountNames {
		if m.Discounts != DiscountsAsColumns {
			totals[name] = t.discountLines[kind].decimal()
			continue
		}
		var all units
		for _, d := range t.discounts[kind] {
			all += d
		}
		totals[name] = all.decimal()
	}
	return totals
}

// writeJSON writes a document for people and programs.
func writeJSON(file string, document any) error {
	data, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}
