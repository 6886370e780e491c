package provision

import "encoding/json"

// Document is a policy of AWS. Its JSON is what AWS reads.
type Document struct {
	Version   string      `json:"Version"`
	Statement []Statement `json:"Statement"`
}

// Statement allows or denies named actions on named resources.
type Statement struct {
	Sid       string     `json:"Sid"`
	Effect    string     `json:"Effect"`
	Principal any        `json:"Principal,omitempty"` // Principal, or Everybody
	Action    []string   `json:"Action"`
	Resource  []string   `json:"Resource,omitempty"`
	Condition Conditions `json:"Condition,omitempty"`
}

// Principal is whom a statement is about.
type Principal struct {
	AWS     []string `json:"AWS,omitempty"`
	Service []string `json:"Service,omitempty"`
}

// Conditions are operators, each with keys and their values.
type Conditions map[string]map[string][]string

// Everybody is whom the statement is about that denies what is not encrypted on its way.
const Everybody = "*"

// languageVersion is that of the policy language.
const languageVersion = "2012-10-17"

func documentOf(statements ...Statement) Document { return Document{languageVersion, statements} }

func allow(sid string, actions, resources []string) Statement {
	return Statement{Sid: sid, Effect: "Allow", Action: actions, Resource: resources}
}

// text is a document as a file.
func (d Document) text() string {
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		panic("provision: a policy of texts did not become JSON: " + err.Error())
	}
	return string(data) + "\n"
}

// AnyResource gives, for each action that AWS allows on everything only, the reason.
// No other statement names all resources.
var AnyResource = map[string]string{
	"bcm-data-exports:ListExports":                             "lists; has no resource",
	"cur:DescribeReportDefinitions":                            "lists; has no resource",
	"organizations:DescribeOrganization":                       "says which organization it is; has no resource",
	"organizations:ListAccounts":                               "lists; has no resource",
	"organizations:ListHandshakesForOrganization":              "lists; has no resource",
	"organizations:ListInboundResponsibilityTransfers":         "lists; has no resource",
	"organizations:ListOutboundResponsibilityTransfers":        "lists; has no resource",
	"organizations:InviteAccountToOrganization":                "the account is of no organization yet, or known by its e-mail alone, and so has no ARN",
	"organizations:InviteOrganizationToTransferResponsibility": "the account is of another organization, or known by its e-mail alone, and so has no ARN",
	"sts:GetCallerIdentity":                                    "says who calls; has no resource",
}

// trust lets the principal assume a role, if it tells the external id.
func (p Plan) trust() Document {
	who := p.Principal
	if accountID.MatchString(who) {
		who = "arn:aws:iam::" + who + ":root"
	}
	s := allow("LetSluiceIn", []string{"sts:AssumeRole"}, nil)
	s.Principal = Principal{AWS: []string{who}}
	s.Condition = Conditions{"StringEquals": {"sts:ExternalId": {p.ExternalID}}}
	return documentOf(s)
}

func (p Plan) bucketARN() string { return "arn:aws:s3:::" + p.Bucket }

// reading is what it takes to read the export's folder of the bucket. Names are listed
// below that folder alone.
func (p Plan) reading() []Statement {
	list := allow("ListExports", []string{"s3:ListBucket"}, []string{p.bucketARN()})
	list.Condition = Conditions{"StringLike": {"s3:prefix": {p.Prefix, p.Prefix + "/*"}}}
	return []Statement{
		list,
		allow("ReadExports", []string{"s3:GetObject"}, []string{p.bucketARN() + "/" + p.Prefix + "/*"}),
		allow("FindBucket", []string{"s3:GetBucketLocation"}, []string{p.bucketARN()}),
	}
}

// asking is what it takes to ask how the export is doing, and, where Sluice makes it,
// to make it.
func (p Plan) asking() []Statement {
	definition := p.arn("cur", "definition/"+p.Export)
	if p.Kind == CUR {
		all := []Statement{allow("FindReports", []string{"cur:DescribeReportDefinitions"}, []string{"*"})}
		if p.BySluice {
			all = append(all, allow("MakeReport", []string{"cur:PutReportDefinition"}, []string{definition}))
		}
		return all
	}
	exports := p.arn("bcm-data-exports", "export/*")
	all := []Statement{
		allow("FindExports", []string{"bcm-data-exports:ListExports"}, []string{"*"}),
		allow("AskExports", []string{"bcm-data-exports:GetExport", "bcm-data-exports:ListExecutions"}, []string{exports}),
	}
	if p.BySluice {
		// Data Exports ask for the right to make reports too, for exports of costs.
		all = append(all,
			allow("MakeExport", []string{"bcm-data-exports:CreateExport"}, []string{exports, p.arn("bcm-data-exports", "table/"+p.table())}),
			allow("MakeReport", []string{"cur:PutReportDefinition"}, []string{p.arn("cur", "definition/*")}))
	}
	return all
}

func (p Plan) arn(service, resource string) string {
	return "arn:aws:" + service + ":" + BillingRegion + ":" + p.Payer + ":" + resource
}

// inviting is what it takes to know the accounts of an organization and to have others
// in it, or their bills.
func (p Plan) inviting() []Statement {
	of := "arn:aws:organizations::" + p.Payer + ":"
	return []Statement{
		allow("KnowOrganization", []string{
			"organizations:DescribeOrganization", "organizations:ListAccounts", "organizations:ListHandshakesForOrganization",
			"organizations:ListInboundResponsibilityTransfers", "organizations:ListOutboundResponsibilityTransfers",
		}, []string{"*"}),
		allow("Invite", []string{"organizations:InviteAccountToOrganization", "organizations:InviteOrganizationToTransferResponsibility"}, []string{"*"}),
		allow("FollowInvitations", []string{"organizations:CancelHandshake", "organizations:DescribeHandshake"}, []string{of + "handshake/*"}),
		allow("FollowTransfers", []string{
			"organizations:DescribeResponsibilityTransfer", "organizations:TerminateResponsibilityTransfer", "organizations:UpdateResponsibilityTransfer",
		}, []string{of + "transfer/*"}),
	}
}

// identifying is what it takes to say which account it is.
func identifying() []Statement {
	return []Statement{allow("SayWhichAccount", []string{"sts:GetCallerIdentity"}, []string{"*"})}
}

// inPayer is what the role in the payer's account may do.
func (p Plan) inPayer() []Statement {
	if p.Identity {
		return identifying()
	}
	all := p.asking()
	if !p.foreign() {
		all = append(p.reading(), all...)
	}
	if p.Invitations {
		all = append(all, p.inviting()...)
	}
	return all
}

// bucketPolicy lets AWS deliver the payer's exports, and nobody in without encryption.
func (p Plan) bucketPolicy() Document {
	services, arns := []string{"billingreports.amazonaws.com"}, []string{p.arn("cur", "definition/*")}
	if p.Kind != CUR {
		services = append(services, "bcm-data-exports.amazonaws.com")
		arns = append(arns, p.arn("bcm-data-exports", "export/*"))
	}
	only := Conditions{"StringEquals": {"aws:SourceAccount": {p.Payer}}, "StringLike": {"aws:SourceArn": arns}}
	// AWS tries the bucket with an object outside of the prefix before it takes a report.
	deliver := allow("LetExportsIn", []string{"s3:PutObject"}, []string{p.bucketARN() + "/*"})
	look := allow("LetExportsLook", []string{"s3:GetBucketAcl", "s3:GetBucketPolicy"}, []string{p.bucketARN()})
	deliver.Principal, deliver.Condition = Principal{Service: services}, only
	look.Principal, look.Condition = deliver.Principal, only
	deny := Statement{
		Sid: "OnlyEncryptedOnItsWay", Effect: "Deny", Principal: Everybody,
		Action: []string{
			"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:GetObject", "s3:GetObjectVersion",
			"s3:ListBucket", "s3:ListBucketVersions", "s3:PutBucketPolicy", "s3:PutObject",
		},
		Resource:  []string{p.bucketARN(), p.bucketARN() + "/*"},
		Condition: Conditions{"Bool": {"aws:SecureTransport": {"false"}}},
	}
	return documentOf(deliver, look, deny)
}
