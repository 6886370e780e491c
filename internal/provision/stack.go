package provision

import "slices"

// File is a text of what is to be run in AWS.
type File struct {
	Name string `json:"name"` // with slashes, where it lies in a folder
	Text string `json:"text"`
}

// Made is what a plan becomes: files, and what people do with them, in order.
type Made struct {
	Files []File
	Steps []string // sentences
}

// stack is what is made at once: in one account, from one region.
type stack struct {
	name    string // of its files
	account string
	region  string
	bucket  bool // makes the bucket and its policy
	export  bool // makes the export
	role    []Statement
	what    string // for people
}

// stacks are what a plan consists of, in the order in which it is made: the bucket
// comes before the export. CloudFormation makes a bucket in the region of its stack,
// and exports in us-east-1 alone.
func (p Plan) stacks() []stack {
	payer := stack{name: "payer", account: p.Payer, region: BillingRegion, export: !p.Identity && !p.BySluice, role: p.inPayer(), what: "the export and the role"}
	if p.Identity {
		payer.name, payer.what = "account", "a role that says which account it is"
		return []stack{payer}
	}
	if p.BySluice {
		payer.what = "the role by which Sluice makes the export"
	}
	bucket := stack{name: "bucket", account: p.BucketOwner, region: p.Region, bucket: p.CreateBucket}
	switch {
	case p.foreign():
		bucket.role = p.reading()
		bucket.what = "the role that reads the bucket"
		if p.CreateBucket {
			bucket.what = "the bucket and the role that reads it"
		}
		return []stack{bucket, payer}
	case p.CreateBucket && p.Region != BillingRegion:
		bucket.what = "the bucket"
		return []stack{bucket, payer}
	}
	payer.bucket = p.CreateBucket
	if payer.bucket {
		payer.what = "the bucket, " + payer.what
	}
	return []stack{payer}
}

// modules are the stacks by account: Terraform reaches every region from one module.
func (p Plan) modules() []stack {
	all := p.stacks()
	if len(all) == 2 && all[0].account == all[1].account {
		one := all[1]
		one.bucket = all[0].bucket
		one.what = "the bucket, " + one.what
		return []stack{one}
	}
	return all
}

// check returns the filled plan, or what is wrong with it.
func (p Plan) check() (Plan, error) {
	if problems := p.Check(); len(problems) > 0 {
		return p, &ProblemsError{problems}
	}
	return p.filled(), nil
}

// owner is whose account it is, for people.
func (p Plan) owner(account string) string {
	switch {
	case account != p.Payer:
		return "account " + account + ", which has the bucket"
	case p.Identity:
		return "account " + account
	case p.ForCustomer:
		return "the customer's payer " + account
	}
	return "payer " + account
}

// last are the steps after everything was made.
func (p Plan) last() []string {
	if p.Identity {
		return []string{"save a credential of schema aws-role, purpose account, for account " + p.Payer + ", with role_arn " + p.RoleARN() + " and external_id " + p.ExternalID}
	}
	steps := []string{"save a credential of schema aws-role, purpose pricing, for payer " + p.Payer + ", with role_arn " + p.RoleARN() + " and external_id " + p.ExternalID}
	if p.foreign() {
		steps = append(steps, "save a credential of schema aws-role for account "+p.BucketOwner+", with role_arn "+p.ReaderARN()+" and the same external_id, and name it in the source")
	}
	if p.BySluice {
		steps = append(steps, "make the export with Sluice")
	}
	return append(steps, "declare a source of kind "+p.Kind+" at "+p.Address()+"; the first files come within 24 hours")
}

// existing says what the bucket of a plan needs that does not make it.
func (p Plan) existing() []string {
	if p.CreateBucket || p.Identity {
		return nil
	}
	return []string{"add the statements of bucket-policy.json to the policy of bucket " + p.Bucket + " in " + p.owner(p.BucketOwner)}
}

// bucketPolicyFile comes with a plan whose bucket is there already.
func (p Plan) bucketPolicyFile() []File {
	if p.CreateBucket || p.Identity {
		return nil
	}
	return []File{{"bucket-policy.json", p.bucketPolicy().text()}}
}

// Policies are the plan's rights as plain policies, for who makes a user with access
// keys, or does everything by hand: role-policy.json is attached to the user or role,
// trust-policy.json is whom a role trusts, which a plan without a principal does not
// have, and bucket-policy.json belongs to the bucket. Where the bucket is of another
// account, reader-policy.json is for the user or role of that one.
func Policies(p Plan) (Made, error) {
	keys := p.Principal == "" && p.ExternalID == ""
	problems := slices.DeleteFunc(p.Check(), func(x Problem) bool { return keys && (x.Field == "principal" || x.Field == "external_id") })
	if len(problems) > 0 {
		return Made{}, &ProblemsError{problems}
	}
	p = p.filled()
	p.CreateBucket = false
	files := []File{{"role-policy.json", documentOf(p.inPayer()...).text()}}
	steps := []string{"in " + p.owner(p.Payer) + ", attach role-policy.json to the user whose access keys Sluice gets"}
	if !keys {
		files = append(files, File{"trust-policy.json", p.trust().text()})
		steps = []string{"in " + p.owner(p.Payer) + ", make role " + p.RoleName + ", which trusts by trust-policy.json and may what role-policy.json says"}
	}
	if p.foreign() && !p.Identity {
		files = append(files, File{"reader-policy.json", documentOf(p.reading()...).text()})
		steps = append(steps, "in "+p.owner(p.BucketOwner)+", attach reader-policy.json to the user or role that reads the bucket")
	}
	files, steps = append(files, p.bucketPolicyFile()...), append(steps, p.existing()...)
	if keys {
		return Made{files, append(steps, "save a credential of schema aws-key for account "+p.Payer+" with the user's access keys")}, nil
	}
	return Made{files, append(steps, p.last()...)}, nil
}
