package explore_test

import (
	"reflect"
	"testing"

	"github.com/sluice-billing/sluice/internal/explore"
)

func TestParseCondition(t *testing.T) {
	for text, want := range map[string]explore.Condition{
		"service:in:AmazonEC2|AmazonS3": {Dimension: "service", Values: []string{"AmazonEC2", "AmazonS3"}},
		"tag:aws:createdBy:not:":        {Dimension: "tag:aws:createdBy", Not: true, Values: []string{""}},
		`account_name:in:a\|b|c\\|`:     {Dimension: "account_name", Values: []string{"a|b", `c\`, ""}},
		"tag:a:not:b:in:c":              {Dimension: "tag:a", Not: true, Values: []string{"b:in:c"}},
	} {
		got, err := explore.ParseCondition(text)
		if err != nil || !reflect.DeepEqual(got, want) || got.String() != text {
			t.Errorf("%q is %+v, %v, written %q; want %+v", text, got, err, got.String(), want)
		}
	}
	for _, text := range []string{"", "service", "service:eq:x", ":in:x", `service:in:x\`} {
		if got, err := explore.ParseCondition(text); err == nil {
			t.Errorf("%q is %+v", text, got)
		}
	}
}

// What can be read is written so that it is read as the same.
func FuzzParseCondition(f *testing.F) {
	f.Add("service:in:AmazonEC2|AmazonS3")
	f.Add(`tag:Team:not:a\|b|\\`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := explore.ParseCondition(text)
		if err != nil {
			return
		}
		again, err := explore.ParseCondition(c.String())
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Errorf("%q is %+v, and then %+v, %v", text, c, again, err)
		}
	})
}
