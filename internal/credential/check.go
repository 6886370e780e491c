package credential

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/source"
)

// backendPrefix begins the schemas that a backend describes.
const backendPrefix = "backend/"

// FieldProblem says what is wrong with a field of a credential.
type FieldProblem struct {
	Field string `json:"field"` // its name; account, provider or schema of the credential itself
	Says  string `json:"says"`  // what is wrong and what to write, for people
}

var (
	roleForm       = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(\d{12}):role/[\w+=,.@/-]{1,512}$`)
	externalIDForm = regexp.MustCompile(`^[\w+=,.@:/-]{1,612}[\w+=,.@:/-]{1,612}$`)
	keyIDForm      = regexp.MustCompile(`^[A-Z0-9]{16,128}$`)
	awsAccountForm = regexp.MustCompile(`^\d{12}$`)
)

// providerOf is the only provider that a schema is for.
var providerOf = map[string]string{AWSRole: "aws", AWSKey: "aws", AWSAccount: "aws", GoogleKey: "gcp", AzureSAS: "azure"}

// ProviderOf is the only provider that a schema is for; empty for schemas of backends.
func ProviderOf(schema string) string { return providerOf[schema] }

// Check looks at the fields of a credential without calling anybody: those that there
// are not, that are missing, or that cannot be what they are said to be. Schemas of
// backends are theirs to check. now is the time it is, UTC.
func Check(o Opened, now time.Time) []FieldProblem {
	k := checker{o: o}
	known, there := Known()[o.Schema]
	if strings.HasPrefix(o.Schema, backendPrefix) {
		return nil
	}
	if !there {
		k.fail("schema", "%q is not a schema; use %s, or backend/ and the name of a backend", o.Schema, strings.Join(slices.Sorted(maps.Keys(Known())), ", "))
		return k.problems
	}
	if want := providerOf[o.Schema]; o.Provider != want {
		k.fail("provider", "is %q, but %s is for %s", o.Provider, o.Schema, want)
	}
	k.names(known)
	k.account()
	switch o.Schema {
	case AWSRole, AWSKey:
		k.form("role_arn", roleForm, "is not the ARN of a role; write it as arn:aws:iam::111122223333:role/name")
		k.form("external_id", externalIDForm, "is not an external id; it has 2 to 1224 letters, digits and + = , . @ : / -")
		k.form("access_key_id", keyIDForm, "is not an access key id; it has 16 capital letters and digits or more, such as AKIAIOSFODNN7EXAMPLE")
		if o.Field("role_arn").IsZero() && !o.Field("external_id").IsZero() {
			k.fail("external_id", "goes with a role; add role_arn, or remove it")
		}
	case GoogleKey:
		if key := o.Field("key"); !key.IsZero() {
			if _, err := source.GoogleKey([]byte(key.Reveal())); err != nil {
				k.fail("key", "%s", err)
			}
		}
	case AzureSAS:
		k.signature(now)
	}
	return k.problems
}

type checker struct {
	o        Opened
	problems []FieldProblem
}

func (k *checker) fail(field, format string, args ...any) {
	k.problems = append(k.problems, FieldProblem{field, fmt.Sprintf(format, args...)})
}

// names checks which fields are given, and how.
func (k *checker) names(known []Field) {
	var all []string
	for _, f := range known {
		all = append(all, f.Name)
	}
	given := slices.Sorted(maps.Keys(k.o.Fields))
	given = append(given, slices.Sorted(maps.Keys(k.o.Secrets))...)
	for _, name := range given {
		at := slices.Index(all, name)
		_, open := k.o.Fields[name]
		switch {
		case at < 0 && len(all) == 0:
			k.fail(name, "is not a field of %s; it has none", k.o.Schema)
		case at < 0:
			k.fail(name, "is not a field of %s; it has %s", k.o.Schema, strings.Join(all, ", "))
		case known[at].Secret && open:
			k.fail(name, "is a secret; send it among the secrets, which are kept sealed")
		case !known[at].Secret && !open:
			k.fail(name, "is no secret; send it among the fields")
		}
	}
	for _, f := range known {
		if f.Needed && k.o.Field(f.Name).IsZero() {
			k.fail(f.Name, "is missing; %s needs it", k.o.Schema)
		}
	}
}

func (k *checker) form(field string, form *regexp.Regexp, says string) {
	if text := k.o.Field(field); !text.IsZero() && !form.MatchString(text.Reveal()) {
		k.fail(field, "%q %s", shortened(text), says)
	}
}

// shortened is the beginning of a field that is no secret.
func shortened(t secret.Text) string {
	const most = 60
	text := []rune(t.Reveal())
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}

// account checks whose it is said to be.
func (k *checker) account() {
	id := k.o.Account
	if providerOf[k.o.Schema] == "aws" && id != "" && !awsAccountForm.MatchString(id) {
		k.fail("account", "%q is not an account of AWS; it has 12 digits", id)
	}
	if k.o.Schema == AWSAccount && id == "" {
		k.fail("account", "is missing; %s is nothing but the id of an account", AWSAccount)
	}
	if k.o.Schema == AWSAccount && !k.o.BillingOnly {
		k.fail("schema", "%s has no keys; say that the credential is for billing only, or choose another schema", AWSAccount)
	}
	if role := roleForm.FindStringSubmatch(k.o.Field("role_arn").Reveal()); role != nil && id != "" && role[1] != id {
		k.fail("role_arn", "is a role of account %s, but the credential is of account %s; correct one of the two", role[1], id)
	}
}

// signature checks a shared access signature, and that it has not ended.
func (k *checker) signature(now time.Time) {
	text := k.o.Field("signature")
	if text.IsZero() {
		return
	}
	signature, err := source.AzureSignature(text.Reveal())
	if err != nil {
		k.fail("signature", "%s", err)
		return
	}
	if end := source.EndOfAzureSignature(signature); !end.IsZero() && end.Before(now) {
		k.fail("signature", "ended at %s UTC; make a new one", end.Format("2006-01-02 15:04"))
	}
}
