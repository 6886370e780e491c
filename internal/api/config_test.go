package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/sample"
	"github.com/sluice-billing/sluice/internal/source"
	"github.com/sluice-billing/sluice/internal/trial"
)

// declared reads YAML as an operation takes it.
func declared(t *testing.T, yaml string) Configuration {
	t.Helper()
	c, err := config.Parse("c.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return Configuration(c)
}

// fresh is an installation with a reseller and a customer, here and behind HTTP.
func fresh(t *testing.T) (*app.App, map[string]Place) {
	t.Helper()
	dir := t.TempDir()
	a, err := app.Open(context.Background(), app.Options{Dir: dir, Now: func() time.Time { return time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	var in ApplyInput
	in.Body.Config = declared(t, `
reseller: {name: Reseller, currency: USD}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: acme, name: ACME & Sons}]
billing_groups: [{id: g, customer: acme, currency: USD, claims: [{accounts: ["111111111111"]}]}]
price_books: [{id: retail, rules: [{name: all, match: {class: usage}, percent: 5}]}]
`)
	if _, err := ApplyConfig.Call(t.Context(), here(t, a, "ann"), in); err != nil {
		t.Fatal(err)
	}
	return a, map[string]Place{"here": here(t, a, "ann"), "server": served(t, a, dir)}
}

// code is that of a problem, wherever it was found.
func code(err error) string {
	if err == nil {
		return ""
	}
	p, _ := ProblemOf(err)
	return p.Code
}

// What is planned with a basis is put in force at that basis only.
func TestApplyAtBasis(t *testing.T) {
	_, places := fresh(t)
	for name, at := range places {
		var plan PlanInput
		plan.Body.Config = declared(t, `customers: [{id: acme, name: ACME `+name+`}]`)
		planned, err := PlanConfig.Call(t.Context(), at, plan)
		if err != nil || len(planned.Changes) != 1 || planned.Changes[0].Action != config.Modify {
			t.Fatalf("%s: planned %+v, %v", name, planned, err)
		}
		var other, in ApplyInput
		other.Body.Config = declared(t, `customers: [{id: other-`+name+`, name: Other}]`)
		if _, err := ApplyConfig.Call(t.Context(), at, other); err != nil {
			t.Fatal(err)
		}
		in.Body.Config, in.Body.Basis = plan.Body.Config, &planned.Basis
		if _, err := ApplyConfig.Call(t.Context(), at, in); code(err) != "changed" {
			t.Errorf("%s: applied at another basis: %v", name, err)
		}
		in.Body.Basis = nil
		if done, err := ApplyConfig.Call(t.Context(), at, in); err != nil || len(done.Changes) != 1 {
			t.Errorf("%s: applied %+v, %v", name, done, err)
		}
	}
}

// Two who apply at the same time cannot put together what does not fit: one of the
// two claims is refused, whoever comes first.
func TestApplyTogether(t *testing.T) {
	a, _ := fresh(t)
	failed := make(chan error)
	for _, id := range []string{"x", "y"} {
		var in ApplyInput
		in.Body.Config = declared(t, `billing_groups: [{id: `+id+`, customer: acme, currency: USD, claims: [{accounts: ["222222222222"]}]}]`)
		at := here(t, a, id)
		go func() {
			_, err := ApplyConfig.Call(context.Background(), at, in)
			failed <- err
		}()
	}
	one, two := <-failed, <-failed
	if (one == nil) == (two == nil) || code(errors.Join(one, two)) != "invalid-config" {
		t.Errorf("two groups claim an account: %v, and %v", one, two)
	}
}

// What is wrong with a configuration has the same places wherever it was found.
func TestProblemsKeepTheirSpots(t *testing.T) {
	_, places := fresh(t)
	var in PlanInput
	in.Body.Config = declared(t, `billing_groups: [{id: twice, customer: acme, currency: USD, claims: [{accounts: ["111111111111"]}]}]`)
	found := map[string]config.Problems{}
	for name, at := range places {
		_, err := PlanConfig.Call(t.Context(), at, in)
		var problems config.Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		found[name] = problems
	}
	if found["here"].Error() != found["server"].Error() {
		t.Errorf("here:\n%v\nat a server:\n%v", found["here"], found["server"])
	}
	for i, p := range found["here"] {
		if !reflect.DeepEqual(p.Spots, found["server"][i].Spots) || len(p.Spots) == 0 {
			t.Errorf("%v is in %v here, in %v at a server", p, p.Spots, found["server"][i].Spots)
		}
	}
}

// Single things are put, read and removed by their ids, also ids with blanks.
func TestResourcesOverHTTP(t *testing.T) {
	_, places := fresh(t)
	at := places["server"]
	rate := OneResource{OfKind{"exchange_rates"}, "2026-10 USD JPY common"}
	put := PutResourceInput{OneResource: rate, Body: json.RawMessage(`{"month":"2026-10","from":"USD","to":"JPY","rate":"150.25","level":"common"}`)}
	if done, err := PutResource.Call(t.Context(), at, put); err != nil || len(done.Changes) != 1 {
		t.Fatalf("put %+v, %v", done, err)
	}
	shown, err := ShowResource.Call(t.Context(), at, rate)
	if err != nil || shown.Version != 1 || !strings.Contains(string(shown.Spec), `"150.25"`) {
		t.Errorf("shown %+v, %v", shown, err)
	}
	put.Body = json.RawMessage(`{"month":"2026-11","from":"USD","to":"JPY","rate":"1","level":"common"}`)
	if _, err := PutResource.Call(t.Context(), at, put); code(err) != "invalid" {
		t.Errorf("another thing than the path names: %v", err)
	}
	put.Body = json.RawMessage(`{"month":"2026-10","from":"USD","to":"JPY","rate":"1","level":"common","colour":"red"}`)
	if _, err := PutResource.Call(t.Context(), at, put); code(err) != "invalid" {
		t.Errorf("a field that there is not: %v", err)
	}
	if _, err := RemoveResource.Call(t.Context(), at, RemoveResourceInput{OneResource: rate}); err != nil {
		t.Error(err)
	}
	if _, err := ShowResource.Call(t.Context(), at, rate); code(err) != "not-found" {
		t.Errorf("what is removed: %v", err)
	}
	versions, err := ListResourceVersions.Call(t.Context(), at, rate)
	if err != nil || len(versions) != 2 || !versions[1].Removed {
		t.Errorf("versions %+v, %v", versions, err)
	}
	customer := OneResource{OfKind{"customers"}, "acme"}
	if _, err := RemoveResource.Call(t.Context(), at, RemoveResourceInput{OneResource: customer}); code(err) != "invalid-config" {
		t.Errorf("a customer that has a group: %v", err)
	}
	if _, err := ListResources.Call(t.Context(), at, OfKind{"nonsense"}); code(err) != "not-found" {
		t.Errorf("no section: %v", err)
	}
	var in PlanInput
	if err := json.Unmarshal([]byte(`{"config":{"customers":[{"id":"x","name":"X","colour":"red"}]}}`), &in.Body); err == nil {
		t.Error("a field that there is not is read")
	}
	answer, err := at.Remote.Send(t.Context(), http.MethodPost, Base+"/config/plan", nil, http.Header{"Content-Type": {"application/json"}}, []byte(`{"config":{"nonsense":[]}}`))
	if err != nil || answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an unknown section: %v, %v", answer, err)
	}
}

// A month that is closed is changed with force and a reason only, wherever it is asked.
func TestClosedMonthsOverHTTP(t *testing.T) {
	a, dir := drafted(t)
	var in ApplyInput
	in.Body.Config = declared(t, `
price_books: [{id: retail, rules: [{name: all, match: {class: usage}, percent: 5}]}]
reseller: {name: Reseller, currency: USD, selling_book: retail}
`)
	var said []string
	remote := served(t, a, dir)
	for _, at := range []Place{here(t, a, "ann"), remote} {
		_, err := ApplyConfig.Call(t.Context(), at, in)
		var reached *trial.ReachedError
		if !errors.As(err, &reached) || len(reached.Months) != 1 || reached.Months[0].Period.String() != "2026-09" {
			t.Fatalf("applied to a closed month: %v", err)
		}
		said = append(said, err.Error())
	}
	if said[0] != said[1] {
		t.Errorf("here: %s\nat a server: %s", said[0], said[1])
	}
	in.Body.Force = true
	if _, err := ApplyConfig.Call(t.Context(), remote, in); code(err) != "invalid" {
		t.Errorf("forced without a reason: %v", err)
	}
	in.Body.Reason = "agreed on 2 October"
	if done, err := ApplyConfig.Call(t.Context(), remote, in); err != nil || len(done.Changes) != 2 {
		t.Errorf("forced: %+v, %v", done, err)
	}
}

// with is a session that has some permissions alone.
func with(t *testing.T, a *app.App, permissions ...access.Permission) Place {
	t.Helper()
	c, err := a.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	roles := []access.Role{{ID: "some", Permissions: permissions}}
	rights := access.RightsOf(access.TreeOf(c), roles, []access.Grant{{Organization: access.Root, Role: "some"}}, nil)
	return Place{Session: &Session{Who: identity.Principal{Name: "some"}, Rights: rights, home: a, declared: c}}
}

// Prices are seen and changed by those who may, roles given by nobody who has not
// what is in them.
func TestPermissionsOfKinds(t *testing.T) {
	a, _ := fresh(t)
	clerk := with(t, a, access.ReadConfig, access.WriteConfig)
	if c, err := ShowConfig.Call(t.Context(), clerk, Sections{}); err != nil || len(c.PriceBooks) > 0 || len(c.Customers) != 1 {
		t.Errorf("a clerk sees %+v, %v", c, err)
	}
	for _, kinds := range []string{"price_books", "customers,price_books"} {
		if _, err := ShowConfig.Call(t.Context(), clerk, Sections{Kinds: strings.Split(kinds, ",")}); code(err) != "denied" {
			t.Errorf("a clerk sees %s: %v", kinds, err)
		}
	}
	if _, err := ListResources.Call(t.Context(), clerk, OfKind{"price_books"}); code(err) != "denied" {
		t.Errorf("a clerk lists price books: %v", err)
	}
	everything := []access.Permission{access.ReadConfig, access.WriteConfig, access.ReadPrices, access.WritePrices, access.WriteRates, access.WriteUsers}
	for _, test := range []struct {
		yaml  string
		needs []access.Permission // without each of them it is denied
	}{
		{`customers: [{id: new, name: New}]`, []access.Permission{access.ReadConfig, access.WriteConfig}},
		{`price_books: [{id: new, rules: [{name: all, match: {class: usage}, percent: 1}]}]`, []access.Permission{access.ReadConfig, access.ReadPrices, access.WritePrices}},
		{`roles: [{id: new, name: New, permissions: [prices.write]}]`, []access.Permission{access.ReadConfig, access.WriteUsers, access.WritePrices}},
	} {
		var in ApplyInput
		in.Body.Config = declared(t, test.yaml)
		for _, missing := range everything {
			at := with(t, a, slices.DeleteFunc(slices.Clone(everything), func(p access.Permission) bool { return p == missing })...)
			_, err := ApplyConfig.Call(t.Context(), at, in)
			if denied := code(err) == "denied"; denied != slices.Contains(test.needs, missing) {
				t.Errorf("%s without %s: %v", test.yaml, missing, err)
			}
			if err == nil { // away again, for the next one
				id := OneResource{OfKind{strings.SplitN(test.yaml, ":", 2)[0]}, "new"}
				if _, err := RemoveResource.Call(t.Context(), here(t, a, "ann"), RemoveResourceInput{OneResource: id}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := ApplyConfig.Call(t.Context(), with(t, a, test.needs...), in); err != nil {
			t.Errorf("%s with all it needs: %v", test.yaml, err)
		}
	}
	var nothing ApplyInput
	if _, err := ApplyConfig.Call(t.Context(), with(t, a, access.ReadConfig), nothing); code(err) != "denied" {
		t.Errorf("who may declare nothing applies nothing: %v", err)
	}
}

// Files are sent to the server, loaded from there, and gone then. No name leads out
// of the folder.
func TestFilesAreUploaded(t *testing.T) {
	a, places := fresh(t)
	at, exported := places["server"], t.TempDir()
	september := billing.PeriodOf(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))
	if _, err := sample.Generate(t.Context(), exported, sample.Options{Lines: 200, Accounts: 2, Seed: 3, Period: september, Report: "cur", InvoiceID: "1001"}); err != nil {
		t.Fatal(err)
	}
	var files []string
	if err := filepath.WalkDir(exported, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && source.IsData(path) && filepath.Ext(path) != ".json" { // the sample's own sums are one
			files = append(files, path)
		}
		return err
	}); err != nil || len(files) == 0 {
		t.Fatalf("files %v, %v", files, err)
	}
	in := IngestFilesInput{InMonth: InMonth{september}}
	in.Body.Payer = "111111111111"
	for _, path := range files {
		id, err := SendFile(t.Context(), at, path)
		if err != nil {
			t.Fatal(err)
		}
		in.Body.Files = append(in.Body.Files, id)
	}
	waiting, err := ListUploads.Call(t.Context(), at, struct{}{})
	if err != nil || len(waiting) != len(files) {
		t.Errorf("waiting %+v, %v", waiting, err)
	}
	done, err := IngestFiles.Call(t.Context(), at, in)
	if err != nil || len(done.Loads) != 1 || done.Loads[0].Rows < 200 || done.Loads[0].Files != len(files) {
		t.Fatalf("loaded %+v, %v", done, err)
	}
	if left, err := os.ReadDir(filepath.Join(filepath.Dir(a.Lake.Root()), "uploads")); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if _, err := IngestFiles.Call(t.Context(), at, in); code(err) != "not-found" {
		t.Errorf("what was used is used again: %v", err)
	}
	for _, id := range []string{"../" + filepath.Base(exported), files[0], "..", "uploads"} {
		in.Body.Files = []string{id}
		if _, err := IngestFiles.Call(t.Context(), at, in); code(err) != "not-found" {
			t.Errorf("%s is loaded: %v", id, err)
		}
	}
	for _, name := range []string{"..%2Fx.csv", "%2Fetc%2Fx.csv", "..", ".x.csv", "a%5Cb.csv", "x%00.csv", "x.txt", strings.Repeat("x", 250) + ".csv"} {
		answer, err := at.Remote.Send(t.Context(), http.MethodPut, Base+"/uploads/"+name, nil, nil, []byte("a,b\n"))
		if err != nil || answer.StatusCode < 400 || answer.StatusCode >= 500 {
			t.Errorf("a file called %s is taken: %v, %v", name, answer, err)
		}
	}
	if left, err := os.ReadDir(filepath.Join(filepath.Dir(a.Lake.Root()), "uploads")); err != nil || len(left) > 0 {
		t.Errorf("left of refused files: %v, %v", left, err)
	}
}

// All that waits for its use has a bound, and what waits for long is removed.
func TestUploadsAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	u := uploadFolder{filepath.Join(t.TempDir(), "uploads"), 10, func() time.Time { return now }}
	if _, size, err := u.keep("a.csv", strings.NewReader("123456")); err != nil || size != 6 {
		t.Fatal(size, err)
	}
	if _, _, err := u.keep("b.csv", strings.NewReader("12345")); code(err) != "too-large" {
		t.Errorf("eleven bytes of ten: %v", err)
	}
	if all, err := u.list(); err != nil || len(all) != 1 {
		t.Errorf("waiting %v, %v", all, err)
	}
	now = now.Add(25 * time.Hour)
	if _, _, err := u.keep("b.csv", strings.NewReader("1234567890")); err != nil {
		t.Errorf("where a day has passed: %v", err)
	}
}

// A configuration is taken as the text of a file as well, and what is wrong with it
// is said where it stands.
func TestConfigurationAsText(t *testing.T) {
	var from struct{ Config Configuration }
	text := "customers:\n  - id: acme\n    name: ACME & Sons\n---\nprojects: [{code: p, name: P}]\n"
	body, err := json.Marshal(map[string]string{"config": text})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &from); err != nil || !reflect.DeepEqual(from.Config, declared(t, text)) {
		t.Errorf("read %+v, %v", from.Config, err)
	}
	for wrong, want := range map[string]string{
		`{"config": "customers:\n  - id: acme\n    nam: ACME\n"}`: "config:3:5: ",
		`{"config": "customers: [\n"}`:                            "config:",
		`{"config": {"customer": []}}`:                            "customer",
		`{"config": 1}`:                                           "cannot be read",
	} {
		if err := json.Unmarshal([]byte(wrong), &from); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", wrong, err, want)
		}
	}
}

// Over HTTP the faults of a text come one by one; one that fits is planned and applied.
func TestApplyText(t *testing.T) {
	_, places := fresh(t)
	at := places["server"]
	var plan Plan
	send := func(path, text string, out any) error {
		body, err := json.Marshal(map[string]string{"config": text})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := at.Remote.Send(t.Context(), http.MethodPost, Base+path, nil, nil, body)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusOK {
			return problemFrom(answer)
		}
		defer answer.Body.Close()
		return json.NewDecoder(answer.Body).Decode(out)
	}
	err := send("/config/plan", "customers:\n  - id: acme\n    nam: ACME\n  - id: other\n    currency: 5\n", &plan)
	p, _ := ProblemOf(err)
	if err == nil || p.Status != http.StatusUnprocessableEntity || len(p.Errors) < 2 || !slices.ContainsFunc(p.Errors, func(f Fault) bool { return strings.HasPrefix(f.Message, "config:3:5: customers[acme].nam: ") }) {
		t.Errorf("a text with faults: %+v", p)
	}
	if err := send("/config/plan", "customers: [{id: acme, name: Acme}]\n", &plan); err != nil || len(plan.Changes) != 1 || plan.Changes[0].ID != "acme" {
		t.Errorf("planned %+v, %v", plan, err)
	}
	var done Applied
	if err := send("/config/apply", "customers: [{id: acme, name: Acme}]\n", &done); err != nil || len(done.Changes) != 1 {
		t.Errorf("applied %+v, %v", done, err)
	}
}
