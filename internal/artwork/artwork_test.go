package artwork

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/gif"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newArtwork(t *testing.T) (*Artwork, *store.Store) {
	t.Helper()
	records, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "records.db"))
	ok(t, err)
	t.Cleanup(func() { ok(t, records.Close()) })
	return New(records), records
}

func asPNG(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	ok(t, png.Encode(&b, image.NewRGBA(image.Rect(0, 0, width, height))))
	return b.Bytes()
}

func TestKeptByContent(t *testing.T) {
	kept, records := newArtwork(t)
	data := asPNG(t, 40, 20)
	sum := sha256.Sum256(data)
	added, err := kept.Add(t.Context(), "logos/seal.png", data, "mika")
	ok(t, err)
	if added.ID != hex.EncodeToString(sum[:]) || added.Name != "seal.png" || added.MediaType != "image/png" || added.Bytes != int64(len(data)) || added.AddedBy != "mika" {
		t.Errorf("added %+v", added)
	}
	again, err := kept.Add(t.Context(), "other.png", data, "ren")
	ok(t, err)
	if again != added {
		t.Errorf("the same content again is %+v", again)
	}
	_, read, err := kept.One(t.Context(), added.ID)
	ok(t, err)
	if !bytes.Equal(read, data) {
		t.Error("another content comes back")
	}
	all, err := kept.All(t.Context())
	ok(t, err)
	if len(all) != 1 || all[0] != added {
		t.Errorf("there is %+v", all)
	}
	log, err := records.Audit(t.Context(), 10)
	ok(t, err)
	if len(log) != 1 || log[0].Action != "artwork.add" || log[0].Subject != "artwork/"+added.ID {
		t.Errorf("the audit says %+v", log)
	}
}

func TestFont(t *testing.T) {
	packed, err := os.Open("../deliver/font/NotoSans-Regular.ttf.gz")
	if err != nil {
		t.Skip("the fonts are not there (make fonts)")
	}
	defer packed.Close()
	unzip, err := gzip.NewReader(packed)
	ok(t, err)
	font, err := io.ReadAll(unzip)
	ok(t, err)
	kept, _ := newArtwork(t)
	added, err := kept.Add(t.Context(), "house.ttf", font, "mika")
	ok(t, err)
	if added.MediaType != "font/ttf" {
		t.Errorf("it is %s", added.MediaType)
	}
	if _, err := kept.Add(t.Context(), "half.ttf", font[:len(font)/2], "mika"); err == nil {
		t.Error("half a font is kept")
	}
}

func TestRefused(t *testing.T) {
	var animated bytes.Buffer
	ok(t, gif.Encode(&animated, image.NewRGBA(image.Rect(0, 0, 20, 20)), nil))
	whole := asPNG(t, 50, 50)
	kept, _ := newArtwork(t)
	for name, data := range map[string][]byte{
		"nothing.png": nil, "moving.gif": animated.Bytes(), "script.svg": []byte("<svg><script/></svg>"), "half.png": whole[:len(whole)/2],
		"large.png": append(whole, make([]byte, MostPictureBytes)...), "wide.png": asPNG(t, 4001, 1), " ": whole,
	} {
		var refused *RefusedError
		if _, err := kept.Add(t.Context(), name, data, "mika"); !errors.As(err, &refused) {
			t.Errorf("%s is not refused: %v", name, err)
		}
	}
}

func TestOfLayout(t *testing.T) {
	kept, _ := newArtwork(t)
	logo, err := kept.Add(t.Context(), "logo.png", asPNG(t, 30, 30), "mika")
	ok(t, err)
	seal, err := kept.Add(t.Context(), "seal.png", asPNG(t, 31, 31), "mika")
	ok(t, err)
	pieces, err := kept.Of(t.Context(), &billing.Layout{ID: "x", Logo: &billing.LayoutPicture{Picture: logo.ID}, Stamp: &billing.LayoutPicture{Picture: seal.ID}})
	ok(t, err)
	if len(pieces) != 2 || len(pieces[logo.ID]) == 0 || len(pieces[seal.ID]) == 0 {
		t.Errorf("there are %d", len(pieces))
	}
	if pieces, err := kept.Of(t.Context(), nil); err != nil || len(pieces) != 0 {
		t.Errorf("no layout names %v, %v", pieces, err)
	}
	if _, err := kept.Of(t.Context(), &billing.Layout{ID: "x", Logo: &billing.LayoutPicture{Picture: "gone"}}); err == nil {
		t.Error("a picture that is not there is no error")
	}
}
