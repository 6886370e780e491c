package abiquo

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Schemas of credentials at AWS, as package credential has them.
const (
	keySchema     = "aws-key"
	accountSchema = "aws-account"
)

// credentials makes those of an enterprise: the pricing credentials of who has bills
// to read, and the accounts of who uses them.
func (b *builder) credentials(e *enterprise) {
	for _, l := range e.pricing {
		b.credential(e, l, billing.PricingCredential, "-pricing")
	}
	if e.customer() == nil {
		return // the reseller's own use
	}
	for _, l := range e.accounts {
		b.credential(e, l, billing.AccountCredential, "-account")
	}
}

func (b *builder) credential(e *enterprise, l login, purpose, ending string) {
	name := strings.TrimSpace(purpose + " credential of " + l.provider)
	n := Note{Where: l.where, Enterprise: e.name, Property: name, Value: l.account, Became: ByHand}
	provider := providers[plainKey(l.provider)]
	switch {
	case provider == "":
		n.Why = fmt.Sprintf("%q is no provider that Sluice knows; declare it among providers, and its account in a billing group", clip(l.provider))
	case provider != aws && purpose == billing.PricingCredential:
		n.Why = "bills of this provider are read from exports in storage; declare a source and the credential that opens it"
	case provider != aws:
		n.Became, n.Why = Left, "its lines name it, and the billing group claims it by its id; nothing is opened with it"
	case l.account == "":
		n.Why = "the file does not say of which account its keys are; add the account's id to the file, and read it again"
	default:
		c := billing.Credential{ID: e.groupID() + "-" + provider + ending, Name: e.name, Organization: e.organization(), Purpose: purpose, Provider: provider, Account: l.account}
		for n := 2; slices.ContainsFunc(b.config.Credentials, func(x billing.Credential) bool { return x.ID == c.ID }); n++ {
			c.ID = fmt.Sprintf("%s-%s%s-%d", e.groupID(), provider, ending, n)
		}
		n.Became, n.Setting, n.As = Taken, "credentials["+c.ID+"]", l.account
		switch {
		case purpose == billing.AccountCredential && (l.billing || l.key == ""):
			c.Schema, c.BillingOnly = accountSchema, true
			if !l.billing {
				n.Why = "the file has no key id for it, so it is for billing only"
			}
		default:
			c.Schema = keySchema
			n.Why = "save its secret key with `sluice credential save`; a role without keys is better, see `sluice source template`"
			if l.key != "" {
				c.Fields = map[string]string{"access_key_id": l.key}
			}
		}
		b.config.Credentials = append(b.config.Credentials, c)
	}
	b.note(n)
}

// pricingOf is the credential by which bills of AWS are read at an enterprise: its own
// pricing credential, else that of who is above it (A5: own, key node, reseller).
func (b *builder) pricingOf(e *enterprise) (billing.Credential, bool) {
	for at := e; at != nil; at = at.parent {
		i := slices.IndexFunc(b.config.Credentials, func(c billing.Credential) bool {
			return c.Purpose == billing.PricingCredential && c.Provider == aws && c.Organization == at.organization()
		})
		if i >= 0 {
			return b.config.Credentials[i], true
		}
	}
	return billing.Credential{}, false
}

// source makes the source of the Cost and Usage Report that an enterprise's properties
// name: bucket/prefix/report.
func (b *builder) source(e *enterprise) {
	bucket, ok := e.property("amazon_bucket")
	if !ok {
		return
	}
	named := map[string]property{}
	for _, key := range []string{"amazon_bucket_region", "amazon_bucket_prefix", "amazon_report_name", "amazon_billing_compress_format"} {
		named[key], _ = e.property(key)
	}
	u := url.URL{Scheme: "s3", Host: bucket.value}
	for _, key := range []string{"amazon_bucket_prefix", "amazon_report_name"} {
		if folder := strings.Trim(named[key].value, "/"); folder != "" {
			u.Path += "/" + folder
		}
	}
	if region := named["amazon_bucket_region"].value; region != "" {
		u.RawQuery = url.Values{"region": {region}}.Encode()
	}
	payer, ok := b.pricingOf(e)
	if !ok {
		b.byHand(e, bucket, fmt.Sprintf("there is no pricing credential with an account's id, so it is not known whose bills these are; declare a source of kind aws-cur at %s with its payer", u.String()))
		for _, p := range named {
			if p.key != "" {
				b.byHand(e, p, "it is in the address that amazon_bucket tells of")
			}
		}
		return
	}
	s := billing.Source{Name: e.groupID() + "-aws", Kind: "aws-cur", URL: u.String(), Payer: payer.Account, Credential: payer.ID}
	b.config.Sources = append(b.config.Sources, s)
	setting := "sources[" + s.Name + "].url"
	b.taken(e, bucket, setting, s.URL, "")
	for _, key := range []string{"amazon_bucket_region", "amazon_bucket_prefix", "amazon_report_name"} {
		if p := named[key]; p.key != "" {
			b.taken(e, p, setting, s.URL, "")
			continue
		}
		n := Note{Where: bucket.where, Enterprise: e.name, Property: key, Became: Assumed, Setting: setting, As: s.URL, Why: "nothing is in the address for it"}
		if key == "amazon_bucket_region" {
			n.Became, n.Why = ByHand, "there is none; add ?region=… to the address where the bucket is not in the region of whom reads it"
		}
		b.note(n)
	}
	if p := named["amazon_billing_compress_format"]; p.key != "" {
		switch strings.ToUpper(p.value) {
		case "ZIP", "GZ", "GZIP":
			b.taken(e, p, "sources["+s.Name+"]", strings.ToLower(p.value), "the export's manifest tells it, and all of ZIP, GZ and GZIP are read")
		default:
			b.byHand(e, p, "expected ZIP, GZ or GZIP; look whether the report is as CSV or Parquet, which both are read")
		}
	}
	if !b.payers[payer.Account] {
		b.payers[payer.Account] = true
		b.config.Payers = append(b.config.Payers, billing.Payer{ID: payer.Account, Name: payer.Name, Provider: aws})
		b.note(Note{Where: bucket.where, Enterprise: e.name, Property: "payer", Value: payer.Account, Became: Taken, Setting: "payers[" + payer.Account + "]", As: payer.Account,
			Why: "accounts of it that no enterprise has are nobody's, and hold the close until they are claimed or the payer is enrolled"})
	}
}
