package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/secret"
)

func task(id string) Task {
	text, _ := json.Marshal(id)
	return Task{Text: text, Name: id}
}

// What a vendor tells through the SDK arrives as it was told.
func TestSluiceProtocol(t *testing.T) {
	b := reached(t, billing.Backend{Address: sdk(t, vendor{rows: 2500})})
	d, err := b.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := Described{
		Name: "Hyper", Version: "1.2.3", Protocol: "sluice", Provider: "hyper", Currency: "USD",
		Schemas: map[string]json.RawMessage{"key": json.RawMessage(`{"type":"object","properties":{"key":{"type":"string","writeOnly":true}}}`)},
		Rules: []billing.SourceRule{{ID: "hyper-1", Conditions: []billing.SourceCondition{{Field: "tag:team", Is: "web"}},
			GiveTo: billing.RowOwner{Account: "web"}, GoOn: true}},
		Notes: []string{`rule "odd" of the backend is left out: rows have no field "colour"; declare a source rule of your own`},
	}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("described:\n%+v\nwanted:\n%+v", d, want)
	}
	accounts, err := b.Verify(t.Context(), credential)
	if err != nil || !reflect.DeepEqual(accounts, []Account{{"1001", "Main"}}) {
		t.Errorf("accounts %v, %v", accounts, err)
	}
	since := time.Date(2026, 11, 1, 0, 30, 0, 0, time.UTC)
	tasks, err := b.Tasks(t.Context(), credential, october, since)
	if err != nil || fmt.Sprintf("%s %s", tasks[0].Text, tasks[0].Name) != `"small" 2026-10` || tasks[1].Name != "2026-11-01T00:30:00Z" {
		t.Fatalf("tasks %v, %v", tasks, err)
	}
	rows, total, err := rowsOf(t, b, tasks[0])
	if err != nil {
		t.Fatal(err)
	}
	list := money.MustParse("0.25")
	first := Row{
		Day: october.FirstDay(), Account: "1001", AccountName: "Main", Service: "Compute", Region: "eu-1", UsageType: "vm.small", Resource: "vm-7",
		Description: "a machine", Quantity: money.MustParse("24"), Unit: "hours", Cost: money.MustParse("0.1"), ListCost: &list, Currency: "USD", InvoiceID: "INV-1",
		Tags: map[string]string{"team": "web"},
	}
	if len(rows) != 3 || !reflect.DeepEqual(rows[0], first) {
		t.Errorf("the first row is\n%+v\nwanted\n%+v", rows[0], first)
	}
	if r := rows[1]; !r.Monthly || r.Day != october.FirstDay() || r.Category != "Credit" || r.Cost.String() != "-0.0000001" || r.Currency != "USD" {
		t.Errorf("the second row is %+v", r)
	}
	// 0.1 − 0.0000001 USD, 0.2 KRW
	if total.Rows != 3 || total.Cost["USD"].String() != "0.0999999" || total.Cost["KRW"].String() != "0.2" {
		t.Errorf("total %+v", total)
	}
	rows, total, err = rowsOf(t, b, tasks[1])
	if err != nil || len(rows) != 2500 || total.Cost["USD"].String() != "25" {
		t.Errorf("%d rows, total %+v, %v", len(rows), total, err)
	}
}

// What a reader leaves is not sent on, and is no fault.
func TestReaderMayLeave(t *testing.T) {
	b := reached(t, billing.Backend{Address: sdk(t, vendor{rows: 1_000_000})})
	var total Total
	read := 0
	for _, err := range b.Rows(t.Context(), credential, october, task("big"), &total) {
		if err != nil {
			t.Fatal(err)
		}
		if read++; read == 3 {
			break
		}
	}
	if read != 3 || total.Rows != -1 {
		t.Errorf("read %d rows, total %+v", read, total)
	}
}

// A credential that does not work is told apart, and is not repeated.
func TestCredentialRefused(t *testing.T) {
	b := reached(t, billing.Backend{Address: sdk(t, vendor{})})
	wrong := Credential{Schema: "key", Fields: map[string]secret.Text{"key": secret.TextOf("letmein-please")}}
	_, err := b.Verify(t.Context(), wrong)
	var refused *RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	want := "backend hyper does not accept the credential: key ••• is not known to the vendor; correct the credential, and verify it again"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

// An unknown task is an error with the vendor's own words.
func TestUnknownTask(t *testing.T) {
	b := reached(t, billing.Backend{Address: sdk(t, vendor{})})
	_, _, err := rowsOf(t, b, task("nothing"))
	if err == nil || !strings.Contains(err.Error(), `there is no task "nothing" in this month; plan the month again`) {
		t.Errorf("got %v", err)
	}
	_, _, err = rowsOf(t, b, Task{Text: json.RawMessage("{}")})
	if err == nil || !strings.Contains(err.Error(), `task "{}" is none of backend hyper`) {
		t.Errorf("got %v", err)
	}
}

// A month may have so many rows, over all its tasks; asking for its tasks begins anew.
func TestRowsOfAMonthAreBounded(t *testing.T) {
	b := reached(t, billing.Backend{Address: sdk(t, vendor{rows: 8}), MostRows: 10})
	for range 2 {
		if _, err := b.Tasks(t.Context(), credential, october, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := rowsOf(t, b, task("big")); err != nil {
			t.Fatal(err)
		}
	}
	rows, _, err := rowsOf(t, b, task("big"))
	if len(rows) != 2 || err == nil || err.Error() != "backend hyper told more than 10 rows of 2026-10; raise its most_rows if the month is that large, else look why it tells so much" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}
