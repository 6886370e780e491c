package provision

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The principal and the external id that plans of tests have.
const (
	sluice = "arn:aws:iam::999988887777:role/sluice"
	secret = "sluice-abcde-fghjk-mnpqr-stuvw-xyz23"
)

// ours is the plan of a reseller's payer with everything usual.
func ours() Plan {
	return Plan{Payer: "111122223333", Kind: CUR2, Export: "sluice-hourly", Bucket: "acme-billing", Prefix: "exports", CreateBucket: true, Principal: sluice, ExternalID: secret}
}

func with(change func(*Plan)) Plan {
	p := ours()
	change(&p)
	return p
}

// plans are the cases of templates: what a plan can be.
var plans = map[string]Plan{
	"cur2":     ours(),
	"focus":    with(func(p *Plan) { p.Kind = FOCUS; p.ForCustomer = true }),
	"cur":      with(func(p *Plan) { p.Kind = CUR; p.Export = "hourly.(eu)"; p.Region = "eu-central-1"; p.Invitations = true }),
	"cur-view": with(func(p *Plan) { p.Kind = CUR; p.BillingView = "arn:aws:billing::111122223333:billingview/444455556666" }),
	"existing": with(func(p *Plan) {
		p.CreateBucket = false
		p.Region = "ap-northeast-1"
		p.SplitCosts = true
		p.Prefix = "exports/payer-1"
	}),
	"foreign":     with(func(p *Plan) { p.BucketOwner = "444455556666"; p.Region = "eu-central-1" }),
	"foreign-old": with(func(p *Plan) { p.BucketOwner = "444455556666"; p.CreateBucket = false }),
	"transfer":    with(func(p *Plan) { p.BillingView = "arn:aws:billing::111122223333:billingview/billing-transfer-b1c2" }),
	"by-sluice":   with(func(p *Plan) { p.BySluice = true; p.Principal = "999988887777"; p.Invitations = true }),
	"cur-sluice":  with(func(p *Plan) { p.BySluice = true; p.Kind = CUR; p.SplitCosts = true; p.RoleName = "billing-for-acme" }),
	"odd":         with(func(p *Plan) { p.ExternalID, p.Prefix, p.Export, p.RoleName = "12:30:45", "1e5", "2026-10-01", "=" }),
	"identity":    {Payer: "222233334444", Identity: true, Principal: sluice, ExternalID: secret},
}

func TestPlansAreInOrder(t *testing.T) {
	for name, p := range plans {
		if problems := p.Check(); len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

func TestPlansThatAWSWouldRefuse(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Plan)
		field  string
		says   string
	}{
		{"short account", func(p *Plan) { p.Payer = "12345" }, "payer", "12 digits"},
		{"no principal", func(p *Plan) { p.Principal = "" }, "principal", "nobody who could assume"},
		{"anybody", func(p *Plan) { p.Principal = "*" }, "principal", "strangers"},
		{"anybody of an account", func(p *Plan) { p.Principal = "arn:aws:iam::999988887777:role/*" }, "principal", "strangers"},
		{"a session", func(p *Plan) { p.Principal = "arn:aws:sts::999988887777:assumed-role/sluice/i-01" }, "principal", "write its role, arn:aws:iam::999988887777:role/sluice"},
		{"no external id", func(p *Plan) { p.ExternalID = "" }, "external_id", "2 to 1,224"},
		{"external id with a space", func(p *Plan) { p.ExternalID = "let me in" }, "external_id", "2 to 1,224"},
		{"role with a slash", func(p *Plan) { p.RoleName = "a/b" }, "role_name", "64 letters"},
		{"no region", func(p *Plan) { p.Region = "Frankfurt" }, "region", "eu-central-1"},
		{"China", func(p *Plan) { p.Region = "cn-north-1" }, "region", "partition"},
		{"no bucket", func(p *Plan) { p.Bucket = "" }, "bucket", "3 to 63"},
		{"capitals", func(p *Plan) { p.Bucket = "Acme" }, "bucket", "small letters"},
		{"two letters", func(p *Plan) { p.Bucket = "ab" }, "bucket", "3 to 63"},
		{"64 letters", func(p *Plan) { p.Bucket = strings.Repeat("a", 64) }, "bucket", "3 to 63"},
		{"a hyphen at the end", func(p *Plan) { p.Bucket = "acme-" }, "bucket", "both ends"},
		{"two dots", func(p *Plan) { p.Bucket = "acme..billing" }, "bucket", "two dots"},
		{"an address", func(p *Plan) { p.Bucket = "192.168.5.4" }, "bucket", "address of a network"},
		{"a beginning of AWS", func(p *Plan) { p.Bucket = "xn--acme" }, "bucket", "begins with xn--"},
		{"an ending of AWS", func(p *Plan) { p.Bucket = "acme-s3alias" }, "bucket", "ends in -s3alias"},
		{"no prefix", func(p *Plan) { p.Prefix = "" }, "prefix", "no folder"},
		{"a slash before", func(p *Plan) { p.Prefix = "/exports" }, "prefix", "none around"},
		{"a slash after", func(p *Plan) { p.Prefix = "exports/" }, "prefix", "none around"},
		{"an asterisk", func(p *Plan) { p.Prefix = "exports/*" }, "prefix", "no asterisk"},
		{"a space", func(p *Plan) { p.Prefix = "our exports" }, "prefix", "letters, digits"},
		{"a dollar", func(p *Plan) { p.Prefix = "${aws:username}" }, "prefix", "letters, digits"},
		{"a name with a space", func(p *Plan) { p.Export = "our export" }, "export", "128 letters"},
		{"a name with a dot", func(p *Plan) { p.Export = "our.export" }, "export", "128 letters"},
		{"a report with a space", func(p *Plan) { p.Kind = CUR; p.Export = "our report" }, "export", "without spaces"},
		{"a report with an asterisk", func(p *Plan) { p.Kind = CUR; p.Export = "all*" }, "export", "without spaces"},
		{"another kind", func(p *Plan) { p.Kind = "azure-actual" }, "kind", "aws-cur2, focus, aws-cur"},
		{"an owner", func(p *Plan) { p.BucketOwner = "acme" }, "bucket_owner", "12 digits"},
		{"a report elsewhere", func(p *Plan) { p.Kind = CUR; p.BucketOwner = "444455556666" }, "bucket_owner", "use kind aws-cur2"},
		{"a view", func(p *Plan) { p.BillingView = "primary" }, "billing_view", "write its ARN"},
		{"a view of FOCUS", func(p *Plan) { p.Kind = FOCUS; p.BillingView = "arn:aws:billing::111122223333:billingview/primary" }, "billing_view", "use kind aws-cur2"},
		{"a long view of a report", func(p *Plan) {
			p.Kind = CUR
			p.BillingView = "arn:aws:billing::111122223333:billingview/billing-transfer-00000000-0000-0000-0000-000000000000"
		}, "billing_view", "use kind aws-cur2"},
		{"containers of FOCUS", func(p *Plan) { p.Kind = FOCUS; p.SplitCosts = true }, "split_costs", "use kind aws-cur2"},
		{"invitations of a customer", func(p *Plan) { p.ForCustomer = true; p.Invitations = true }, "invitations", "reseller's own payer"},
		{"an identity that invites", func(p *Plan) { p.Identity = true; p.Invitations = true }, "identity", "only identifies"},
	} {
		t.Run(c.name, func(t *testing.T) {
			problems := with(c.change).Check()
			if len(problems) != 1 || problems[0].Field != c.field || !strings.Contains(problems[0].Says, c.says) {
				t.Errorf("problems are %q; wanted one of %s that says %q", problems, c.field, c.says)
			}
		})
	}
}

func TestAPlanThatCannotBeMadeMakesNothing(t *testing.T) {
	for name, make := range map[string]func(Plan) (Made, error){"cloudformation": CloudFormation, "terraform": Terraform, "policies": Policies} {
		made, err := make(with(func(p *Plan) { p.Bucket = "A"; p.Prefix = "" }))
		var wrong *ProblemsError
		if !errors.As(err, &wrong) || len(wrong.Problems) != 2 || len(made.Files) != 0 {
			t.Errorf("%s: made %v, with %v", name, made.Files, err)
		}
	}
}

// What a user with access keys may needs no principal; the policy is the same.
func TestPoliciesForAccessKeys(t *testing.T) {
	made, err := Policies(with(func(p *Plan) { p.Principal, p.ExternalID = "", "" }))
	if err != nil {
		t.Fatal(err)
	}
	role, err := Policies(ours())
	if err != nil {
		t.Fatal(err)
	}
	names := func(m Made) (all []string) {
		for _, f := range m.Files {
			all = append(all, f.Name)
		}
		return all
	}
	if got := names(made); !slices.Equal(got, []string{"role-policy.json", "bucket-policy.json"}) {
		t.Errorf("a user gets %v", got)
	}
	if made.Files[0] != role.Files[0] {
		t.Errorf("a user may %s, a role %s", made.Files[0].Text, role.Files[0].Text)
	}
}

func TestRolesAndAddresses(t *testing.T) {
	p := plans["foreign"]
	if got, want := p.RoleARN(), "arn:aws:iam::111122223333:role/sluice-billing"; got != want {
		t.Errorf("the payer's role is %s, not %s", got, want)
	}
	if got, want := p.ReaderARN(), "arn:aws:iam::444455556666:role/sluice-billing"; got != want {
		t.Errorf("the reader is %s, not %s", got, want)
	}
	if got, want := p.Address(), "s3://acme-billing/exports?region=eu-central-1"; got != want {
		t.Errorf("it lies at %s, not %s", got, want)
	}
	if got, want := plans["identity"].RoleARN(), "arn:aws:iam::222233334444:role/sluice-identity"; got != want {
		t.Errorf("the identity is %s, not %s", got, want)
	}
}

func TestExternalIDs(t *testing.T) {
	shape := regexp.MustCompile(`^sluice(-[a-hj-km-np-z02-9]{5}){5}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := NewExternalID()
		if !shape.MatchString(id) || !externalID.MatchString(id) || seen[id] {
			t.Fatalf("%s is no external id, or came twice", id)
		}
		seen[id] = true
	}
	if len(letters) != 32 {
		t.Errorf("%d letters do not divide 256", len(letters))
	}
}
