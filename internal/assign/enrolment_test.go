package assign_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
)

// With and without an enrolment there are the same lines, so the same money; what somebody
// has stays theirs, and only lines of the enrolled payer on its days become the
// group's: there of the accounts of which nobody claims anything on that day.
func TestEnrolmentTakesWhatNobodyClaims(t *testing.T) {
	e := openEngine(t)
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "enrolment")
		must(t, err)
		defer os.RemoveAll(dir)
		claims := randomClaims(t)
		loads := make([][]string, 2)
		lines := map[string]line{} // by load and row, as owned says
		for i, load := range []string{"L0", "L1"} {
			var queries []string
			for n, l := range rapid.SliceOfN(rapid.Custom(randomLine), 1, 12).Draw(t, "lines") {
				lines[load+" "+strconv.Itoa(n+1)] = l
				queries = append(queries, l.sql(n+1))
			}
			loads[i] = []string{strings.Join(queries, " UNION ALL ")}
		}
		m := writeLoads(t, e, dir, loads)
		self := rapid.SampledFrom([]string{"", "2"}).Draw(t, "account that pays") // of none of the lines, or of some
		m.Loads[0].Payer = billing.Payer{ID: "P" + self}
		if self != "" {
			m.Loads[0].Payer.ID = self
		}
		m.Loads[1].Payer = billing.Payer{ID: "other"}
		m.Config = configOf(claims)
		_, before := setsAndOwners(t, e, m)

		when := span{rapid.IntRange(1, 31).Draw(t, "from"), 0}
		if rapid.Bool().Draw(t, "ends") {
			when.to = rapid.IntRange(when.from+1, 32).Draw(t, "to")
		}
		from, to := when.days()
		m.Config.BillingGroups = append(slices.Clone(m.Config.BillingGroups), billing.BillingGroup{
			ID: "enrolling", Enrol: []billing.Enrolment{{Payer: m.Loads[0].Payer.ID, From: *from, To: to}},
		})
		_, after := setsAndOwners(t, e, m)

		var want []string
		for _, was := range before {
			at := was[:strings.LastIndex(was, " ")]
			l := lines[at]
			free := !slices.ContainsFunc(claims, func(c claim) bool { return c.account == l.account && c.when.has(l.day) })
			if strings.HasPrefix(at, "L0 ") && l.account != self && when.has(l.day) && free {
				if !strings.HasSuffix(was, " "+assign.Unassigned) {
					t.Fatalf("%s, though nobody claims the account", was)
				}
				was = at + " enrolling"
			}
			want = append(want, was)
		}
		same(t, "owners", after, sortedLines(want))
	})
}

// The account of a payer that has no lines is enrolled, too, where it is known to be
// the payer's; a claim comes before that, and the payer itself is not.
func TestEnrolled(t *testing.T) {
	from := october.FirstDay() + 4
	m := assign.Month{Period: october, Config: billing.Config{BillingGroups: []billing.BillingGroup{
		{ID: "old", Claims: []billing.Claim{{Accounts: []string{"2"}, From: new(from + 5)}}},
		{ID: "new", Enrol: []billing.Enrolment{{Payer: "P", From: from}}},
	}}}
	for _, test := range []struct {
		payer, account string
		want           []assign.Ownership
	}{
		{"P", "1", []assign.Ownership{{Account: "1", Group: "new", From: from, To: october.LastDay()}}},
		{"P", "2", []assign.Ownership{{Account: "2", Group: "new", From: from, To: from + 4}}},
		{"P", "P", nil},
		{"Q", "1", nil},
	} {
		if got := m.Enrolled(assign.Load{Payer: billing.Payer{ID: test.payer}}, test.account); !slices.Equal(got, test.want) {
			t.Errorf("account %s of %s: %v, want %v", test.account, test.payer, got, test.want)
		}
	}
}
