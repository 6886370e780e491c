package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/sample"
	"github.com/sluice-billing/sluice/internal/trial"
)

// loaded is an installation with a month of three accounts, 200000000001 to 3 in the
// lake, of which only the first is somebody's, and not priced.
func loaded(t *testing.T) (*app.App, string) {
	t.Helper()
	ctx, exported, dir := context.Background(), t.TempDir(), t.TempDir()
	september := billing.PeriodOf(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))
	if _, err := sample.Generate(ctx, exported, sample.Options{Lines: 300, Accounts: 3, Seed: 3, Period: september, Report: "cur", InvoiceID: "1001"}); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(ctx, app.Options{Dir: dir, Now: func() time.Time { return time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	var in ApplyInput
	in.Body.Config = declared(t, `
reseller: {name: Reseller, currency: USD, accounts: ["111111111111"]}
payers: [{id: "111111111111", provider: aws}]
sources: [{name: export, kind: aws-cur, url: `+exported+`, payer: "111111111111"}]
accounts: [{id: "200000000002", name: The second}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: g1, customer: acme, currency: USD, claims: [{accounts: ["200000000001"]}]}
  - {id: g2, customer: acme, currency: USD, claims: [{accounts: ["200000000003"], from: 2026-09-16}]}
`)
	if _, err := ApplyConfig.Call(ctx, here(t, a, "ann"), in); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Pipeline.Ingest(ctx, september, ""); err != nil {
		t.Fatal(err)
	}
	return a, dir
}

// What is nobody's is found before the month is priced, and it is what holds the close.
func TestUnmappedAccounts(t *testing.T) {
	a, dir := loaded(t)
	september := UnmappedQuery{billing.PeriodOf(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))}
	remote := served(t, a, dir)
	for name, at := range map[string]Place{"here": here(t, a, "ann"), "server": remote} {
		found, err := ListUnmappedAccounts.Call(t.Context(), at, september)
		if err != nil || len(found) != 2 {
			t.Fatalf("%s: %+v, %v", name, found, err)
		}
		second, third := found[0], found[1]
		if second.Account != "200000000002" || second.Name != "The second" || second.Payer != "111111111111" || len(second.Services) == 0 || second.Cost.Sign() <= 0 || second.Proposed != "" {
			t.Errorf("%s: %+v", name, second)
		}
		if third.Account != "200000000003" || third.First.String() < "2026-09-01" || third.Last.String() > "2026-09-15" || third.Proposed != "g2" || third.Because != "it has the account since 2026-09-16" {
			t.Errorf("%s: %+v", name, third)
		}
	}
	empty, err := ListUnmappedAccounts.Call(t.Context(), remote, UnmappedQuery{september.Period.Next()})
	if err != nil || len(empty) != 0 {
		t.Errorf("of a month that is not loaded: %+v, %v", empty, err)
	}
	found, err := ListUnmappedAccounts.Call(t.Context(), remote, september)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Pipeline.Close(t.Context(), september.Period, true); err != nil {
		t.Log(err) // held
	}
	findings, err := a.Store.Findings(t.Context(), september.Period)
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, f := range findings {
		if f.Code != "unassigned" {
			continue
		}
		for _, u := range found {
			if strings.HasPrefix(f.Subject, u.Account) && f.Amount.Equal(u.Cost) && f.Count == u.Lines {
				held++
			}
		}
	}
	if held != len(found) {
		t.Errorf("%d of %+v are findings: %+v", held, found, findings)
	}

	sheet := []byte("アカウントID\t請求グループ\n200000000002\tg1\n200000000003\tg2\n")
	mapped, err := MapAccounts.Call(t.Context(), remote, MapAccountsInput{RawBody: sheet, DryRun: true})
	if err != nil || mapped.Done || mapped.Counts.New != 1 || mapped.Counts.Same != 1 {
		t.Errorf("mapped %+v, %v", mapped.Rows, err)
	}
	mapped, err = MapAccounts.Call(t.Context(), remote, MapAccountsInput{RawBody: sheet, From: On(september.Period.FirstDay())})
	if err != nil || !mapped.Done || mapped.Counts.New != 2 {
		t.Fatalf("mapped %+v, %v", mapped, err)
	}
	if found, err = ListUnmappedAccounts.Call(t.Context(), remote, september); err != nil || len(found) != 0 {
		t.Errorf("still nobody's: %+v, %v", found, err)
	}
}

// All of a sheet is done or nothing, in the same words here and at a server.
func TestMapAccounts(t *testing.T) {
	a, places := fresh(t)
	f := excelize.NewFile()
	for i, row := range [][]any{{"account", "group", "from", "remark"}, {"111111111111", "h", "2026-11", "moves"}, {"222222222222", "g", nil, ""}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var book bytes.Buffer
	if err := f.Write(&book); err != nil {
		t.Fatal(err)
	}
	text := []byte("account,group,from,remark\n111111111111,h,2026-11,moves\n222222222222,g,,\n")
	refused, err := MapAccounts.Call(t.Context(), places["server"], MapAccountsInput{RawBody: text})
	if err != nil || refused.Done || refused.Counts.Refused != 1 || refused.Counts.New != 1 || refused.Rows[0].Owner.ID != "g" {
		t.Fatalf("to a group that is not there: %+v, %v", refused, err)
	}
	if c, err := a.Config(t.Context()); err != nil || len(c.BillingGroups[0].Claims[0].Accounts) != 1 {
		t.Errorf("half of it was done: %+v, %v", c.BillingGroups, err)
	}
	var in ApplyInput
	in.Body.Config = declared(t, `billing_groups: [{id: h, customer: acme, currency: USD, claims: []}]`)
	if _, err := ApplyConfig.Call(t.Context(), places["here"], in); err != nil {
		t.Fatal(err)
	}
	dry := map[string]MappedAccounts{}
	for name, at := range places {
		for kind, data := range map[string][]byte{"text": text, "book": book.Bytes()} {
			got, err := MapAccounts.Call(t.Context(), at, MapAccountsInput{RawBody: data, DryRun: true})
			if err != nil || got.Done || got.Counts.Moved != 1 || got.Counts.New != 1 || len(got.Changes) != 2 || fmt.Sprint(got.Ignored) != "[remark]" || got.Rows[0].Owner.ID != "g" {
				t.Fatalf("%s, %s: %+v, %v", name, kind, got, err)
			}
			dry[kind] = got
		}
	}
	if _, err := MapAccounts.Call(t.Context(), places["server"], MapAccountsInput{RawBody: text, Basis: dry["text"].Basis - 1}); code(err) != "changed" {
		t.Errorf("at another basis: %v", err)
	}
	done, err := MapAccounts.Call(t.Context(), places["server"], MapAccountsInput{RawBody: book.Bytes(), Basis: dry["text"].Basis})
	if err != nil || !done.Done || done.Sheet != "Sheet1" || len(done.Changes) != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	again, err := MapAccounts.Call(t.Context(), places["here"], MapAccountsInput{RawBody: text})
	if err != nil || !again.Done || again.Counts.Same != 2 || len(again.Changes) != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	if _, err := MapAccounts.Call(t.Context(), places["server"], MapAccountsInput{Name: "x.xlsx", RawBody: []byte("PK\x03\x04")}); code(err) != "invalid" {
		t.Errorf("a damaged workbook: %v", err)
	}
	for _, missing := range []access.Permission{access.ReadConfig, access.WriteConfig} {
		at := with(t, a, map[access.Permission]access.Permission{access.ReadConfig: access.WriteConfig, access.WriteConfig: access.ReadConfig}[missing])
		if _, err := MapAccounts.Call(t.Context(), at, MapAccountsInput{RawBody: text}); code(err) != "denied" {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}

// An account moves inside a closed month with force and a reason only.
func TestMapInClosedMonth(t *testing.T) {
	a, _ := drafted(t)
	in := MapAccountsInput{RawBody: []byte("200000000001,g2"), From: On(billing.DayOf(time.Date(2026, 9, 10, 0, 0, 0, 0, time.UTC)))}
	at := here(t, a, "ann")
	if _, err := MapAccounts.Call(t.Context(), at, in); !errors.As(err, new(*trial.ReachedError)) {
		t.Errorf("moved in a closed month: %v", err)
	}
	in.DryRun = true
	if dry, err := MapAccounts.Call(t.Context(), at, in); err != nil || len(dry.Closed) != 1 || dry.Counts.Moved != 1 {
		t.Errorf("dry run %+v, %v", dry, err)
	}
}
