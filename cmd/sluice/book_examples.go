package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/book"
)

// triedBook is what became of a book's examples.
type triedBook struct {
	Book     string          `json:"book"`
	Examples int             `json:"examples"`
	Failures []placedFailure `json:"failures"`
}

// placedFailure is a failing example with its place.
type placedFailure struct {
	At string `json:"at"` // file:line:column, or the id of a stored book
	book.Failure
}

func newBookExamples(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "test [BOOK|FILE|FOLDER...]",
		Short: "Run the examples of price books",
		Long: `Test prices the examples that stand in price books and tells which do not come out as they say: price,
rule, what is charged for managing it, or that it is excluded. Prices are exact.

Files are tested as they are, without an installation: in the CI of your own repository, for instance.
Without files it tests the books in force.`,
		Example: `  sluice book test prices.yaml
  sluice book test books/ --json
  sluice book test retail`,
		Args:              takes(0, -1, ""),
		ValidArgsFunction: c.completeBook,
		RunE: func(cmd *cobra.Command, args []string) error {
			of, err := c.booksOf(cmd, args)
			if err != nil {
				return err
			}
			var tried []triedBook
			var failed int64
			for _, b := range of.list {
				t := triedBook{b.ID, len(b.Examples), []placedFailure{}}
				for _, f := range book.Test(b) {
					t.Failures = append(t.Failures, placedFailure{of.place(b.ID, fmt.Sprintf(".examples[%d]", f.Example)), f})
				}
				failed += int64(len(t.Failures))
				tried = append(tried, t)
			}
			show := func(w io.Writer) { writeFailures(w, tried) }
			if err := c.write(listing[triedBook]{whole: tried, rows: tried, show: show}); err != nil {
				return err
			}
			if failed > 0 {
				return fmt.Errorf("%s", counted(failed, "example fails", "examples fail"))
			}
			return nil
		},
	}
}

func writeFailures(w io.Writer, tried []triedBook) {
	var examples int64
	for _, b := range tried {
		examples += int64(b.Examples)
		for _, f := range b.Failures {
			var wrong []string
			for _, d := range f.Wrong {
				wrong = append(wrong, d.String())
			}
			fmt.Fprintf(w, "%s: example %d of %s: %s\n", f.At, f.Example+1, b.Book, strings.Join(wrong, "; "))
			switch {
			case f.Rule == "":
				fmt.Fprintln(w, "    no rule matches the line")
			case len(f.Shadowed) == 0:
				fmt.Fprintf(w, "    %q wins\n", f.Rule)
			default:
				fmt.Fprintf(w, "    %q wins, before %q\n", f.Rule, f.Shadowed)
			}
		}
		if b.Examples == 0 {
			fmt.Fprintf(w, "%s has no examples\n", b.Book)
		}
	}
	if examples > 0 {
		fmt.Fprintf(w, "%s of %s\n", counted(examples, "example", "examples"), counted(int64(len(tried)), "price book", "price books"))
	}
}
