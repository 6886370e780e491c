package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/artwork"
)

// artworkOperations are about the pictures and fonts that layouts name.
var artworkOperations = []described{ListArtwork, AddArtwork, DownloadArtwork}

func (d *Desk) artwork() *artwork.Artwork { return artwork.New(d.Store) }

// ListArtwork lists the pictures and fonts.
var ListArtwork = Listing[*Desk, struct{}, artwork.Piece]{
	ID: "list-artwork", Path: "/artwork", Tag: "Brand", Title: "List pictures and fonts of documents", Needs: access.ReadConfig, Kept: true,
	About: "The logos, seals and fonts that layouts can name by their id, by name.",
	Key:   func(p artwork.Piece) string { return p.Name + "\x00" + p.ID },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]artwork.Piece, error) {
		return d.artwork().All(ctx)
	},
}

// ArtworkInput is a file to keep.
type ArtworkInput struct {
	Name    string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"The name of the file" example:"logo.png"`
	RawBody []byte `contentType:"application/octet-stream" doc:"PNG or JPEG of at most 2 MiB and 4000 pixels a side, or a TrueType font of at most 24 MiB"`
}

// AddArtwork keeps a picture or a font.
var AddArtwork = Operation[*Desk, ArtworkInput, artwork.Piece]{
	ID: "add-artwork", Method: http.MethodPost, Path: "/artwork", Tag: "Brand", Title: "Add a picture or font for documents", Needs: access.WriteConfig, Creates: true,
	About: "Read to its end before it is kept, under the SHA-256 of its content, which is the id that layouts name. It is never changed or removed: documents that were issued with it look the same for good. " +
		"The same content added again is what is there already.",
	Upload: artwork.MostFontBytes + 1, // which is too large already
	Do: func(ctx context.Context, d *Desk, in ArtworkInput) (artwork.Piece, error) {
		added, err := d.artwork().Add(ctx, in.Name, in.RawBody, d.User)
		var refused *artwork.RefusedError
		if errors.As(err, &refused) {
			err = invalid("body", "%s", refused.Error())
		}
		return added, err
	},
}

// DownloadArtwork returns a picture or a font.
var DownloadArtwork = Download[*Desk, ByID]{
	ID: "download-artwork", Path: "/artwork/{id}", Tag: "Brand", Title: "Download a picture or font of documents", Needs: access.ReadConfig,
	About: "The file as it was added.", MediaTypes: []string{"image/png", "image/jpeg", "font/ttf"},
	Do: func(ctx context.Context, d *Desk, in ByID) (File, error) {
		piece, data, err := d.artwork().One(ctx, in.ID)
		return File{piece.Name, piece.MediaType, data}, err
	},
}
