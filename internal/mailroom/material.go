package mailroom

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/einvoice"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/press"
	"github.com/sluice-billing/sluice/internal/store"
)

// dataset is a data set that can be handed over.
type dataset struct {
	name    string
	formats []string
	// write writes one format of it into a folder.
	write func(m *Mailroom, ctx context.Context, d handover.Data, format, dir string) error
}

// datasets are all there are; another one is a line here.
var datasets = []dataset{
	{"statement", []string{"json", "csv"}, (*Mailroom).writeStatement},
	{"focus", focusFormats(), writeFocus(focus.CostAndUsage)},
	{"cur2", focusFormats(), writeFocus(focus.CUR2)},
}

func datasetOf(what string) (dataset, bool) {
	i := slices.IndexFunc(datasets, func(d dataset) bool { return d.name == what })
	if i < 0 {
		return dataset{}, false
	}
	return datasets[i], true
}

func focusFormats() []string {
	var names []string
	for _, f := range focus.Formats() {
		names = append(names, string(f))
	}
	return names
}

// material is where what is handed over comes from.
func (m *Mailroom) material() handover.Material {
	post := handover.Post{Sender: m.sender, Fields: m.fields}
	all := handover.Material{Document: m.document, Dataset: m.dataset, Formats: Formats, Mail: post.Send}
	if m.options.Access != "" {
		all.Peppol = m.peppol
	}
	return all
}

// Formats are those that something can be handed over in, by the name of its kind.
func Formats(what string) []string {
	if d, is := datasetOf(what); is {
		return d.formats
	}
	if !slices.Contains([]string{"invoice", "credit-note", "reminder"}, what) {
		return nil
	}
	var names []string
	for _, f := range deliver.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// document writes an issued document down, as its buyer is given it.
func (m *Mailroom) document(ctx context.Context, id, format string) (handover.File, error) {
	inv, err := m.documents.Invoice(ctx, id)
	if err != nil {
		return handover.File{}, err
	}
	f, err := deliver.ByName(format)
	if err != nil {
		return handover.File{}, &handover.FinalError{Err: err}
	}
	var out bytes.Buffer
	err = m.press.Write(ctx, &out, press.Shown(inv, f.Name), f)
	if errors.As(err, new(*deliver.IncompleteError)) { // it is issued, and never gets what it lacks
		err = &handover.FinalError{Err: err}
	}
	return handover.File{Name: deliver.FileName(inv, f), MediaType: f.MediaType, Data: out.Bytes()}, err
}

// dataset writes a data set into a folder; several formats each into their own.
func (m *Mailroom) dataset(ctx context.Context, d handover.Data, dir string) error {
	set, is := datasetOf(d.What)
	if !is {
		return &handover.FinalError{Err: fmt.Errorf("the data set %s cannot be handed over by routes here; export it, and send the files", d.What)}
	}
	for _, format := range d.Formats {
		into := dir
		if len(d.Formats) > 1 {
			into = filepath.Join(dir, format)
			if err := os.MkdirAll(into, 0o700); err != nil {
				return err
			}
		}
		if err := set.write(m, ctx, d, format, into); err != nil {
			return err
		}
	}
	return nil
}

// writeFocus writes the usage of a month: of billing groups at what they pay, of the
// reseller itself at what it pays.
func writeFocus(set focus.DataSet) func(*Mailroom, context.Context, handover.Data, string, string) error {
	return func(m *Mailroom, ctx context.Context, d handover.Data, format, dir string) error {
		scope := focus.Paid(d.Period)
		if d.Customer != store.RootOrganization {
			groups, err := m.groupsOf(ctx, d)
			if err != nil {
				return err
			}
			scope = focus.Billed(d.Period, groups...).With(focus.PublishedDocuments)
		}
		_, err := m.data.Write(ctx, scope, set, focus.Format(format), dir)
		return err
	}
}

// groupsOf are the billing groups of a data set: those that are named, else all of the
// customer. A named one that is another customer's by now is refused.
func (m *Mailroom) groupsOf(ctx context.Context, d handover.Data) ([]string, error) {
	c, err := m.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	var groups []string
	for _, g := range c.BillingGroups {
		if g.Customer == d.Customer && (len(d.Groups) == 0 || slices.Contains(d.Groups, g.ID)) {
			groups = append(groups, g.ID)
		}
	}
	if len(groups) == 0 || len(groups) < len(d.Groups) {
		return nil, fmt.Errorf("the customer %s does not have the billing groups of the route any more; change the route", d.Customer)
	}
	return groups, nil
}

// writeStatement writes a customer's statement of account of a month.
func (m *Mailroom) writeStatement(ctx context.Context, d handover.Data, format, dir string) error {
	all, err := m.statements(ctx, d.Customer, d.Period)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if format == "csv" {
		err = writeStatementTable(&out, all)
	} else {
		encoder := json.NewEncoder(&out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(struct {
			Customer   string                     `json:"customer"`
			Period     billing.Period             `json:"period"`
			Statements []invoice.AccountStatement `json:"statements"`
		}{d.Customer, d.Period, all})
	}
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "statement-"+d.Period.String()+"."+format), out.Bytes(), 0o600)
}

// writeStatementTable has a row for what was owed before, for each line, and for what
// is owed after.
func writeStatementTable(out *bytes.Buffer, all []invoice.AccountStatement) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"date", "what", "name", "due_date", "note", "amount", "balance", "currency"}}
	for _, s := range all {
		rows = append(rows, []string{s.From.String(), "opening", "", "", "", "", s.Opening.Fixed(s.Digits), string(s.Currency)})
		for _, l := range s.Lines {
			due := ""
			if l.Due != nil {
				due = l.Due.String()
			}
			rows = append(rows, []string{l.On.String(), l.What, deliver.Inert(l.Name), due, deliver.Inert(l.Note), l.Amount.Fixed(s.Digits), l.Balance.Fixed(s.Digits), string(s.Currency)})
		}
		rows = append(rows, []string{s.To.String(), "closing", "", "", "", "", s.Closing.Fixed(s.Digits), string(s.Currency)})
	}
	return w.WriteAll(rows)
}

// peppol gives an e-invoice to the access point.
func (m *Mailroom) peppol(ctx context.Context, document, format string, f handover.File) (handover.Receipt, error) {
	access, err := einvoice.OpenAccess(m.options.Access)
	if err != nil {
		return handover.Receipt{}, err
	}
	inv, err := m.documents.Invoice(ctx, document)
	if err != nil {
		return handover.Receipt{}, err
	}
	if inv.Seller.Endpoint == "" || inv.Buyer.Endpoint == "" {
		return handover.Receipt{}, &handover.FinalError{Err: errors.New("the document has no electronic address (endpoint) of seller and buyer; declare them before the next one is issued")}
	}
	receipt, err := access.Send(ctx, einvoice.Parcel{Format: format, Name: f.Name, Data: f.Data, Sender: inv.Seller.Endpoint, Receiver: inv.Buyer.Endpoint})
	return handover.Receipt{Detail: inv.Buyer.Endpoint + " by " + receipt.Access + ", " + receipt.ID}, err
}
