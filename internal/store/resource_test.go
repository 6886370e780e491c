package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestApplyVersions(t *testing.T) {
	s := openNew(t)
	key := ResourceKey{"customer", "acme"}
	put := func(spec string) {
		t.Helper()
		ok(t, s.Apply(t.Context(), "ann", []Resource{{Kind: key.Kind, ID: key.ID, Spec: []byte(spec)}}, nil))
	}
	put(`{"name": "Acme"}`)
	put(`{ "name":"Acme" }`) // the same: no version
	put(`{"name":"Acme Ltd"}`)
	ok(t, s.Apply(t.Context(), "bob", nil, []ResourceKey{key}))
	put(`{"name":"Acme Ltd"}`) // the same as the removed one: a version

	versions, err := s.ResourceVersions(t.Context(), key)
	ok(t, err)
	want := []string{
		`1 {"name":"Acme"} false ann`,
		`2 {"name":"Acme Ltd"} false ann`,
		`3 {"name":"Acme Ltd"} true bob`,
		`4 {"name":"Acme Ltd"} false ann`,
	}
	var got []string
	for _, v := range versions {
		got = append(got, fmt.Sprintf("%d %s %v %s", v.Version, v.Spec, v.Removed, v.By))
	}
	if !slices.Equal(got, want) {
		t.Errorf("versions are\n%q, want\n%q", got, want)
	}
	if n := count(t, s, "audit"); n != 4 {
		t.Errorf("%d audit entries for 4 changes", n)
	}
}

// One bad resource keeps all the others from being applied.
func TestApplyRefuses(t *testing.T) {
	s := openNew(t)
	good := Resource{Kind: "customer", ID: "acme", Spec: []byte(`{}`)}
	tests := map[string]struct {
		by     string
		put    []Resource
		remove []ResourceKey
		words  []string
	}{
		"nobody applies": {"", []Resource{good}, nil, []string{"who applies"}},
		"bad spec":       {"ann", []Resource{good, {Kind: "payer", ID: "1", Spec: []byte(`{`)}}, nil, []string{"payer/1", "JSON"}},
		"no id":          {"ann", []Resource{good, {Kind: "payer", Spec: []byte(`{}`)}}, nil, []string{"id of a payer"}},
		"twice":          {"ann", []Resource{good, good}, nil, []string{"customer/acme", "twice"}},
		"put and remove": {"ann", []Resource{good}, []ResourceKey{good.key()}, []string{"customer/acme", "twice"}},
		"remove nothing": {"ann", []Resource{good}, []ResourceKey{{"payer", "1"}}, []string{"payer/1", "not on record"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			refused(t, s.Apply(t.Context(), test.by, test.put, test.remove), test.words...)
			if n := count(t, s, "resource") + count(t, s, "audit"); n != 0 {
				t.Errorf("%d rows of an Apply that was refused", n)
			}
		})
	}
	_, err := s.ResourceVersions(t.Context(), good.key())
	notFound(t, err, "customer/acme")
}

// R18: whatever is applied in whatever order, no row that was there is changed
// or gone, and Resources is what a plain map of the last puts holds.
func TestApplyIsAppendOnly(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		place, remove := passingPlace(t)
		s := openAt(t, place)
		defer remove()
		defer s.Close()
		model := map[ResourceKey]string{}
		var before []Resource
		for range rapid.IntRange(1, 6).Draw(rt, "applies") {
			var put []Resource
			var remove []ResourceKey
			for _, id := range []string{"a", "b", "c"} {
				key := ResourceKey{"customer", id}
				_, present := model[key]
				switch rapid.SampledFrom([]string{"put", "remove", "leave"}).Draw(rt, id) {
				case "put":
					spec := rapid.SampledFrom([]string{`{}`, `{"n":1}`, `{"n":2}`}).Draw(rt, "spec")
					put = append(put, Resource{Kind: key.Kind, ID: id, Spec: []byte(spec)})
					model[key] = spec
				case "remove":
					if present {
						remove = append(remove, key)
						delete(model, key)
					}
				}
			}
			ok(t, s.Apply(t.Context(), "ann", put, remove))

			after := allResources(t, s)
			if len(after) < len(before) {
				rt.Fatalf("%d versions became %d", len(before), len(after))
			}
			for _, old := range before {
				if !slices.ContainsFunc(after, func(r Resource) bool { return sameVersion(r, old) }) {
					rt.Fatalf("version %d of %s was changed or is gone", old.Version, old.key())
				}
			}
			before = after
			checkInForce(t, rt, s, model)
		}
		if n := count(t, s, "audit"); n != int64(len(before)) {
			rt.Fatalf("%d audit entries for %d versions", n, len(before))
		}
	})
}

func checkInForce(t *testing.T, rt *rapid.T, s *Store, model map[ResourceKey]string) {
	inForce, err := s.Resources(t.Context())
	ok(t, err)
	if len(inForce) != len(model) {
		rt.Fatalf("%d resources in force, want %d", len(inForce), len(model))
	}
	for i, r := range inForce {
		if string(r.Spec) != model[r.key()] {
			rt.Fatalf("%s is %s, want the last put %s", r.key(), r.Spec, model[r.key()])
		}
		if i > 0 && inForce[i-1].ID >= r.ID {
			rt.Fatalf("%s comes after %s", r.key(), inForce[i-1].key())
		}
	}
}

func allResources(t *testing.T, s *Store) []Resource {
	all, err := list(t.Context(), s.db, scanResource, `SELECT `+resourceColumns+` FROM resource`)
	ok(t, err)
	return all
}

func sameVersion(a, b Resource) bool {
	return a.key() == b.key() && a.Version == b.Version && string(a.Spec) == string(b.Spec) &&
		a.Removed == b.Removed && a.By == b.By && a.AppliedAt.Equal(b.AppliedAt)
}

// Changes that were made for a revision are refused once there is another.
func TestApplyAtRevision(t *testing.T) {
	s := openNew(t)
	put := func(ctx context.Context, id string) error {
		return s.Apply(ctx, "ann", []Resource{{Kind: "customer", ID: id, Spec: []byte(`{}`)}}, nil)
	}
	ok(t, put(t.Context(), "acme"))
	revision, err := s.ConfigRevision(t.Context())
	ok(t, err)
	at := AtRevision(t.Context(), revision)
	ok(t, put(at, "beta"))
	if err := put(at, "gamma"); !errors.Is(err, ErrMoved) {
		t.Errorf("applied at a revision that is over: %v", err)
	}
	if n := count(t, s, "resource"); n != 2 {
		t.Errorf("%d resources, want 2", n)
	}
}
