package membership

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sethvargo/go-retry"

	"github.com/sluice-billing/sluice/internal/awsstub"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

const (
	payer  = "111111111111"
	second = "222222222222"
)

// declared are two payers with a credential each, and two customers.
const declared = `
reseller: {name: Akatsuki, currency: USD, accounts: ["500000000001"]}
payers:
  - {id: "111111111111", name: first, provider: aws}
  - {id: "222222222222", name: second, provider: aws}
  - {id: "3f2504e0", name: other, provider: azure}
credentials:
  - {id: first, organization: reseller, purpose: pricing, provider: aws, schema: aws-key, account: "111111111111", fields: {access_key_id: AKIASTUB111111111111}}
  - {id: second, organization: reseller, purpose: pricing, provider: aws, schema: aws-key, account: "222222222222", fields: {access_key_id: AKIASTUB222222222222}}
customers:
  - {id: acme, name: ACME}
  - {id: beta, name: Beta}
billing_groups:
  - {id: acme-main, customer: acme, currency: USD, language: ja, claims: [{accounts: ["300000000001"], from: 2026-09-01}]}
  - {id: beta-main, customer: beta, currency: USD, claims: [{accounts: ["300000000002"], from: 2026-09-01, to: 2026-10-01}]}
`

// site is an installation whose payers' organizations are at a stub of AWS.
type site struct {
	*Membership
	t     *testing.T
	aws   *awsstub.Server
	first *awsstub.Organization
	other *awsstub.Organization
	clock time.Time
	shut  []billing.Period // months that are closed
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, aws: awsstub.Start(t, ""), clock: time.Date(2026, 10, 10, 12, 0, 0, 0, time.UTC)}
	s.aws.SetClock(func() time.Time { return s.clock })
	s.first, s.other = s.aws.Organization(payer), s.aws.Organization(second)
	s.aws.Env(t)
	dir := t.TempDir()
	records, err := store.Open(t.Context(), filepath.Join(dir, "sluice.db"))
	ok(t, err)
	t.Cleanup(func() { records.Close() })
	keys, err := secret.Open(t.Context(), dir, records)
	ok(t, err)
	home := &month.Installation{
		Store: records, Now: func() time.Time { return s.clock }, User: "ann",
		Keys: func(context.Context) (*secret.Keyring, error) { return keys, nil },
	}
	s.Membership = New(home, func(_ context.Context, wanted billing.Config) ([]billing.Period, error) {
		now, err := home.Config(t.Context())
		var reached []billing.Period
		for _, p := range s.shut {
			if len(month.Changed(now, wanted, p, nil)) > 0 {
				reached = append(reached, p)
			}
		}
		return reached, err
	})
	s.patient = func() retry.Backoff { return retry.WithMaxRetries(6, retry.NewConstant(time.Millisecond)) }
	s.declare(declared)
	c := s.config()
	for _, x := range c.Credentials {
		ok(t, credential.Save(t.Context(), keys, x, map[string]secret.Text{"secret_access_key": secret.TextOf(awsstub.SecretKey())}, "ann"))
	}
	return s
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *site) declare(yaml string) {
	s.t.Helper()
	c, err := config.Parse("c.yaml", []byte(yaml))
	ok(s.t, err)
	changes, err := s.home.Plan(s.t.Context(), c, false)
	ok(s.t, err)
	ok(s.t, s.home.Apply(s.t.Context(), changes))
}

func (s *site) config() billing.Config {
	s.t.Helper()
	c, err := s.home.Config(s.t.Context())
	ok(s.t, err)
	return c
}

// later lets time go by.
func (s *site) later(d time.Duration) { s.clock = s.clock.Add(d) }

// claims are the days on which billing groups have an account, as group from–to.
func (s *site) claims(account string) string {
	s.t.Helper()
	var all []string
	for _, g := range s.config().BillingGroups {
		for _, c := range g.Claims {
			if slices.Contains(c.Accounts, account) {
				days := g.ID + " "
				if c.From != nil {
					days += c.From.String()
				}
				days += "–"
				if c.To != nil {
					days += c.To.String()
				}
				all = append(all, days)
			}
		}
	}
	return strings.Join(all, ", ")
}

func (s *site) invited(w Wish) Invitation {
	s.t.Helper()
	sent, err := s.Invite(s.t.Context(), w)
	ok(s.t, err)
	return sent.Invitation
}

func (s *site) followed() Followed {
	s.t.Helper()
	f, err := s.Follow(s.t.Context())
	ok(s.t, err)
	return f
}

func (s *site) of(id string) Invitation {
	s.t.Helper()
	i, err := s.Invitation(s.t.Context(), id)
	ok(s.t, err)
	return i
}

// history are the states that an invitation was in.
func history(i Invitation) string {
	var all []string
	for _, h := range i.History {
		all = append(all, h.State)
	}
	return strings.Join(all, " ")
}

// says checks that an error is there and says every one of the words.
func says(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one that says %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error is %q; want it to say %q", err, w)
		}
	}
}

// A payer is reached by its own credential, else by the reseller's, but never by one
// that is another payer's.
func TestCredentialOfPayer(t *testing.T) {
	s := newSite(t)
	_, err := s.Sync(t.Context(), "3f2504e0")
	says(t, err, "azure", "only those of aws")
	_, err = s.Sync(t.Context(), "999999999999")
	says(t, err, "is not declared")

	s.declare(strings.ReplaceAll(declared, `account: "222222222222", fields: {access_key_id: AKIASTUB222222222222}`, `account: "222222222222", fields: {access_key_id: AKIASTUB111111111111}`))
	_, err = s.Sync(t.Context(), second)
	says(t, err, "credential second reaches the organization of 111111111111, not that of payer 222222222222")
	if all, err := s.Members(t.Context(), second); err != nil || len(all) != 0 {
		t.Errorf("members of another payer were taken over: %v, %v", all, err)
	}

	c := s.config()
	c.Credentials = c.Credentials[:1]
	if _, found := credentialOf(c, second); found {
		t.Error("the credential of one payer is taken for another")
	}
	c.Credentials[0].Account = ""
	if got, found := credentialOf(c, second); !found || got.ID != "first" {
		t.Errorf("the reseller's credential is not taken: %v", got)
	}
}

// What passes is waited out, what does not is said at once.
func TestFaultsOfAWS(t *testing.T) {
	s := newSite(t)
	s.aws.Throttle(4)
	if _, err := s.Sync(t.Context(), payer); err != nil {
		t.Errorf("throttled: %v", err)
	}
	s.aws.FailTimes("ListAccounts", 2, awsstub.Error{Type: "ServiceException", Message: "oops", Status: 500})
	if _, err := s.Sync(t.Context(), payer); err != nil {
		t.Errorf("failed twice: %v", err)
	}
	s.aws.ForgetCalls()
	s.aws.Fail("ListAccounts", awsstub.Error{Type: "AccessDeniedException", Message: "You don't have permissions."})
	_, err := s.Sync(t.Context(), payer)
	says(t, err, "the credential of payer 111111111111 may not do organizations:ListAccounts", "give its role that action")
	if n := len(s.aws.Calls("ListAccounts")); n != 1 {
		t.Errorf("what is denied is asked %d times", n)
	}
	read, err := s.Readings(t.Context())
	ok(t, err)
	if len(read) != 1 || read[0].Members != 1 || !strings.Contains(read[0].Problem, "may not do") || read[0].At.IsZero() {
		t.Errorf("the reading is %+v", read)
	}
	s.aws.Close()
	_, err = s.Sync(t.Context(), payer)
	says(t, err, "AWS does not answer to DescribeOrganization for payer 111111111111")
	if strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("the error names an address of the network: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Sync(ctx, payer); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
