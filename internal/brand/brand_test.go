package brand

import (
	"bytes"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/store"
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, field string) {
	t.Helper()
	var r *RefusedError
	if !errors.As(err, &r) || r.Field != field {
		t.Errorf("%s is not refused: %v", field, err)
	}
}

func newBrands(t *testing.T) (*Brands, *store.Store) {
	t.Helper()
	records, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "records.db"))
	ok(t, err)
	t.Cleanup(func() { ok(t, records.Close()) })
	return New(records), records
}

func picture(width, height int) *image.RGBA { return image.NewRGBA(image.Rect(0, 0, width, height)) }

func asPNG(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	ok(t, png.Encode(&b, picture(width, height)))
	return b.Bytes()
}

func TestBrand(t *testing.T) {
	brands, records := newBrands(t)
	ctx := t.Context()
	if _, err := brands.Of(ctx, "reseller"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a brand before there is one: %v", err)
	}
	wanted := Brand{
		Organization: "reseller", Name: " Akatsuki ", Accent: "#0B6363", Domain: "Billing.Example.com.", Sender: Sender{"Akatsuki", "billing@example.com"},
		Support: Support{Email: "help@example.com", URL: "https://example.com/help"}, Footer: "one\r\ntwo", Language: "ja",
	}
	saved, err := brands.Save(ctx, wanted, "ann")
	ok(t, err)
	if saved.Name != "Akatsuki" || saved.Accent != "#0b6363" || saved.Domain != "billing.example.com" || saved.Footer != "one\ntwo" || saved.Version != 1 || saved.ChangedBy != "ann" {
		t.Errorf("kept as %+v", saved)
	}
	if !colour(t, saved.AccentDark).ReadableOn(DarkGround) {
		t.Errorf("on dark ground the accent is %s", saved.AccentDark)
	}
	if again, err := brands.Save(ctx, saved, "bea"); err != nil || again.Version != 1 {
		t.Errorf("what is in force was saved again: %+v, %v", again, err)
	}
	for host, want := range map[string]bool{"billing.example.com": true, "BILLING.example.com:8443": true, "example.com": false, "": false, "[::1]:80": false, "a b": false} {
		if got, found, err := brands.At(ctx, host); err != nil || found != want || found && got.Organization != "reseller" {
			t.Errorf("at %q: %t, %v", host, found, err)
		}
	}
	if _, err := brands.Save(ctx, Brand{Organization: "pinecrest", Name: "Pinecrest", Domain: "billing.example.com"}, "ann"); err == nil || !strings.Contains(err.Error(), "belongs to the brand of reseller") {
		t.Errorf("a domain of two brands: %v", err)
	}

	if _, err := brands.SaveLogo(ctx, "pinecrest", Light, asPNG(t, 40, 20), "ann"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a logo without a brand: %v", err)
	}
	logo, err := brands.SaveLogo(ctx, "reseller", Light, asPNG(t, 40, 20), "ann")
	ok(t, err)
	saved, err = brands.Of(ctx, "reseller")
	ok(t, err)
	shown := saved.Appearance()
	p, found := shown.Picture(Dark, Light)
	if !found || p.URL != "/brand/logo/light?v="+logo.Hash || p.Width != 40 {
		t.Errorf("the logo is shown as %+v", p)
	}
	if _, data, err := brands.LogoByHash(ctx, logo.Hash); err != nil || !bytes.Equal(data, asPNG(t, 40, 20)) {
		t.Errorf("the logo is not what was saved: %v", err)
	}
	if theme := shown.Theme(); !strings.Contains(theme, "--mark: #0b6363") || !strings.Contains(theme, saved.AccentDark) || strings.ContainsAny(theme, "<%") {
		t.Errorf("the theme is %s", theme)
	}
	ok(t, brands.RemoveLogo(ctx, "reseller", Light, "ann"))
	_, err = brands.SaveLogo(ctx, "reseller", Icon, asPNG(t, 32, 32), "ann")
	ok(t, err)
	ok(t, brands.Remove(ctx, "reseller", "ann"))
	if left, err := records.BrandLogos(ctx, "reseller"); err != nil || len(left) > 0 {
		t.Errorf("a removed brand leaves logos: %v, %v", left, err)
	}
	entries, err := records.Audit(ctx, 0)
	ok(t, err)
	var actions []string
	for _, e := range entries {
		actions = append(actions, e.Action)
	}
	if got := strings.Join(actions, " "); got != "brand.save brand.logo brand.logo-remove brand.logo brand.remove" && got != "brand.remove brand.logo brand.logo-remove brand.logo brand.save" {
		t.Errorf("audited: %s", got)
	}
}

func TestWhatABrandCannotBe(t *testing.T) {
	brands, _ := newBrands(t)
	for _, c := range []struct {
		field string
		brand Brand
	}{
		{"name", Brand{}},
		{"name", Brand{Name: "two\nlines"}},
		{"accent", Brand{Name: "A", Accent: "teal"}},
		{"accent", Brand{Name: "A", Accent: "#ffcc00"}},
		{"accent_dark", Brand{Name: "A", Accent: "#0b6363", AccentDark: "#0b6363"}},
		{"accent_dark", Brand{Name: "A", AccentDark: "#63cfc2"}},
		{"mail_sender.address", Brand{Name: "A", Sender: Sender{Address: "Ann <ann@example.com>"}}},
		{"mail_sender.name", Brand{Name: "A", Sender: Sender{Name: "a\r\nBcc: x@example.com"}}},
		{"support.email", Brand{Name: "A", Support: Support{Email: "nobody"}}},
		{"support.url", Brand{Name: "A", Support: Support{URL: "javascript:alert(1)"}}},
		{"support.url", Brand{Name: "A", Support: Support{URL: "http://example.com"}}},
		{"footer", Brand{Name: "A", Footer: strings.Repeat("x", 501)}},
		{"language", Brand{Name: "A", Language: "tlh"}},
		{"domain", Brand{Name: "A", Domain: "https://example.com"}},
		{"domain", Brand{Name: "A", Domain: "example.com:443"}},
		{"domain", Brand{Name: "A", Domain: "localhost"}},
		{"domain", Brand{Name: "A", Domain: "10.0.0.1"}},
		{"domain", Brand{Name: "A", Domain: "*.example.com"}},
		{"domain", Brand{Name: "A", Domain: "-a.example.com"}},
		{"domain", Brand{Name: "A", Domain: "例え.jp"}},
	} {
		c.brand.Organization = "reseller"
		_, err := brands.Save(t.Context(), c.brand, "ann")
		refused(t, err, c.field)
	}
	// The nearest colour is named, and is taken.
	_, err := brands.Save(t.Context(), Brand{Organization: "reseller", Name: "A", Accent: "#ffcc00"}, "ann")
	_, proposed, _ := strings.Cut(err.Error(), "that has it is ")
	if saved, err := brands.Save(t.Context(), Brand{Organization: "reseller", Name: "A", Accent: proposed}, "ann"); err != nil || saved.Accent != proposed {
		t.Errorf("%s is proposed and not taken: %v", proposed, err)
	}
}

func TestPicturesThatAreRefused(t *testing.T) {
	var gifFile, jpegFile bytes.Buffer
	ok(t, gif.Encode(&gifFile, picture(40, 40), nil))
	ok(t, jpeg.Encode(&jpegFile, picture(40, 40), nil))
	whole := asPNG(t, 64, 64)
	for name, c := range map[string]struct {
		variant string
		data    []byte
	}{
		"nothing":  {Light, nil},
		"SVG":      {Light, []byte("\n<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")},
		"HTML":     {Light, []byte("<!doctype html>")},
		"GIF":      {Light, gifFile.Bytes()},
		"WebP":     {Light, []byte("RIFF\x24\x00\x00\x00WEBPVP8 ")},
		"cut":      {Light, whole[:len(whole)-30]},
		"large":    {Light, append(asPNG(t, 64, 64), make([]byte, MostBytes)...)},
		"narrow":   {Light, asPNG(t, 8, 64)},
		"wide":     {Light, asPNG(t, 2049, 16)},
		"no icon":  {Icon, asPNG(t, 64, 32)},
		"variant":  {"huge", whole},
		"only PNG": {Light, []byte("\x89PNG\r\n\x1a\n")},
	} {
		_, err := readLogo(c.variant, c.data)
		var r *RefusedError
		if !errors.As(err, &r) {
			t.Errorf("%s is taken: %v", name, err)
		}
	}
	for _, data := range [][]byte{whole, jpegFile.Bytes()} {
		if l, err := readLogo(Icon, data); err != nil || l.MediaType != "image/png" && l.MediaType != "image/jpeg" {
			t.Errorf("a good picture is refused: %v", err)
		}
	}
}

func FuzzLogo(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("<svg"))
	f.Add([]byte("RIFF"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, err := readLogo(Light, data); err == nil && (l.Width < fewest || l.Width > most || l.Height < fewest || l.Height > most) {
			t.Errorf("a picture of %d × %d is taken", l.Width, l.Height)
		}
	})
}

func FuzzHost(f *testing.F) {
	f.Add("billing.example.com:8443")
	f.Add("xn--p1ai.example.")
	f.Fuzz(func(t *testing.T, text string) {
		host, err := hostOf(text)
		if err != nil {
			return
		}
		if again, err := hostOf(host); err != nil || again != host {
			t.Errorf("%q is %q, and that %q: %v", text, host, again, err)
		}
	})
}
