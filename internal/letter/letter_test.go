package letter

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/brand"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var update = flag.Bool("update", false, "write the golden files anew")

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	file = "testdata/" + file
	if *update {
		ok(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	ok(t, err)
	if got != string(want) {
		t.Errorf("%s is not what it was; read the difference, and write it anew with -update:\n%s", file, got)
	}
}

var akatsuki = brand.Brand{
	Organization: "reseller", Name: "Akatsuki Cloud", Accent: "#0b6363", Sender: brand.Sender{Name: "Akatsuki 請求", Address: "billing@akatsuki.example"},
	Support: brand.Support{Email: "help@akatsuki.example"}, Footer: "Akatsuki K.K.\n1-2-3 Otemachi, Tokyo",
}

// Every kind has a text of its own in every language; the previews are read by people.
func TestPreviews(t *testing.T) {
	for _, language := range Languages {
		var b strings.Builder
		for _, kind := range Kinds {
			own := builtIn()[kind]
			if len(own) != len(Languages) || own[language].Subject == "" || kind != Reminder && kind != Test && own[language] == own["en"] && language != "en" {
				t.Fatalf("%s has no text of its own in %s", kind, language)
			}
			ok(t, own[language].check(kind))
			m, err := Preview(kind, language, nil, akatsuki)
			ok(t, err)
			if _, err := m.Write(); err != nil {
				t.Errorf("%s in %s: %v", kind, language, err)
			}
			b.WriteString("-- " + string(kind) + " --\n" + m.Subject + "\n\n" + m.Plain)
		}
		golden(t, language+".txtar", b.String())
	}
	m, err := Preview(Invoice, "de", nil, akatsuki)
	ok(t, err)
	golden(t, "invoice-de.html", m.HTML)
}

func composed(t *testing.T, l Letter, own Own) Message {
	t.Helper()
	m, err := Compose(l, own, akatsuki)
	ok(t, err)
	return m
}

func document() invoice.Invoice {
	due := billing.Day(20788) // 2026-12-01
	return invoice.Invoice{
		Number: "INV-7", Language: "en", Period: billing.PeriodOf(sampleTime), Currency: "JPY", Total: money.MustParse("120000"), DueDate: &due,
		Buyer: invoice.Party{Name: "<b>Smith & Sons</b>\r\nBcc: x@evil.example"}, Payment: []string{"Bank X", "IBAN Y"}, Document: invoice.DocumentInvoice,
	}
}

// What has no value takes its line with it, and its paragraph where nothing is left.
func TestWhatIsNotThereIsLeftOut(t *testing.T) {
	paid := composed(t, Letter{Kind: Invoice, Language: "en", Fields: OfInvoice(document(), money.Decimal{})}, nil)
	for _, word := range []string{"To be paid", "Due", "How to pay", "IBAN", "Attached", "download", "{", "}"} {
		if strings.Contains(paid.Plain, word) {
			t.Errorf("%q is in the letter of a paid invoice without files:\n%s", word, paid.Plain)
		}
	}
	open := composed(t, Letter{Kind: Invoice, Language: "en", Fields: OfInvoice(document(), money.MustParse("20000"))}, nil)
	if want := "Total: 120,000 JPY\nTo be paid: 20,000 JPY\nDue date: 1 December 2026\n\nHow to pay:\nBank X\nIBAN Y\n\n"; !strings.Contains(open.Plain, want) {
		t.Errorf("%q is not in\n%s", want, open.Plain)
	}
}

// Values are text: in HTML they are escaped, in subjects they stay in one line, and what
// looks like a field in them is none.
func TestValuesAreText(t *testing.T) {
	inv := document()
	inv.Number = "{total}\r\nX: y"
	own := Own{Invoice: {"en": {"Invoice {number} to {customer}", "{customer}: https://evil.example {number}\n{link}\n"}}}
	m := composed(t, Letter{
		Kind: Invoice, Language: "en-GB", Fields: OfInvoice(inv, money.Decimal{}), Link: "https://billing.example.com/d/a?b=1&c=2", Expires: sampleTime,
	}, own)
	if m.Subject != "Invoice {total} X: y to <b>Smith & Sons</b> Bcc: x@evil.example" {
		t.Errorf("subject %q", m.Subject)
	}
	if strings.Contains(m.HTML, "<b>Smith") || !strings.Contains(m.HTML, "&lt;b&gt;Smith &amp; Sons") || strings.Count(m.HTML, "<a ") != 1 ||
		!strings.Contains(m.HTML, `href="https://billing.example.com/d/a?b=1&amp;c=2"`) {
		t.Errorf("HTML:\n%s", m.HTML)
	}
	for _, loads := range []string{"<img", "src=", "url(", "<script", "<link", "@import"} {
		if strings.Contains(m.HTML, loads) {
			t.Errorf("the page loads something by %s", loads)
		}
	}
}

func TestTextsThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		own  Own
		want string
	}{
		"kind":      {Own{"letter": {}}, `there is no kind of letter "letter"; there are invoice credit-note`},
		"field":     {Own{Test: {"en": {"{seller}", "{number}"}}}, "the letter test in en: its text names {number}; it can name {seller}, {support}"},
		"spelling":  {Own{Invoice: {"ja": {"{numbr}", "x"}}}, "{numbr}; it can name {seller}"},
		"subject":   {Own{Invoice: {"ja": {" ", "x"}}}, "its subject is empty"},
		"body":      {Own{Invoice: {"ja": {"x", "\n"}}}, "its body is empty"},
		"two lines": {Own{Invoice: {"ja": {"x\nBcc: y", "x"}}}, "its subject is more than one line"},
		"long":      {Own{Invoice: {"ja": {strings.Repeat("x", 301), "x"}}}, "longer than 300"},
		"bell":      {Own{Invoice: {"ja": {"x", "\a"}}}, "cannot be printed"},
	} {
		if err := test.own.Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ok(t, Own{Invoice: {"de": {"{number}", "{title}\r\n{open}\n"}}}.Check())
	if _, err := Compose(Letter{Kind: "letter"}, nil, akatsuki); err == nil {
		t.Error("a letter of no kind was written")
	}
	for _, link := range []string{"javascript:alert(1)", "https://", "https://a b/", "https://u:p@example.com/", "http://x/\r\n"} {
		if _, err := Compose(Letter{Kind: Test, Link: link}, nil, akatsuki); err == nil {
			t.Errorf("the link %q was taken", link)
		}
	}
	if _, err := Compose(Letter{Kind: Test}, nil, brand.Brand{Name: "x", Organization: "kita"}); err == nil || !strings.Contains(err.Error(), "the brand of kita has no address") {
		t.Errorf("a brand without an address: %v", err)
	}
}

func TestLanguages(t *testing.T) {
	for asked, want := range map[string]string{
		"en": "en", "ja-JP": "ja", "de-AT": "de", "zh": "zh-CN", "zh-Hans-SG": "zh-CN", "zh-Hant": "zh-TW", "zh-HK": "zh-TW", "ZH-tw": "zh-TW", "tlh": "en", "": "en",
	} {
		if got := spoken(asked); got != want {
			t.Errorf("%q is served with %s, want %s", asked, got, want)
		}
	}
	own := Own{Test: {"de": {"own", "own"}}}
	if got, _ := own.find(Test, "de-AT"); got.Subject != "own" {
		t.Errorf("de-AT has %v", got)
	}
	if got, _ := own.find(Test, "fr"); got.Subject == "own" {
		t.Error("fr has the German text")
	}
}

// The months and moments are as people write them (CLDR: yMMMM).
func TestCalendar(t *testing.T) {
	october := billing.PeriodOf(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))
	for language, want := range map[string]string{
		"en": "October 2026", "ja": "2026年10月", "de": "Oktober 2026", "fr": "octobre 2026", "es": "octubre de 2026", "ko": "2026년 10월",
		"zh-CN": "2026年10月", "zh-TW": "2026年10月",
	} {
		if got := month(october, language); got != want {
			t.Errorf("%s: %s, want %s", language, got, want)
		}
	}
	tokyo := time.FixedZone("JST", 9*60*60)
	if got := moment(time.Date(2026, 12, 31, 15, 30, 0, 0, time.UTC).In(tokyo), "ja"); got != "2027/01/01 00:30 JST" {
		t.Errorf("moment: %s", got)
	}
}

// A printed reminder's lines are joined where they were wrapped, and only there.
func TestUnwrap(t *testing.T) {
	long := strings.Repeat("word ", 17) + "and"
	japanese := strings.Repeat("請求書", 20) + "が"
	korean := strings.Repeat("청구서", 20)
	for text, want := range map[string]string{
		"To ACME\n\n" + long + "\nmore.\n\nBank X\nIBAN Y": "To ACME\n\n" + long + " more.\n\nBank X\nIBAN Y",
		japanese + "\n未入金です。":                              japanese + "未入金です。",
		korean + "\n상태입니다.":                                korean + " 상태입니다.",
		"":                                                 "",
	} {
		if got := unwrap(text); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// Each field is in the list once, and each name that a built-in text has is of its kind.
func TestFieldList(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range FieldList {
		if seen[f.Name] || f.Means == "" || len(f.Kinds) == 0 {
			t.Errorf("field %+v", f)
		}
		seen[f.Name] = true
	}
	for _, kind := range Kinds {
		for language, text := range builtIn()[kind] {
			for _, name := range named.FindAllString(text.Subject+text.Body, -1) {
				if !slices.Contains(fieldsOf(kind), strings.Trim(name, "{}")) {
					t.Errorf("%s in %s names %s", kind, language, name)
				}
			}
		}
	}
	own := Own{Reminder: {"en": {"x", "{reminder}"}}}
	if _, err := OfReminder(invoice.Reminder{Step: 1, Invoice: document()}, []billing.Reminder{{After: 1, Text: map[string]string{"en": "{nothing}"}}}); err == nil || own.Check() != nil {
		t.Errorf("a reminder with an unknown field: %v", err)
	}
}

// The page on mail names every kind, field and language of texts.
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile("../../docs/how-to/mail.md")
	ok(t, err)
	for _, kind := range Kinds {
		if !strings.Contains(string(page), "`"+string(kind)+"`") {
			t.Errorf("docs/how-to/mail.md does not name the kind %s", kind)
		}
	}
	for _, f := range FieldList {
		if !strings.Contains(string(page), "`{"+f.Name+"}`") {
			t.Errorf("docs/how-to/mail.md does not name the field {%s}", f.Name)
		}
	}
}
