package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/book"
	"github.com/sluice-billing/sluice/internal/config"
)

// CheckBookInput is a price book as somebody writes it.
type CheckBookInput struct {
	Body struct {
		Text string `json:"text" maxLength:"8000000" doc:"The fields of one price book, in YAML or JSON, such as download-resource writes them"`
	}
}

// TextMark is something to say about a place of a text.
type TextMark struct {
	Line       int           `json:"line" doc:"From 1"`
	Column     int           `json:"column" doc:"From 1"`
	Field      string        `json:"field,omitempty" doc:"Such as price_books[standard].rules[compute].percent"`
	Rule       string        `json:"rule,omitempty" doc:"The rule it is about"`
	Severity   book.Severity `json:"severity" enum:"error,warning,note"`
	Code       string        `json:"code" doc:"A code of lint-price-books; invalid where the text is no price book; does-not-fit where it does not go with what else is declared; example-fails"`
	Message    string        `json:"message"`
	Suggestion string        `json:"suggestion,omitempty" doc:"What to do about it"`
}

// CheckedBook is what there is to say of a text that should be a price book.
type CheckedBook struct {
	Readable bool               `json:"readable" doc:"It is a price book, whatever else is odd about it"`
	Fits     bool               `json:"fits" doc:"It could be declared"`
	Book     *billing.PriceBook `json:"book,omitempty" doc:"What was read, as put-resource takes it; only where readable"`
	Examples int                `json:"examples" doc:"How many examples were tried"`
	Failures []book.Failure     `json:"failures" doc:"Examples that do not come out as they say"`
	Marks    []TextMark         `json:"marks" doc:"In the order of the text"`
}

// CheckBook says what is wrong with the text of a price book.
var CheckBook = Operation[*Desk, CheckBookInput, CheckedBook]{
	ID: "check-price-book", Method: http.MethodPost, Path: "/price-books/check", Tag: "Prices", Title: "Check the text of a price book", Needs: access.ReadPrices, Upload: mostTried,
	About: "Reads one price book in YAML or JSON and marks, by line and column, what is wrong with it: what is no price book, what does not go with what else is declared, rules that never win and whatever else is odd about them, " +
		"and examples that do not come out. It answers at once, for an editor that asks while somebody writes. Changes nothing; what is wrong with the text is no error of the request.",
	Do: func(_ context.Context, d *Desk, in CheckBookInput) (CheckedBook, error) {
		out := CheckedBook{Failures: []book.Failure{}, Marks: []TextMark{}}
		text, err := config.ReadResource(priceBooks, []byte(in.Body.Text))
		var wrong config.Errors
		if errors.As(err, &wrong) {
			for _, e := range wrong {
				out.Marks = append(out.Marks, TextMark{Line: e.Line, Column: e.Column, Field: e.Field, Severity: book.Error, Code: "invalid", Message: e.Message})
			}
			return out, nil
		}
		if err != nil {
			return out, err
		}
		b := text.Config.PriceBooks[0]
		out.Readable, out.Book, out.Examples = true, &b, len(b.Examples)
		out.Failures = append(out.Failures, book.Test(b)...)
		unfit := d.unfit(b, text)
		out.Fits = len(unfit) == 0
		out.Marks = slices.Concat(out.Marks, unfit, lintMarks(b, text, billing.DayOf(d.Now().UTC())), failureMarks(out.Failures, text))
		slices.SortStableFunc(out.Marks, func(a, b TextMark) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
		return out, nil
	},
}

// unfit marks what keeps a book from being declared beside all else.
func (d *Desk) unfit(b billing.PriceBook, text config.Text) (marks []TextMark) {
	c := d.Declared
	c.PriceBooks = slices.Clone(c.PriceBooks)
	if i := slices.IndexFunc(c.PriceBooks, func(x billing.PriceBook) bool { return x.ID == b.ID }); i >= 0 {
		c.PriceBooks[i] = b
	} else {
		c.PriceBooks = append(c.PriceBooks, b)
	}
	for _, problem := range config.Check(c) {
		inner := ""
		if i := slices.IndexFunc(problem.Spots, func(s config.Spot) bool { return s.Kind == priceBooks && s.ID == b.ID }); i >= 0 {
			inner = problem.Spots[i].Inner
		}
		line, column := text.Place(inner)
		marks = append(marks, TextMark{Line: line, Column: column, Field: problem.Path, Severity: book.Error, Code: "does-not-fit", Message: problem.Message})
	}
	return marks
}

// lintMarks marks what is odd about rules.
func lintMarks(b billing.PriceBook, text config.Text, today billing.Day) (marks []TextMark) {
	places := map[string]int{}
	for i, r := range b.Rules {
		places[r.Name] = i
	}
	for _, r := range book.Lint(b, book.Options{Today: today}) {
		inner := ""
		if i, ok := places[r.Rule]; ok {
			inner = fmt.Sprintf(".rules[%d]", i)
		}
		line, column := text.Place(inner)
		marks = append(marks, TextMark{Line: line, Column: column, Rule: r.Rule, Severity: r.Severity, Code: string(r.Code), Message: r.Message, Suggestion: r.Suggestion})
	}
	return marks
}

// failureMarks marks examples that do not come out.
func failureMarks(failures []book.Failure, text config.Text) (marks []TextMark) {
	for _, f := range failures {
		line, column := text.Place(fmt.Sprintf(".examples[%d].expect", f.Example))
		var wrong []string
		for _, w := range f.Wrong {
			wrong = append(wrong, w.String())
		}
		marks = append(marks, TextMark{Line: line, Column: column, Rule: f.Rule, Severity: book.Error, Code: "example-fails", Message: strings.Join(wrong, "; ")})
	}
	return marks
}

// DownloadResource returns one declared thing as YAML.
var DownloadResource = Download[*Desk, OneResource]{
	ID: "download-resource", Path: "/config/{kind}/{id}/yaml", Tag: "Configuration", Title: "Download a declared thing", Needs: access.ReadConfig,
	About:      "What is in force of it, in YAML: its fields alone, as they stand under its section in the configuration file. Price books need the permission `prices.read`.",
	MediaTypes: []string{"application/yaml"},
	Do: func(_ context.Context, d *Desk, in OneResource) (File, error) {
		if err := in.seen(d); err != nil {
			return File{}, err
		}
		var yaml bytes.Buffer
		there, err := config.WriteResource(&yaml, d.Declared, in.Kind, in.ID)
		if err == nil && !there {
			err = notDeclared(in)
		}
		return File{strings.ReplaceAll(in.ID, "/", "-") + ".yaml", "application/yaml", yaml.Bytes()}, err
	},
}
