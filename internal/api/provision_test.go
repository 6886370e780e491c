package api

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/awsstub"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

func templateOf(t *testing.T, wish TemplateWish) SourceTemplate {
	t.Helper()
	made, err := MakeSourceTemplate.Do(t.Context(), nil, TemplateInput{wish})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestTemplatesOfAPayer(t *testing.T) {
	wish := TemplateWish{Format: "cloudformation", ExportPlan: ExportPlan{Payer: "111122223333", Bucket: "acme-billing"}, Principal: "999988887777"}
	made := templateOf(t, wish)
	if len(made.Files) != 1 || made.RoleARN != "arn:aws:iam::111122223333:role/sluice-billing" || made.URL != "s3://acme-billing/exports?region=us-east-1" || made.ReaderARN != "" {
		t.Errorf("made was %+v", made)
	}
	if !strings.HasPrefix(made.ExternalID, "sluice-") || !strings.Contains(made.Files[0].Text, made.ExternalID) {
		t.Errorf("external id %q is not in the template", made.ExternalID)
	}
	if again := templateOf(t, wish); again.ExternalID == made.ExternalID {
		t.Error("two templates have the same external id")
	}
	wish.ExternalID = "ours-and-yours"
	if again := templateOf(t, wish); again.ExternalID != "ours-and-yours" {
		t.Errorf("the external id that was given became %q", again.ExternalID)
	}
	wish.BucketOwner, wish.Format = "444455556666", "terraform"
	if foreign := templateOf(t, wish); foreign.ReaderARN != "arn:aws:iam::444455556666:role/sluice-billing" {
		t.Errorf("the reader is %q", foreign.ReaderARN)
	}
	keys := templateOf(t, TemplateWish{Format: "policy", ExportPlan: wish.ExportPlan})
	if keys.ExternalID != "" || keys.RoleARN != "" || slices.ContainsFunc(keys.Steps, func(s string) bool { return strings.Contains(s, "aws-role") }) {
		t.Errorf("of access keys was made %+v", keys)
	}
	identity := templateOf(t, TemplateWish{Format: "cloudformation", ExportPlan: ExportPlan{Payer: "222233334444"}, Principal: "999988887777", Identity: true})
	if identity.URL != "" || identity.RoleARN != "arn:aws:iam::222233334444:role/sluice-identity" {
		t.Errorf("of an identity was made %+v", identity)
	}
}

func TestTemplatesThatCannotBeMade(t *testing.T) {
	_, err := MakeSourceTemplate.Do(t.Context(), nil, TemplateInput{TemplateWish{Format: "cloudformation", ExportPlan: ExportPlan{Payer: "1", Bucket: "A"}, Principal: "*"}})
	var p *Problem
	if !errors.As(err, &p) || p.Code != "invalid" {
		t.Fatalf("it ended with %v", err)
	}
	var at []string
	for _, f := range p.Errors {
		at = append(at, f.Location)
	}
	if want := []string{"body.payer", "body.principal", "body.bucket"}; !slices.Equal(at, want) {
		t.Errorf("problems are at %v, not %v", at, want)
	}
}

// deskOfCredentials is a desk of an installation that has nothing but credentials.
func deskOfCredentials(t *testing.T, credentials ...billing.Credential) *Desk {
	t.Helper()
	folder := t.TempDir()
	records, err := store.Open(t.Context(), filepath.Join(folder, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { records.Close() })
	keys, err := secret.Open(t.Context(), folder, records)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range credentials {
		if err := credential.Save(t.Context(), keys, c, map[string]secret.Text{"secret_access_key": secret.TextOf(awsstub.SecretKey())}, "ann"); err != nil {
			t.Fatal(err)
		}
	}
	home := &month.Installation{Store: records, User: "ann", Keys: func(context.Context) (*secret.Keyring, error) { return keys, nil }}
	return &Desk{App: &app.App{Installation: home}, Declared: billing.Config{Credentials: credentials}}
}

func pricingKey(id, organization, account string) billing.Credential {
	return billing.Credential{
		ID: id, Organization: organization, Purpose: billing.PricingCredential, Provider: "aws", Schema: credential.AWSKey, Account: account,
		Fields: map[string]string{"access_key_id": awsstub.AccessKey(account)},
	}
}

func TestAnExportIsMadeByThePayersCredential(t *testing.T) {
	s := awsstub.Start(t, awsstub.Data(t))
	s.Env(t)
	s.On("ListExports", func(map[string]any) (any, error) { return map[string]any{"Exports": []any{}}, nil })
	s.On("CreateExport", func(map[string]any) (any, error) {
		return map[string]any{"ExportArn": "arn:aws:bcm-data-exports:us-east-1:111122223333:export/sluice-hourly-1"}, nil
	})
	d := deskOfCredentials(t, pricingKey("ours", "reseller", "999988887777"), pricingKey("theirs", "acme", "111122223333"))
	var in CreateExportInput
	in.Body.Payer, in.Body.Bucket = "111122223333", "acme-billing"
	made, err := CreateExport.Do(t.Context(), d, in)
	if err != nil || !made.Made || made.Name != "sluice-hourly" || made.URL != "s3://acme-billing/exports?region=us-east-1" {
		t.Fatalf("made was %+v, %v", made, err)
	}
	// What was made at AWS is in the audit.
	noted, err := d.Store.AuditPage(t.Context(), store.AuditFilter{}, 0, 1)
	if err != nil || len(noted) != 1 || noted[0].Action != "export.make" || noted[0].Subject != "export/111122223333/sluice-hourly" || noted[0].By != "ann" {
		t.Fatalf("the audit ends with %+v, %v", noted, err)
	}
	if want := `{"address":"s3://acme-billing/exports?region=us-east-1","arn":"arn:aws:bcm-data-exports:us-east-1:111122223333:export/sluice-hourly-1","kind":"aws-cur2","payer":"111122223333"}`; string(noted[0].After) != want {
		t.Errorf("noted is %s", noted[0].After)
	}
	for _, call := range s.Calls() {
		if call.Caller != "111122223333" {
			t.Errorf("%s was called by %s", call.Operation, call.Caller)
		}
	}
	for name, c := range map[string]struct {
		payer, credential, says string
	}{
		"somebody else's":  {"111122223333", "ours", "credential ours is of account 999988887777, not of payer 111122223333"},
		"nobody's":         {"111122223333", "lost", `there is no credential "lost"`},
		"of another payer": {"222233334444", "", "not of payer 222233334444"},
		"no payer":         {"acme", "", "write its 12 digits"},
	} {
		in.Body.Payer, in.Body.Credential = c.payer, c.credential
		if _, err := CreateExport.Do(t.Context(), d, in); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: it ended with %v", name, err)
		}
	}
	in.Body.Payer, in.Body.Credential = "111122223333", ""
	if _, err := CreateExport.Do(t.Context(), deskOfCredentials(t), in); err == nil || !strings.Contains(err.Error(), "save one first") {
		t.Errorf("without credentials it ended with %v", err)
	}
}
