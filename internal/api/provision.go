package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/provision"
	"github.com/sluice-billing/sluice/internal/store"
)

// provisionOperations open payers' bills to Sluice.
var provisionOperations = []described{MakeSourceTemplate, CreateExport}

// ExportPlan says which export of AWS is meant, or is to be made.
type ExportPlan struct {
	Payer       string `json:"payer" maxLength:"20" doc:"The account id of the payer; with identity, that of the account" example:"111122223333"`
	Kind        string `json:"kind,omitempty" enum:"aws-cur2,focus,aws-cur" doc:"The kind of the source that reads it; aws-cur2 where it is not given"`
	Export      string `json:"export,omitempty" maxLength:"256" doc:"The name of the export; sluice-hourly where it is not given"`
	Bucket      string `json:"bucket,omitempty" maxLength:"63" doc:"The bucket that it goes to" example:"acme-billing"`
	Region      string `json:"region,omitempty" maxLength:"30" doc:"Of the bucket; us-east-1 where it is not given"`
	Prefix      string `json:"prefix,omitempty" maxLength:"256" doc:"The folder in the bucket; exports where it is not given"`
	BucketOwner string `json:"bucket_owner,omitempty" maxLength:"20" doc:"The account that has the bucket, where it is another one than the payer"`
	BillingView string `json:"billing_view,omitempty" maxLength:"200" doc:"The ARN of a billing view other than the payer's own bill, such as that of a transferred bill"`
	SplitCosts  bool   `json:"split_costs,omitempty" doc:"With the shares of containers in the costs of their machines"`
}

func (w ExportPlan) plan() provision.Plan {
	return provision.Plan{
		Payer: w.Payer, Kind: cmp.Or(w.Kind, provision.CUR2), Export: cmp.Or(w.Export, "sluice-hourly"), Bucket: w.Bucket, Region: w.Region,
		Prefix: cmp.Or(w.Prefix, "exports"), BucketOwner: w.BucketOwner, BillingView: w.BillingView, SplitCosts: w.SplitCosts,
	}
}

// TemplateWish says what a payer's administrator is to make.
type TemplateWish struct {
	Format string `json:"format" enum:"cloudformation,terraform,policy" doc:"What it is made by; policy is plain policies, for access keys and for work by hand" example:"cloudformation"`
	ExportPlan
	ExistingBucket bool   `json:"existing_bucket,omitempty" doc:"The bucket is there; what its policy must have comes as a file"`
	BySluice       bool   `json:"by_sluice,omitempty" doc:"Leaves the export out, and lets the role make it; see create-export"`
	Principal      string `json:"principal,omitempty" maxLength:"700" doc:"Who assumes the role: the ARN of the role or user that Sluice runs as, or its account id; not needed for policies of access keys" example:"arn:aws:iam::999988887777:role/sluice"`
	ExternalID     string `json:"external_id,omitempty" maxLength:"1224" doc:"What the role asks for; a new one where it is not given"`
	RoleName       string `json:"role_name,omitempty" maxLength:"64" doc:"The role's name; sluice-billing, or sluice-identity with identity, where it is not given"`
	Invitations    bool   `json:"invitations,omitempty" doc:"Lets the role list accounts, invite some, and follow the invitations"`
	ForCustomer    bool   `json:"for_customer,omitempty" doc:"The payer is a customer's own"`
	Identity       bool   `json:"identity,omitempty" doc:"Makes a role that only says which account it is of, and reads no bills"`
}

// TemplateInput is the request of make-source-template.
type TemplateInput struct {
	Body TemplateWish
}

// SourceTemplate is what is to be run in AWS, and what is told Sluice of it.
type SourceTemplate struct {
	Files      []provision.File `json:"files" doc:"The texts to run, or to attach"`
	Steps      []string         `json:"steps" doc:"What to do with them, in order"`
	ExternalID string           `json:"external_id,omitempty" doc:"Of the credential; keep it with the template"`
	RoleARN    string           `json:"role_arn,omitempty" doc:"Of the payer's credential"`
	ReaderARN  string           `json:"reader_arn,omitempty" doc:"Of the credential that reads the bucket, where that is of another account"`
	URL        string           `json:"url,omitempty" doc:"Of the source"`
}

// MakeSourceTemplate writes what opens a payer's bills.
var MakeSourceTemplate = Operation[*Desk, TemplateInput, SourceTemplate]{
	ID: "make-source-template", Method: http.MethodPost, Path: "/sources/template", Tag: "Configuration", Title: "Make a template that opens a payer's bills", Needs: access.ReadConfig,
	About: "A CloudFormation template, a Terraform module or plain policies: the bucket, its policy, the export by the hour and resource, and a role that reads the export's folder and nothing else, for who knows the external id. " +
		"Every action is named, and every resource that AWS lets name. Nothing is kept here, and nothing is made in AWS.",
	Do: func(_ context.Context, _ *Desk, in TemplateInput) (SourceTemplate, error) {
		p := in.Body.plan()
		p.CreateBucket, p.BySluice, p.Principal, p.ExternalID = !in.Body.ExistingBucket, in.Body.BySluice, in.Body.Principal, in.Body.ExternalID
		p.RoleName, p.Invitations, p.ForCustomer, p.Identity = in.Body.RoleName, in.Body.Invitations, in.Body.ForCustomer, in.Body.Identity
		keys := in.Body.Format == "policy" && p.Principal == ""
		if p.ExternalID == "" && !keys {
			p.ExternalID = provision.NewExternalID()
		}
		make := map[string]func(provision.Plan) (provision.Made, error){"cloudformation": provision.CloudFormation, "terraform": provision.Terraform, "policy": provision.Policies}[in.Body.Format]
		if make == nil {
			return SourceTemplate{}, invalid("body.format", "%q is no format of templates; use cloudformation, terraform or policy", in.Body.Format)
		}
		made, err := make(p)
		if err != nil {
			return SourceTemplate{}, planProblem(err)
		}
		out := SourceTemplate{Files: made.Files, Steps: made.Steps, ExternalID: p.ExternalID}
		if !keys {
			out.RoleARN = p.RoleARN()
		}
		if !p.Identity {
			out.URL = p.Address()
		}
		if reader := p.ReaderARN(); !keys && !p.Identity && reader != out.RoleARN {
			out.ReaderARN = reader
		}
		return out, nil
	},
}

// planProblem says at which fields a plan cannot be made.
func planProblem(err error) error {
	var wrong *provision.ProblemsError
	if !errors.As(err, &wrong) {
		return err
	}
	p := &Problem{Code: "invalid", Detail: wrong.Error()}
	for _, x := range wrong.Problems {
		p.Errors = append(p.Errors, Fault{Location: "body." + x.Field, Message: x.Says})
	}
	return p
}

// CreateExportInput is the request of create-export.
type CreateExportInput struct {
	Body struct {
		ExportPlan
		Credential string `json:"credential,omitempty" maxLength:"200" doc:"The id of the credential that makes it; the payer's, else the reseller's, where it is not given"`
	}
}

// CreatedExport says what became of an export.
type CreatedExport struct {
	Name string `json:"name" doc:"Of the export"`
	ARN  string `json:"arn,omitempty" doc:"As AWS has it; reports have none"`
	Made bool   `json:"made" doc:"It was made now; otherwise it was there"`
	Says string `json:"says" doc:"What became of it, and what differs from what was asked for"`
	URL  string `json:"url" doc:"Of the source"`
}

// CreateExport makes an export by AWS's API.
var CreateExport = Operation[*Desk, CreateExportInput, CreatedExport]{
	ID: "create-export", Method: http.MethodPost, Path: "/sources/export", Tag: "Configuration", Title: "Make an export at AWS", Needs: access.WriteConfig,
	About: "Makes the export by the hour and resource, with all columns, unless there is one of its name. The bucket and its policy must be there, and the credential must be allowed to make exports: `make-source-template` with `by_sluice` does that. " +
		"Refused where an export of the name goes elsewhere, and where AWS refuses; the answer says what to do.",
	Do: func(ctx context.Context, d *Desk, in CreateExportInput) (CreatedExport, error) {
		p := in.Body.plan()
		if problems := p.CheckExport(); len(problems) > 0 {
			return CreatedExport{}, planProblem(&provision.ProblemsError{Problems: problems})
		}
		c, err := d.awsOf(ctx, p.Payer, in.Body.Credential)
		if err != nil {
			return CreatedExport{}, err
		}
		made, err := provision.CreateExport(ctx, c, p)
		if err != nil {
			return CreatedExport{}, err
		}
		if made.Made { // at AWS, where no record of ours tells of it
			if err := d.noteExport(context.WithoutCancel(ctx), p, made); err != nil {
				return CreatedExport{}, fmt.Errorf("%s, but the audit could not be written: %w", made.Says, err)
			}
		}
		return CreatedExport{Name: made.Name, ARN: made.ARN, Made: made.Made, Says: made.Says, URL: p.Address()}, nil
	},
}

// noteExport tells the audit that an export was made at AWS.
func (d *Desk) noteExport(ctx context.Context, p provision.Plan, made provision.Created) error {
	after, err := json.Marshal(map[string]string{"payer": p.Payer, "kind": p.Kind, "arn": made.ARN, "address": p.Address()})
	if err != nil {
		return err
	}
	return d.Store.Note(ctx, store.AuditEntry{By: d.User, Action: "export.make", Subject: "export/" + p.Payer + "/" + made.Name, Detail: "to " + p.Address(), After: after})
}

// awsOf is how AWS is called for a payer: by the credential that was named, else by the
// pricing credential of the payer, else by the reseller's.
func (d *Desk) awsOf(ctx context.Context, payer, id string) (aws.Config, error) {
	named, ok := credential.Of(d.Declared, id)
	if id == "" {
		i := slices.IndexFunc(d.Declared.Credentials, func(c billing.Credential) bool {
			return c.Provider == "aws" && c.Purpose == billing.PricingCredential && c.Account == payer && !c.BillingOnly
		})
		if i >= 0 {
			named, ok = d.Declared.Credentials[i], true
		} else {
			named, ok = credential.Nearest(d.Declared, access.Root, "aws")
		}
		if !ok {
			return aws.Config{}, invalid("body.credential", "neither payer %s nor the reseller has a credential at AWS that reads bills; save one first", payer)
		}
	}
	if !ok {
		return aws.Config{}, invalid("body.credential", "there is no credential %q; name one that is declared", id)
	}
	if named.Account != "" && named.Account != payer {
		return aws.Config{}, invalid("body.credential", "credential %s is of account %s, not of payer %s; name one of the payer", named.ID, named.Account, payer)
	}
	keys, err := d.Keys(ctx)
	if err != nil {
		return aws.Config{}, err
	}
	opened, err := credential.Open(ctx, keys, named)
	if err != nil {
		return aws.Config{}, err
	}
	return credential.AWS(ctx, opened)
}
