package provision

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
)

// What AWS takes. The characters are those of its service models; asterisks and
// question marks, which reports may have in their names, would be wildcards in a
// policy, and are left out.
var (
	accountID    = regexp.MustCompile(`^[0-9]{12}$`)
	bucketName   = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	folder       = regexp.MustCompile(`^[0-9A-Za-z!_.'()-]+(/[0-9A-Za-z!_.'()-]+)*$`)
	reportName   = regexp.MustCompile(`^[0-9A-Za-z!_.'()-]{1,256}$`)
	exportName   = regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`)
	regionName   = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	externalID   = regexp.MustCompile(`^[A-Za-z0-9_+=,.@:/-]{2,}$`) // up to 1,224
	roleName     = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`)
	principalARN = regexp.MustCompile(`^arn:aws:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9_+=,.@/-]{1,576})$`)
	assumedARN   = regexp.MustCompile(`^arn:aws:sts::([0-9]{12}):assumed-role/([^/]+)/`)
	anyView      = regexp.MustCompile(`^arn:aws:billing::[0-9]{12}:billingview/[A-Za-z0-9/:_+=.@-]{0,75}[A-Za-z0-9]$`)
	groupView    = regexp.MustCompile(`^arn:aws:billing::[0-9]{12}:billingview/[A-Za-z0-9_+=.@-]{2,31}$`)
)

// Beginnings and endings that AWS keeps for itself.
var (
	keptBeginnings = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	keptEndings    = []string{"-s3alias", "--ols-s3", ".mrap", "--x-s3", "--table-s3"}
)

// Check says what is wrong with a plan; nothing where it can be made.
func (p Plan) Check() []Problem {
	given := p
	p = p.filled()
	c := &checking{}
	c.take("payer", accountID.MatchString(p.Payer), "%q is no AWS account; write its 12 digits", p.Payer)
	c.take("principal", checkPrincipal(p.Principal) == "", "%s", checkPrincipal(p.Principal))
	c.take("external_id", len(p.ExternalID) <= 1224 && externalID.MatchString(p.ExternalID), "has 2 to 1,224 letters, digits and _+=,.@:/-; let Sluice make one")
	c.take("role_name", roleName.MatchString(p.RoleName), "%q is no name of a role; write up to 64 letters, digits and _+=,.@-", p.RoleName)
	if p.Identity {
		c.take("identity", !p.Invitations && !p.BySluice, "a role that only identifies an account invites nobody and makes no export; ask for another role for that")
		return c.problems
	}
	c.take("region", regionName.MatchString(p.Region), "%q is no region; write it as eu-central-1", p.Region)
	for _, partition := range []string{"cn-", "us-gov-", "us-iso", "eu-isoe-"} {
		c.take("region", !strings.HasPrefix(p.Region, partition), "%s is in a partition of AWS that bills by itself; make the export in its console, and write a source for it", p.Region)
	}
	says := checkBucket(p.Bucket)
	c.take("bucket", says == "", "%s", says)
	c.take("prefix", len(p.Prefix) <= 256 && folder.MatchString(p.Prefix), "%q is no folder of exports; write up to 256 letters, digits and !_.'()-, with single slashes between folders, none around them, and no asterisk", p.Prefix)
	c.take("bucket_owner", accountID.MatchString(p.BucketOwner) || !accountID.MatchString(p.Payer), "%q is no AWS account; write its 12 digits", p.BucketOwner)
	c.take("invitations", !p.Invitations || !p.ForCustomer, "is for the reseller's own payer: nobody is invited into a customer's organization; leave it out")
	p.checkKind(c, given)
	return c.problems
}

// CheckExport says what is wrong with the export of a plan, whoever makes it.
func (p Plan) CheckExport() []Problem {
	return slices.DeleteFunc(p.Check(), func(x Problem) bool {
		return x.Field == "principal" || x.Field == "external_id" || x.Field == "role_name"
	})
}

// checkKind looks at what depends on the kind of the export.
func (p Plan) checkKind(c *checking, given Plan) {
	switch p.Kind {
	case CUR:
		c.take("export", reportName.MatchString(p.Export), "%q is no name of a report; write up to 256 letters, digits and !_.'()-, without spaces", p.Export)
		c.take("bucket_owner", given.BucketOwner == "" || given.BucketOwner == given.Payer, "a report of kind %s goes into a bucket of the payer's own account; use kind %s", CUR, CUR2)
		c.take("billing_view", p.BillingView == "" || groupView.MatchString(p.BillingView), "a report of kind %s shows the view of a billing group alone, such as arn:aws:billing::111122223333:billingview/444455556666; use kind %s for others", CUR, CUR2)
	case CUR2, FOCUS:
		c.take("export", exportName.MatchString(p.Export), "%q is no name of an export; write up to 128 letters, digits, - and _", p.Export)
		c.take("billing_view", p.BillingView == "" || anyView.MatchString(p.BillingView), "%q is no billing view; write its ARN, such as arn:aws:billing::111122223333:billingview/primary", p.BillingView)
		c.take("billing_view", p.Kind != FOCUS || p.BillingView == "", "an export of kind %s shows the payer's own bill; use kind %s for other views", FOCUS, CUR2)
		c.take("split_costs", p.Kind != FOCUS || !p.SplitCosts, "an export of kind %s has no shares of containers; use kind %s", FOCUS, CUR2)
	default:
		c.take("kind", false, "%q is no kind of export of AWS; use %s", p.Kind, strings.Join(Kinds, ", "))
	}
}

type checking struct{ problems []Problem }

// take notes a problem, unless the field is in order or had one before.
func (c *checking) take(field string, ok bool, format string, args ...any) {
	if !ok && !slices.ContainsFunc(c.problems, func(p Problem) bool { return p.Field == field }) {
		c.problems = append(c.problems, Problem{field, fmt.Sprintf(format, args...)})
	}
}

func checkBucket(name string) string {
	switch {
	case !bucketName.MatchString(name):
		return fmt.Sprintf("%q is no name of a bucket; write 3 to 63 small letters, digits, dots and hyphens, with a letter or digit at both ends", name)
	case strings.Contains(name, ".."):
		return fmt.Sprintf("%q has two dots in a row, which S3 refuses; write one", name)
	case net.ParseIP(name) != nil:
		return fmt.Sprintf("%q looks like an address of a network, which S3 refuses; write a name", name)
	}
	for _, kept := range keptBeginnings {
		if strings.HasPrefix(name, kept) {
			return fmt.Sprintf("%q begins with %s, which AWS keeps for itself; choose another name", name, kept)
		}
	}
	for _, kept := range keptEndings {
		if strings.HasSuffix(name, kept) {
			return fmt.Sprintf("%q ends in %s, which AWS keeps for itself; choose another name", name, kept)
		}
	}
	return ""
}

func checkPrincipal(text string) string {
	if accountID.MatchString(text) || principalARN.MatchString(text) {
		return ""
	}
	if m := assumedARN.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("%q is a session, which ends; write its role, arn:aws:iam::%s:role/%s", text, m[1], m[2])
	}
	if strings.Contains(text, "*") {
		return fmt.Sprintf("%q would let strangers in; write the ARN of the role or user that Sluice runs as", text)
	}
	return fmt.Sprintf("%q is nobody who could assume a role; write the ARN of the role or user that Sluice runs as, such as arn:aws:iam::111122223333:role/sluice, or the 12 digits of its account", text)
}
