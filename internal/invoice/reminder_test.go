package invoice

import (
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

func TestNextReminder(t *testing.T) {
	at := func(step int, day string) Event { return Event{Kind: EventReminded, Step: step, On: onDay(day)} }
	// The document is due on 2026-12-31.
	tests := []struct {
		name     string
		steps    []billing.Reminder
		reminded []Event
		today    string
		want     int
	}{
		{"6 days", nil, nil, "2027-01-06", 0},
		{"7 days", nil, nil, "2027-01-07", 1},
		{"first is written", nil, []Event{at(1, "2027-01-07")}, "2027-01-20", 0},
		{"21 days", nil, []Event{at(1, "2027-01-07")}, "2027-01-21", 2},
		{"first was late", nil, []Event{at(1, "2027-01-15")}, "2027-01-28", 0},
		{"14 days after the late first", nil, []Event{at(1, "2027-01-15")}, "2027-01-29", 2},
		{"none was written for long", nil, nil, "2027-06-01", 1},
		{"51 days", nil, []Event{at(1, "2027-01-07"), at(2, "2027-01-21")}, "2027-02-20", 3},
		{"all are written", nil, []Event{at(1, "2027-01-07"), at(2, "2027-01-21"), at(3, "2027-02-20")}, "2028-01-01", 0},
		{"steps of the reseller", []billing.Reminder{{After: 1}}, nil, "2027-01-01", 1},
		{"no more than one", []billing.Reminder{{After: 1}}, []Event{at(1, "2027-01-01")}, "2027-02-01", 0},
	}
	for _, test := range tests {
		days := int(onDay(test.today) - onDay("2026-12-31"))
		step, is := NextReminder(test.steps, days, test.reminded, onDay(test.today))
		if step != test.want || is != (test.want > 0) {
			t.Errorf("%s: step %d (%t), want %d", test.name, step, is, test.want)
		}
	}
}

func reminderIn(language string, step int) Reminder {
	inv := issuedOf("1234.50")
	inv.Number, inv.Language, inv.Total, inv.Payment = "INV-2026-000017", language, amount("2234.50"), []string{"Bank X", "IBAN Y"}
	inv.Seller.Name, inv.Buyer.Name = "Cloud & Co", "ACME, Inc."
	return Reminder{Step: step, Invoice: inv, Open: inv.Payable, Days: 21, Today: onDay("2027-01-21")}
}

// Every letter names the document, what is open, in the signs of its language,
// and who writes to whom; each step says something else.
func TestLetters(t *testing.T) {
	open := map[string]string{
		"en": "1,234.50 USD", "ja": "1,234.50 USD", "de": "1.234,50 USD", "fr": "1\u202f234,50 USD", "es": "1.234,50 USD", "ko": "1,234.50 USD",
		"zh-CN": "1,234.50 USD", "zh-TW": "1,234.50 USD", "tlh": "1,234.50 USD", "de-AT": "1.234,50 USD", "zh-Hant-HK": "1,234.50 USD",
	}
	due := map[string]string{
		"en": "31 December 2026", "ja": "2026/12/31", "de": "31.12.2026", "fr": "31/12/2026", "es": "31/12/2026", "ko": "2026-12-31",
		"zh-CN": "2026-12-31", "zh-TW": "2026/12/31", "tlh": "31 December 2026", "de-AT": "31.12.2026", "zh-Hant-HK": "2026/12/31",
	}
	for language := range open {
		seen := map[string]bool{}
		for step := 1; step <= 3; step++ {
			letter, err := reminderIn(language, step).Letter(nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range []string{"INV-2026-000017", open[language], due[language], "ACME, Inc.", "Cloud & Co", "Bank X\nIBAN Y"} {
				if !strings.Contains(letter, word) {
					t.Errorf("%s, step %d: %q is not in\n%s", language, step, word, letter)
				}
			}
			if strings.ContainsAny(letter, "{}") || seen[letter] {
				t.Errorf("%s, step %d: a field is left, or it is as the step before:\n%s", language, step, letter)
			}
			seen[letter] = true
		}
	}
	for language, word := range map[string]string{"zh-CN": "账单", "zh-TW": "帳單", "zh-Hant-HK": "帳單", "tlh": "invoice", "de-AT": "Rechnung"} {
		if letter, _ := reminderIn(language, 1).Letter(nil); !strings.Contains(letter, word) {
			t.Errorf("%s: %q is not in\n%s", language, word, letter)
		}
	}
}

func TestOwnLetter(t *testing.T) {
	steps := []billing.Reminder{{After: 3, Text: map[string]string{"de": "{number}: {open} seit {days} Tagen", "en": "pay {amount}"}}}
	got, err := reminderIn("de-CH", 1).Letter(steps)
	if want := "INV-2026-000017: 1.234,50 USD seit 21 Tagen\n"; err != nil || got != want {
		t.Errorf("letter %q, %v; want %q", got, err, want)
	}
	if _, err := reminderIn("en", 1).Letter(steps); err == nil || !strings.Contains(err.Error(), "{amount}") {
		t.Errorf("error %v, want one that names {amount}", err)
	}
	if got, err := reminderIn("ja", 1).Letter(steps); err != nil || !strings.Contains(got, "御中") {
		t.Errorf("a language without an own text: %q, %v", got, err)
	}
	none := reminderIn("en", 1)
	none.Invoice.Payment = nil
	if got, err := none.Letter(nil); err != nil || strings.Contains(got, "\n\n\n") {
		t.Errorf("without payment lines: %q, %v", got, err)
	}
}
