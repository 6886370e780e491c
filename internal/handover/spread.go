package handover

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store"
)

const pageOfEvents = 500

// Spread queues what routes ask for: what happened to documents since the last time,
// and what their schedules are due for.
func (h *Handovers) Spread(ctx context.Context) error {
	position, ever, err := h.records.HandoverPosition(ctx)
	if err != nil || !ever {
		return err
	}
	for {
		routes, err := h.enabled(ctx)
		if err != nil {
			return err
		}
		events, err := h.records.OutboxEvents(ctx, position, pageOfEvents)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			return h.spreadSchedules(ctx, routes)
		}
		var fresh []store.Handover
		for _, e := range events {
			asked, err := h.asked(ctx, routes, e)
			if err != nil {
				return err
			}
			fresh = append(fresh, asked...)
		}
		last := events[len(events)-1].Seq
		if err := h.records.SpreadHandovers(ctx, position, last, fresh, mostTries); err != nil {
			return err
		}
		position = last
	}
}

// routed is a route with what the records alone know of it.
type routed struct {
	Route
	kept store.HandoverRoute
}

func (h *Handovers) enabled(ctx context.Context) ([]routed, error) {
	kept, err := h.records.HandoverRoutes(ctx)
	if err != nil {
		return nil, err
	}
	kept = slices.DeleteFunc(kept, func(x store.HandoverRoute) bool { return !x.Enabled })
	routes, err := routesOf(kept)
	all := make([]routed, len(routes))
	for i, r := range routes {
		all[i] = routed{r, kept[i]}
	}
	return all, err
}

// asked are the hand-overs that an event asks for.
func (h *Handovers) asked(ctx context.Context, routes []routed, e store.OutboxEvent) ([]store.Handover, error) {
	const issued, published, reminded = "invoice.issued", "invoice.published", "invoice.reminded"
	if e.Kind != issued && e.Kind != published && e.Kind != reminded {
		return nil, nil
	}
	routes = slices.DeleteFunc(slices.Clone(routes), func(r routed) bool {
		onIssue := r.When.On == OnIssue
		return r.When.On == OnRequest || r.Customer != e.Organization || r.kept.Since >= e.Seq || e.Kind == issued && !onIssue || e.Kind == published && onIssue
	})
	if len(routes) == 0 {
		return nil, nil
	}
	d, err := h.document(ctx, e.Subject)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	step := ""
	if e.Kind == reminded {
		if step, err = h.lastStep(ctx, d.id, e.At); err != nil {
			return nil, err
		}
	}
	var fresh []store.Handover
	for _, r := range routes {
		if !r.takesGroup(d.group) {
			continue
		}
		at := h.now()
		if e.Kind == published && r.When.scheduled() {
			at = r.When.Next(at)
		}
		for _, what := range r.What {
			k, _ := kindOf(what)
			x := store.Handover{Route: r.ID, What: what, Subject: d.id, Due: at}
			switch {
			case e.Kind == reminded:
				if what != whatReminder || step == "" {
					continue
				}
				x.Part = step
			case k.is(d.kind):
			case !k.document && !r.When.scheduled():
				x.Subject, x.Part = d.period.String(), d.id // the data behind the document goes with it
			default:
				continue
			}
			fresh = append(fresh, x)
		}
	}
	return fresh, nil
}

// lastStep is the step of the last reminder of a document that was recorded until a
// time.
func (h *Handovers) lastStep(ctx context.Context, id string, until time.Time) (string, error) {
	events, err := h.records.Events(ctx, id)
	step := ""
	for _, e := range events {
		if e.Kind == invoice.EventReminded && !e.At.After(until) {
			step = strconv.Itoa(e.Step)
		}
	}
	return step, err
}

// spreadSchedules queues the data sets that are due. One that was due several times
// while nobody worked is handed over once.
func (h *Handovers) spreadSchedules(ctx context.Context, routes []routed) error {
	at := h.now()
	for _, r := range routes {
		if r.Due.IsZero() || r.Due.After(at) {
			continue
		}
		next := r.When.Next(at)
		due := r.Due
		for later := r.When.Next(due); !later.After(at); later = r.When.Next(due) {
			due = later
		}
		var fresh []store.Handover
		for _, what := range r.What {
			if k, _ := kindOf(what); !k.document {
				fresh = append(fresh, store.Handover{
					Route: r.ID, What: what, Subject: r.When.Period(due).String(), Part: due.UTC().Format(time.RFC3339), Due: at,
				})
			}
		}
		if err := h.records.QueueDueHandovers(ctx, r.kept, next, fresh, mostTries); err != nil {
			return err
		}
	}
	return nil
}

// Ask hands one thing over by a route in the next round: a document by its id or
// number, or a data set by its month. What the route handed over already stays as it
// is: Again sends it once more.
func (h *Handovers) Ask(ctx context.Context, route, what, subject, by string) (store.Handover, error) {
	r, err := h.Route(ctx, route)
	if err != nil {
		return store.Handover{}, err
	}
	x := store.Handover{Route: r.ID, What: what, Subject: subject, Due: h.now()}
	k, known := kindOf(what)
	switch {
	case !known || what == whatReminder || !slices.Contains(r.What, what):
		return x, &RefusedError{"what", fmt.Sprintf("has no %.100q that can be asked for", what)}
	case k.document:
		d, err := h.document(ctx, subject)
		if err != nil {
			return x, err
		}
		if d.customer != r.Customer || !r.takesGroup(d.group) || !k.is(d.kind) {
			return x, fmt.Errorf("%s is not for this route: it is a document of another kind, customer or group", subject)
		}
		x.Subject = d.id
	default:
		period, err := billing.ParsePeriod(subject)
		if err != nil {
			return x, err
		}
		x.Subject, x.Part = period.String(), h.now().UTC().Format(time.RFC3339Nano)
	}
	return h.records.QueueHandover(ctx, x, mostTries, by)
}

// Test hands a small file, or a message that says it is a test, over by a route in the
// next round.
func (h *Handovers) Test(ctx context.Context, route, by string) (store.Handover, error) {
	at := h.now()
	return h.records.QueueHandover(ctx, store.Handover{
		Route: route, What: whatTest, Subject: billing.PeriodOf(at).String(), Part: at.UTC().Format(time.RFC3339Nano), Due: at,
	}, 1, by)
}

// document is what must be known of an issued document.
type document struct {
	id, number, hash, customer, group string
	period                            billing.Period
	kind                              invoice.DocumentKind
}

// document returns an issued document by its id or number; one that is not issued is
// not on record here.
func (h *Handovers) document(ctx context.Context, idOrNumber string) (document, error) {
	stored, err := h.records.Invoice(ctx, idOrNumber)
	if err != nil {
		return document{}, err
	}
	if stored.State != store.InvoiceIssued {
		return document{}, fmt.Errorf("document %s is not issued; only issued documents are handed over: it %w as one", stored.ID, store.ErrNotFound)
	}
	var says struct {
		Document invoice.DocumentKind `json:"document"`
		Customer string               `json:"customer"`
	}
	_ = json.Unmarshal(stored.Document, &says) // a document that is kept for another program may be written otherwise: it is an invoice
	return document{
		id: stored.ID, number: stored.Number, hash: stored.Hash, customer: cmp.Or(says.Customer, store.RootOrganization), group: stored.Group,
		period: stored.Period, kind: cmp.Or(says.Document, invoice.DocumentInvoice),
	}, nil
}
