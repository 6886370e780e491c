package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/item"
)

func newItemImport(c *cli) *cobra.Command {
	var month, mode, key string
	cmd := &cobra.Command{
		Use:   "import FILE --month PERIOD",
		Short: "Import the items of a month from CSV",
		Long: `Import reads additional items from a CSV file with the columns billing_group_id, item_name, quantity and
unit_cost, and where wanted amount, tax and tax_free. It is UTF-8, with a comma, semicolon or tab between
cells. An amount must be quantity × unit_cost exactly.

Without --mode it is a dry run, which says what merge would do. merge adds the items of the file, or puts
them in the place of those of the same group and name; replace-month also deletes what the file does not
have. All rows are taken, or none. The same file is imported into a month once; with --key you say
yourself what is the same import.`,
		Example: `  sluice item import october.csv --month 2026-10
  sluice item import october.csv --month 2026-10 --mode merge
  sluice item import october.csv --month 2026-10 --mode replace-month --key ticket-4711 --json`,
		Args: takes(1, 1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in := api.ImportItemsInput{Name: filepath.Base(args[0]), Mode: mode, Key: key}
			var err error
			if month == "" {
				return wrong(cmd, "say which month the items are of, with --month")
			}
			if in.Period, err = period(cmd, month); err != nil {
				return err
			}
			if err := item.Mode(mode).Check(); err != nil {
				return wrong(cmd, err.Error())
			}
			if in.RawBody, err = readSheet(cmd, args[0]); err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				done, err := api.ImportItems.Call(ctx, at, in)
				if err != nil {
					return mendable(err)
				}
				return c.itemsImported(done)
			})
		},
	}
	var modes []string
	for _, m := range item.Modes {
		modes = append(modes, string(m))
	}
	cmd.Flags().StringVar(&month, "month", "", "`month` of the items, such as 2026-10")
	cmd.Flags().StringVar(&mode, "mode", string(item.DryRun), "what to do: "+strings.Join(modes, ", "))
	cmd.Flags().StringVar(&key, "key", "", "`name` of this import, which is done once (default mode and hash of the file)")
	registerCompletion(cmd, "mode", cobra.FixedCompletions(modes, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// itemsImported shows what became of a file; it is an error where a row failed.
func (c *cli) itemsImported(done item.Imported) error {
	err := c.result(done, func(w io.Writer) {
		if b := done.Before; b != nil {
			fmt.Fprintf(w, "This file was imported into %s already, on %s by %s; nothing is done. Another --key imports it again.\n",
				done.Period, b.At.Format("2006-01-02 15:04"), b.By)
			return
		}
		writeOutcomes(w, done)
	})
	if n := done.Counts.Failed; err == nil && n > 0 {
		return &argumentError{message: fmt.Sprintf("nothing is imported, because %s", counted(int64(n), "row fails", "rows fail"))}
	}
	return err
}

func writeOutcomes(w io.Writer, done item.Imported) {
	t := newTable("LINE", "", "GROUP", "ITEM", ">QUANTITY", ">UNIT PRICE", "BEFORE")
	for _, o := range done.Rows {
		line, before := "", ""
		if o.Line > 0 {
			line = fmt.Sprint(o.Line)
		}
		if p := o.Previous; p != nil && o.Action == item.Update {
			before = exact(p.Quantity) + " × " + exact(p.UnitPrice)
			if tax := taxOf(*p); tax != taxOf(o.AdditionalItem) {
				before += ", tax " + taxOrUsage(tax)
			}
		}
		t.add(line, o.Action, o.Group, o.Label, exact(o.Quantity), exact(o.UnitPrice), before)
	}
	t.write(w, "")
	for _, o := range done.Rows {
		for _, reason := range o.Errors {
			if o.Line > 0 {
				fmt.Fprintf(w, "line %d: %s\n", o.Line, reason)
			} else {
				fmt.Fprintf(w, "%s, %q: %s\n", o.Group, o.Label, reason)
			}
		}
	}
	n := done.Counts
	fmt.Fprintf(w, "%d inserted, %d updated, %d unchanged, %d deleted, %d failed.\n", n.Inserted, n.Updated, n.Unchanged, n.Deleted, n.Failed)
	if done.Others > 0 && done.Mode != item.Replace {
		fmt.Fprintf(w, "Not in the file: %s of %s, which merge keeps and replace-month deletes.\n", counted(int64(done.Others), "item", "items"), done.Period)
	}
	if done.Mode == item.DryRun {
		fmt.Fprintln(w, "This was a dry run; --mode merge or --mode replace-month imports the file.")
	}
}

func taxOrUsage(tax string) string {
	if tax == "" {
		return "as usage"
	}
	return tax
}

func newItemExport(c *cli) *cobra.Command {
	var group, out string
	cmd := &cobra.Command{
		Use:   "export PERIOD",
		Short: "Write the items of a month as CSV",
		Long: `Export writes the items of a month as "sluice item import" reads them. A text that a spreadsheet would run as
a formula has an apostrophe in front, which the import takes away again.`,
		Example: `  sluice item export 2026-10 > october.csv
  sluice item export 2026-10 --group acme-main -o acme.csv`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: c.placedMonth(func(ctx context.Context, at api.Place, p billing.Period) error {
			file, err := api.DownloadItems.Call(ctx, at, api.ItemsQuery{InMonth: api.InMonth{Period: p}, Group: group})
			if err != nil {
				return err
			}
			write := func(w io.Writer) error {
				_, err := w.Write(file.Data)
				return err
			}
			if out != "" {
				return writeFile(out, write)
			}
			c.finish()
			return write(c.stdout)
		}),
	}
	cmd.Flags().StringVar(&group, "group", "", "only those of a billing `group`")
	cmd.Flags().StringVarP(&out, "out", "o", "", "write to a `file` instead of standard output")
	return cmd
}
