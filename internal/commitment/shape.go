package commitment

import (
	"regexp"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// Shape is what makes usage and reservations fit each other. Two shapes with
// equal Service, Region, Family, Size, Platform and Tenancy are the same. A
// regional reservation covers usage of its own shape, and, where both are
// Flexible, every size of its family on the same platform and tenancy.
type Shape struct {
	Service string `json:"service"` // product code, such as AmazonEC2
	Region  string `json:"region,omitempty"`
	Family  string `json:"family,omitempty"` // m5, db.r6g, cache.t3
	// Size is large, or of databases in more than one zone large multi-az:
	// they are another size of the same family.
	Size string `json:"size,omitempty"`
	// Platform is the operation, such as RunInstances:0002; it names system or
	// engine. Empty for services that have one only.
	Platform string `json:"platform,omitempty"`
	Tenancy  string `json:"tenancy,omitempty"` // shared or dedicated; EC2 alone
	// Units is the size in normalized units: small 1, large 4, nxlarge 8n; an
	// RDS instance in two zones counts twice. It is 1 where the name of the
	// size does not tell; such a shape is not flexible.
	Units money.Decimal `json:"units"`
	// Flexible tells that a regional reservation covers any size of the family.
	Flexible bool `json:"flexible,omitempty"`
}

// rdsService is the product code of databases.
const rdsService = "AmazonRDS"

// Tenancies of EC2.
const (
	sharedTenancy    = "shared"
	dedicatedTenancy = "dedicated"
)

// running is how an instance of a usage type runs.
type running struct {
	tenancy string
	zones   deployment
}

// deployment is what makes an instance count for more than its size's name.
type deployment struct {
	name  string // added to the size
	times string // its units, as a multiple of those of the size
}

var (
	ioOptimized    = deployment{"io-optimized", "1.3"} // Aurora with input and output in the price
	multiAZ        = deployment{"multi-az", "2"}
	multiAZCluster = deployment{"multi-az-cluster", "3"}
)

// instances are the services whose instances can be reserved, with the usage
// types of running them. Dedicated hosts and the lines of capacity
// reservations that have no price of their own are left out on purpose.
var instances = map[string]map[string]running{
	ec2Service: {
		"BoxUsage": {tenancy: sharedTenancy}, "UnusedBox": {tenancy: sharedTenancy},
		"DedicatedUsage": {tenancy: dedicatedTenancy}, "UnusedDed": {tenancy: dedicatedTenancy},
	},
	rdsService: {
		"InstanceUsage": {}, "InstanceUsageIOOptimized": {zones: ioOptimized},
		"Multi-AZUsage": {zones: multiAZ}, "MirrorUsage": {zones: multiAZ},
		"Multi-AZClusterUsage": {zones: multiAZCluster},
	},
	"AmazonElastiCache": {"NodeUsage": {}},
	"AmazonMemoryDB":    {"NodeUsage": {}},
	"AmazonES":          {"ESInstance": {}},
	"AmazonRedshift":    {"Node": {}},
}

// feeUsage are the usage types of a reservation's recurring fee, whatever the
// service; Medium and Light are of reservations sold until 2014.
var feeUsage = map[string]bool{"HeavyUsage": true, "MediumUsage": true, "LightUsage": true}

// ShapeOf reads the shape of instance usage off its pricing key. ok is false
// for everything that no reservation covers: other usage, Spot, dedicated
// hosts, and local zones, whose usage types have a second prefix.
func ShapeOf(k assign.Key) (s Shape, ok bool) {
	switch k.Text(lake.LineItemType) {
	case "Usage", "DiscountedUsage", "SavingsPlanCoveredUsage":
	default:
		return Shape{}, false
	}
	if k.Text(lake.Fence) != "" {
		return Shape{}, false
	}
	_, usage, instance := splitUsageType(k.Text(lake.UsageType))
	run, ok := instances[k.Text(lake.ServiceCode)][usage]
	if !ok {
		return Shape{}, false
	}
	if usage == "BoxUsage" && instance == "" {
		instance = "m1.small" // the first instance type has no name in old usage types
	}
	return instanceShape(k, instance, run)
}

// reservedShape reads what a reservation is for off the pricing key of its
// fee. ok is false for reserved capacity that is not counted in instances.
// Fees do not name tenancy and zones for sure: see Shape.as.
func reservedShape(k assign.Key) (s Shape, ok bool) {
	usages, ok := instances[k.Text(lake.ServiceCode)]
	if !ok {
		return Shape{}, false
	}
	_, usage, instance := splitUsageType(k.Text(lake.UsageType))
	run, ok := usages[usage]
	if !ok && !feeUsage[usage] {
		return Shape{}, false
	}
	if !ok && k.Text(lake.ServiceCode) == ec2Service {
		run.tenancy = sharedTenancy
		if strings.Contains(strings.ToLower(k.Text(lake.ChargeDescription)), dedicatedTenancy) {
			run.tenancy = dedicatedTenancy
		}
	}
	return instanceShape(k, instance, run)
}

// instanceShape takes an instance type apart: m5.large, db.r6g.2xl,
// cache.t3.micro, r5.large.search.
func instanceShape(k assign.Key, instance string, run running) (Shape, bool) {
	s := Shape{Service: k.Text(lake.ServiceCode), Region: regionOf(k), Tenancy: run.tenancy}
	name := strings.TrimSuffix(strings.TrimSuffix(instance, ".search"), ".elasticsearch")
	kind := ""
	for _, prefix := range []string{"db.", "cache."} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			kind, name = prefix, rest
		}
	}
	family, size, ok := strings.Cut(name, ".")
	if !ok || family == "" || size == "" {
		return Shape{}, false
	}
	s.Family, s.Size = kind+family, sizeName(size)
	switch s.Service {
	case ec2Service, rdsService, "AmazonElastiCache":
		s.Platform = k.Text(lake.Operation)
	}
	units, known := sizeUnits(s.Size)
	s.Units, s.Flexible = units, known && s.flexible()
	return s.in(run.zones), true
}

// in returns the shape as deployed in that way.
func (s Shape) in(d deployment) Shape {
	if d.name != "" {
		s.Size += " " + d.name
		s.Units = s.Units.Mul(money.MustParse(d.times))
	}
	return s
}

// as corrects the shape of a reservation by what its fee does not name: a fee's
// own normalization factor tells in how many zones a database runs, and used,
// the shape of usage that the provider applied the reservation to, tells the
// tenancy. Both may be zero.
func (s Shape) as(factor money.Decimal, used Shape) Shape {
	if used.Service == s.Service && used.Family == s.Family {
		if used.Tenancy == dedicatedTenancy {
			s.Tenancy, s.Flexible = dedicatedTenancy, false
		}
		if !s.Flexible && factor.IsZero() && strings.HasPrefix(used.Size, s.Size+" ") {
			s.Size, s.Units = used.Size, used.Units
		}
	}
	if s.Service != rdsService || strings.Contains(s.Size, " ") {
		return s
	}
	for _, d := range []deployment{ioOptimized, multiAZ, multiAZCluster} {
		if factor.Equal(s.in(d).Units) {
			return s.in(d)
		}
	}
	return s
}

// flexible tells whether a regional reservation covers any size of the family,
// as the provider sells it.
func (s Shape) flexible() bool {
	switch s.Service {
	case ec2Service: // Linux/UNIX alone
		return s.Platform == "RunInstances" && s.Tenancy == sharedTenancy && !rigidFamilies[s.Family]
	case rdsService:
		return flexibleEngines[strings.TrimPrefix(s.Platform, "CreateDBInstance:")]
	case "AmazonElastiCache", "AmazonMemoryDB":
		return true
	}
	return false
}

// rigidFamilies are the EC2 families of which each size is reserved apart.
var rigidFamilies = set("g4ad", "g4dn", "g5", "g5g", "g6", "g6e", "g6f", "gr6", "gr6f", "hpc7a", "inf1", "inf2", "p5")

// flexibleEngines are the engines of RDS whose reservations cover any size, by
// the number in their operation. SQL Server and Oracle with a licence in the
// price are not among them.
var flexibleEngines = set(
	"0002",                         // MySQL
	"0003", "0004", "0005", "0019", // Oracle, licence brought
	"0014",         // PostgreSQL
	"0016", "0021", // Aurora
	"0018",         // MariaDB
	"0028", "0029", // Db2, licence brought
)

func set(names ...string) map[string]bool {
	all := map[string]bool{}
	for _, n := range names {
		all[n] = true
	}
	return all
}

var (
	shortSize = regexp.MustCompile(`^(\d*)xl(\.|$)`)
	largeSize = regexp.MustCompile(`^(?:(\d+)xlarge|metal-(\d+)xl)$`)
)

// sizeName writes the short names in usage types of databases in full: 2xl is
// 2xlarge.
func sizeName(size string) string { return shortSize.ReplaceAllString(size, "${1}xlarge$2") }

var namedUnits = map[string]string{
	"nano": "0.25", "micro": "0.5", "small": "1", "medium": "2", "large": "4", "xlarge": "8",
}

// sizeUnits returns the normalized units of a size, or 1 where its name does
// not tell: those of metal differ by family.
func sizeUnits(size string) (units money.Decimal, known bool) {
	if n, ok := namedUnits[size]; ok {
		return money.MustParse(n), true
	}
	if m := largeSize.FindStringSubmatch(size); m != nil {
		return money.MustParse(m[1] + m[2]).Mul(money.FromInt(8)), true
	}
	return money.FromInt(1), false
}

var usageType = regexp.MustCompile(`^(?:([A-Z]{2,3}[A-Z]?[0-9]?)-)?([^:]+)(?::(.+))?$`)

// splitUsageType takes APN1-BoxUsage:m5.large apart.
func splitUsageType(text string) (prefix, usage, of string) {
	m := usageType.FindStringSubmatch(text)
	if m == nil {
		return "", "", ""
	}
	return m[1], m[2], m[3]
}

// regionOf returns the region of a key's line, else the one its usage type
// begins with; empty where neither tells.
func regionOf(k assign.Key) string {
	if region := k.Text(lake.RegionID); region != "" {
		return region
	}
	prefix, _, _ := splitUsageType(k.Text(lake.UsageType))
	return regions[prefix]
}

// regions by the prefix of usage types; the oldest region has none.
var regions = map[string]string{
	"": "us-east-1", "USE1": "us-east-1", "USE2": "us-east-2", "USW1": "us-west-1", "USW2": "us-west-2",
	"CAN1": "ca-central-1", "CAN2": "ca-west-1", "MXC1": "mx-central-1", "SAE1": "sa-east-1",
	"EU": "eu-west-1", "EUW1": "eu-west-1", "EUW2": "eu-west-2", "EUW3": "eu-west-3", "EUC1": "eu-central-1",
	"EUC2": "eu-central-2", "EUN1": "eu-north-1", "EUS1": "eu-south-1", "EUS2": "eu-south-2",
	"APN1": "ap-northeast-1", "APN2": "ap-northeast-2", "APN3": "ap-northeast-3",
	"APS1": "ap-southeast-1", "APS2": "ap-southeast-2", "APS4": "ap-southeast-3", "APS6": "ap-southeast-4", "APS7": "ap-southeast-5",
	"APS3": "ap-south-1", "APS5": "ap-south-2", "APE1": "ap-east-1",
	"MES1": "me-south-1", "MEC1": "me-central-1", "ILC1": "il-central-1", "AFS1": "af-south-1",
	"UGW1": "us-gov-west-1", "UGE1": "us-gov-east-1",
}

var (
	regionID = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d+$`)
	planType = regexp.MustCompile(`^(?:(.+)\.)?([13]yr)(No|Partial|All)Upfront$`)
)

// planShape is what an EC2 Instance plan covers: family and region, from the
// export's own columns, else from the usage type of its fee,
// APN1-EC2SP:m5.1yrNoUpfront. A region that is no id, such as Asia Pacific
// (Tokyo), gives way to the usage type's.
func planShape(usage, family, region string) Shape {
	prefix, _, of := splitUsageType(usage)
	if m := planType.FindStringSubmatch(of); family == "" && m != nil {
		family = m[1]
	}
	if known, ok := regions[prefix]; ok && of != "" && !regionID.MatchString(region) {
		region = known
	}
	return Shape{Family: family, Region: region}
}

// planTerms reads term and payment off the usage type of a plan's fee,
// ComputeSP:1yrNoUpfront; empty where it does not tell.
func planTerms(usage string) (term, payment string) {
	_, _, of := splitUsageType(usage)
	if m := planType.FindStringSubmatch(of); m != nil {
		return m[2], m[3] + " Upfront"
	}
	return "", ""
}
