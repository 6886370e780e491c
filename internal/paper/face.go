package paper

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"unicode/utf16"
)

// write puts the font into a file, with the glyphs that are drawn, and gives its
// number there.
func (a *face) write(f *file) int {
	subset := a.subset()
	name := string(appendName(nil, a.tag()+"+"+a.font.name))
	program, characters := f.reserve(), f.reserve()
	f.stream(program, fmt.Sprintf("/Length1 %d", len(subset)), subset)
	f.stream(characters, "", a.toUnicode())

	font := a.font
	const stem = 80 // what is usual; viewers need it only without the font
	descriptor := f.add(fmt.Appendf(nil, "<</Type/FontDescriptor/FontName%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %d 0 R>>",
		name, font.box[0], font.box[1], font.box[2], font.box[3], font.ascent, -font.descent, font.capital, stem, program))
	widths := []byte("[0[")
	for _, advance := range a.advances {
		widths = append(strconv.AppendInt(widths, int64(advance), 10), ' ')
	}
	descendant := f.add(fmt.Appendf(nil, "<</Type/Font/Subtype/CIDFontType2/BaseFont%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity/FontDescriptor %d 0 R/W%s]]>>",
		name, descriptor, widths))
	return f.add(fmt.Appendf(nil, "<</Type/Font/Subtype/Type0/BaseFont%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>",
		name, descendant, characters))
}

// tag is six letters that tell one subset of a font from another.
func (a *face) tag() string {
	sum := sha256.New()
	for _, r := range a.characters {
		_, _ = sum.Write(binary.BigEndian.AppendUint32(nil, uint32(r))) // a hash takes everything
	}
	number := binary.BigEndian.Uint64(sum.Sum(nil))
	letters := make([]byte, 6)
	for i := range letters {
		letters[i] = 'A' + byte(number%26)
		number /= 26
	}
	return string(letters)
}

// toUnicode is the CMap that gives each code its character, for searching and
// copying.
func (a *face) toUnicode() []byte {
	const most = 100 // lines in one block
	out := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for from := 1; from < len(a.characters); from += most {
		to := min(from+most, len(a.characters))
		out = fmt.Appendf(out, "%d beginbfchar\n", to-from)
		for code := from; code < to; code++ {
			out = append(appendHex16(append(out, '<'), uint16(code)), "> <"...)
			for _, unit := range utf16.Encode([]rune{a.characters[code]}) {
				out = appendHex16(out, unit)
			}
			out = append(out, ">\n"...)
		}
		out = append(out, "endbfchar\n"...)
	}
	return append(out, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"...)
}
