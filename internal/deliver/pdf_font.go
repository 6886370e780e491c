package deliver

import (
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"github.com/sluice-billing/sluice/internal/paper"
)

//go:embed font
var fontFiles embed.FS

// errNoFonts is returned where the program was built without the fonts.
var errNoFonts = errors.New("this program was built without its fonts, so it cannot write a PDF; " +
	"run `make fonts`, build it again, or use another format")

// latin covers Latin, Greek and Cyrillic; every document needs it.
const latin = "NotoSans"

// eastAsian are the families for everything latin does not cover.
var eastAsian = []string{"NotoSansJP", "NotoSansSC", "NotoSansTC", "NotoSansKR"}

// eastAsianOf maps a language to the family that draws its Han characters.
var eastAsianOf = []struct{ tag, family string }{
	{"zh-TW", "NotoSansTC"}, {"zh-HK", "NotoSansTC"}, {"zh-MO", "NotoSansTC"}, {"zh-Hant", "NotoSansTC"},
	{"zh", "NotoSansSC"}, {"ko", "NotoSansKR"}, {"ja", "NotoSansJP"},
}

// replacement stands for a character that no font has.
const replacement = '\uFFFD'

// faces are the fonts that were read, by family and weight: once a process, safe
// for concurrent use. Each is a func() (*paper.Font, error).
var faces sync.Map

// loadFace returns the font of that family and weight.
func loadFace(family string, bold bool) (*paper.Font, error) {
	name := family + "-Regular"
	if bold {
		name = family + "-Bold"
	}
	load, found := faces.Load(name)
	if !found {
		load, _ = faces.LoadOrStore(name, sync.OnceValues(func() (*paper.Font, error) { return readFace(fontFiles, name) }))
	}
	return load.(func() (*paper.Font, error))()
}

// readFace unpacks a font.
func readFace(files fs.FS, name string) (*paper.Font, error) {
	packed, err := fs.ReadFile(files, "font/"+name+".ttf.gz")
	if err != nil {
		return nil, errNoFonts
	}
	unzip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpacking the font %s: %w", name, err)
	}
	data, err := io.ReadAll(unzip)
	if err != nil {
		return nil, fmt.Errorf("unpacking the font %s: %w", name, err)
	}
	face, err := paper.LoadFont(name, data)
	if err != nil {
		return nil, fmt.Errorf("reading the font %s: %w", name, err)
	}
	return face, nil
}

// own is the name of the layout's own fonts among families.
const own = ""

// typesetter chooses the fonts for the characters of one document. It is used
// by one goroutine.
type typesetter struct {
	own      map[bool]*paper.Font // the layout's own, by whether they are bold; before all others
	families []string             // for what latin does not cover, the language's own first
	known    map[glyphKey]glyph   // glyphs that were measured; without one, face is nil
	err      error                // the first fault of a font file
}

type glyphKey struct {
	r      rune
	family string
	bold   bool
}

// glyph is a character with its font; advance is in thousandths of the size.
type glyph struct {
	r       rune
	face    *paper.Font
	advance int
}

func newTypesetter(language string, fonts map[bool]*paper.Font) *typesetter {
	t := &typesetter{own: fonts, known: map[glyphKey]glyph{}}
	for _, l := range eastAsianOf {
		if hasTag(language, l.tag) {
			t.families = append(t.families, l.family)
			break
		}
	}
	for _, family := range eastAsian {
		if len(t.families) == 0 || family != t.families[0] {
			t.families = append(t.families, family)
		}
	}
	return t
}

// set turns text into glyphs. Latin is set in one family; the rest of a text
// in the first family that covers it all, so that a name is not patched
// together from two fonts, else character by character. Line breaks and other
// control characters become spaces.
func (t *typesetter) set(text string, bold bool) []glyph {
	glyphs := make([]glyph, 0, len(text))
	var foreign []int // indexes of the glyphs that latin does not cover
	for _, r := range text {
		if r < ' ' || r == '\u007f' {
			r = ' '
		}
		g := t.first(bold, r)
		if g.face == nil {
			foreign = append(foreign, len(glyphs))
		}
		glyphs = append(glyphs, g)
	}
	if len(foreign) == 0 {
		return glyphs
	}
	whole := t.covering(glyphs, foreign, bold)
	for _, i := range foreign {
		glyphs[i] = t.foreign(whole, bold, glyphs[i].r)
	}
	return glyphs
}

// first looks a character up in the layout's own font, else in latin.
func (t *typesetter) first(bold bool, r rune) glyph {
	if t.own != nil {
		if g := t.glyph(own, bold, r); g.face != nil {
			return g
		}
	}
	return t.glyph(latin, bold, r)
}

// covering returns the first family that has all the foreign characters, or
// the first family of all.
func (t *typesetter) covering(glyphs []glyph, foreign []int, bold bool) string {
	for _, family := range t.families {
		all := true
		for _, i := range foreign {
			if t.glyph(family, bold, glyphs[i].r).face == nil {
				all = false
				break
			}
		}
		if all {
			return family
		}
	}
	return t.families[0]
}

func (t *typesetter) foreign(family string, bold bool, r rune) glyph {
	if g := t.glyph(family, bold, r); g.face != nil {
		return g
	}
	for _, family := range t.families {
		if g := t.glyph(family, bold, r); g.face != nil {
			return g
		}
	}
	return t.glyph(latin, bold, replacement)
}

// glyph looks one character up in one family; without one, face is nil.
func (t *typesetter) glyph(family string, bold bool, r rune) glyph {
	key := glyphKey{r, family, bold}
	if g, ok := t.known[key]; ok {
		return g
	}
	face, err := t.own[bold], error(nil)
	if family != own {
		face, err = loadFace(family, bold)
	}
	g := glyph{r: r}
	if err != nil {
		t.fail(err)
		return g
	}
	if _, advance, has := face.Glyph(r); has {
		g.face, g.advance = face, advance
	}
	t.known[key] = g
	return g
}

func (t *typesetter) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}
