package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
)

func newRestore(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "restore FILE.tar.zst | FOLDER",
		GroupID: "setup",
		Short:   "Make an installation of a copy",
		Long: `Restore puts a copy that "sluice backup" has made into the installation that --dir and --database name. It
must have no records yet. Files of the folders lake and collected that are not in the copy must be there
already. The database may be of another kind than the one that was copied, which is how an installation moves
from SQLite to PostgreSQL and back.

Everything is verified: the SHA-256 of each file, and that the rows come out of the database again as they
were copied. Whatever is wrong is named, and nothing is restored.`,
		Example: `  sluice restore /backup/whole.tar.zst --dir /srv/sluice
  sluice restore /backup/sluice-2026-11-21.tar.zst --dir /srv/sluice --database postgres://sluice@db/sluice`,
		Args: takes(1, 1, "FILE.tar.zst or FOLDER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.onlyHere(cmd); err != nil {
				return err
			}
			defer c.finish()
			restored, err := app.Restore(c.progress(cmd.Context()), c.installation(), args[0])
			if err != nil {
				return err
			}
			return c.result(restored, func(w io.Writer) {
				fmt.Fprintf(w, "%s has %s, as they were copied; %s of the lake %s there, %s written now\n", restored.Database,
					counted(restored.Rows, "row", "rows"), counted(int64(restored.Files), "file", "files"),
					map[bool]string{true: "is", false: "are"}[restored.Files == 1], count(int64(restored.Written)))
			})
		},
	}
}
