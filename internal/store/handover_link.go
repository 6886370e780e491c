package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// HandoverLink lets whoever has its token read one document, for a while.
type HandoverLink struct {
	ID        string    `json:"id"` // a ULID
	TokenHash string    `json:"-"`  // SHA-256 of the token, hexadecimal
	Customer  string    `json:"customer"`
	Document  string    `json:"document"` // id
	Formats   []string  `json:"formats"`
	Handover  string    `json:"handover,omitempty"` // id of the one that it went out with
	Expires   time.Time `json:"expires"`
	MostUses  int       `json:"most_uses,omitempty"` // 0 is any number
	Uses      int       `json:"uses"`
	LastUsed  time.Time `json:"last_used,omitzero"`
	RevokedAt time.Time `json:"revoked_at,omitzero"`
	RevokedBy string    `json:"revoked_by,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by"`
}

const handoverLinkColumns = `id, token_hash, customer, document, formats, handover, expires, most_uses, uses, last_used, revoked_at, revoked_by, created_at, created_by`

func scanHandoverLink(r row) (l HandoverLink, err error) {
	var formats string
	err = r.Scan(&l.ID, &l.TokenHash, &l.Customer, &l.Document, &formats, &l.Handover, text{&l.Expires}, &l.MostUses, &l.Uses, maybe{&l.LastUsed},
		maybe{&l.RevokedAt}, &l.RevokedBy, text{&l.CreatedAt}, &l.CreatedBy)
	l.Formats = strings.Fields(formats)
	return l, err
}

// AddHandoverLink records a link and audits it.
func (s *Store) AddHandoverLink(ctx context.Context, l HandoverLink) error {
	return s.write(ctx, "make a link to "+l.Document, func(tx *sql.Tx) error {
		if err := require("its id", l.ID, "the hash of its token", l.TokenHash, "the document", l.Document, "its formats", strings.Join(l.Formats, " "), "the name of who makes it", l.CreatedBy); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO handover_link (`+handoverLinkColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', '', '', $9, $10)`,
			l.ID, l.TokenHash, l.Customer, l.Document, strings.Join(l.Formats, " "), l.Handover, timeText(l.Expires), l.MostUses, timeText(l.CreatedAt), l.CreatedBy); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{
			At: now(), By: l.CreatedBy, Action: "handover.make-link", Subject: "handover-link/" + l.ID,
			Detail: fmt.Sprintf("to %s as %s, until %s", l.Document, strings.Join(l.Formats, " "), timeText(l.Expires)),
		})
	})
}

// UseHandoverLink counts a use of the link with that token. used is false, and
// nothing is counted, where it is revoked, over or used up at that time, or there is
// none.
func (s *Store) UseHandoverLink(ctx context.Context, tokenHash string, at time.Time) (used bool, err error) {
	err = s.writeAside(ctx, "open a link", func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx,
			`UPDATE handover_link SET uses = uses + 1, last_used = $2
			 WHERE token_hash = $1 AND revoked_at = '' AND expires > $2 AND (most_uses = 0 OR uses < most_uses)`, tokenHash, timeText(at))
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		used = n > 0
		return err
	})
	return used, err
}

// HandoverLinkOf returns the link with that token, without counting a use;
// ErrNotFound where there is none.
func (s *Store) HandoverLinkOf(ctx context.Context, tokenHash string) (HandoverLink, error) {
	return oneOf(ctx, s.db, "the link", scanHandoverLink, `SELECT `+handoverLinkColumns+` FROM handover_link WHERE token_hash = $1`, tokenHash)
}

// HandoverLinks returns the links to a document, or all where it is empty, the newest
// first.
func (s *Store) HandoverLinks(ctx context.Context, document string) ([]HandoverLink, error) {
	if neverStored([]any{document}) {
		return nil, nil
	}
	all, err := list(ctx, s.db, scanHandoverLink, `SELECT `+handoverLinkColumns+` FROM handover_link WHERE (document = $1 OR $1 = '') ORDER BY id DESC`, document)
	if err != nil {
		return nil, fmt.Errorf("read the links: %w", err)
	}
	return all, nil
}

// RevokeHandoverLink ends a link and audits it. One that is revoked already stays as
// it is; ErrNotFound where there is none.
func (s *Store) RevokeHandoverLink(ctx context.Context, id string, at time.Time, by string) (l HandoverLink, err error) {
	err = s.write(ctx, "revoke the link "+id, func(tx *sql.Tx) error {
		if err := require("the name of who revokes it", by); err != nil {
			return err
		}
		read := func() (HandoverLink, error) {
			return oneOf(ctx, tx, "it", scanHandoverLink, `SELECT `+handoverLinkColumns+` FROM handover_link WHERE id = $1`, id)
		}
		if l, err = read(); err != nil || !l.RevokedAt.IsZero() {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE handover_link SET revoked_at = $2, revoked_by = $3 WHERE id = $1`, id, timeText(at), by); err != nil {
			return err
		}
		if l, err = read(); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: "handover.revoke-link", Subject: "handover-link/" + id, Detail: "to " + l.Document})
	})
	return l, err
}
