package commitment

import (
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// keyOf is the pricing key of a line.
func keyOf(kind, service, usage, operation, region string) (k assign.Key) {
	k.Texts[lake.LineItemType], k.Texts[lake.ServiceCode], k.Texts[lake.UsageType] = kind, service, usage
	k.Texts[lake.Operation], k.Texts[lake.RegionID] = operation, region
	return k
}

// written writes a shape in one line, - where there is none.
func written(s Shape, ok bool) string {
	if !ok {
		return "-"
	}
	parts := []string{s.Region, s.Family, s.Size, s.Units.String(), s.Platform, s.Tenancy}
	if s.Flexible {
		parts = append(parts, "flexible")
	}
	return strings.Join(parts, "|")
}

// R7: the shape of usage. Units are those of the provider's table of
// normalization factors, engines those of its price list.
func TestShapeOf(t *testing.T) {
	const ec2, rds, cache = "AmazonEC2", "AmazonRDS", "AmazonElastiCache"
	tests := []struct{ service, usage, operation, region, want string }{
		{ec2, "APN1-BoxUsage:m5.large", "RunInstances", "ap-northeast-1", "ap-northeast-1|m5|large|4|RunInstances|shared|flexible"},
		{ec2, "BoxUsage:t2.nano", "RunInstances", "us-east-1", "us-east-1|t2|nano|0.25|RunInstances|shared|flexible"},
		{ec2, "BoxUsage:t2.micro", "RunInstances", "us-east-1", "us-east-1|t2|micro|0.5|RunInstances|shared|flexible"},
		{ec2, "BoxUsage:t3.small", "RunInstances", "us-east-1", "us-east-1|t3|small|1|RunInstances|shared|flexible"},
		{ec2, "BoxUsage:t3.medium", "RunInstances", "us-east-1", "us-east-1|t3|medium|2|RunInstances|shared|flexible"},
		{ec2, "BoxUsage:m4.xlarge", "RunInstances", "us-east-1", "us-east-1|m4|xlarge|8|RunInstances|shared|flexible"},
		{ec2, "BoxUsage:c5.9xlarge", "RunInstances", "us-east-1", "us-east-1|c5|9xlarge|72|RunInstances|shared|flexible"},
		{ec2, "BoxUsage:x2iedn.32xlarge", "RunInstances", "us-east-1", "us-east-1|x2iedn|32xlarge|256|RunInstances|shared|flexible"},
		{ec2, "USE2-UnusedBox:m5.large", "RunInstances", "us-east-2", "us-east-2|m5|large|4|RunInstances|shared|flexible"},
		{ec2, "BoxUsage", "RunInstances", "us-east-1", "us-east-1|m1|small|1|RunInstances|shared|flexible"},
		{ec2, "BoxUsage:m5.large", "RunInstances:0002", "us-east-1", "us-east-1|m5|large|4|RunInstances:0002|shared"},
		{ec2, "BoxUsage:m5.large", "RunInstances:0010", "us-east-1", "us-east-1|m5|large|4|RunInstances:0010|shared"},
		{ec2, "EUC1-DedicatedUsage:m5.large", "RunInstances", "eu-central-1", "eu-central-1|m5|large|4|RunInstances|dedicated"},
		{ec2, "UnusedDed:m5.large", "RunInstances", "us-east-1", "us-east-1|m5|large|4|RunInstances|dedicated"},
		{ec2, "BoxUsage:g5.xlarge", "RunInstances", "us-east-1", "us-east-1|g5|xlarge|8|RunInstances|shared"},
		{ec2, "BoxUsage:i3.metal", "RunInstances", "us-east-1", "us-east-1|i3|metal|1|RunInstances|shared"},
		{ec2, "BoxUsage:c7i.metal-24xl", "RunInstances", "us-east-1", "us-east-1|c7i|metal-24xl|192|RunInstances|shared|flexible"},
		{ec2, "EU-BoxUsage:m5.large", "RunInstances", "", "eu-west-1|m5|large|4|RunInstances|shared|flexible"},
		{ec2, "BoxUsage:m5.large", "RunInstances", "", "us-east-1|m5|large|4|RunInstances|shared|flexible"},
		{ec2, "UNK9-BoxUsage:m5.large", "RunInstances", "", "|m5|large|4|RunInstances|shared|flexible"},
		{ec2, "USW2-LAX1-BoxUsage:m5.large", "RunInstances", "us-west-2-lax-1", "-"},
		{ec2, "HostBoxUsage:m5.large", "RunInstances", "us-east-1", "-"},
		{ec2, "SpotUsage:m5.large", "RunInstances:SV001", "us-east-1", "-"},
		{ec2, "Reservation:m5.large", "RunInstances", "us-east-1", "-"},
		{ec2, "DedicatedRes:m5.large", "RunInstances", "us-east-1", "-"},
		{ec2, "APN1-EBS:VolumeUsage.gp3", "CreateVolume-Gp3", "ap-northeast-1", "-"},
		{ec2, "DataTransfer-Out-Bytes", "RunInstances", "us-east-1", "-"},
		{"ElasticMapReduce", "BoxUsage:m5.large", "RunInstances", "us-east-1", "-"},

		{rds, "InstanceUsage:db.r4.large", "CreateDBInstance:0016", "us-east-1", "us-east-1|db.r4|large|4|CreateDBInstance:0016||flexible"},
		{rds, "Multi-AZUsage:db.m4.large", "CreateDBInstance:0018", "us-east-1", "us-east-1|db.m4|large multi-az|8|CreateDBInstance:0018||flexible"},
		{rds, "APN1-Multi-AZUsage:db.m5.2xl", "CreateDBInstance:0002", "ap-northeast-1", "ap-northeast-1|db.m5|2xlarge multi-az|32|CreateDBInstance:0002||flexible"},
		{rds, "APN1-InstanceUsage:db.m5.xl", "CreateDBInstance:0014", "ap-northeast-1", "ap-northeast-1|db.m5|xlarge|8|CreateDBInstance:0014||flexible"},
		{rds, "USW2-Multi-AZClusterUsage:db.m6gd.large", "CreateDBInstance:0014", "us-west-2", "us-west-2|db.m6gd|large multi-az-cluster|12|CreateDBInstance:0014||flexible"},
		{rds, "InstanceUsageIOOptimized:db.r6g.large", "CreateDBInstance:0021", "us-east-1", "us-east-1|db.r6g|large io-optimized|5.2|CreateDBInstance:0021||flexible"},
		{rds, "InstanceUsage:db.m5.large", "CreateDBInstance:0019", "us-east-1", "us-east-1|db.m5|large|4|CreateDBInstance:0019||flexible"},
		{rds, "InstanceUsage:db.m5.large", "CreateDBInstance:0020", "us-east-1", "us-east-1|db.m5|large|4|CreateDBInstance:0020|"},
		{rds, "MirrorUsage:db.m5.large", "CreateDBInstance:0012", "us-east-1", "us-east-1|db.m5|large multi-az|8|CreateDBInstance:0012|"},
		{rds, "InstanceUsage:db.r5.2xl.tpc1.mem2x", "CreateDBInstance:0005", "us-east-1", "us-east-1|db.r5|2xlarge.tpc1.mem2x|1|CreateDBInstance:0005|"},
		{rds, "RDS:GP3-Storage", "CreateDBInstance:0002", "us-east-1", "-"},
		{rds, "Aurora:ServerlessV2Usage", "CreateDBInstance:0021", "us-east-1", "-"},

		{cache, "APN1-NodeUsage:cache.t3.micro", "CreateCacheCluster:0002", "ap-northeast-1", "ap-northeast-1|cache.t3|micro|0.5|CreateCacheCluster:0002||flexible"},
		{"AmazonMemoryDB", "NodeUsage:db.r6g.large", "CreateCluster", "us-east-1", "us-east-1|db.r6g|large|4|||flexible"},
		{"AmazonES", "EUW2-ESInstance:r5.large.search", "ESDomain", "eu-west-2", "eu-west-2|r5|large|4||"},
		{"AmazonES", "ESInstance:r5.large.elasticsearch", "ESDomain", "us-east-1", "us-east-1|r5|large|4||"},
		{"AmazonES", "ESInstance:m4.large", "ESDomain", "us-east-1", "us-east-1|m4|large|4||"},
		{"AmazonRedshift", "Node:dc2.large", "RunComputeNode:0001", "us-east-1", "us-east-1|dc2|large|4||"},
		{"AmazonRedshift", "Node:ra3.xlplus", "RunComputeNode:0001", "us-east-1", "us-east-1|ra3|xlplus|1||"},
		{"AWSLambda", "Lambda-GB-Second", "Invoke", "us-east-1", "-"},
	}
	for _, test := range tests {
		for _, kind := range []string{"Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"} {
			if got := written(ShapeOf(keyOf(kind, test.service, test.usage, test.operation, test.region))); got != test.want {
				t.Errorf("%s %s %s: %s, want %s", kind, test.usage, test.operation, got, test.want)
			}
		}
		for _, kind := range []string{"SavingsPlanNegation", "RIFee", "Purchase", "Tax"} {
			if got := written(ShapeOf(keyOf(kind, test.service, test.usage, test.operation, test.region))); got != "-" {
				t.Errorf("%s %s: %s, want none", kind, test.usage, got)
			}
		}
	}
	fenced := keyOf("Usage", ec2, "BoxUsage:m5.large", "EKSPod-EC2", "us-east-1")
	fenced.Texts[lake.Fence] = lake.FenceSplitCost
	if got := written(ShapeOf(fenced)); got != "-" {
		t.Errorf("R10: a line that repeats its parent's cost has shape %s", got)
	}
}

// R7: the shape of what a fee is for. Fees of databases have one usage type,
// however many zones; their normalization factor tells.
func TestReservedShape(t *testing.T) {
	const ec2, rds = "AmazonEC2", "AmazonRDS"
	single := Shape{Service: ec2, Family: "m5", Size: "large", Tenancy: dedicatedTenancy}
	tests := []struct {
		service, usage, operation, description, factor string
		used                                           Shape
		want                                           string
	}{
		{ec2, "HeavyUsage:m5.large", "RunInstances", "USD 0.07 hourly fee per Linux/UNIX (Amazon VPC), m5.large instance", "4", Shape{},
			"us-east-1|m5|large|4|RunInstances|shared|flexible"},
		{ec2, "HeavyUsage:m5.large", "RunInstances:0002", "", "4", Shape{}, "us-east-1|m5|large|4|RunInstances:0002|shared"},
		{ec2, "HeavyUsage:m5.large", "RunInstances", "", "4", single, "us-east-1|m5|large|4|RunInstances|dedicated"},
		{ec2, "HeavyUsage:c5.large", "RunInstances", "", "4", single, "us-east-1|c5|large|4|RunInstances|shared|flexible"},
		{ec2, "HeavyUsage:m5.large", "RunInstances", "USD 0.1 hourly fee per Dedicated Linux/UNIX, m5.large instance", "4", Shape{},
			"us-east-1|m5|large|4|RunInstances|dedicated"},
		{rds, "HeavyUsage:db.m4.large", "CreateDBInstance:0018", "", "4", Shape{}, "us-east-1|db.m4|large|4|CreateDBInstance:0018||flexible"},
		{rds, "HeavyUsage:db.m4.large", "CreateDBInstance:0018", "", "8", Shape{}, "us-east-1|db.m4|large multi-az|8|CreateDBInstance:0018||flexible"},
		{rds, "HeavyUsage:db.m4.large", "CreateDBInstance:0014", "", "12", Shape{}, "us-east-1|db.m4|large multi-az-cluster|12|CreateDBInstance:0014||flexible"},
		{rds, "HeavyUsage:db.m4.large", "CreateDBInstance:0012", "", "8", Shape{}, "us-east-1|db.m4|large multi-az|8|CreateDBInstance:0012|"},
		{rds, "HeavyUsage:db.m4.large", "CreateDBInstance:0012", "", "", Shape{Service: rds, Family: "db.m4", Size: "large multi-az", Units: money.FromInt(8)},
			"us-east-1|db.m4|large multi-az|8|CreateDBInstance:0012|"},
		{"AmazonElastiCache", "APS2-HeavyUsage:cache.t3.medium", "CreateCacheCluster:0002", "", "2", Shape{},
			"us-east-1|cache.t3|medium|2|CreateCacheCluster:0002||flexible"},
		{"AmazonES", "HeavyUsage:r5.large.search", "ESDomain", "", "", Shape{}, "us-east-1|r5|large|4||"},
		{"AmazonRedshift", "Node:dc2.large", "RunComputeNode:0001", "", "", Shape{}, "us-east-1|dc2|large|4||"},
		{"AmazonDynamoDB", "HeavyUsage:ReadCapacityUnit-Hrs", "CommittedThroughput", "", "", Shape{}, "-"},
		{ec2, "EBS:VolumeUsage", "", "", "", Shape{}, "-"},
	}
	for _, test := range tests {
		k := keyOf("RIFee", test.service, test.usage, test.operation, "us-east-1")
		k.Texts[lake.ChargeDescription] = test.description
		factor := money.Zero
		if test.factor != "" {
			factor = money.MustParse(test.factor)
		}
		s, ok := reservedShape(k)
		if got := written(s.as(factor, test.used), ok); got != test.want {
			t.Errorf("%s %s: %s, want %s", test.usage, test.operation, got, test.want)
		}
	}
}

// R7: what an EC2 Instance plan covers, and the terms of plans.
func TestPlanShape(t *testing.T) {
	tests := []struct{ usage, family, region, want string }{
		{"APN1-EC2SP:m5.1yrNoUpfront", "", "", "m5 ap-northeast-1 1yr No Upfront"},
		{"APN1-EC2SP:m5.1yrNoUpfront", "m5", "Asia Pacific (Tokyo)", "m5 ap-northeast-1 1yr No Upfront"},
		{"USE2-EC2SP:t3.3yrPartialUpfront", "t3", "us-east-2", "t3 us-east-2 3yr Partial Upfront"},
		{"EC2SP:u-6tb1.3yrAllUpfront", "", "", "u-6tb1 us-east-1 3yr All Upfront"},
		{"ZZZ9-EC2SP:m5.1yrNoUpfront", "", "zz-new-1", "m5 zz-new-1 1yr No Upfront"},
		{"ComputeSP:3yrAllUpfront", "", "", " us-east-1 3yr All Upfront"},
		{"", "m6i", "eu-west-1", "m6i eu-west-1  "},
	}
	for _, test := range tests {
		s := planShape(test.usage, test.family, test.region)
		term, payment := planTerms(test.usage)
		if got := strings.Join([]string{s.Family, s.Region, term, payment}, " "); got != test.want {
			t.Errorf("%q: %q, want %q", test.usage, got, test.want)
		}
	}
}
