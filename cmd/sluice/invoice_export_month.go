package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
)

// exportMonth writes the chosen invoices of a month, each as a file, into a folder or
// an archive, and tells which it left out.
func exportMonth(ctx context.Context, c *cli, cmd *cobra.Command, at api.Place, month billing.Period, o exportOptions) error {
	ids, err := o.ids(ctx, cmd, at, month)
	if err != nil {
		return err
	}
	e := exporting{at: at, month: month, options: o, ids: ids, left: []api.LeftOut{}, files: []string{}}
	if strings.HasSuffix(o.out, ".zip") {
		err = e.intoArchive(ctx)
	} else {
		err = e.intoFolder(ctx)
	}
	return errors.Join(c.exportedMonth(e.files, e.left), misasked(cmd, err), leftOut(e.left, len(ids)))
}

// exportAll writes all invoices of a month into a folder and returns the files, also
// where some could not be written.
func exportAll(ctx context.Context, at api.Place, month billing.Period, o exportOptions) ([]string, error) {
	invoices, err := api.ListInvoices.Call(ctx, at, api.InvoicesQuery{Period: month})
	if err != nil {
		return nil, err
	}
	e := exporting{at: at, month: month, options: o, files: []string{}}
	for _, inv := range invoices {
		e.ids = append(e.ids, inv.ID)
	}
	err = e.intoFolder(ctx)
	return e.files, errors.Join(err, leftOut(e.left, len(e.ids)))
}

// exporting is an export of a month under way.
type exporting struct {
	at      api.Place
	month   billing.Period
	options exportOptions
	ids     []string
	files   []string
	left    []api.LeftOut
}

func (e *exporting) intoArchive(ctx context.Context) error {
	err := writeFile(e.options.out, func(w io.Writer) error {
		archive := zip.NewWriter(w)
		return errors.Join(e.each(ctx, func(file api.File) error {
			entry, err := archive.Create(file.Name)
			if err == nil {
				_, err = entry.Write(file.Data)
			}
			return err
		}), archive.Close())
	})
	if err == nil {
		e.files = append(e.files, e.options.out)
	}
	return err
}

func (e *exporting) intoFolder(ctx context.Context) error {
	return e.each(ctx, func(file api.File) error {
		path, err := inFolder(e.options.out, file)
		if err == nil {
			err = writeDownload(path, file)
		}
		if err == nil {
			e.files = append(e.files, path)
		}
		return err
	})
}

// each gets the file of each document and puts it somewhere. A document that is
// refused is left out; a wrong argument, and a failure, end it.
func (e *exporting) each(ctx context.Context, put func(api.File) error) error {
	for i, id := range e.ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		file, err := api.DownloadInvoice.Call(ctx, e.at, e.options.one(id))
		if err == nil {
			if err := put(file); err != nil {
				return err
			}
		} else {
			problem, inner := api.ProblemOf(err)
			if inner || problem.Code == "invalid" || problem.Code == "denied" {
				return err
			}
			e.left = append(e.left, api.LeftOut{ID: id, Reason: problem.Detail})
		}
		billing.Step(ctx, "export "+e.month.String(), int64(i+1), int64(len(e.ids)))
	}
	return nil
}

// ids are the chosen documents of a month.
func (o exportOptions) ids(ctx context.Context, cmd *cobra.Command, at api.Place, month billing.Period) (ids []string, err error) {
	invoices, err := api.ListInvoices.Call(ctx, at, api.InvoicesQuery{Period: month})
	if err != nil {
		return nil, err
	}
	groups := o.selection.Groups
	if len(groups) > 0 || o.selection.Customer != "" {
		if groups, err = (chosen{groups: groups, customer: o.selection.Customer}).both(ctx, cmd, at); err != nil {
			return nil, err
		}
	}
	for _, inv := range invoices {
		if (groups == nil || slices.Contains(groups, inv.Group)) && (o.state == "" || inv.State == o.selection.State) {
			ids = append(ids, inv.ID)
		}
	}
	return ids, nil
}

// both are the named groups that are also the named customer's, where both are said.
func (o chosen) both(ctx context.Context, cmd *cobra.Command, at api.Place) ([]string, error) {
	of, err := chosen{customer: o.customer}.ids(ctx, cmd, at)
	if err != nil || o.customer != "" && len(o.groups) == 0 {
		return of, err
	}
	named, err := chosen{groups: o.groups}.ids(ctx, cmd, at)
	return slices.DeleteFunc(named, func(id string) bool { return o.customer != "" && !slices.Contains(of, id) }), err
}

// leftOut is the error of an export that could not write all; nil where it did.
func leftOut(left []api.LeftOut, of int) error {
	if len(left) == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d invoices could not be written:", len(left), of)
	for _, l := range left {
		b.WriteString("\n" + l.ID + ": " + l.Reason)
	}
	return errors.New(b.String())
}

// exportedMonth lists what was written, and in JSON what was left out.
func (c *cli) exportedMonth(files []string, left []api.LeftOut) error {
	rows := make([]exportedFile, len(files))
	for i, file := range files {
		rows[i].File = file
	}
	return c.write(listing[exportedFile]{
		whole: struct {
			Files []string      `json:"files"`
			Left  []api.LeftOut `json:"left,omitempty"`
		}{files, left},
		rows:  rows,
		none:  "Nothing was exported.",
		table: grid[exportedFile]{[]string{""}, func(f exportedFile) []string { return []string{f.File} }},
	})
}
