package sample

import (
	"fmt"
	"strings"
)

// tariff is what an hour costs on demand and under the two kinds of savings
// plans; empty where a plan does not apply. Compute plans cost 5/4 of EC2 plans
// and all rates have short reciprocals: however many commitments share a line,
// each part of it has an exact number of hours and an exact cost.
type tariff struct{ onDemand, ec2Plan, computePlan string }

// tariffs are for regions at the price of us-east-1 and for dearer ones.
type tariffs struct{ plain, dear tariff }

func (t tariffs) in(r *region) tariff {
	if r.percent > 100 && t.dear != (tariff{}) {
		return t.dear
	}
	return t.plain
}

// machine is an instance type with its prices.
type machine struct {
	instance
	service, operation string
	prices             tariffs
}

var machines = []machine{
	{instance{"t3", "micro", 5 * one / 10, "2", "1 GiB", "Linux", 60}, "AmazonEC2", "RunInstances", tariffs{tariff{"0.01", "0.004", "0.005"}, tariff{"0.0125", "0.008", "0.01"}}},
	{instance{"t3", "medium", 2 * one, "2", "4 GiB", "Linux", 60}, "AmazonEC2", "RunInstances", tariffs{tariff{"0.04", "0.016", "0.02"}, tariff{"0.05", "0.032", "0.04"}}},
	{instance{"m5", "large", 4 * one, "2", "8 GiB", "Linux", 62}, "AmazonEC2", "RunInstances", tariffs{tariff{"0.1", "0.05", "0.0625"}, tariff{"0.125", "0.08", "0.1"}}},
	{instance{"m5", "large", 4 * one, "2", "8 GiB", "Windows", 80}, "AmazonEC2", "RunInstances:0002", tariffs{tariff{"0.2", "0.1", "0.125"}, tariff{"0.25", "0.16", "0.2"}}},
	{instance{"m5", "xlarge", 8 * one, "4", "16 GiB", "Windows", 80}, "AmazonEC2", "RunInstances:0002", tariffs{tariff{"0.4", "0.2", "0.25"}, tariff{"0.5", "0.32", "0.4"}}},
	{instance{"m5", "xlarge", 8 * one, "4", "16 GiB", "Linux", 62}, "AmazonEC2", "RunInstances", tariffs{tariff{"0.2", "0.1", "0.125"}, tariff{"0.25", "0.16", "0.2"}}},
	{instance{"m5", "2xlarge", 16 * one, "8", "32 GiB", "Linux", 62}, "AmazonEC2", "RunInstances", tariffs{tariff{"0.4", "0.2", "0.25"}, tariff{"0.5", "0.32", "0.4"}}},
	{instance{"c6i", "xlarge", 8 * one, "4", "8 GiB", "Linux", 64}, "AmazonEC2", "RunInstances", tariffs{tariff{"0.16", "0.08", "0.1"}, tariff{"0.2", "0.1", "0.125"}}},
	{instance{"c6i", "2xlarge", 16 * one, "8", "16 GiB", "Linux", 64}, "AmazonEC2", "RunInstances", tariffs{tariff{"0.32", "0.16", "0.2"}, tariff{"0.4", "0.2", "0.25"}}},
	{instance{"r6g", "large", 4 * one, "2", "16 GiB", "Linux", 63}, "AmazonEC2", "RunInstances", tariffs{tariff{"0.1", "0.05", "0.0625"}, tariff{"0.125", "0.08", "0.1"}}},
	{instance{"g5", "xlarge", 8 * one, "4", "16 GiB", "Linux", 63}, "AmazonEC2", "RunInstances", tariffs{tariff{"1", "0.5", "0.625"}, tariff{"1.25", "0.8", "1"}}},
	{instance{"db.t3", "medium", 2 * one, "2", "4 GiB", "MySQL", 66}, "AmazonRDS", "CreateDBInstance:0002", tariffs{plain: tariff{onDemand: "0.068"}}},
	{instance{"db.r6g", "large", 4 * one, "2", "16 GiB", "PostgreSQL", 65}, "AmazonRDS", "CreateDBInstance:0014", tariffs{plain: tariff{onDemand: "0.225"}}},
	{instance{"cache.r6g", "large", 4 * one, "2", "13.07 GiB", "Redis", 68}, "AmazonElastiCache", "CreateCacheCluster:0002", tariffs{plain: tariff{onDemand: "0.206"}}},
	{instance{"r6g", "large.search", 4 * one, "2", "16 GiB", "OpenSearch", 69}, "AmazonES", "ESDomain", tariffs{plain: tariff{onDemand: "0.167"}}},
}

// hardware is how a service shows instances in its files.
type hardware struct{ usageType, family, resource, description string }

var hardwares = map[string]hardware{
	"AmazonEC2":         {"BoxUsage", "Compute Instance", "i-", "$%s per On Demand %s %s Instance Hour"},
	"AmazonRDS":         {"InstanceUsage", "Database Instance", "arn:aws:rds:REGION:ACCOUNT:db:db-", "$%s per RDS Single-AZ instance hour (or partial hour) running %s on %s"},
	"AmazonElastiCache": {"NodeUsage", "Cache Instance", "arn:aws:elasticache:REGION:ACCOUNT:cluster:cache-", "$%s per %s %s node-hour (or partial hour)"},
	"AmazonES":          {"ESInstance", "Amazon OpenSearch Service Instance", "arn:aws:es:REGION:ACCOUNT:domain/search-", "$%s per %s %s instance hour (or partial hour)"},
}

func instancePrice(m *machine, r *region) *price {
	how, t := hardwares[m.service], m.prices.in(r)
	p := &price{
		service: serviceByCode[m.service], region: r, operation: m.operation, unit: "Hrs",
		usageType: r.prefix + how.usageType + ":" + m.name(), family: how.family,
		rate: regional(t.onDemand, r), instance: &m.instance, resource: how.resource,
	}
	if t.computePlan != "" {
		p.rate = parseUnits(t.onDemand)
		p.planRates = [2]units{parseUnits(t.ec2Plan), parseUnits(t.computePlan)}
	}
	p.description = fmt.Sprintf(how.description, p.rate.decimal(), m.system, m.name())
	p.public = p.rate
	p.blended = (p.rate * 91 / 100).down(6)
	if p.planRates[computePlan] > 0 {
		p.blended = p.planRates[computePlan] // which every part of a line prices exactly
	}
	p.name("", m.name())
	return p
}

// duty is compute without instances: metered, and covered by compute plans.
type duty struct {
	offer
	prices tariffs
	grid   string // quantities are whole numbers of these
}

var duties = []duty{
	{offer{"AmazonECS", "Fargate-vCPU-Hours:perCPU", "FargateTask", "Compute", "hours", "", "", "4", "arn:aws:ecs:REGION:ACCOUNT:task/app/", "AWS Fargate - vCPU - REGION"},
		tariffs{tariff{onDemand: "0.05", computePlan: "0.04"}, tariff{onDemand: "0.0625", computePlan: "0.05"}}, "0.25"},
	{offer{"AmazonECS", "Fargate-GB-Hours", "FargateTask", "Compute", "hours", "", "", "16", "arn:aws:ecs:REGION:ACCOUNT:task/app/", "AWS Fargate - Memory - REGION"},
		tariffs{tariff{onDemand: "0.005", computePlan: "0.004"}, tariff{onDemand: "0.00625", computePlan: "0.005"}}, "0.5"},
	{offer{"AWSLambda", "Lambda-GB-Second", "Invoke", "Serverless", "Lambda-GB-Second", "", "", "30000", "arn:aws:lambda:REGION:ACCOUNT:function:fn-", "AWS Lambda - Total Compute - REGION"},
		tariffs{plain: tariff{onDemand: "0.000016", computePlan: "0.0000125"}}, "400"},
}

func dutyPrice(d duty, r *region) *price {
	t := d.prices.in(r)
	p := &price{
		service: serviceByCode[d.service], region: r, operation: d.operation, unit: d.unit,
		usageType: r.prefix + d.usageType, family: d.family, resource: d.resource,
		rate: parseUnits(t.onDemand), most: parseUnits(d.most), grid: parseUnits(d.grid),
	}
	p.planRates[computePlan] = parseUnits(t.computePlan)
	p.public, p.blended = p.rate, p.planRates[computePlan]
	p.description = strings.NewReplacer("RATE", p.rate.decimal().String(), "REGION", r.location).Replace(d.description)
	p.name("", "")
	return p
}
