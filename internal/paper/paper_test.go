package paper

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The same calls give the same bytes, and a document can be written twice.
func TestSameBytes(t *testing.T) {
	d := drawSample(t, 120)
	first := fileOf(t, d)
	if !bytes.Equal(first, fileOf(t, d)) {
		t.Error("written twice, a document has other bytes")
	}
	if !bytes.Equal(first, fileOf(t, drawSample(t, 120))) {
		t.Error("drawn twice, a document has other bytes")
	}
	if bytes.Equal(first, fileOf(t, drawSample(t, 121))) {
		t.Error("another document has the same bytes")
	}
}

// What is drawn can be read back by somebody else, Japanese and what lies
// outside of the first plane included.
func TestTextIsReadBack(t *testing.T) {
	text := poppler(t, fileOf(t, drawSample(t, 120)), "pdftotext", "-raw", "-", "-")
	for _, want := range []string{"Invoice 請求書", "Åse Ñandú", "Ελλάδα", "東京都千代田区丸の内 𠮷野家 合計", "Storage 119", "1 / 3", "3 / 3"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the text:\n%s", want, text)
		}
	}
}

func TestStructureIsReadBack(t *testing.T) {
	file := fileOf(t, drawSample(t, 45))
	info := poppler(t, file, "pdfinfo", "-")
	for _, want := range []string{"Tagged:          yes", "Pages:           2", "595.276 x 841.89 pts (A4)", "Invoice 2026-03 – Müller & 株式会社"} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo does not say %q:\n%s", want, info)
		}
	}
	structure := poppler(t, file, "pdfinfo", "-struct-text", "-")
	for _, want := range []string{`"Invoice 請求書"`, `"Pay online"`, "/Scope /Column", `"Storage 44"`, "Table"} {
		if !strings.Contains(structure, want) {
			t.Errorf("the structure does not have %s:\n%.2000s", want, structure)
		}
	}
	for _, artifact := range []string{"DRAFT", "1 / 2"} {
		if strings.Contains(structure, artifact) {
			t.Errorf("the artifact %s is in the structure", artifact)
		}
	}
	name := filepath.Join(t.TempDir(), "sample.pdf") // pdfdetach reads no pipe
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if files := poppler(t, nil, "pdfdetach", "-list", name); !strings.Contains(files, "1: factur-x.xml") || !strings.Contains(files, "2: 明細 usage.csv") {
		t.Errorf("the attached files are\n%s", files)
	}
}

// poppler runs one of poppler's programs on the file.
func poppler(t *testing.T, file []byte, program string, arguments ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skip(program + " is not installed (poppler-utils)")
	}
	command := exec.Command(program, arguments...)
	command.Stdin = bytes.NewReader(file)
	out, err := command.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		t.Fatalf("%s: %v\n%s", program, err, failed.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestSampleIsConsistent(t *testing.T) {
	checkMarks(t, readObjects(t, fileOf(t, drawSample(t, 120))))
}

// Whatever is drawn in whatever order, places in the file are right and every
// piece of content has its element.
func TestAnyDrawing(t *testing.T) {
	f := fontsOf(t)
	picture := load(t, seal(t))
	rapid.Check(t, func(t *rapid.T) {
		d := New(Info{Title: rapid.String().Draw(t, "title"), Language: "en"}, A4Width, A4Height)
		d.NewPage()
		place := rapid.Int64Range(-10_000, 900_000)
		open := 0
		t.Repeat(map[string]func(*rapid.T){
			"page": func(*rapid.T) { d.NewPage() },
			"back": func(t *rapid.T) { d.SetPage(rapid.IntRange(1, d.Pages()).Draw(t, "n")) },
			"begin": func(t *rapid.T) {
				tag := rapid.SampledFrom([]Tag{H1, H2, P, Table, TR, TD, TH, Figure, Artifact, Span, Link, Sect}).Draw(t, "tag")
				d.Begin(tag, Alt(rapid.String().Draw(t, "alt")), ColSpan(2))
				open++
			},
			"end": func(t *rapid.T) {
				if open == 0 {
					t.Skip("nothing to end")
				}
				open--
				d.End()
			},
			"text": func(t *rapid.T) {
				if d.within().groups() {
					t.Skip("no place for text")
				}
				font := rapid.SampledFrom([]*Font{f.regular, f.bold, f.east}).Draw(t, "font")
				d.Text(font, 9_000, black, place.Draw(t, "x"), place.Draw(t, "y"), rapid.String().Draw(t, "text"))
			},
			"fill": func(t *rapid.T) { d.Fill(place.Draw(t, "x"), place.Draw(t, "y"), 10_000, 500, grey) },
			"image": func(t *rapid.T) {
				d.Image(picture, 0, 0, 50_000, 50_000, rapid.SampledFrom([]string{"", "seal"}).Draw(t, "alt"))
			},
			"link": func(t *rapid.T) {
				d.Link("https://example.com/"+rapid.String().Draw(t, "path"), 0, 0, 9_000, 9_000, "")
			},
			"turn": func(t *rapid.T) {
				d.Rotated(place.Draw(t, "x"), 300_000, rapid.IntRange(-4000, 4000).Draw(t, "angle"), func() {
					d.Line(0, 0, 50_000, 50_000, 1_000, grey, rapid.Bool().Draw(t, "dash"))
				})
			},
		})
		for range open {
			d.End()
		}
		var out bytes.Buffer
		if _, err := d.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		checkMarks(t, readObjects(t, out.Bytes()))
	})
}

func TestFaults(t *testing.T) {
	f := testFont(t, "NotoSans-Regular")
	tests := []struct {
		name string
		draw func(d *Document)
		want string
	}{
		{"no page", func(*Document) {}, "it has no page"},
		{"drawing on no page", func(d *Document) { d.Fill(0, 0, 1, 1, black); d.NewPage() }, "there is no page to draw on yet"},
		{"end alone", func(d *Document) { d.NewPage(); d.End() }, "an element ends that was not begun"},
		{"begin alone", func(d *Document) { d.NewPage(); d.Begin(P) }, "the element P has no end"},
		{"text in a row", func(d *Document) { d.NewPage(); d.Begin(TR); d.Text(f, 9_000, black, 0, 0, "a"); d.End() },
			`the text "a" is drawn in a TR, which holds no text itself; begin an element within`},
		{"page that is not there", func(d *Document) { d.NewPage(); d.SetPage(2) }, "page 2 is not there to be drawn on: the document has 1"},
		{"page in Rotated", func(d *Document) { d.NewPage(); d.Rotated(0, 0, 10, d.NewPage) }, "a page begins inside of Rotated"},
		{"link to nowhere", func(d *Document) { d.NewPage(); d.Link("", 0, 0, 1, 1, "x") }, "a link leads nowhere"},
		{"attachment without a type", func(d *Document) { d.NewPage(); d.Attach(Attachment{Name: "a"}) }, `the attachment "a" needs a name and a media type`},
		{"relationship", func(d *Document) { d.NewPage(); d.Attach(Attachment{Name: "a", MediaType: "b", Relationship: "Twin"}) },
			`the attachment a has the relationship "Twin"; use one of Alternative, Data, Source, Supplement, Unspecified`},
		{"attached twice", func(d *Document) {
			d.NewPage()
			for range 2 {
				d.Attach(Attachment{Name: "a", MediaType: "b/c", Relationship: "Data"})
			}
		}, "two attachments have the name a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := New(Info{}, A4Width, A4Height)
			test.draw(d)
			if _, err := d.WriteTo(&bytes.Buffer{}); err == nil || err.Error() != "drawing a PDF document: "+test.want {
				t.Errorf("the error is %v, not %s", err, test.want)
			}
		})
	}
}

// Invoices of three pages in two scripts: the limit is 50 in a second on two
// cores.
func BenchmarkThreePages(b *testing.B) {
	drawSample(b, 120)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			fileOf(b, drawSample(b, 120))
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "documents/s")
}
