package brand

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg" // logos may be JPEG
	_ "image/png"  // and PNG
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/store"
)

// Variants of pictures: on light and on dark ground, and the small square one that
// browsers show beside a page's title.
const (
	Light = "light"
	Dark  = "dark"
	Icon  = "icon"
)

// Variants are all of them.
var Variants = []string{Light, Dark, Icon}

// Bounds of a picture: bytes of its file, and pixels of each side.
const (
	MostBytes = 200 << 10
	fewest    = 16
	most      = 2048
)

// Logo is a picture of a brand.
type Logo struct {
	Variant   string `json:"variant"`
	MediaType string `json:"media_type"`
	Width     int    `json:"width"` // pixels
	Height    int    `json:"height"`
	Hash      string `json:"sha256"`
}

func logoOf(l store.BrandLogo) Logo { return Logo{l.Variant, l.MediaType, l.Width, l.Height, l.Hash} }

// SaveLogo keeps a picture of a brand in the place of the one before. It is PNG or
// JPEG and read to its end; anything else is a *RefusedError.
func (b *Brands) SaveLogo(ctx context.Context, organization, variant string, data []byte, by string) (Logo, error) {
	l, err := readLogo(variant, data)
	if err != nil {
		return Logo{}, err
	}
	l.Organization, l.Data = organization, data
	return logoOf(l), b.records.SaveBrandLogo(ctx, l, by)
}

// RemoveLogo takes a picture away, or returns store.ErrNotFound.
func (b *Brands) RemoveLogo(ctx context.Context, organization, variant, by string) error {
	return b.records.RemoveBrandLogo(ctx, organization, variant, by)
}

// Logo returns a picture of an organization with its bytes, or store.ErrNotFound.
func (b *Brands) Logo(ctx context.Context, organization, variant string) (Logo, []byte, error) {
	l, err := b.records.BrandLogo(ctx, organization, variant)
	return logoOf(l), l.Data, err
}

// LogoByHash returns the picture with a hash, or store.ErrNotFound.
func (b *Brands) LogoByHash(ctx context.Context, hash string) (Logo, []byte, error) {
	l, err := b.records.BrandLogoByHash(ctx, hash)
	return logoOf(l), l.Data, err
}

// readLogo looks at a picture before it is kept.
func readLogo(variant string, data []byte) (l store.BrandLogo, err error) {
	refused := func(format string, args ...any) (store.BrandLogo, error) {
		return store.BrandLogo{}, &RefusedError{"logo", fmt.Sprintf(format, args...)}
	}
	if !slices.Contains(Variants, variant) {
		return refused("is one of %s, not %q", strings.Join(Variants, ", "), variant)
	}
	if len(data) > MostBytes {
		return refused("has %d bytes; at most %d are kept", len(data), MostBytes)
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || format != "png" && format != "jpeg" { // other parts of the program may read more formats
		return refused("is %s; give a PNG or JPEG file", whatElse(data))
	}
	if size.Width < fewest || size.Height < fewest || size.Width > most || size.Height > most {
		return refused("has %d × %d pixels; each side must have %d to %d", size.Width, size.Height, fewest, most)
	}
	if variant == Icon && size.Width != size.Height {
		return refused("has %d × %d pixels; an icon is square", size.Width, size.Height)
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		return refused("is damaged: its picture cannot be read to the end")
	}
	sum := sha256.Sum256(data)
	return store.BrandLogo{
		Variant: variant, MediaType: "image/" + format, Width: size.Width, Height: size.Height, Hash: hex.EncodeToString(sum[:]),
	}, nil
}

// whatElse says what a file is that is no picture of the right kind.
func whatElse(data []byte) string {
	begin := strings.ToLower(string(bytes.TrimLeft(data[:min(len(data), 512)], "\ufeff \t\r\n")))
	switch {
	case strings.HasPrefix(begin, "<"):
		return "SVG or HTML, which may hold scripts"
	case strings.HasPrefix(begin, "gif8"):
		return "GIF"
	case strings.HasPrefix(begin, "riff") && strings.Contains(begin[:min(len(begin), 16)], "webp"):
		return "WebP"
	}
	return "no picture that can be read"
}
