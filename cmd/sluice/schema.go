package main

import (
	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/config"
)

func newSchema(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		GroupID: "setup",
		Short:   "Print the JSON Schema of the configuration",
		Long: `Schema prints the JSON Schema of a configuration file. Editors use it to complete field names, to explain
them and to mark mistakes while you type.`,
		Example: `  sluice schema > sluice.schema.json`,
		Args:    takes(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			_, err := c.stdout.Write(config.Schema())
			return err
		},
	}
}
