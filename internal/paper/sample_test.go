package paper

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"sync"
	"testing"
	"time"
)

var loadedFonts sync.Map // name → *Font

// testFont is one of the fonts that `make fonts` fetches for internal/deliver.
func testFont(t testing.TB, name string) *Font {
	t.Helper()
	if f, found := loadedFonts.Load(name); found {
		return f.(*Font)
	}
	f, err := LoadFont(name, fontData(t, name))
	if err != nil {
		t.Fatal(err)
	}
	loadedFonts.Store(name, f)
	return f
}

func fontData(t testing.TB, name string) []byte {
	t.Helper()
	packed, err := os.Open("../deliver/font/" + name + ".ttf.gz")
	if err != nil {
		t.Skipf("the font %s is not there; `make fonts` fetches it", name)
	}
	defer packed.Close()
	unzip, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(unzip)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var (
	black = Colour{}
	grey  = Colour{0xAA, 0xAA, 0xAA}
	day   = time.Date(2026, 3, 31, 9, 30, 0, 0, time.FixedZone("", 9*3600))
)

// seal is a PNG: a red ring, clear within and around.
func seal(t testing.TB) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 80, 80))
	for y := range 80 {
		for x := range 80 {
			if from := (x-40)*(x-40) + (y-40)*(y-40); from < 1500 && from > 1000 {
				img.SetNRGBA(x, y, color.NRGBA{200, 20, 20, 220})
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// photo is a JPEG, grey or in colours.
func photo(t testing.TB, inColour bool) []byte {
	t.Helper()
	size := image.Rect(0, 0, 40, 30)
	var img interface {
		image.Image
		Set(x, y int, c color.Color)
	} = image.NewGray(size)
	if inColour {
		img = image.NewNRGBA(size)
	}
	for y := range 30 {
		for x := range 40 {
			img.Set(x, y, color.NRGBA{uint8(6 * x), uint8(8 * y), 120, 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func load(t testing.TB, data []byte) *Image {
	t.Helper()
	img, err := LoadImage(data)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// paperFonts are those that an invoice is set in.
type paperFonts struct{ regular, bold, east *Font }

func fontsOf(t testing.TB) paperFonts {
	return paperFonts{testFont(t, "NotoSans-Regular"), testFont(t, "NotoSans-Bold"), testFont(t, "NotoSansJP-Regular")}
}

// table draws rows over as many pages as they need.
func table(d *Document, f paperFonts, rows int) {
	y := Milli(200_000)
	row := func(i int) {
		d.Fill(50_000, y-10_000, 495_000, 13_000, Colour{0xF4, 0xF4, 0xF4}) // an artifact: a table holds no drawing
		d.Begin(TR)
		for column := range 6 {
			tag, attrs, font := TD, []Attr(nil), f.regular
			text := fmt.Sprintf("%d.%02d", i*column*317%9999, i%100)
			switch {
			case i == 0:
				tag, attrs, font, text = TH, []Attr{ScopeColumn}, f.bold, fmt.Sprint("Column ", column)
			case column == 0:
				text = fmt.Sprintf("Storage %d", i)
			}
			d.Begin(tag, attrs...)
			d.Text(font, 8_000, black, 52_000+Milli(column)*82_000, y, text)
			d.End()
		}
		d.End()
		y += 14_000
	}
	d.Begin(Table, Summary("usage"))
	for i := range rows {
		if y > 780_000 {
			d.NewPage()
			y = 60_000
		}
		row(i)
	}
	d.End()
}

// drawSample draws something of everything.
func drawSample(t testing.TB, rows int) *Document {
	t.Helper()
	f := fontsOf(t)
	d := New(Info{
		Title: "Invoice 2026-03 – Müller & 株式会社", Subject: "inv_1", Author: "Example <Reseller>", Language: "en", Created: day,
		Facturx: &Facturx{ConformanceLevel: "EN 16931", DocumentFileName: "factur-x.xml"},
	}, A4Width, A4Height)
	d.NewPage()
	d.Rotated(A4Width/2, A4Height/2, 450, func() { d.Text(f.bold, 90_000, grey, 150_000, 430_000, "DRAFT") })
	d.Begin(Sect)
	d.Begin(H1)
	d.Text(f.bold, 20_000, black, 50_000, 60_000, "Invoice ")
	d.Text(f.east, 20_000, black, 50_000+f.bold.Width("Invoice ", 20_000), 60_000, "請求書")
	d.End()
	d.Begin(P)
	d.Text(f.regular, 10_000, black, 50_000, 80_000, "Åse Ñandú\u00a0GmbH, Ελλάδα")
	d.Begin(Span, Lang("ja"))
	d.Text(f.east, 10_000, black, 50_000, 95_000, "東京都千代田区丸の内 𠮷野家 合計")
	d.End()
	d.End()
	d.Begin(P)
	d.Begin(Link)
	d.Text(f.regular, 10_000, Colour{0, 0, 200}, 50_000, 115_000, "Pay online")
	d.Link("https://example.com/pay?name=ü", 50_000, 105_000, 60_000, 13_000, "Pay the invoice online")
	d.End()
	d.End()
	d.Image(load(t, seal(t)), 450_000, 40_000, 60_000, 60_000, "Seal of the company")
	d.Image(load(t, photo(t, true)), 520_000, 40_000, 40_000, 30_000, "Logo")
	d.Image(load(t, photo(t, false)), 520_000, 80_000, 40_000, 30_000, "Logo in grey")
	d.End()
	d.Line(50_000, 125_000, 545_000, 125_000, 500, grey, true)
	d.Begin(Sect)
	d.Begin(H2)
	d.Text(f.bold, 14_000, black, 50_000, 150_000, "Usage")
	d.End()
	table(d, f, rows)
	d.Begin(Figure, Alt("Cost by month: rising"))
	d.Polygon([]Point{{50_000, 800_000}, {80_000, 790_000}, {110_000, 800_000}}, Colour{0, 100, 200})
	d.End()
	d.End()
	for n := range d.Pages() {
		d.SetPage(n + 1)
		d.Text(f.regular, 7_000, black, 500_000, 820_000, fmt.Sprintf("%d / %d", n+1, d.Pages()))
	}
	d.Attach(Attachment{
		Name: "factur-x.xml", MediaType: "text/xml", Description: "The invoice for machines", Relationship: "Alternative",
		Data: []byte("<invoice/>"), Modified: day,
	})
	d.Attach(Attachment{Name: "明細 usage.csv", MediaType: "text/csv", Description: "Usage", Relationship: "Supplement", Data: []byte("a,b\n")})
	return d
}

// file is the document's bytes.
func fileOf(t testing.TB, d *Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := d.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
