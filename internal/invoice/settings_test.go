package invoice_test

import (
	"encoding/json"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

func fields(t tester, text string) (over map[string]json.RawMessage) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &over); err != nil {
		t.Fatal(err)
	}
	return over
}

// A setting is taken whole from the layer above, and null takes it away.
func TestLayer(t *testing.T) {
	own := billing.InvoiceSettings{
		Prepaid: true, Note: "thank you", Discount: &billing.Discount{Percent: dec("5"), Base: "subtotal"},
		Tax: []billing.Tax{{Category: "standard", Percent: dec("10")}},
	}
	tests := []struct{ over, want string }{
		{`{}`, `{"discount":{"percent":"5","base":"subtotal"},"tax":[{"category":"standard","percent":"10"}],"prepaid":true,"note":"thank you"}`},
		{`{"discount":{"percent":"6"}}`, `{"discount":{"percent":"6"},"tax":[{"category":"standard","percent":"10"}],"prepaid":true,"note":"thank you"}`},
		{`{"prepaid":false,"tax":[],"note":""}`, `{"discount":{"percent":"5","base":"subtotal"}}`},
		{`{"discount":null,"tax":null,"prepaid":null}`, `{"note":"thank you"}`},
	}
	for _, test := range tests {
		got, err := invoice.Layer(own, fields(t, test.over))
		if err != nil {
			t.Errorf("%s: %v", test.over, err)
		}
		if text := written(t, got); text != "["+test.want+"]" {
			t.Errorf("%s makes %s, want %s", test.over, text, test.want)
		}
	}
}

// A month cannot be given what is no setting, nor one under a name that would
// stand beside the setting itself.
func TestLayerRefuses(t *testing.T) {
	for over, word := range map[string]string{
		`{"discounts":{}}`:                       "discounts",
		`{"Prepaid":false}`:                      "Prepaid",
		`{"coupon\u017f":[]}`:                    "coupon",
		`{"prepaid":"yes"}`:                      "prepaid",
		`{"discount":{"percent":"many"}}`:        "many",
		`{"discount":{"percent":"5","on":"us"}}`: "on",
		`{"spend_commitment":{"amount":"5"}}`:    "spend_commitment",
	} {
		_, err := invoice.Layer(billing.InvoiceSettings{Prepaid: true}, fields(t, over))
		namesAll(t, err, word)
	}
}

// What the template says comes first; where it is silent, the group's own holds.
func TestMaster(t *testing.T) {
	own := billing.InvoiceSettings{Note: "own", Prepaid: true, Rounding: billing.RoundingSettings{Mode: "down", Point: "invoice"}}
	template := billing.InvoiceSettings{Note: "template", Rounding: billing.RoundingSettings{Mode: "up"}}
	want := `[{"rounding":{"mode":"up"},"prepaid":true,"note":"template"}]`
	if got := written(t, invoice.Master(own, template)); got != want {
		t.Errorf("the master is %s, want %s", got, want)
	}
}

func TestDifferentSettings(t *testing.T) {
	a := billing.InvoiceSettings{Note: "a", Prepaid: true, Series: "S-{seq:3}"}
	b := billing.InvoiceSettings{Note: "b", Discount: &billing.Discount{Percent: dec("1")}, Series: "S-{seq:3}"}
	if got := written(t, invoice.DifferentSettings(a, b)); got != `[["discount","note","prepaid"]]` {
		t.Errorf("different are %s, want discount, note and prepaid", got)
	}
	if got := invoice.DifferentSettings(a, a); len(got) > 0 {
		t.Errorf("of the same settings %v are different", got)
	}
}

func TestParseSettingsRefuses(t *testing.T) {
	for text, word := range map[string]string{
		``:                    "no invoice settings",
		`[]`:                  "no invoice settings",
		`{"prepaid":true} {}`: "follows",
		`{"prepaid":true}x`:   "follows",
		`{"series":7}`:        "series",
		`{"unknown":7}`:       "unknown",
		`{"spend_commitment":{"amount":"1","every":1}}`: "2026-10",
	} {
		_, err := invoice.ParseSettings([]byte(text))
		namesAll(t, err, word)
	}
}

// Settings that are read can be written, are then read as the same, and change
// nothing when they are laid over themselves. An empty list is left out when it
// is written, and what holds nothing else with it: they are written once before.
func FuzzParseSettings(f *testing.F) {
	_, set := sakura()
	sample, err := json.Marshal(set.Group.Invoice)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sample)
	for _, text := range []string{
		`{}`, `null`, `{"prepaid":true}`, `{"tax":[{"category":"standard","percent":"1e-64"}]}`, `{"rounding":{"digits":-2147483648}}`,
		`{"spend_commitment":{"amount":"1E64","every":3,"from":"2026-10","to":"0000-01"}}`, `{"support":[{"kind":"plan","accounts":{"":"none"}}]}`,
		`{"terms":{"holidays":["0000-01-01"]}}`, `{"terms":{"holidays":[]}}`, `{"PREPAID":true}`, `{"expect":{}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		settings, err := invoice.ParseSettings(text)
		if err != nil {
			return
		}
		once, err := json.Marshal(settings)
		if err != nil {
			t.Fatalf("%s cannot be written: %v", text, err)
		}
		if settings, err = invoice.ParseSettings(once); err != nil {
			t.Fatalf("%s is written as %s, which is refused: %v", text, once, err)
		}
		if once, err = json.Marshal(settings); err != nil {
			t.Fatal(err)
		}
		again, err := invoice.ParseSettings(once)
		if err != nil {
			t.Fatal(err)
		}
		if twice := written(t, again); twice != "["+string(once)+"]" {
			t.Fatalf("%s is written as %s, then as %s", text, once, twice)
		}
		laid, err := invoice.Layer(settings, fields(t, string(once)))
		if err != nil {
			t.Fatalf("%s cannot be laid over itself: %v", once, err)
		}
		if got := written(t, laid); got != "["+string(once)+"]" {
			t.Fatalf("%s laid over itself is %s", once, got)
		}
	})
}

// A minimum and a commitment to spend are of one document for all: where the month
// has one for each provider, whatever the settings say, each would be charged them.
func TestMinimumIsOfOneDocument(t *testing.T) {
	for _, with := range []billing.InvoiceSettings{
		{Minimum: &billing.Minimum{Amount: dec("100")}},
		{SpendCommitment: &billing.SpendCommitment{Amount: dec("100"), Every: 1, From: month("2026-10")}},
	} {
		set := settings("USD", with)
		set.Provider = "gcp"
		refuse(t, owed(account("1", usage("A", "USD", "10"))), set, "minimum charge", "gcp", "void")
	}
}
