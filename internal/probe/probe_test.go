package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sluice-billing/sluice/internal/awsstub"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/provision"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// now is a day in a month that is not over.
var now = time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC)

func newHome(t *testing.T) *month.Installation {
	t.Helper()
	folder := t.TempDir()
	records, err := store.Open(t.Context(), filepath.Join(folder, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { records.Close() })
	e, err := duckdb.Open("300MB", filepath.Join(folder, "spill"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return &month.Installation{
		Store: records, Lake: lake.At(filepath.Join(folder, "lake")), Engine: e, Now: func() time.Time { return now }, User: "ann",
		Keys: func(ctx context.Context) (*secret.Keyring, error) { return secret.Open(ctx, folder, records) },
	}
}

// export is a legacy report of AWS as a test wants it.
type export struct {
	period    string // 2026-10
	delivered time.Time
	flat      bool   // its files are overwritten
	artifact  string // of an integration
	account   string // of the manifest
	columns   string
	rows      []string
}

const usualColumns = "bill/BillType,bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/ResourceId,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,identity/LineItemId"

// rowOf is a line of usage.
func rowOf(payer, from, to, resource string) string {
	return "Anniversary," + payer + ",2026-10-01T00:00:00Z,222222222222,Usage," + from + "," + to + ",AmazonEC2,BoxUsage:m5.large," + resource + ",1,USD,0.096,l1"
}

func usual() export {
	return export{
		period: "2026-10", delivered: now.Add(-5 * time.Hour), account: "111111111111", columns: usualColumns,
		rows: []string{rowOf("111111111111", "2026-10-01T00:00:00Z", "2026-10-01T01:00:00Z", "i-1"), rowOf("111111111111", "2026-10-01T01:00:00Z", "2026-10-01T02:00:00Z", "")},
	}
}

// write puts the export below a folder, as report name.
func (e export) write(t *testing.T, folder, name string) {
	t.Helper()
	p, err := billing.ParsePeriod(e.period)
	if err != nil {
		t.Fatal(err)
	}
	days := p.Start().Format("20060102") + "-" + p.End().Format("20060102")
	home := filepath.Join("cur", name, days)
	file := filepath.Join(home, "v1", name+"-1.csv")
	if e.flat {
		file = filepath.Join(home, name+"-1.csv")
	}
	artifacts := "[]"
	if e.artifact != "" {
		artifacts = `[{"artifactType": "` + e.artifact + `", "name": "x"}]`
	}
	for at, text := range map[string]string{
		file: e.columns + "\n" + strings.Join(e.rows, "\n") + "\n",
		filepath.Join(home, name+"-Manifest.json"): fmt.Sprintf(`{"assemblyId": "v1", "account": %q, "reportName": %q, "billingPeriod": {"start": %q}, "additionalArtifactKeys": %s, "reportKeys": [%q]}`,
			e.account, name, p.Start().Format("20060102T150405.000Z"), artifacts, filepath.ToSlash(file)),
	} {
		at = filepath.Join(folder, at)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, []byte(text), 0o644), os.Chtimes(at, e.delivered, e.delivered)); err != nil {
			t.Fatal(err)
		}
	}
}

func configOf(s billing.Source) billing.Config {
	return billing.Config{Sources: []billing.Source{s}, Payers: []billing.Payer{{ID: "111111111111", Provider: "aws"}, {ID: "azure-1", Provider: "azure"}}}
}

// stepOf checks that a step is as expected, and says and advises the words.
func stepOf(t *testing.T, r Report, name, state string, words ...string) {
	t.Helper()
	if len(r.Steps) != len(steps) {
		t.Fatalf("the report has %d steps, not %d: %+v", len(r.Steps), len(steps), r.Steps)
	}
	for i, s := range r.Steps {
		if s.Name != steps[i] {
			t.Fatalf("step %d is %s, not %s", i, s.Name, steps[i])
		}
		if (s.State == Failed || s.State == Warning) != (s.Advice != "") {
			t.Errorf("%s is %s and advises %q", s.Name, s.State, s.Advice)
		}
		if s.Name != name {
			continue
		}
		if s.State != state {
			t.Errorf("%s is %s, not %s: %s; %s", name, s.State, state, s.Says, s.Advice)
		}
		for _, word := range words {
			if !strings.Contains(s.Says+"; "+s.Advice, word) {
				t.Errorf("%s says %q and advises %q; want it to say %q", name, s.Says, s.Advice, word)
			}
		}
	}
}

// What is wrong with an export is found at its step, and at no other.
func TestExports(t *testing.T) {
	home := newHome(t)
	for name, c := range map[string]struct {
		change func(*export)
		payer  string
		step   string
		state  string
		words  []string
	}{
		"good":       {nil, "", Freshness, OK, []string{"2026-10 was delivered on 2026-10-20 07:00 UTC"}},
		"stale":      {func(e *export) { e.delivered = now.Add(-49 * time.Hour) }, "", Freshness, Failed, []string{"2026-10-18 11:00 UTC, 49 hours ago", "permissions of its bucket"}},
		"just fresh": {func(e *export) { e.delivered = now.Add(-48 * time.Hour) }, "", Freshness, OK, nil},
		"last month": {func(e *export) { e.period = "2026-09" }, "", Freshness, Failed, []string{"the newest month is 2026-09, and nothing of 2026-10 has come"}},
		"daily": {func(e *export) {
			e.rows = []string{rowOf("111111111111", "2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z", "i-1")}
		}, "", Hourly, Failed, []string{"none of 1 lines of usage is of an hour", "hourly granularity"}},
		"no resources": {func(e *export) {
			e.rows = []string{rowOf("111111111111", "2026-10-01T00:00:00Z", "2026-10-01T01:00:00Z", "")}
		}, "", ResourceIDs, Failed, []string{"none of 1 lines", "with resource ids"}},
		"other payer": {func(e *export) {
			e.rows = []string{rowOf("999999999999", "2026-10-01T00:00:00Z", "2026-10-01T01:00:00Z", "i-1")}
		}, "", Payer, Failed, []string{"of payer 999999999999, but the source is declared for 111111111111", "payer: 999999999999"}},
		"two payers": {func(e *export) {
			e.rows = append(e.rows, rowOf("999999999999", "2026-10-01T00:00:00Z", "2026-10-01T01:00:00Z", ""))
		}, "", Payer, Warning, []string{"some rows are of payer 999999999999"}},
		"of a member":       {func(e *export) { e.account = "222222222222" }, "", Payer, Warning, []string{"one of account 222222222222", "in the paying account"}},
		"athena":            {func(e *export) { e.artifact = "ATHENA" }, "", Format, Warning, []string{"made for ATHENA", "without integration"}},
		"overwritten":       {func(e *export) { e.flat = true }, "", Format, Warning, []string{"overwrites its files", "keeps its versions"}},
		"no rows":           {func(e *export) { e.rows = nil }, "", Format, Warning, []string{"a header and no rows"}},
		"another format":    {func(e *export) { e.columns = "a,b,c"; e.rows = nil }, "", Format, Failed, []string{"this is not a format Sluice reads", "acme-1.csv"}},
		"a number":          {func(e *export) { e.rows = []string{strings.Replace(e.rows[0], "0.096", "zero", 1)} }, "", Format, Failed, []string{`lineItem/UnblendedCost is "zero"`}},
		"payer not there":   {nil, "333333333333", Payer, Failed, []string{"is not declared", "add it to payers"}},
		"days are enough":   {func(e *export) { e.rows = nil }, "azure-1", Hourly, Skipped, nil},
		"stale, not of AWS": {func(e *export) { e.delivered = now.Add(-50 * time.Hour) }, "azure-1", Freshness, Warning, nil},
	} {
		t.Run(name, func(t *testing.T) {
			e, folder := usual(), t.TempDir()
			if c.change != nil {
				c.change(&e)
			}
			e.write(t, folder, "acme")
			s := billing.Source{Name: "s", Kind: "aws-cur", URL: folder, Payer: "111111111111"}
			if c.payer != "" {
				s.Payer = c.payer
			}
			r, err := Check(t.Context(), home, configOf(s), s, Options{})
			if err != nil {
				t.Fatal(err)
			}
			stepOf(t, r, c.step, c.state, c.words...)
			for _, other := range r.Steps {
				if other.Name != c.step && c.payer == "" && (other.State == Failed || other.State == Warning) {
					t.Errorf("%s is %s, too: %s", other.Name, other.State, other.Says)
				}
			}
			if c.payer == "" && c.state != Skipped && r.State != c.state {
				t.Errorf("the source is %s, not %s", r.State, c.state)
			}
		})
	}
}

// The first rows alone are looked at.
func TestRowsAreBounded(t *testing.T) {
	e, folder := usual(), t.TempDir()
	e.rows = append(e.rows, "this,row,is,not,read")
	e.write(t, folder, "acme")
	s := billing.Source{Name: "s", Kind: "aws-cur", URL: folder, Payer: "111111111111"}
	r, err := Check(t.Context(), newHome(t), configOf(s), s, Options{Rows: 2})
	if err != nil {
		t.Fatal(err)
	}
	stepOf(t, r, Format, OK, "2 rows were looked at")
	stepOf(t, r, ResourceIDs, OK, "1 of 2 lines")
}

// What is wrong with a place is found before its files are read.
func TestPlaces(t *testing.T) {
	home := newHome(t)
	for name, c := range map[string]struct {
		fill  func(folder string)
		below string
		kind  string
		step  string
		words []string
	}{
		"nowhere":    {nil, "nowhere", "aws-cur", Bucket, []string{"does not exist", "create it or correct"}},
		"empty":      {nil, "", "aws-cur", Prefix, []string{"nothing lies below", "24 hours"}},
		"other kind": {func(folder string) { usual().write(t, folder, "acme") }, "", "aws-cur2", Manifest, []string{"report acme of kind aws-cur, but the source is of kind aws-cur2", "kind: aws-cur"}},
		"old": {func(folder string) {
			e := usual()
			e.period = "2025-09"
			e.write(t, folder, "acme")
		}, "", "aws-cur", Manifest, []string{"the newest month of report acme is 2025-09"}},
		"something else": {func(folder string) { _ = os.WriteFile(filepath.Join(folder, "notes.txt"), nil, 0o644) }, "", "focus", Manifest, []string{"none of 1 objects", "24 hours"}},
		"file gone": {func(folder string) {
			usual().write(t, folder, "acme")
			_ = os.RemoveAll(filepath.Join(folder, "cur/acme/20261001-20261101/v1"))
		}, "", "aws-cur", Manifest, []string{"names file cur/acme/20261001-20261101/v1/acme-1.csv, which is not in", "wait until its delivery is complete"}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if c.fill != nil {
				c.fill(folder)
			}
			s := billing.Source{Name: "s", Kind: c.kind, URL: filepath.Join(folder, c.below), Payer: "111111111111"}
			r, err := Check(t.Context(), home, configOf(s), s, Options{})
			if err != nil {
				t.Fatal(err)
			}
			stepOf(t, r, c.step, Failed, c.words...)
			stepOf(t, r, Format, Skipped)
		})
	}
	folder := t.TempDir()
	usual().write(t, folder, "acme")
	usual().write(t, folder, "twice")
	s := billing.Source{Name: "s", Kind: "aws-cur", URL: folder, Payer: "111111111111"}
	r, err := Check(t.Context(), home, configOf(s), s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	stepOf(t, r, Manifest, Warning, "2 reports have 2026-10: acme, twice", "counts twice")
}

// A bucket that cannot be opened is told apart from a credential that does not work.
func TestBuckets(t *testing.T) {
	home := newHome(t)
	const refusal = `<?xml version="1.0"?><Error><Code>%s</Code><Message>said by a test</Message></Error>`
	for name, c := range map[string]struct {
		status int
		code   string
		id     string // external id of the credential
		step   string
		words  []string
	}{
		"denied":      {403, "AccessDenied", "quiet-river-17", Bucket, []string{"access to the bucket bills is denied", "s3:GetObject"}},
		"no bucket":   {404, "NoSuchBucket", "quiet-river-17", Bucket, []string{"there is no bucket bills"}},
		"region":      {301, "PermanentRedirect", "quiet-river-17", Region, []string{"another region than us-east-1", "region=eu-central-1"}},
		"ended":       {400, "ExpiredToken", "quiet-river-17", Credential, []string{"ExpiredToken"}},
		"external id": {403, "AccessDenied", "another", Role, []string{"may not assume the role", "external id"}},
	} {
		t.Run(name, func(t *testing.T) {
			stub := awsstub.Start(t, awsstub.Data(t))
			stub.Env(t)
			stub.Role("arn:aws:iam::111111111111:role/sluice", "quiet-river-17")
			bucket := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !strings.Contains(r.Header.Get("Authorization"), "ASIASTUB111111111111") {
					t.Errorf("the bucket is asked by %s", r.Header.Get("Authorization"))
				}
				w.Header().Set("Content-Type", "application/xml")
				w.Header().Set("X-Amz-Bucket-Region", "eu-central-1")
				w.WriteHeader(c.status)
				fmt.Fprintf(w, refusal, c.code)
			}))
			defer bucket.Close()
			s := billing.Source{Name: "s", Kind: "aws-cur", Payer: "111111111111", Credential: "payer", URL: "s3://bills/cur?" + url.Values{"endpoint": {bucket.URL}, "use_path_style": {"true"}, "region": {"us-east-1"}}.Encode()}
			declared := configOf(s)
			declared.Credentials = []billing.Credential{{ID: "payer", Organization: "reseller", Purpose: "pricing", Provider: "aws", Schema: credential.AWSRole, Account: "111111111111",
				Fields: map[string]string{"role_arn": "arn:aws:iam::111111111111:role/sluice", "external_id": c.id}}}
			r, err := Check(t.Context(), home, declared, s, Options{})
			if err != nil {
				t.Fatal(err)
			}
			stepOf(t, r, c.step, Failed, c.words...)
			stepOf(t, r, Export, Skipped)
			if c.step == Bucket {
				stepOf(t, r, Role, OK, "is assumed by arn:aws:iam::111111111111:user/stub")
			}
		})
	}
}

// What AWS says of the export's health is the last step.
func TestHealth(t *testing.T) {
	home := newHome(t)
	bucket := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, `<ListBucketResult><Name>bills</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>`)
	}))
	defer bucket.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "x")
	s := billing.Source{Name: "s", Kind: "aws-cur2", Payer: "111111111111", URL: "s3://bills/x/lines?" + url.Values{"endpoint": {bucket.URL}, "use_path_style": {"true"}, "region": {"us-east-1"}}.Encode()}
	for name, c := range map[string]struct {
		health provision.Health
		err    error
		state  string
		words  []string
	}{
		"well":    {provision.Health{Found: true, Name: "lines", Works: true, Last: now}, nil, OK, []string{"export lines is well", "2026-10-20 12:00"}},
		"serious": {provision.Health{Found: true, Findings: []provision.Finding{{Says: "it is old", Advice: "look"}, {Serious: true, Says: "it may not write", Advice: "let it"}}}, nil, Failed, []string{"it may not write; it is old; let it"}},
		"light":   {provision.Health{Found: true, Findings: []provision.Finding{{Says: "it is old", Advice: "look"}}}, nil, Warning, []string{"it is old"}},
		"missing": {provision.Health{Findings: []provision.Finding{{Serious: true, Says: "the account has no export", Advice: "make it"}}}, nil, Failed, []string{"the account has no export; make it"}},
		"denied":  {provision.Health{}, errors.New("AWS may not be asked; allow it"), Warning, []string{"AWS may not be asked; allow it"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Check(t.Context(), home, configOf(s), s, Options{Health: func(_ context.Context, _ aws.Config, which provision.Which) (provision.Health, error) {
				if which.Kind != "aws-cur2" || which.Bucket != "bills" || which.Prefix != "x/lines" {
					t.Errorf("asked is for %+v", which)
				}
				return c.health, c.err
			}})
			if err != nil {
				t.Fatal(err)
			}
			stepOf(t, r, Prefix, Failed, "nothing lies below s3://bills/x/lines/")
			stepOf(t, r, Export, c.state, c.words...)
			if mend := r.Steps[len(r.Steps)-1].Mend; (mend == CreateExport) != (name == "missing") {
				t.Errorf("it is mended by %q", mend)
			}
		})
	}
}

// A folder needs no credential: one without keys says whose the exports are, and keeps
// nobody from reading them.
func TestFoldersNeedNoKeys(t *testing.T) {
	home, folder := newHome(t), t.TempDir()
	usual().write(t, folder, "acme")
	s := billing.Source{Name: "s", Kind: "aws-cur", Payer: "111111111111", Credential: "factory"}
	c := configOf(s)
	c.Credentials = []billing.Credential{{ID: "factory", Organization: "acme/factory", Purpose: billing.AccountCredential, Provider: "aws", Schema: credential.AWSAccount, Account: "111111111111", BillingOnly: true}}
	for _, address := range []string{folder, "file://" + filepath.ToSlash(folder)} {
		s.URL = address
		r, err := Check(t.Context(), home, c, s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		stepOf(t, r, Credential, Skipped, "a folder, which needs none")
		stepOf(t, r, Manifest, OK)
		if _, err := credential.Access(t.Context(), home, c, s); err != nil {
			t.Errorf("%s is refused: %v", address, err)
		}
	}
	s.URL = "s3://bills/x"
	if _, err := credential.Access(t.Context(), home, c, s); err == nil {
		t.Error("a bucket is opened without keys")
	}
	s.Ended = true
	r, err := Check(t.Context(), home, c, s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	stepOf(t, r, Credential, Skipped, "has ended")
}

// Sources without a place have no steps but that of the credential.
func TestSourcesWithoutAPlace(t *testing.T) {
	home := newHome(t)
	pushed := billing.Source{Name: "p", Kind: billing.Pushed, Payer: "azure-1"}
	r, err := Check(t.Context(), home, configOf(pushed), pushed, Options{})
	if err != nil {
		t.Fatal(err)
	}
	stepOf(t, r, Bucket, Skipped, "pushed")
	b := billing.Source{Name: "b", Kind: billing.FromBackend, Backend: "hyper", Credential: "v", Payer: "azure-1"}
	c := configOf(b)
	c.Credentials = []billing.Credential{{ID: "v", Organization: "reseller", Purpose: "pricing", Provider: "azure", Schema: "backend/hyper"}}
	if r, err = Check(t.Context(), home, c, b, Options{}); err != nil {
		t.Fatal(err)
	}
	stepOf(t, r, Credential, Failed, "backend hyper, which is not declared")
	if r.State != Failed {
		t.Errorf("the source is %s", r.State)
	}
}

// The context ends a check.
func TestCheckEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := billing.Source{Name: "s", Kind: "aws-cur", URL: t.TempDir(), Payer: "111111111111"}
	if _, err := Check(ctx, newHome(t), configOf(s), s, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}
