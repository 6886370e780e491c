package paper

import (
	"encoding/binary"
	"sync"
)

// sRGB is the colour profile of sRGB (IEC 61966-2-1) in the form of ICC.1:2004
// (version 4.2), made of the standard's numbers: its primaries brought to the
// white D50 and its curve as a function. Numbers with a sign are in units of
// 1/65536 (s15Fixed16).
var sRGB = sync.OnceValue(func() []byte {
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", localized("sRGB IEC 61966-2-1")},
		{"cprt", localized("Public domain")},
		{"wtpt", fixed("XYZ ", 63190, 65536, 54061)}, // D50
		// From D65, the white of sRGB, to D50, by the cone responses of Bradford.
		{"chad", fixed("sf32", 68674, 1502, -3291, 1939, 64912, -1119, -605, 988, 49262)},
		{"rXYZ", fixed("XYZ ", 28578, 14581, 912)},
		{"gXYZ", fixed("XYZ ", 25240, 46982, 6362)},
		{"bXYZ", fixed("XYZ ", 9372, 3973, 46787)},
		// (x/1.055 + 0.055/1.055) to the power of 2.4, from 0.04045 on; x/12.92 below.
		{"rTRC", fixed("para", 3<<16, 157286, 62119, 3417, 5072, 2651)},
	}
	shared := map[string]string{"gTRC": "rTRC", "bTRC": "rTRC"}
	const count = 10
	places := map[string][2]int{}
	var data []byte
	for _, tag := range tags {
		places[tag.name] = [2]int{128 + 4 + 12*count + len(data), len(tag.data)}
		data = append(data, tag.data...)
		for len(data)%4 != 0 {
			data = append(data, 0)
		}
	}
	head := make([]byte, 128)
	binary.BigEndian.PutUint32(head, uint32(128+4+12*count+len(data)))
	binary.BigEndian.PutUint32(head[8:], 0x04200000)
	copy(head[12:], "mntrRGB XYZ ")
	for i, part := range []uint16{2026, 1, 1, 0, 0, 0} { // when it was made
		binary.BigEndian.PutUint16(head[24+2*i:], part)
	}
	copy(head[36:], "acsp")
	for i, part := range []uint32{63190, 65536, 54061} { // D50, the white of profiles
		binary.BigEndian.PutUint32(head[68+4*i:], part)
	}
	out := binary.BigEndian.AppendUint32(head, count)
	for _, name := range []string{"desc", "cprt", "wtpt", "chad", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"} {
		at, found := places[name]
		if !found {
			at = places[shared[name]]
		}
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, uint32(at[0]))
		out = binary.BigEndian.AppendUint32(out, uint32(at[1]))
	}
	return append(out, data...)
})

// fixed is an element of numbers, behind its type.
func fixed(kind string, numbers ...int32) []byte {
	out := append([]byte(kind), 0, 0, 0, 0)
	for _, n := range numbers {
		out = binary.BigEndian.AppendUint32(out, uint32(n))
	}
	return out
}

// localized is an element with a text in English.
func localized(text string) []byte {
	out := append([]byte("mluc"), 0, 0, 0, 0)
	for _, n := range []int{1, 12} { // one text, described in twelve bytes
		out = binary.BigEndian.AppendUint32(out, uint32(n))
	}
	out = append(out, "enUS"...)
	out = binary.BigEndian.AppendUint32(out, uint32(2*len(text)))
	out = binary.BigEndian.AppendUint32(out, 28)
	for _, c := range []byte(text) {
		out = append(out, 0, c)
	}
	return out
}
