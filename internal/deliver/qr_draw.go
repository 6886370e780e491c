package deliver

import (
	"rsc.io/qr"

	"github.com/sluice-billing/sluice/internal/paper"
)

// qrCode draws a code of error correction level M in a square, as dark runs of
// modules. What it holds is what it is for: alt says it in words.
func (p *printer) qrCode(x, y, size paper.Milli, text, alt string, inside func()) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return // longer than any code; the texts are bounded far below
	}
	n := paper.Milli(code.Size)
	p.within(paper.Figure, func() {
		for row := range code.Size {
			for column := 0; column < code.Size; column++ {
				if !code.Black(column, row) {
					continue
				}
				end := column
				for end < code.Size && code.Black(end, row) {
					end++
				}
				x1, x2 := x+size*paper.Milli(column)/n, x+size*paper.Milli(end)/n
				y1, y2 := y+size*paper.Milli(row)/n, y+size*paper.Milli(row+1)/n
				p.doc.Fill(x1, y1, x2-x1, y2-y1, black)
				column = end
			}
		}
		inside()
	}, paper.Alt(alt))
}
