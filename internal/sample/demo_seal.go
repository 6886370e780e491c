package sample

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
)

// DemoSeal is the seal of the demo's reseller, a rising sun in a square, as a PNG, and
// the id that it has once it is added to the artwork: the hash of its content.
func DemoSeal() (data []byte, id string) {
	const side, edge, inner = 240, 12, 30
	red := color.NRGBA{R: 0xb3, G: 0x26, B: 0x1e, A: 0xff}
	seal := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			border := min(x, y, side-1-x, side-1-y)
			dx, dy := x-side/2, y-165 // from the centre of the sun, at the horizon
			r := dx*dx + dy*dy
			sun := r < 42*42
			ray := r > 58*58 && r < 100*100 && (dx*dy*2 > -dy*dy/3 && dx*dy*2 < dy*dy/3 || abs(abs(dx)+dy) < 8)
			water := (y-165)/9%2 == 1 && border > inner
			if border < edge || border > inner-12 && (y < 165 && (sun || ray) || y > 170 && water) {
				seal.SetNRGBA(x, y, red)
			}
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, seal); err != nil {
		panic(err) // a picture in memory can always be written
	}
	sum := sha256.Sum256(file.Bytes())
	return file.Bytes(), hex.EncodeToString(sum[:])
}

func abs(n int) int { return max(n, -n) }
