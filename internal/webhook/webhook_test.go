package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func onPostgres() bool { return os.Getenv("SLUICE_TEST_DATABASE") == "postgres" }

// All tests of this package run on PostgreSQL as well, in a process of their own.
func TestAllOnPostgreSQL(t *testing.T) {
	if onPostgres() {
		t.Skip("it runs the others on PostgreSQL, and this is that run")
	}
	postgrestest.URL(t) // skips this one where there is no PostgreSQL
	run := exec.CommandContext(t.Context(), os.Args[0], "-test.count=1")
	run.Env = append(os.Environ(), "SLUICE_TEST_DATABASE=postgres")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("on PostgreSQL: %v\n%s", err, out)
	}
}

// receiver is a program that takes events.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []received
	answer func(r received) int // status; 204 where it is nil
}

type received struct {
	id, body string
	header   http.Header
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		body, err := io.ReadAll(in.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		one := received{in.Header.Get("webhook-id"), string(body), in.Header}
		r.got = append(r.got, one)
		answer := r.answer
		r.mu.Unlock()
		if answer == nil {
			out.WriteHeader(http.StatusNoContent)
			return
		}
		status := answer(one)
		if status == http.StatusFound {
			out.Header().Set("Location", r.URL+"/elsewhere")
		}
		out.WriteHeader(status)
		fmt.Fprintf(out, "answer of %d %s", status, strings.Repeat("x", 5000))
	}))
	t.Cleanup(r.Close)
	return r
}

// ids are those of the events that came, in their order.
func (r *receiver) ids() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []string
	for _, one := range r.got {
		ids = append(ids, one.id)
	}
	return ids
}

func (r *receiver) answers(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = func(received) int { return status }
}

// clock is a clock that stands until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// installation is one whose webhooks may go to this machine.
type installation struct {
	*Webhooks
	clock *clock
	keys  *secret.Keyring
}

func newInstallation(t *testing.T) installation {
	t.Helper()
	for _, name := range []string{"SLUICE_MASTER_KEY", "SLUICE_MASTER_KEY_FILE"} {
		t.Setenv(name, "")
	}
	dir := t.TempDir()
	place := filepath.Join(dir, "sluice.db")
	if onPostgres() {
		place = postgrestest.URL(t)
	}
	s, err := store.Open(t.Context(), place)
	ok(t, err)
	t.Cleanup(func() { s.Close() })
	keys, err := secret.Open(t.Context(), dir, s)
	ok(t, err)
	c := &clock{at: time.Now().UTC().Truncate(time.Microsecond)}
	return installation{New(s, keys, c.now, Options{AllowPrivate: true, Timeout: 2 * time.Second}), c, keys}
}

func (i installation) add(t *testing.T, organization, url string, kinds ...string) (Endpoint, secret.Text) {
	t.Helper()
	e, key, err := i.Add(t.Context(), Order{Organization: organization, URL: url, Kinds: kinds}, "ann")
	ok(t, err)
	return e, key
}

// happen records an event.
func (i installation) happen(t *testing.T, kind, organization string, above bool) {
	t.Helper()
	ok(t, i.records.Announce(t.Context(), store.OutboxEvent{Kind: kind, Organization: organization, Above: above, Subject: "2026-10/x", Payload: []byte(`{"state":"s"}`)}))
}

func (i installation) deliver(t *testing.T, want int) time.Time {
	t.Helper()
	sent, next, err := i.Deliver(t.Context())
	ok(t, err)
	if sent != want {
		t.Errorf("%d were taken, want %d", sent, want)
	}
	return next
}

func TestDeliveriesAreStandardWebhooks(t *testing.T) {
	i, r := newInstallation(t), newReceiver(t)
	e, key := i.add(t, "reseller", r.URL)
	i.happen(t, "month.closed", "reseller", false)
	if next := i.deliver(t, 1); !next.IsZero() {
		t.Errorf("something waits until %s", next)
	}
	i.deliver(t, 0)
	if len(r.got) != 1 {
		t.Fatalf("%d came, want 1", len(r.got))
	}
	verifies := func(key secret.Text, one received) bool {
		verifier, err := standardwebhooks.NewWebhook(key.Reveal())
		ok(t, err)
		return verifier.Verify([]byte(one.body), one.header) == nil
	}
	if !strings.HasPrefix(key.Reveal(), "whsec_") || !verifies(key, r.got[0]) {
		t.Error("the signature is not that of Standard Webhooks")
	}
	if r.got[0].header.Get("Content-Type") != "application/json" {
		t.Error("the event is not said to be JSON")
	}
	var body struct {
		Type, Organization, Subject string
		Timestamp                   time.Time
		Data                        map[string]string
	}
	ok(t, json.Unmarshal([]byte(r.got[0].body), &body))
	if body.Type != "month.closed" || body.Organization != "reseller" || body.Subject != "2026-10/x" || body.Data["state"] != "s" || time.Since(body.Timestamp) > time.Minute {
		t.Errorf("the event is %s", r.got[0].body)
	}

	fresh, err := i.RotateSecret(t.Context(), e.ID, "ann")
	ok(t, err)
	i.happen(t, "month.closed", "reseller", false)
	i.deliver(t, 1)
	if !verifies(key, r.got[1]) || !verifies(fresh, r.got[1]) {
		t.Error("after a rotation an event is not signed with both secrets")
	}
	ok(t, i.keys.Rotate(t.Context(), "ann")) // of the data key
	i.clock.forward(25 * time.Hour)
	i.happen(t, "month.closed", "reseller", false)
	i.deliver(t, 1)
	if n := len(strings.Fields(r.got[2].header.Get("webhook-signature"))); n != 1 {
		t.Errorf("%d signatures a day after the rotation", n)
	}
}

// Who gets what: reseller ▷ b ▷ c and reseller ▷ d.
func TestEventsGoToWhomTheyConcern(t *testing.T) {
	i := newInstallation(t)
	parents := map[string]string{"b": "reseller", "c": "b", "d": "reseller"}
	i.options.Below = func(context.Context) (func(organization, of string) bool, error) {
		return func(organization, of string) bool {
			for up, under := parents[organization]; under; up, under = parents[up] {
				if up == of {
					return true
				}
			}
			return false
		}, nil
	}
	receivers := map[string]*receiver{}
	for _, organization := range []string{"reseller", "b", "c", "d"} {
		receivers[organization] = newReceiver(t)
		i.add(t, organization, receivers[organization].URL)
	}
	onlyPayments := newReceiver(t)
	i.add(t, "reseller", onlyPayments.URL, "payment.*", "month.held")
	i.happen(t, "invoice.issued", "c", true) // for those above c
	i.happen(t, "invoice.published", "c", false)
	i.happen(t, "entry.applied", "reseller", false)
	i.happen(t, "payment.recorded", "d", false)
	i.happen(t, "user.added", "nowhere", false)
	_, _, err := i.Deliver(t.Context())
	ok(t, err)

	want := map[string][]string{
		"reseller": {"entry.applied", "invoice.issued", "invoice.published", "payment.recorded"},
		"b":        {"invoice.issued", "invoice.published"}, "c": {"invoice.published"}, "d": {"payment.recorded"}, "payments": {"payment.recorded"},
	}
	receivers["payments"] = onlyPayments
	for name, r := range receivers {
		var kinds []string
		for _, one := range r.got {
			var body struct{ Type string }
			ok(t, json.Unmarshal([]byte(one.body), &body))
			kinds = append(kinds, body.Type)
		}
		slices.Sort(kinds)
		if !slices.Equal(kinds, want[name]) {
			t.Errorf("%s got %v, want %v", name, kinds, want[name])
		}
	}
}

func TestRetries(t *testing.T) {
	i, r := newInstallation(t), newReceiver(t)
	e, _ := i.add(t, "reseller", r.URL)
	r.answers(http.StatusInternalServerError)
	i.happen(t, "month.closed", "reseller", false)
	// As the documentation says it.
	for n, pause := range []string{"5s", "5m", "30m", "2h", "5h", "10h", "14h", "20h", "24h"} {
		next := i.deliver(t, 0)
		if len(r.got) != n+1 {
			t.Fatalf("%d tries, want %d", len(r.got), n+1)
		}
		want, err := time.ParseDuration(pause)
		ok(t, err)
		if got := next.Sub(i.clock.now()); got != want {
			t.Errorf("after try %d the next one is due in %s, want %s", n+1, got, want)
		}
		i.clock.forward(want - time.Microsecond)
		i.deliver(t, 0)
		if len(r.got) != n+1 {
			t.Fatalf("try %d came before it was due", n+2)
		}
		i.clock.forward(time.Microsecond)
	}
	if next := i.deliver(t, 0); !next.IsZero() {
		t.Errorf("after the last try another one is due at %s", next)
	}
	if ids := slices.Compact(r.ids()); len(ids) != 1 {
		t.Errorf("the tries have ids %v", ids)
	}
	after, err := i.Endpoint(t.Context(), e.ID)
	ok(t, err)
	if after.Active || !strings.Contains(after.Disabled, "3 days") {
		t.Errorf("after days of failure the endpoint is %+v", after)
	}
	entries, err := i.records.Audit(t.Context(), 1)
	ok(t, err)
	if entries[0].Action != "webhook.disable" || entries[0].Subject != "webhook/"+e.ID {
		t.Errorf("the audit says %+v", entries[0])
	}
	deliveries, err := i.Deliveries(t.Context(), e.ID, store.DeliveryFailed, 0, 10)
	ok(t, err)
	d, tries, err := i.Delivery(t.Context(), deliveries[0].ID)
	ok(t, err)
	if d.Attempts != 10 || len(tries) != 10 || tries[9].Status != 500 || len(tries[9].Response) != 1024 || !strings.HasPrefix(tries[9].Response, "answer of 500") {
		t.Errorf("delivery %+v, last try %+v", d, tries[9])
	}

	// What happens while it is off is sent once it is on again, and what failed by a
	// replay.
	i.happen(t, "month.reopened", "reseller", false)
	i.deliver(t, 0)
	r.answers(http.StatusOK)
	on := true
	_, err = i.Change(t.Context(), e.ID, after.Version, Change{Active: &on}, "ann")
	ok(t, err)
	i.deliver(t, 1)
	ok(t, i.Replay(t.Context(), d.ID, "ann"))
	i.deliver(t, 1)
	if ids := r.ids(); ids[len(ids)-1] != ids[0] {
		t.Error("a replay has another webhook-id")
	}
}

// An endpoint that takes some events is not disabled for one that it refuses.
func TestOneBadEventDisablesNothing(t *testing.T) {
	i, r := newInstallation(t), newReceiver(t)
	e, _ := i.add(t, "reseller", r.URL)
	r.answer = func(one received) int {
		if strings.Contains(one.body, "month.held") {
			return http.StatusBadRequest
		}
		return http.StatusOK
	}
	i.happen(t, "month.held", "reseller", false)
	for range mostTries {
		i.happen(t, "month.closed", "reseller", false)
		i.deliver(t, 1)
		i.clock.forward(24 * time.Hour)
	}
	after, err := i.Endpoint(t.Context(), e.ID)
	ok(t, err)
	failed, err := i.Deliveries(t.Context(), e.ID, store.DeliveryFailed, 0, 10)
	ok(t, err)
	if !after.Active || len(failed) != 1 {
		t.Errorf("endpoint %+v, %d failed deliveries", after, len(failed))
	}
}

func TestGoneRedirectedAndUnreachable(t *testing.T) {
	i, r := newInstallation(t), newReceiver(t)
	gone, _ := i.add(t, "reseller", r.URL)
	r.answers(http.StatusGone)
	i.happen(t, "month.closed", "reseller", false)
	i.deliver(t, 0)
	if after, err := i.Endpoint(t.Context(), gone.ID); err != nil || after.Active || !strings.Contains(after.Disabled, "410") {
		t.Errorf("after 410 the endpoint is %+v, %v", after, err)
	}

	moved, _ := i.add(t, "reseller", r.URL)
	r.answers(http.StatusFound)
	i.happen(t, "month.closed", "reseller", false)
	before := len(r.ids())
	i.deliver(t, 0)
	if n := len(r.ids()) - before; n != 1 {
		t.Errorf("%d requests after a redirect, want 1", n)
	}
	closed, _ := i.add(t, "reseller", "http://127.0.0.1:1/")
	i.happen(t, "month.closed", "reseller", false)
	i.deliver(t, 0)
	for id, words := range map[string]string{moved.ID: "redirects", closed.ID: "could not be reached"} {
		deliveries, err := i.Deliveries(t.Context(), id, "", 0, 1)
		ok(t, err)
		_, tries, err := i.Delivery(t.Context(), deliveries[0].ID)
		ok(t, err)
		if !strings.Contains(tries[0].Error, words) || deliveries[0].State != store.DeliveryWaiting {
			t.Errorf("try %+v of %+v, want words %q", tries[0], deliveries[0], words)
		}
	}
}

// Where a server stops after it sent and before it said so, the event is sent again
// with the same id, once the lease has run out.
func TestCrashAfterSending(t *testing.T) {
	i, r := newInstallation(t), newReceiver(t)
	i.add(t, "reseller", r.URL)
	i.happen(t, "month.closed", "reseller", false)
	ok(t, i.spread(t.Context()))
	claimed, err := i.records.ClaimDeliveries(t.Context(), "crashed", i.clock.now(), i.clock.now().Add(time.Minute), 10, 10)
	ok(t, err)
	e, err := i.records.Webhook(t.Context(), claimed[0].Endpoint)
	ok(t, err)
	event, err := i.records.OutboxEvent(t.Context(), claimed[0].Event)
	ok(t, err)
	if a := i.try(t.Context(), e, event); a.Status != http.StatusNoContent {
		t.Fatalf("the first try was %+v", a)
	}
	// Here it crashes.
	if next := i.deliver(t, 0); !next.Equal(i.clock.now().Add(time.Minute)) {
		t.Errorf("next is %s, want the end of the lease", next)
	}
	i.clock.forward(time.Minute)
	i.deliver(t, 1)
	i.clock.forward(time.Hour)
	i.deliver(t, 0)
	ids := r.ids()
	if len(ids) != 2 || ids[0] != ids[1] || ids[0] == "" {
		t.Errorf("came with ids %v, want one twice", ids)
	}
}

// Several servers send at once, and none what another one has sent.
func TestSeveralServers(t *testing.T) {
	i, r := newInstallation(t), newReceiver(t)
	i.add(t, "reseller", r.URL)
	const events = 60
	var wait sync.WaitGroup
	errs := make([]error, 4)
	for n := range errs {
		wait.Go(func() {
			server := New(i.records, i.keys, i.clock.now, i.options)
			for range 12 {
				_, _, err := server.Deliver(t.Context())
				errs[n] = errors.Join(errs[n], err)
			}
		})
	}
	for range events {
		i.happen(t, "month.closed", "reseller", false)
	}
	wait.Wait()
	ok(t, errors.Join(errs...))
	_, _, err := i.Deliver(t.Context())
	ok(t, err)
	ids := r.ids()
	slices.Sort(ids)
	if len(ids) != events || len(slices.Compact(ids)) != events {
		t.Errorf("%d came, want each of %d once", len(ids), events)
	}
}

func TestReplaySinceAndTest(t *testing.T) {
	i, early, late := newInstallation(t), newReceiver(t), newReceiver(t)
	i.add(t, "reseller", early.URL)
	i.happen(t, "month.closed", "reseller", false)
	i.happen(t, "invoice.published", "acme", false)
	i.deliver(t, 2)
	e, _ := i.add(t, "acme", late.URL)
	i.deliver(t, 0)
	n, err := i.ReplaySince(t.Context(), e.ID, time.Now().Add(-time.Hour), "ann")
	ok(t, err)
	i.deliver(t, 1)
	if n != 1 || len(late.ids()) != 1 || len(early.ids()) != 2 {
		t.Errorf("%d replayed; %d came, and %d to another endpoint", n, len(late.ids()), len(early.ids()))
	}
	if n, err = i.ReplaySince(t.Context(), e.ID, time.Now().Add(time.Hour), "ann"); err != nil || n != 0 {
		t.Errorf("%d of the future replayed, %v", n, err)
	}

	d, err := i.Test(t.Context(), e.ID, "ann")
	ok(t, err)
	i.deliver(t, 1)
	if len(early.ids()) != 2 || len(late.ids()) != 2 {
		t.Error("a test went to another endpoint, or not to its own")
	}
	if d, tries, err := i.Delivery(t.Context(), d.ID); err != nil || d.State != store.DeliveryDone || len(tries) != 1 || tries[0].Status != 204 {
		t.Errorf("test %+v %+v %v", d, tries, err)
	}

	ok(t, i.Clear(t.Context(), time.Now().Add(time.Hour)))
	if left, err := i.Deliveries(t.Context(), e.ID, "", 0, 10); err != nil || len(left) != 0 {
		t.Errorf("%d deliveries left after clearing, %v", len(left), err)
	}
	i.happen(t, "invoice.published", "acme", false)
	i.deliver(t, 2)
	ok(t, i.Delete(t.Context(), e.ID, "ann"))
	if _, err := i.Endpoint(t.Context(), e.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a deleted endpoint: %v", err)
	}
}

func TestStaleVersionIsRefused(t *testing.T) {
	i := newInstallation(t)
	e, _ := i.add(t, "reseller", "https://example.com/a")
	words := "for the ledger"
	_, err := i.Change(t.Context(), e.ID, e.Version, Change{Description: &words}, "ann")
	ok(t, err)
	if _, err := i.Change(t.Context(), e.ID, e.Version, Change{Description: &words}, "ben"); !errors.Is(err, store.ErrChangedMeanwhile) {
		t.Errorf("changed over another change: %v", err)
	}
}
