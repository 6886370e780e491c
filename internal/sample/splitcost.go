package sample

import "fmt"

// podPrices are what split cost allocation shows for containers, by region.
var podPrices = func() map[*region]*price {
	prices := map[*region]*price{}
	for i := range regions {
		r := &regions[i]
		p := &price{
			service: serviceByCode["AmazonEKS"], region: r, usageType: r.prefix + "EKS-EC2-vCPU-Hours", operation: "EKSPod-EC2",
			family: "Compute", unit: "vCPU-Hours", resource: "arn:aws:eks:REGION:ACCOUNT:pod/app/",
		}
		p.name("", "")
		prices[r] = p
	}
	return prices
}()

// splitCost writes rows of split cost allocation: for every fifth instance two
// containers, which repeat a quarter of its cost each. They are no cost of
// their own.
func (w *intervalWriter) splitCost() {
	if !w.month.SplitCost {
		return
	}
	instances := 0
	for i, r := range w.month.fleet.steady {
		if r.price.instance == nil || r.price.service.code != "AmazonEC2" {
			continue
		}
		if instances++; instances%5 != 1 || w.used[i] == 0 {
			continue
		}
		for pod := range 2 {
			if w.room == 0 {
				return
			}
			w.put(w.month.pod(r, pod, w.used[i]))
		}
	}
}

func (m *month) pod(parent *resource, number int, used units) line {
	p := podPrices[parent.price.region]
	share := parent.price.rate.times(used) / 4
	return line{
		kind: usageLine, billType: "Anniversary", seller: m.provider, account: parent.account, price: p,
		resource:    &resource{account: parent.account, id: fmt.Sprintf("%s/pod-%d", parent.id, number), zone: parent.zone, tags: parent.tags},
		description: "Split cost of a container on " + parent.id,
		hasUsage:    true, usage: used, cost: share, parent: parent,
	}
}
