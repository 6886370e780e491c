package sample

import "strconv"

// ofReservation writes a cell on lines of reservations, ofFee on their fees
// alone, ofPlan on lines of savings plans.
func ofReservation(text func(*line, *commitment) string) func(*line) string {
	return func(l *line) string {
		if c := l.reservation(); c != nil {
			return text(l, c)
		}
		return ""
	}
}

func ofFee(text func(*line, *commitment) string) func(*line) string {
	return ofReservation(func(l *line, c *commitment) string {
		if l.kind == discountedUsage {
			return ""
		}
		return text(l, c)
	})
}

func ofPlan(text func(*commitment) string) func(*line) string {
	return func(l *line) string {
		if c := l.plan(); c != nil {
			return text(c)
		}
		return ""
	}
}

// onKind writes a number on lines of one type.
func onKind(kind lineType, number func(*line) units) func(*line) string {
	return func(l *line) string {
		if l.kind != kind {
			return ""
		}
		return number(l).String()
	}
}

func pricingColumns() []column {
	return []column{
		{"pricing/LeaseContractLength", text, ofReservation(func(_ *line, c *commitment) string { return c.term() })},
		{"pricing/OfferingClass", text, ofReservation(func(_ *line, c *commitment) string { return c.class })},
		{"pricing/PurchaseOption", text, ofReservation(func(_ *line, c *commitment) string { return c.option })},
		{"pricing/RateCode", text, func(l *line) string {
			if !l.hasPublic {
				return ""
			}
			return l.price.sku + ".JRTCKXETXF.6YS6EN2CT7"
		}},
		{"pricing/RateId", text, func(l *line) string { return l.price.rateID }},
		{"pricing/currency", text, func(*line) string { return "USD" }},
		{"pricing/publicOnDemandCost", number, func(l *line) string { return when(l.hasPublic, l.public) }},
		{"pricing/publicOnDemandRate", text, func(l *line) string { return when(l.hasPublic, l.price.public) }},
		{"pricing/term", text, pricingTerm},
		{"pricing/unit", text, func(l *line) string { return l.price.unit }},
	}
}

func pricingTerm(l *line) string {
	switch {
	case l.reservation() != nil:
		return "Reserved"
	case l.hasPublic:
		return "OnDemand"
	}
	return ""
}

// Amounts of commitments, which stand in the columns before discounts and, in
// the Net columns, after them.
func upfrontForUsage(l *line) units   { return l.by.upfront.times(l.taken) }
func recurringForUsage(l *line) units { return l.by.recurring.times(l.taken) }
func effectiveCost(l *line) units     { return l.effective }
func upfrontForMonth(l *line) units   { return l.by.upfront.times(l.usage) }
func unusedUpfront(l *line) units     { return l.by.upfront.times(l.unusedHours) }
func unusedRecurring(l *line) units   { return l.by.recurring.times(l.unusedHours) }
func upfrontValue(l *line) units      { return l.by.upfront * units(l.by.termHours()*l.by.count) }
func planCommitment(l *line) units    { return l.by.hourly() * units(l.when.hours) }
func planUpfrontPart(l *line) units   { return l.by.upfront * units(l.when.hours) }
func planRecurringPart(l *line) units { return l.by.recurring * units(l.when.hours) }

// commitmentColumns are reservation and savingsPlan.
func commitmentColumns() []column {
	return []column{
		{"reservation/AmortizedUpfrontCostForUsage", number, onKind(discountedUsage, upfrontForUsage)},
		{"reservation/AmortizedUpfrontFeeForBillingPeriod", number, onKind(reservedFee, upfrontForMonth)},
		{"reservation/AvailabilityZone", text, ofReservation(func(_ *line, c *commitment) string { return c.zone })},
		{"reservation/EffectiveCost", number, onKind(discountedUsage, effectiveCost)},
		{"reservation/EndTime", text, ofFee(func(_ *line, c *commitment) string { return stamp(c.end()) })},
		{"reservation/ModificationStatus", text, ofFee(func(*line, *commitment) string { return "Original" })},
		{"reservation/NormalizedUnitsPerReservation", text, ofFee(func(l *line, _ *commitment) string { return factor(l).decimal().String() })},
		{"reservation/NumberOfReservations", text, ofFee(func(_ *line, c *commitment) string { return strconv.FormatInt(c.count, 10) })},
		{"reservation/RecurringFeeForUsage", number, onKind(discountedUsage, recurringForUsage)},
		{"reservation/ReservationARN", text, ofReservation(func(_ *line, c *commitment) string { return c.arn })},
		{"reservation/StartTime", text, ofFee(func(_ *line, c *commitment) string { return stamp(c.start) })},
		{"reservation/SubscriptionId", text, ofReservation(func(_ *line, c *commitment) string { return c.subscription })},
		{"reservation/TotalReservedNormalizedUnits", text, ofFee(func(l *line, _ *commitment) string { return factor(l).times(l.reserved).decimal().String() })},
		{"reservation/TotalReservedUnits", text, ofFee(func(l *line, _ *commitment) string { return l.reserved.decimal().String() })},
		{"reservation/UnitsPerReservation", text, ofFee(func(*line, *commitment) string { return "1" })},
		{"reservation/UnusedAmortizedUpfrontFeeForBillingPeriod", number, onKind(reservedFee, unusedUpfront)},
		{"reservation/UnusedNormalizedUnitQuantity", number, onKind(reservedFee, func(l *line) units { return factor(l).times(l.unusedHours) })},
		{"reservation/UnusedQuantity", number, onKind(reservedFee, func(l *line) units { return l.unusedHours })},
		{"reservation/UnusedRecurringFee", number, onKind(reservedFee, unusedRecurring)},
		{"reservation/UpfrontValue", number, onKind(reservedFee, upfrontValue)},
		{"savingsPlan/TotalCommitmentToDate", number, onKind(planRecurring, planCommitment)},
		{"savingsPlan/SavingsPlanARN", text, ofPlan(func(c *commitment) string { return c.arn })},
		{"savingsPlan/SavingsPlanRate", number, onKind(coveredUsage, func(l *line) units { return l.by.weight(l.price) })},
		{"savingsPlan/UsedCommitment", number, onKind(planRecurring, func(l *line) units { return planCommitment(l) - l.unused })},
		{"savingsPlan/SavingsPlanEffectiveCost", number, onKind(coveredUsage, effectiveCost)},
		{"savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod", number, onKind(planRecurring, planUpfrontPart)},
		{"savingsPlan/RecurringCommitmentForBillingPeriod", number, onKind(planRecurring, planRecurringPart)},
		{"savingsPlan/StartTime", text, ofPlan(func(c *commitment) string { return stamp(c.start) })},
		{"savingsPlan/EndTime", text, ofPlan(func(c *commitment) string { return stamp(c.end()) })},
		{"savingsPlan/OfferingType", text, ofPlan(func(c *commitment) string {
			column, _, _ := c.offering()
			return column
		})},
		{"savingsPlan/PaymentOption", text, ofPlan(func(c *commitment) string { return c.option })},
		{"savingsPlan/PurchaseTerm", text, ofPlan((*commitment).term)},
		{"savingsPlan/InstanceTypeFamily", text, ofPlan(func(c *commitment) string {
			if c.kind == computePlan {
				return ""
			}
			return c.price.instance.family
		})},
		{"savingsPlan/Region", text, ofPlan(func(c *commitment) string {
			if c.kind == computePlan {
				return ""
			}
			return c.price.region.code
		})},
	}
}

// netColumns are the discounts of each line and what is left of costs.
func netColumns() []column {
	columns := []column{
		{"lineItem/NetUnblendedRate", text, func(l *line) string { return when(l.hasRate, l.netRate()) }},
		{"lineItem/NetUnblendedCost", number, func(l *line) string { return l.net().String() }},
		{"discount/TotalDiscount", number, func(l *line) string { return l.allDiscounts().String() }},
	}
	for kind, name := range discountNames {
		columns = append(columns, column{"discount/" + name, number, func(l *line) string { return when(l.discounts[kind] != 0, l.discounts[kind]) }})
	}
	for _, net := range []struct {
		name   string
		kind   lineType
		amount func(*line) units
	}{
		{"reservation/NetAmortizedUpfrontCostForUsage", discountedUsage, upfrontForUsage},
		{"reservation/NetAmortizedUpfrontFeeForBillingPeriod", reservedFee, upfrontForMonth},
		{"reservation/NetEffectiveCost", discountedUsage, effectiveCost},
		{"reservation/NetRecurringFeeForUsage", discountedUsage, recurringForUsage},
		{"reservation/NetUnusedAmortizedUpfrontFeeForBillingPeriod", reservedFee, unusedUpfront},
		{"reservation/NetUnusedRecurringFee", reservedFee, unusedRecurring},
		{"reservation/NetUpfrontValue", reservedFee, upfrontValue},
		{"savingsPlan/NetSavingsPlanEffectiveCost", coveredUsage, effectiveCost},
		{"savingsPlan/NetAmortizedUpfrontCommitmentForBillingPeriod", planRecurring, planUpfrontPart},
		{"savingsPlan/NetRecurringCommitmentForBillingPeriod", planRecurring, planRecurringPart},
	} {
		columns = append(columns, column{net.name, number, onKind(net.kind, func(l *line) units { return discounted(net.amount(l)) })})
	}
	return columns
}

// splitColumns are those of split cost allocation.
func splitColumns() []column {
	ofPod := func(text func(*line) string) func(*line) string {
		return func(l *line) string {
			if !l.fenced() {
				return ""
			}
			return text(l)
		}
	}
	return []column{
		{"splitLineItem/ParentResourceId", text, ofPod(func(l *line) string { return l.parent.id })},
		{"splitLineItem/SplitCost", number, ofPod(func(l *line) string { return l.cost.String() })},
		{"splitLineItem/UnusedCost", number, ofPod(func(*line) string { return units(0).String() })},
	}
}
