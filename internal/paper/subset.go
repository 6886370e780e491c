package paper

import (
	"encoding/binary"
	"slices"
)

// face is a font in one document: the characters drawn with it, numbered from 1
// in the order of their first use. That number is the glyph's in the subset, and
// what the content streams write. Two characters with one glyph (the space and
// the one that does not break) are two, so that each is read back as itself.
type face struct {
	font       *Font
	number     int // from 1, of its name in the document: F1
	codes      map[rune]uint16
	characters []rune   // by code; the first is for no character
	glyphs     []uint16 // by code, in the font
	advances   []int    // by code, in thousandths of the em
}

func newFace(f *Font, number int) *face {
	advance := f.thousandths(f.advances.u16(0))
	return &face{
		font: f, number: number, codes: map[rune]uint16{},
		characters: []rune{0}, glyphs: []uint16{0}, advances: []int{advance},
	}
}

// code is the number of a character in the subset.
func (a *face) code(r rune) uint16 {
	if code, known := a.codes[r]; known {
		return code
	}
	shown, gid, advance := a.font.shown(r)
	code, known := a.codes[shown]
	if !known {
		if len(a.characters) > 0xFFFF {
			return 0 // more different characters than a code can count
		}
		code = uint16(len(a.characters))
		a.characters = append(a.characters, shown)
		a.glyphs = append(a.glyphs, gid)
		a.advances = append(a.advances, advance)
		a.codes[shown] = code
	}
	a.codes[r] = code
	return code
}

// outline is a glyph's description in the glyf table, empty for one that draws
// nothing.
func (f *Font) outline(gid int) sfnt {
	var start, end int
	if f.longPlaces {
		start, end = f.places.u32(4*gid), f.places.u32(4*gid+4)
	} else {
		start, end = 2*f.places.u16(2*gid), 2*f.places.u16(2*gid+2)
	}
	if start >= end || end > len(f.outlines) {
		return nil
	}
	return f.outlines[start:end]
}

// subset is a TrueType font of those glyphs in that order, and of the ones they
// are composed of behind them, without hints: viewers draw for screens and
// printers where they are of no use.
func (a *face) subset() []byte {
	f := a.font
	glyphs := slices.Clone(a.glyphs)
	places := map[uint16]uint16{} // of parts, by the glyph of the font
	part := func(gid uint16) uint16 {
		place, known := places[gid]
		if !known {
			place = uint16(min(len(glyphs), 0xFFFF))
			places[gid] = place
			glyphs = append(glyphs, gid)
		}
		return place
	}
	// Outlines that lie over one another in the font could make the subset
	// larger than any memory; no honest font comes near this.
	most := 2*len(f.outlines) + 1<<16
	var outlines, locations, metrics []byte
	for i := 0; i < len(glyphs) && i < 0xFFFF; i++ { // grows by the parts
		locations = binary.BigEndian.AppendUint32(locations, uint32(len(outlines)))
		if len(outlines) < most {
			outlines = appendOutline(outlines, f.outline(int(glyphs[i])), part)
		}
		for len(outlines)%4 != 0 {
			outlines = append(outlines, 0)
		}
		gid := int(glyphs[i])
		own := min(gid, f.advancing-1)
		bearing := f.advances.u16(4*own + 2)
		if gid > own {
			bearing = f.advances.u16(4*f.advancing + 2*(gid-f.advancing))
		}
		metrics = binary.BigEndian.AppendUint16(metrics, uint16(f.advances.u16(4*own)))
		metrics = binary.BigEndian.AppendUint16(metrics, uint16(bearing))
	}
	locations = binary.BigEndian.AppendUint32(locations, uint32(len(outlines)))
	count := uint16(len(metrics) / 4)

	header := slices.Clone(f.header[:54])
	binary.BigEndian.PutUint32(header[8:], 0)  // the check sum, set below
	binary.BigEndian.PutUint16(header[50:], 1) // long locations
	horizontal := slices.Clone(f.horizontal[:36])
	binary.BigEndian.PutUint16(horizontal[34:], count)
	limits := slices.Clone(f.limits[:32])
	binary.BigEndian.PutUint16(limits[4:], count)
	clear(limits[14:28]) // no instructions, and nothing they need
	limits[15] = 1       // one zone
	return sfntFile([]sfntTable{
		{"glyf", outlines}, {"head", header}, {"hhea", horizontal}, {"hmtx", metrics}, {"loca", locations}, {"maxp", limits},
	})
}

// Flags of a part of a composed glyph (OpenType, glyf).
const (
	wordArguments   = 0x0001
	oneScale        = 0x0008
	moreParts       = 0x0020
	twoScales       = 0x0040
	fourScales      = 0x0080
	hasInstructions = 0x0100
)

// appendOutline adds a glyph's description without its instructions; part gives
// the numbers of the glyphs it is composed of. One that is broken draws nothing.
func appendOutline(out []byte, outline sfnt, part func(gid uint16) uint16) []byte {
	if len(outline) < 10 {
		return out
	}
	if contours := outline.i16(0); contours >= 0 {
		ends := 10 + 2*contours
		points := ends + 2 + outline.u16(ends)
		if points > len(outline) {
			return out
		}
		out = append(out, outline[:ends]...)
		out = append(out, 0, 0)
		return append(out, outline[points:]...)
	}
	start := len(out)
	out = append(out, outline[:10]...)
	for at, more := 10, true; more; {
		flags := outline.u16(at)
		more = flags&moreParts != 0
		length := 4 + 2
		if flags&wordArguments != 0 {
			length += 2
		}
		switch {
		case flags&oneScale != 0:
			length += 2
		case flags&twoScales != 0:
			length += 4
		case flags&fourScales != 0:
			length += 8
		}
		if at+length > len(outline) {
			return out[:start]
		}
		out = binary.BigEndian.AppendUint16(out, uint16(flags&^hasInstructions))
		out = binary.BigEndian.AppendUint16(out, part(uint16(outline.u16(at+2))))
		out = append(out, outline[at+4:at+length]...)
		at += length
	}
	return out
}

type sfntTable struct {
	name string
	data []byte
}

// sfntFile puts tables together to a font; they are given in the order of their
// names, each name of four letters.
func sfntFile(tables []sfntTable) []byte {
	count := len(tables)
	power, log := 1, 0
	for power*2 <= count {
		power, log = power*2, log+1
	}
	file := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, number := range []int{count, 16 * power, log, 16 * (count - power)} {
		file = binary.BigEndian.AppendUint16(file, uint16(number))
	}
	at := 12 + 16*count
	head := 0
	for _, table := range tables {
		if table.name == "head" {
			head = at
		}
		file = append(file, table.name...)
		file = binary.BigEndian.AppendUint32(file, checkSum(table.data))
		file = binary.BigEndian.AppendUint32(file, uint32(at))
		file = binary.BigEndian.AppendUint32(file, uint32(len(table.data)))
		at += (len(table.data) + 3) &^ 3
	}
	for _, table := range tables {
		file = append(file, table.data...)
		for len(file)%4 != 0 {
			file = append(file, 0)
		}
	}
	binary.BigEndian.PutUint32(file[head+8:], 0xB1B0AFBA-checkSum(file))
	return file
}

// checkSum adds up the data in words of four bytes, as tables of fonts are.
func checkSum(data []byte) (sum uint32) {
	for ; len(data) >= 4; data = data[4:] {
		sum += binary.BigEndian.Uint32(data)
	}
	var rest [4]byte
	copy(rest[:], data)
	return sum + binary.BigEndian.Uint32(rest[:])
}
