package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/bookfile"
	"github.com/sluice-billing/sluice/internal/config"
)

func newBookImport(c *cli) *cobra.Command {
	var format, out string
	var strict, positive bool
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Make price books of another product's file",
		Long: `Import reads the prices of another product and writes them as price books, in YAML that "sluice apply" takes:
AWS Billing Conductor (abc), a CloudHealth price book (cloudhealth), Ripple (ripple) or Abiquo's price factors
(abiquo). It needs no installation, and applies nothing.

What the file says and a price book does not is listed on standard error, and so is what the file attaches its
books to: write that into the configuration yourself.`,
		Example: `  sluice book import pricing-plan.json -o book.yaml
  sluice book import book.xml --format cloudhealth --strict > book.yaml
  sluice book import discounts.csv --format ripple --positive-is-discount --json`,
		Args: takes(1, 1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return wrong(cmd, err.Error())
			}
			name := filepath.Base(args[0])
			as, err := bookFormat(cmd, format, name, data)
			if err != nil {
				return err
			}
			var options []bookfile.Option
			if positive {
				options = append(options, bookfile.PositiveIsDiscount())
			}
			result, err := bookfile.Read(as, name, data, options...)
			if err != nil {
				return &argumentError{message: err.Error()}
			}
			if err := c.imported(result, out); err != nil {
				return err
			}
			if n := int64(len(result.Lost)); strict && n > 0 {
				return fmt.Errorf("the price books do not say all of the file: %s", counted(n, "thing is lost", "things are lost"))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "`format` of the file: "+strings.Join(bookFormats(), ", ")+" (default what it looks like)")
	cmd.Flags().StringVarP(&out, "out", "o", "", "write to a `file` instead of standard output")
	cmd.Flags().BoolVar(&strict, "strict", false, "fail where something is lost")
	cmd.Flags().BoolVar(&positive, "positive-is-discount", false, "with ripple: a positive value is a discount, not a negative one")
	registerCompletion(cmd, "format", cobra.FixedCompletions(bookFormats(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func bookFormats() []string {
	var all []string
	for _, f := range bookfile.Formats {
		all = append(all, string(f))
	}
	return all
}

// bookFormat is the format that is asked for, or that the file looks like.
func bookFormat(cmd *cobra.Command, asked, name string, data []byte) (bookfile.Format, error) {
	if asked != "" {
		if !slices.Contains(bookFormats(), asked) {
			return "", wrong(cmd, fmt.Sprintf("%q is no format; use %s", asked, strings.Join(bookFormats(), ", ")))
		}
		return bookfile.Format(asked), nil
	}
	found, ok := bookfile.Detect(name, data)
	if !ok {
		return "", wrong(cmd, fmt.Sprintf("%s does not tell its format; give it with --format: %s", name, strings.Join(bookFormats(), ", ")))
	}
	return found, nil
}

// imported writes the books, and beside them what became of the file.
func (c *cli) imported(result bookfile.Result, out string) error {
	yaml := func(w io.Writer) error { return config.Write(w, billing.Config{PriceBooks: result.Books}) }
	if out != "" {
		if err := writeFile(out, yaml); err != nil {
			return err
		}
	}
	if c.output().program {
		return c.result(result, nil)
	}
	report := &page{w: c.stderr}
	for _, lost := range result.Lost {
		fmt.Fprintf(report, "lost: %s: %s: %s\n", lost.Where, lost.What, lost.Why)
	}
	for _, a := range result.Attach {
		fmt.Fprintf(report, "to attach: %s\n", toAttach(a))
	}
	var rules int64
	for _, b := range result.Books {
		rules += int64(len(b.Rules))
	}
	fmt.Fprintf(report, "%s with %s; %s\n", counted(int64(len(result.Books)), "price book", "price books"), counted(rules, "rule", "rules"),
		counted(int64(len(result.Lost)), "thing lost", "things lost"))
	if report.err != nil || out != "" {
		return report.err
	}
	return yaml(c.stdout)
}

// toAttach says where the file attaches a book.
func toAttach(a bookfile.Attachment) string {
	text := a.Book + " to " + string(a.Level)
	for _, word := range []string{a.ID, a.Name} {
		if word != "" {
			text += " " + word
		}
	}
	if a.From != nil {
		text += " from " + a.From.String()
	}
	if a.To != nil {
		text += " to " + a.To.String()
	}
	return text
}
