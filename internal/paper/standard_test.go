package paper

import (
	"bytes"
	"testing"

	"github.com/sluice-billing/sluice/internal/proofreader"
)

// veraPDF finds nothing wrong with what is drawn, by PDF/A-3a, 3b and PDF/UA-1,
// and does find what is wrong.
func TestStandards(t *testing.T) {
	f := fontsOf(t)
	plain := func(info Info, draw func(d *Document)) *Document {
		d := New(info, A4Width, A4Height)
		d.NewPage()
		draw(d)
		return d
	}
	tests := []struct {
		name     string
		document func() *Document
		kinds    []proofreader.Kind
		faulty   bool
	}{
		{"everything", func() *Document { return drawSample(t, 120) },
			[]proofreader.Kind{proofreader.PDFA3A, proofreader.PDFA3B, proofreader.PDFUA1}, false},
		{"many pages", func() *Document { return drawSample(t, 300) },
			[]proofreader.Kind{proofreader.PDFA3A, proofreader.PDFUA1}, false},
		{"nothing", func() *Document { return plain(Info{}, func(*Document) {}) }, []proofreader.Kind{proofreader.PDFA3A}, false},
		{"characters that no font has", func() *Document {
			return plain(Info{Title: "\U0001F600 \x01 \uE000", Author: "\uFFFE", Language: "ja", Created: day.UTC()}, func(d *Document) {
				d.Begin(P)
				d.Text(f.east, 9_000, black, 90_000, 90_000, "a\U0001F600\x01\n\uE000\uFEFF\xff\u200B\u0301\u00AD‐‑")
				d.End()
				d.Link("https://example.com/(\\<日>", 0, 0, 9_000, 9_000, "（x）\\")
			})
		}, []proofreader.Kind{proofreader.PDFA3A, proofreader.PDFUA1}, false},
		{"a figure that nobody describes", func() *Document {
			return plain(Info{Title: "x", Language: "en"}, func(d *Document) {
				d.Begin(Figure)
				d.Fill(0, 0, 9_000, 9_000, grey)
				d.End()
			})
		}, []proofreader.Kind{proofreader.PDFUA1}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checker := proofreader.Start(t)
			file := fileOf(t, test.document())
			for _, kind := range test.kinds {
				found := proofreader.Errors(checker.CheckBytes(t, kind, file))
				if test.faulty && len(found) == 0 {
					t.Errorf("%s finds nothing wrong", kind)
				}
				if test.faulty {
					continue
				}
				for _, finding := range found {
					t.Errorf("%s: %s", kind, finding)
				}
			}
		})
	}
}

// A file whose metadata does not say what it is, is no archive.
func TestStandardsNeedMetadata(t *testing.T) {
	checker := proofreader.Start(t)
	file := fileOf(t, drawSample(t, 1))
	spoilt := bytes.Replace(file, []byte("<pdfaid:part>3<"), []byte("<pdfaid:part>7<"), 1)
	if len(proofreader.Errors(checker.CheckBytes(t, proofreader.PDFA3A, spoilt))) == 0 {
		t.Error("veraPDF takes a file for PDF/A-3 that says it is PDF/A-7")
	}
}
