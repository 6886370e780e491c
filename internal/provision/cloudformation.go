package provision

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// How long the bucket keeps what AWS replaced, and parts of what it never finished.
const (
	replacedDays   = 30
	unfinishedDays = 7
)

// CloudFormation is a plan as templates, one for each account and region that a stack
// is made in. An error is a *ProblemsError.
func CloudFormation(p Plan) (Made, error) {
	p, err := p.check()
	if err != nil {
		return Made{}, err
	}
	made := Made{Files: p.bucketPolicyFile(), Steps: p.existing()}
	for _, s := range p.stacks() {
		name := "sluice-" + s.name + ".yaml"
		text, err := p.template(s)
		if err != nil {
			return Made{}, err
		}
		made.Files = append(made.Files, File{name, text})
		made.Steps = append(made.Steps, fmt.Sprintf("in %s, make a CloudFormation stack from %s in region %s, and allow it to make a role by name (CAPABILITY_NAMED_IAM); it makes %s", p.owner(s.account), name, s.region, s.what))
	}
	made.Steps = append(made.Steps, p.last()...)
	return made, nil
}

// entry is a member of a mapping whose order is kept.
func entry(key string, value any) yaml.MapItem { return yaml.MapItem{Key: key, Value: value} }

func (p Plan) template(s stack) (string, error) {
	var resources, outputs yaml.MapSlice
	if s.bucket {
		resources = append(resources, entry("Bucket", p.bucketResource()), entry("BucketPolicy", yaml.MapSlice{
			entry("Type", "AWS::S3::BucketPolicy"),
			entry("Properties", yaml.MapSlice{entry("Bucket", ref("Bucket")), entry("PolicyDocument", p.bucketPolicy().mapping())}),
		}))
		outputs = append(outputs, output("Bucket", "Where the exports are delivered", ref("Bucket")))
	}
	if s.export {
		resources = append(resources, entry("Export", p.exportResource(s.bucket)))
	}
	if len(s.role) > 0 {
		resources = append(resources, entry("Role", p.roleResource(s.role)))
		outputs = append(outputs, output("RoleArn", "Field role_arn of the credential", yaml.MapSlice{entry("Fn::GetAtt", []string{"Role", "Arn"})}))
	}
	text, err := yaml.ValueToNode(yaml.MapSlice{
		entry("AWSTemplateFormatVersion", "2010-09-09"),
		entry("Description", fmt.Sprintf("Billing access of Sluice, for account %s in region %s: %s", s.account, s.region, s.what)),
		entry("Resources", resources),
		entry("Outputs", outputs),
	}, yaml.IndentSequence(true))
	if err != nil {
		return "", fmt.Errorf("a template could not be written: %w", err)
	}
	ast.Walk(quoting{}, text)
	return text.String() + "\n", nil
}

// quoting puts texts in quotes that do not begin with a letter: AWS reads YAML 1.1,
// where 12:30:45, 1e5 and = are no texts.
type quoting struct{}

// Visit quotes a text that is not quoted yet, and goes on to what is below.
func (q quoting) Visit(n ast.Node) ast.Visitor {
	if text, ok := n.(*ast.StringNode); ok && text.Value != "" && text.Value[0] != '"' && !unicode.IsLetter(rune(text.Value[0])) {
		text.Token.Type = token.DoubleQuoteType
	}
	return q
}

func ref(name string) yaml.MapSlice { return yaml.MapSlice{entry("Ref", name)} }

func output(name, description string, value any) yaml.MapItem {
	return entry(name, yaml.MapSlice{entry("Description", description), entry("Value", value)})
}

// bucketResource is private, encrypted, and keeps what was replaced for a while. It
// stays when its stack is deleted: the bills of closed months are in it.
func (p Plan) bucketResource() yaml.MapSlice {
	return yaml.MapSlice{
		entry("Type", "AWS::S3::Bucket"),
		entry("DeletionPolicy", "Retain"),
		entry("UpdateReplacePolicy", "Retain"),
		entry("Properties", yaml.MapSlice{
			entry("BucketName", p.Bucket),
			entry("BucketEncryption", yaml.MapSlice{entry("ServerSideEncryptionConfiguration", []yaml.MapSlice{
				{entry("ServerSideEncryptionByDefault", yaml.MapSlice{entry("SSEAlgorithm", "AES256")})},
			})}),
			entry("OwnershipControls", yaml.MapSlice{entry("Rules", []yaml.MapSlice{{entry("ObjectOwnership", "BucketOwnerEnforced")}})}),
			entry("PublicAccessBlockConfiguration", yaml.MapSlice{
				entry("BlockPublicAcls", true), entry("BlockPublicPolicy", true), entry("IgnorePublicAcls", true), entry("RestrictPublicBuckets", true),
			}),
			entry("VersioningConfiguration", yaml.MapSlice{entry("Status", "Enabled")}),
			entry("LifecycleConfiguration", yaml.MapSlice{entry("Rules", []yaml.MapSlice{
				{entry("Id", "ForgetWhatWasReplaced"), entry("Status", "Enabled"), entry("NoncurrentVersionExpiration", yaml.MapSlice{entry("NoncurrentDays", replacedDays)})},
				{entry("Id", "ForgetWhatWasNotFinished"), entry("Status", "Enabled"), entry("AbortIncompleteMultipartUpload", yaml.MapSlice{entry("DaysAfterInitiation", unfinishedDays)})},
			})}),
		}),
	}
}

func (p Plan) roleResource(may []Statement) yaml.MapSlice {
	return yaml.MapSlice{
		entry("Type", "AWS::IAM::Role"),
		entry("Properties", yaml.MapSlice{
			entry("RoleName", p.RoleName),
			entry("Description", roleDescription),
			entry("AssumeRolePolicyDocument", p.trust().mapping()),
			entry("Policies", []yaml.MapSlice{{entry("PolicyName", p.RoleName), entry("PolicyDocument", documentOf(may...).mapping())}}),
		}),
	}
}

// What AWS shows beside what was made.
const (
	roleDescription   = "Lets Sluice read bills, and nothing else"
	exportDescription = "Costs by the hour and resource, for Sluice"
)

func (p Plan) exportResource(afterPolicy bool) yaml.MapSlice {
	resource := yaml.MapSlice{entry("Type", "AWS::BCMDataExports::Export")}
	if p.Kind == CUR {
		resource = yaml.MapSlice{entry("Type", "AWS::CUR::ReportDefinition")}
	}
	if afterPolicy {
		resource = append(resource, entry("DependsOn", "BucketPolicy"))
	}
	return append(resource, entry("Properties", p.exportProperties()))
}

// exportProperties are those of the export, by CloudFormation's names.
func (p Plan) exportProperties() yaml.MapSlice {
	if p.Kind == CUR {
		report := yaml.MapSlice{
			entry("ReportName", p.Export), entry("TimeUnit", "HOURLY"), entry("Format", "textORcsv"), entry("Compression", "GZIP"),
			entry("AdditionalSchemaElements", p.elements()),
			entry("S3Bucket", p.Bucket), entry("S3Prefix", p.Prefix), entry("S3Region", p.Region),
			entry("RefreshClosedReports", true), entry("ReportVersioning", "OVERWRITE_REPORT"),
		}
		if p.BillingView != "" {
			report = append(report, entry("BillingViewArn", p.BillingView))
		}
		return report
	}
	settings := yaml.MapSlice{}
	for _, s := range p.settings() {
		settings = append(settings, entry(s.name, s.value))
	}
	to := yaml.MapSlice{entry("S3Bucket", p.Bucket), entry("S3Prefix", p.Prefix), entry("S3Region", p.Region)}
	if p.foreign() {
		to = append(to, entry("S3BucketOwner", p.BucketOwner))
	}
	to = append(to, entry("S3OutputConfigurations", yaml.MapSlice{
		entry("OutputType", "CUSTOM"), entry("Format", "PARQUET"), entry("Compression", "PARQUET"), entry("Overwrite", "OVERWRITE_REPORT"),
	}))
	return yaml.MapSlice{entry("Export", yaml.MapSlice{
		entry("Name", p.Export), entry("Description", exportDescription),
		entry("DataQuery", yaml.MapSlice{entry("QueryStatement", p.query()), entry("TableConfigurations", yaml.MapSlice{entry(p.table(), settings)})}),
		entry("DestinationConfigurations", yaml.MapSlice{entry("S3Destination", to)}),
		entry("RefreshCadence", yaml.MapSlice{entry("Frequency", "SYNCHRONOUS")}),
	})}
}

// mapping is a document whose order is kept.
func (d Document) mapping() yaml.MapSlice {
	var statements []yaml.MapSlice
	for _, s := range d.Statement {
		m := yaml.MapSlice{entry("Sid", s.Sid), entry("Effect", s.Effect)}
		switch who := s.Principal.(type) {
		case Principal:
			m = append(m, entry("Principal", who.mapping()))
		case string:
			m = append(m, entry("Principal", who))
		}
		m = append(m, entry("Action", s.Action))
		if len(s.Resource) > 0 {
			m = append(m, entry("Resource", s.Resource))
		}
		if len(s.Condition) > 0 {
			m = append(m, entry("Condition", s.Condition.mapping()))
		}
		statements = append(statements, m)
	}
	return yaml.MapSlice{entry("Version", d.Version), entry("Statement", statements)}
}

func (who Principal) mapping() yaml.MapSlice {
	if len(who.AWS) > 0 {
		return yaml.MapSlice{entry("AWS", who.AWS)}
	}
	return yaml.MapSlice{entry("Service", who.Service)}
}

func (c Conditions) mapping() yaml.MapSlice {
	var all yaml.MapSlice
	for _, operator := range slices.Sorted(maps.Keys(c)) {
		var keys yaml.MapSlice
		for _, key := range slices.Sorted(maps.Keys(c[operator])) {
			keys = append(keys, entry(key, c[operator][key]))
		}
		all = append(all, entry(operator, keys))
	}
	return all
}

// desired is the export as AWS's Cloud Control takes it: the properties of its
// CloudFormation resource, as JSON.
func (p Plan) desired() (string, error) {
	data, err := yaml.MarshalWithOptions(p.exportProperties(), yaml.JSON())
	if err != nil {
		return "", fmt.Errorf("an export could not be written: %w", err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, bytes.TrimSpace(data), "", "  "); err != nil {
		return "", fmt.Errorf("an export could not be written: %w", err)
	}
	return indented.String() + "\n", nil
}
