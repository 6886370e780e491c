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
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
)

type exportOptions struct {
	all    string // a month
	format string
	out    string
}

func newInvoiceExport(c *cli) *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export ID | --all PERIOD",
		Short: "Write invoices as PDF, CSV or JSON",
		Long: `Export writes an invoice in one format: to the file that --out names, or into it when it is a folder, or to
standard output. A folder is a path that exists as one or ends in a slash; there a file is called by the
invoice's number, or by its id as long as it is a draft. The same invoice gives the same bytes.`,
		Example: `  sluice invoice export 2026-10/acme-main --format pdf --out acme.pdf
  sluice invoice export INV-2026-000017 --format csv
  sluice invoice export --all 2026-10 --format pdf --out invoices/`,
		Args:              takes(0, 1, "ID"),
		ValidArgsFunction: c.completeInvoice,
		RunE:              func(cmd *cobra.Command, args []string) error { return runInvoiceExport(c, cmd, o, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.all, "all", "", "export all invoices of this `month`; --out is a folder then")
	flags.StringVar(&o.format, "format", "pdf", "`format` of the file: "+strings.Join(formatNames(), ", "))
	flags.StringVar(&o.out, "out", "", "`file` or folder to write to; standard output when not given")
	registerCompletion(cmd, "all", c.completePeriod)
	registerCompletion(cmd, "format", completeFormat)
	return cmd
}

// registerCompletion gives a flag its completion.
func registerCompletion(cmd *cobra.Command, flag string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // the flag was defined before
	}
}

func runInvoiceExport(c *cli, cmd *cobra.Command, o exportOptions, args []string) error {
	format, err := deliver.ByName(o.format)
	if err != nil {
		return wrong(cmd, err.Error())
	}
	month, err := onlyOneOf(cmd, o.all, args)
	if err != nil {
		return err
	}
	switch {
	case o.all != "" && o.out == "":
		return wrong(cmd, "--all needs a folder; name it with --out")
	case o.out == "" && format.Name == "pdf" && isTerminal(c.stdout):
		return wrong(cmd, "a PDF is not written to a terminal; name a file with --out")
	}
	return c.place(cmd, func(ctx context.Context, at api.Place) error {
		if o.all != "" {
			files, err := exportMonth(ctx, at, month, format.Name, o.out)
			return errors.Join(err, c.exported(files))
		}
		document, err := api.DownloadInvoice.Call(ctx, at, api.InvoiceFileQuery{ByDocument: api.ByDocument{ID: args[0]}, Format: format.Name})
		if err != nil {
			return err
		}
		if o.out == "" {
			_, err := c.stdout.Write(document.Data)
			return err
		}
		file := o.out
		if isFolder(o.out) {
			if file, err = inFolder(o.out, document); err != nil {
				return err
			}
		}
		if err := writeDownload(file, document); err != nil {
			return err
		}
		return c.exported([]string{file})
	})
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// exportMonth writes all invoices of a month into a folder and returns the
// files, also where one failed.
func exportMonth(ctx context.Context, at api.Place, month billing.Period, format, folder string) ([]string, error) {
	files := []string{}
	invoices, err := api.ListInvoices.Call(ctx, at, api.InvoicesQuery{Period: month})
	if err != nil {
		return files, err
	}
	for i, inv := range invoices {
		if err := ctx.Err(); err != nil {
			return files, err
		}
		document, err := api.DownloadInvoice.Call(ctx, at, api.InvoiceFileQuery{ByDocument: api.ByDocument{ID: inv.ID}, Format: format})
		if err != nil {
			return files, err
		}
		file, err := inFolder(folder, document)
		if err == nil {
			err = writeDownload(file, document)
		}
		if err != nil {
			return files, err
		}
		files = append(files, file)
		billing.Step(ctx, "export "+month.String(), int64(i+1), int64(len(invoices)))
	}
	return files, nil
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
