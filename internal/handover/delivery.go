package handover

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/webhook"
)

// pauses are how long it takes from a try that failed to the next one. After the last
// one a hand-over is given up, about three days after the first try.
var pauses = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour,
}

var mostTries = len(pauses) + 1

const (
	eachAtOnce  = 2    // hand-overs of one route at a time, so that a slow one does not hold up others
	mostProblem = 1000 // bytes of a problem that are kept
	sentBy      = "handover"
)

// Deliver does one round: it queues what routes ask for and hands over what is due,
// until nothing is. It returns how many were taken, and when something is due next;
// the zero time where nothing waits. What happens later is not in that, so a server
// calls it again soon in any case.
func (h *Handovers) Deliver(ctx context.Context) (sent int, next time.Time, err error) {
	if err := h.Spread(ctx); err != nil {
		return 0, time.Time{}, err
	}
	// Whoever claims has them until a try must be over.
	lease := h.options.Timeout + time.Minute
	for {
		at := h.now()
		claimed, err := h.records.ClaimHandovers(ctx, h.owner, at, at.Add(lease), h.options.AtOnce, min(eachAtOnce, h.options.AtOnce))
		if err != nil {
			return sent, time.Time{}, err
		}
		if len(claimed) == 0 {
			break
		}
		taken, err := h.sendAll(ctx, claimed)
		sent += taken
		if err != nil {
			return sent, time.Time{}, err
		}
	}
	next, err = h.records.NextHandover(ctx)
	return sent, next, err
}

// sendAll hands over at once, and records what came of each.
func (h *Handovers) sendAll(ctx context.Context, claimed []store.Handover) (taken int, err error) {
	var wait sync.WaitGroup
	errs := make([]error, len(claimed))
	took := make([]bool, len(claimed))
	for i, x := range claimed {
		wait.Go(func() { took[i], errs[i] = h.send(ctx, x) })
	}
	wait.Wait()
	for _, was := range took {
		if was {
			taken++
		}
	}
	return taken, errors.Join(errs...)
}

// send tries one hand-over and records what came of it.
func (h *Handovers) send(ctx context.Context, x store.Handover) (taken bool, err error) {
	kept, err := h.records.HandoverRoute(ctx, x.Route)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil // removed meanwhile, and its hand-overs with it
	}
	if err != nil {
		return false, err
	}
	at, begin := h.now(), time.Now()
	p := parcel{key: x.ID, handover: handed{x.ID, x.What, x.Subject}, queued: x.QueuedAt, taken: x.Taken}
	if x.Round > 0 {
		p.key += "." + strconv.Itoa(x.Round)
	}
	if x.What == whatReminder {
		p.step, _ = strconv.Atoi(x.Part) // the steps are queued as numbers
	}
	bounded, cancel := context.WithTimeout(ctx, h.options.Timeout)
	defer cancel()
	receipt, err := h.try(bounded, kept, &p)
	if err != nil && ctx.Err() != nil {
		return false, ctx.Err() // the server stops; the lease runs out and it is tried again
	}
	o := h.outcome(x, p, receipt, err)
	return o.State == store.HandoverSent, h.records.RecordHandover(context.WithoutCancel(ctx), x, h.owner, at, time.Since(begin), o)
}

// try hands over once.
func (h *Handovers) try(ctx context.Context, kept store.HandoverRoute, p *parcel) (r Receipt, err error) {
	if p.route, err = routeOf(kept); err != nil {
		return r, &FinalError{err}
	}
	w, known := wayOf(p.route.Wish)
	if !known {
		return r, &FinalError{fmt.Errorf("there is no way such as %s any more; change the route", p.route.By)}
	}
	if kept.Secret != "" {
		plain, err := h.keys.Open(kept.Secret, about(kept.ID))
		if err != nil {
			return r, &FinalError{err}
		}
		p.secret = secret.TextOf(string(plain))
	}
	defer p.throwAway()
	if err := h.pack(ctx, p); err != nil {
		return r, err
	}
	return w.send(ctx, h, *p)
}

// outcome is what becomes of a hand-over after a try.
func (h *Handovers) outcome(x store.Handover, p parcel, r Receipt, err error) store.HandoverOutcome {
	o := store.HandoverOutcome{State: store.HandoverSent, Receipt: shortened(r.Detail), MessageID: r.MessageID, Taken: r.Taken}
	var final *FinalError
	switch {
	case err == nil:
	case errors.As(err, &final):
		o.State, o.Problem = store.HandoverFailed, problem(err)
	case x.TriesLeft > 1:
		o.State, o.Problem = store.HandoverWaiting, problem(err)
		o.Due = h.now().Add(pauses[min(max(mostTries-x.TriesLeft, 0), len(pauses)-1)])
	default:
		o.State, o.Problem = store.HandoverGaveUp, problem(err)
	}
	if o.State != store.HandoverWaiting && (err == nil || len(r.Taken) > 0) {
		o.Sent = h.sent(x, p, o)
	}
	return o
}

// sent says that a document has gone to the customer, or at least to some of the
// addresses; nil for what is no document, and for reminders.
func (h *Handovers) sent(x store.Handover, p parcel, o store.HandoverOutcome) *invoice.Event {
	if k, _ := kindOf(x.What); !k.sent {
		return nil
	}
	to := o.Receipt
	if o.State != store.HandoverSent {
		to = strings.Join(o.Taken, ", ")
	}
	return &invoice.Event{
		Invoice: p.document.id, Kind: invoice.EventSent, Hash: p.document.hash, On: billing.DayOf(h.now()), Detail: p.route.By + " to " + to, By: sentBy,
	}
}

// problem says why something was not handed over, without what a name resolved to.
func problem(err error) string {
	var dial *net.OpError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, webhook.ErrPrivate):
		return webhook.ErrPrivate.Error()
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "it took too long"
	case errors.As(err, &dial) && dial.Op == "dial":
		return "the server could not be reached"
	case errors.As(err, &dial):
		return "the connection broke off"
	}
	return shortened(err.Error())
}

// shortened is a text on one line that can be kept.
func shortened(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	if len(s) <= mostProblem {
		return s
	}
	end := mostProblem
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
