package sample

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/sluice-billing/sluice/internal/money"
)

// Totals are the sums of everything written, in USD: what a reader of the
// files must find. They come from the generator's own integers, not from the
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
}

// tally sums lines up while they are written; one for each goroutine.
type tally struct {
	rows                                int64
	unblended, blended, list, amortized sum
	quantity                            sum
	byAccount, byService                []sum
	byInvoice                           []sum
	byType                              map[string]*sum
	reservedHours                       []units // used, by reservation
	accountSeen, serviceSeen            []bool
}

func newTally(m *month) *tally {
	return &tally{
		byAccount: make([]sum, m.Accounts+1), accountSeen: make([]bool, m.Accounts+1),
		byService: make([]sum, len(services)), serviceSeen: make([]bool, len(services)),
		byInvoice:     make([]sum, 2),
		byType:        map[string]*sum{},
		reservedHours: make([]units, len(m.fleet.reservations)),
	}
}

func (t *tally) add(l *line, shown layout) {
	a := shown.amounts(l)
	t.rows++
	t.unblended.add(a.unblended)
	t.blended.add(a.blended)
	t.list.add(a.list)
	t.amortized.add(a.amortized)
	if l.countsAsUsage() {
		t.quantity.add(l.usage)
	}
	t.byAccount[l.account.index].add(a.unblended)
	t.accountSeen[l.account.index] = true
	t.byService[l.price.service.index].add(a.unblended)
	t.serviceSeen[l.price.service.index] = true
	t.byInvoice[l.seller.invoiceIndex].add(a.unblended)
	t.ofType(shown.group(l)).add(a.unblended)
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
	for name, s := range o.byType {
		t.ofType(name).merge(*s)
	}
	for i := range o.reservedHours {
		t.reservedHours[i] += o.reservedHours[i]
	}
}

func (t *tally) totals(m *month) Totals {
	totals := Totals{
		Rows: t.rows, Unblended: t.unblended.decimal(), Blended: t.blended.decimal(), List: t.list.decimal(),
		Amortized: t.amortized.decimal(), UsageQuantity: t.quantity.decimal(),
		ByAccount: map[string]money.Decimal{}, ByService: map[string]money.Decimal{},
		ByLineType: map[string]money.Decimal{}, ByInvoice: map[string]money.Decimal{},
	}
	for _, a := range append(m.fleet.accounts, m.fleet.payer) {
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
		if t.serviceSeen[logsPrice.service.index] || t.serviceSeen[endpointPrice.service.index] {
			totals.ByInvoice[m.market[0].invoice] = t.byInvoice[1].decimal()
		}
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
