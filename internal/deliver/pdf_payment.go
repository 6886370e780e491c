package deliver

import (
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/paper"
)

// payment draws how to pay, where something is to be paid at all: the settings' own
// lines, the seller's bank, and a code to pay by. The bank stands beside the totals
// where they came just before it and there is room.
func (p *printer) payment() {
	if p.inv.Document == invoice.DocumentCreditNote {
		return
	}
	if b := p.bankBlock(totalsLeft - left - 18*point); b.height > 0 && p.beside.page == p.doc.Pages() &&
		p.y <= p.beside.lower+4*point && b.height <= p.beside.lower-p.beside.upper {
		p.drawBank(b, p.beside.lower-b.height)
		p.section(p.l.payment, p.inv.Payment)
		return
	}
	p.section(p.l.payment, p.inv.Payment)
	if b := p.bankBlock(right - left); b.height > 0 {
		p.need(b.height + 10*point)
		p.y += 12 * point
		p.drawBank(b, p.y)
		p.y += b.height
	}
}

// bankBlock is how the seller's bank is set in a width.
type bankBlock struct {
	width, height paper.Milli
	lines         [][2]string
	labels        paper.Milli // width of the labels
	stacked       bool        // each value stands below its label
	code          string      // to pay by, at the right, or below where it is narrow
	narrow        bool
}

const (
	bankPadding = 11 * point
	codeSize    = 27 * millimetre
)

func (p *printer) bankBlock(width paper.Milli) bankBlock {
	b := bankBlock{width: width, lines: p.bankLines(), code: p.payText("epc"), narrow: width < 300*point}
	if len(b.lines) == 0 {
		return b
	}
	values := paper.Milli(0)
	for _, line := range b.lines {
		b.labels = max(b.labels, p.types.widthOf(line[0], p.second)+point)
		values = max(values, p.types.widthOf(line[1], p.second)+point)
	}
	b.stacked = b.narrow && b.labels+10*point+values > width-2*bankPadding
	step := p.bankStep()
	if b.stacked {
		step += p.small.leading()
	}
	b.height = paper.Milli(len(b.lines))*step + 20*point + bankPadding
	if b.code != "" {
		if b.narrow {
			b.height += codeSize + 16*point
		}
		b.height = max(b.height, codeSize+34*point)
	}
	return b
}

func (p *printer) bankStep() paper.Milli { return p.second.leading() + 1800 }

func (p *printer) drawBank(b bankBlock, upper paper.Milli) {
	p.fill(left, upper, b.width, b.height, p.band)
	p.contents = append(p.contents, entryOfContents{p.l.bankDetails, p.doc.Pages()})
	x, end := paper.Milli(left+bankPadding), left+b.width-bankPadding
	p.within(paper.H2, func() {
		p.textWithin(x, upper+17*point, p.style(9*point, p.ink).strong(), p.l.bankDetails, end-x)
	})
	if b.code != "" {
		p.bankCode(b, upper, end)
		if !b.narrow {
			end -= codeSize + 16*point
		}
	}
	y := upper + 24*point
	for _, line := range b.lines {
		p.within(paper.P, func() {
			if b.stacked {
				p.textWithin(x, y+p.small.baseline(), p.small, line[0], end-x)
				y += p.small.leading()
				p.textWithin(x, y+p.second.baseline(), p.second.in(p.ink), line[1], end-x)
				return
			}
			p.textWithin(x, y+p.second.baseline(), p.second, line[0], min(b.labels, 130*point))
			value := x + min(b.labels, 130*point) + 10*point
			p.textWithin(value, y+p.second.baseline(), p.second.in(p.ink), line[1], end-value)
		})
		y += p.bankStep()
	}
}

// bankCode draws the code to pay by at the right end, or at the lower left edge of a
// narrow block.
func (p *printer) bankCode(b bankBlock, upper, end paper.Milli) {
	x, y := end-codeSize, upper+12*point
	if b.narrow {
		x, y = left+bankPadding+5*point, upper+b.height-codeSize-14*point
	}
	p.fill(x-5*point, y-5*point, codeSize+10*point, codeSize+10*point, p.white)
	p.qrCode(x, y, codeSize, b.code, p.l.payByCode, func() {})
	p.within(paper.P, func() {
		if b.narrow {
			p.block(x+codeSize+12*point, y, p.small, p.l.payByCode, left+b.width-x-codeSize-16*point, 4)
			return
		}
		p.textRight(end, y+codeSize+14*point, p.small, p.l.payByCode)
	})
}

// bankLines are the labels and values of the seller's bank account.
func (p *printer) bankLines() (lines [][2]string) {
	bank := p.inv.Seller.Bank
	if bank == nil || p.payText("swiss") != "" { // the slip says it all
		return nil
	}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, [2]string{label, value})
		}
	}
	kind := bank.Kind
	switch kind {
	case "ordinary":
		kind = p.l.ordinaryAccount
	case "current":
		kind = p.l.currentAccount
	}
	add(p.l.bankName, bank.Bank)
	add(p.l.bankBranch, bank.Branch)
	add(p.l.bankCode, bank.Code)
	add(p.l.accountKind, kind)
	add(p.l.accountNumber, bank.Number)
	add("IBAN", inFours(compact(bank.IBAN)))
	add("BIC", bank.BIC)
	add(p.l.accountHolder, orText(bank.Holder, p.inv.Seller.Name))
	add(p.l.paymentReference, p.inv.Number)
	return lines
}
