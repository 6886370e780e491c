package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// MailServer is by which server an organization's mail goes.
type MailServer struct {
	Organization string
	Settings     json.RawMessage // without secrets
	Password     string          // sealed; empty where there is none
	SigningKey   string          // sealed; empty where there is none
	Version      int64           // set by the store, from 1
	ChangedAt    time.Time       // set by the store
	ChangedBy    string
}

const mailServerColumns = `organization, settings, password, signing_key, version, changed_at, changed_by`

func scanMailServer(r row) (m MailServer, err error) {
	err = r.Scan(&m.Organization, (*[]byte)(&m.Settings), &m.Password, &m.SigningKey, &m.Version, text{&m.ChangedAt}, &m.ChangedBy)
	return m, err
}

// MailServer returns that of an organization, or ErrNotFound.
func (s *Store) MailServer(ctx context.Context, organization string) (MailServer, error) {
	return mailServerOf(ctx, s.db, organization)
}

func mailServerOf(ctx context.Context, q querier, organization string) (MailServer, error) {
	return oneOf(ctx, q, "a mail server of "+organization, scanMailServer, `SELECT `+mailServerColumns+` FROM mail_server WHERE organization = $1`, organization)
}

// SaveMailServer puts a mail server in force in the place of the one before, as a new
// version, and audits it without its secrets. Change gets the one before, whose version
// is 0 where there is none.
func (s *Store) SaveMailServer(ctx context.Context, organization, by string, change func(*MailServer) error) (saved MailServer, err error) {
	err = s.write(ctx, "save the mail server of "+organization, func(tx *sql.Tx) error {
		if err := require("its organization", organization, "the name of who saves it", by); err != nil {
			return err
		}
		was, err := mailServerOf(ctx, tx, organization)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		saved = was
		saved.Organization = organization
		if err := change(&saved); err != nil {
			return err
		}
		if err := requireJSON("its settings", saved.Settings); err != nil {
			return err
		}
		if was.Version > 0 && bytes.Equal(was.Settings, saved.Settings) && was.Password == saved.Password && was.SigningKey == saved.SigningKey {
			saved = was
			return nil
		}
		saved.Version, saved.ChangedAt, saved.ChangedBy = was.Version+1, now(), by
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO mail_server (`+mailServerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
			 ON CONFLICT (organization) DO UPDATE SET settings = excluded.settings, password = excluded.password, signing_key = excluded.signing_key,
			   version = excluded.version, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
			organization, storable(string(saved.Settings)), saved.Password, saved.SigningKey, saved.Version, timeText(saved.ChangedAt), by); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: saved.ChangedAt, By: by, Action: "mail.save-server", Subject: "mail-server/" + organization, Before: was.Settings, After: saved.Settings})
	})
	return saved, err
}

// DeleteMailServer forgets the mail server of an organization and audits it; ErrNotFound
// where there is none.
func (s *Store) DeleteMailServer(ctx context.Context, organization, by string) error {
	return s.write(ctx, "forget the mail server of "+organization, func(tx *sql.Tx) error {
		if err := require("the name of who does it", by); err != nil {
			return err
		}
		was, err := mailServerOf(ctx, tx, organization)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM mail_server WHERE organization = $1`, organization)
		return errors.Join(err, appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: "mail.delete-server", Subject: "mail-server/" + organization, Before: was.Settings}))
	})
}

// LetterText is what an organization writes in a kind of letter, in a language.
type LetterText struct {
	Organization string
	Kind         string
	Language     string
	Subject      string
	Body         string
	ChangedAt    time.Time // set by the store
	ChangedBy    string
}

const letterTextColumns = `organization, kind, language, subject, body, changed_at, changed_by`

func scanLetterText(r row) (l LetterText, err error) {
	err = r.Scan(&l.Organization, &l.Kind, &l.Language, &l.Subject, &l.Body, text{&l.ChangedAt}, &l.ChangedBy)
	return l, err
}

// LetterTexts returns those of an organization, by kind and language.
func (s *Store) LetterTexts(ctx context.Context, organization string) ([]LetterText, error) {
	all, err := list(ctx, s.db, scanLetterText, `SELECT `+letterTextColumns+` FROM letter_text WHERE organization = $1 ORDER BY kind, language`, organization)
	if err != nil {
		return nil, fmt.Errorf("read the letters of %s: %w", organization, err)
	}
	return all, nil
}

func letterText(ctx context.Context, q querier, organization, kind, language string) (LetterText, error) {
	return oneOf(ctx, q, "a text of "+organization+" for the letter "+kind+" in "+language, scanLetterText,
		`SELECT `+letterTextColumns+` FROM letter_text WHERE organization = $1 AND kind = $2 AND language = $3`, organization, kind, language)
}

// audited is the text as the audit has it.
func (l LetterText) audited() json.RawMessage {
	if l.Subject == "" {
		return nil
	}
	said, _ := json.Marshal(map[string]string{"subject": l.Subject, "body": l.Body}) // texts can always be written
	return said
}

func (l LetterText) subjectOfAudit() string {
	return "letter/" + l.Organization + "/" + l.Kind + "/" + l.Language
}

// SaveLetterText puts a text in the place of the one before, and audits it; what is
// there already is left as it is.
func (s *Store) SaveLetterText(ctx context.Context, l LetterText) (saved LetterText, err error) {
	err = s.write(ctx, "save the letter "+l.Kind+" in "+l.Language, func(tx *sql.Tx) error {
		if err := require("its organization", l.Organization, "its kind", l.Kind, "its language", l.Language, "its subject", l.Subject, "its body", l.Body, "the name of who saves it", l.ChangedBy); err != nil {
			return err
		}
		was, err := letterText(ctx, tx, l.Organization, l.Kind, l.Language)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if was.Subject == l.Subject && was.Body == l.Body {
			saved = was
			return nil
		}
		saved = l
		saved.ChangedAt = now()
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO letter_text (`+letterTextColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
			 ON CONFLICT (organization, kind, language) DO UPDATE SET subject = excluded.subject, body = excluded.body, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
			l.Organization, l.Kind, l.Language, storable(l.Subject), storable(l.Body), timeText(saved.ChangedAt), l.ChangedBy); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: saved.ChangedAt, By: l.ChangedBy, Action: "mail.save-letter", Subject: l.subjectOfAudit(), Before: was.audited(), After: l.audited()})
	})
	return saved, err
}

// DeleteLetterText takes a text away and audits it; ErrNotFound where there is none.
func (s *Store) DeleteLetterText(ctx context.Context, organization, kind, language, by string) error {
	return s.write(ctx, "take away the letter "+kind+" in "+language, func(tx *sql.Tx) error {
		if err := require("the name of who does it", by); err != nil {
			return err
		}
		was, err := letterText(ctx, tx, organization, kind, language)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM letter_text WHERE organization = $1 AND kind = $2 AND language = $3`, organization, kind, language)
		return errors.Join(err, appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: "mail.delete-letter", Subject: was.subjectOfAudit(), Before: was.audited()}))
	})
}
