package store

import "testing"

// What a credential reaches is what was seen last; others keep theirs.
func TestReachedAccounts(t *testing.T) {
	s := openNew(t)
	ok(t, s.SawReached(t.Context(), "one", []ReachedAccount{{Account: "a", Name: "Shop"}, {Account: "b"}, {Account: "a", Name: "again"}}))
	ok(t, s.SawReached(t.Context(), "two", []ReachedAccount{{Account: "c"}}))
	ok(t, s.SawReached(t.Context(), "one", []ReachedAccount{{Account: "b"}, {Account: "d"}}))
	all, err := s.ReachedAccounts(t.Context())
	ok(t, err)
	got := ""
	for _, a := range all {
		if a.SeenAt.IsZero() {
			t.Errorf("nobody knows when %s was seen", a.Account)
		}
		got += a.Credential + ":" + a.Account + " "
	}
	if got != "one:b one:d two:c " {
		t.Errorf("reached are %s", got)
	}
}
