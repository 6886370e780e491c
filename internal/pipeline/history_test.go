package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// putMonth writes a month of a legacy report into a folder: rows of 1.00 each.
func putMonth(t *testing.T, folder, month, version string, rows int) {
	t.Helper()
	p, err := billing.ParsePeriod(month)
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(folder, "cur", "acme", p.Start().Format("20060102")+"-"+p.End().Format("20060102"))
	text := "bill/BillType,bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,identity/LineItemId\n"
	for i := range rows {
		text += fmt.Sprintf("Anniversary,100,%[1]s-01T00:00:00Z,1,Usage,%[1]s-01T00:00:00Z,%[1]s-01T01:00:00Z,AmazonEC2,BoxUsage,1,USD,1.00,l%[2]d\n", month, i)
	}
	file := filepath.Join(home, version, "acme-1.csv")
	manifest := fmt.Sprintf(`{"assemblyId": %q, "account": "100", "reportName": "acme", "billingPeriod": {"start": %q}, "reportKeys": [%q]}`,
		version, p.Start().Format("20060102T150405.000Z"), "cur/acme/"+filepath.Base(home)+"/"+version+"/acme-1.csv")
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o644), os.WriteFile(filepath.Join(home, "acme-Manifest.json"), []byte(manifest), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func (h History) text() string {
	var all []string
	for _, m := range h.Months {
		all = append(all, fmt.Sprintf("%s %s %d", m.Period, m.State, m.Rows))
	}
	return strings.Join(all, ", ")
}

// A source is loaded with its past, the newest month first; what is loaded is passed
// over the next time, and closed months are not touched without saying so.
func TestHistory(t *testing.T) {
	folder := t.TempDir()
	p := entryPipeline(t, entryTree+"sources: [{name: cur, kind: aws-cur, url: \""+folder+"\", payer: \"100\"}]\n")
	for month, rows := range map[string]int{"2024-03": 1, "2024-04": 2, "2024-05": 3, "2024-06": 4} {
		putMonth(t, folder, month, "v1", rows)
	}
	may, err := billing.ParsePeriod("2024-05")
	if err != nil {
		t.Fatal(err)
	}
	if h, err := p.LoadHistory(t.Context(), "cur", HistorySpan{From: may, To: may}); err != nil || h.text() != "2024-05 loaded 3" {
		t.Fatalf("one month is %s, %v", h.text(), err)
	}
	putMonth(t, folder, "2024-05", "v2", 6)
	if err := p.home.Store.SetPeriodState(t.Context(), "100", may, store.PeriodClosed, "closed by a test"); err != nil {
		t.Fatal(err)
	}
	var told []string
	ctx := billing.WithProgress(t.Context(), func(work string, done, total int64) {
		if work, _, _ = strings.Cut(work, ", about"); !strings.HasPrefix(work, "history") {
			return
		}
		work, _, _ = strings.Cut(work, ", less")
		if !slices.Contains(told, work) {
			told = append(told, work)
		}
		if done > total {
			t.Errorf("%s: %d of %d bytes are done", work, done, total)
		}
	})
	h, err := p.LoadHistory(ctx, "cur", HistorySpan{From: may.Previous()})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.text(); got != "2024-06 loaded 4, 2024-05 closed 0, 2024-04 loaded 2" {
		t.Errorf("from 2024-04 on it is %s", got)
	}
	if says := h.Months[1].Says; !strings.Contains(says, "is closed and was not read; `sluice ingest 2024-05 --source cur`") {
		t.Errorf("of the closed month it is said that %q", says)
	}
	if want := []string{"history 2024-06, month 1 of 3", "history 2024-04, month 3 of 3"}; !slices.Equal(told, want) {
		t.Errorf("told is %q, want %q", told, want)
	}

	putMonth(t, folder, "2024-06", "v2", 5)
	if h, err = p.LoadHistory(t.Context(), "cur", HistorySpan{Closed: true}); err != nil {
		t.Fatal(err)
	}
	if got := h.text(); got != "2024-06 loaded 5, 2024-05 loaded 6, 2024-04 up-to-date 2, 2024-03 loaded 1" {
		t.Errorf("all of it is %s", got)
	}
	if h.Bytes != h.Months[0].Bytes+h.Months[1].Bytes+h.Months[3].Bytes || h.Bytes == 0 {
		t.Errorf("%d bytes are loaded of %+v", h.Bytes, h.Months)
	}
}

// A month that cannot be loaded stops no other, and is named; mended, it alone is loaded.
func TestHistoryGoesOn(t *testing.T) {
	folder := t.TempDir()
	p := entryPipeline(t, entryTree+"sources: [{name: cur, kind: aws-cur, url: \""+folder+"\", payer: \"100\"}]\n")
	putMonth(t, folder, "2024-04", "v1", 1)
	putMonth(t, folder, "2024-05", "v1", 1)
	putMonth(t, folder, "2024-06", "v1", 1)
	bad := filepath.Join(folder, "cur", "acme", "20240501-20240601", "v1", "acme-1.csv")
	if err := os.WriteFile(bad, []byte("a,b\n1,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	h, err := p.LoadHistory(t.Context(), "cur", HistorySpan{})
	var failed *HistoryError
	if !errors.As(err, &failed) || h.text() != "2024-06 loaded 1, 2024-05 failed 0, 2024-04 loaded 1" {
		t.Fatalf("it is %s, %v", h.text(), err)
	}
	for _, want := range []string{"1 of 3 months of source cur could not be loaded: 2024-05: ", "not a format Sluice reads", "load the history again"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error is %q; want it to say %q", err, want)
		}
	}
	cur, err := p.home.Store.SourceState(t.Context(), "cur")
	if err != nil {
		t.Fatal(err)
	}
	if !cur.Failing() || cur.GoodPeriod.String() != "2024-04" || cur.GoodVersion != "v1" || cur.GoodRows != 1 || cur.FailedPeriod.String() != "2024-05" || !strings.Contains(cur.Problem, "not a format Sluice reads") {
		t.Errorf("the source is %+v", cur)
	}
	putMonth(t, folder, "2024-05", "v1", 2)
	if h, err = p.LoadHistory(t.Context(), "cur", HistorySpan{}); err != nil || h.text() != "2024-06 up-to-date 1, 2024-05 loaded 2, 2024-04 up-to-date 1" {
		t.Errorf("mended it is %s, %v", h.text(), err)
	}
	if cur, err = p.home.Store.SourceState(t.Context(), "cur"); err != nil || cur.Failing() {
		t.Errorf("mended the source is %+v, %v", cur, err)
	}
}

// What fails is seen beside what was last read whole.
func TestFailingSource(t *testing.T) {
	folder := t.TempDir()
	p := entryPipeline(t, entryTree+"sources: [{name: cur, kind: aws-cur, url: \""+folder+"\", payer: \"100\"}]\n")
	june, err := billing.ParsePeriod("2024-06")
	if err != nil {
		t.Fatal(err)
	}
	putMonth(t, folder, "2024-06", "v1", 3)
	state := func() store.SourceState {
		x, err := p.home.Store.SourceState(t.Context(), "cur")
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	if _, err := p.Ingest(t.Context(), june.Next(), ""); err != nil || !state().GoodAt.IsZero() || state().Failing() {
		t.Errorf("where nothing lies it is %+v, %v", state(), err)
	}
	if _, err := p.Ingest(t.Context(), june, ""); err != nil || state().Failing() || state().GoodRows != 3 || state().GoodVersion != "v1" {
		t.Errorf("loaded it is %+v, %v", state(), err)
	}
	if err := os.RemoveAll(filepath.Join(folder, "cur", "acme", "20240601-20240701", "v1")); err != nil {
		t.Fatal(err)
	}
	_, err = p.Ingest(t.Context(), june, "")
	if err == nil || !state().Failing() || state().GoodRows != 3 || !strings.Contains(state().Problem, "which is not in") {
		t.Errorf("with its file gone it is %+v, %v", state(), err)
	}
	at := state().FailedAt
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Ingest(ctx, june, ""); err == nil || !state().FailedAt.Equal(at) {
		t.Errorf("cancelled it is %+v, %v", state(), err)
	}
}

func TestHistoryRefuses(t *testing.T) {
	folder := t.TempDir()
	p := entryPipeline(t, entryTree+"sources: [{name: cur, kind: aws-cur, url: \""+folder+"\", payer: \"100\"}, {name: sent, kind: pushed, payer: \"100\"}]\n")
	june, err := billing.ParsePeriod("2024-06")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		source string
		span   HistorySpan
		want   string
	}{
		"unknown":   {"cvr", HistorySpan{}, `no source is called "cvr"`},
		"backwards": {"cur", HistorySpan{From: june.Next(), To: june}, "ends with 2024-06, before it begins with 2024-07"},
		"empty":     {"cur", HistorySpan{}, "has no month of kind aws-cur in " + folder},
		"pushed":    {"sent", HistorySpan{}, "does not say how far back it goes; name the first month"},
		"too long":  {"sent", HistorySpan{From: billing.PeriodOf(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC))}, "more than 120 months"},
	} {
		if _, err := p.LoadHistory(t.Context(), c.source, c.span); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %q", name, err, c.want)
		}
	}
}

// Half an hour for 10 of 40 GB leaves 90 minutes; and so on.
func TestTimeLeft(t *testing.T) {
	const gb = int64(1) << 30
	for _, c := range []struct {
		done, total int64
		elapsed     time.Duration
		want        string
	}{
		{10 * gb, 40 * gb, 30 * time.Minute, "about 90 minutes left"},
		{10 * gb, 20 * gb, 3 * time.Hour, "about 3 hours left"},
		{1, 1000, 10 * time.Millisecond, "less than a minute left"},
		{1, 1 << 62, time.Hour, "more than 100 days left"},
		{gb, 101 * gb, time.Hour, "about 4 days left"},
		{0, gb, time.Hour, ""},
		{gb, gb, time.Hour, ""},
	} {
		if got, _ := timeLeft(c.done, c.total, c.elapsed); got != c.want {
			t.Errorf("%d of %d in %s: %q, want %q", c.done, c.total, c.elapsed, got, c.want)
		}
	}
}
