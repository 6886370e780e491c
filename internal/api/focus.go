package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/store"
)

// exportOperations make files of a month for other programs: data sets for cost tools,
// and bookings for accounting systems.
var exportOperations = []described{
	ExportDataSet, DownloadExportFiles, DownloadExportFile,
	ListAccountingSystems, ShowAccountingMapping, SaveAccountingMapping, RemoveAccountingMapping, ExportAccounting,
}

// DataSetInput says which data set of a month.
type DataSetInput struct {
	InMonth
	Body struct {
		Customer  string   `json:"customer,omitempty" maxLength:"200" doc:"The customer whose billing groups it is of, at the price that they pay; the reseller's own month at the provider's cost where it is not given, which needs margin.read" example:"aozora"`
		Groups    []string `json:"groups,omitempty" maxItems:"10000" doc:"Of the customer's billing groups these alone"`
		DataSet   string   `json:"data_set,omitempty" enum:"cost-and-usage,invoice-detail,billing-period,cur2" default:"cost-and-usage" doc:"FOCUS's Cost and Usage, Invoice Detail or Billing Period, or the shape of AWS's CUR 2.0"`
		Format    string   `json:"format,omitempty" enum:"parquet,csv" default:"parquet" doc:"Parquet is packed by zstd, CSV by gzip"`
		Documents string   `json:"documents,omitempty" enum:"every,issued,published,none" default:"every" doc:"Which documents of the customer are in it: drafts too; those that are issued; those that the customer sees in the portal. What is on none of them is there as usage alone, without InvoiceId"`
	}
}

// DataSetExport is a data set that can be downloaded.
type DataSetExport struct {
	Spooled
	Manifest focus.Manifest `json:"manifest" doc:"What was written; it is among the files, too"`
}

// documentsOf are the choices of documents by their names.
var documentsOf = map[string]focus.Documents{
	"": focus.EveryDocument, "every": focus.EveryDocument, "issued": focus.IssuedDocuments, "published": focus.PublishedDocuments, "none": focus.NoDocument,
}

// scope is whose month is asked for. What only some may see is refused to others.
func (in DataSetInput) scope(d *Desk) (focus.Scope, error) {
	if in.Body.Customer == "" {
		if len(in.Body.Groups) > 0 {
			return focus.Scope{}, invalid("body.groups", "billing groups are a customer's; name the customer, too")
		}
		return focus.Paid(in.Period), d.May(access.ReadMargin)
	}
	var groups []string
	known := false
	for _, g := range d.Declared.BillingGroups {
		if g.Customer == in.Body.Customer {
			known = true
			if len(in.Body.Groups) == 0 || slices.Contains(in.Body.Groups, g.ID) {
				groups = append(groups, g.ID)
			}
		}
	}
	if !known {
		return focus.Scope{}, fmt.Errorf("a customer %s with billing groups %w", in.Body.Customer, store.ErrNotFound)
	}
	for _, g := range in.Body.Groups {
		if !slices.Contains(groups, g) {
			return focus.Scope{}, fmt.Errorf("billing group %s of %s %w", g, in.Body.Customer, store.ErrNotFound)
		}
	}
	return focus.Billed(in.Period, groups...).With(documentsOf[in.Body.Documents]), nil
}

// write writes the data set into a folder.
func (in DataSetInput) write(ctx context.Context, d *Desk, dir string) (focus.Manifest, error) {
	scope, err := in.scope(d)
	if err != nil {
		return focus.Manifest{}, err
	}
	return d.Focus.Write(ctx, scope, in.set(), in.format(), dir)
}

func (in DataSetInput) set() focus.DataSet {
	return focus.DataSet(cmp.Or(in.Body.DataSet, string(focus.CostAndUsage)))
}

func (in DataSetInput) format() focus.Format {
	return focus.Format(cmp.Or(in.Body.Format, string(focus.Parquet)))
}

// ExportDataSet writes a data set of a month.
var ExportDataSet = Operation[*Desk, DataSetInput, DataSetExport]{
	ID: "export-data-set", Method: http.MethodPost, Path: "/months/{period}/focus", Tag: "Exports", Title: "Export a month for cost tools", Needs: access.ReadBills,
	About: "Writes a month as a data set of FOCUS, or in the shape of AWS's CUR 2.0: files of at most a million rows and a manifest with their SHA-256, which can be downloaded for seven days. " +
		"Of a customer, `BilledCost` adds up to what each document asks for. Refused where the month was not priced yet.",
	Long: true,
	Do: func(ctx context.Context, d *Desk, in DataSetInput) (DataSetExport, error) {
		kind := spoolBills
		if in.Body.Customer == "" {
			kind = spoolCost
		}
		var out DataSetExport
		spooled, err := d.spool(kind, in.Period, string(in.set())+"-"+string(in.format()), func(dir string) (err error) {
			out.Manifest, err = in.write(ctx, d, dir)
			return err
		})
		out.Spooled = spooled
		return out, err
	},
}

// SaveDataSet is ExportDataSet into a folder of the caller's, which is made where it is
// not there. In this process nothing else is left behind; from a server the files are
// fetched one by one, the manifest last, and held against their SHA-256.
func SaveDataSet(ctx context.Context, at Place, in DataSetInput, folder string) (focus.Manifest, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return focus.Manifest{}, err
	}
	if at.Remote == nil {
		d, err := reach[*Desk](ctx, at.Session, ExportDataSet.route())
		if err != nil {
			return focus.Manifest{}, err
		}
		return in.write(ctx, d, folder)
	}
	out, err := ExportDataSet.Call(ctx, at, in)
	if err != nil {
		return focus.Manifest{}, err
	}
	if i := slices.IndexFunc(out.Files, func(f SpooledFile) bool { return f.Name == out.Manifest.Name() }); i >= 0 {
		last := out.Files[i]
		out.Files = append(slices.Delete(out.Files, i, i+1), last)
	}
	return out.Manifest, at.fetch(ctx, out.Spooled, folder)
}

// fetch downloads the files of an export into a folder. Each appears when it is whole.
func (at Place) fetch(ctx context.Context, s Spooled, folder string) error {
	for i, f := range s.Files {
		billing.Step(ctx, "download", int64(i), int64(len(s.Files)))
		if filepath.Base(f.Name) != f.Name || !filepath.IsLocal(f.Name) {
			return fmt.Errorf("the server calls a file %q, which is no name of one in %s", f.Name, folder)
		}
		if err := at.fetchFile(ctx, s.ID, f, filepath.Join(folder, f.Name)); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	billing.Step(ctx, "download", int64(len(s.Files)), int64(len(s.Files)))
	return nil
}

func (at Place) fetchFile(ctx context.Context, id string, f SpooledFile, path string) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".sluice-*")
	if err != nil {
		return err
	}
	hash := sha256.New()
	err = DownloadExportFile.Save(ctx, at, BySpooledFile{BySpool{id}, f.Name}, io.MultiWriter(file, hash))
	err = errors.Join(err, file.Chmod(0o644), file.Close())
	if err == nil && hex.EncodeToString(hash.Sum(nil)) != f.SHA256 {
		err = errors.New("what came is not what the server made; export it again")
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(file.Name()))
	}
	return err
}
