package deliver_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"pgregory.net/rapid"
)

// Any layout that the configuration takes draws any document, twice the same.
func TestAnyLayoutDraws(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		l := anyLayout(t)
		if problems := config.Check(billing.Config{Reseller: &billing.Reseller{Name: "R", Currency: "EUR"}, InvoiceLayouts: []billing.Layout{l}}); len(problems) > 0 {
			t.Fatalf("the layout is refused: %v", problems)
		}
		inv := anyInvoice(t)
		inv.Frozen.Layout = &l
		doc := deliver.Document{Invoice: inv, Pictures: map[string][]byte{"picture": picture.Bytes()}}
		pdf, err := deliver.ByName("pdf")
		if err != nil {
			t.Fatal(err)
		}
		var first, second bytes.Buffer
		if err := pdf.Write(&first, doc); err != nil {
			if strings.Contains(err.Error(), "make fonts") {
				t.Skip(err)
			}
			t.Fatal(err)
		}
		if err := pdf.Write(&second, doc); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("the same document gave other bytes (%v)", err)
		}
	})
}

func some(t *rapid.T, name string, words []string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(words), 0, len(words), rapid.ID).Draw(t, name)
}

func anyLayout(t *rapid.T) billing.Layout {
	colour := func(name string, from, to int) string {
		part := rapid.IntRange(from, to)
		if rapid.Bool().Draw(t, name) {
			return ""
		}
		return fmt.Sprintf("#%02x%02x%02x", part.Draw(t, name), part.Draw(t, name), part.Draw(t, name))
	}
	box := func(name string) *billing.LayoutPicture {
		if rapid.Bool().Draw(t, name) {
			return nil
		}
		return &billing.LayoutPicture{
			Picture: rapid.SampledFrom([]string{"picture", "none"}).Draw(t, name+" picture"),
			Width:   rapid.SampledFrom([]int{0, 5, 50, 170}).Draw(t, name+" width"), Height: rapid.SampledFrom([]int{0, 5, 50, 170}).Draw(t, name+" height"),
		}
	}
	carry := rapid.Bool().Draw(t, "carry")
	l := billing.Layout{
		ID: "any", BasedOn: rapid.SampledFrom(append(deliver.Looks(), "")).Draw(t, "based on"),
		Colours: billing.LayoutColours{
			Accent: colour("accent", 0, 0x90), Ink: colour("ink", 0, 0x90), Muted: colour("muted", 0, 0x90), Line: colour("line", 0, 0xff), Band: colour("band", 0xd0, 0xff),
		},
		Size: rapid.SampledFrom([]int{0, 80, 93, 120}).Draw(t, "size"), Logo: box("logo"), Stamp: box("stamp"),
		Facts: some(t, "facts", deliver.Facts()), Columns: some(t, "columns", deliver.Columns()), Annexes: some(t, "annexes", deliver.Annexes()),
		Hide: some(t, "hide", deliver.Hidden()), QR: some(t, "qr", deliver.PayCodes()), Carry: &carry,
		Cover: rapid.Bool().Draw(t, "cover"), ZeroDiscount: rapid.Bool().Draw(t, "zero"),
		PageNumbers: rapid.SampledFrom(append(deliver.PageNumberings(), "")).Draw(t, "numbers"),
	}
	if l.Logo != nil {
		l.Logo.Place = rapid.SampledFrom(deliver.LogoPlaces()).Draw(t, "place")
	}
	if sections := some(t, "sections", deliver.Sections()); len(sections) > 0 {
		l.Sections = append(sections[:len(sections):len(sections)], "totals")
		for i, s := range sections {
			if s == "totals" {
				l.Sections = append(sections[:i:i], append(sections[i+1:len(sections):len(sections)], "totals")...)
			}
		}
	}
	long := rapid.SampledFrom([]string{"", "Zahlung", "平素より格別のお引き立てを賜り、厚く御礼申し上げます。\n下記のとおり", strings.Repeat("lorem ipsum ", 150)})
	l.Words = []billing.LayoutWords{{
		Opening: long.Draw(t, "opening"), Remarks: long.Draw(t, "remarks"), Footer: long.Draw(t, "footer"),
		Labels: map[string]string{"payable": "100% due", "discount_on_usage": "{} off, 5% bonus", "page": "{} of {}", "total": ""},
	}}
	return l
}

func anyInvoice(t *rapid.T) invoice.Invoice {
	name := rapid.SampledFrom([]string{"", "Acme", "株式会社" + strings.Repeat("長い名前", 30), strings.Repeat("Donaudampfschifffahrt", 12), "a b"})
	amount := money.MustParse(rapid.SampledFrom([]string{"0", "-12.5", "999999999999.99", "1.25"}).Draw(t, "amount"))
	period, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	due := period.LastDay()
	inv := invoice.Invoice{
		ID: "2026-10/any", Number: name.Draw(t, "number"), Document: invoice.DocumentInvoice, State: rapid.SampledFrom([]invoice.State{invoice.Draft, invoice.Issued}).Draw(t, "state"),
		Period: period, Language: rapid.SampledFrom([]string{"en", "ja", "de-CH", "fr", "zh-Hant", ""}).Draw(t, "language"), Title: name.Draw(t, "title"),
		Seller: invoice.Party{
			Name: name.Draw(t, "seller"), Address: []string{name.Draw(t, "address")},
			Postal:   &billing.Address{Lines: []string{"Weg 1"}, PostalCode: "8001", City: "Zürich", Country: "CH"},
			Identity: billing.Identity{Bank: &billing.BankAccount{IBAN: rapid.SampledFrom([]string{"CH5604835012345678009", "DE89370400440532013000", "x", ""}).Draw(t, "iban"), Bank: name.Draw(t, "bank")}},
		},
		Buyer: invoice.Party{Name: name.Draw(t, "buyer")}, Note: name.Draw(t, "note"), DueDate: &due,
		Currency: rapid.SampledFrom([]money.Currency{"EUR", "CHF", "JPY"}).Draw(t, "currency"), Digits: 2,
		UsageTotal: amount, Subtotal: amount, AfterDiscount: amount, BeforeTax: amount, Total: amount, Payable: amount,
	}
	for range rapid.IntRange(0, 3).Draw(t, "accounts") {
		account := invoice.Account{Account: name.Draw(t, "account"), Name: name.Draw(t, "account name"), Total: amount}
		for range rapid.SampledFrom([]int{0, 1, 2, 60}).Draw(t, "lines") {
			account.Lines = append(account.Lines, invoice.Line{
				Kind: "usage", Service: name.Draw(t, "service"), Cost: amount, CostCurrency: "USD", Rate: money.MustParse("0.912345678901"), Amount: amount,
			})
		}
		inv.Accounts = append(inv.Accounts, account)
	}
	return inv
}

// The layouts of the examples can be applied and drawn.
func TestExampleLayouts(t *testing.T) {
	files, err := filepath.Glob("../../examples/layouts/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no layouts: %v", err)
	}
	pdf, err := deliver.ByName("pdf")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		c, err := config.Load("../../examples/reseller.yaml", file)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range config.Check(c) {
			t.Error(problem)
		}
		for _, language := range []string{"en", "ja"} {
			inv := invoice.Invoice{ID: "2026-10/x", Document: invoice.DocumentInvoice, State: invoice.Draft, Language: language, Currency: "EUR", Digits: 2, Frozen: invoice.Frozen{Layout: &c.InvoiceLayouts[0]}}
			if err := pdf.Write(io.Discard, deliver.Document{Invoice: inv}); err != nil && !strings.Contains(err.Error(), "make fonts") {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}
