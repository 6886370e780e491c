package brand

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"sync"
)

// Colour is red, green and blue of sRGB.
type Colour [3]byte

// The grounds of the pages, of those that there are the ones with the least contrast
// to what stands on them, and what is written on an accent.
var (
	LightGround = Colour{0xfb, 0xfb, 0xf9}
	DarkGround  = Colour{0x1b, 0x22, 0x25}
)

const (
	inkOnLight = "#ffffff" // on an accent that stands out from LightGround
	inkOnDark  = "#111111" // on an accent that stands out from DarkGround
)

// ParseColour reads a colour such as #0b6363.
func ParseColour(text string) (c Colour, err error) {
	digits, ok := strings.CutPrefix(strings.TrimSpace(text), "#")
	if n, err := hex.Decode(c[:], []byte(digits[:min(len(digits), 6)])); !ok || err != nil || n != 3 || len(digits) != 6 {
		return Colour{}, fmt.Errorf("%q is no colour such as #0b6363", text)
	}
	return c, nil
}

// String writes the colour in small letters.
func (c Colour) String() string { return "#" + hex.EncodeToString(c[:]) }

// Luminances have sixteen digits behind the point: twelve of each part's light, four of
// its weight.
const (
	lightDigits = 1_000_000_000_000
	oneLight    = 10_000 * lightDigits
	flare       = oneLight / 20 // the 0.05 that WCAG 2 adds: light that a screen reflects
)

// lights are the light of each value of a part, of what sRGB writes, rounded down to
// twelve digits.
var lights = sync.OnceValue(func() (all [256]int64) {
	for v := range all {
		all[v] = light(int64(v))
	}
	return all
})

// light is v/255 without sRGB's gamma, in twelve digits: v/255/12.92 for dark values,
// ((v/255 + 0.055)/1.055)^2.4 for others. The fifth power of that is a fraction of
// whole numbers, so that its root can be found exactly.
func light(v int64) int64 {
	if v <= 10 { // 0.04045 is between 10/255 and 11/255
		return v * lightDigits / 255 * 100 / 1292
	}
	twelfth := func(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(n), big.NewInt(12), nil) }
	wanted := new(big.Int).Exp(big.NewInt(lightDigits), big.NewInt(5), nil)
	wanted.Mul(wanted, twelfth(1000*v+255*55)).Quo(wanted, twelfth(255*1055))
	low, high := int64(0), int64(lightDigits)
	for low < high { // the largest number whose fifth power is not above
		middle := (low + high + 1) / 2
		if new(big.Int).Exp(big.NewInt(middle), big.NewInt(5), nil).Cmp(wanted) <= 0 {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

// luminance is the relative luminance of WCAG 2, in sixteen digits.
func (c Colour) luminance() int64 {
	all := lights()
	return 2126*all[c[0]] + 7152*all[c[1]] + 722*all[c[2]]
}

// contrast is the ratio of two colours, as two whole numbers, the lighter first.
func contrast(a, b Colour) (above, below int64) {
	above, below = a.luminance()+flare, b.luminance()+flare
	return max(above, below), min(above, below)
}

// ReadableOn tells whether text of this colour has a contrast of 4.5 to 1 or more to
// its ground, which WCAG 2 asks for (level AA).
func (c Colour) ReadableOn(ground Colour) bool {
	above, below := contrast(c, ground)
	return 2*above >= 9*below
}

// Contrast writes the ratio of two colours as people do, rounded down to two digits,
// such as 4.48.
func Contrast(a, b Colour) string {
	above, below := contrast(a, b)
	hundredths := above * 100 / below // above is 10^16 and 5 % at most
	return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
}

// Readable is the colour itself where it is readable on a ground; else the nearest of
// the same hue that is: with as little black in it as light ground needs, or white as
// dark ground needs.
func (c Colour) Readable(ground Colour) Colour {
	target := byte(0)
	if ground.luminance() < oneLight/5 {
		target = 255
	}
	mixed := c
	for share := 1; !mixed.ReadableOn(ground) && share <= 255; share++ {
		for i, part := range c {
			mixed[i] = byte((int(part)*(255-share) + int(target)*share) / 255)
		}
	}
	return mixed
}
