package sample

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// region is where usage happens. Prices differ between regions by a percent.
type region struct {
	code, prefix, location string
	percent                units
}

var regions = []region{
	{"us-east-1", "", "US East (N. Virginia)", 100},
	{"ap-northeast-1", "APN1-", "Asia Pacific (Tokyo)", 124},
	{"eu-central-1", "EUC1-", "EU (Frankfurt)", 115},
	{"us-west-2", "USW2-", "US West (Oregon)", 100},
	{"ap-northeast-2", "APN2-", "Asia Pacific (Seoul)", 122},
}

// service is one of the provider's products.
type service struct {
	index      int // in totals
	code       string
	name       string // product/ProductName
	category   string // FOCUS ServiceCategory
	subservice string // FOCUS ServiceSubcategory
}

var services = []*service{
	{code: "AmazonEC2", name: "Amazon Elastic Compute Cloud", category: "Compute", subservice: "Virtual Machines"},
	{code: "AmazonRDS", name: "Amazon Relational Database Service", category: "Databases", subservice: "Relational Databases"},
	{code: "AmazonS3", name: "Amazon Simple Storage Service", category: "Storage", subservice: "Object Storage"},
	{code: "AWSLambda", name: "AWS Lambda", category: "Compute", subservice: "Serverless Compute"},
	{code: "AmazonCloudWatch", name: "AmazonCloudWatch", category: "Management and Governance", subservice: "Observability"},
	{code: "AmazonDynamoDB", name: "Amazon DynamoDB", category: "Databases", subservice: "NoSQL Databases"},
	{code: "awskms", name: "AWS Key Management Service", category: "Security", subservice: "Other (Security)"},
	{code: "AWSQueueService", name: "Amazon Simple Queue Service", category: "Integration", subservice: "Messaging"},
	{code: "AmazonSNS", name: "Amazon Simple Notification Service", category: "Integration", subservice: "Messaging"},
	{code: "AWSELB", name: "Elastic Load Balancing", category: "Networking", subservice: "Application Networking"},
	{code: "AmazonVPC", name: "Amazon Virtual Private Cloud", category: "Networking", subservice: "Network Connectivity"},
	{code: "AmazonECS", name: "Amazon Elastic Container Service", category: "Compute", subservice: "Containers"},
	{code: "AmazonEKS", name: "Amazon Elastic Kubernetes Service", category: "Compute", subservice: "Containers"},
	{code: "AmazonElastiCache", name: "Amazon ElastiCache", category: "Databases", subservice: "Caching"},
	{code: "AmazonES", name: "Amazon OpenSearch Service", category: "Analytics", subservice: "Search"},
	{code: "AWSGlue", name: "AWS Glue", category: "Analytics", subservice: "Data Processing"},
	{code: "AmazonAthena", name: "Amazon Athena", category: "Analytics", subservice: "Analytics Platforms"},
	{code: "AmazonGuardDuty", name: "Amazon GuardDuty", category: "Security", subservice: "Threat Detection and Response"},
	{code: "AWSCloudTrail", name: "AWS CloudTrail", category: "Management and Governance", subservice: "Compliance"},
	{code: "AmazonBedrock", name: "Amazon Bedrock", category: "AI and Machine Learning", subservice: "Generative AI"},
	{code: "AmazonEFS", name: "Amazon Elastic File System", category: "Storage", subservice: "File Storage"},
	{code: "AmazonECR", name: "Amazon EC2 Container Registry (ECR)", category: "Developer Tools", subservice: "Other (Developer Tools)"},
	{code: "AmazonRoute53", name: "Amazon Route 53", category: "Networking", subservice: "Domain Name System"},
	{code: "AmazonRegistrar", name: "Amazon Registrar", category: "Networking", subservice: "Domain Name System"},
	{code: "ComputeSavingsPlans", name: "Savings Plans for AWS Compute usage", category: "Compute", subservice: "Other (Compute)"},
	{code: "AWSSupportBusiness", name: "AWS Support (Business)", category: "Other", subservice: "Other (Other)"},
	{code: "5ycu1m7d0bq9x2k8w4p6r3t1z", name: "Harbor Log Insights", category: "Management and Governance", subservice: "Observability"},
	{code: "8ncf3v6h2jt5y9s1g7l4e0d2a", name: "Northwind Endpoint Shield, Annual", category: "Security", subservice: "Threat Detection and Response"},
}

var serviceByCode = func() map[string]*service {
	byCode := map[string]*service{}
	for i, s := range services {
		s.index = i
		byCode[s.code] = s
	}
	return byCode
}()

// instance is the hardware of a price that commitments can cover.
type instance struct {
	family, size    string // m5, large
	factor          units  // normalized units of one hour
	vcpu, memory    string
	system          string // Linux, Windows, MySQL
	reservedPercent units  // of on-demand, what a reserved hour costs
}

func (i *instance) name() string { return i.family + "." + i.size }

// price is one pricing key: what the provider charges for one operation of
// one usage type in one region.
type price struct {
	service     *service
	region      *region
	usageType   string
	operation   string
	family      string // product/productFamily
	unit        string
	description string
	sku         string
	rateID      string
	rate        units // what is charged
	public      units // list price: of the highest tier where there are tiers
	blended     units // average over the organization
	usageDigits int   // a quantity of more digits would not price exactly
	most        units // largest quantity of an hour
	instance    *instance
	planRates   [2]units // under a savings plan, by its kind: ec2Plan, computePlan; 0 where it does not apply
	grid        units    // quantities of what plans cover and no instance is are whole numbers of these
	resource    string   // how its resource ids look: a prefix, or an ARN with ACCOUNT and REGION
	attributes  []string // aligned with productColumns
	productJSON string   // the same as CUR 2.0's map
}

// offer is a price before it is written out for every region.
type offer struct {
	service, usageType, operation, family, unit string
	rate, public                                string // public is empty where it is the rate
	most                                        string
	resource                                    string
	description                                 string // with RATE and REGION
}

// offers of everything but instances. Free tiers and lower tiers have their
// own description and a list price above their rate, as the provider shows.
var offers = []offer{
	{"AmazonEC2", "EBS:VolumeUsage.gp3", "CreateVolume-Gp3", "Storage", "GB-Mo", "0.08", "", "0.9", "vol-", "$RATE per GB-month of General Purpose (gp3) provisioned storage - REGION"},
	{"AmazonEC2", "EBS:VolumeUsage.gp2", "CreateVolume-Gp2", "Storage", "GB-Mo", "0.10", "", "0.7", "vol-", "$RATE per GB-month of General Purpose SSD (gp2) provisioned storage - REGION"},
	{"AmazonEC2", "EBS:SnapshotUsage", "CreateSnapshot", "Storage Snapshot", "GB-Mo", "0.05", "", "2", "arn:aws:ec2:REGION:ACCOUNT:snapshot/snap-", "$RATE per GB-Month of snapshot data stored - REGION"},
	{"AmazonEC2", "DataTransfer-Out-Bytes", "RunInstances", "Data Transfer", "GB", "0.09", "", "4", "i-", "$RATE per GB - first 10 TB / month data transfer out beyond the global free tier"},
	{"AmazonEC2", "DataTransfer-Out-Bytes", "RunInstances", "Data Transfer", "GB", "0.085", "0.09", "40", "i-", "$RATE per GB - next 40 TB / month data transfer out"},
	{"AmazonEC2", "DataTransfer-Regional-Bytes", "InterZone-Out", "Data Transfer", "GB", "0.01", "", "9", "i-", "$RATE per GB - regional data transfer - in/out/between EC2 AZs or using elastic IPs or ELB"},
	{"AmazonEC2", "DataTransfer-In-Bytes", "RunInstances", "Data Transfer", "GB", "0", "", "3", "i-", "$0.000 per GB - data transfer in per month"},
	{"AmazonEC2", "NatGateway-Hours", "NatGateway", "NAT Gateway", "Hrs", "0.045", "", "1", "arn:aws:ec2:REGION:ACCOUNT:natgateway/nat-", "$RATE per NAT Gateway Hour"},
	{"AmazonEC2", "NatGateway-Bytes", "NatGateway", "NAT Gateway", "GB", "0.045", "", "12", "arn:aws:ec2:REGION:ACCOUNT:natgateway/nat-", "$RATE per GB Data Processed by NAT Gateways"},
	{"AmazonRDS", "RDS:GP3-Storage", "CreateDBInstance:0002", "Database Storage", "GB-Mo", "0.115", "", "1.5", "arn:aws:rds:REGION:ACCOUNT:db:db-", "$RATE per GB-month of provisioned gp3 storage running MySQL"},
	{"AmazonRDS", "RDS:ChargedBackupUsage", "CreateDBInstance:0002", "Storage Snapshot", "GB-Mo", "0.095", "", "0.6", "arn:aws:rds:REGION:ACCOUNT:db:db-", "$RATE per additional GB-month of backup storage exceeding free allocation"},
	{"AmazonS3", "TimedStorage-ByteHrs", "StandardStorage", "Storage", "GB-Mo", "0.023", "", "20", "bucket-", "$RATE per GB - first 50 TB / month of storage used"},
	{"AmazonS3", "TimedStorage-ByteHrs", "StandardStorage", "Storage", "GB-Mo", "0.022", "0.023", "90", "bucket-", "$RATE per GB - next 450 TB / month of storage used"},
	{"AmazonS3", "TimedStorage-GlacierByteHrs", "GlacierStorage", "Storage", "GB-Mo", "0.0036", "", "60", "bucket-", "$RATE per GB-Month of storage used in Glacier - REGION"},
	{"AmazonS3", "Requests-Tier1", "PutObject", "API Request", "Requests", "0.000005", "", "90000", "bucket-", "$0.005 per 1,000 PUT, COPY, POST, or LIST requests"},
	{"AmazonS3", "Requests-Tier1", "ListBucket", "API Request", "Requests", "0.000005", "", "4000", "bucket-", "$0.005 per 1,000 PUT, COPY, POST, or LIST requests"},
	{"AmazonS3", "Requests-Tier2", "GetObject", "API Request", "Requests", "0.0000004", "", "900000", "bucket-", "$0.004 per 10,000 GET and all other requests"},
	{"AmazonS3", "Requests-Tier2", "HeadBucket", "API Request", "Requests", "0", "0.0000004", "500", "bucket-", "$0.00 per request - GET and all other requests under the monthly global free tier"},
	{"AmazonS3", "DataTransfer-Out-Bytes", "GetObject", "Data Transfer", "GB", "0.09", "", "6", "bucket-", "$RATE per GB - first 10 TB / month data transfer out beyond the global free tier"},
	{"AWSLambda", "Request", "Invoke", "Serverless", "Requests", "0.0000002", "", "300000", "arn:aws:lambda:REGION:ACCOUNT:function:fn-", "AWS Lambda - Total Requests - REGION"},
	{"AWSLambda", "Lambda-GB-Second-ARM", "Invoke", "Serverless", "Lambda-GB-Second", "0", "0.0000133334", "900", "arn:aws:lambda:REGION:ACCOUNT:function:fn-", "AWS Lambda - Compute Free Tier - 400,000 GB-Seconds - REGION"},
	{"AmazonCloudWatch", "CW:MetricMonitorUsage", "MetricStorage", "Metric", "Metrics", "0.30", "", "0.4", "arn:aws:ec2:REGION:ACCOUNT:instance/i-", "$RATE per metric-month for the first 10,000 metrics - REGION"},
	{"AmazonCloudWatch", "CW:Requests", "GetMetricData", "API Request", "Requests", "0.00001", "", "3000", "", "$0.01 per 1,000 requests - REGION"},
	{"AmazonCloudWatch", "DataProcessing-Bytes", "PutLogEvents", "Data Payload", "GB", "0.50", "", "1.5", "arn:aws:logs:REGION:ACCOUNT:log-group:/app/", "$RATE per GB custom log data ingested in Standard log class, \"REGION\""},
	{"AmazonCloudWatch", "TimedStorage-ByteHrs", "HourlyStorageMetering", "Storage Snapshot", "GB-Mo", "0.03", "", "0.8", "arn:aws:logs:REGION:ACCOUNT:log-group:/app/", "$RATE per GB-mo of log storage - REGION"},
	{"AmazonDynamoDB", "ReadRequestUnits", "PayPerRequestThroughput", "Amazon DynamoDB PayPerRequest Throughput", "ReadRequestUnits", "0.000000125", "", "200000", "arn:aws:dynamodb:REGION:ACCOUNT:table/t-", "$0.125 per million read request units (REGION)"},
	{"AmazonDynamoDB", "WriteRequestUnits", "PayPerRequestThroughput", "Amazon DynamoDB PayPerRequest Throughput", "WriteRequestUnits", "0.000000625", "", "80000", "arn:aws:dynamodb:REGION:ACCOUNT:table/t-", "$0.625 per million write request units (REGION)"},
	{"AmazonDynamoDB", "TimedStorage-ByteHrs", "StandardStorage", "Database Storage", "GB-Mo", "0.25", "", "0.2", "arn:aws:dynamodb:REGION:ACCOUNT:table/t-", "$RATE per GB-Month of storage used beyond first 25 free GB-Months"},
	{"awskms", "KMS-Requests", "Decrypt", "API Request", "Requests", "0.000003", "", "9000", "arn:aws:kms:REGION:ACCOUNT:key/", "$0.03 per 10,000 KMS requests in REGION"},
	{"awskms", "KMS-Keys", "Unknown", "Encryption Key", "Keys", "1", "", "0.0014", "arn:aws:kms:REGION:ACCOUNT:key/", "$1.00 per customer managed KMS key version in REGION"},
	{"AWSQueueService", "Requests-RBP", "Receive", "API Request", "Requests", "0.0000004", "", "60000", "arn:aws:sqs:REGION:ACCOUNT:q-", "$0.40 per million Amazon SQS standard requests in Tier1 in REGION"},
	{"AmazonSNS", "Requests-Tier1", "Publish", "API Request", "Requests", "0", "0.0000005", "900", "", "First 1,000,000 Amazon SNS API Requests per month are free"},
	{"AWSELB", "LoadBalancerUsage", "LoadBalancing:Application", "Load Balancer-Application", "Hrs", "0.0225", "", "1", "arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/alb-", "$RATE per Application LoadBalancer-hour (or partial hour)"},
	{"AWSELB", "LCUUsage", "LoadBalancing:Application", "Load Balancer-Application", "LCU-Hrs", "0.008", "", "7", "arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/alb-", "$RATE per used Application load balancer capacity unit-hour (or partial hour)"},
	{"AmazonVPC", "PublicIPv4:InUseAddress", "AllocateAddressVPC", "VpcPublicIPv4", "Hrs", "0.005", "", "1", "arn:aws:ec2:REGION:ACCOUNT:elastic-ip/eipalloc-", "$RATE per In-use public IPv4 address per hour"},
	{"AmazonVPC", "VpcEndpoint-Hours", "VpcEndpoint", "VpcEndpoint", "Hrs", "0.01", "", "1", "arn:aws:ec2:REGION:ACCOUNT:vpc-endpoint/vpce-", "$RATE per VPC Endpoint Hour"},
	{"AWSGlue", "ETL-DPU-Hour", "Jobrun", "AWS Glue", "DPU-Hour", "0.44", "", "6", "arn:aws:glue:REGION:ACCOUNT:job/etl-", "$RATE per Data Processing Unit-Hour for AWS Glue ETL job"},
	{"AmazonAthena", "DataScannedInTB", "ExecuteQuery", "Athena Queries", "Terabytes", "5", "", "0.06", "arn:aws:athena:REGION:ACCOUNT:workgroup/wg-", "$RATE per Terabyte for DataScannedInTB in REGION"},
	{"AmazonGuardDuty", "PaidEventsAnalyzed", "CloudTrailLog", "GuardDuty", "Events", "0.000004", "", "5000", "arn:aws:guardduty:REGION:ACCOUNT:detector/", "$4.00 per 1,000,000 events analyzed, first 500 million / month in REGION"},
	{"AWSCloudTrail", "FreeEventsRecorded", "None", "Management Tools", "Events", "0", "", "700", "", "0.0 per free event recorded in REGION region"},
	{"AmazonBedrock", "NovaPro-input-tokens", "InvokeModelInference", "AI", "1K tokens", "0.003", "", "900", "arn:aws:bedrock:REGION::foundation-model/", "$RATE per 1K input tokens, on-demand, REGION"},
	{"AmazonBedrock", "NovaPro-output-tokens", "InvokeModelInference", "AI", "1K tokens", "0.015", "", "200", "arn:aws:bedrock:REGION::foundation-model/", "$RATE per 1K output tokens, on-demand, REGION"},
	{"AmazonEFS", "TimedStorage-ByteHrs", "Standard", "Storage", "GB-Mo", "0.30", "", "0.4", "arn:aws:elasticfilesystem:REGION:ACCOUNT:file-system/fs-", "USD $RATE per GB-Mo for Standard storage (REGION)"},
	{"AmazonECR", "TimedStorage-ByteHrs", "TimedStorage", "EC2 Container Registry", "GB-Mo", "0.10", "", "0.05", "arn:aws:ecr:REGION:ACCOUNT:repository/app-", "$RATE per GB-month of data storage"},
	{"AmazonRoute53", "DNS-Queries", "A", "DNS Query", "Queries", "0.0000004", "", "40000", "arn:aws:route53:::hostedzone/Z", "$0.40 per 1,000,000 queries for the first 1 Billion queries"},
}

// catalog is every price there is, by service and usage type: instances
// first, as in the provider's files. Serverless prices are metered and covered
// by savings plans. It never changes.
var instancePrices, serverlessPrices, meteredPrices = func() (instances, serverless, metered []*price) {
	for i := range machines {
		for r := range regions {
			instances = append(instances, instancePrice(&machines[i], &regions[r]))
		}
	}
	for _, d := range duties {
		for r := range regions {
			serverless = append(serverless, dutyPrice(d, &regions[r]))
		}
	}
	for i := range offers {
		for r := range regions {
			metered = append(metered, meteredPrice(offers[i], strconv.Itoa(i), &regions[r]))
		}
	}
	return instances, serverless, metered
}()

func meteredPrice(o offer, distinct string, r *region) *price {
	p := &price{
		service: serviceByCode[o.service], region: r, operation: o.operation, unit: o.unit,
		usageType: r.prefix + o.usageType, family: o.family, most: parseUnits(o.most), resource: o.resource,
		rate: regional(o.rate, r),
	}
	p.public = p.rate
	if o.public != "" {
		p.public = regional(o.public, r)
	}
	p.blended = p.rate
	p.usageDigits = 10 - max(p.rate.digits(), p.public.digits())
	if strings.HasSuffix(o.unit, "Requests") || strings.HasSuffix(o.unit, "RequestUnits") || o.unit == "Events" || o.unit == "Queries" || o.unit == "Lambda-GB-Second" {
		p.usageDigits = 0
	}
	p.usageDigits = min(p.usageDigits, 8)
	p.description = strings.NewReplacer("RATE", p.rate.decimal().String(), "REGION", r.location).Replace(o.description)
	p.name(distinct, "")
	return p
}

// regional is the price in a region. A price of many digits is the same
// everywhere, since a percent of it would not fit a file.
func regional(text string, r *region) units {
	u := parseUnits(text)
	if u.digits() > 6 {
		return u
	}
	return u * r.percent / 100
}

// name gives the price its codes and the attributes the provider shows.
func (p *price) name(distinct, instanceType string) {
	hash := fnv.New64a()
	fmt.Fprint(hash, p.service.code, p.usageType, p.operation, distinct)
	code := strings.ToUpper(strconv.FormatUint(hash.Sum64(), 36) + "ZZZZ")
	p.sku = code[:13]
	p.rateID = strconv.FormatUint(hash.Sum64()%900_000_000+100_000_000, 10)
	shown := map[string]string{
		"ProductName": p.service.name, "servicecode": p.service.code, "servicename": p.service.name,
		"productFamily": p.family, "region": p.region.code, "regionCode": p.region.code,
		"location": p.region.location, "locationType": "AWS Region", "sku": p.sku,
		"usagetype": p.usageType, "operation": p.operation,
	}
	switch {
	case p.instance != nil:
		shown["instanceType"], shown["instanceTypeFamily"] = instanceType, p.instance.family
		shown["vcpu"], shown["memory"] = p.instance.vcpu, p.instance.memory
		shown["currentGeneration"], shown["tenancy"] = "Yes", "Shared"
		shown["instanceFamily"], shown["licenseModel"] = "General purpose", "No License required"
		shown["normalizationSizeFactor"] = p.instance.factor.decimal().String()
		if p.service.code == "AmazonRDS" {
			shown["databaseEngine"], shown["deploymentOption"] = p.instance.system, "Single-AZ"
		} else if p.service.code == "AmazonEC2" {
			shown["operatingSystem"], shown["preInstalledSw"] = p.instance.system, "NA"
			shown["networkPerformance"] = "Up to 10 Gigabit"
		}
	case p.family == "Data Transfer":
		shown["fromLocation"], shown["fromLocationType"] = p.region.location, "AWS Region"
		shown["fromRegionCode"], shown["transferType"] = p.region.code, "AWS Outbound"
		shown["toLocation"], shown["toLocationType"] = "External", "Other"
	case p.family == "Storage":
		shown["durability"], shown["storageClass"] = "99.999999999%", "General Purpose"
		shown["volumeApiName"] = p.operation
	case p.family == "API Request":
		shown["group"], shown["groupDescription"] = p.operation, p.service.name+" requests, \"per call\""
	}
	p.show(shown)
}

// plain is a service without a price: what taxes, fees and credits carry.
func plain(s *service, family string) *price {
	p := &price{service: s, region: &region{}, family: family}
	p.show(map[string]string{"ProductName": s.name, "servicecode": s.code, "servicename": s.name, "productFamily": family})
	return p
}

func (p *price) show(attributes map[string]string) {
	p.attributes = make([]string, len(productColumns))
	inMap := map[string]string{}
	for i, column := range productColumns {
		p.attributes[i] = attributes[column]
		if attributes[column] != "" && !keptProducts[column] {
			inMap[snake(column)] = attributes[column]
		}
	}
	p.productJSON = jsonMap(inMap)
}
