// Package provision makes what opens a payer's bills to Sluice and nothing else: the
// bucket, its policy, the export and a role that only reads, as a CloudFormation
// template, a Terraform module or plain policies. It also makes an export through
// AWS's API, and asks AWS how one is doing.
package provision

import (
	"cmp"
	"strings"
)

// Kinds of export, as a source's kind has them.
const (
	CUR   = "aws-cur"  // the legacy Cost and Usage Report, CSV
	CUR2  = "aws-cur2" // Data Exports, table COST_AND_USAGE_REPORT
	FOCUS = "focus"    // Data Exports, table FOCUS_1_2_AWS
)

// Kinds lists every kind of export.
var Kinds = []string{CUR2, FOCUS, CUR}

// BillingRegion is where AWS keeps exports, whatever the region of their bucket.
const BillingRegion = "us-east-1"

// Names of roles where a plan gives none.
const (
	DefaultRole  = "sluice-billing"
	IdentityRole = "sluice-identity"
)

// Plan is what is to be made in AWS. Nothing of it is secret.
type Plan struct {
	Payer string // account id of the payer, or, with Identity, of the account to identify
	Kind  string // one of Kinds
	// Export is the name of the export or report.
	Export string
	Bucket string
	Region string // of the bucket; us-east-1 where it is empty
	Prefix string // the folder of the bucket that exports lie in, without slashes around it
	// CreateBucket makes the bucket. Otherwise it exists, and its policy, which is not
	// touched, must have the statements of bucket-policy.json.
	CreateBucket bool
	// BucketOwner is the account that has the bucket, where it is not the payer. Data
	// Exports deliver into it.
	BucketOwner string
	// BillingView is the ARN of a view other than the payer's own bill: that of a
	// billing group, or of an organization whose bill was transferred.
	BillingView string
	// SplitCosts adds the shares of containers in the costs of their machines.
	SplitCosts bool
	// BySluice leaves the export out and gives the role what it takes to make it, with
	// CreateExport.
	BySluice bool
	// Principal is who assumes the role: the ARN of the role or user that Sluice runs
	// as, or the id of its account.
	Principal  string
	ExternalID string // what the role asks for; see NewExternalID
	RoleName   string // DefaultRole or IdentityRole where it is empty
	// Invitations lets the role list the organization's accounts, invite some, and
	// follow the invitations.
	Invitations bool
	// ForCustomer says that the payer is a customer's own, not the reseller's.
	ForCustomer bool
	// Identity makes a role that only says which account it is of. It reads no bills.
	Identity bool
}

// Problem is what AWS would refuse of a plan.
type Problem struct {
	Field string // as the fields of Plan, in small letters: payer, bucket, external_id
	Says  string // what is wrong, and what to write instead
}

// ProblemsError says what is wrong with a plan.
type ProblemsError struct{ Problems []Problem }

// Error is all of it in one line.
func (e *ProblemsError) Error() string {
	says := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		says[i] = p.Field + ": " + p.Says
	}
	return strings.Join(says, "; ")
}

// filled is the plan with what it leaves to us.
func (p Plan) filled() Plan {
	p.Region = cmp.Or(p.Region, BillingRegion)
	if p.Identity {
		p.RoleName = cmp.Or(p.RoleName, IdentityRole)
	}
	p.RoleName = cmp.Or(p.RoleName, DefaultRole)
	p.BucketOwner = cmp.Or(p.BucketOwner, p.Payer)
	return p
}

// foreign says that the bucket is of another account than the payer. It is asked of a
// plan that is filled.
func (p Plan) foreign() bool { return p.BucketOwner != p.Payer }

// RoleARN is that of the role that a plan makes in the payer's account, for the
// credential of the payer.
func (p Plan) RoleARN() string {
	p = p.filled()
	return "arn:aws:iam::" + p.Payer + ":role/" + p.RoleName
}

// ReaderARN is that of the role by which the bucket is read, for the credential of the
// source: the same as RoleARN, but where the bucket is of another account.
func (p Plan) ReaderARN() string {
	p = p.filled()
	return "arn:aws:iam::" + p.BucketOwner + ":role/" + p.RoleName
}

// Address is where the export lies, as a source has it.
func (p Plan) Address() string {
	p = p.filled()
	return "s3://" + p.Bucket + "/" + p.Prefix + "?region=" + p.Region
}
