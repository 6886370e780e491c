package paper

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// words are big-endian numbers of 16 bits; what is below zero is written as its
// complement.
func words(numbers ...int) (out []byte) {
	for _, n := range numbers {
		out = binary.BigEndian.AppendUint16(out, uint16(n))
	}
	return out
}

// The glyphs of the made-up font: a triangle with three bytes of instructions,
// a point, and both composed, with instructions.
var (
	triangle = append(append(words(1, 0, 0, 100, 100, 2, 3), 0xB0, 0x01, 0x21), 0x01, 0x01, 0x01, 10, 10, 10, 20, 20, 20)
	spot     = append(words(1, 5, 5, 6, 6, 0, 0), 0x37, 1, 1, 0)
	composed = append(append(words(-1, 0, 0, 100, 120, 0x0021|0x0002, 3, 0, 0, 0x0100|0x0002, 4), 7, 9), words(1, 0x2100)...)
)

// madeUpFont has an em of 2000 units, the glyphs .notdef, ?, composed, triangle
// and spot, and that list of characters.
func madeUpFont(characters []byte) []byte {
	head := make([]byte, 54)
	copy(head[18:], words(2000))
	copy(head[36:], words(-10, -20, 300, 400))
	hhea := make([]byte, 36)
	copy(hhea[4:], words(1800, -500))
	copy(hhea[34:], words(3)) // the others are as wide as the third
	maxp := make([]byte, 32)
	copy(maxp[4:], words(5))
	copy(maxp[14:], words(2, 9, 9, 9, 9, 9, 9))
	var glyf []byte
	places := []int{0, 0, 0} // neither .notdef nor the question mark draws anything
	for _, outline := range [][]byte{composed, triangle, spot} {
		glyf = append(glyf, outline...)
		if len(glyf)%2 != 0 {
			glyf = append(glyf, 0)
		}
		places = append(places, len(glyf)/2)
	}
	cmap := append(append(words(0, 1, 3, 10), 0, 0, 0, 12), characters...)
	return sfntFile([]sfntTable{
		{"cmap", cmap}, {"glyf", glyf}, {"head", head}, {"hhea", hhea},
		{"hmtx", words(500, 1, 1001, 2, 640, 3, 4, 5)}, {"loca", words(places...)}, {"maxp", maxp},
	})
}

// Format 4 with both ways to find a glyph, and format 12: ? is glyph 1, A is
// glyph 2, B is glyph 3.
var (
	segments = words(4, 42, 0, 6, 0, 0, 0, '?', 'B', 0xFFFF, 0, '?', 'A', 0xFFFF, 1-'?', 0, 1, 0, 4, 0, 2, 3)
	groups   = append(words(12, 0, 0, 40, 0, 0, 0, 2), words(0, '?', 0, '?', 0, 1, 0, 'A', 0, 'B', 0, 2)...)
)

func TestCharacters(t *testing.T) {
	for name, list := range map[string][]byte{"format 4": segments, "format 12": groups} {
		t.Run(name, func(t *testing.T) {
			f, err := LoadFont("Made-Up", madeUpFont(list))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []struct {
				r       rune
				gid     uint16
				advance int
				has     bool
			}{{'?', 1, 501, true}, {'A', 2, 320, true}, {'B', 3, 320, true}, {'C', 0, 0, false}, {0xFFFF, 0, 0, false}, {-1, 0, 0, false}} {
				if gid, advance, has := f.Glyph(want.r); gid != want.gid || advance != want.advance || has != want.has {
					t.Errorf("%q is glyph %d, %d wide, %t; wanted %v", want.r, gid, advance, has, want)
				}
			}
			if got := f.Width("ABC", 10_000); got != 3200+3200+5010 { // C is drawn as ?
				t.Errorf("the text is %d wide", got)
			}
			if ascent, capital, descent := f.Metrics(); ascent != 900 || capital != 630 || descent != 250 {
				t.Errorf("the measures are %d, %d, %d", ascent, capital, descent)
			}
		})
	}
}

// The subset has the glyphs in the order of their use and the parts behind them,
// without instructions.
func TestSubset(t *testing.T) {
	f, err := LoadFont("Made-Up", madeUpFont(groups))
	if err != nil {
		t.Fatal(err)
	}
	a := newFace(f, 1)
	for code, r := range []rune{'B', 'A', 'x', '?'} {
		if got, want := a.code(r), min(code+1, 3); int(got) != want {
			t.Errorf("%q has the code %d, not %d", r, got, want)
		}
	}
	tables := map[string]sfnt{}
	subset := sfnt(a.subset())
	for i := range subset.u16(4) {
		entry := subset.from(12 + 16*i)
		tables[string(entry[:4])] = subset[entry.u32(8) : entry.u32(8)+entry.u32(12)]
	}
	// Codes 1 to 3, then the parts: the triangle again, as nobody draws it in
	// that place, and the spot.
	bare := append(words(1, 0, 0, 100, 100, 2, 0), triangle[17:]...)
	parts := append(words(-1, 0, 0, 100, 120, 0x0023, 4, 0, 0, 0x0002, 5), 7, 9)
	want := [][]byte{nil, bare, parts, nil, bare, spot}
	at := 0
	for gid, outline := range want {
		if start := tables["loca"].u32(4 * gid); start != at {
			t.Errorf("glyph %d begins at %d, not %d", gid, start, at)
		}
		if !bytes.HasPrefix(tables["glyf"][at:], outline) {
			t.Errorf("glyph %d is % x, not % x", gid, tables["glyf"][at:][:len(outline)], outline)
		}
		at += (len(outline) + 3) &^ 3
	}
	if got, want := string(tables["hmtx"]), string(words(500, 1, 640, 4, 640, 3, 1001, 2, 640, 4, 640, 5)); got != want {
		t.Errorf("the widths are % x, not % x", got, want)
	}
	if tables["maxp"].u16(4) != 6 || tables["hhea"].u16(34) != 6 || tables["head"].u16(50) != 1 {
		t.Error("the tables do not say that there are 6 glyphs, far apart")
	}
	if checkSum(subset) != 0xB1B0AFBA { // OpenType, "Calculating checksums"
		t.Errorf("the file's check sum is %X", checkSum(subset))
	}
}

func TestFontsRefused(t *testing.T) {
	good := madeUpFont(groups)
	change := func(old, changed string) []byte { return bytes.Replace(good, []byte(old), []byte(changed), 1) }
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "it is not TrueType"},
		{"CFF", change("\x00\x01\x00\x00", "OTTO"), "it is not TrueType"},
		{"cut off", good[:20], "list of tables is cut off"},
		{"cut off later", good[:200], "is cut off"},
		{"no glyf", change("glyf", "gone"), `its table "glyf" is missing or too short`},
		{"no em", change(string(words(2000)), string(words(2))), "its em has 2 units"},
		{"not in order", madeUpFont(append(words(12, 0, 0, 40, 0, 0, 0, 2), words(0, 'A', 0, 'B', 0, 2, 0, '?', 0, '?', 0, 1)...)), "not in order"},
		{"no characters", madeUpFont(words(6, 0)), "no list of Unicode characters"},
		{"nothing to show", madeUpFont(append(words(12, 0, 0, 28, 0, 0, 0, 1), words(0, 'A', 0, 'B', 0, 2)...)), "not even a question mark"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := LoadFont("Made-Up", test.data)
			if err == nil || !strings.Contains(fmt.Sprint(err), test.want) || !strings.HasPrefix(err.Error(), "the font Made-Up cannot be used: ") {
				t.Errorf("the error is %v, not %s", err, test.want)
			}
		})
	}
}

// Whatever it is given, a font is refused or can be drawn with.
func FuzzLoadFont(f *testing.F) {
	f.Add(madeUpFont(groups))
	f.Add(madeUpFont(segments))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			t.Skip("long")
		}
		font, err := LoadFont("Fuzzed", data)
		if err != nil {
			return
		}
		d := New(Info{}, A4Width, A4Height)
		d.NewPage()
		d.Text(font, 9_000, black, 0, 0, "?ABCé日")
		fileOf(t, d)
	})
}
