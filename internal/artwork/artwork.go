// Package artwork keeps the pictures and fonts that layouts of documents name: logos,
// seals, a reseller's own typeface. Each is kept under the hash of its content and is
// never changed or taken away, so that an issued document looks the same for good (R31).
package artwork

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // pictures may be JPEG
	_ "image/png"  // and PNG
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/paper"
	"github.com/sluice-billing/sluice/internal/store"
)

// Bounds of what is kept.
const (
	MostPictureBytes = 2 << 20
	MostFontBytes    = 24 << 20
	mostPixels       = 4000 // of a side
	mostName         = 200
)

// Piece is a picture or a font.
type Piece struct {
	ID        string    `json:"id"`   // SHA-256 of its content, hexadecimal: what a layout names
	Name      string    `json:"name"` // of the file it came from
	MediaType string    `json:"media_type"`
	Bytes     int64     `json:"bytes"`
	AddedAt   time.Time `json:"added_at"`
	AddedBy   string    `json:"added_by"`
}

func pieceOf(a store.Artwork) Piece {
	return Piece{a.ID, a.Name, a.MediaType, a.Bytes, a.AddedAt, a.AddedBy}
}

// RefusedError says why a file is not kept.
type RefusedError struct{ Why string }

// Error implements error.
func (e *RefusedError) Error() string { return "the file " + e.Why }

// Artwork is what an installation has. It is safe for use by several goroutines.
type Artwork struct{ records *store.Store }

// New returns the artwork on the records.
func New(records *store.Store) *Artwork { return &Artwork{records} }

// All is what there is, by name.
func (a *Artwork) All(ctx context.Context) ([]Piece, error) {
	kept, err := a.records.AllArtwork(ctx)
	all := make([]Piece, len(kept))
	for i, k := range kept {
		all[i] = pieceOf(k)
	}
	return all, err
}

// One is a picture or font with its content, or store.ErrNotFound.
func (a *Artwork) One(ctx context.Context, id string) (Piece, []byte, error) {
	kept, err := a.records.Artwork(ctx, id)
	return pieceOf(kept), kept.Data, err
}

// Add keeps a file: PNG, JPEG or TrueType, read to its end; anything else is a
// *RefusedError. The same content added again is the piece that is there.
func (a *Artwork) Add(ctx context.Context, name string, data []byte, by string) (Piece, error) {
	if name = strings.TrimSpace(name); name != "" {
		name = filepath.Base(filepath.ToSlash(name))
	}
	if n := utf8.RuneCountInString(name); n == 0 || n > mostName || !utf8.ValidString(name) {
		return Piece{}, &RefusedError{fmt.Sprintf("needs a name of 1 to %d characters", mostName)}
	}
	mediaType, err := kindOf(data)
	if err != nil {
		return Piece{}, err
	}
	sum := sha256.Sum256(data)
	id := hex.EncodeToString(sum[:])
	if err := a.records.AddArtwork(ctx, store.Artwork{ID: id, Name: name, MediaType: mediaType, Data: data, AddedBy: by}); err != nil {
		return Piece{}, err
	}
	kept, _, err := a.One(ctx, id)
	return kept, err
}

// kindOf looks at a file before it is kept.
func kindOf(data []byte) (mediaType string, err error) {
	if bytes.HasPrefix(data, []byte{0, 1, 0, 0}) || bytes.HasPrefix(data, []byte("true")) {
		if len(data) > MostFontBytes {
			return "", &RefusedError{fmt.Sprintf("has %d bytes; a font has at most %d", len(data), MostFontBytes)}
		}
		if _, err := paper.LoadFont("artwork", data); err != nil {
			return "", &RefusedError{"is no font that can be used: " + err.Error()}
		}
		return "font/ttf", nil
	}
	if len(data) > MostPictureBytes {
		return "", &RefusedError{fmt.Sprintf("has %d bytes; a picture has at most %d", len(data), MostPictureBytes)}
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || format != "png" && format != "jpeg" {
		return "", &RefusedError{"is no PNG, JPEG or TrueType file; save it as one of these"}
	}
	if size.Width > mostPixels || size.Height > mostPixels {
		return "", &RefusedError{fmt.Sprintf("has %d × %d pixels; each side has at most %d", size.Width, size.Height, mostPixels)}
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		return "", &RefusedError{"is damaged: its picture cannot be read to the end"}
	}
	return "image/" + format, nil
}

// Of is what a layout names, by id. A piece that is not there is an error that names
// it: a document is not drawn without its logo.
func (a *Artwork) Of(ctx context.Context, layout *billing.Layout) (map[string][]byte, error) {
	pieces := map[string][]byte{}
	for _, id := range named(layout) {
		_, data, err := a.One(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("layout %s names the artwork %s, which is not there; add its file, or take it out of the layout", layout.ID, id)
		}
		if err != nil {
			return nil, err
		}
		pieces[id] = data
	}
	return pieces, nil
}

func named(l *billing.Layout) (ids []string) {
	if l == nil {
		return nil
	}
	for _, p := range []*billing.LayoutPicture{l.Logo, l.Stamp} {
		if p != nil {
			ids = append(ids, p.Picture)
		}
	}
	if l.Fonts != nil {
		ids = append(ids, l.Fonts.Regular)
		if l.Fonts.Bold != "" {
			ids = append(ids, l.Fonts.Bold)
		}
	}
	return ids
}
