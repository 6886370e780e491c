package commitment

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// usageKey is a pricing key whose usage a commitment can cover.
type usageKey struct {
	assign.Key
	number   int // dense over all loads, from 1
	payer    string
	shape    *Shape        // nil when no reservation covers it
	onDemand money.Decimal // of a unit, public; zero when unknown or free
}

// sold names what a provider sells under one price, whoever covers it: a
// covered line of AWS has another description and another SKU than its usage on
// demand. Where there are no usage types, in FOCUS of the others, it is the SKU.
type sold struct{ payer, service, usageType, operation, region, sku string }

func (k usageKey) sold() sold {
	s := sold{payer: k.payer, service: k.Text(lake.ServiceCode), usageType: k.Text(lake.UsageType), operation: k.Text(lake.Operation), region: k.Text(lake.RegionID)}
	if s.usageType == "" {
		s.sku = k.Text(lake.SkuID)
	}
	return s
}

// named tells whether it is known what is sold.
func (s sold) named() bool { return s.usageType != "" || s.sku != "" }

// coverable tells whether any kind of commitment might cover the usage.
func (k usageKey) coverable() bool {
	return k.Text(lake.Class) == lake.ClassUsage && (k.shape != nil || k.mayTake(ComputePlan) || k.mayTake(SageMakerPlan))
}

// mayTake tells whether usage is of the kind that a plan covers, though its
// rate is not known.
func (k usageKey) mayTake(kind Kind) bool {
	service, usage := k.Text(lake.ServiceCode), k.Text(lake.UsageType)
	if strings.Contains(usage, "Spot") {
		return false
	}
	switch kind {
	case EC2Plan:
		return k.shape != nil && k.shape.Service == ec2Service
	case ComputePlan:
		return k.shape != nil && k.shape.Service == ec2Service || strings.Contains(usage, "Fargate-") ||
			service == "AWSLambda" && strings.Contains(usage, "GB-Second")
	case SageMakerPlan:
		return service == "AmazonSageMaker" && strings.Contains(usage, ":ml.")
	case DatabasePlan:
		return k.shape != nil && k.shape.Service != ec2Service
	}
	return false
}

// ec2Service is the product code of virtual machines.
const ec2Service = "AmazonEC2"

// rates are the prices of usage under plans.
type rates map[offer]map[sold]money.Decimal

func (r rates) of(o offer, k usageKey) (money.Decimal, bool) {
	rate, ok := r[o][k.sold()]
	return rate, ok
}

func (r rates) set(o offer, s sold, rate money.Decimal) {
	if r[o] == nil {
		r[o] = map[sold]money.Decimal{}
	}
	r[o][s] = rate
}

// declared adds the rates of the configuration where the month's lines do not
// tell: for every payer, service by the usage's own.
func (r rates) declared(all []billing.SavingsPlanRate, keys []usageKey, offers []offer) {
	kinds := map[string]Kind{"compute": ComputePlan, "ec2-instance": EC2Plan, "sagemaker": SageMakerPlan, "database": DatabasePlan}
	type use struct{ usageType, operation, region string }
	sells, bought := map[use][]sold{}, map[offer]bool{}
	for _, k := range keys {
		s := k.sold()
		sells[use{s.usageType, s.operation, s.region}] = append(sells[use{s.usageType, s.operation, s.region}], s)
	}
	for _, o := range offers {
		bought[o] = true
	}
	for _, d := range all {
		o := offer{kind: kinds[d.Plan], term: d.Term, payment: d.PaymentOption}
		if !bought[o] {
			continue
		}
		for _, s := range sells[use{d.UsageType, d.Operation, d.Region}] {
			if _, known := r[o][s]; !known {
				r.set(o, s, d.Rate)
			}
		}
	}
}
