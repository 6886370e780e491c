package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newArtwork(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "artwork",
		GroupID: "setup",
		Short:   "Keep the pictures and fonts of documents",
		Long: `Artwork keeps logos, seals and fonts under an id, which layouts of documents name. What was added stays: a
document that was issued with it looks the same for good.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newArtworkAdd(c), newArtworkList(c))
	return cmd
}

// listedArtwork is what a list says of a picture or font.
type listedArtwork struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Bytes     int64  `json:"bytes"`
}

var artworkTable = grid[listedArtwork]{
	[]string{"ID", "NAME", "TYPE", ">BYTES"},
	func(a listedArtwork) []string { return []string{a.ID, a.Name, a.MediaType, fmt.Sprint(a.Bytes)} },
}

func (c *cli) artwork(all []listedArtwork) error {
	return c.write(listing[listedArtwork]{
		whole: map[string]any{"artwork": all}, rows: all, none: "There is none. `sluice artwork add logo.png` adds a picture.", table: artworkTable,
	})
}

func newArtworkAdd(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "add FILE...",
		Short: "Add PNG, JPEG or TrueType files",
		Long: `Add keeps files and prints the id of each, to write into a layout. The same file added again is the one that
is there.`,
		Example: `  sluice artwork add logo.png seal.png
  sluice artwork add house.ttf --json`,
		Args: takes(1, 100, "FILE..."),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				added := []listedArtwork{}
				for _, name := range args {
					data, err := os.ReadFile(name)
					if err != nil {
						return wrong(cmd, err.Error())
					}
					piece, err := api.AddArtwork.Call(ctx, at, api.ArtworkInput{Name: filepath.Base(name), RawBody: data})
					if err != nil {
						return fmt.Errorf("%s: %w", name, err)
					}
					added = append(added, listedArtwork{piece.ID, piece.Name, piece.MediaType, piece.Bytes})
				}
				return c.artwork(added)
			})
		},
	}
}

func newArtworkList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the pictures and fonts",
		Long:    `List shows the pictures and fonts that layouts can name.`,
		Example: `  sluice artwork list`,
		Args:    takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				pieces, err := api.ListArtwork.Call(ctx, at, struct{}{})
				if err != nil {
					return err
				}
				all := []listedArtwork{}
				for _, p := range pieces {
					all = append(all, listedArtwork{p.ID, p.Name, p.MediaType, p.Bytes})
				}
				return c.artwork(all)
			})
		},
	}
}
