package view

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/store"
)

// DataSet is a month of what the view's organizations are charged, as one file that
// cost tools read.
type DataSet struct {
	Name      string // to save it under
	MediaType string
	folder    string // which goes away when it is written
	file      string
}

// DataSetOrder says which. Without a group it is of all that an organization buys
// itself, or all of the view's.
type DataSetOrder struct {
	Period       billing.Period
	Group        string
	Organization string
	Set          focus.DataSet
	Format       focus.Format
}

// DataSet makes a data set of what billing groups of the view pay (R5). It must be
// written. What documents say, such as tax and fees, is in it as far as the caller may
// see them: those that were published and, of a group that one sells to, those that were
// issued. All else is usage as it was priced last, exact, in the provider's currency.
// Those organizations alone count that have the feature that is named here, beside the
// one that the view is of. Data sets about documents are refused to who may see none.
func (v *View) DataSet(ctx context.Context, order DataSetOrder, feature string) (DataSet, error) {
	also, err := v.also(feature)
	if err != nil {
		return DataSet{}, err
	}
	groups, name, err := also.ordered(order)
	if err != nil {
		return DataSet{}, err
	}
	if _, err := v.home.Store.CurrentRated(ctx, order.Period); err != nil {
		return DataSet{}, unknownOr(err, fmt.Errorf("what was used in %s %w: the month was not priced yet", order.Period, store.ErrNotFound))
	}
	known, err := v.documentsKnown(groups)
	if err != nil && (order.Set == focus.InvoiceDetail || order.Set == focus.BillingPeriod) {
		return DataSet{}, err
	}
	scope := focus.Billed(order.Period, ids(groups)...).With(known)
	if err := os.MkdirAll(v.home.Spool(), 0o700); err != nil {
		return DataSet{}, err
	}
	folder, err := os.MkdirTemp(v.home.Spool(), "making-*")
	if err != nil {
		return DataSet{}, err
	}
	made, err := v.home.Focus.WriteOne(ctx, scope, order.Set, order.Format, folder)
	if err != nil {
		return DataSet{}, errors.Join(err, os.RemoveAll(folder))
	}
	file := made.Files[0].Name
	_, ending, _ := strings.Cut(file, ".")
	return DataSet{fileName(fmt.Sprintf("%s-%s-%s.%s", order.Set, order.Period, name, ending)), order.Format.MediaType(), folder, filepath.Join(folder, file)}, nil
}

// ordered are the billing groups of an order, and what they are called together.
func (v *View) ordered(order DataSetOrder) ([]Group, string, error) {
	if order.Group != "" {
		g, err := v.group(order.Group)
		return []Group{g}, g.ID, err
	}
	groups, err := v.Groups(order.Organization)
	own := slices.DeleteFunc(groups, func(g Group) bool { return g.Sold })
	if order.Organization != "" {
		return own, order.Organization, err
	}
	return own, "all", err
}

// documentsKnown is which documents of billing groups the caller may see; the error says
// why that is none.
func (v *View) documentsKnown(groups []Group) (focus.Documents, error) {
	bills, err := Of(v.home, v.declared, v.rights, access.ReadBills, access.FeatureInvoices)
	if err != nil {
		return focus.NoDocument, err
	}
	known := focus.IssuedDocuments
	for _, g := range groups {
		seen, err := bills.group(g.ID)
		if err != nil {
			return focus.NoDocument, fmt.Errorf("%s %w", access.FeatureInvoices, ErrSwitchedOff)
		}
		if !seen.Sold {
			known = focus.PublishedDocuments
		}
	}
	return known, nil
}

func ids(groups []Group) []string {
	list := make([]string, len(groups))
	for i, g := range groups {
		list[i] = g.ID
	}
	return list
}

// also is the view of those organizations that have another feature, too.
func (v *View) also(feature string) (*View, error) {
	heads := slices.DeleteFunc(slices.Clone(v.heads), func(id string) bool {
		return id != access.Root && !access.Features(v.declared, id)[feature]
	})
	if len(heads) == 0 {
		return nil, fmt.Errorf("%s %w", feature, ErrSwitchedOff)
	}
	return &View{v.home, v.declared, v.tree, v.rights, heads}, nil
}

// fileName is a name that every system can save a file under.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, name)
}

// Write writes the file, and ends the use of it.
func (d DataSet) Write(w io.Writer) (err error) {
	defer func() { err = errors.Join(err, os.RemoveAll(d.folder)) }()
	file, err := os.Open(d.file)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(w, file)
	return err
}
