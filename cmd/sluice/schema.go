package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/deliver"
)

// schemas are what has a JSON Schema, by the names of --of.
var schemas = map[string]func() []byte{"config": config.Schema, "invoice": deliver.Schema}

func newSchema(c *cli) *cobra.Command {
	names := slices.Sorted(maps.Keys(schemas))
	var of string
	cmd := &cobra.Command{
		Use:     "schema",
		GroupID: "setup",
		Short:   "Print the JSON Schema of the configuration, or of invoices",
		Long: `Schema prints the JSON Schema of a configuration file. Editors use it to complete field names, to explain
them and to mark mistakes while you type. With --of invoice it is that of an invoice as JSON, for who draws
documents of their own or reads them by program.`,
		Example: `  sluice schema > sluice.schema.json
  sluice schema --of invoice > invoice.schema.json`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema, ok := schemas[of]
			if !ok {
				return wrong(cmd, fmt.Sprintf("%q has no schema; use one of %s", of, strings.Join(names, ", ")))
			}
			_, err := c.stdout.Write(schema())
			return err
		},
	}
	cmd.Flags().StringVar(&of, "of", "config", "`what` the schema is of: "+strings.Join(names, " or "))
	registerCompletion(cmd, "of", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}
