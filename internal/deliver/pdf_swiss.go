package deliver

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/paper"
)

// swissWords are the headings of the QR-bill; SIX prescribes them in four languages
// (Implementation Guidelines for the QR-bill 2.3, annex D).
type swissWords struct {
	tag, receipt, payment, account, reference, further, payableBy, payableByBlank, currency, amount, acceptance, cut string
}

var swissTexts = []swissWords{
	{"en", "Receipt", "Payment part", "Account / Payable to", "Reference", "Additional information", "Payable by", "Payable by (name/address)", "Currency", "Amount", "Acceptance point", "Separate before paying in"},
	{"de", "Empfangsschein", "Zahlteil", "Konto / Zahlbar an", "Referenz", "Zusätzliche Informationen", "Zahlbar durch", "Zahlbar durch (Name/Adresse)", "Währung", "Betrag", "Annahmestelle", "Vor der Einzahlung abzutrennen"},
	{"fr", "Récépissé", "Section paiement", "Compte / Payable à", "Référence", "Informations supplémentaires", "Payable par", "Payable par (nom/adresse)", "Monnaie", "Montant", "Point de dépôt", "A détacher avant le versement"},
	{"it", "Ricevuta", "Sezione pagamento", "Conto / Pagabile a", "Riferimento", "Informazioni supplementari", "Pagabile da", "Pagabile da (nome/indirizzo)", "Valuta", "Importo", "Punto di accettazione", "Da staccare prima del versamento"},
}

// swissHeight is that of the slip at the lower edge of a page: 210 × 105 mm.
const swissHeight = 105 * millimetre

// swissBill draws receipt and payment part where the document can be paid by a Swiss
// QR-bill, at the lower edge of the page it ends on, else of a new one.
func (p *printer) swissBill() {
	text := p.payText("swiss")
	if text == "" {
		return
	}
	upper := pageHeight - paper.Milli(swissHeight)
	if p.y > upper-40*point {
		p.newPage()
	}
	p.footAt[p.doc.Pages()] = upper - 16*point
	words := swissTexts[0]
	for _, w := range swissTexts {
		if hasTag(p.inv.Language, w.tag) {
			words = w
		}
	}
	slip := swissSlip{printer: p, words: words, fields: strings.Split(text, "\n"), upper: upper}
	slip.cuts()
	p.within(paper.Sect, slip.receipt)
	p.within(paper.Sect, slip.paymentPart)
	p.y = pageHeight // nothing fits below
}

// swissSlip draws the two parts of a QR-bill of the fields of its code.
type swissSlip struct {
	*printer
	words  swissWords
	fields []string
	upper  paper.Milli
}

// The slip is in black; its letters have sizes of their own.
var black = paper.Colour{}

func (s swissSlip) letters(size paper.Milli, bold bool) style { return style{size, bold, black} }

// cuts draws where the parts are cut off.
func (s swissSlip) cuts() {
	s.ground(func() {
		s.doc.Line(0, s.upper, pageWidth, s.upper, 500, black, true)
		s.doc.Line(62*millimetre, s.upper, 62*millimetre, pageHeight, 500, black, true)
	})
	s.within(paper.P, func() { s.textCenter(pageWidth/2, s.upper-3*point, s.letters(7*point, false), s.words.cut) })
}

// heading draws a heading and its lines and returns the lower edge.
func (s swissSlip) heading(x, y, size, room paper.Milli, heading string, lines ...string) paper.Milli {
	small := s.letters(size-2*point, true)
	s.within(paper.P, func() {
		s.text(x, y+small.size, small, heading)
		y += small.size * 13 / 10
		for _, text := range lines {
			y = s.block(x, y, style{size, false, black}, text, room, 2)
		}
	})
	return y + size*8/10
}

// party are the printed lines of the creditor or debtor whose fields begin at i.
func (s swissSlip) party(i int) []string {
	f := s.fields
	return filled(f[i+1], strings.TrimSpace(f[i+2]+" "+f[i+3]), strings.TrimSpace(f[i+4]+" "+f[i+5]))
}

// Where parties and amount begin in the fields of the code.
const swissCreditor, swissAmount, swissDebtor, swissReference = 4, 18, 20, 28

func (s swissSlip) amount() (currency, amount string) {
	d, err := money.Parse(s.fields[swissAmount])
	if err != nil {
		return s.fields[swissAmount+1], s.fields[swissAmount]
	}
	return s.fields[swissAmount+1], swissNumbers.fixed(d, 2)
}

// information draws what both parts say and returns the lower edge.
func (s swissSlip) information(x, y, size, room paper.Milli, further bool) {
	y = s.heading(x, y, size, room, s.words.account, append([]string{inFours(s.fields[3])}, s.party(swissCreditor)...)...)
	if reference := s.fields[swissReference]; reference != "" {
		y = s.heading(x, y, size, room, s.words.reference, inFours(reference))
	}
	if further {
		y = s.heading(x, y, size, room, s.words.further, s.fields[swissReference+1])
	}
	if s.fields[swissDebtor] != "" {
		s.heading(x, y, size, room, s.words.payableBy, s.party(swissDebtor)...)
		return
	}
	y = s.heading(x, y, size, room, s.words.payableByBlank)
	width, height := paper.Milli(65*millimetre), paper.Milli(25*millimetre)
	if !further {
		width, height = 52*millimetre, 20*millimetre
	}
	s.corners(x, y-size*6/10, width, height)
}

// corners marks a field that a hand fills in.
func (s swissSlip) corners(x, y, w, h paper.Milli) {
	const arm, thick = 3 * millimetre, 750
	s.ground(func() {
		for _, cx := range []paper.Milli{x, x + w} {
			for _, cy := range []paper.Milli{y, y + h} {
				dx, dy := paper.Milli(arm), paper.Milli(arm)
				if cx > x {
					dx = -arm
				}
				if cy > y {
					dy = -arm
				}
				s.doc.Line(cx, cy, cx+dx, cy, thick, black, false)
				s.doc.Line(cx, cy, cx, cy+dy, thick, black, false)
			}
		}
	})
}

func (s swissSlip) receipt() {
	const x, room = 5 * millimetre, 52 * millimetre
	s.within(paper.H2, func() { s.text(x, s.upper+5*millimetre+11*point, s.letters(11*point, true), s.words.receipt) })
	s.information(x, s.upper+12*millimetre, 8*point, room, false)
	currency, amount := s.amount()
	y := s.upper + 68*millimetre
	s.heading(x, y, 8*point, room, s.words.currency, currency)
	s.heading(x+12*millimetre, y, 8*point, room, s.words.amount, amount)
	s.within(paper.P, func() {
		s.textRight(x+room, s.upper+82*millimetre+6*point, s.letters(6*point, true), s.words.acceptance)
	})
}

func (s swissSlip) paymentPart() {
	const x, size = 67 * millimetre, 46 * millimetre
	s.within(paper.H2, func() { s.text(x, s.upper+5*millimetre+11*point, s.letters(11*point, true), s.words.payment) })
	y := s.upper + 17*millimetre
	s.qrCode(x, y, size, strings.Join(s.fields, "\n"), s.words.payment, func() { s.cross(x+size/2, y+size/2) })
	currency, amount := s.amount()
	s.heading(x, s.upper+68*millimetre, 10*point, size, s.words.currency, currency)
	s.heading(x+16*millimetre, s.upper+68*millimetre, 10*point, size, s.words.amount, amount)
	s.information(118*millimetre, s.upper+5*millimetre, 10*point, 87*millimetre, true)
}

// cross draws the Swiss cross in the middle of the code: a black square of 7 mm with
// a white edge, and a white cross in it.
func (s swissSlip) cross(x, y paper.Milli) {
	square := func(side paper.Milli, c paper.Colour) { s.doc.Fill(x-side/2, y-side/2, side, side, c) }
	white := paper.Colour{R: 255, G: 255, B: 255}
	square(7*millimetre, white)
	square(6*millimetre, black)
	const long, short = 3900 * millimetre / 1000, 1170 * millimetre / 1000
	s.doc.Fill(x-long/2, y-short/2, long, short, white)
	s.doc.Fill(x-short/2, y-long/2, short, long, white)
}

// swissNumbers writes amounts as the slip wants them: 1 234.50.
var swissNumbers = labels{group: " ", point: "."}
