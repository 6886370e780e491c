package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
)

func newBookExport(c *cli) *cobra.Command {
	var out string
	var all bool
	cmd := &cobra.Command{
		Use:   "export [BOOK...]",
		Short: "Write price books as YAML",
		Long: `Export writes the price books in force, or the named ones, as a configuration file. Applying it again
changes nothing. With --all it writes the whole configuration.`,
		Example: `  sluice book export retail
  sluice book export -o books.yaml
  sluice book export --all -o everything.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if all && len(args) > 0 {
				return wrong(cmd, "--all is the whole configuration; name no book with it")
			}
			return nil
		},
		ValidArgsFunction: c.completeBook,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				var wanted billing.Config
				var err error
				if all {
					wanted, err = api.ShowConfig.Call(ctx, at, api.Sections{})
				} else {
					wanted.PriceBooks, err = namedBooks(ctx, cmd, at, args)
				}
				if err != nil {
					return err
				}
				if out != "" {
					if err := writeFile(out, func(w io.Writer) error { return config.Write(w, wanted) }); err != nil {
						return err
					}
					return c.exported([]string{out})
				}
				var yaml bytes.Buffer
				if err := config.Write(&yaml, wanted); err != nil {
					return err
				}
				return c.result(wanted, func(w io.Writer) { fmt.Fprint(w, yaml.String()) })
			})
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "write to a `file` instead of standard output")
	cmd.Flags().BoolVar(&all, "all", false, "the whole configuration, not price books alone")
	return cmd
}
