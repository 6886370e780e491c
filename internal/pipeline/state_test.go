package pipeline

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/proof"
)

// R29: how a close ends for a payer, by what was issued and what adds up.
func TestCloseState(t *testing.T) {
	document := func(id string, state invoice.State, loads ...string) invoice.Invoice {
		return invoice.Invoice{ID: id, State: state, Inputs: invoice.Inputs{Loads: loads}}
	}
	draft := document("a", invoice.Draft, "1 cur sha256:old")
	issued := document("b", invoice.Issued, "1 cur sha256:now", "2 cur sha256:any")
	before := document("c", invoice.Issued, "1 cur sha256:old", "2 cur sha256:any")
	other := document("d", invoice.Issued, "12 cur sha256:old")
	settled := proof.Certificate{
		Residues: []string{"(d) acme: charges …"},
		Billed:   []proof.GroupProof{{Group: "acme", Issued: true, Residue: money.MustParse("1")}},
	}
	for name, c := range map[string]struct {
		documents   []invoice.Invoice
		certificate proof.Certificate
		state, why  string
	}{
		"nothing to bill":         {nil, proof.Certificate{}, "closed", "proved, 0 documents"},
		"a draft of before":       {[]invoice.Invoice{draft}, proof.Certificate{}, "closed", "proved, 1 document"},
		"issued from the same":    {[]invoice.Invoice{draft, issued}, proof.Certificate{}, "closed", "proved, 2 documents"},
		"issued from others":      {[]invoice.Invoice{draft, before}, settled, "restated", "the provider changed the month after documents were issued"},
		"another payer's":         {[]invoice.Invoice{other}, proof.Certificate{}, "closed", "proved, 1 document"},
		"other prices":            {[]invoice.Invoice{issued}, settled, "closed", "issued documents differ from what the month comes to now; correct them with credit or debit notes"},
		"something is wrong":      {[]invoice.Invoice{draft}, proof.Certificate{Residues: []string{"(a)"}}, "rated", "1 thing does not add up; the certificate names it"},
		"more than one is":        {nil, proof.Certificate{Residues: []string{"(a)", "(b)"}}, "rated", "2 things do not add up; the certificate names them"},
		"other prices, and wrong": {[]invoice.Invoice{issued}, proof.Certificate{Residues: append([]string{"(a)"}, settled.Residues...), Billed: settled.Billed}, "rated", "2 things do not add up; the certificate names them"},
	} {
		if state, why := closeState("1", []string{"1 cur sha256:now"}, c.documents, c.certificate); state != c.state || why != c.why {
			t.Errorf("%s: %s, %q; want %s, %q", name, state, why, c.state, c.why)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1204: "1,204", 1000000: "1,000,000"} {
		if got := thousands(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}
