package desk

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// Layer says which settings of a billing group a preview tries.
type Layer string

// The layers.
const (
	LayerMonth Layer = "month" // those of the month
	LayerGroup Layer = "group" // those declared for the group: its master's, as if the month took them
)

// PreviewInput is what to try on the documents of a billing group.
type PreviewInput struct {
	Period billing.Period
	Group  string
	Config billing.Config // as it would be declared; the one in force where only settings are tried
	Layer  Layer
	// Settings are laid over those of the layer, by name; null takes one away.
	Settings map[string]json.RawMessage
	// Anew leaves aside what is issued: the whole invoice is made, and not the note that
	// would correct it.
	Anew bool
}

// InvoicePreview is what would be drafted. Nothing of it is on record.
type InvoicePreview struct {
	Period    billing.Period    `json:"period"`
	Group     string            `json:"group"`
	Layer     Layer             `json:"layer"`
	Documents []invoice.Invoice `json:"documents"` // without numbers; none where there is nothing to bill or to correct
	// Changes are by what the documents differ from those that would be drafted without
	// what is tried; one that stays as it is has none.
	Changes []PreviewChange `json:"changes"`
	// Settings names the settings that the two are made with otherwise.
	Settings []string `json:"settings"`
	// Overruled names tried settings of the group that its template sets, too: they
	// decide nothing.
	Overruled []string `json:"overruled,omitempty"`
	// Undraftable says why nothing can be drafted without what is tried; all documents
	// are new then.
	Undraftable string `json:"undraftable,omitempty"`
	// OwnSettings says that the month has a copy of the settings that a change of what
	// is declared does not reach until the month takes the master's again.
	OwnSettings bool `json:"own_settings,omitempty"`
	// Rating names what decides on prices and is not what the month was rated with: the
	// charges in force are not what they would be.
	Rating []string `json:"rating,omitempty"`
}

// Preview makes the documents of a billing group from the charges in force, with
// settings or a configuration that nobody has saved, and says what differs from those
// that would be drafted without. Nothing is kept and nothing is priced. What could not
// be declared is refused with config.Problems.
func (docs *Documents) Preview(ctx context.Context, in PreviewInput) (InvoicePreview, error) {
	p := InvoicePreview{Period: in.Period, Group: in.Group, Layer: in.Layer, Documents: []invoice.Invoice{}, Changes: []PreviewChange{}, Settings: []string{}}
	now, err := docs.home.Config(ctx)
	if err != nil {
		return p, err
	}
	wanted, err := in.wanted()
	if err != nil {
		return p, err
	}
	same := config.Hash(now) == config.Hash(wanted)
	if problems := config.Check(wanted); !same && len(problems) > 0 {
		return p, problems
	}
	if p.Rating, err = docs.reratingNeeds(ctx, wanted, in.Period); err != nil {
		return p, err
	}
	was, err := docs.tryDesk(ctx, in, now)
	if err != nil {
		return p, err
	}
	is := was.copied()
	if !same {
		if is, err = docs.tryDesk(ctx, in, wanted); err != nil {
			return p, err
		}
	}
	_, saved := is.settings[in.Group]
	p.OwnSettings = saved && in.Layer == LayerGroup
	before, settled, err := was.preview(in, nil)
	if err != nil { // what is tried may be what helps
		p.Undraftable = err.Error()
	}
	var over map[string]json.RawMessage
	if in.Layer == LayerMonth {
		over = in.Settings
	}
	after, trying, err := is.preview(in, over)
	if err != nil {
		return p, err
	}
	p.Documents = append(p.Documents, after...)
	p.Settings = append(p.Settings, invoice.DifferentSettings(settled, trying)...)
	if in.Layer == LayerGroup {
		p.Overruled = overruled(in, trying)
	}
	p.Changes, err = compareDocuments(before, after)
	return p, err
}

// DraftAside drafts the documents of a billing group from the charges in view, which
// need not be in force, as if nothing were issued to it. Nothing is kept.
func (docs *Documents) DraftAside(ctx context.Context, m *month.Work, group string) ([]invoice.Invoice, error) {
	d, err := docs.openDesk(ctx, m, group)
	if err != nil {
		return nil, err
	}
	d.forget(group)
	documents, _, err := d.preview(PreviewInput{Group: group, Layer: LayerMonth}, nil)
	return documents, err
}

// wanted is the configuration with the tried settings of the group in it.
func (in PreviewInput) wanted() (billing.Config, error) {
	c := in.Config
	if err := month.KnownGroups(c, []string{in.Group}); err != nil || in.Layer != LayerGroup {
		return c, err
	}
	c.BillingGroups = slices.Clone(c.BillingGroups)
	at := slices.IndexFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == in.Group })
	settings, err := invoice.Layer(c.BillingGroups[at].Invoice, in.Settings)
	c.BillingGroups[at].Invoice = settings
	return c, err
}

// tryDesk reads what the documents of the group are made from.
func (docs *Documents) tryDesk(ctx context.Context, in PreviewInput, c billing.Config) (*desk, error) {
	m, err := docs.home.OpenChargesOf(ctx, c, in.Period, in.Group)
	if err != nil {
		return nil, err
	}
	defer m.Session.Close()
	d, err := docs.openDesk(ctx, m, in.Group)
	if err == nil && in.Anew {
		d.forget(in.Group)
	}
	return d, err
}

// forget leaves aside what is issued to a group, and what that took from the prepaid
// balance or gave to it.
func (d *desk) forget(group string) {
	if balance, prepaid := d.balances[group]; prepaid {
		for _, chain := range d.inForce(group) {
			for _, x := range chain {
				balance = balance.Add(x.PrepaidUsed).Sub(x.Carried)
			}
		}
		d.balances[group] = balance
	}
	delete(d.issued, group)
}

// copied is a desk that can be drafted from beside the other.
func (d *desk) copied() *desk {
	other := *d
	other.balances, other.settings = maps.Clone(d.balances), maps.Clone(d.settings)
	return &other
}

// preview drafts the documents of the group with the settings of the layer, and over
// laid over those. It returns these settings, too; a group that is not declared has
// neither.
func (d *desk) preview(in PreviewInput, over map[string]json.RawMessage) ([]invoice.Invoice, billing.InvoiceSettings, error) {
	at := slices.IndexFunc(d.config.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == in.Group })
	if at < 0 {
		return nil, billing.InvoiceSettings{}, nil
	}
	g := d.config.BillingGroups[at]
	settings, _, err := d.settingsOf(g)
	if err != nil {
		return nil, settings, err
	}
	if in.Layer == LayerGroup {
		settings = masterOf(d.config, g)
	}
	if len(over) > 0 {
		if settings, err = invoice.Layer(settings, over); err != nil {
			return nil, settings, err
		}
		if err := checkSettings(d.config, g, settings); err != nil {
			return nil, settings, err
		}
	}
	if err := d.settle(g, settings); err != nil {
		return nil, settings, err
	}
	documents, err := d.documentsOf(g)
	return documents, settings, err
}

// settle makes settings those of the month, as a next version where they are not that
// already: what is issued was made with earlier ones.
func (d *desk) settle(g billing.BillingGroup, settings billing.InvoiceSettings) error {
	now, version, err := d.settingsOf(g)
	if err != nil || len(invoice.DifferentSettings(now, settings)) == 0 {
		return err
	}
	for _, inForce := range d.inForce(g.ID) {
		version = max(version, inForce[len(inForce)-1].Inputs.Settings)
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	if d.settings == nil {
		d.settings = map[string]store.MonthSetting{}
	}
	d.settings[g.ID] = store.MonthSetting{Period: d.period, Group: g.ID, Version: version + 1, Settings: text}
	return nil
}

// overruled names the tried settings that are not what the group's documents are made
// with.
func overruled(in PreviewInput, made billing.InvoiceSettings) (names []string) {
	tried, err := invoice.Layer(made, in.Settings)
	if err != nil {
		return nil // they were laid over the group's own before
	}
	return invoice.DifferentSettings(tried, made)
}

// PreviewChange is by what a document differs from the one that would be drafted
// without what is tried.
type PreviewChange struct {
	ID       string               `json:"id"`
	Document invoice.DocumentKind `json:"document"`
	Change   string               `json:"change"`   // new | changed | gone
	Currency money.Currency       `json:"currency"` // as it is tried; of one that goes, as it was
	Digits   int32                `json:"digits"`
	// Amounts before, after and their difference; there are none where the currency
	// changes.
	Net    *Amounts        `json:"net,omitempty"` // before tax
	Tax    *Amounts        `json:"tax,omitempty"`
	Total  *Amounts        `json:"total,omitempty"`
	Fields []DocumentField `json:"fields"` // that differ, of one that is changed; the first of very many
}

// compareDocuments pairs documents by their ids.
func compareDocuments(before, after []invoice.Invoice) ([]PreviewChange, error) {
	changes := []PreviewChange{}
	for _, is := range after {
		at := slices.IndexFunc(before, func(x invoice.Invoice) bool { return x.ID == is.ID })
		if at < 0 {
			changes = append(changes, changeOf("new", is, invoice.Invoice{Currency: is.Currency}, is))
			continue
		}
		c := changeOf("changed", is, before[at], is)
		var err error
		if c.Fields, err = differentFields(before[at], is); err != nil {
			return nil, err
		}
		if len(c.Fields) > 0 {
			changes = append(changes, c)
		}
	}
	for _, was := range before {
		if !slices.ContainsFunc(after, func(x invoice.Invoice) bool { return x.ID == was.ID }) {
			changes = append(changes, changeOf("gone", was, was, invoice.Invoice{Currency: was.Currency}))
		}
	}
	return changes, nil
}

func changeOf(change string, named, was, is invoice.Invoice) PreviewChange {
	c := PreviewChange{ID: named.ID, Document: named.Document, Change: change, Currency: named.Currency, Digits: named.Digits, Fields: []DocumentField{}}
	if was.Currency == is.Currency {
		c.Net, c.Tax, c.Total = new(Compared(was.BeforeTax, is.BeforeTax)), new(Compared(was.TaxTotal, is.TaxTotal)), new(Compared(was.Total, is.Total))
	}
	return c
}
