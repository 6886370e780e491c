package deliver

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/paper"
	"github.com/sluice-billing/sluice/internal/proofreader"
)

// showcase are documents with all that a PDF can have: layouts, pictures, annexes,
// codes to pay by, a file inside, many pages.
func showcase() map[string]Document {
	all := map[string]Document{
		"english": {Invoice: fullInvoice()}, "german-draft": {Invoice: germanDraft()}, "korean-preview": {Invoice: koreanPreview()},
		"many-pages": {Invoice: longInvoice(300)}, "credit": {Invoice: creditNote()}, "correction": {Invoice: correction()},
	}
	japanese := japaneseInvoice()
	japanese.Payment = japanese.Payment[1:]
	japanese.Seller.Bank = &billing.BankAccount{
		Bank: "みずほ銀行", Branch: "丸の内支店", Kind: "ordinary", Number: "1234567", Holder: "カ）クラウドサイハン", Code: "0001-005",
	}
	japanese.Frozen.Layout = &billing.Layout{
		ID: "classic-ja", BasedOn: "classic", Stamp: &billing.LayoutPicture{Picture: "seal", Alt: "角印"},
		Words: []billing.LayoutWords{{Language: "ja", Opening: "下記のとおりご請求申し上げます。", Footer: "株式会社クラウド再販"}},
	}
	all["japanese-classic"] = Document{Invoice: japanese, Pictures: pictures()}

	whole := fullInvoice()
	whole.Seller.Bank = &billing.BankAccount{IBAN: "DE89 3704 0044 0532 0130 00", BIC: "COBADEFFXXX", Bank: "Commerzbank"}
	whole.Seller.ContactPoint = &billing.ContactPoint{Name: "Accounts", Email: "billing@example.com"}
	whole.References = &billing.References{Order: "PO-4711", Buyer: "04011000-12345-03", Contract: "C-1", Project: "Migration", Accounting: "4400"}
	whole.Frozen.Layout = &billing.Layout{
		ID: "whole", Cover: true, Logo: &billing.LayoutPicture{Picture: "logo", Alt: "Cloud Resale"},
		Columns: []string{"position", "cost", "rate"}, Colours: billing.LayoutColours{Accent: "#0b6363"},
	}
	comparison := invoice.Compare([]invoice.Invoice{monthBefore(whole)}, []invoice.Invoice{whole})
	all["whole"] = Document{
		Invoice: whole, Pictures: pictures(), Annex: Annex{
			Changes: &comparison,
			Usage: []UsageRow{{
				Account: "111111111111", AccountName: "production", Service: "Amazon Elastic Compute Cloud", Region: "eu-central-1",
				UsageType: "EUC1-BoxUsage:m7g.xlarge", Quantity: dec("744"), Unit: "Hrs", Cost: dec("123.456789"), Currency: "USD",
			}, {Account: "5f1c-staging", Service: "Storage", Quantity: dec("0.5"), Unit: "GB", Cost: dec("30"), Currency: "EUR"}},
			Commitments: []CommitmentRow{{
				ID: "sp-0a1b", Kind: "Compute Savings Plan", Account: "111111111111", Until: day("2027-03-31"), Percent: pointer("97.5"),
				Saved: dec("1234.5678"), Currency: "USD",
			}},
			Adjustments: []AdjustmentRow{{
				Day: day("2026-10-01"), Account: "111111111111", Label: "Reserved instance, upfront", Reason: "spread over a year", Cost: dec("1000"), Currency: "USD",
			}},
		},
		Files: []paper.Attachment{{
			Name: "factur-x.xml", MediaType: "text/xml", Description: "The invoice for programs", Relationship: "Alternative",
			Data: []byte("<?xml version=\"1.0\"?><x/>"), Modified: day("2026-11-04").Time(),
		}},
		Facturx: &paper.Facturx{ConformanceLevel: "EN 16931", DocumentFileName: "factur-x.xml"},
	}
	all["swiss"] = Document{Invoice: swissInvoice()}
	compact := longInvoice(90)
	compact.Frozen.Layout = &billing.Layout{ID: "compact", BasedOn: "compact", PageNumbers: "plain"}
	all["compact"] = Document{Invoice: compact}
	return all
}

// swissInvoice is payable by a QR-bill.
func swissInvoice() invoice.Invoice {
	inv := longInvoice(3)
	inv.Language, inv.Currency, inv.Number = "de-CH", "CHF", "R-2026-117"
	inv.Seller = invoice.Party{
		Name: "Alpenwolke AG", Address: []string{"Bahnhofstrasse 12a", "8001 Zürich"},
		Postal:   &billing.Address{Lines: []string{"Bahnhofstrasse 12a"}, PostalCode: "8001", City: "Zürich", Country: "CH"},
		Identity: billing.Identity{Bank: &billing.BankAccount{IBAN: "CH56 0483 5012 3456 7800 9"}},
	}
	inv.Buyer = invoice.Party{
		Name: "Léman Industries SA", Address: []string{"Rue du Lac 3", "1003 Lausanne"},
		Postal: &billing.Address{Lines: []string{"Rue du Lac 3"}, PostalCode: "1003", City: "Lausanne", Country: "CH"},
	}
	return inv
}

// monthBefore is what the document may have been a month ago.
func monthBefore(inv invoice.Invoice) invoice.Invoice {
	inv.ID, inv.Period, inv.Total = "2026-09/harbour", month("2026-09"), dec("29000")
	inv.Accounts = append([]invoice.Account{}, inv.Accounts...)
	first := inv.Accounts[0]
	first.Lines = append([]invoice.Line{}, first.Lines[:3]...)
	first.Lines[0].Amount, first.Lines[1].Amount, first.Total = dec("16500"), dec("5200"), dec("21790")
	inv.Accounts[0] = first
	return inv
}

// pictures are a seal and a logo, with transparency.
func pictures() map[string][]byte {
	draw := func(w, h int, inside func(x, y int) bool) []byte {
		picture := image.NewNRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				if inside(x, y) {
					picture.SetNRGBA(x, y, color.NRGBA{R: 190, G: 30, B: 45, A: 230})
				}
			}
		}
		var out bytes.Buffer
		if err := png.Encode(&out, picture); err != nil {
			panic(err)
		}
		return out.Bytes()
	}
	return map[string][]byte{
		"seal": draw(80, 80, func(x, y int) bool { return min(x, y, 79-x, 79-y) < 5 || (x/10+y/10)%3 == 0 }),
		"logo": draw(160, 40, func(x, y int) bool { return x < 40 && x >= 40-y || x > 50 && y > 12 && y < 28 }),
	}
}

// Every document is an archive (PDF/A-3, level A) and can be read by who listens
// (PDF/UA-1), as veraPDF sees it.
func TestPDFStandards(t *testing.T) {
	needFonts(t)
	checker := proofreader.Start(t)
	for name, doc := range showcase() {
		var out bytes.Buffer
		if err := writePDF(&out, doc); err != nil {
			t.Fatal(name, err)
		}
		for _, kind := range []proofreader.Kind{proofreader.PDFA3A, proofreader.PDFUA1} {
			for _, finding := range proofreader.Errors(checker.CheckBytes(t, kind, out.Bytes())) {
				t.Errorf("%s is no %s: %s", name, kind, finding)
			}
		}
	}
}
