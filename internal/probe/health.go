package probe

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/provision"
)

// health asks AWS how the export is doing.
func (r *run) health() {
	u, err := url.Parse(r.source.URL)
	ask := r.options.Health
	switch {
	case err != nil || u.Scheme != "s3" || !r.ofAWS() || !slices.Contains(provision.Kinds, r.source.Kind):
		r.skip(Export, "only exports of AWS in S3 are asked about")
		return
	case ask == nil && u.Query().Get("endpoint") != "":
		r.skip(Export, "the bucket is not at AWS")
		return
	case u.Query().Has("role") || u.Query().Has("profile") || u.Query().Has("anonymous"):
		r.skip(Export, "AWS is asked with a credential, or with what the environment has; the source's address names others")
		return
	}
	if ask == nil {
		ask = provision.ExportHealth
	}
	c, err := r.aws()
	if err != nil {
		r.say(Export, Warning, "AWS cannot be asked about the export: "+err.Error(), "name a credential in the source")
		return
	}
	which := provision.Which{Kind: r.source.Kind, Name: r.delivery.Report, Bucket: u.Host, Prefix: strings.Trim(u.Path, "/")}
	h, err := ask(r.ctx, c, which)
	if err != nil {
		says, advice, _ := strings.Cut(err.Error(), "; ")
		r.say(Export, Warning, says, cmp.Or(advice, "let the role look at exports; `sluice source template` writes the policy"))
		return
	}
	r.heard(h)
}

func (r *run) aws() (aws.Config, error) {
	if r.opened != nil {
		return credential.AWS(r.ctx, *r.opened)
	}
	return config.LoadDefaultConfig(r.ctx)
}

// heard says what AWS said: the first serious finding, else the first.
func (r *run) heard(h provision.Health) {
	if len(h.Findings) == 0 {
		says := "AWS says that export " + h.Name + " is well"
		if !h.Last.IsZero() {
			says += ", and was delivered last on " + h.Last.UTC().Format("2006-01-02 15:04") + " UTC"
		}
		r.ok(Export, "%s", says)
		return
	}
	first := slices.IndexFunc(h.Findings, func(f provision.Finding) bool { return f.Serious })
	state := Failed
	switch {
	case first < 0:
		first, state = 0, Warning
	case !h.Found && r.delivery.Report != "":
		state = Warning // it is delivered, whoever owns it
	}
	f := h.Findings[first]
	says := f.Says
	for i, other := range h.Findings {
		if i != first {
			says += "; " + other.Says
		}
	}
	r.say(Export, state, says, f.Advice)
	if !h.Found && r.delivery.Report == "" {
		r.report.Steps[len(r.report.Steps)-1].Mend = CreateExport
	}
}
