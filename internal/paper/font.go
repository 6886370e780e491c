package paper

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Font is a TrueType font, safe for use in any number of documents at once. It
// is read once a process; a document takes of it only the glyphs it draws.
type Font struct {
	name        string
	em          int             // units of the font in the em
	glyphs      int             // how many there are
	characters  [0x1100][]glyph // by the character's upper bits, then its lower eight
	advances    sfnt            // hmtx
	advancing   int             // how many glyphs have an advance of their own; the others have the last one's
	outlines    sfnt            // glyf
	places      sfnt            // loca
	longPlaces  bool
	header      sfnt // head
	horizontal  sfnt // hhea
	limits      sfnt // maxp
	box         [4]int
	ascent      int // this and the following in thousandths of the em
	capital     int
	descent     int
	replacement rune // drawn for a character that is not there
}

type glyph = uint16

// sfnt is a table of a font; numbers are big-endian. Reading past its end gives
// zero, so that a broken font is drawn wrong instead of stopping the program.
type sfnt []byte

func (s sfnt) u16(at int) int {
	if at < 0 || at+2 > len(s) {
		return 0
	}
	return int(binary.BigEndian.Uint16(s[at:]))
}

func (s sfnt) i16(at int) int { return int(int16(s.u16(at))) }

func (s sfnt) u32(at int) int { return s.u16(at)<<16 | s.u16(at+2) }

// from is the rest of the table from there on.
func (s sfnt) from(at int) sfnt {
	if at < 0 || at > len(s) {
		return nil
	}
	return s[at:]
}

// LoadFont reads a TrueType font with outlines in a glyf table and a cmap of
// format 4 or 12. The name is what the PDF calls it (NotoSans-Bold). The data
// must not change afterwards.
func LoadFont(name string, ttf []byte) (*Font, error) {
	f := &Font{name: name}
	if err := f.read(ttf); err != nil {
		return nil, fmt.Errorf("the font %s cannot be used: %w", name, err)
	}
	return f, nil
}

func (f *Font) read(ttf sfnt) error {
	if kind := ttf.u32(0); kind != 0x00010000 && kind != 0x74727565 { // "true", Apple's name for it
		return errors.New("it is not TrueType; OpenType with CFF outlines, collections and web fonts have to be converted first")
	}
	tables := map[string]sfnt{}
	for i := range ttf.u16(4) {
		entry := ttf.from(12 + 16*i)
		if len(entry) < 16 {
			return errors.New("its list of tables is cut off")
		}
		start, length := entry.u32(8), entry.u32(12)
		if start > len(ttf) || length > len(ttf)-start {
			return fmt.Errorf("its table %q is cut off", entry[:4])
		}
		tables[string(entry[:4])] = ttf[start : start+length]
	}
	for _, need := range []struct {
		name   string
		length int
	}{{"head", 54}, {"hhea", 36}, {"maxp", 32}, {"hmtx", 4}, {"loca", 4}, {"glyf", 0}, {"cmap", 4}} {
		if table, found := tables[need.name]; !found || len(table) < need.length {
			return fmt.Errorf("its table %q is missing or too short", need.name)
		}
	}
	f.header, f.horizontal, f.limits = tables["head"], tables["hhea"], tables["maxp"]
	f.advances, f.places, f.outlines = tables["hmtx"], tables["loca"], tables["glyf"]
	if f.em = f.header.u16(18); f.em < 16 || f.em > 16384 {
		return fmt.Errorf("its em has %d units, not 16 to 16384", f.em)
	}
	f.glyphs, f.longPlaces = f.limits.u16(4), f.header.u16(50) == 1
	if f.advancing = f.horizontal.u16(34); f.advancing < 1 || f.advancing > f.glyphs || 4*f.advancing > len(f.advances) {
		return errors.New("its list of widths does not fit the number of its glyphs")
	}
	for i := range f.box {
		f.box[i] = f.thousandths(f.header.i16(36 + 2*i))
	}
	f.ascent, f.descent = f.thousandths(f.horizontal.i16(4)), -f.thousandths(f.horizontal.i16(6))
	f.capital = f.ascent * 7 / 10 // what is usual, for a font that does not say
	if style := tables["OS/2"]; style.u16(0) >= 2 && style.i16(88) > 0 {
		f.capital = f.thousandths(style.i16(88))
	}
	if err := f.readCharacters(tables["cmap"]); err != nil {
		return err
	}
	for _, r := range "\uFFFD?□ " {
		if _, _, has := f.Glyph(r); has {
			f.replacement = r
			break
		}
	}
	if f.replacement == 0 {
		return errors.New("it has not even a question mark or a space")
	}
	return nil
}

// thousandths turns units of the font into thousandths of the em, rounded to
// the nearest, halves up.
func (f *Font) thousandths(units int) int {
	scaled := 2000*units + f.em
	quotient := scaled / (2 * f.em)
	if scaled%(2*f.em) < 0 {
		quotient--
	}
	return quotient
}

// Glyph finds the glyph of a character: its number in the font and how far it
// advances, in thousandths of the em. has is false where the font has none, and
// for characters of private use, which an archive may not show.
func (f *Font) Glyph(r rune) (gid uint16, advance int, has bool) {
	if r < ' ' || r > 0x10FFFF || isPrivate(r) {
		return 0, 0, false
	}
	block := f.characters[r>>8]
	if block == nil || block[r&0xFF] == 0 {
		return 0, 0, false
	}
	gid = block[r&0xFF]
	return gid, f.thousandths(f.advances.u16(4 * min(int(gid), f.advancing-1))), true
}

// isPrivate tells the characters that mean nothing outside of a font (ISO
// 19005-3, 6.2.11.7.3), and the byte order marks, which no text may be read as.
func isPrivate(r rune) bool {
	return r >= 0xE000 && r <= 0xF8FF || r >= 0xF0000 || r == 0xFEFF || r == 0xFFFE
}

// shown is the character drawn for r, with its glyph and advance.
func (f *Font) shown(r rune) (shown rune, gid uint16, advance int) {
	gid, advance, has := f.Glyph(r)
	if !has {
		r = f.replacement
		gid, advance, _ = f.Glyph(r)
	}
	return r, gid, advance
}

// Width is how wide the text is at the size (the em, in thousandths of a point).
// It is rounded down.
func (f *Font) Width(text string, size Milli) Milli {
	var width Milli
	for _, r := range text {
		_, _, advance := f.shown(r)
		width += Milli(advance)
	}
	return width * size / 1000
}

// Metrics are the font's ascent and capital height above the baseline and its
// descent below it (a positive number), in thousandths of the em.
func (f *Font) Metrics() (ascent, capital, descent int) { return f.ascent, f.capital, f.descent }
