package csvfile

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/backend/conformance"
)

// site is a vendor's web server: files for everybody, one with a password, one with a
// token, and some that are wrong.
func site(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	file := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "testdata/"+name) }
	}
	mux.Handle("/shop.csv", file("shop.csv"))
	mux.Handle("/plain.csv", file("plain.csv"))
	mux.HandleFunc("/locked.csv", func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if user != "reseller" || password != "opensesame" {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		file("shop.csv")(w, r)
	})
	mux.HandleFunc("/token.csv", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer opensesame" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		file("plain.csv")(w, r)
	})
	var failed atomic.Bool
	mux.HandleFunc("/shaky.csv", func(w http.ResponseWriter, r *http.Request) {
		if !failed.Swap(true) {
			http.Error(w, "later", http.StatusServiceUnavailable)
			return
		}
		file("plain.csv")(w, r)
	})
	mux.HandleFunc("/costs-2026-09.csv", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "billed_date,cost\n", strings.Repeat("2026-09-07,0.10\n", 2500))
	})
	mux.Handle("/costs-2026-10.csv", file("shop.csv"))
	mux.Handle("/moved.csv", http.RedirectHandler("http://elsewhere.invalid/x.csv", http.StatusFound))
	for name, text := range map[string]string{
		"empty": "", "nocost": "billed_date,price\n", "nodate": "cost,year\n", "twice": "cost,cost\n", "comma": "billed_date,cost\n2026-10-01,\"1,50\"\n",
		"ragged": "billed_date,cost\n2026-10-01\n", "day": "billed_date,cost\n2026-10-01,1\n01.10.2026,1\n"} {
		mux.HandleFunc("/"+name+".csv", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) })
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

const mapper = `{"billed_date":"Date","account":"Project","account_name":"ProjectName","product":"Product","region_code":"Where","usage_type":"Meter","cost":"Amount","usage_quantity":"Hours","invoice_id":"Bill"}`

func shopOptions(url string) map[string]string {
	return map[string]string{"base_url": url + "/shop.csv", "field_mapper": mapper, "default_vars": `{"currency":"EUR","provider":"shop","usage_unit":"hours"}`, "tags": `{"team":"Team"}`}
}

func october(t *testing.T) backend.Month {
	t.Helper()
	m, err := backend.ParseMonth("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// rows reads all files of a month.
func rows(t *testing.T, a backend.Access) (found []backend.Row, err error) {
	t.Helper()
	var v Vendor
	tasks, err := v.Plan(t.Context(), a, october(t), time.Time{})
	if err != nil {
		return nil, err
	}
	for _, task := range tasks {
		err := v.Costs(t.Context(), a, october(t), task.ID, func(r backend.Row) error {
			found = append(found, r)
			return nil
		})
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

// The rows of a month are as the file has them, amounts digit by digit.
func TestMappedFile(t *testing.T) {
	got, err := rows(t, backend.Access{Schema: public, Options: shopOptions(site(t))})
	if err != nil {
		t.Fatal(err)
	}
	common := backend.Row{Currency: "EUR", Unit: "hours"}
	row := func(date, account, name, service, region, meter, cost, hours string, tags map[string]string) backend.Row {
		r := common
		r.Date, r.Account, r.AccountName, r.Service, r.Region, r.UsageType, r.Cost, r.Quantity, r.Tags = date, account, name, service, region, meter, cost, hours, tags
		r.Tags["provider"] = "shop"
		return r
	}
	want := []backend.Row{
		row("2026-10-01", "p-1", "Web shop", "Machines", "eu-1", "m.small", "1.20", "24", map[string]string{"team": "web"}),
		row("2026-10-02", "p-1", "Web shop", "Machines, large", "eu-1", "m.large", "12.400000001", "24", map[string]string{"team": "web"}),
		row("2026-10-31", "p-2", "Research", "Storage", "eu-2", "gb.month", "0.000125", "", map[string]string{}),
		row("2026-10", "p-2", "Research", "Support", "", "plan", "-3E-2", "", map[string]string{"team": "lab"}),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("rows\n%+v\nwanted\n%+v", got, want)
	}
}

// A file with our own names needs no mapper; year, month and day make a date.
func TestPlainFile(t *testing.T) {
	url := site(t)
	for _, place := range []string{"/plain.csv", "/shaky.csv"} {
		got, err := rows(t, backend.Access{Options: map[string]string{"base_url": url + place, "default_vars": `{"currency":"USD"}`}})
		want := []backend.Row{
			{Date: "2026-10-01", Cost: "7.5", Currency: "KRW", Service: "Licence", Quantity: "3"},
			{Date: "2026-10-15", Cost: "2.5", Currency: "USD", Service: "Licence", Quantity: "1"},
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("rows of %s\n%+v, %v\nwanted\n%+v", place, got, err, want)
		}
	}
}

// What is wrong is said with file and line, and ends the month.
func TestFaults(t *testing.T) {
	url := site(t)
	for _, test := range []struct{ place, option, text, want string }{
		{"/empty.csv", "", "", "/empty.csv is empty; it begins with the names of its columns"},
		{"/nocost.csv", "", "", "/nocost.csv: there is no column cost; name the one that has it in field_mapper"},
		{"/nodate.csv", "", "", "there is no column billed_date, and not year and month either"},
		{"/twice.csv", "", "", `column "cost" is there twice`},
		{"/comma.csv", "", "", `/comma.csv line 2: cost: "1,50" is not a decimal number`},
		{"/ragged.csv", "", "", "/ragged.csv cannot be read: record on line 2: wrong number of fields"},
		{"/day.csv", "", "", `/day.csv line 3: billed_date "01.10.2026" is no day; write it as 2026-10-31`},
		{"/none.csv", "", "", "/none.csv: there is no such file; correct base_url"},
		{"/locked.csv", "", "", "does not let this credential in (401 Unauthorized); correct it"},
		{"/moved.csv", "", "", "it leads on to elsewhere.invalid; name that address in base_url, if it is right"},
		{"/plain.csv", "field_mapper", `{"cost":"Preis"}`, `there is no column "Preis", which field_mapper names for cost`},
		{"/plain.csv", "field_mapper", `{"price":"cost"}`, `"price" is no column that is read; use cost, billed_date`},
		{"/plain.csv", "field_mapper", `cost=Preis`, "option field_mapper is no JSON object of texts"},
		{"/plain.csv", "tags", `{"team":"Team"}`, `there is no column "Team", which tags names for team`},
		{"/plain.csv", "colour", "blue", `option "colour" is unknown`},
		{"/plain.csv", "base_url", "ftp://x/y", `base_url "ftp://x/y" is no address of a file`},
	} {
		options := map[string]string{"base_url": url + test.place, "default_vars": `{"currency":"USD"}`}
		if test.option != "" {
			options[test.option] = test.text
		}
		if _, err := rows(t, backend.Access{Options: options}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, wanted %s", test.place, err, test.want)
		}
	}
	err := Vendor{Most: 100}.Costs(t.Context(), backend.Access{Options: shopOptions(url)}, october(t), url+"/shop.csv", func(backend.Row) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "the file is larger than it may be") {
		t.Errorf("got %v", err)
	}
}

// The backend keeps the contract, whichever credential its files want.
func TestConformance(t *testing.T) {
	url := site(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- backend.Server{Vendor: Vendor{}}.ServeOn(ctx, l) }()
	locked, token, monthly := shopOptions(url), map[string]string{"base_url": url + "/token.csv", "default_vars": `{"currency":"USD"}`}, map[string]string{"base_url": url + "/costs-{month}.csv", "default_vars": `{"currency":"EUR"}`}
	locked["base_url"] = url + "/locked.csv"
	for _, target := range []conformance.Target{
		{Schema: basic, Fields: map[string]string{"username": "reseller", "password": "opensesame"}, Options: locked},
		{Schema: bearer, Fields: map[string]string{"token": "opensesame"}, Options: token},
		{Schema: public, Options: monthly, Month: "2026-09", Large: "2026-09"},
	} {
		target.Address = "grpc://" + l.Addr().String()
		if target.Month == "" {
			target.Month = "2026-10"
		}
		t.Run(target.Schema, func(t *testing.T) { conformance.Run(t, target) })
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
