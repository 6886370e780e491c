package bookfile_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/bookfile"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/money"
)

var update = flag.Bool("update", false, "write the results in testdata anew")

// Each file of testdata is a file of another product, named after its format,
// what it comes to, and lines with the rule that wins and the price by hand.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no examples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { golden(t, file) })
	}
}

func golden(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	word, _, _ := strings.Cut(filepath.Base(file), "-")
	format := bookfile.Format(word)
	var options []bookfile.Option
	var result bookfile.Result
	book := 0
	for i, f := range archive.Files {
		switch {
		case f.Name == "options":
			if string(f.Data) != "positive-is-discount\n" {
				t.Fatalf("%q is no option", f.Data)
			}
			options = append(options, bookfile.PositiveIsDiscount())
		case strings.HasPrefix(f.Name, "input."):
			result = readGolden(t, format, f.Name, f.Data, options)
		case sheetPart.MatchString(f.Name): // the first stands for the workbook of all
			if len(result.Lost) == 0 {
				result = readGolden(t, format, "input.xlsx", workbookOf(t, archive.Files), options)
			}
		case strings.HasPrefix(f.Name, "lines"): // of the first book, the second …
			checkLines(t, result.Books[book], string(f.Data))
			book++
		case f.Name == "result.json":
			got := indented(t, result)
			if *update {
				archive.Files[i].Data = got
			} else if !bytes.Equal(got, f.Data) {
				t.Errorf("the result is\n%s\nand not\n%s", got, f.Data)
			}
		default:
			t.Fatalf("%s is no part of an example", f.Name)
		}
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func readGolden(t *testing.T, format bookfile.Format, name string, data []byte, options []bookfile.Option) bookfile.Result {
	t.Helper()
	if found, ok := bookfile.Detect(name, data); !ok || found != format {
		t.Errorf("the file was taken for %q, %v", found, ok)
	}
	result, err := bookfile.Read(format, name, data, options...)
	if err != nil {
		t.Fatal(err)
	}
	accepted(t, result)
	return result
}

// indented is a result for people: one line for each rule and loss.
func indented(t *testing.T, r bookfile.Result) []byte {
	t.Helper()
	var out bytes.Buffer
	write := func(value any) {
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(value); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range r.Books {
		rules := b.Rules
		b.Rules = nil
		write(b)
		for _, rule := range rules {
			write(rule)
		}
	}
	for _, a := range r.Attach {
		write(a)
	}
	for _, l := range r.Lost {
		fmt.Fprintf(&out, "%s | %s | %s\n", l.Where, l.What, l.Why)
	}
	return out.Bytes()
}

// accepted wants a configuration with the books to be one that can be applied.
func accepted(t interface {
	Helper()
	Errorf(string, ...any)
}, r bookfile.Result) {
	t.Helper()
	for _, problem := range config.Check(billing.Config{Reseller: &billing.Reseller{Name: "A", Currency: "USD"}, PriceBooks: r.Books}) {
		t.Errorf("the configuration refuses it: %s", problem)
	}
	for _, a := range r.Attach {
		found := false
		for _, b := range r.Books {
			found = found || b.ID == a.Book
		}
		if !found {
			t.Errorf("%v attaches a book that is not there", a)
		}
	}
	for _, l := range r.Lost {
		if l.Where == "" || l.What == "" || l.Why == "" {
			t.Errorf("loss %+v does not say all", l)
		}
	}
}

// checkLines compares the winning rule and the price of lines, written as
// "field=text; … -> rule: price".
func checkLines(t *testing.T, b billing.PriceBook, lines string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		given, want, ok := strings.Cut(strings.TrimSpace(line), " -> ")
		if !ok {
			t.Fatalf("%q has no ->", line)
		}
		l := fields{}
		for field := range strings.SplitSeq(given, "; ") {
			name, value, _ := strings.Cut(field, "=")
			l[name] = value
		}
		if got := priced(b, l); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", given, got, want)
		}
	}
}

// fields are what a line says, by the names of a match.
type fields map[string]string

// priced is the first rule of a book that matches, and what it makes of the line.
func priced(b billing.PriceBook, l fields) string {
	named := map[string]bool{}
	for _, r := range b.Rules {
		for _, service := range r.Match.Service.Equal {
			named[service] = true
		}
	}
	for _, r := range b.Rules {
		if !matches(r, l, named) {
			continue
		}
		cost, price := number(l["cost"]), number(l["cost"])
		switch {
		case r.Exclude:
			return r.Name + ": excluded"
		case r.Percent != nil:
			price = cost.Add(cost.Percent(*r.Percent))
		case r.UnitPrice != nil:
			price = number(l["usage"]).Mul(*r.UnitPrice)
		}
		text := r.Name + ": " + price.String()
		if r.BillFreeTier {
			text += " free tier billed"
		}
		if r.Managed != nil {
			text += " managed " + price.Mul(*r.Managed).String()
		}
		return text
	}
	return "none"
}

func number(text string) money.Decimal {
	if text == "" {
		return money.Zero
	}
	return money.MustParse(text)
}

func matches(r billing.PriceRule, l fields, named map[string]bool) bool {
	if text := l["day"]; text != "" {
		day, err := billing.ParseDay(text)
		if err != nil || r.From != nil && day < *r.From || r.To != nil && day > *r.To {
			return false
		}
	}
	class := l["class"]
	if class == "" {
		class = "usage"
	}
	if r.Match.Class.IsZero() && class != "usage" || !r.Match.Class.IsZero() && !r.Match.Class.Matches(class) {
		return false
	}
	service := r.Match.Service
	if len(service.Equal) == 1 && service.Equal[0] == billing.OtherServices {
		if named[l["service"]] {
			return false
		}
		service = billing.Pattern{}
	}
	for name, pattern := range map[string]billing.Pattern{
		"provider": r.Match.Provider, "payer": r.Match.Payer, "bill_type": r.Match.BillType, "billing_entity": r.Match.BillingEntity,
		"line_type": r.Match.LineType, "service": service, "region": r.Match.Region, "usage_type": r.Match.UsageType,
		"operation": r.Match.Operation, "instance_type": r.Match.InstanceType, "description": r.Match.Description,
	} {
		if !pattern.IsZero() && !pattern.Matches(l[name]) {
			return false
		}
	}
	return true
}
