package config

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Change is one resource that would be added, changed or removed. Kind is
// the section of the file (billing_groups); ID is reseller, a name, an id, for
// a rate such as "2026-10 USD JPY payer 111111111111", for a provider invoice
// payer and id, for a commitment such as "ri-1 to group acme from 2026-10",
// for a savings plan rate all fields but the rate. Before and After are canonical JSON; an added resource has no
// Before, a removed one no After.
type Change struct {
	Action string          `json:"action"` // add | change | remove
	Kind   string          `json:"kind"`
	ID     string          `json:"id"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Actions of a change.
const (
	Add    = "add"
	Modify = "change"
	Remove = "remove"
)

// Diff says what turns now into wanted. What wanted does not mention is kept,
// unless prune. Resources are compared whole; the order of the lists of
// resources does not matter. The result is sorted by kind, in the order of the
// file, then by id.
func Diff(now, wanted billing.Config, prune bool) []Change {
	var changes []Change
	for _, kind := range kinds {
		before, after := specs(kind, now), specs(kind, wanted)
		var found []Change
		for id, spec := range after {
			switch present, ok := before[id]; {
			case !ok:
				found = append(found, Change{Action: Add, Kind: kind.name, ID: id, After: spec})
			case !bytes.Equal(present, spec):
				found = append(found, Change{Action: Modify, Kind: kind.name, ID: id, Before: present, After: spec})
			}
		}
		for id, present := range before {
			if _, kept := after[id]; prune && !kept {
				found = append(found, Change{Action: Remove, Kind: kind.name, ID: id, Before: present})
			}
		}
		slices.SortFunc(found, func(a, b Change) int { return cmp.Compare(a.ID, b.ID) })
		changes = append(changes, found...)
	}
	return changes
}

// specs returns the canonical JSON of every resource of the kind by identity.
func specs(k kind, c billing.Config) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for _, r := range k.list(c) {
		all[r.id] = canonical(r.spec)
	}
	return all
}

// Merge returns now with the changes made; now stays as it is. It fails when
// now is not what the changes were computed from, with an ErrChanged that names the
// resource: then the diff must be made again. Defaults are filled in as Load does.
func Merge(now billing.Config, changes []Change) (billing.Config, error) {
	byKind := map[string][]Change{}
	for _, change := range changes {
		if _, ok := kindNamed(change.Kind); !ok {
			return billing.Config{}, fmt.Errorf("%q is not a kind of resource", change.Kind)
		}
		byKind[change.Kind] = append(byKind[change.Kind], change)
	}
	var merged billing.Config
	for _, kind := range kinds {
		resources, err := mergeKind(kind, kind.list(now), byKind[kind.name])
		if err != nil {
			return billing.Config{}, err
		}
		kind.set(&merged, resources)
	}
	return withDefaults(merged), nil
}

// mergeKind changes resources in place, appends new ones and drops removed ones.
func mergeKind(k kind, resources []resource, changes []Change) ([]resource, error) {
	position := map[string]int{}
	for i, r := range resources {
		position[r.id] = i
	}
	removed := map[string]bool{}
	for _, change := range changes {
		path := pathOf(k.name, change.ID)
		i, present := position[change.ID]
		if err := stillFits(change, present, func() json.RawMessage { return canonical(resources[i].spec) }); err != nil {
			return nil, fmt.Errorf("%s %w", path, err)
		}
		if change.Action == Remove {
			removed[change.ID] = true
			continue
		}
		r, err := k.decode(change.After)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", path, err)
		}
		if r.id != change.ID {
			return nil, fmt.Errorf("%s: the change holds the resource %q instead", path, r.id)
		}
		if present {
			resources[i] = r
			continue
		}
		position[r.id] = len(resources)
		resources = append(resources, r)
	}
	return slices.DeleteFunc(resources, func(r resource) bool { return removed[r.id] }), nil
}

// stillFits tells whether the resource is what the change was computed from.
func stillFits(change Change, present bool, spec func() json.RawMessage) error {
	what := ""
	switch {
	case change.Action != Add && change.Action != Modify && change.Action != Remove:
		return fmt.Errorf("has the unknown action %q", change.Action)
	case change.Action == Add && present:
		what = "was added by somebody else meanwhile"
	case change.Action != Add && !present:
		what = "is not there any more"
	case change.Action != Add && !bytes.Equal(spec(), change.Before):
		what = "was changed by somebody else meanwhile"
	default:
		return nil
	}
	return &changedError{what}
}

// ErrChanged says that changes do not fit what is in force any more; the error says
// which resource is another one.
var ErrChanged = errors.New("the configuration has changed meanwhile")

type changedError struct{ what string }

// Error says what happened to the resource, which stands before it.
func (e *changedError) Error() string { return e.what + "; look at the differences again" }

// Is makes a changedError an ErrChanged.
func (e *changedError) Is(target error) bool { return target == ErrChanged }

// Hash returns the SHA-256, in hex, of the configuration's canonical JSON.
// The order of the lists of resources does not count; the order inside one
// (claims, rules) does.
func Hash(c billing.Config) string {
	sorted := map[string][]json.RawMessage{}
	for _, kind := range kinds {
		resources := kind.list(c)
		slices.SortStableFunc(resources, func(a, b resource) int { return cmp.Compare(a.id, b.id) })
		for _, r := range resources {
			sorted[kind.name] = append(sorted[kind.name], canonical(r.spec))
		}
	}
	sum := sha256.Sum256(canonical(sorted))
	return hex.EncodeToString(sum[:])
}

// canonical writes JSON with sorted names, no blanks and nothing escaped
// that need not be; equal values have equal bytes, in whatever order the Go
// struct has its fields. The types of a configuration cannot fail to marshal.
func canonical(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("config: %T cannot be written as JSON: %v", v, err))
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree(data)); err != nil {
		panic(fmt.Sprintf("config: %T cannot be written as JSON: %v", v, err))
	}
	return bytes.TrimSpace(out.Bytes())
}

// tree reads JSON into maps, lists, texts, booleans and numbers as written.
// What is not JSON becomes nil.
func tree(data []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return nil
	}
	return v
}
