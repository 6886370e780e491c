package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/sluice-billing/sluice/internal/store"
)

// pauses are how long it takes from a try that failed to the next one. After the
// last one a delivery is given up, about three days after the first try.
var pauses = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

var (
	mostTries = len(pauses) + 1
	// failingFor is how long an endpoint takes nothing before it is disabled.
	failingFor = func() (sum time.Duration) {
		for _, pause := range pauses {
			sum += pause
		}
		return sum
	}()
)

const (
	pageOfEvents = 500
	eachAtOnce   = 4    // deliveries to one endpoint at a time, so that a slow one does not hold up others
	keptResponse = 1024 // bytes of a response that are kept
)

// Deliver does one round: it turns new events into deliveries and sends what is
// due, until nothing is. It returns how many were taken, and when something is due
// next; the zero time where nothing waits. Events that are recorded later are not
// in that, so a server calls it again soon in any case.
func (w *Webhooks) Deliver(ctx context.Context) (sent int, next time.Time, err error) {
	if err := w.spread(ctx); err != nil {
		return 0, time.Time{}, err
	}
	// Whoever claims has them until the requests must be over, twice.
	lease := 2*w.options.Timeout + time.Minute
	for {
		at := w.now()
		claimed, err := w.records.ClaimDeliveries(ctx, w.owner, at, at.Add(lease), w.options.AtOnce, min(eachAtOnce, w.options.AtOnce))
		if err != nil {
			return sent, time.Time{}, err
		}
		if len(claimed) == 0 {
			break
		}
		taken, err := w.sendAll(ctx, claimed)
		sent += taken
		if err != nil {
			return sent, time.Time{}, err
		}
	}
	next, err = w.records.NextDelivery(ctx)
	return sent, next, err
}

// spread turns events that are new to an endpoint into its deliveries.
func (w *Webhooks) spread(ctx context.Context) error {
	below, err := w.options.Below(ctx)
	if err != nil {
		return err
	}
	for {
		endpoints, err := w.records.Webhooks(ctx)
		if err != nil {
			return err
		}
		endpoints = slices.DeleteFunc(endpoints, func(e store.WebhookEndpoint) bool { return !e.Active })
		if len(endpoints) == 0 {
			return nil
		}
		from := slices.MinFunc(endpoints, func(a, b store.WebhookEndpoint) int { return int(a.Position - b.Position) }).Position
		events, err := w.records.OutboxEvents(ctx, from, pageOfEvents)
		if err != nil || len(events) == 0 {
			return err
		}
		last := events[len(events)-1].Seq
		for _, e := range endpoints {
			if e.Position >= last {
				continue
			}
			own := slices.DeleteFunc(slices.Clone(events), func(x store.OutboxEvent) bool { return x.Seq <= e.Position || !concerns(e, x, below) })
			if err := w.records.QueueDeliveries(ctx, e, last, own, mostTries, w.now()); err != nil {
				return err
			}
		}
	}
}

// concerns tells whether an endpoint is to know of an event: its organization's own,
// and those of organizations below it.
func concerns(e store.WebhookEndpoint, x store.OutboxEvent, below func(organization, of string) bool) bool {
	if x.Kind == TestKind || !wanted(e.Kinds, x.Kind) {
		return false
	}
	if x.Organization == e.Organization {
		return !x.Above
	}
	return below(x.Organization, e.Organization)
}

// sendAll sends deliveries at once, and records what came of each.
func (w *Webhooks) sendAll(ctx context.Context, claimed []store.WebhookDelivery) (taken int, err error) {
	var wait sync.WaitGroup
	errs := make([]error, len(claimed))
	took := make([]bool, len(claimed))
	for i, d := range claimed {
		wait.Go(func() { took[i], errs[i] = w.send(ctx, d) })
	}
	wait.Wait()
	for _, was := range took {
		if was {
			taken++
		}
	}
	return taken, errors.Join(errs...)
}

// send tries one delivery and records what came of it.
func (w *Webhooks) send(ctx context.Context, d store.WebhookDelivery) (taken bool, err error) {
	event, err := w.records.OutboxEvent(ctx, d.Event)
	if err != nil {
		return false, err
	}
	e, err := w.records.Webhook(ctx, d.Endpoint)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil // deleted meanwhile, and its deliveries with it
	}
	if err != nil {
		return false, err
	}
	attempt := w.try(ctx, e, event)
	if ctx.Err() != nil && attempt.Status == 0 {
		return false, ctx.Err() // the server stops; the lease runs out and it is tried again
	}
	o := outcome(d, attempt, w.now())
	return o.State == store.DeliveryDone, w.records.RecordAttempt(context.WithoutCancel(ctx), d, w.owner, attempt, o)
}

// outcome is what becomes of a delivery after a try.
func outcome(d store.WebhookDelivery, a store.WebhookAttempt, at time.Time) store.Outcome {
	switch {
	case a.Status >= 200 && a.Status <= 299:
		return store.Outcome{State: store.DeliveryDone}
	case a.Status == http.StatusGone:
		return store.Outcome{State: store.DeliveryFailed, Disable: "it answered 410 Gone", DisableUnless: at.Add(time.Hour)}
	case d.TriesLeft > 1:
		return store.Outcome{State: store.DeliveryWaiting, Due: at.Add(pauses[min(max(mostTries-d.TriesLeft, 0), len(pauses)-1)])}
	case d.Kind == TestKind:
		return store.Outcome{State: store.DeliveryFailed}
	default:
		return store.Outcome{
			State: store.DeliveryFailed, DisableUnless: at.Add(-failingFor),
			Disable: fmt.Sprintf("it has taken nothing for %.0f days; last: %s", failingFor.Hours()/24, problem(a)),
		}
	}
}

func problem(a store.WebhookAttempt) string {
	if a.Status != 0 {
		return "status " + strconv.Itoa(a.Status)
	}
	return a.Error
}

// try sends an event once.
func (w *Webhooks) try(ctx context.Context, e store.WebhookEndpoint, event store.OutboxEvent) store.WebhookAttempt {
	at := w.now()
	a := store.WebhookAttempt{At: at}
	request, err := w.request(ctx, e, event, at)
	if err != nil {
		a.Error = err.Error()
		return a
	}
	begin := time.Now()
	response, err := w.client.Do(request)
	a.Millis = time.Since(begin).Milliseconds()
	if err != nil {
		a.Error = unanswered(err)
		return a
	}
	defer response.Body.Close()
	a.Status = response.StatusCode
	text, err := io.ReadAll(io.LimitReader(response.Body, keptResponse))
	a.Millis = time.Since(begin).Milliseconds()
	a.Response = string(text)
	if err != nil {
		a.Error = "the answer broke off"
	}
	if a.Status >= 300 && a.Status <= 399 {
		a.Error = "redirects are not followed; change the address of the webhook"
	}
	return a
}

// unanswered says why there was no answer, without what a name resolved to.
func unanswered(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, ErrPrivate):
		return ErrPrivate.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return "there was no answer in time"
	case strings.Contains(err.Error(), "tls:"), strings.Contains(err.Error(), "x509:"):
		return "no secure connection: its certificate is not valid for its name"
	default:
		return "it could not be reached"
	}
}

// body is what is sent, byte for byte the same at each try.
func body(event store.OutboxEvent) ([]byte, error) {
	return json.Marshal(struct {
		Type         string          `json:"type"`
		Timestamp    time.Time       `json:"timestamp"` // when it happened
		Organization string          `json:"organization"`
		Subject      string          `json:"subject"`
		Data         json.RawMessage `json:"data"`
	}{event.Kind, event.At, event.Organization, event.Subject, event.Payload})
}

// request is a try as it goes out, signed with the endpoint's secret, and with the
// old one while that counts.
func (w *Webhooks) request(ctx context.Context, e store.WebhookEndpoint, event store.OutboxEvent, at time.Time) (*http.Request, error) {
	text, err := body(event)
	if err != nil {
		return nil, err
	}
	sealed := []string{e.Secret}
	if e.OldSecret != "" && at.Before(e.OldUntil) {
		sealed = append(sealed, e.OldSecret)
	}
	var signatures []string
	for _, s := range sealed {
		plain, err := w.keys.Open(s, about(e.ID))
		if err != nil {
			return nil, err
		}
		signer, err := standardwebhooks.NewWebhook(string(plain))
		if err != nil {
			return nil, errors.New("the webhook's secret is damaged; rotate it")
		}
		signature, err := signer.Sign(event.ID, at, text)
		if err != nil {
			return nil, errors.New("the event could not be signed")
		}
		signatures = append(signatures, signature)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, bytes.NewReader(text))
	if err != nil {
		return nil, errors.New("the webhook's address is damaged; set it anew")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Sluice-Webhook/1")
	request.Header.Set(standardwebhooks.HeaderWebhookID, event.ID)
	request.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	request.Header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return request, nil
}
