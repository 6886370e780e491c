package deliver

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// A layout's own font is used as far as it goes; what is no font or picture is an
// error that names it, and what is not there is left out.
func TestLayoutContents(t *testing.T) {
	needFonts(t)
	packed, err := fs.ReadFile(fontFiles, "font/NotoSans-Bold.ttf.gz")
	if err != nil {
		t.Fatal(err)
	}
	unzip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	font, err := io.ReadAll(unzip)
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string][]byte{"font-1": font, "text": []byte("no font"), "logo": pictures()["logo"]}
	doc := func(layout billing.Layout) Document {
		inv := japaneseInvoice()
		inv.Frozen.Layout = &layout
		return Document{Invoice: inv, Pictures: contents}
	}
	write := func(layout billing.Layout) (string, error) {
		var out bytes.Buffer
		err := writePDF(&out, doc(layout))
		return out.String(), err
	}
	plain, err := write(billing.Layout{ID: "x"})
	if err != nil {
		t.Fatal(err)
	}
	with, err := write(billing.Layout{ID: "x", Fonts: &billing.LayoutFonts{Regular: "font-1"}})
	if err != nil || with == plain {
		t.Errorf("the layout's own font is not used (%v)", err)
	}
	if text := strings.Join(textOf(t, "x", []byte(with)), ""); !strings.Contains(text, "本番環境") || !strings.Contains(text, "Amazon Elastic Compute Cloud") {
		t.Errorf("with a font of its own it reads\n%s", text)
	}
	for _, layout := range []billing.Layout{
		{ID: "broken", Fonts: &billing.LayoutFonts{Regular: "text"}}, {ID: "broken", Logo: &billing.LayoutPicture{Picture: "text"}},
	} {
		if _, err := write(layout); err == nil || !strings.Contains(err.Error(), "text") || !strings.Contains(err.Error(), "2026-10/sakura") {
			t.Errorf("a broken content: %v", err)
		}
	}
	gone, err := write(billing.Layout{ID: "x", Logo: &billing.LayoutPicture{Picture: "gone"}, Fonts: &billing.LayoutFonts{Regular: "gone"}})
	if err != nil || gone != plain {
		t.Errorf("contents that are not there change the document (%v)", err)
	}
	for _, place := range LogoPlaces() {
		if drawn, err := write(billing.Layout{ID: "x", Logo: &billing.LayoutPicture{Picture: "logo", Place: place}}); err != nil || drawn == plain {
			t.Errorf("a logo %s is not drawn (%v)", place, err)
		}
	}
}
