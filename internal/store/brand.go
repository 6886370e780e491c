package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Brand is how an organization that sells shows itself. The document is JSON that
// package brand reads.
type Brand struct {
	Organization string
	Domain       string // where its pages are reached; empty where it has none
	Document     json.RawMessage
	Version      int64     // set by the store, from 1
	ChangedAt    time.Time // set by the store
	ChangedBy    string
}

const brandColumns = `organization, COALESCE(domain, ''), document, version, changed_at, changed_by`

func scanBrand(r row) (b Brand, err error) {
	err = r.Scan(&b.Organization, &b.Domain, (*[]byte)(&b.Document), &b.Version, text{&b.ChangedAt}, &b.ChangedBy)
	return b, err
}

// Brands returns all brands, by organization.
func (s *Store) Brands(ctx context.Context) ([]Brand, error) {
	all, err := list(ctx, s.db, scanBrand, `SELECT `+brandColumns+` FROM brand ORDER BY organization`)
	if err != nil {
		return nil, fmt.Errorf("read the brands: %w", err)
	}
	return all, nil
}

// Brand returns the brand of an organization, or ErrNotFound.
func (s *Store) Brand(ctx context.Context, organization string) (Brand, error) {
	return brandOf(ctx, s.db, organization)
}

func brandOf(ctx context.Context, q querier, organization string) (Brand, error) {
	return oneOf(ctx, q, "the brand of "+organization, scanBrand, `SELECT `+brandColumns+` FROM brand WHERE organization = $1`, organization)
}

// BrandAt returns the brand of a domain, or ErrNotFound.
func (s *Store) BrandAt(ctx context.Context, domain string) (Brand, error) {
	return oneOf(ctx, s.db, "a brand at "+domain, scanBrand, `SELECT `+brandColumns+` FROM brand WHERE domain = $1`, domain)
}

// SaveBrand puts a brand in force, as a new version and audited; what is in force
// already is left as it is. It refuses a domain that another brand has.
func (s *Store) SaveBrand(ctx context.Context, b Brand) (saved Brand, err error) {
	err = s.write(ctx, "save the brand of "+b.Organization, func(tx *sql.Tx) error {
		if err := errors.Join(require("its organization", b.Organization, "the name of who saves it", b.ChangedBy), requireJSON("the text", b.Document)); err != nil {
			return err
		}
		was, err := brandOf(ctx, tx, b.Organization)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if was.Version > 0 && was.Domain == b.Domain && bytes.Equal(was.Document, b.Document) {
			saved = was
			return nil
		}
		if b.Domain != "" {
			other, taken, err := first(ctx, tx, scanOne[string], `SELECT organization FROM brand WHERE domain = $1 AND organization <> $2`, b.Domain, b.Organization)
			if err != nil {
				return err
			}
			if taken {
				return fmt.Errorf("the domain %s belongs to the brand of %s; take it away there first", b.Domain, other)
			}
		}
		saved = b
		saved.Version, saved.ChangedAt = was.Version+1, now()
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO brand (organization, domain, document, version, changed_at, changed_by) VALUES ($1, NULLIF($2, ''), $3, $4, $5, $6)
			 ON CONFLICT (organization) DO UPDATE SET domain = excluded.domain, document = excluded.document, version = excluded.version,
			   changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
			b.Organization, b.Domain, string(b.Document), saved.Version, timeText(saved.ChangedAt), b.ChangedBy); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{
			At: saved.ChangedAt, By: b.ChangedBy, Action: "brand.save", Subject: "brand/" + b.Organization,
			Detail: fmt.Sprintf("version %d", saved.Version), Before: was.Document, After: b.Document,
		})
	})
	return saved, err
}

// RemoveBrand forgets the brand of an organization with its pictures, and audits it;
// ErrNotFound where there is none.
func (s *Store) RemoveBrand(ctx context.Context, organization, by string) error {
	return s.write(ctx, "remove the brand", func(tx *sql.Tx) error {
		if err := require("the name of who removes it", by); err != nil {
			return err
		}
		was, err := brandOf(ctx, tx, organization)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM brand WHERE organization = $1`, organization); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: "brand.remove", Subject: "brand/" + organization, Before: was.Document})
	})
}

// BrandLogo is a picture of a brand.
type BrandLogo struct {
	Organization string
	Variant      string
	MediaType    string
	Width        int // pixels
	Height       int
	Hash         string // SHA-256 of the data, hexadecimal
	Data         []byte // nil where only what it is was asked for
}

const (
	logoColumns = `organization, variant, media_type, width, height, hash`
	selectLogos = `SELECT ` + logoColumns + ` FROM brand_logo`
	selectLogo  = `SELECT ` + logoColumns + `, data FROM brand_logo`
)

func scanLogo(r row) (l BrandLogo, err error) {
	err = r.Scan(&l.Organization, &l.Variant, &l.MediaType, &l.Width, &l.Height, &l.Hash)
	return l, err
}

func scanWholeLogo(r row) (l BrandLogo, err error) {
	var data string
	if err := r.Scan(&l.Organization, &l.Variant, &l.MediaType, &l.Width, &l.Height, &l.Hash, &data); err != nil {
		return l, err
	}
	l.Data, err = base64.StdEncoding.DecodeString(data)
	return l, err
}

// BrandLogos returns what pictures an organization has, without their data, by
// variant.
func (s *Store) BrandLogos(ctx context.Context, organization string) ([]BrandLogo, error) {
	all, err := list(ctx, s.db, scanLogo, selectLogos+` WHERE organization = $1 ORDER BY variant`, organization)
	if err != nil {
		return nil, fmt.Errorf("read the logos of %s: %w", organization, err)
	}
	return all, nil
}

// BrandLogo returns a picture of an organization, or ErrNotFound.
func (s *Store) BrandLogo(ctx context.Context, organization, variant string) (BrandLogo, error) {
	return oneOf(ctx, s.db, "the logo "+variant+" of "+organization, scanWholeLogo, selectLogo+` WHERE organization = $1 AND variant = $2`, organization, variant)
}

// BrandLogoByHash returns the picture with a hash, or ErrNotFound; several that are
// equal differ in nothing that is shown.
func (s *Store) BrandLogoByHash(ctx context.Context, hash string) (BrandLogo, error) {
	return oneOf(ctx, s.db, "a logo", scanWholeLogo, selectLogo+` WHERE hash = $1 ORDER BY organization, variant LIMIT 1`, hash)
}

// SaveBrandLogo puts a picture of a brand in the place of the one before, and audits
// it. ErrNotFound where there is no brand.
func (s *Store) SaveBrandLogo(ctx context.Context, l BrandLogo, by string) error {
	return s.write(ctx, "save the logo "+l.Variant+" of "+l.Organization, func(tx *sql.Tx) error {
		if err := require("its organization", l.Organization, "its variant", l.Variant, "its type", l.MediaType, "its hash", l.Hash, "the name of who saves it", by); err != nil {
			return err
		}
		if _, err := brandOf(ctx, tx, l.Organization); err != nil {
			return err
		}
		was, _, err := first(ctx, tx, scanLogo, selectLogos+` WHERE organization = $1 AND variant = $2`, l.Organization, l.Variant)
		if err != nil || was.Hash == l.Hash {
			return err
		}
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO brand_logo (`+logoColumns+`, data) VALUES ($1, $2, $3, $4, $5, $6, $7)
			 ON CONFLICT (organization, variant) DO UPDATE SET media_type = excluded.media_type, width = excluded.width, height = excluded.height,
			   hash = excluded.hash, data = excluded.data`,
			l.Organization, l.Variant, l.MediaType, l.Width, l.Height, l.Hash, base64.StdEncoding.EncodeToString(l.Data)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{
			At: now(), By: by, Action: "brand.logo", Subject: "brand/" + l.Organization, Detail: l.Variant, Before: was.described(), After: l.described(),
		})
	})
}

// RemoveBrandLogo takes a picture away and audits it; ErrNotFound where there is none.
func (s *Store) RemoveBrandLogo(ctx context.Context, organization, variant, by string) error {
	return s.write(ctx, "remove the logo", func(tx *sql.Tx) error {
		if err := require("the name of who removes it", by); err != nil {
			return err
		}
		was, err := oneOf(ctx, tx, "the logo "+variant+" of "+organization, scanLogo, selectLogos+` WHERE organization = $1 AND variant = $2`, organization, variant)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM brand_logo WHERE organization = $1 AND variant = $2`, organization, variant); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: "brand.logo-remove", Subject: "brand/" + organization, Detail: variant, Before: was.described()})
	})
}

// described is the picture as the audit has it; nil where there is none.
func (l BrandLogo) described() json.RawMessage {
	if l.Hash == "" {
		return nil
	}
	return facts("variant", l.Variant, "media_type", l.MediaType, "width", strconv.Itoa(l.Width), "height", strconv.Itoa(l.Height), "sha256", l.Hash)
}
