package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
)

func newExport(c *cli) *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:     "export --all FOLDER",
		GroupID: "setup",
		Short:   "Write all that the installation holds, in open formats",
		Long: `Export writes everything out of the system, into a new folder: the configuration as YAML, the documents as
JSON, CSV and PDF, the lines and charges as Parquet, all records such as entries, payments and the audit as CSV
and JSON, and a README of what is where. Nothing secret is in it. "sluice invoice export" writes single documents.`,
		Example: `  sluice export --all everything/`,
		Args:    takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if folder == "" {
				return wrong(cmd, "name the folder with --all")
			}
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				done, err := a.Backups.Export(ctx, folder)
				if err != nil {
					return err
				}
				return c.result(done, func(w io.Writer) {
					fmt.Fprintf(w, "%s: %s, %s of the records, %s of the lake; README.md says what is where\n", done.Folder,
						counted(int64(done.Documents), "document", "documents"), counted(done.Rows, "row", "rows"), counted(int64(done.Files), "file", "files"))
					for _, left := range done.Left {
						fmt.Fprintf(w, "Not there: %s\n", left)
					}
				})
			})
		},
	}
	cmd.Flags().StringVar(&folder, "all", "", "write everything into this `folder`")
	if err := cmd.MarkFlagDirname("all"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}
