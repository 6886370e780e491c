package focus_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/engine"
)

// model is the requirement model of the FOCUS validator: rules as data.
type model struct {
	Rules map[string]rule `json:"ModelRules"`
}

type rule struct {
	Reference, Function, EntityType, Type string
	ApplicabilityCriteria                 []string
	ValidationCriteria                    struct {
		MustSatisfy, Keyword   string
		Requirement, Condition check
	}
}

type check struct {
	CheckFunction, ColumnName, ColumnAName, ColumnBName, ResultColumnName, ModelRuleId string
	CheckCondition                                                                     string // a slip of the model for ColumnName
	Value                                                                              any
	Items                                                                              []check
}

// mistaken are rules of model 1.2 whose check is not what their sentence says; the
// reason follows. FinOps Foundation's own samples break them, too.
var mistaken = map[string]string{
	"CommitmentDiscountStatus-C-003-C": "says null without a commitment, checks that it is not null",
	"CommitmentDiscountStatus-C-004-C": "is about rows with a commitment, checks those without",
	"CommitmentDiscountStatus-C-005-M": "FOCUS 1.2 allows Used and Unused, the check wants Active, Expired, Pending",
	"InvoiceId-C-004-C":                "is about charges on no invoice, checks all",
	"InvoiceId-C-005-C":                "is about charges on an invoice, checks all",
	"ConsumedQuantity-C-006-C":         "is about rows that are no correction, checks those that are",
}

// unsupported are the model's criteria that do not hold: nothing is known of
// capacity reservations, and there are no virtual currencies.
var unsupported = []string{"CAPACITY_RESERVATION_SUPPORTED", "VIRTUAL_CURRENCY_SUPPORTED"}

// shared finds a file of third parties, or skips the test.
func shared(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	file := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("third-party file %s is not here; set SLUICE_TESTDATA", name)
	}
	return file
}

func readModel(t *testing.T) model {
	t.Helper()
	raw, err := os.ReadFile(shared(t, "focus-validator-rules/model-1.2.json"))
	must(t, err)
	var m model
	// Two conditions have no function, and one of these a list where an object is meant.
	must(t, json.Unmarshal(raw, &m))
	return m
}

// verdict is what became of the rules.
type verdict struct {
	passed, advised []string
	failed          map[string]string // rule: how many rows, and its sentence
	unchecked       map[string]int    // by reason
}

// judge evaluates the model on the table data.
type judge struct {
	t       *testing.T
	s       engine.Session
	model   model
	columns map[string]bool
	seen    map[string]bool
	out     verdict
	codes   string
}

func judged(t *testing.T, s engine.Session, m model) verdict {
	t.Helper()
	j := judge{t: t, s: s, model: m, columns: map[string]bool{}, seen: map[string]bool{}, out: verdict{failed: map[string]string{}, unchecked: map[string]int{}}}
	names, err := engine.Collect(t.Context(), s, func(v *string) []any { return []any{v} }, "SELECT column_name FROM (DESCRIBE data)")
	must(t, err)
	for _, n := range names {
		j.columns[n] = true
	}
	raw, err := os.ReadFile(shared(t, "focus-validator-rules/currency_codes.csv"))
	must(t, err)
	var codes []string
	for line := range strings.Lines(string(raw)) {
		_, code, _ := strings.Cut(strings.TrimSpace(line), ",")
		codes = append(codes, code)
	}
	j.codes = "'" + strings.Join(codes, "', '") + "'"
	j.rule("CostAndUsage-D-000-M", "TRUE")
	for _, id := range slices.Sorted(maps.Keys(m.Rules)) {
		if !j.seen[id] { // attributes are checked with the columns that have them
			j.out.unchecked[strings.ToLower(m.Rules[id].EntityType+", "+m.Rules[id].Type+", beside the columns")]++
		}
	}
	return j.out
}

// rule evaluates one rule where a condition of the rules above it holds.
func (j *judge) rule(id, given string) {
	r, known := j.model.Rules[id]
	if !known || j.seen[id] {
		return
	}
	j.seen[id] = true
	v := r.ValidationCriteria
	switch {
	case slices.ContainsFunc(r.ApplicabilityCriteria, func(c string) bool { return slices.Contains(unsupported, c) }):
		j.skip(id, "not applicable")
		return
	case mistaken[id] != "":
		j.out.unchecked["mistaken in the model"]++
		return
	case v.Requirement.CheckFunction == "":
		j.out.unchecked[strings.ToLower(r.Type)+", no check in the model"]++
		return
	}
	if v.Condition.CheckFunction != "" {
		where, ok := j.given(v.Condition)
		if !ok {
			j.skip(id, "column absent")
			return
		}
		given += " AND " + where
	}
	if v.Requirement.CheckFunction == "AND" && len(v.Requirement.Items) > 0 && v.Requirement.Items[0].CheckFunction == "CheckModelRule" {
		for _, item := range v.Requirement.Items {
			j.rule(item.ModelRuleId, given)
		}
		return
	}
	j.decide(id, v.Keyword, v.MustSatisfy, given, v.Requirement)
}

// skip leaves a rule and all its parts out.
func (j *judge) skip(id, reason string) {
	j.seen[id] = true
	j.out.unchecked[reason]++
	for _, item := range j.model.Rules[id].ValidationCriteria.Requirement.Items {
		if item.CheckFunction == "CheckModelRule" && !j.seen[item.ModelRuleId] {
			j.skip(item.ModelRuleId, reason)
		}
	}
}

func (j *judge) decide(id, keyword, sentence, given string, c check) {
	bad, ok := j.violations(given, c)
	if !ok {
		j.out.unchecked["column absent"]++
		return
	}
	switch {
	case bad == "0":
		j.out.passed = append(j.out.passed, id)
	case keyword == "MAY" || strings.HasPrefix(keyword, "SHOULD") || keyword == "RECOMMENDED":
		j.out.advised = append(j.out.advised, id)
	default:
		j.out.failed[id] = bad + " rows: " + sentence
	}
}

// violations counts what breaks a check; ok is false where its column is not there.
func (j *judge) violations(given string, c check) (bad string, ok bool) {
	switch c.CheckFunction {
	case "ColumnPresent":
		return map[bool]string{true: "0", false: "all"}[j.columns[c.ColumnName]], true
	case "CheckDistinctCount":
		if !j.columns[c.ColumnAName] || !j.columns[c.ColumnBName] {
			return "", false
		}
		return ask(j.t, j.s, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 FROM data WHERE %s AND %q IS NOT NULL GROUP BY %q HAVING COUNT(DISTINCT %q) > 1) AS x`, given, c.ColumnAName, c.ColumnAName, c.ColumnBName)), true
	}
	row, ok := j.row(c)
	if !ok {
		return "", false
	}
	return ask(j.t, j.s, "SELECT COUNT(*) FROM data WHERE "+given+" AND NOT COALESCE("+row+", FALSE)"), true
}

// allowed tells whether a check lists the values that a column may have.
func allowed(c check) (column string, ok bool) {
	for _, item := range c.Items {
		if _, text := item.Value.(string); !text || item.CheckFunction != "CheckValue" || column != "" && item.ColumnName != column {
			return "", false
		}
		column = item.ColumnName
	}
	return column, c.CheckFunction == "OR"
}

const number = `TRY_CAST("%s" AS DOUBLE)`

// given is a condition as SQL: what is null has none of the values that it lists.
func (j *judge) given(c check) (sql string, ok bool) {
	sql, ok = j.row(c)
	if column, listed := allowed(c); ok && listed {
		sql = fmt.Sprintf("(%s AND %q IS NOT NULL)", sql, column)
	}
	return sql, ok
}

// row is a check of single rows as SQL. All values are text; null is no value.
func (j *judge) row(c check) (sql string, ok bool) {
	if c.ColumnName == "" {
		c.ColumnName = c.CheckCondition
	}
	for _, column := range []string{c.ColumnName, c.ColumnAName, c.ColumnBName, c.ResultColumnName} {
		if column != "" && !j.columns[column] {
			return "", false
		}
	}
	n, null := fmt.Sprintf(`%q`, c.ColumnName), fmt.Sprintf(`%q IS NULL OR `, c.ColumnName)
	numeric := fmt.Sprintf(number, c.ColumnName)
	switch c.CheckFunction {
	case "": // a rule without a check
		return "", false
	case "AND", "OR":
		var parts []string
		for _, item := range c.Items {
			part, ok := j.row(item)
			if !ok {
				return "", false
			}
			parts = append(parts, part)
		}
		if column, ok := allowed(c); ok {
			parts = append(parts, fmt.Sprintf("%q IS NULL", column)) // whether it may be null is a rule of its own
		}
		return "(" + strings.Join(parts, " "+c.CheckFunction+" ") + ")", true
	case "CheckModelRule":
		r := j.model.Rules[c.ModelRuleId]
		j.seen[c.ModelRuleId] = true
		row, ok := j.row(r.ValidationCriteria.Requirement)
		if given, conditional := j.given(r.ValidationCriteria.Condition); ok && conditional {
			row = "(NOT COALESCE(" + given + ", FALSE) OR " + row + ")"
		}
		return row, ok
	case "CheckValue", "CheckNotValue":
		not := map[string]string{"CheckValue": " IS NOT DISTINCT FROM ", "CheckNotValue": " IS DISTINCT FROM "}[c.CheckFunction]
		switch v := c.Value.(type) {
		case nil:
			return "(" + n + not + "NULL)", true
		case string:
			return "(" + n + not + "'" + strings.ReplaceAll(v, "'", "''") + "')", true
		default:
			return "(" + numeric + not + fmt.Sprint(v) + ")", true
		}
	case "CheckSameValue", "CheckNotSameValue":
		not := map[string]string{"CheckSameValue": " IS NOT DISTINCT FROM ", "CheckNotSameValue": " IS DISTINCT FROM "}[c.CheckFunction]
		return fmt.Sprintf("(%q%s%q)", c.ColumnAName, not, c.ColumnBName), true
	case "CheckGreaterOrEqualThanValue":
		return "(" + null + numeric + " >= " + fmt.Sprint(c.Value) + ")", true
	case "ColumnByColumnEqualsColumnValue":
		a, b, r := fmt.Sprintf(number, c.ColumnAName), fmt.Sprintf(number, c.ColumnBName), fmt.Sprintf(number, c.ResultColumnName)
		// The validator's own tolerance, for products of binary numbers.
		return fmt.Sprintf("(%[1]s IS NULL OR %[2]s IS NULL OR ABS(%[1]s * %[2]s - %[3]s) <= 1e-9 * GREATEST(ABS(%[3]s), 1))", a, b, r), true
	case "TypeDecimal", "FormatNumeric", "CheckDecimalValue":
		return "(" + null + "regexp_full_match(" + n + ", '-?[0-9]+([.][0-9]+)?([eE]-?[0-9]+)?'))", true
	case "TypeDateTime", "FormatDateTime":
		return "(" + null + "regexp_full_match(" + n + ", '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z') AND TRY_CAST(" + n + " AS TIMESTAMP) IS NOT NULL)", true
	case "TypeString", "FormatString":
		return "(" + null + "TRIM(" + n + ") <> '')", true
	case "FormatUnit":
		return "(" + null + "regexp_full_match(" + n + ", '([0-9]+ )?[A-Za-z][A-Za-z0-9 ]*(-(Years|Months|Days|Hours|Minutes|Seconds)|/([0-9]+ )?(Year|Month|Day|Hour|Minute|Second)s?)?'))", true
	case "FormatKeyValue":
		return "(" + null + "TRY(json_valid(" + n + ") AND json_type(" + n + ") = 'OBJECT' AND NOT regexp_matches(CAST(json_structure(" + n + ") AS VARCHAR), ':[{\\[]')))", true
	case "CheckNationalCurrency":
		return "(" + null + n + " IN (" + j.codes + "))", true
	case "FormatCurrency":
		return "(" + null + "regexp_full_match(" + n + ", '[A-Z]{3}'))", true
	}
	j.t.Fatalf("the model has the check %q, which nobody wrote here", c.CheckFunction)
	return "", false
}
