package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// WebhookEndpoint is where events are sent to.
type WebhookEndpoint struct {
	ID           string    // a ULID
	Organization string    // whose it is: it gets what concerns it and those below it
	URL          string    // https
	Kinds        []string  // of events, such as "invoice.*"
	Description  string    // for people
	Secret       string    // sealed: what deliveries are signed with
	OldSecret    string    // sealed: the one before, which signs as well until OldUntil; empty where there is none
	OldUntil     time.Time // zero where there is no old secret
	Active       bool
	Disabled     string // why it is not active; empty where it is
	Position     int64  // of the last event that was turned into a delivery or passed over
	CreatedAt    time.Time
	CreatedBy    string
	Version      int64 // 1 at first, set by the store
}

const webhookColumns = `id, organization, url, kinds, description, secret, old_secret, old_until, active, disabled, position, created_at, created_by, version`

func scanWebhook(r row) (e WebhookEndpoint, err error) {
	var kinds string
	if err := r.Scan(&e.ID, &e.Organization, &e.URL, &kinds, &e.Description, &e.Secret, &e.OldSecret, maybe{&e.OldUntil}, &e.Active, &e.Disabled,
		&e.Position, text{&e.CreatedAt}, &e.CreatedBy, &e.Version); err != nil {
		return e, err
	}
	if err := json.Unmarshal([]byte(kinds), &e.Kinds); err != nil {
		return e, fmt.Errorf("the kinds of webhook %s: %w", e.ID, err)
	}
	return e, nil
}

// Webhooks returns the endpoints of all organizations, by id, which is the order in
// which they were made.
func (s *Store) Webhooks(ctx context.Context) ([]WebhookEndpoint, error) {
	all, err := list(ctx, s.db, scanWebhook, `SELECT `+webhookColumns+` FROM webhook_endpoint`)
	if err != nil {
		return nil, fmt.Errorf("read the webhooks: %w", err)
	}
	slices.SortFunc(all, func(a, b WebhookEndpoint) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// Webhook returns an endpoint, or ErrNotFound.
func (s *Store) Webhook(ctx context.Context, id string) (WebhookEndpoint, error) {
	e, err := webhook(ctx, s.db, id)
	if err != nil {
		return e, fmt.Errorf("read webhook %s: %w", id, err)
	}
	return e, nil
}

func webhook(ctx context.Context, q querier, id string) (WebhookEndpoint, error) {
	return oneOf(ctx, q, "it", scanWebhook, `SELECT `+webhookColumns+` FROM webhook_endpoint WHERE id = $1`, id)
}

// described is the endpoint as the audit has it, without its secrets.
func (e WebhookEndpoint) described() (json.RawMessage, error) {
	return json.Marshal(struct {
		Organization string   `json:"organization"`
		URL          string   `json:"url"`
		Kinds        []string `json:"kinds"`
		Description  string   `json:"description,omitempty"`
		Active       bool     `json:"active"`
		Disabled     string   `json:"disabled,omitempty"`
	}{e.Organization, e.URL, e.Kinds, e.Description, e.Active, e.Disabled})
}

// AddWebhook records a new endpoint and audits it. It gets the events from now on.
func (s *Store) AddWebhook(ctx context.Context, e WebhookEndpoint) (added WebhookEndpoint, err error) {
	err = s.write(ctx, "add the webhook", func(tx *sql.Tx) error {
		if err := require("its id", e.ID, "its organization", e.Organization, "its address", e.URL, "its secret", e.Secret, "the name of who adds it", e.CreatedBy); err != nil {
			return err
		}
		added = e
		added.CreatedAt, added.Version = now(), 1
		if added.Position, err = lastEvent(ctx, tx); err != nil {
			return err
		}
		if err := writeWebhook(ctx, tx, added); err != nil {
			return err
		}
		after, err := added.described()
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: added.CreatedAt, By: e.CreatedBy, Action: "webhook.add", Subject: "webhook/" + e.ID, Detail: e.URL, After: after})
	})
	return added, err
}

// writeWebhook writes all columns of an endpoint.
func writeWebhook(ctx context.Context, tx *sql.Tx, e WebhookEndpoint) error {
	kinds, err := json.Marshal(e.Kinds)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx,
		`INSERT INTO webhook_endpoint (`+webhookColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		 ON CONFLICT (id) DO UPDATE SET url = excluded.url, kinds = excluded.kinds, description = excluded.description, secret = excluded.secret,
		   old_secret = excluded.old_secret, old_until = excluded.old_until, active = excluded.active, disabled = excluded.disabled,
		   version = excluded.version`,
		e.ID, e.Organization, e.URL, string(kinds), storable(e.Description), e.Secret, e.OldSecret, maybeText(e.OldUntil), e.Active, e.Disabled, e.Position,
		timeText(e.CreatedAt), e.CreatedBy, e.Version)
	return err
}

// ChangeWebhook changes an endpoint and audits it as action, such as
// "webhook.change". Version 0 is whichever is in force; another one that is not in
// force is refused with ErrChangedMeanwhile. Organization, position and how it came
// to be stay as they are. ErrNotFound where there is none.
func (s *Store) ChangeWebhook(ctx context.Context, id string, version int64, by, action string, change func(*WebhookEndpoint) error) (changed WebhookEndpoint, err error) {
	err = s.write(ctx, "change webhook "+id, func(tx *sql.Tx) error {
		if err := require("the name of who changes it", by); err != nil {
			return err
		}
		was, err := webhook(ctx, tx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != was.Version {
			return fmt.Errorf("it %w", ErrChangedMeanwhile)
		}
		changed = was
		if err := change(&changed); err != nil {
			return err
		}
		changed.Version++
		return saveWebhook(ctx, tx, was, changed, AuditEntry{By: by, Action: action})
	})
	return changed, err
}

// saveWebhook writes a changed endpoint with its audit entry.
func saveWebhook(ctx context.Context, tx *sql.Tx, was, changed WebhookEndpoint, entry AuditEntry) (err error) {
	if err := writeWebhook(ctx, tx, changed); err != nil {
		return err
	}
	if entry.Before, err = was.described(); err != nil {
		return err
	}
	if entry.After, err = changed.described(); err != nil {
		return err
	}
	entry.At, entry.Subject = now(), "webhook/"+changed.ID
	return appendAudit(ctx, tx, entry)
}

// DeleteWebhook forgets an endpoint with its deliveries and audits it; ErrNotFound
// where there is none.
func (s *Store) DeleteWebhook(ctx context.Context, id, by string) error {
	return s.write(ctx, "delete webhook "+id, func(tx *sql.Tx) error {
		if err := require("the name of who deletes it", by); err != nil {
			return err
		}
		was, err := webhook(ctx, tx, id)
		if err != nil {
			return err
		}
		before, err := was.described()
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM webhook_endpoint WHERE id = $1`, id)
		return errors.Join(err, appendAudit(ctx, tx, AuditEntry{
			At: now(), By: by, Action: "webhook.delete", Subject: "webhook/" + id, Detail: was.URL, Before: before,
		}))
	})
}
