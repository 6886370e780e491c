package paper

import "errors"

// readCharacters reads which glyph draws which character: the widest table the
// font has (OpenType, cmap).
func (f *Font) readCharacters(cmap sfnt) error {
	var four, twelve sfnt
	for i := range cmap.u16(2) {
		record := cmap.from(4 + 8*i)
		if len(record) < 8 {
			break
		}
		platform, encoding := record.u16(0), record.u16(2)
		if platform != 0 && (platform != 3 || encoding != 1 && encoding != 10) {
			continue // not Unicode
		}
		switch table := cmap.from(record.u32(4)); table.u16(0) {
		case 4:
			four = table
		case 12:
			twelve = table
		}
	}
	switch {
	case twelve != nil:
		return f.readGroups(twelve)
	case four != nil:
		return f.readSegments(four)
	}
	return errors.New("it has no list of Unicode characters (cmap of format 4 or 12)")
}

var errCharacters = errors.New("its list of characters is not in order")

// readGroups reads format 12. Groups have to ascend, so that the reading ends.
func (f *Font) readGroups(table sfnt) error {
	next := 0
	for i := range table.u32(12) {
		group := table.from(16 + 12*i)
		if len(group) < 12 {
			return errors.New("its list of characters is cut off")
		}
		first, last, gid := group.u32(0), group.u32(4), group.u32(8)
		if first < next || last < first || last > 0x10FFFF {
			return errCharacters
		}
		next = last + 1
		for character := first; character <= last && gid < f.glyphs; character++ {
			f.give(character, gid)
			gid++
		}
	}
	return nil
}

// readSegments reads format 4.
func (f *Font) readSegments(table sfnt) error {
	count := table.u16(6) / 2
	ends, starts := 14, 16+2*count
	deltas, offsets := starts+2*count, starts+4*count
	next := 0
	for i := range count {
		first, last := table.u16(starts+2*i), table.u16(ends+2*i)
		if first < next || last < first {
			return errCharacters
		}
		next = last + 1
		delta, offset := table.u16(deltas+2*i), table.u16(offsets+2*i)
		for character := first; character <= min(last, 0xFFFE); character++ {
			gid := character
			if offset != 0 {
				if gid = table.u16(offsets + 2*i + offset + 2*(character-first)); gid == 0 {
					continue
				}
			}
			f.give(character, (gid+delta)&0xFFFF)
		}
	}
	return nil
}

// give lets the glyph draw the character, if the font has it.
func (f *Font) give(character, gid int) {
	if gid == 0 || gid >= f.glyphs {
		return
	}
	if f.characters[character>>8] == nil {
		f.characters[character>>8] = make([]glyph, 256)
	}
	f.characters[character>>8][character&0xFF] = glyph(gid)
}
