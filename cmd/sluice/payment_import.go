package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/receivable"
	"github.com/sluice-billing/sluice/internal/sheet"
)

func newPaymentImport(c *cli) *cobra.Command {
	var in api.PaymentListInput
	var columns map[string]string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Record the payments of a bank's list",
		Long: `Import reads a CSV file whose first line names the columns: date, amount and key must be there; currency,
payer, reference, method, customer and documents can be. --column tells what the bank calls them. Columns
with other names are left alone.

A line pays for the documents it names; else for those whose number stands in its reference; else for the
oldest of the customer it names. Lines that name none are refused, the others are recorded all the same. The
file can be imported again, also a longer one: payments on record change nothing.`,
		Example: `  sluice payment import november.csv --dry-run
  sluice payment import konto.csv --separator ";" --decimal-comma --column date=Buchungstag --column amount=Betrag \
      --column key=Umsatznummer --column reference=Verwendungszweck --column payer=Zahler --column currency=Waehrung`,
		Args: takes(1, 1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			comma, size := utf8.DecodeRuneInString(in.Separator)
			if size == 0 || size != len(in.Separator) || comma == '"' || comma == '\n' {
				return wrong(cmd, fmt.Sprintf("the separator %q is not one character", in.Separator))
			}
			for name, heading := range columns {
				in.Columns = append(in.Columns, name+"="+heading)
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				file, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer file.Close()
				var out api.ImportedPayments
				in.RawBody, err = io.ReadAll(io.LimitReader(file, sheet.MaxSize+1)) // one more shows that it is too large
				if err == nil {
					out, err = api.ImportPayments.Call(ctx, at, in)
				}
				if err != nil && out.Lines == nil {
					return fmt.Errorf("%s: %w", args[0], err)
				}
				return errors.Join(c.write(listing[receivable.ListedPayment]{
					whole: out, rows: out.Lines, table: importedTable,
				}), err, refusedLines(out.Lines))
			})
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&in.DryRun, "dry-run", false, "say what would be recorded, and record nothing")
	flags.StringVar(&in.Separator, "separator", ",", "`character` between columns")
	flags.BoolVar(&in.DecimalComma, "decimal-comma", false, "amounts are written 1.234,50")
	flags.StringToStringVar(&columns, "column", nil, "`NAME=HEADING` of the bank; can be repeated")
	return cmd
}

var importedTable = grid[receivable.ListedPayment]{
	[]string{">LINE", "KEY", "OUTCOME", "ID", "CUSTOMER", ">AMOUNT", "", ">UNALLOCATED", "FOR"},
	func(l receivable.ListedPayment) []string {
		return []string{
			fmt.Sprint(l.Line), l.Key, l.Outcome, l.ID, l.Customer, amountOf(l.Amount, l.Currency), string(l.Currency),
			amountOf(l.Unallocated, l.Currency), strings.TrimSpace(l.Why + " " + settledNumbers(l.Settles)),
		}
	},
}

// refusedLines is an error where some lines were refused.
func refusedLines(lines []receivable.ListedPayment) error {
	refused := int64(0)
	for _, l := range lines {
		if l.Outcome == receivable.PaymentRefused {
			refused++
		}
	}
	if refused == 0 {
		return nil
	}
	return fmt.Errorf("%s of %s refused; correct them, or record them with `sluice payment add`, and import the file again",
		counted(refused, "line", "lines"), count(int64(len(lines))))
}
