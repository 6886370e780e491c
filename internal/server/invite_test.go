package server

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/awsstub"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/secret"
)

const (
	invitingPayer = "111111111111"
	invitedGuest  = "600000000001"
)

// inviting is a server with a payer whose organization is at a stub of AWS, and a token
// of the reseller.
func inviting(t *testing.T) (s *tested, organization *awsstub.Organization, token string) {
	t.Helper()
	_, s, organization, token = invitingAt(t)
	return s, organization, token
}

// invitingAt is inviting, with the stub.
func invitingAt(t *testing.T) (stub *awsstub.Server, s *tested, organization *awsstub.Organization, token string) {
	t.Helper()
	stub = awsstub.Start(t, "")
	organization = stub.Organization(invitingPayer)
	stub.Env(t)
	s = serve(t)
	named := billing.Credential{
		ID: "inviting", Organization: access.Root, Purpose: billing.PricingCredential, Provider: "aws", Schema: credential.AWSKey, Account: invitingPayer,
		Fields: map[string]string{"access_key_id": awsstub.AccessKey(invitingPayer)},
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	changes, err := s.home.Plan(t.Context(), billing.Config{Payers: []billing.Payer{{ID: invitingPayer, Provider: "aws"}}, Credentials: []billing.Credential{named}}, false)
	must(err)
	must(s.home.Apply(t.Context(), slices.DeleteFunc(changes, func(c config.Change) bool { return c.Action == config.Remove })))
	keys, err := s.home.Keys(t.Context())
	must(err)
	must(credential.Save(t.Context(), keys, named, map[string]secret.Text{"secret_access_key": secret.TextOf(awsstub.SecretKey())}, "ann"))
	token = s.program("inviting", nil, access.Grant{Organization: access.Root, Role: access.Owner})
	s.good(token, http.MethodPut, "/brands/reseller", map[string]any{"name": "Akatsuki Cloud"})
	return stub, s, organization, token
}

// An account is invited over the API, the customer watches the page, and it is its
// billing group's when it was accepted; the page says nothing of others, and ends.
func TestInvitationPage(t *testing.T) {
	s, organization, token := inviting(t)
	sent := s.good(token, http.MethodPost, "/account-invitations", map[string]any{
		"payer": invitingPayer, "target": invitedGuest, "customer": "aozora", "name": "film archive", "notes": "between us",
	})
	id, handshake := textAt(t, sent.body, "invitation", "id"), textAt(t, sent.body, "invitation", "handshake")
	address, there := strings.CutPrefix(textAt(t, sent.body, "address"), s.Origin())
	if !there || !regexp.MustCompile(`^/i/[A-Za-z0-9_-]{43}$`).MatchString(address) {
		t.Fatalf("the page is at %q", address)
	}
	page := func(query string, words ...string) string {
		t.Helper()
		got := s.ask("", http.MethodGet, address+query, nil)
		text := string(got.body)
		if got.status != http.StatusOK {
			t.Fatalf("the page is %s", got)
		}
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%q is not in\n%s", w, text)
			}
		}
		for _, not := range []string{"between us", "film archive", "aozora", id, handshake, "Sluice", "<script>"} { // none but that of its own address
			if strings.Contains(text, not) {
				t.Errorf("%q is on the page", not)
			}
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"} {
			if header := got.header.Get(name); header != want {
				t.Errorf("%s is %q, want %q", name, header, want)
			}
		}
		return text
	}
	const renews = `http-equiv="refresh"`
	page("", `lang="ja"`, "Akatsuki Cloud から AWS アカウントへの招待", invitedGuest, invitingPayer, renews)
	for _, l := range inviteTongues {
		page("?language="+l.Tag, `<html lang="`+l.Tag+`"`, "Akatsuki Cloud", strings.NewReplacer("{seller}", "Akatsuki Cloud").Replace(l.Words["waits"]))
	}

	// A second one is refused with the invitation that is open, and so is somebody else's.
	again := s.ask(token, http.MethodPost, "/api/v1/account-invitations", map[string]any{"payer": invitingPayer, "target": invitedGuest, "customer": "aozora"})
	if again.status != http.StatusConflict || !strings.Contains(string(again.body), id) {
		t.Errorf("a second one: %s", again)
	}
	wrong := s.ask(token, http.MethodPost, "/api/v1/account-invitations", map[string]any{"payer": invitingPayer, "target": "x", "customer": "aozora"})
	if wrong.problem() != "invalid" || !strings.Contains(string(wrong.body), "body.target") {
		t.Errorf("a wrong target: %s", wrong)
	}

	organization.Accept(handshake, "")
	if _, err := s.home.Membership.Follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text := page("?language=en", "the account has been part of the organization since"); strings.Contains(text, renews) {
		t.Error("a page that is over renews itself")
	}
	shown := s.good(token, http.MethodGet, "/account-invitations/"+id, nil)
	if textAt(t, shown.body, "registered", "state") != "new" || strings.Contains(string(shown.body), address[3:]) {
		t.Errorf("it is %s", shown)
	}
	if members := s.good(token, http.MethodGet, "/payers/"+invitingPayer+"/accounts", nil); !strings.Contains(string(members.body), `"group":"aozora-main"`) {
		t.Errorf("the accounts are %s", members)
	}

	s.good(token, http.MethodDelete, "/account-invitations/"+id+"/page", nil)
	gone := s.ask("", http.MethodGet, address, nil)
	unknown := s.ask("", http.MethodGet, "/i/"+strings.Repeat("A", 43), nil)
	if gone.status != http.StatusNotFound || unknown.status != gone.status || withoutNonce(gone) != withoutNonce(unknown) {
		t.Errorf("a page that was taken back is answered %s, one that never was %s", gone, unknown)
	}
	if got := s.ask("", http.MethodGet, "/i/guess?language=fr", nil); !strings.Contains(string(got.body), "Cette adresse n’est plus valable") {
		t.Errorf("a guess is answered %s", got)
	}
}

// Every state of both kinds has a text in every language, with all that it names.
func TestInvitationWords(t *testing.T) {
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for _, l := range inviteTongues {
		for key, text := range inviteTongues[0].Words {
			want, got := placeholder.FindAllString(text, -1), placeholder.FindAllString(l.Words[key], -1)
			slices.Sort(want)
			slices.Sort(got)
			if l.Words[key] == "" || !slices.Equal(slices.Compact(want), slices.Compact(got)) {
				t.Errorf("%s: %s names %v, want %v", l.Tag, key, got, want)
			}
		}
		if len(l.Words) != len(inviteTongues[0].Words) {
			t.Errorf("%s has %d texts, want %d", l.Tag, len(l.Words), len(inviteTongues[0].Words))
		}
	}
}

// What AWS refuses is on record, and the answer says where; the same account, invited
// again, goes on with it. A first day that was wished is taken away by null alone.
func TestRefusedInvitationIsOnRecord(t *testing.T) {
	stub, s, _, token := invitingAt(t)
	wish := map[string]any{"payer": invitingPayer, "target": invitedGuest, "customer": "aozora", "from": "2030-05-01"}
	stub.FailTimes("InviteAccountToOrganization", 1, awsstub.Error{Type: "HandshakeConstraintViolationException", Reason: "PAYMENT_INSTRUMENT_REQUIRED", Message: "no card"})
	refused := s.ask(token, http.MethodPost, "/api/v1/account-invitations", wish)
	if refused.problem() != "refused" || refused.status != http.StatusConflict {
		t.Fatalf("AWS refuses: %s", refused)
	}
	id := textAt(t, refused.body, "record")
	sent := s.good(token, http.MethodPost, "/account-invitations", wish)
	if got := textAt(t, sent.body, "invitation", "id"); got != id {
		t.Errorf("sent is %s, want %s", got, id)
	}
	open := s.ask(token, http.MethodPost, "/api/v1/account-invitations", wish)
	if got := textAt(t, open.body, "record"); got != id {
		t.Errorf("an open invitation is answered %s", open)
	}
	at := "/account-invitations/" + id
	if got := s.good(token, http.MethodPatch, at, map[string]any{"name": "web"}); textAt(t, got.body, "from") != "2030-05-01" {
		t.Errorf("a change of the name: %s", got)
	}
	if got := s.ask(token, http.MethodPatch, "/api/v1"+at, map[string]any{"from": "soon"}); got.problem() != "invalid" || !strings.Contains(string(got.body), "body.from") {
		t.Errorf("a day that is none: %s", got)
	}
	if got := s.good(token, http.MethodPatch, at, map[string]any{"from": "2030-06-01"}); textAt(t, got.body, "from") != "2030-06-01" {
		t.Errorf("another day: %s", got)
	}
	if got := s.good(token, http.MethodPatch, at, map[string]any{"from": nil}); strings.Contains(string(got.body), `"from"`) || textAt(t, got.body, "name") != "web" {
		t.Errorf("no day: %s", got)
	}
}
