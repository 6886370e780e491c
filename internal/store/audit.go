package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
)

// AuditEntry says who did what to which thing, and why. Entries are only ever
// added. Each has the hash of the one before it, so that none can be changed,
// taken away or put elsewhere without all that follow telling of it.
type AuditEntry struct {
	Seq     int64     `json:"seq"` // set by the store: counted from 1 without gaps
	At      time.Time `json:"at"`
	By      string    `json:"by"`                // the person or process
	Via     string    `json:"via,omitempty"`     // set by the store from the context's billing.Actor: cli, web, token, schedule
	Address string    `json:"address,omitempty"` // likewise
	Token   string    `json:"token,omitempty"`   // likewise: id of the session or token
	Action  string    `json:"action"`            // such as "resource.put", "finding.waive", "invoice.issue"
	Subject string    `json:"subject"`           // such as "customer/acme" or "2026-10/F-0123456789ab"
	Detail  string    `json:"detail,omitempty"`  // for people: the version, the number
	Reason  string    `json:"reason,omitempty"`  // what who did it gave as the reason
	// What the thing was before and after, as JSON; nil where it was not, is not any
	// more, or where it goes without saying. Never a secret. What is longer than
	// auditedBytes is replaced by its length and hash.
	Before   json.RawMessage `json:"before,omitempty"`
	After    json.RawMessage `json:"after,omitempty"`
	Previous string          `json:"previous"` // set by the store: hash of the entry before; empty of the first
	Hash     string          `json:"hash"`     // set by the store: Digest
}

// auditedBytes is the most of a document that an entry holds.
const auditedBytes = 16 << 10

// chainForm begins what is hashed, so that no other program's hash is one of ours.
const chainForm = "sluice audit 1"

// Digest is the hash that the entry must have: SHA-256, hexadecimal, over all of
// its fields but Hash in their order, each after its length in eight bytes, big
// end first. Times are in UTC with six digits.
func (e AuditEntry) Digest() string {
	sum := sha256.New()
	for _, field := range []string{
		chainForm, e.Previous, strconv.FormatInt(e.Seq, 10), timeText(e.At), e.By, e.Via, e.Address, e.Token,
		e.Action, e.Subject, e.Detail, e.Reason, string(e.Before), string(e.After),
	} {
		hashField(sum, field)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func hashField(sum hash.Hash, field string) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(field)))
	sum.Write(length[:])
	sum.Write([]byte(field))
}

const auditColumns = `seq, done_at, done_by, via, address, token, action, subject, detail, reason, was, became, previous, hash`

func scanAuditEntry(r row) (e AuditEntry, err error) {
	var before, after string
	err = r.Scan(&e.Seq, text{&e.At}, &e.By, &e.Via, &e.Address, &e.Token, &e.Action, &e.Subject, &e.Detail, &e.Reason, &before, &after,
		&e.Previous, &e.Hash)
	if before != "" {
		e.Before = json.RawMessage(before)
	}
	if after != "" {
		e.After = json.RawMessage(after)
	}
	return e, err
}

// appendAudit adds an entry in the transaction of what it tells of, so that
// neither is there without the other. How its author came is taken from the
// context.
func appendAudit(ctx context.Context, tx *sql.Tx, e AuditEntry) error {
	last, err := auditEnd(ctx, tx)
	if err != nil {
		return err
	}
	actor := billing.ActorOf(ctx)
	e.Via, e.Address, e.Token = actor.Via, actor.Address, actor.Token
	_, err = appendLink(ctx, tx, last, e)
	return err
}

// auditEnd is what the next entry follows. It is what the head says, not the last
// entry that is there: where entries were taken away at the end, the gap stays.
func auditEnd(ctx context.Context, tx *sql.Tx) (AuditHead, error) {
	head, found, err := first(ctx, tx, scanAuditHead, selectAuditHead)
	if err != nil || found {
		return head, err
	}
	return chainOld(ctx, tx)
}

// appendLink adds an entry behind the last one, and returns the new last one.
func appendLink(ctx context.Context, tx *sql.Tx, last AuditHead, e AuditEntry) (head AuditHead, err error) {
	if e.Before, err = audited("before", e.Before); err != nil {
		return head, err
	}
	if e.After, err = audited("after", e.After); err != nil {
		return head, err
	}
	for _, field := range []*string{&e.By, &e.Via, &e.Address, &e.Token, &e.Action, &e.Subject, &e.Detail, &e.Reason} {
		*field = storable(*field)
	}
	e.Seq, e.Previous = last.Seq+1, last.Hash
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.Hash = e.Digest()
	if _, err := tx.ExecContext(ctx, `INSERT INTO audit (`+auditColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		e.Seq, timeText(e.At), e.By, e.Via, e.Address, e.Token, e.Action, e.Subject, e.Detail, e.Reason, string(e.Before), string(e.After),
		e.Previous, e.Hash); err != nil {
		return head, err
	}
	head = AuditHead{e.Seq, e.Hash}
	_, err = tx.ExecContext(ctx,
		`INSERT INTO audit_head (id, seq, hash) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`,
		e.Seq, e.Hash)
	return head, err
}

// storable is a text that both databases give back as it was: without what is no
// UTF-8, and without the zero byte.
func storable(s string) string {
	if utf8.ValidString(s) {
		clean := true
		for i := range len(s) {
			clean = clean && s[i] != 0
		}
		if clean {
			return s
		}
	}
	return string(sanitized(s))
}

func sanitized(s string) (runes []rune) {
	for _, r := range s { // what is no UTF-8 comes as the replacement character
		if r == 0 {
			r = utf8.RuneError
		}
		runes = append(runes, r)
	}
	return runes
}

// audited is a document as an entry holds it: without spaces between its parts, so
// that it has the same bytes in an export.
func audited(name string, document json.RawMessage) (json.RawMessage, error) {
	if len(document) == 0 {
		return nil, nil
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, document); err != nil {
		return nil, fmt.Errorf("what it was %s is not well-formed JSON: %w", name, err)
	}
	if compact.Len() <= auditedBytes {
		return json.RawMessage(storable(compact.String())), nil
	}
	return facts("sha256", hashOf(document), "bytes", strconv.Itoa(len(document))), nil
}

// facts is a JSON object of names and texts, in turn; without those that are
// empty.
func facts(pairs ...string) json.RawMessage {
	object := []byte{'{'}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		if len(object) > 1 {
			object = append(object, ',')
		}
		for j, s := range pairs[i : i+2] {
			quoted, err := json.Marshal(s)
			if err != nil {
				panic(err) // a text can always be written as JSON
			}
			object = append(object, quoted...)
			if j == 0 {
				object = append(object, ':')
			}
		}
	}
	return append(object, '}')
}

// chainOld chains the entries that were made before there was a chain, and adds
// one that says so; where there are none it does nothing. From then on the chain
// tells of a change to them, not before.
func chainOld(ctx context.Context, tx *sql.Tx) (last AuditHead, err error) {
	old, err := list(ctx, tx, scanAuditEntry, `SELECT `+auditColumns+` FROM audit ORDER BY seq`)
	if err != nil || len(old) == 0 {
		return last, err
	}
	for _, e := range old {
		if e.Hash != "" || e.Seq != last.Seq+1 {
			return last, fmt.Errorf("the audit is damaged at entry %d: `sluice audit verify` says more; restore the records from a backup", last.Seq+1)
		}
		e.Previous = last.Hash
		last = AuditHead{e.Seq, e.Digest()}
		if _, err := tx.ExecContext(ctx, `UPDATE audit SET previous = $2, hash = $3 WHERE seq = $1`, e.Seq, e.Previous, last.Hash); err != nil {
			return last, err
		}
	}
	return appendLink(ctx, tx, last, AuditEntry{
		At: now(), By: "sluice", Action: "audit.chain", Subject: "audit",
		Detail: fmt.Sprintf("entries 1 to %d, made before there was a chain, are chained", last.Seq),
	})
}
