package handover

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/letter"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// A document that is published goes by mail, once, and counts as sent.
func TestPublishedInvoiceIsMailed(t *testing.T) {
	w := newWorld(t)
	w.published("2026-10/acme-lab", "acme-lab") // before the route was set up
	w.add(mailWish(func(x *Wish) { x.Cc = []string{"cfo@acme.example"}; x.Formats = []string{"pdf", "csv"} }), "")
	d := w.published("2026-10/acme-main", "acme-main")
	w.published("2026-10/bolt-main", "bolt-main") // another customer's
	if next := w.deliver(1); !next.IsZero() {
		t.Errorf("something waits until %s", next)
	}
	w.happens(d, invoice.EventUnpublished, 0)
	w.happens(d, invoice.EventPublished, 0)
	w.deliver(0)

	m := w.box.got[0]
	x := w.one()
	if m.Key != x.ID || m.Document != d.ID || m.Letter != letter.Invoice || m.Owner != "reseller" || m.Customer != "acme" || m.Period != october || !m.At.Equal(x.QueuedAt) {
		t.Errorf("the message is %+v", m)
	}
	if len(m.Files) != 2 || m.Files[0].Name != "INV-acme-main.pdf" || string(m.Files[1].Data) != "2026-10/acme-main as csv" {
		t.Errorf("its files are %+v", m.Files)
	}
	if x.State != store.HandoverSent || x.Receipt != "billing@acme.example, cfo@acme.example" || x.Customer != "acme" {
		t.Errorf("on record is %+v", x)
	}
	if got := w.sentEvents(d.ID); !slices.Equal(got, []string{"mail to billing@acme.example, cfo@acme.example"}) {
		t.Errorf("the document was sent %q", got)
	}
}

// What goes when: routes by their kinds, groups and occasions.
func TestWhatGoesWhen(t *testing.T) {
	w := newWorld(t)
	add := func(name string, change func(*Wish)) {
		w.add(mailWish(change, func(x *Wish) { x.To = []string{name + "@acme.example"} }), "")
	}
	add("issue", func(x *Wish) { x.When = When{On: OnIssue}; x.What = []string{"invoice", "credit-note"} })
	add("publish", func(x *Wish) { x.What = []string{"invoice", "reminder"} })
	add("lab", func(x *Wish) { x.Groups = []string{"acme-lab"} })
	add("credit", func(x *Wish) { x.What = []string{"credit-note"} })
	add("data", func(x *Wish) { x.What = []string{"focus"}; x.Formats = []string{"csv"} })
	w.issue("2026-10/acme-lab", "acme-lab", invoice.DocumentCreditNote)
	d := w.published("2026-10/acme-main", "acme-main")
	w.happens(d, invoice.EventReminded, 1)
	w.happens(d, invoice.EventReminded, 2)
	_, _, err := w.Deliver(t.Context())
	ok(t, err)

	var got []string
	for _, m := range w.box.got {
		what := m.What + " " + m.Document
		if m.Step > 0 {
			what += strings.Repeat("!", m.Step)
		}
		got = append(got, strings.TrimSuffix(m.To[0], "@acme.example")+" "+what)
	}
	slices.Sort(got)
	want := []string{
		"data focus ", "issue credit-note 2026-10/acme-lab", "issue invoice 2026-10/acme-main", "publish invoice 2026-10/acme-main",
		"publish reminder 2026-10/acme-main!", "publish reminder 2026-10/acme-main!!",
	}
	if !slices.Equal(got, want) {
		t.Errorf("went\n%s\nwanted\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	wanted, err := w.Wanted(t.Context(), "reminder")
	ok(t, err)
	if !wanted("acme", "acme-main") || wanted("bolt", "bolt-main") {
		t.Error("reminders are wanted by others than have a route")
	}
}

// Tries go on for three days, then it is given up; by hand it goes on.
func TestRetries(t *testing.T) {
	w := newWorld(t)
	w.add(mailWish(), "")
	w.published("2026-10/acme-main", "acme-main")
	w.box.fail = errors.New("451 come back later")
	began := w.clock.now()
	// As the documentation says it.
	for n, pause := range []string{"1m", "5m", "15m", "1h", "3h", "6h", "12h", "24h", "24h"} {
		next := w.deliver(0)
		want, err := time.ParseDuration(pause)
		ok(t, err)
		if got := next.Sub(w.clock.now()); w.box.count() != n+1 || got != want {
			t.Fatalf("after %d tries the next one is due in %s, want %s", w.box.count(), got, want)
		}
		w.clock.forward(want - time.Microsecond)
		w.deliver(0)
		if w.box.count() != n+1 {
			t.Fatalf("try %d came before it was due", n+2)
		}
		w.clock.forward(time.Microsecond)
	}
	w.deliver(0)
	x := w.one()
	if took := w.clock.now().Sub(began); x.State != store.HandoverGaveUp || x.Problem != "451 come back later" || took < 60*time.Hour || took > 80*time.Hour {
		t.Errorf("after %s it is %+v", took, x)
	}
	_, tries, err := w.One(t.Context(), x.ID)
	ok(t, err)
	if len(tries) != 10 || tries[9].Attempt != 10 || tries[9].Outcome != "failed" || tries[9].Detail != "451 come back later" {
		t.Errorf("the log is %+v", tries)
	}
	for _, m := range w.box.got {
		if m.Key != x.ID || !m.At.Equal(x.QueuedAt) {
			t.Errorf("a try is another message: %s of %s", m.Key, m.At)
		}
	}
	w.box.fail = nil
	_, err = w.Again(t.Context(), x.ID, "ann")
	ok(t, err)
	w.deliver(1)
	if x = w.one(); x.State != store.HandoverSent || x.Problem != "" || w.box.got[10].Key != x.ID+".1" {
		t.Errorf("by hand it is %+v, as %s", x, w.box.got[10].Key)
	}
}

// A refusal for good is not tried again, and what some addresses have they do not get
// again.
func TestRefusedForGood(t *testing.T) {
	w := newWorld(t)
	w.add(mailWish(func(x *Wish) { x.Cc = []string{"gone@acme.example"} }), "")
	d := w.published("2026-10/acme-main", "acme-main")
	taken := []string{"billing@acme.example"}
	w.material.Mail = func(_ context.Context, m Mail) (Receipt, error) {
		w.box.got = append(w.box.got, m)
		return Receipt{Taken: taken}, &FinalError{errors.New("gone@acme.example: 550 no such user")}
	}
	w.deliver(0)
	w.clock.forward(100 * time.Hour)
	w.deliver(0)
	x := w.one()
	if x.State != store.HandoverFailed || len(w.box.got) != 1 || !slices.Equal(x.Taken, taken) || !strings.Contains(x.Problem, "550") {
		t.Errorf("after %d tries it is %+v", len(w.box.got), x)
	}
	if got := w.sentEvents(d.ID); !slices.Equal(got, []string{"mail to billing@acme.example"}) {
		t.Errorf("the document was sent %q", got)
	}
	_, err := w.Again(t.Context(), x.ID, "ann")
	ok(t, err)
	w.deliver(0)
	if !slices.Equal(w.box.got[1].Taken, taken) {
		t.Errorf("the next try does not know who has it: %v", w.box.got[1].Taken)
	}
}

// Where a server stops after sending and before it says so, another one sends the same
// message again, when the lease is over.
func TestCrashBetweenSendAndRecord(t *testing.T) {
	w := newWorld(t)
	w.add(mailWish(), "")
	w.published("2026-10/acme-main", "acme-main")
	ctx, crash := context.WithCancel(t.Context())
	w.material.Mail = func(_ context.Context, m Mail) (Receipt, error) {
		_, err := w.box.take(ctx, m)
		if w.box.count() == 1 {
			crash()
			err = context.Canceled // the answer is not heard any more
		}
		return Receipt{MessageID: m.Key + "@example.com"}, err
	}
	if _, _, err := w.Deliver(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("the crash is %v", err)
	}
	if x := w.one(); x.State != store.HandoverWaiting || x.Attempts != 0 {
		t.Fatalf("after the crash it is %+v", x)
	}
	w.clock.forward(w.options.Timeout)
	w.deliver(0) // the lease still runs
	w.clock.forward(time.Minute)
	w.deliver(1)
	if len(w.box.got) != 2 || w.box.got[0].Key != w.box.got[1].Key || !w.box.got[0].At.Equal(w.box.got[1].At) {
		t.Errorf("went %+v", w.box.got)
	}
}

// Several workers at once send each thing once.
func TestTwoWorkersSendOnce(t *testing.T) {
	w := newWorld(t)
	ok(t, w.records.Apply(t.Context(), "ann", []store.Resource{{Kind: "billing_groups", ID: "acme-more", Spec: []byte(`{"customer":"acme"}`)}}, nil))
	w.add(mailWish(), "")
	w.add(mailWish(func(x *Wish) { x.When = When{On: OnIssue} }), "")
	for _, group := range []string{"acme-main", "acme-lab", "acme-more"} {
		w.published("2026-10/"+group, group)
	}
	w.box.before = func(Mail) { time.Sleep(5 * time.Millisecond) }
	var all sync.WaitGroup
	for range 4 {
		worker := New(w.records, w.keys, w.clock.now, w.material, w.options)
		all.Go(func() {
			if _, _, err := worker.Deliver(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	seen := map[string]int{}
	for _, m := range w.box.got {
		seen[m.Key]++
	}
	if len(w.box.got) != 6 || len(seen) != 6 {
		t.Errorf("%d messages of %d hand-overs, want 6 of 6", len(w.box.got), len(seen))
	}
}

// A document that was taken out of sight is not sent; published again, it is.
func TestUnpublishedIsNotSent(t *testing.T) {
	w := newWorld(t)
	w.add(mailWish(), "")
	d := w.published("2026-10/acme-main", "acme-main")
	w.happens(d, invoice.EventUnpublished, 0)
	w.deliver(0)
	if x := w.one(); x.State != store.HandoverFailed || len(w.box.got) != 0 {
		t.Fatalf("it is %+v", x)
	}
	w.happens(d, invoice.EventPublished, 0)
	w.deliver(1)
}

// report is what a mail server says of a message that it could not deliver (RFC 3464).
func report(messageID, recipient string) string {
	return strings.ReplaceAll(`From: MAILER-DAEMON@mx.example.net
To: billing@example.com
Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; `+recipient+`
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 user unknown

--b
Content-Type: text/rfc822-headers

Message-ID: <`+messageID+`>
Subject: Your invoice

--b--
`, "\n", "\r\n")
}

// A message that comes back is known by its id, and goes again to whom it came back
// from.
func TestBounce(t *testing.T) {
	w := newWorld(t)
	w.add(mailWish(func(x *Wish) { x.Cc = []string{"cfo@acme.example"} }), "")
	w.published("2026-10/acme-main", "acme-main")
	w.deliver(1)
	id := w.one().MessageID
	for _, other := range []string{report("other@example.com", "billing@acme.example"), report(id, "eve@acme.example")} {
		if all, err := w.Bounced(t.Context(), strings.NewReader(other)); err != nil || len(all) != 0 {
			t.Errorf("a report on what was not sent: %+v, %v", all, err)
		}
	}
	if _, err := w.Bounced(t.Context(), strings.NewReader("Subject: I am away\r\n\r\nBack soon")); !errors.Is(err, letter.ErrNoBounce) {
		t.Errorf("an answer: %v", err)
	}
	all, err := w.Bounced(t.Context(), strings.NewReader(report(id, "Billing@acme.example")))
	ok(t, err)
	if len(all) != 1 || all[0].State != store.HandoverBounced || !strings.Contains(all[0].Problem, "it came back from Billing@acme.example: 5.1.1") || !strings.Contains(all[0].Problem, "user unknown") {
		t.Errorf("on record is %+v", all)
	}
	_, tries, err := w.One(t.Context(), all[0].ID)
	ok(t, err)
	if len(tries) != 2 || tries[1].Outcome != "bounced" {
		t.Errorf("the log is %+v", tries)
	}
	_, err = w.Again(t.Context(), all[0].ID, "ann")
	ok(t, err)
	w.deliver(1)
	if !slices.Equal(w.box.got[1].Taken, []string{"cfo@acme.example"}) {
		t.Errorf("who has it is %v", w.box.got[1].Taken)
	}
}

// What a schedule is due for goes once, also after a time without a server.
func TestSchedules(t *testing.T) {
	w := newWorld(t)
	w.clock.at = time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC)
	tokyo := When{On: Daily, Hour: 7, Zone: "Asia/Tokyo"} // 22:00 UTC
	w.add(mailWish(func(x *Wish) { x.What, x.Formats, x.When = []string{"invoice", "focus"}, []string{"csv"}, tokyo }), "")
	d := w.published("2026-10/acme-main", "acme-main")
	w.deliver(0)
	w.clock.at = time.Date(2026, 10, 31, 22, 0, 0, 0, time.UTC) // 1 November in Tokyo: the day before is of October
	w.deliver(2)
	w.deliver(0)
	w.clock.forward(72*time.Hour + time.Minute)
	w.deliver(1)
	periods := []string{}
	for _, m := range w.box.got {
		if m.What == "focus" {
			periods = append(periods, m.Period.String())
			continue
		}
		if m.Document != d.ID {
			t.Errorf("went %+v", m)
		}
	}
	if !slices.Equal(periods, []string{"2026-10", "2026-11"}) {
		t.Errorf("data sets of %v went", periods)
	}
}

func TestNext(t *testing.T) {
	for _, c := range []struct {
		when              When
		after, next, data string
	}{
		{When{On: Daily, Hour: 6}, "2026-11-22T05:59:59Z", "2026-11-22T06:00:00Z", "2026-11"},
		{When{On: Daily, Hour: 6}, "2026-11-22T06:00:00Z", "2026-11-23T06:00:00Z", "2026-11"},
		{When{On: Monthly, Day: 28, Hour: 23}, "2026-02-28T23:00:00Z", "2026-03-28T23:00:00Z", "2026-02"},
		{When{On: Monthly, Day: 5, Hour: 9, Zone: "Asia/Tokyo"}, "2026-12-31T00:00:00Z", "2027-01-05T00:00:00Z", "2026-12"},
		{When{On: Daily, Hour: 2, Zone: "Europe/Berlin"}, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03"}, // 02:00 is not there: clocks go to 03:00
		{When{On: Monthly, Day: 1, Zone: "Pacific/Auckland"}, "2026-10-15T00:00:00Z", "2026-10-31T11:00:00Z", "2026-10"},
	} {
		after, err := time.Parse(time.RFC3339, c.after)
		ok(t, err)
		next := c.when.Next(after)
		if got := next.Format(time.RFC3339); got != c.next || c.when.Period(next).String() != c.data {
			t.Errorf("%+v after %s is %s for %s, want %s for %s", c.when, c.after, got, c.when.Period(next), c.next, c.data)
		}
	}
}

// By hand a document goes by a route that it is for, and to nobody else.
func TestAsk(t *testing.T) {
	w := newWorld(t)
	d, other := w.published("2026-10/acme-main", "acme-main"), w.published("2026-10/bolt-main", "bolt-main")
	r := w.add(mailWish(func(x *Wish) { x.What = []string{"invoice", "focus", "reminder"} }), "")
	_, err := w.Ask(t.Context(), r.ID, "invoice", d.Number, "ann")
	ok(t, err)
	_, err = w.Ask(t.Context(), r.ID, "focus", "2026-10", "ann")
	ok(t, err)
	_, err = w.Test(t.Context(), r.ID, "ann")
	ok(t, err)
	for what, subject := range map[string]string{"invoice": other.ID, "credit-note": d.ID, "focus": "October", "reminder": d.ID, "test": "2026-10"} {
		if _, err := w.Ask(t.Context(), r.ID, what, subject, "ann"); err == nil {
			t.Errorf("%s of %s is handed over", what, subject)
		}
	}
	w.deliver(3)
	_, err = w.Ask(t.Context(), r.ID, "invoice", d.ID, "ann")
	ok(t, err)
	w.deliver(0)
}

// A route that is off gets nothing, and what happened meanwhile does not come later.
func TestRouteThatIsOff(t *testing.T) {
	w := newWorld(t)
	r := w.add(mailWish(), "")
	on, off := true, false
	_, err := w.Change(t.Context(), r.ID, r.Version, Change{Enabled: &off}, "ann")
	ok(t, err)
	w.published("2026-10/acme-main", "acme-main")
	_, err = w.Change(t.Context(), r.ID, 0, Change{Enabled: &on}, "ann")
	ok(t, err)
	if _, err := w.Change(t.Context(), r.ID, r.Version, Change{Enabled: &off}, "ann"); !errors.Is(err, store.ErrChangedMeanwhile) {
		t.Errorf("an old version is changed: %v", err)
	}
	w.deliver(0)
	w.published("2026-10/acme-lab", "acme-lab")
	w.deliver(1)
	ok(t, w.Remove(t.Context(), r.ID, "ann"))
	if all, err := w.List(t.Context(), store.HandoverFilter{}); err != nil || len(all) != 0 {
		t.Errorf("after the route is removed there are %v, %v", all, err)
	}
	if got := w.sentEvents("2026-10/acme-lab"); len(got) != 1 {
		t.Error("that the document was sent is forgotten with the route")
	}
}

// A secret is sealed, sealed anew when keys rotate, never shown, and goes to no other
// server than the one it was given for.
func TestSecretOfRoute(t *testing.T) {
	w := newWorld(t)
	const key = "AKIA123:hunter-2-hunter-3"
	r := w.add(Wish{What: []string{"invoice"}, Formats: []string{"pdf"}, By: ByBucket, When: When{On: OnPublish}, Target: "s3://acme-bills/in?region=eu-west-1"}, key)
	if !r.HasSecret {
		t.Error("the route does not say that it has a secret")
	}
	kept, err := w.records.HandoverRoute(t.Context(), r.ID)
	ok(t, err)
	if strings.Contains(kept.Secret+string(kept.Route), "hunter") {
		t.Error("the secret is in the plain")
	}
	ok(t, w.keys.Rotate(t.Context(), "ann"))
	again, err := w.records.HandoverRoute(t.Context(), r.ID)
	ok(t, err)
	plain, err := w.keys.Open(again.Secret, about(r.ID))
	ok(t, err)
	if again.Secret == kept.Secret || string(plain) != key {
		t.Error("a rotation leaves the secret as it is")
	}
	elsewhere, folder := r.Wish, r.Wish
	elsewhere.Target, folder.Target = "s3://acme-bills/in?endpoint=https://evil.example", "s3://acme-bills/other?region=eu-west-1"
	var refused *RefusedError
	if _, err := w.Change(t.Context(), r.ID, 0, Change{Wish: &elsewhere}, "ann"); !errors.As(err, &refused) || refused.Field != "secret" {
		t.Errorf("the secret goes elsewhere: %v", err)
	}
	_, err = w.Change(t.Context(), r.ID, 0, Change{Wish: &folder}, "ann")
	ok(t, err)
	fresh := secret.TextOf("B:c")
	_, err = w.Change(t.Context(), r.ID, 0, Change{Wish: &elsewhere, Secret: &fresh}, "ann")
	ok(t, err)
	entries, err := w.records.Audit(t.Context(), 0)
	ok(t, err)
	for _, e := range entries {
		if strings.Contains(string(e.Before)+string(e.After)+e.Detail, "hunter") {
			t.Errorf("the audit has the secret: %+v", e)
		}
	}
}
