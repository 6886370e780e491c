package server

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/job"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/report"
)

// R5: a report is what its user would be answered when it is made: their own usage,
// to the last digit; and nothing once they may not ask any more.
func TestReportsBySchedule(t *testing.T) {
	s := serve(t)
	token := s.program("reporter", nil, access.Grant{Organization: "hokuto", Role: "customer-viewer"})
	order := map[string]any{"name": "By service", "question": "by=service", "cadence": "monthly", "day": 3}
	for field, wrong := range map[string]map[string]any{
		"question": {"name": "x", "question": "by=margin", "cadence": "daily"},
		"org":      {"name": "x", "organization": "sakura", "cadence": "daily"},
		"day":      {"name": "x", "cadence": "weekly"},
		"months":   {"name": "x", "question": "period=2026-07", "cadence": "daily"},
	} {
		if got := s.ask(token, http.MethodPost, api.Base+"/reports", wrong); got.status < 400 || got.status >= 500 {
			t.Errorf("a wrong %s: %v", field, got)
		}
	}
	got := s.ask(token, http.MethodPost, api.Base+"/reports", order)
	var made api.Report
	if err := json.Unmarshal(got.body, &made); err != nil || got.status != http.StatusCreated {
		t.Fatal(got)
	}
	path := api.Base + "/reports/" + made.ID
	other := s.program("another", nil, access.Grant{Organization: "hokuto", Role: "customer-viewer"})
	if got := s.ask(other, http.MethodGet, path, nil); got.status != http.StatusNotFound {
		t.Errorf("another's report: %v", got)
	}

	s.makeReports(t)
	var files api.Page[api.ReportFile]
	if got := s.ask(token, http.MethodGet, path+"/files", nil); json.Unmarshal(got.body, &files) != nil || len(files.Items) != 1 {
		t.Fatal(got, s.ask(token, http.MethodGet, path, nil))
	}
	file := api.Base + "/report-files/" + files.Items[0].ID
	if got := s.ask(other, http.MethodGet, file, nil); got.status != http.StatusNotFound {
		t.Errorf("another's file: %v", got)
	}
	rows, err := csv.NewReader(strings.NewReader(string(s.ask(token, http.MethodGet, file, nil).body))).ReadAll()
	if err != nil || len(rows) < 5 || files.Items[0].Period.String() != closedMonth || files.Items[0].Rows != int64(len(rows)-1) {
		t.Fatalf("%v: %v, %v", files, rows, err)
	}
	reported, used := money.Zero, money.Zero
	for _, row := range rows[1:] {
		for i, name := range rows[0] {
			if name == "amount" {
				reported = reported.Add(money.MustParse(row[i]))
			}
		}
	}
	for _, u := range s.usage(token, "service") {
		used = used.Add(u.Amount)
	}
	if !reported.Equal(used) || used.Sign() <= 0 {
		t.Errorf("R5: the report is of %s, the usage %s", reported, used)
	}

	s.declarePortal("hokuto", map[string]bool{access.FeatureDownload: false})
	if got := s.ask(token, http.MethodGet, file, nil); got.status != http.StatusForbidden {
		t.Errorf("a file, when downloads are switched off: %v", got.status)
	}
	s.makeReports(t)
	if got := s.ask(token, http.MethodGet, path, nil); json.Unmarshal(got.body, &made) != nil || !strings.Contains(made.Problem, "switched on") {
		t.Errorf("a report that may not be made: %v", got)
	}
	if got := s.ask(token, http.MethodPatch, path, map[string]any{"name": "Anew"}); got.status != http.StatusForbidden {
		t.Errorf("a change, when downloads are switched off: %v", got)
	}
	if got := s.ask(token, http.MethodDelete, path, nil); got.status != http.StatusOK {
		t.Errorf("removed: %v", got)
	}
}

// makeReports lets all reports be due on the third of August, and makes them.
func (s *tested) makeReports(t *testing.T) {
	t.Helper()
	all, err := s.home.Store.DueReports(t.Context(), time.Now().AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		r.Due = time.Date(2026, time.August, 3, 6, 0, 0, 0, time.UTC)
		if err := s.home.Store.PutReport(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	service := &api.Service{
		Dir: s.dir, Home: s.home, People: s.people, Jobs: job.New(s.home.Store, time.Now, job.Options{Log: s.log}), Log: s.log,
		RequestID: RequestID, NameCaller: NameCaller, Reports: report.New(s.home.Store, s.dir, time.Now),
	}
	service.Start()
	if err := service.MakeReports(billing.WithActor(t.Context(), billing.Actor{Name: "report"})); err != nil {
		t.Fatal(err)
	}
}
