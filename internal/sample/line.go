package sample

// lineType is lineItem/LineItemType.
type lineType int

const (
	usageLine lineType = iota
	discountedUsage
	reservedFee // RIFee
	fee
	coveredUsage // SavingsPlanCoveredUsage
	negation     // SavingsPlanNegation
	planUpfront  // SavingsPlanUpfrontFee
	planRecurring
	tax
	credit
	refund
	edpDiscount
	sppDiscount
	bundledDiscount
	privateRateDiscount
	unusedCommitment // only in FOCUS: what a commitment was paid for and not used
	lineTypes        // how many there are
)

var lineTypeNames = [lineTypes]string{
	"Usage", "DiscountedUsage", "RIFee", "Fee", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "SavingsPlanUpfrontFee",
	"SavingsPlanRecurringFee", "Tax", "Credit", "Refund", "EdpDiscount", "SppDiscount", "BundledDiscount",
	"PrivateRateDiscount", "Unused",
}

// seller is who bills a line, and in whose name.
type seller struct {
	billingEntity string
	legalEntity   string
	invoiceIndex  int // in totals
	invoice       string
}

// interval is a stretch of time that lines are for.
type interval struct {
	from       int64  // first hour of the month
	start, end string // with milliseconds, as in the columns
	id         string // start/end, as in identity/TimeInterval
	hours      int64
}

// line is one line of the month, whatever format it is written in. Amounts
// are USD; an amount that is blank in the file is 0 here, has… tells apart.
type line struct {
	month       *month
	when        *interval
	id          string
	kind        lineType
	billType    string // Anniversary | Purchase | Refund
	seller      *seller
	account     *account
	price       *price
	resource    *resource // never nil; empty where the line has none
	description string
	taxType     string

	hasUsage bool
	usage    units
	hasRate  bool
	rate     units
	cost     units // unblended; rate × usage where there is a rate

	hasBlended  bool
	blendedRate units
	blended     units

	hasPublic bool
	public    units // list price × usage; the rate is the price's

	by          *commitment // that covers the line, or that the fee is of
	taken       units       // what a covered line took: hours of the reserved size, or money of the plan
	effective   units       // amortized cost of what was taken
	unused      units       // what a fee line paid for and nobody used
	unusedHours units       // of a reservation, hours of the reserved size
	reserved    units       // of a reservation's fee, hours it is for

	discounts [discountKinds]units // zero or negative
	parent    *resource            // whose cost a row of split cost allocation repeats
}

// fenced tells whether the line repeats the cost of others.
func (l *line) fenced() bool { return l.parent != nil }

// reservation is the reservation a line has to do with, or nil; plan the plan.
func (l *line) reservation() *commitment {
	if l.by == nil || l.by.isPlan() {
		return nil
	}
	return l.by
}

func (l *line) plan() *commitment {
	if l.by == nil || !l.by.isPlan() {
		return nil
	}
	return l.by
}

// isCommitted tells whether amortized cost is a part of a commitment.
func (l *line) isCommitted() bool {
	return l.kind == discountedUsage || l.kind == coveredUsage || l.kind == reservedFee || l.kind == planRecurring || l.kind == unusedCommitment
}

// amortized is the line's share of what commitments cost over their term.
// Summed over a month it is the unblended sum, less upfront fees paid in the
// month, plus the month's part of all upfront fees.
func (l *line) amortized() units {
	switch l.kind {
	case discountedUsage, coveredUsage, unusedCommitment:
		return l.effective
	case reservedFee, planRecurring:
		return l.unused
	case negation, planUpfront:
		return 0
	case fee:
		if l.by != nil {
			return 0
		}
	}
	return l.cost
}

// countsAsUsage tells whether the line's quantity is usage; that of a fee is
// not, and that of a negation repeats the lines it negates.
func (l *line) countsAsUsage() bool {
	return !l.fenced() && (l.kind == usageLine || l.kind == discountedUsage || l.kind == coveredUsage)
}

// amounts are what one line adds to the totals of the format it is written in.
type amounts struct {
	unblended, blended, list, amortized units
	net, netAmortized                   units // after discounts in columns
}

// column is one column of an export.
type column struct {
	name  string
	kind  columnKind
	value func(*line) string // as text; empty is null
}

type columnKind int

const (
	text columnKind = iota
	number
	timestamp
	dictionary // JSON text in CSV, MAP in Parquet
)

// layout is a format: its columns, and how it shows commitments.
type layout struct {
	columns []column
	// focus: a line covered by a savings plan costs nothing, so there are no
	// negations, and what a commitment did not use is a line of its own.
	focus   bool
	amounts func(*line) amounts
	group   func(*line) string // key of ByLineType
}

// when writes a number, or nothing where the line has none.
func when(has bool, u units) string {
	if !has {
		return ""
	}
	return u.String()
}
