package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/accounting"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store"
)

// AccountingInput says which documents are written for which system.
type AccountingInput struct {
	InMonth
	Body struct {
		System   string   `json:"system" minLength:"1" maxLength:"40" doc:"One of list-accounting-systems" example:"datev"`
		Mapping  string   `json:"mapping,omitempty" maxLength:"262144" doc:"YAML for this export alone; what was saved where it is not given"`
		Seller   string   `json:"seller,omitempty" maxLength:"200" doc:"Whose books: the reseller's where it is not given, or a customer's that sells on"`
		Customer string   `json:"customer,omitempty" maxLength:"200" doc:"Only documents of this customer"`
		Groups   []string `json:"groups,omitempty" maxItems:"10000" doc:"Only documents of these billing groups"`
	}
}

// LeftDocument is a document that is not in an export.
type LeftDocument struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// AccountingExport is what was written for an accounting system.
type AccountingExport struct {
	Spooled
	Documents int            `json:"documents" doc:"How many are in it"`
	Left      []LeftDocument `json:"left" doc:"Documents of the month that are not in it, and why"`
	Notes     []string       `json:"notes" doc:"What the system could not take as it is, such as characters that it does not have"`
}

// ExportAccounting writes the documents of a month for an accounting system.
var ExportAccounting = Operation[*Desk, AccountingInput, AccountingExport]{
	ID: "export-accounting", Method: http.MethodPost, Path: "/months/{period}/accounting", Tag: "Exports", Title: "Export a month for an accounting system", Needs: access.ReadBills,
	About: "Writes the issued documents of a month as the files that an accounting system imports, which can be downloaded for seven days. What is booked comes to what each document asks for. " +
		"Drafts are left out and named. Refused where the mapping does not say where something is booked: `errors` has a line for each.",
	Long: true,
	Do: func(ctx context.Context, d *Desk, in AccountingInput) (out AccountingExport, err error) {
		out, files, err := in.books(ctx, d)
		if err != nil {
			return AccountingExport{}, err
		}
		out.Spooled, err = d.spool(spoolBills, in.Period, "accounting-"+in.Body.System, func(dir string) error { return writeFiles(dir, files) })
		return out, err
	},
}

// SaveAccounting is ExportAccounting into the caller's hands: name and content of each
// file.
func SaveAccounting(ctx context.Context, at Place, in AccountingInput) (out AccountingExport, files []accounting.File, err error) {
	if at.Remote == nil {
		d, err := reach[*Desk](ctx, at.Session, ExportAccounting.route())
		if err != nil {
			return out, nil, err
		}
		return in.books(ctx, d)
	}
	if out, err = ExportAccounting.Call(ctx, at, in); err != nil {
		return out, nil, err
	}
	for _, f := range out.Files {
		got, err := DownloadExportFile.Call(ctx, at, BySpooledFile{BySpool{out.ID}, f.Name})
		if err != nil {
			return out, nil, err
		}
		files = append(files, accounting.File{Name: f.Name, MediaType: got.MediaType, Data: got.Data})
	}
	return out, files, nil
}

func writeFiles(dir string, files []accounting.File) error {
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f.Name)), f.Data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// books writes the documents that are asked for.
func (in AccountingInput) books(ctx context.Context, d *Desk) (AccountingExport, []accounting.File, error) {
	system := in.Body.System
	if _, err := accounting.ByName(system); err != nil {
		return AccountingExport{}, nil, invalid("body.system", "%s", err)
	}
	m, err := d.mappingInForce(ctx, system, in.Body.Mapping)
	if err != nil {
		return AccountingExport{}, nil, err
	}
	sold, err := in.sold(d)
	if err != nil {
		return AccountingExport{}, nil, err
	}
	all, err := d.Documents.Invoices(ctx, in.Period)
	if err != nil {
		return AccountingExport{}, nil, err
	}
	out := AccountingExport{Left: []LeftDocument{}}
	var documents []invoice.Invoice
	for _, inv := range all {
		switch {
		case !slices.Contains(sold, inv.Group):
		case inv.State != invoice.Issued:
			out.Left = append(out.Left, LeftDocument{inv.ID, "it is a draft; issue it first"})
		case inv.Preview:
			out.Left = append(out.Left, LeftDocument{inv.ID, "it is a preview"})
		default:
			documents = append(documents, inv)
		}
	}
	if len(documents) == 0 {
		return out, nil, fmt.Errorf("no document of %s that was asked for is issued; issue them first", in.Period)
	}
	result, err := accounting.Export(m, documents)
	var lacks *accounting.MappingError
	if errors.As(err, &lacks) {
		return out, nil, unmapped(lacks)
	}
	out.Documents, out.Notes = len(documents), append([]string{}, result.Notes...)
	return out, result.Files, err
}

// unmapped is the problem of what a mapping does not say, thing by thing.
func unmapped(lacks *accounting.MappingError) *Problem {
	p := invalid("body.mapping", "%s", lacks)
	p.Detail, p.Errors = lacks.Error(), nil
	for line := range strings.SplitSeq(lacks.Error(), "\n") {
		p.Errors = append(p.Errors, Fault{Location: "body.mapping", Message: line})
	}
	return p
}

// sold are the billing groups whose documents are asked for: those that the seller
// itself sells to.
func (in AccountingInput) sold(d *Desk) ([]string, error) {
	seller := cmp.Or(in.Body.Seller, access.Root)
	if _, err := d.seller(seller); err != nil {
		return nil, err
	}
	customerOf := map[string]string{}
	for _, g := range d.Declared.BillingGroups {
		customerOf[g.ID] = g.Customer
	}
	var sold []string
	for _, g := range d.Declared.BillingGroups {
		its := access.Root
		if g.Parent != "" {
			its = customerOf[g.Parent]
		}
		if its == seller && (in.Body.Customer == "" || g.Customer == in.Body.Customer) && (len(in.Body.Groups) == 0 || slices.Contains(in.Body.Groups, g.ID)) {
			sold = append(sold, g.ID)
		}
	}
	for _, g := range in.Body.Groups {
		if !slices.Contains(sold, g) {
			return nil, fmt.Errorf("billing group %s of %s %w", g, seller, store.ErrNotFound)
		}
	}
	if len(sold) == 0 {
		return nil, fmt.Errorf("billing groups of %s that %s sells to: there are none", cmp.Or(in.Body.Customer, "all customers"), seller)
	}
	return sold, nil
}
