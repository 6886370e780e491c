package abiquo_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/abiquo"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/book"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/money"
)

var update = flag.Bool("update", false, "write the results in testdata anew")

// Each file of testdata is a file of a platform, the configuration and the notes that
// it comes to, and lines with what the book of an enterprise makes of them by hand.
func TestImport(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no examples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { example(t, file) })
	}
}

func example(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var input txtar.File
	var o abiquo.Options
	for _, f := range archive.Files {
		switch {
		case strings.HasPrefix(f.Name, "input."):
			input = f
		case f.Name == "options":
			o.NetPrices = strings.Contains(string(f.Data), "net-prices")
		}
	}
	result, err := abiquo.Import(input.Name, input.Data, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range config.Check(result.Config) {
		t.Error(problem)
	}
	var yaml bytes.Buffer
	if err := config.Write(&yaml, result.Config); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Parse("config.yaml", yaml.Bytes()); err != nil {
		t.Errorf("what is written cannot be read: %v", err)
	}
	whole := yaml.String() + notes(result)
	for _, secret := range []string{"wJalr", "token", "refresh"} {
		if strings.Contains(whole, secret) {
			t.Errorf("there is %s in the result, which is a secret", secret)
		}
	}
	for i, f := range archive.Files {
		switch {
		case f.Name == "config.yaml":
			same(t, &archive.Files[i], yaml.Bytes())
		case f.Name == "notes":
			same(t, &archive.Files[i], []byte(notes(result)))
		case strings.HasPrefix(f.Name, "lines "):
			checkLines(t, bookOf(t, result.Config, strings.TrimPrefix(f.Name, "lines ")), string(f.Data))
		}
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func same(t *testing.T, f *txtar.File, got []byte) {
	t.Helper()
	if *update {
		f.Data = got
	} else if !bytes.Equal(got, f.Data) {
		t.Errorf("%s is\n%s\nand not\n%s", f.Name, got, f.Data)
	}
}

func notes(r abiquo.Result) string {
	var b strings.Builder
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "%s | %s | %s=%s | %s %s: %s | %s\n", n.Where, n.Enterprise, n.Property, n.Value, n.Became, n.Setting, n.As, n.Why)
	}
	return b.String()
}

// bookOf is the book that is in force for what an enterprise pays or sells.
func bookOf(t *testing.T, c billing.Config, name string) billing.PriceBook {
	t.Helper()
	id := ""
	if c.Reseller.Name == name {
		id = c.Reseller.SellingBook.On(0)
	}
	for _, x := range c.Customers {
		if x.Name == name {
			if id = x.PriceBook.On(0); id == "" {
				id = x.SellingBook.On(0)
			}
		}
	}
	i := slices.IndexFunc(c.PriceBooks, func(b billing.PriceBook) bool { return b.ID == id })
	if i < 0 {
		t.Fatalf("%s has no price book", name)
	}
	return c.PriceBooks[i]
}

// checkLines prices lines by a book, as `sluice book test` does.
func checkLines(t *testing.T, b billing.PriceBook, text string) {
	t.Helper()
	b.Examples = nil
	for line := range strings.Lines(text) {
		given, want, ok := strings.Cut(strings.TrimSpace(line), " -> ")
		if !ok {
			t.Fatalf("%q is no line", line)
		}
		e := billing.BookExample{}
		fields := map[string]*string{"provider": &e.Line.Provider, "bill_type": &e.Line.BillType, "class": &e.Line.Class, "service": &e.Line.Service}
		for field := range strings.SplitSeq(given, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
			switch to := fields[name]; {
			case to != nil:
				*to = value
			case name == "cost":
				e.Line.Cost = money.MustParse(value)
			case name == "list_cost":
				cost := money.MustParse(value)
				e.Line.ListCost = &cost
			default:
				t.Fatalf("%q is no field", name)
			}
		}
		words := strings.Fields(want)
		for i := 0; i < len(words); i++ {
			switch words[i] {
			case "excluded":
				yes := true
				e.Expect.Excluded = &yes
			case "price", "managed":
				amount := money.MustParse(words[i+1])
				if words[i] == "price" {
					e.Expect.Price = &amount
				} else {
					e.Expect.Managed = &amount
				}
				i++
			}
		}
		b.Examples = append(b.Examples, e)
	}
	for _, failure := range book.Test(b) {
		t.Error(failure)
	}
}
