package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
)

func newBackup(c *cli) *cobra.Command {
	var withLake bool
	cmd := &cobra.Command{
		Use:     "backup FILE.tar.zst | FOLDER",
		GroupID: "setup",
		Short:   "Copy the records, and the lake if wanted",
		Long: `Backup copies the records as they are at one moment, also while others work, into a file whose name ends in
.tar.zst, or else into a new folder. Of the lake, and of what backends told and people pushed, it writes down
each file that the records name, with its SHA-256; with --with-lake the files are in the copy. "sluice restore"
makes an installation of it.

The master key of secrets is not in the copy: keep master.key of the installation's folder, or what
SLUICE_MASTER_KEY says, in another place.`,
		Example: `  sluice backup /backup/sluice-2026-11-21.tar.zst
  sluice backup /backup/whole.tar.zst --with-lake`,
		Args: takes(1, 1, "FILE.tar.zst or FOLDER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd, func(ctx context.Context, a *app.App) error {
				made, err := a.Backups.Make(ctx, args[0], withLake)
				if err != nil {
					return err
				}
				return c.result(made, func(w io.Writer) {
					lake := "named, with their SHA-256"
					if made.Lake {
						lake = "in the copy"
					}
					collected := ""
					if made.Collected > 0 {
						collected = fmt.Sprintf(" and %s of what was collected", count(int64(made.Collected)))
					}
					fmt.Fprintf(w, "%s: %s of the records; %s of the lake%s, %s bytes, %s\n",
						made.Path, counted(made.Rows, "row", "rows"), counted(int64(made.Files-made.Collected), "file", "files"), collected, count(made.Bytes), lake)
				})
			})
		},
	}
	cmd.Flags().BoolVar(&withLake, "with-lake", false, "put the files of the lake, and of what was collected, into the copy")
	return cmd
}
