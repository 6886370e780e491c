package mapping

import "testing"

// An account that is nobody's in the month, but enrolled from a later day on, says
// so; the payer's own account, one of another payer do not.
func TestUnmappedOfEnrolment(t *testing.T) {
	c := parsed(t, declared)
	group := &c.BillingGroups[2] // beta-lab
	group.Enrol = parsed(t, `
billing_groups:
  - {id: x, customer: beta, currency: USD, claims: [], enrol: [{payer: "111111111111", from: 2026-01, to: 2026-03}, {payer: "111111111111", from: 2026-11}]}
`).BillingGroups[0].Enrol
	found := []Unmapped{
		{Account: "200000000050", Payer: "111111111111"},
		{Account: "111111111111", Payer: "111111111111"},
		{Account: "200000000050", Payer: "333333333333"},
		{Account: "200000000009", Payer: "111111111111"}, // acme-main had it
	}
	describe(found, c, nil)
	for i, want := range []string{
		"billing group beta-lab by enrolment since 2026-11-01, beta-lab: it enrols the accounts of payer 111111111111 since 2026-11-01",
		", : ", ", : ",
		"billing group acme-main until 2026-05-31, acme-main: it has the account until 2026-05-31",
	} {
		got := ""
		if o := found[i].Owner; o != nil {
			got = o.String()
		}
		if got += ", " + found[i].Proposed + ": " + found[i].Because; got != want {
			t.Errorf("account %s of %s is said to be of %q, want %q", found[i].Account, found[i].Payer, got, want)
		}
	}
}
