package bookfile

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

const (
	maxSize     = 64 << 20 // bytes of a file
	maxDepth    = 64       // of things inside each other
	maxParts    = 4 << 20  // elements, values or cells of a file
	maxRules    = 50_000   // of a book, as a configuration allows
	maxAllRules = 500_000  // of all books of a file
	maxLosses   = 100_000  // more, and it is not a file of the format
	maxText     = 1000     // bytes of a text that lines are compared with, as a configuration allows
	maxName     = 200      // bytes of a rule's name, as a configuration allows
	maxID       = 80       // characters of a book's id, as a configuration allows
	maxNumber   = 64       // characters of a number
)

// input is the file being read, and what it came to so far. After a first
// error nothing more is kept, so that readers need not stop at once.
type input struct {
	name               string
	data               []byte
	isWorkbook         bool
	positiveIsDiscount bool

	result Result
	ids    map[string]bool // of books
	rules  int             // of all books
	err    error
}

// fail keeps the first thing that cannot be read.
func (in *input) fail(where, format string, args ...any) {
	if in.err != nil {
		return
	}
	if where != "" {
		where += ": "
	}
	in.err = fmt.Errorf("%s: %s%s", in.name, where, fmt.Sprintf(format, args...))
}

// lose notes what no book says.
func (in *input) lose(where, what, why string) {
	if len(in.result.Lost) >= maxLosses {
		in.fail(where, "has more than %d things that a price book cannot say; see whether the format is right, or split the file", maxLosses)
		return
	}
	in.result.Lost = append(in.result.Lost, Loss{where, what, why})
}

func line(n int) string { return fmt.Sprintf("line %d", n) }

// bound is the first size of a number that no configuration takes.
var bound = money.MustParse("1e12")

// number reads a decimal. What names it in the error.
func (in *input) number(where, what, text string) money.Decimal {
	text = strings.TrimSpace(text)
	if len(text) > maxNumber {
		in.fail(where, "%s has %d characters; expected a decimal number such as 12.5", what, len(text))
		return money.Zero
	}
	d, err := money.Parse(text)
	if err != nil {
		in.fail(where, "%s is %q; expected a decimal number such as 12.5", what, text)
		return money.Zero
	}
	if d.Cmp(bound) >= 0 || d.Neg().Cmp(bound) >= 0 {
		in.fail(where, "%s is %s; expected a number below %s", what, text, bound)
		return money.Zero
	}
	return d
}

// Fractional digits that a rule can have.
const (
	percentDigits   = 4
	unitPriceDigits = 12
	managedDigits   = 6
)

// rounded is the number in the digits that a rule can have, half up; what that
// takes away is a loss.
func (in *input) rounded(where, what string, d money.Decimal, digits int32) *money.Decimal {
	r := d.Round(digits, money.HalfUp)
	if !r.Equal(d) {
		in.lose(where, fmt.Sprintf("%s of %s", what, d), fmt.Sprintf("it has more than %d decimals; %s is used", digits, r))
	}
	return &r
}

// change prices a rule by a percentage up, or down where it is negative.
func (in *input) change(where string, r *billing.PriceRule, percent money.Decimal) {
	if percent.Cmp(money.FromInt(-100)) < 0 {
		in.fail(where, "takes %s percent off; expected at most 100", percent.Neg())
		return
	}
	if percent.Cmp(bound) >= 0 {
		in.fail(where, "adds %s percent; expected less than %s", percent, bound)
		return
	}
	if percent = *in.rounded(where, "percentage", percent, percentDigits); percent.IsZero() {
		r.Keep = true
		return
	}
	r.Percent = &percent
}

// book is one being put together.
type book struct {
	in   *input
	made billing.PriceBook
	last map[string]int // number of the last rule of each name
}

// newBook begins a book of a name, which may be empty. Its id is the name as
// far as an id can be.
func (in *input) newBook(where, name string) *book {
	plain := idOf(name)
	if name != "" && plain != name {
		in.lose(where, fmt.Sprintf("name %q of a price book", clip(name)), "an id has letters, digits, points and dashes only; the attachments say which book is whose")
	}
	if plain == "" {
		file := path.Base(strings.ReplaceAll(in.name, `\`, "/"))
		plain = idOf(strings.TrimSuffix(file, path.Ext(file)))
	}
	if plain == "" {
		plain = "imported"
	}
	id := plain
	for n := 2; in.ids[id]; n++ {
		id = fmt.Sprintf("%s-%d", plain, n)
	}
	in.ids[id] = true
	return &book{in: in, made: billing.PriceBook{ID: id, Rules: []billing.PriceRule{}}, last: map[string]int{}}
}

var notInID = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// idOf is a name without what an id cannot have, with room for a number behind.
func idOf(name string) string {
	id := strings.Trim(notInID.ReplaceAllString(name, "-"), "-.")
	return strings.Trim(id[:min(len(id), maxID-8)], "-.")
}

// add puts a rule at the end of the book. A name that is there already gets a number.
func (b *book) add(where string, r billing.PriceRule) {
	b.in.rules++
	if len(b.made.Rules) >= maxRules || b.in.rules > maxAllRules {
		b.in.fail(where, "is one rule too many; a book holds at most %d, all of a file at most %d, so split it", maxRules, maxAllRules)
		return
	}
	for _, p := range patternsOf(&r.Match) {
		for _, text := range append([]string{p.Prefix, p.Suffix, p.Contains, p.Like, p.Regex}, p.Equal...) {
			if len(text) > maxText {
				b.in.fail(where, "has a text of %d bytes to compare lines with; expected at most %d", len(text), maxText)
				return
			}
		}
	}
	r.Name = b.unique(strings.Join(strings.Fields(r.Name), " "))
	b.made.Rules = append(b.made.Rules, r)
}

func patternsOf(m *billing.Match) []*billing.Pattern {
	return []*billing.Pattern{&m.Class, &m.Provider, &m.Payer, &m.BillType, &m.BillingEntity, &m.LineType, &m.ChargeCategory,
		&m.Service, &m.Region, &m.UsageType, &m.Operation, &m.SKU, &m.InstanceType, &m.Description}
}

// unique is a name that no rule of the book has, by a number behind it where needed.
func (b *book) unique(name string) string {
	if name == "" {
		name = "rule"
	}
	for len(name) > maxName-len(" (50000)") {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	for {
		b.last[name]++
		n := b.last[name]
		if n == 1 {
			return name
		}
		if numbered := fmt.Sprintf("%s (%d)", name, n); b.last[numbered] == 0 {
			b.last[numbered] = 1
			return numbered
		}
	}
}

// done gives the book to the result.
func (b *book) done() string {
	if b.in.err != nil {
		return b.made.ID
	}
	made := ready(b.in, "price book "+b.made.ID, b.made)
	b.in.result.Books = append(b.in.result.Books, made)
	return made.ID
}

// ready is a value written and read: patterns match only once they were read.
func ready[T any](in *input, where string, made T) (read T) {
	written, err := json.Marshal(made)
	if err == nil {
		err = json.Unmarshal(written, &read)
	}
	if err != nil {
		in.fail(where, "%v", err)
	}
	return read
}

func (in *input) attach(a Attachment) { in.result.Attach = append(in.result.Attach, a) }

// equal is a pattern of one text, or of one of several.
func equal(texts ...string) billing.Pattern { return billing.Pattern{Equal: texts} }

// clip shortens a text for a message.
func clip(s string) string {
	if len(s) <= maxName {
		return s
	}
	return strings.ToValidUTF8(s[:maxName], "") + "…"
}

// plural writes "1 rule", "2 rules".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
