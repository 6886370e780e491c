package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ResourceKey names a declared resource, such as customer acme.
type ResourceKey struct{ Kind, ID string }

// String writes the key as kind/id.
func (k ResourceKey) String() string { return k.Kind + "/" + k.ID }

// Resource is one version of something the reseller declared. Versions are
// counted from 1 and never change (R18).
type Resource struct {
	Kind, ID  string
	Spec      json.RawMessage // compact JSON
	Version   int             // set by the store
	AppliedAt time.Time       // set by the store
	By        string          // set by the store
	Removed   bool            // this version says that the resource is gone; Spec is what it was
}

func (r Resource) key() ResourceKey { return ResourceKey{r.Kind, r.ID} }

const resourceColumns = `kind, id, version, spec, removed, applied_at, applied_by`

func scanResource(r row) (x Resource, err error) {
	err = r.Scan(&x.Kind, &x.ID, &x.Version, (*[]byte)(&x.Spec), &x.Removed, text{&x.AppliedAt}, &x.By)
	return x, err
}

// Resources returns what is in force, the newest version of everything that is
// not removed, by kind and id.
func (s *Store) Resources(ctx context.Context) ([]Resource, error) {
	resources, err := list(ctx, s.db, scanResource,
		`SELECT `+resourceColumns+` FROM resource r
		 WHERE removed = FALSE
		   AND version = (SELECT MAX(n.version) FROM resource n WHERE n.kind = r.kind AND n.id = r.id)`)
	if err != nil {
		return nil, fmt.Errorf("read the resources: %w", err)
	}
	slices.SortFunc(resources, func(a, b Resource) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return resources, nil
}

// ResourceVersions returns every version of one resource, oldest first.
// ErrNotFound when it was never declared.
func (s *Store) ResourceVersions(ctx context.Context, key ResourceKey) ([]Resource, error) {
	versions, err := list(ctx, s.db, scanResource,
		`SELECT `+resourceColumns+` FROM resource WHERE kind = $1 AND id = $2 ORDER BY version`, key.Kind, key.ID)
	if err != nil {
		return nil, fmt.Errorf("read the versions of %s: %w", key, err)
	}
	if len(versions) == 0 {
		return nil, fmt.Errorf("%s %w", key, ErrNotFound)
	}
	return versions, nil
}

// ErrMoved says that something was declared since the revision that changes were made for.
var ErrMoved = errors.New("the configuration was changed by somebody else meanwhile; look at the differences again")

type revisionKey struct{}

// AtRevision returns a context in which Apply is refused with ErrMoved unless what
// is declared still has this revision, one of ConfigRevision.
func AtRevision(ctx context.Context, revision int64) context.Context {
	return context.WithValue(ctx, revisionKey{}, revision)
}

// HasRevision tells whether the context is one of AtRevision.
func HasRevision(ctx context.Context) bool { return ctx.Value(revisionKey{}) != nil }

// checkRevision is an ErrMoved where the context wants another revision than there is.
func checkRevision(ctx context.Context, tx *sql.Tx) error {
	wanted, ok := ctx.Value(revisionKey{}).(int64)
	if !ok {
		return nil
	}
	if is, _, err := first(ctx, tx, scanOne[int64], revisionSQL); err != nil || is != wanted {
		return cmp.Or(err, ErrMoved)
	}
	return nil
}

// ConfigRevision grows with every change of what is declared.
func (s *Store) ConfigRevision(ctx context.Context) (int64, error) {
	revision, _, err := first(ctx, s.db, scanOne[int64], revisionSQL)
	return revision, err
}

// revisionSQL counts all versions, of which none ever goes away.
const revisionSQL = `SELECT COUNT(*) FROM resource`

// Apply declares the resources of put and removes those of remove, all or
// none. Every change appends a version and an audit entry in the name of by; a
// spec that is in force already changes nothing. It refuses a key that comes
// twice, and, with ErrNotFound, to remove what is not in force.
func (s *Store) Apply(ctx context.Context, by string, put []Resource, remove []ResourceKey) error {
	return s.apply(ctx, by, "", put, remove)
}

// ApplyBecause is Apply with the reason for it, which must be given (R18): an
// entry "resource.reason" for every resource, in the same transaction.
func (s *Store) ApplyBecause(ctx context.Context, by, reason string, put []Resource, remove []ResourceKey) error {
	if err := require("the reason", strings.TrimSpace(reason)); err != nil {
		return err
	}
	return s.apply(ctx, by, reason, put, remove)
}

// apply makes the changes in one transaction, for a reason that may be empty.
func (s *Store) apply(ctx context.Context, by, reason string, put []Resource, remove []ResourceKey) error {
	return s.write(ctx, "apply resources", func(tx *sql.Tx) error {
		if err := require("the name of who applies them", by); err != nil {
			return err
		}
		if err := checkRevision(ctx, tx); err != nil {
			return err
		}
		apply := applying{ctx: ctx, tx: tx, by: by, reason: reason, at: now(), seen: map[ResourceKey]bool{}}
		for _, resource := range put {
			if err := errors.Join(apply.put(resource), apply.explain(resource.key())); err != nil {
				return err
			}
		}
		for _, key := range remove {
			if err := errors.Join(apply.remove(key), apply.explain(key)); err != nil {
				return err
			}
		}
		return nil
	})
}

// applying is one Apply under way.
type applying struct {
	ctx    context.Context
	tx     *sql.Tx
	by     string
	reason string // empty where none was given
	at     time.Time
	seen   map[ResourceKey]bool
}

// explain keeps the reason beside what was done, also where it changed nothing.
func (a applying) explain(key ResourceKey) error {
	if a.reason == "" {
		return nil
	}
	return appendAudit(a.ctx, a.tx, AuditEntry{At: a.at, By: a.by, Action: "resource.reason", Subject: key.String(), Detail: a.reason, Reason: a.reason})
}

func (a applying) put(resource Resource) error {
	key := resource.key()
	newest, found, err := a.newest(key)
	if err != nil {
		return err
	}
	var spec bytes.Buffer
	if err := json.Compact(&spec, resource.Spec); err != nil {
		return fmt.Errorf("the spec of %s is not well-formed JSON: %w", key, err)
	}
	if found && !newest.Removed && bytes.Equal(newest.Spec, spec.Bytes()) {
		return nil
	}
	var before json.RawMessage
	if !newest.Removed {
		before = newest.Spec
	}
	return a.append("resource.put", Resource{Kind: key.Kind, ID: key.ID, Version: newest.Version + 1, Spec: spec.Bytes()}, before, spec.Bytes())
}

func (a applying) remove(key ResourceKey) error {
	newest, found, err := a.newest(key)
	if err != nil {
		return err
	}
	if !found || newest.Removed {
		return fmt.Errorf("remove %s: it %w", key, ErrNotFound)
	}
	newest.Version++
	newest.Removed = true
	return a.append("resource.remove", newest, newest.Spec, nil)
}

// newest returns the last version of a key, removed or not, and marks the key
// as seen.
func (a applying) newest(key ResourceKey) (Resource, bool, error) {
	if err := require("the kind of a resource", key.Kind, "the id of a "+key.Kind, key.ID); err != nil {
		return Resource{}, false, err
	}
	if a.seen[key] {
		return Resource{}, false, fmt.Errorf("%s comes twice; keep one of the two", key)
	}
	a.seen[key] = true
	return first(a.ctx, a.tx, scanResource,
		`SELECT `+resourceColumns+` FROM resource WHERE kind = $1 AND id = $2 ORDER BY version DESC LIMIT 1`, key.Kind, key.ID)
}

func (a applying) append(action string, r Resource, before, after json.RawMessage) error {
	if _, err := a.tx.ExecContext(a.ctx,
		`INSERT INTO resource (`+resourceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.Kind, r.ID, r.Version, string(r.Spec), r.Removed, timeText(a.at), a.by); err != nil {
		return fmt.Errorf("%s: %w", r.key(), err)
	}
	if err := appendAudit(a.ctx, a.tx, AuditEntry{
		At: a.at, By: a.by, Action: action, Subject: r.key().String(), Detail: fmt.Sprintf("version %d", r.Version), Reason: a.reason,
		Before: before, After: after,
	}); err != nil {
		return err
	}
	state := "in force"
	if r.Removed {
		state = "removed"
	}
	return announce(a.ctx, a.tx, OutboxEvent{
		Kind: "resource.changed", Subject: r.key().String(),
		Payload: facts("kind", r.Kind, "id", r.ID, "version", strconv.Itoa(r.Version), "state", state),
	})
}
