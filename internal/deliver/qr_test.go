package deliver

import (
	"bytes"
	"errors"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"pgregory.net/rapid"
	"rsc.io/qr"
)

// The check digits of published examples: IBANs of the ISO 13616 registry, and of
// SIX's and the EPC's guidelines; references of ISO 11649.
func TestCheckDigits(t *testing.T) {
	for _, iban := range []string{"DE89370400440532013000", "GB29NWBK60161331926819", "CH9300762011623852957", "LI21088100002324013AA", "FR1420041010050500013M02606"} {
		if !ValidIBAN(iban) {
			t.Errorf("%s is refused", iban)
		}
		if broken := iban[:len(iban)-1] + "9"; broken != iban && ValidIBAN(broken) {
			t.Errorf("%s is taken", broken)
		}
	}
	for number, want := range map[string]string{"539007547034": "RF18539007547034", "INV-2026/000042": "RF54INV2026000042"} {
		if got, ok := CreditorReference(number); !ok || got != want {
			t.Errorf("the reference of %s is %s, want %s", number, got, want)
		}
	}
	for _, number := range []string{"", "---", "請求書", "0123456789012345678901"} {
		if got, ok := CreditorReference(number); ok {
			t.Errorf("%q has the reference %s", number, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) { // 97 divides what RF and the digits are put in front of, less one (ISO 7064)
		reference, ok := CreditorReference(rapid.StringMatching(`[A-Za-z0-9 /-]{1,21}`).Draw(t, "number"))
		if ok && remainder(reference[4:]+reference[:4]) != 1 {
			t.Fatalf("%s has wrong check digits", reference)
		}
	})
}

// What a code holds, line by line as the EPC's and SIX's guidelines have it.
func TestPayCodeText(t *testing.T) {
	euro := longInvoice(3)
	euro.Currency, euro.Seller.Bank = "EUR", &billing.BankAccount{IBAN: "DE89 3704 0044 0532 0130 00", BIC: "COBADEFFXXX"}
	if got, err := epcText(euro); err != nil || got != "BCD\n002\n1\nSCT\nCOBADEFFXXX\nCloud Resale Ltd\nDE89370400440532013000\nEUR6.75\n\n\nINV-8" {
		t.Errorf("the EPC code holds %q (%v)", got, err)
	}
	want := "SPC\n0200\n1\nCH5604835012345678009\n" +
		"S\nAlpenwolke AG\nBahnhofstrasse\n12a\n8001\nZürich\nCH\n" + "\n\n\n\n\n\n\n" + "6.75\nCHF\n" +
		"S\nLéman Industries SA\nRue du Lac\n3\n1003\nLausanne\nCH\n" + "SCOR\nRF15R2026117\nR-2026-117\nEPD"
	swiss := swissInvoice()
	if got, err := swissText(swiss); err != nil || got != want {
		t.Errorf("the Swiss code holds\n%s\n(%v), want\n%s", got, err, want)
	}
	swiss.Buyer.Postal = nil
	if got, _ := swissText(swiss); !strings.Contains(got, "CHF\n\n\n\n\n\n\n\nSCOR") {
		t.Errorf("without the buyer's address it holds\n%s", got)
	}

	for what, change := range map[string]func(inv *invoice.Invoice){
		"a draft":          func(inv *invoice.Invoice) { inv.State = invoice.Draft },
		"a preview":        func(inv *invoice.Invoice) { inv.Preview = true },
		"nothing to pay":   func(inv *invoice.Invoice) { inv.Payable = dec("0") },
		"another currency": func(inv *invoice.Invoice) { inv.Currency = "JPY" },
		"a wrong IBAN":     func(inv *invoice.Invoice) { inv.Seller.Bank = &billing.BankAccount{IBAN: "CH5604835012345678008"} },
		"no bank":          func(inv *invoice.Invoice) { inv.Seller.Bank = nil },
		"a QR-IBAN":        func(inv *invoice.Invoice) { inv.Seller.Bank = &billing.BankAccount{IBAN: "CH4431999123000889012"} },
		"too much":         func(inv *invoice.Invoice) { inv.Payable = dec("1000000000") },
		"a layout without": func(inv *invoice.Invoice) { inv.Frozen.Layout = &billing.Layout{QR: []string{"none"}} },
		"no address of it": func(inv *invoice.Invoice) { inv.Seller.Postal = nil },
	} {
		inv := swissInvoice()
		change(&inv)
		p := printer{inv: inv, design: designOf(inv.Frozen.Layout)}
		if text := p.payText("swiss"); text != "" {
			t.Errorf("%s can be paid by %q", what, text)
		}
	}
}

// A program that reads codes reads ours off the page. Of the slip's it does so where
// Python has zxing-cpp; zbar takes the cross in the middle for a mark of the grid.
func TestPayCodesAreRead(t *testing.T) {
	needFonts(t)
	euro := longInvoice(3)
	euro.Currency, euro.Seller.Bank = "EUR", &billing.BankAccount{IBAN: "DE89 3704 0044 0532 0130 00", Holder: "Wölkchen GmbH"}
	for name, test := range map[string]struct {
		inv    invoice.Invoice
		reader []string
	}{
		"epc": {euro, []string{"zbarimg", "-q", "--raw", "-Sbinary"}},
		"swiss": {swissInvoice(), []string{"python3", "-c",
			"import sys, zxingcpp, PIL.Image; print(zxingcpp.read_barcode(PIL.Image.open(sys.argv[1])).text)"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := picture(t, test.inv, 200)
			var faults strings.Builder
			command := exec.Command(test.reader[0], append(test.reader[1:], file)...)
			command.Stderr = &faults
			read, err := command.Output()
			if errors.Is(err, exec.ErrNotFound) || strings.Contains(faults.String(), "ModuleNotFoundError") {
				t.Skip("there is no program that reads codes: zbarimg (package zbar-tools), zxing-cpp (package of Python)")
			}
			p := printer{inv: test.inv, design: designOf(nil)}
			if want := p.payText(name); err != nil || strings.TrimRight(string(read), "\n") != want {
				t.Errorf("it reads %q (%v), want %q", read, err, want)
			}
		})
	}
}

// The modules on the paper are those of the code, but for the cross in the middle.
func TestSlipHasTheCode(t *testing.T) {
	needFonts(t)
	inv := swissInvoice()
	p := printer{inv: inv, design: designOf(nil)}
	code, err := qr.Encode(p.payText("swiss"), qr.M)
	if err != nil {
		t.Fatal(err)
	}
	const dpi = 254 // ten dots a millimetre
	data, err := os.ReadFile(picture(t, inv, dpi))
	if err != nil {
		t.Fatal(err)
	}
	page, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	dark := func(x, y int) bool { r, _, _, _ := page.At(x, y).RGBA(); return r < 0x8000 }
	wrong := 0
	for y := range code.Size {
		for x := range code.Size {
			across, down := (2*x+1)*460/(2*code.Size), (2*y+1)*460/(2*code.Size)
			middle := across > 190 && across < 270 && down > 190 && down < 270
			if !middle && dark(670+across, 2970-1050+170+down) != code.Black(x, y) {
				wrong++
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d modules of the code are not those on the paper", wrong)
	}
	if !dark(670+230-28, 2970-1050+170+230-28) || dark(670+230, 2970-1050+170+230) {
		t.Error("there is no cross in the middle")
	}
}

// picture draws a document of one page and returns the PNG of it.
func picture(t *testing.T, inv invoice.Invoice, dpi int) string {
	t.Helper()
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		t.Skip("pdftoppm is not installed (package poppler-utils)")
	}
	file := filepath.Join(t.TempDir(), "page")
	if err := os.WriteFile(file+".pdf", render(t, "pdf", inv), 0o644); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command("pdftoppm", "-r", strconv.Itoa(dpi), "-png", "-singlefile", file+".pdf", file).CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %s", text)
	}
	return file + ".png"
}
