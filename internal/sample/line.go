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
	unusedCommitment // only in FOCUS: what a commitment was paid for and not used
	lineTypes        // how many there are
)

var lineTypeNames = [lineTypes]string{
	"Usage", "DiscountedUsage", "RIFee", "Fee", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "SavingsPlanUpfrontFee",
	"SavingsPlanRecurringFee", "Tax", "Credit", "Refund", "EdpDiscount", "SppDiscount", "BundledDiscount", "Unused",
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

	reservation *reservation
	plan        *plan
	effective   units // what a covered line used of its commitment
	unused      units // what a fee line paid for and nobody used
	unusedHours units // the same in hours of one instance
}

// amortized is the line's share of what commitments cost over their term.
// Summed over a month it is the unblended sum, less upfront fees paid in the
// month, plus the month's part of all upfront fees.
func (l *line) amortized() units {
	switch l.kind {
	case discountedUsage, coveredUsage:
		return l.effective
	case reservedFee, planRecurring:
		return l.unused
	case negation, planUpfront:
		return 0
	case fee:
		if l.reservation != nil {
			return 0
		}
	}
	return l.cost
}

// countsAsUsage tells whether the line's quantity is usage; that of a fee is
// not, and that of a negation repeats the lines it negates.
func (l *line) countsAsUsage() bool {
	return l.kind == usageLine || l.kind == discountedUsage || l.kind == coveredUsage
}

// amounts are what one line adds to the totals of the format it is written in.
type amounts struct {
	unblended, blended, list, amortized units
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
