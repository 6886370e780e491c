package credential

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/awsstub"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

var today = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func opened(c billing.Credential, secrets map[string]string) Opened {
	o := Opened{Credential: c, Secrets: map[string]secret.Text{}}
	for name, text := range secrets {
		o.Secrets[name] = secret.TextOf(text)
	}
	return o
}

func ofRole(account string) billing.Credential {
	return billing.Credential{ID: "payer", Provider: "aws", Schema: AWSRole, Account: account, Fields: map[string]string{
		"role_arn": "arn:aws:iam::222222222222:role/sluice", "external_id": "quiet-river-17",
	}}
}

func ofKey(id string) Opened {
	return opened(billing.Credential{ID: "keys", Provider: "aws", Schema: AWSKey, Fields: map[string]string{"access_key_id": id}}, map[string]string{"secret_access_key": "geheim/geheim"})
}

// Every field that is wrong is named, with what to write.
func TestCheck(t *testing.T) {
	key := map[string]string{"secret_access_key": "x"}
	for name, c := range map[string]struct {
		o    Opened
		want []string // field and words
	}{
		"role":              {opened(ofRole("222222222222"), nil), nil},
		"role of another":   {opened(ofRole("333333333333"), nil), []string{"role_arn is a role of account 222222222222, but the credential is of account 333333333333"}},
		"no external id":    {opened(billing.Credential{Provider: "aws", Schema: AWSRole, Fields: map[string]string{"role_arn": "arn:aws:iam::222222222222:role/x"}}, nil), []string{"external_id is missing"}},
		"user":              {opened(billing.Credential{Provider: "aws", Schema: AWSRole, Fields: map[string]string{"role_arn": "arn:aws:iam::222222222222:user/x", "external_id": "ab"}}, nil), []string{"role_arn", "is not the ARN of a role"}},
		"key":               {ofKey("AKIAIOSFODNN7EXAMPLE"), nil},
		"key without id":    {opened(billing.Credential{Provider: "aws", Schema: AWSKey}, key), []string{"access_key_id is missing"}},
		"secret among open": {opened(billing.Credential{Provider: "aws", Schema: AWSKey, Fields: map[string]string{"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "x"}}, nil), []string{"secret_access_key is a secret"}},
		"open among secret": {opened(billing.Credential{Provider: "aws", Schema: AWSKey}, map[string]string{"secret_access_key": "x", "access_key_id": "AKIAIOSFODNN7EXAMPLE"}), []string{"access_key_id is no secret"}},
		"unknown field":     {opened(billing.Credential{Provider: "aws", Schema: AWSKey, Fields: map[string]string{"access_key_id": "AKIAIOSFODNN7EXAMPLE", "user": "x"}}, key), []string{"user is not a field of aws-key; it has access_key_id, secret_access_key, role_arn, external_id"}},
		"account":           {opened(billing.Credential{Provider: "aws", Schema: AWSAccount, Account: "222222222222", BillingOnly: true}, nil), nil},
		"short account":     {opened(billing.Credential{Provider: "aws", Schema: AWSAccount, Account: "2222", BillingOnly: true}, nil), []string{`account "2222" is not an account of AWS`}},
		"account with keys": {opened(billing.Credential{Provider: "aws", Schema: AWSAccount, Account: "222222222222", Fields: map[string]string{"role_arn": "x"}}, nil), []string{"role_arn is not a field of aws-account; it has none", "schema aws-account has no keys"}},
		"other provider":    {opened(billing.Credential{Provider: "azure", Schema: GoogleKey}, map[string]string{"key": "{}"}), []string{`provider is "azure", but google-key is for gcp`, "key is not the JSON key of a service account"}},
		"signature":         {opened(billing.Credential{Provider: "azure", Schema: AzureSAS}, map[string]string{"signature": "sv=2022-11-02&se=2027-01-01&sp=rl&sig=x"}), nil},
		"ended":             {opened(billing.Credential{Provider: "azure", Schema: AzureSAS}, map[string]string{"signature": "sv=2022-11-02&se=2026-11-20T11:00:00Z&sp=rl&sig=x"}), []string{"signature ended at 2026-11-20 11:00 UTC"}},
		"cannot list":       {opened(billing.Credential{Provider: "azure", Schema: AzureSAS}, map[string]string{"signature": "sv=2022-11-02&sp=r&sig=x"}), []string{`signature is a shared access signature with the permissions "r"`}},
		"schema":            {opened(billing.Credential{Provider: "aws", Schema: "aws"}, nil), []string{`schema "aws" is not a schema; use aws-account, aws-key, aws-role, azure-sas, google-key`}},
		"backend":           {opened(billing.Credential{Provider: "hyper", Schema: "backend/hyper", Fields: map[string]string{"email": "x"}}, nil), nil},
	} {
		t.Run(name, func(t *testing.T) {
			var all []string
			for _, p := range Check(c.o, today) {
				all = append(all, p.Field+" "+p.Says)
			}
			text := strings.Join(all, "\n")
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("it is not said that %q, but:\n%s", want, text)
				}
			}
			if c.want == nil && text != "" || strings.Contains(text, "geheim") {
				t.Errorf("it is said that\n%s", text)
			}
		})
	}
}

// What AWS says of keys, of a role and of an account becomes a sentence to act on.
func TestVerifyAtAWS(t *testing.T) {
	denied := awsstub.Error{Type: "AccessDenied", Message: "no", Status: http.StatusForbidden}
	for name, c := range map[string]struct {
		o     Opened
		stub  func(*awsstub.Server)
		part  string
		words []string
	}{
		"role":         {opened(ofRole("222222222222"), nil), nil, "", []string{"of account 222222222222", "assumed by arn:aws:iam::111111111111:user/stub"}},
		"role by keys": {roleByKeys("333333333333"), nil, "", []string{"of account 222222222222", "assumed by arn:aws:iam::333333333333:user/stub"}},
		"keys":         {ofKey(awsstub.AccessKey("333333333333")), nil, "", []string{"of account 333333333333"}},
		"wrong id":     {opened(withID(ofRole(""), "other-id"), nil), nil, PartRole, []string{"arn:aws:iam::111111111111:user/stub may not assume the role arn:aws:iam::222222222222:role/sluice", "exactly the external id"}},
		"unknown key": {ofKey("AKIAIOSFODNN7EXAMPLE"), func(s *awsstub.Server) {
			s.Fail("GetCallerIdentity", awsstub.Error{Type: "InvalidClientTokenId", Message: "no", Status: 403})
		}, PartKeys, []string{"AWS does not know the access key AKIAIOSFODNN7EXAMPLE"}},
		"wrong secret": {ofKey(awsstub.AccessKey("333333333333")), func(s *awsstub.Server) {
			s.Fail("GetCallerIdentity", awsstub.Error{Type: "SignatureDoesNotMatch", Message: "no", Status: 403})
		}, PartKeys, []string{"does not belong to its access key"}},
		"ended keys": {ofKey(awsstub.AccessKey("333333333333")), func(s *awsstub.Server) {
			s.Fail("GetCallerIdentity", awsstub.Error{Type: "ExpiredToken", Message: "no", Status: 403})
		}, PartKeys, []string{"have ended"}},
		"denied keys": {ofKey(awsstub.AccessKey("333333333333")), func(s *awsstub.Server) { s.Fail("GetCallerIdentity", denied) }, PartKeys, []string{"(AccessDenied)", "policy of its organization"}},
		"sts is off": {opened(ofRole(""), nil), func(s *awsstub.Server) {
			s.Fail("AssumeRole", awsstub.Error{Type: "RegionDisabledException", Message: "no", Status: 403})
		}, PartRole, []string{"switched AWS STS off"}},
		"ended session": {opened(ofRole(""), nil), func(s *awsstub.Server) {
			s.Fail("AssumeRole", awsstub.Error{Type: "ExpiredTokenException", Message: "no", Status: 400})
		}, PartRole, []string{"has ended"}},
		"another account": {withAccount(ofKey(awsstub.AccessKey("333333333333")), "444444444444"), nil, PartAccount, []string{"declared for account 444444444444, but AWS says that it is of account 333333333333"}},
		"not whole":       {opened(billing.Credential{ID: "x", Provider: "aws", Schema: AWSKey}, nil), nil, PartFields, []string{"credential x is not whole: access_key_id is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			stub := awsstub.Start(t, awsstub.Data(t))
			stub.Env(t)
			stub.Role("arn:aws:iam::222222222222:role/sluice", "quiet-river-17")
			if c.stub != nil {
				c.stub(stub)
			}
			said, err := Verify(t.Context(), c.o, today, nil)
			text := said.Says
			var refused *RefusedError
			switch {
			case c.part == "" && (err != nil || !said.Tried):
				t.Fatalf("it is refused: %v", err)
			case c.part != "" && (!errors.As(err, &refused) || refused.Part != c.part):
				t.Fatalf("error is %v; want one of the %s", err, c.part)
			case c.part != "":
				text = err.Error()
			}
			for _, want := range c.words {
				if !strings.Contains(text, want) {
					t.Errorf("it is said that %q; want %q", text, want)
				}
			}
			if strings.Contains(text, "geheim") {
				t.Error("the secret is told")
			}
		})
	}
}

func roleByKeys(account string) Opened {
	o := ofKey(awsstub.AccessKey(account))
	o.Fields["role_arn"], o.Fields["external_id"] = "arn:aws:iam::222222222222:role/sluice", "quiet-river-17"
	return o
}

func withID(c billing.Credential, id string) billing.Credential {
	c.Fields["external_id"] = id
	return c
}

func withAccount(o Opened, id string) Opened {
	o.Account = id
	return o
}

// Without keys of its own Sluice assumes no role, and says so; a dead network is told
// apart from a refusal.
func TestVerifyWithoutAWS(t *testing.T) {
	nothing := filepath.Join(t.TempDir(), "nothing")
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": nothing, "AWS_SHARED_CREDENTIALS_FILE": nothing, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	_, err := Verify(t.Context(), opened(ofRole(""), nil), today, nil)
	if err == nil || !strings.Contains(err.Error(), "Sluice has no identity of its own at AWS here") {
		t.Errorf("error is %v", err)
	}
	_, err = Verify(t.Context(), ofKey("AKIAIOSFODNN7EXAMPLE"), today, nil)
	if err == nil || !strings.Contains(err.Error(), "AWS does not answer about credential keys; check the network") {
		t.Errorf("error is %v", err)
	}
}

// Schemas of backends are tried by whoever is given for them.
func TestVerifyElsewhere(t *testing.T) {
	o := opened(billing.Credential{ID: "v", Provider: "hyper", Schema: "backend/hyper", Fields: map[string]string{"email": "a@b"}}, map[string]string{"key": "k"})
	said, err := Verify(t.Context(), o, today, Verifiers{"backend/": func(_ context.Context, o Opened) (Verified, error) {
		all := o.All()
		return Verified{Tried: true, Says: o.Schema + " " + all["email"].Reveal() + " " + all["key"].Reveal()}, nil
	}})
	if err != nil || said.Says != "backend/hyper a@b k" {
		t.Errorf("it is said that %+v, %v", said, err)
	}
	if _, err := Verify(t.Context(), o, today, nil); err == nil || !strings.Contains(err.Error(), "which nobody here can try") {
		t.Errorf("error is %v", err)
	}
}

// Own before the customer's, the customer's before the reseller's, any pricing
// credential before the account's own; billing only opens nothing.
func TestNearest(t *testing.T) {
	c := billing.Config{
		Customers: []billing.Customer{{ID: "acme", Units: []billing.Unit{{ID: "it"}, {ID: "lab", Parent: "it"}}}, {ID: "bolt", Units: []billing.Unit{{ID: "web"}}}},
		Credentials: []billing.Credential{
			{ID: "lab-account", Organization: "acme/lab", Purpose: "account", Provider: "aws"},
			{ID: "it-price", Organization: "acme/it", Purpose: "pricing", Provider: "aws"},
			{ID: "acme-price", Organization: "acme", Purpose: "pricing", Provider: "aws"},
			{ID: "all", Organization: "reseller", Purpose: "pricing", Provider: "aws"},
			{ID: "web-azure", Organization: "bolt/web", Purpose: "account", Provider: "azure"},
			{ID: "web-gcp", Organization: "bolt/web", Purpose: "account", Provider: "gcp", BillingOnly: true},
		},
	}
	for _, x := range []struct {
		organization, provider, want string
		trail                        []string // organizations that are asked
	}{
		{"acme/lab", "aws", "it-price", []string{"acme/lab", "acme/it"}},
		{"acme/it", "aws", "it-price", []string{"acme/it"}},
		{"acme", "aws", "acme-price", []string{"acme"}},
		{"bolt/web", "aws", "all", []string{"bolt/web", "bolt", "reseller"}},
		{"bolt/web", "azure", "web-azure", []string{"bolt/web", "bolt", "reseller", "bolt/web"}},
		{"bolt/web", "gcp", "", []string{"bolt/web", "bolt", "reseller", "bolt/web"}},
		{"reseller", "aws", "all", []string{"reseller"}},
	} {
		got, found := Nearest(c, x.organization, x.provider)
		if got.ID != x.want || found != (x.want != "") {
			t.Errorf("%s at %s has %q, want %q", x.organization, x.provider, got.ID, x.want)
		}
		var asked []string
		taken := ""
		for _, s := range Trail(c, x.organization, x.provider) {
			asked = append(asked, s.Organization)
			if s.Taken {
				taken = s.Credential
			}
		}
		if taken != x.want || !slices.Equal(asked, x.trail) {
			t.Errorf("the trail of %s at %s asks %v and takes %q; want %v and %q", x.organization, x.provider, asked, taken, x.trail, x.want)
		}
	}
	last := Trail(c, "bolt/web", "gcp")
	if says := last[len(last)-1].Says; says != "has credential web-gcp for billing only, which opens nothing" {
		t.Errorf("it is said that %q", says)
	}
}

// Secrets come back as they were saved, and lie in the records sealed.
func TestSaveAndOpen(t *testing.T) {
	folder := t.TempDir()
	records, err := store.Open(t.Context(), filepath.Join(folder, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer records.Close()
	keys, err := secret.Open(t.Context(), folder, records)
	if err != nil {
		t.Fatal(err)
	}
	c := ofKey("AKIAIOSFODNN7EXAMPLE").Credential
	if o, err := Open(t.Context(), keys, c); err != nil || len(o.Secrets) != 0 || o.Field("access_key_id").Reveal() != "AKIAIOSFODNN7EXAMPLE" {
		t.Errorf("without a secret it opens as %+v, %v", o, err)
	}
	if err := Save(t.Context(), keys, c, map[string]secret.Text{"secret_access_key": secret.TextOf("geheim")}, "ann"); err != nil {
		t.Fatal(err)
	}
	o, err := Open(t.Context(), keys, c)
	if err != nil || o.Field("secret_access_key").Reveal() != "geheim" {
		t.Errorf("it opens as %+v, %v", o, err)
	}
	sealed, err := records.Secret(t.Context(), "credential/keys")
	if err != nil || strings.Contains(sealed, "geheim") {
		t.Errorf("it lies there as %q, %v", sealed, err)
	}
	if err := Save(t.Context(), keys, c, nil, "ann"); err != nil {
		t.Fatal(err)
	}
	if o, err := Open(t.Context(), keys, c); err != nil || len(o.Secrets) != 0 {
		t.Errorf("after it is forgotten it opens as %+v, %v", o, err)
	}
	if err := Save(t.Context(), keys, c, nil, "ann"); err != nil {
		t.Errorf("what is not there cannot be forgotten: %v", err)
	}
}
