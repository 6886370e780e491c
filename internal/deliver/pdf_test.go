package deliver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/statement"
)

// needFonts skips a test where the program was built without fonts.
func needFonts(t testing.TB) {
	t.Helper()
	if _, err := loadFace(latin, false); errors.Is(err, errNoFonts) {
		t.Skip("no fonts in internal/deliver/font: run make fonts")
	}
}

// A program built without fonts says what to do; a broken font file is named.
func TestMissingFonts(t *testing.T) {
	if _, err := readFace(fstest.MapFS{}, "NotoSans-Regular"); err == nil || !strings.Contains(err.Error(), "make fonts") {
		t.Errorf("without fonts: %v, want an error that says to run make fonts", err)
	}
	broken := fstest.MapFS{"font/NotoSans-Bold.ttf.gz": {Data: []byte("no gzip")}}
	if _, err := readFace(broken, "NotoSans-Bold"); err == nil || !strings.Contains(err.Error(), "NotoSans-Bold") {
		t.Errorf("with a broken font: %v, want an error that names it", err)
	}
}

// R31: twice in this process, at once in several goroutines, and in another
// process, the bytes are the same.
func TestPDFIsReproducible(t *testing.T) {
	if os.Getenv("DELIVER_PRINT_PDF") != "" {
		os.Stdout.WriteString("sum " + sum(render(t, "pdf", koreanPreview())) + "\n")
		return
	}
	needFonts(t)
	want := sum(render(t, "pdf", koreanPreview()))

	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if got := sum(render(t, "pdf", koreanPreview())); got != want {
				t.Errorf("the second PDF has the sum %s, the first %s", got, want)
			}
		})
	}
	wait.Wait()

	other := exec.Command(os.Args[0], "-test.run=^TestPDFIsReproducible$")
	other.Env = append(os.Environ(), "DELIVER_PRINT_PDF=1", "TZ=Asia/Tokyo")
	out, err := other.Output()
	if err != nil || !strings.Contains(string(out), "sum "+want) {
		t.Errorf("another process wrote %s (%v), want the sum %s", out, err, want)
	}
}

func sum(data []byte) string {
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}

// What a reader of the PDF finds: the total, the names in their own script, the
// signs of the language. The numbers are those of the hand-written invoices.
func TestPDFText(t *testing.T) {
	needFonts(t)
	tests := []struct {
		inv    invoice.Invoice
		want   []string
		absent []string
	}{
		{japaneseInvoice(), []string{
			"請求書", "INV-2026-000123", "株式会社クラウド再販", "さくら製造株式会社 御中", "T9234567890123", "2026年11月30日",
			"JPY 323,550", "184,567", "1,234.57", "256,007", "-12,052", "243,955", "294,155", "29,395", "消費税 10%（対象 293,955）",
			"運用サポート（24時間365日）", "マーケットプレイス", "1 USD = 149.5 JPY", "切り捨て", "-3.0627045", "1 / 2 ページ",
		}, []string{"下書き"}},
		{germanDraft(), []string{
			"Rechnung", "Müller & Söhne Präzisionsmaschinenbau", "11.358,02", "USt 19 % auf 11.404,02", "2.166,76", "USt 7 % auf 40,00",
			"Steuerschuldnerschaft des Leistungsempfängers", "EUR 13.713,58", "ENTWURF", "kaufmännisch",
		}, nil},
		{koreanPreview(), []string{"청구서", "주식회사 한빛제조", "上海张伟贸易有限公司", "KRW 323,550", "미리보기"}, nil},
		{creditNote(), []string{"Credit note", "CN-7", "USD 144.60", "-144.60", "5 Rue de l’Église", "=HYPERLINK"}, []string{"Cost", "DRAFT"}},
		{longInvoice(1), []string{"Service 001", "USD 1.25", "Page 1 of 1"}, []string{"continued"}},
		{fullInvoice(), []string{
			"111111111111 · AWS", "5f1c-staging · Microsoft Azure", "part 3 of 12 adjusting entry", "adjusting entry, exempt from tax", "0.95", "Stamp duty exempt from tax",
		}, []string{"Provider"}},
		{correction(), []string{
			"Gutschrift", "Korrektur zur Rechnung R-2026-0117 vom 05.11.2026", "Grund: Der Anbieter hat den Monat Oktober neu abgerechnet", "Alle Beträge sind Differenzen",
			"Anbieter", "AWS", "-92,00", "Rabatt von 5 % auf die Nutzung", "USt 19 % auf -87,40", "-104,01", "EUR 104,01",
		}, []string{"IBAN", "Zahlbetrag"}},
		{debitNote(), []string{"追加請求書", "INV-2026-000123（2026年11月5日発行）の訂正", "訂正理由：利用料の計上漏れ", "適格請求書", "JPY 46,046"}, nil},
		{qualifiedInvoice(), []string{
			"適格請求書", "登録番号 T9234567890123", "調整項目, 不課税", "軽減税率対象", "税込合計", "1,656,080", "うち消費税 10%（対象 1,500,000）", "150,000",
			"うち消費税 8%（対象 1,000）", "うち不課税（対象 5,000）", "国外の顧客への役務提供 (ABROAD)", "うち税額合計", "150,080",
		}, []string{"総合計", "Outside"}},
		{reverseCharge(), []string{"Autoliquidation (base 11 404,02)", "taxe due par le preneur (VATEX-EU-AE)", "N° de TVA FR40303265045"}, []string{"Reverse charge"}},
		{indianInvoice(), []string{"CGST 9% on 100,000.00", "SGST 9% on 100,000.00", "9,000.00", "18,000.00", "INR 118,000.00", "Tax registration 29ABCDE1234F1ZW"}, nil},
		{carriedCredit(), []string{"Abonado al saldo", "Saldo anterior 1.000,00, posterior 1.144,60", "USD 144,60"}, []string{"Importe abonado"}},
	}
	for _, test := range tests {
		text := strings.ReplaceAll(strings.Join(pages(t, test.inv), "\n"), "\u00a0", " ")
		for _, want := range test.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%s", test.inv.ID, want, text)
			}
		}
		for _, word := range test.absent {
			if strings.Contains(text, word) {
				t.Errorf("%s says %q:\n%s", test.inv.ID, word, text)
			}
		}
	}
}

// A Japanese document is called qualified where its seller is registered and its
// tax is in yen; a credit note is a qualified return invoice.
func TestQualified(t *testing.T) {
	for want, change := range map[string]func(*invoice.Invoice){
		"適格請求書":   func(*invoice.Invoice) {},
		"適格返還請求書": func(inv *invoice.Invoice) { inv.Document = invoice.DocumentCreditNote },
		"":        func(inv *invoice.Invoice) { inv.Currency = "USD" },
	} {
		inv := qualifiedInvoice()
		change(&inv)
		if got := (&printer{inv: inv, l: &japanese}).qualified(); got != want {
			t.Errorf("the document is called %q, want %q", got, want)
		}
	}
	for _, number := range []string{"", "T123456789012", "T92345678901234", "1234567890123"} {
		inv := qualifiedInvoice()
		inv.Seller.TaxRegistration = number
		if got := (&printer{inv: inv, l: &japanese}).qualified(); got != "" {
			t.Errorf("with the registration %q the document is called %q", number, got)
		}
	}
	if got := (&printer{inv: qualifiedInvoice(), l: &english}).qualified(); got != "" {
		t.Errorf("in English the document is called %q", got)
	}
}

// The notes on prices stand below the totals in the reader's language, and the
// provider under the name it has there; a note of a newer version shows its
// code. Without notes there is no heading.
func TestPDFNotes(t *testing.T) {
	needFonts(t)
	notes := []statement.Note{
		{Code: statement.CommitmentsAsApplied, Args: []string{"azure"}}, {Code: statement.CommitmentsAsApplied, Args: []string{"0001-payer"}},
		{Code: statement.CommitmentsByDay}, {Code: statement.TiersAlone}, {Code: "of-tomorrow", Args: []string{"x"}},
	}
	for _, inv := range []invoice.Invoice{creditNote(), japaneseInvoice()} {
		l := labelsFor(inv.Language)
		words := func() string { // lines may break anywhere
			return strings.Join(strings.Fields(strings.Join(pages(t, inv), " ")), "")
		}
		if strings.Contains(words(), l.pricing) {
			t.Errorf("%s has a heading %q without notes", inv.ID, l.pricing)
		}
		inv.Notes = notes
		text, from := words(), 0
		for _, want := range []string{
			l.pricing, fmt.Sprintf(l.asApplied, "Microsoft Azure"), fmt.Sprintf(l.asApplied, "0001-payer"), l.byDay, l.tiersAlone, "of-tomorrow",
		} {
			at := strings.Index(text[from:], strings.Join(strings.Fields(want), ""))
			if at < 0 {
				t.Fatalf("%s does not say %q in its place:\n%s", inv.ID, want, text)
			}
			from += at
		}
	}
}

// A long account goes on over pages: each repeats the account and the column
// heads above at least one line, every service is there, and the total has a
// line above it. Every length around a page break is tried.
func TestPDFPageBreaks(t *testing.T) {
	needFonts(t)
	for _, services := range []int64{27, 28, 29, 30, 31, 32, 33, 34, 300} {
		inv := longInvoice(services)
		all := pages(t, inv)
		for i, page := range all {
			headed := strings.Contains(page, "production") && strings.Contains(page, "Amount (USD)")
			if strings.Contains(page, "Service 0") || strings.Contains(page, "Service 1") || strings.Contains(page, "Service 2") {
				if !headed || i > 0 && !strings.Contains(page, "(continued)") {
					t.Errorf("page %d of %d services has no head:\n%s", i+1, services, page)
				}
			} else if headed {
				t.Errorf("page %d of %d services has a head without a line:\n%s", i+1, services, page)
			}
		}
		text := strings.Join(all, "")
		for i := range inv.Accounts[0].Lines {
			name := inv.Accounts[0].Lines[i].Service[:len("Service 000")]
			if strings.Count(text, name) != 1 {
				t.Errorf("of %d services, %s is printed %d times", services, name, strings.Count(text, name))
			}
		}
	}
}

// An account of one line is never torn: its title, its line and its total are
// on one page, whatever stands above it.
func TestPDFKeepsTitleWithLine(t *testing.T) {
	needFonts(t)
	inv := longInvoice(0)
	inv.Accounts = nil
	for i := 10; i < 60; i++ {
		line := usage(fmt.Sprintf("service-%d", i), fmt.Sprintf("%d.75", i), "USD", "1", "1", fmt.Sprintf("%d.75", i))
		inv.Accounts = append(inv.Accounts, invoice.Account{
			Account: fmt.Sprintf("account-%d", i), Lines: []invoice.Line{line}, Total: line.Amount,
		})
	}
	all := pages(t, inv)
	for i := 10; i < 60; i++ {
		for _, page := range all {
			title, lines := strings.Contains(page, fmt.Sprintf("account-%d", i)), strings.Contains(page, fmt.Sprintf("service-%d", i))
			amounts := strings.Count(page, fmt.Sprintf(" %d.75", i)) // of the line and of the total
			if title != lines || lines && amounts != 2 {
				t.Errorf("account-%d is torn: title %v, line %v, %d amounts on\n%s", i, title, lines, amounts, page)
			}
		}
	}
}

// Nothing of a table, its total included, runs into the footer.
func TestPDFTableEndsAboveFooter(t *testing.T) {
	needFonts(t)
	for services := int64(1); services < 90; services++ {
		inv := longInvoice(services)
		p, err := newPrinter(Document{Invoice: inv})
		if err != nil {
			t.Fatal(err)
		}
		p.newPage()
		account := p.accountTable(inv.Accounts[0])
		p.drawTable(account, p.gridOf(account))
		if p.y > p.floor {
			t.Errorf("the table of %d services ends at %d, below %d", services, p.y, p.floor)
		}
	}
}

// R29: a draft and a preview say so on every page.
func TestPDFMarksEveryPage(t *testing.T) {
	needFonts(t)
	for word, change := range map[string]func(*invoice.Invoice){
		"DRAFT":   func(inv *invoice.Invoice) { inv.State = invoice.Draft },
		"PREVIEW": func(inv *invoice.Invoice) { inv.State, inv.Preview = invoice.Draft, true },
	} {
		inv := longInvoice(100)
		change(&inv)
		all := pages(t, inv)
		if len(all) < 3 {
			t.Fatalf("100 services make %d pages", len(all))
		}
		for i, page := range all {
			if !strings.Contains(page, word) {
				t.Errorf("page %d does not say %s:\n%s", i+1, word, page)
			}
		}
	}
}

// Names that no one expects are set without a fault: a script without a font,
// one long word, line breaks, nothing at all.
func TestPDFOddNames(t *testing.T) {
	needFonts(t)
	for _, name := range []string{"", " ", "שלום 🙂", strings.Repeat("x", 500), "a\r\nb\x00c", "\xff\xfe", strings.Repeat("請求 ", 90)} {
		inv := longInvoice(2)
		inv.Buyer.Name, inv.Title, inv.Note, inv.Seller.Name = name, name, name, name
		inv.Accounts[0].Name, inv.Accounts[0].Lines[0].Service = name, name
		if data := render(t, "pdf", inv); !bytes.HasPrefix(data, []byte("%PDF-")) {
			t.Errorf("with the name %q the document begins %q", name, data[:min(len(data), 20)])
		}
	}
}

// An invoice with East Asian names stays small enough for mail: only the glyphs
// in use are in it.
func TestPDFIsSmall(t *testing.T) {
	needFonts(t)
	for _, inv := range []invoice.Invoice{japaneseInvoice(), koreanPreview(), germanDraft()} {
		if size := len(render(t, "pdf", inv)); size > 200_000 {
			t.Errorf("%s has %d bytes, want at most 200000", inv.ID, size)
		}
	}
}

// pages returns the text of each page, as pdftotext reads it.
func pages(t *testing.T, inv invoice.Invoice) []string {
	t.Helper()
	return textOf(t, inv.ID, render(t, "pdf", inv))
}

func textOf(t *testing.T, id string, data []byte) []string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed (package poppler-utils)")
	}
	path := filepath.Join(t.TempDir(), "invoice.pdf")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-layout", path, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext cannot read the document of %s: %v", id, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

// The limit is 50 documents of three pages a second on two cores.
func BenchmarkPDF(b *testing.B) {
	needFonts(b)
	three := japaneseInvoice()
	for range 2 {
		three.Accounts = append(three.Accounts, three.Accounts...)
	}
	for name, inv := range map[string]invoice.Invoice{"three-pages-japanese": three, "three-pages-english": longInvoice(80)} {
		b.Run(name, func(b *testing.B) {
			p, err := newPrinter(Document{Invoice: inv})
			if err != nil {
				b.Fatal(err)
			}
			if p.print(); p.doc.Pages() != 3 {
				b.Fatalf("it has %d pages", p.doc.Pages())
			}
			b.RunParallel(func(each *testing.PB) {
				for each.Next() {
					render(b, "pdf", inv)
				}
			})
			perSecond := int64(b.N) * int64(time.Second) / max(1, int64(b.Elapsed()))
			b.Logf("%s: %d documents a second, %d%% of the limit of 50", name, perSecond, perSecond*100/50)
		})
	}
}
