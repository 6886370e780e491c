package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
)

// StageApproval is the stage under which it is kept what is unexpected about the
// drafts of a month. Its findings hold no close; a draft that has some is neither
// approved nor issued until each is waived.
const StageApproval = "approval"

// judgeDrafts keeps what is unexpected about drafts, by group, in the place of
// what was kept of these groups before, and why others have no drafts. all says that
// they are all groups: what was kept of others goes.
func (docs *Documents) judgeDrafts(ctx context.Context, d *desk, drafts map[string][]invoice.Invoice, undraftable map[string]error, all bool) error {
	kept, err := docs.approvalFindings(ctx, d.period)
	if err != nil {
		return err
	}
	found := map[string][]billing.Finding{} // by group; none of what is to go
	for _, f := range kept {
		if _, judged := drafts[f.Scope]; judged || all {
			found[f.Scope] = nil
		}
	}
	var before []documentChain
	read := false // only where a group expects anything
	for _, g := range d.config.BillingGroups {
		made, judged := drafts[g.ID]
		expect, err := d.expectOf(g)
		if err != nil {
			return err
		}
		if !judged || expect == nil {
			continue
		}
		if !read {
			documents, err := docs.home.Documents(ctx, d.period.Previous())
			if err != nil {
				return err
			}
			before, read = chainsIn(documents), true
		}
		if findings := unexpected(*expect, d.period, g.ID, before, chainsIn(slices.Concat(d.issued[g.ID], made))); len(findings) > 0 {
			found[g.ID] = findings
		}
	}
	for group, why := range undraftable {
		found[group] = []billing.Finding{{
			Code: Undraftable, Severity: billing.Warn, Subject: invoice.ID(d.period, group, ""),
			Message: fmt.Sprintf("%v. It has no draft until that is put right: then `sluice close %s` again", why, d.period),
		}}
	}
	for group, findings := range found {
		if err := docs.home.Store.ReplaceFindings(ctx, d.period, StageApproval, group, findings); err != nil {
			return err
		}
	}
	return nil
}

// expectOf is what a group's documents are held to: by its settings of the month,
// else by the reseller; nil for nothing.
func (d *desk) expectOf(g billing.BillingGroup) (*billing.Expect, error) {
	settings, _, err := d.settingsOf(g)
	if err != nil || settings.Expect != nil {
		return settings.Expect, err
	}
	if d.config.Reseller == nil {
		return nil, nil
	}
	return d.config.Reseller.Expect, nil
}

// unexpected compares a group's documents with those of the month before. The
// subject of a finding is the id of a chain, and after it what of it is concerned.
// Chains without a draft are not judged: nothing of them is to be issued. What is
// about the whole group stands under the id of a chain for all providers.
func unexpected(e billing.Expect, period billing.Period, group string, before, now []documentChain) []billing.Finding {
	j := judgement{Expect: e}
	var all []invoice.Invoice
	for _, chain := range now {
		all = append(all, chain.asDrafted()...)
		if len(chain.drafts) > 0 {
			j.draft, j.chain = chain.drafts[0].ID, invoice.ID(period, group, chain.provider)
			j.document(chainIn(before, group, chain.provider).asBilled(), chain.asDrafted())
		}
	}
	elsewhere := map[string]bool{} // accounts that documents of other providers have now
	for _, a := range invoice.Compare(nil, all).Accounts {
		elsewhere[a.Account] = true
	}
	j.draft, j.chain = "", invoice.ID(period, group, "")
	for _, chain := range before {
		was := chain.asBilled()
		if chain.group != group || len(was) == 0 || len(chainIn(now, group, chain.provider).asDrafted()) > 0 {
			continue
		}
		c := invoice.Compare(was, nil)
		if e.ZeroBill && len(all) == 0 {
			j.add(billing.Warn, "expect-zero-bill", chain.provider, money.Zero, c.Before.Currency,
				fmt.Sprintf("nothing is billed, and no document is drafted; %s came to %s", c.Before.Period, total(c.Before)))
		}
		j.missing(c, elsewhere)
	}
	return j.findings
}

// judgement is what the chains of a group are held to, and what was found so far.
type judgement struct {
	billing.Expect
	draft    string // id of the document to be issued; none for what no document is drafted of
	chain    string // id
	findings []billing.Finding
}

// document finds what is unexpected about the documents of a chain. Where there are
// none of the month before, only a bill over nothing can be.
func (j *judgement) document(before, now []invoice.Invoice) {
	c := invoice.Compare(before, now)
	if j.ZeroBill && c.Now.Total.Sign() <= 0 {
		j.add(billing.Warn, "expect-zero-bill", "", c.Now.Total, c.Now.Currency,
			fmt.Sprintf("there is nothing to pay: the month comes to %s with tax", total(c.Now)))
	}
	if len(before) == 0 {
		return
	}
	for _, whole := range c.Whole() {
		what := "the total with tax"
		if c.ByCost {
			what = fmt.Sprintf("the invoice is in %s and was in %s; its usage", c.Now.Currency, c.Before.Currency)
		}
		j.change(c, whole, "", what)
	}
	for _, s := range c.Services {
		switch {
		case s.Kind == statement.Entry: // somebody has decided on it already
		case s.Change.Change != invoice.Appeared:
			j.change(c, s.Change, s.Label(), "this service")
		case j.NewService:
			j.add(billing.Warn, "expect-new-service", s.Label(), s.Now, s.Currency,
				fmt.Sprintf("this service is new: it comes to %s, and %s did not have it", inCurrency(c, s.Change, s.Now), c.Before.Period))
		}
	}
	j.missing(c, nil)
}

// outOfRange tells whether an amount changed by more than the range, and by enough
// to count. What is enough is said in the currency of the documents; it is not
// asked for where the provider's costs are compared and are in another.
func (j *judgement) outOfRange(c invoice.Comparison, change invoice.Change) bool {
	if j.Change == nil || !change.Beyond(*j.Change) {
		return false
	}
	return j.AtLeast == nil || change.Currency != c.Now.Currency || change.Size().Cmp(*j.AtLeast) >= 0
}

// change finds an amount that is out of range.
func (j *judgement) change(c invoice.Comparison, change invoice.Change, subject, what string) {
	if !j.outOfRange(c, change) {
		return
	}
	by := "up from nothing"
	if change.Percent != nil {
		by = fmt.Sprintf("%s %% on %s", signed(*change.Percent), inCurrency(c, change, change.Before))
	}
	j.add(billing.Warn, "expect-change", subject, change.Difference, change.Currency,
		fmt.Sprintf("%s comes to %s, %s in %s; up to %s %% up or down is expected", what, inCurrency(c, change, change.Now), by, c.Before.Period, j.Change))
}

// missing finds accounts that were billed in the month before and come to nothing
// now, but for those that are elsewhere.
func (j *judgement) missing(c invoice.Comparison, elsewhere map[string]bool) {
	for _, a := range c.Accounts {
		if j.MissingAccount && a.Change.Change == invoice.Vanished && !elsewhere[a.Account] {
			j.add(billing.Warn, "expect-missing-account", a.Account, a.Before, a.Currency,
				fmt.Sprintf("this account came to %s in %s and comes to nothing now", inCurrency(c, a.Change, a.Before), c.Before.Period))
		}
	}
}

// add says with what happened what to do, as far as there is a document to issue.
func (j *judgement) add(severity billing.Severity, code, subject string, amount money.Decimal, currency money.Currency, what string) {
	f := billing.Finding{
		Code: code, Severity: severity, Subject: strings.TrimSpace(j.chain + " " + subject),
		Amount: amount, Currency: string(currency), Message: what,
	}
	if j.draft != "" {
		f.Message += fmt.Sprintf(". Look at `sluice invoice compare %s`; where it is right, `sluice invoice accept %s --reason …`", j.draft, j.draft)
	}
	j.findings = append(j.findings, f)
}

// inCurrency is an amount of a comparison with its currency.
func inCurrency(c invoice.Comparison, of invoice.Change, amount money.Decimal) string {
	if c.ByCost {
		return amount.String() + " " + string(of.Currency)
	}
	return amount.Fixed(c.Digits()) + " " + string(of.Currency)
}

func total(s invoice.Side) string {
	return s.Total.Fixed(s.Digits) + " " + string(s.Currency)
}

func signed(percent money.Decimal) string {
	if percent.Sign() > 0 {
		return "+" + percent.String()
	}
	return percent.String()
}

// approvalFindings are the findings about the drafts of a month.
func (docs *Documents) approvalFindings(ctx context.Context, period billing.Period) ([]month.Finding, error) {
	all, err := docs.home.Store.Findings(ctx, period)
	return slices.DeleteFunc(all, func(f month.Finding) bool { return f.Stage != StageApproval }), err
}

// toAccept are those of a month's findings that keep a draft from being approved
// and issued.
func toAccept(findings []month.Finding, draft invoice.Invoice) (open []month.Finding) {
	own, group := invoice.ID(draft.Period, draft.Group, draft.Provider), invoice.ID(draft.Period, draft.Group, "")
	for _, f := range findings {
		chain, _, _ := strings.Cut(f.Subject, " ")
		if f.Stage == StageApproval && f.Waived == nil && f.Scope == draft.Group && (chain == own || chain == group) {
			open = append(open, f)
		}
	}
	return open
}

// accepted returns an error when something about a draft is unexpected and nobody
// has accepted it.
func accepted(findings []month.Finding, draft invoice.Invoice) error {
	open := toAccept(findings, draft)
	if len(open) == 0 {
		return nil
	}
	what := make([]string, len(open))
	for i, f := range open {
		what[i] = fmt.Sprintf("%s %s (%s)", f.Code, f.Subject, f.ID)
	}
	return fmt.Errorf("%s is not what is expected, and nobody has accepted it: %s. Look at `sluice invoice compare %s`; where it is right, accept one with `sluice waive %s %s --reason …`, or all of it with `sluice invoice accept %s --reason …`",
		draft.ID, enumerated(what), draft.ID, draft.Period, open[0].ID, draft.ID)
}

// Accept waives all that is unexpected about a draft, by its id, with a reason
// that is kept. It returns what it waived; nothing where all is as expected, or
// was accepted before. It is an error when the document is issued already.
func (docs *Documents) Accept(ctx context.Context, id, reason string) ([]month.Finding, error) {
	inv, err := docs.Invoice(ctx, id)
	if err != nil {
		return nil, err
	}
	if inv.State != invoice.Draft {
		return nil, fmt.Errorf("%s is issued already, as %s: there is nothing left to accept", inv.ID, inv.Number)
	}
	findings, err := docs.approvalFindings(ctx, inv.Period)
	if err != nil {
		return nil, err
	}
	open := toAccept(findings, inv)
	for i, f := range open {
		if err := docs.home.Waive(ctx, inv.Period, f.ID, reason); err != nil {
			return open[:i], err
		}
	}
	return open, nil
}
