package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/invoice"
)

type exportOptions struct {
	all       string // a month
	selection api.Selection
	state     string
	format    string
	choice    api.FileChoice
	together  bool
	out       string
}

func newInvoiceExport(c *cli) *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export ID | --all PERIOD",
		Short: "Write invoices as PDF, CSV, workbooks, e-invoices or JSON",
		Long: `Export writes an invoice in one format: to the file that --out names, or into it when it is a folder, or to
standard output. A folder is a path that exists as one or ends in a slash; there a file is called by the
invoice's number, or by its id as long as it is a draft. The same invoice gives the same bytes.

With --all it writes the invoices of a month, or those that --group, --customer and --state leave of them: into a
folder, into one archive where --out ends in .zip, or with --together below one another in one file of rows and
columns. What cannot be written is left out and told at the end, and the others are written.

"sluice invoice formats" lists the formats and their columns, "sluice invoice check" what an invoice lacks for an
e-invoice.`,
		Example: `  sluice invoice export 2026-10/acme-main --format pdf --out acme.pdf
  sluice invoice export INV-2026-000017 --format csv --columns account,service_or_label,amount
  sluice invoice export --all 2026-10 --format pdf --out invoices/
  sluice invoice export --all 2026-10 --format xrechnung --customer acme --state issued --out acme.zip
  sluice invoice export --all 2026-10 --format xlsx --together --out october.xlsx`,
		Args:              takes(0, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE:              func(cmd *cobra.Command, args []string) error { return runInvoiceExport(c, cmd, o, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.all, "all", "", "export the invoices of this `month`; --out is a folder or an archive then")
	flags.StringArrayVar(&o.selection.Groups, "group", nil, "with --all: a billing group, by its `id`; may be repeated")
	flags.StringVar(&o.selection.Customer, "customer", "", "with --all: only of this customer, by its `id`")
	flags.StringVar(&o.state, "state", "", "with --all: only those in this `state`, draft or issued")
	flags.StringVar(&o.format, "format", "pdf", "`format` of the file: "+strings.Join(formatNames(), ", "))
	flags.StringSliceVar(&o.choice.Columns, "columns", nil, "the `columns` of CSV or a workbook in this order, divided by commas (default all)")
	flags.BoolVar(&o.choice.Excel, "excel", false, "CSV as Excel reads it")
	flags.StringVar(&o.choice.Language, "language", "", "`language` of the titles in a workbook, such as ja (default that of the invoice)")
	flags.StringVar(&o.choice.Tag, "tag", "", "`key` of the tag that ripple-tag divides by")
	flags.BoolVar(&o.together, "together", false, "with --all: all invoices in one file of rows and columns")
	flags.StringVar(&o.out, "out", "", "`file` or folder to write to; standard output when not given")
	registerCompletion(cmd, "all", c.completePeriod)
	registerCompletion(cmd, "format", completeFormat)
	registerCompletion(cmd, "group", c.completeGroup)
	registerCompletion(cmd, "state", cobra.FixedCompletions([]string{"draft", "issued"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// registerCompletion gives a flag its completion.
func registerCompletion(cmd *cobra.Command, flag string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // the flag was defined before
	}
}

func runInvoiceExport(c *cli, cmd *cobra.Command, o exportOptions, args []string) error {
	format, err := formatNamed(o.format)
	if err != nil {
		return wrong(cmd, err.Error())
	}
	month, err := onlyOneOf(cmd, o.all, args)
	if err != nil {
		return err
	}
	if err := o.check(cmd, c, format); err != nil {
		return err
	}
	return c.place(cmd, func(ctx context.Context, at api.Place) error {
		switch {
		case o.together:
			file, err := api.DownloadDocuments.Call(ctx, at, api.DocumentsQuery{
				InMonth: api.InMonth{Period: month}, Format: api.TogetherFormatName(o.format), Selection: o.selection, FileChoice: o.choice,
			})
			return c.exportTo(cmd, o.out, file, err)
		case o.all != "":
			return exportMonth(ctx, c, cmd, at, month, o)
		}
		file, err := api.DownloadInvoice.Call(ctx, at, o.one(args[0]))
		return c.exportTo(cmd, o.out, file, err)
	})
}

// one asks for the file of a document.
func (o exportOptions) one(id string) api.InvoiceFileQuery {
	return api.InvoiceFileQuery{ByDocument: api.ByDocument{ID: id}, Format: api.FormatName(o.format), FileChoice: o.choice}
}

// check refuses options that do not go together.
func (o *exportOptions) check(cmd *cobra.Command, c *cli, format api.FileFormat) error {
	o.selection.State = invoice.State(o.state)
	chosen := len(o.selection.Groups) > 0 || o.selection.Customer != "" || o.state != ""
	switch {
	case o.state != "" && o.selection.State != invoice.Draft && o.selection.State != invoice.Issued:
		return wrong(cmd, fmt.Sprintf("%q is not a state to choose; use draft or issued", o.state))
	case o.all == "" && (chosen || o.together):
		return wrong(cmd, "--group, --customer, --state and --together choose among the invoices of a month; name it with --all")
	case o.together && !format.Together:
		return wrong(cmd, o.format+" is one invoice in one file; leave --together out, or use a format of rows and columns")
	case o.all != "" && o.out == "" && !o.together:
		return wrong(cmd, "--all needs a folder or an archive; name it with --out")
	case o.out == "" && !strings.HasPrefix(format.MediaType, "text/") && format.MediaType != "application/json" && isTerminal(c.stdout):
		return wrong(cmd, "this format is not written to a terminal; name a file with --out")
	}
	return nil
}

// formatNamed is the format of that name. The error for an unknown one lists the
// names there are.
func formatNamed(name string) (api.FileFormat, error) {
	for _, f := range api.Formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return api.FileFormat{}, fmt.Errorf("%q is not an invoice format; use one of %s", name, strings.Join(formatNames(), ", "))
}

// exportTo writes a file that was asked for to where --out says.
func (c *cli) exportTo(cmd *cobra.Command, out string, file api.File, err error) error {
	if err != nil {
		return misasked(cmd, err)
	}
	if out == "" {
		_, err := c.stdout.Write(file.Data)
		return err
	}
	if isFolder(out) {
		if out, err = inFolder(out, file); err != nil {
			return err
		}
	}
	if err := writeDownload(out, file); err != nil {
		return err
	}
	return c.exported([]string{out})
}

// misasked is the error of a wrong argument where an operation was asked for what it
// does not have.
func misasked(cmd *cobra.Command, err error) error {
	var p *api.Problem
	if errors.As(err, &p) && p.Code == "invalid" && len(p.Errors) > 0 && strings.HasPrefix(p.Errors[0].Location, "query.") {
		return wrong(cmd, p.Errors[0].Message)
	}
	return err
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// inFolder is where a file goes in a folder. What a server calls it leads nowhere
// else.
func inFolder(folder string, file api.File) (string, error) {
	if file.Name == "." || !filepath.IsLocal(file.Name) || filepath.Base(file.Name) != file.Name {
		return "", fmt.Errorf("the server calls the file %q, which is no name of a file in %s", file.Name, folder)
	}
	return filepath.Join(folder, file.Name), nil
}

func writeDownload(path string, file api.File) error {
	return writeFile(path, func(w io.Writer) error {
		_, err := w.Write(file.Data)
		return err
	})
}

func isFolder(path string) bool {
	if strings.HasSuffix(path, "/") || strings.HasSuffix(path, string(filepath.Separator)) {
		return true
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// writeFile writes a file that appears when it is whole.
func writeFile(path string, write func(io.Writer) error) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".sluice-*")
	if err != nil {
		return err
	}
	err = errors.Join(write(file), file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", path, err), os.Remove(file.Name()))
	}
	return nil
}

// exportedFile is a line of the list.
type exportedFile struct {
	File string `json:"file"`
}

func (c *cli) exported(files []string) error {
	rows := make([]exportedFile, len(files))
	for i, file := range files {
		rows[i].File = file
	}
	return c.write(listing[exportedFile]{
		whole: struct {
			Files []string `json:"files"`
		}{files},
		rows:  rows,
		table: grid[exportedFile]{[]string{""}, func(f exportedFile) []string { return []string{f.File} }},
	})
}
