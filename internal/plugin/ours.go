package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/backend/backendv1"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// ours speaks the contract of backend/proto.
type ours struct {
	*caller
	mu   sync.Mutex
	said *Described // once it was asked for
}

// Describe asks what the backend is.
func (b *ours) Describe(ctx context.Context) (Described, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.said != nil {
		return *b.said, nil
	}
	var answer backendv1.DescribeResponse
	question := &backendv1.DescribeRequest{Revision: backend.Revision, Options: b.Options}
	if err := b.ask(ctx, "what it is", backendv1.Backend_Describe_FullMethodName, question, &answer, Credential{}); err != nil {
		return Described{}, err
	}
	d, err := b.described(&answer)
	if err != nil {
		return Described{}, err
	}
	b.said = &d
	return d, nil
}

func (b *ours) described(a *backendv1.DescribeResponse) (Described, error) {
	switch {
	case a.GetRevision() < 1:
		return Described{}, fmt.Errorf("backend %s speaks no revision of the contract, and is too old for this Sluice; update the backend", b.Name)
	case a.GetRevision() > backend.Revision:
		return Described{}, fmt.Errorf("backend %s needs revision %d of the contract, and this Sluice speaks %d; update Sluice, or use an older backend", b.Name, a.GetRevision(), backend.Revision)
	case a.GetName() == "" || a.GetVersion() == "":
		return Described{}, fmt.Errorf("backend %s does not say what it is called, or which version it is; report it to who wrote it", b.Name)
	case a.GetCurrency() != "" && money.Currency(a.GetCurrency()).Check() != nil:
		return Described{}, fmt.Errorf("backend %s names the currency %q, which is none of ISO 4217; report it to who wrote it", b.Name, cut(a.GetCurrency()))
	case a.GetCurrency() != "" && b.Currency != "" && a.GetCurrency() != b.Currency:
		return Described{}, fmt.Errorf("backend %s says that its rows are in %s, and the configuration says %s; remove the currency of the backend there, or correct it", b.Name, a.GetCurrency(), b.Currency)
	}
	d := Described{Name: a.GetName(), Version: a.GetVersion(), Protocol: Sluice, Provider: a.GetProvider(), Currency: a.GetCurrency(), Schemas: map[string]json.RawMessage{}}
	for name, schema := range a.GetSchemas() {
		if !isObject([]byte(schema)) {
			return Described{}, fmt.Errorf("schema %q of backend %s is no JSON object; report it to who wrote it", cut(name), b.Name)
		}
		d.Schemas[name] = json.RawMessage(schema)
	}
	for i, rule := range a.GetRules() {
		r, err := ruleOf(rule)
		if err != nil {
			d.Notes = append(d.Notes, fmt.Sprintf("rule %q of the backend is left out: %s", cut(rule.GetName()), err))
			continue
		}
		r.ID = fmt.Sprintf("%s-%d", b.Name, i+1)
		d.Rules = append(d.Rules, r)
	}
	return d, nil
}

// ruleOf reads a rule of the contract. The error says what Sluice cannot do with it.
func ruleOf(rule *backendv1.Rule) (billing.SourceRule, error) {
	r := billing.SourceRule{When: rule.GetWhen(), GiveTo: billing.RowOwner{Account: rule.GetAccount()}, GoOn: rule.GetGoOn()}
	for _, c := range rule.GetConditions() {
		r.Conditions = append(r.Conditions, billing.SourceCondition{Field: c.GetField(), Is: c.GetIs(), Not: c.GetNot(), Contains: c.GetContains(), NotContains: c.GetNotContains()})
	}
	return r, checkRule(r)
}

// Verify lets the backend try a credential.
func (b *ours) Verify(ctx context.Context, by Credential) ([]Account, error) {
	if _, err := b.Describe(ctx); err != nil {
		return nil, err
	}
	var answer backendv1.VerifyResponse
	question := &backendv1.VerifyRequest{Credential: credentialOf(by), Options: b.Options}
	if err := b.ask(ctx, asksCredential, backendv1.Backend_Verify_FullMethodName, question, &answer, by); err != nil {
		return nil, err
	}
	accounts := make([]Account, 0, len(answer.GetAccounts()))
	for _, a := range answer.GetAccounts() {
		accounts = append(accounts, Account{a.GetId(), a.GetName()})
	}
	return b.checkAccounts(accounts)
}

func credentialOf(by Credential) *backendv1.Credential {
	return &backendv1.Credential{Schema: by.Schema, Fields: fieldsOf(by)}
}

// Tasks asks in how many parts a month is told.
func (b *ours) Tasks(ctx context.Context, by Credential, period billing.Period, since time.Time) ([]Task, error) {
	if _, err := b.Describe(ctx); err != nil {
		return nil, err
	}
	b.begin(period)
	question := &backendv1.PlanRequest{Credential: credentialOf(by), Options: b.Options, Month: period.String()}
	if !since.IsZero() {
		question.Since = since.UTC().Format(time.RFC3339)
	}
	var answer backendv1.PlanResponse
	if err := b.ask(ctx, asksTasks, backendv1.Backend_Plan_FullMethodName, question, &answer, by); err != nil {
		return nil, err
	}
	var tasks []Task
	ids := map[string]bool{}
	for _, t := range answer.GetTasks() {
		if ids[t.GetId()] {
			return nil, fmt.Errorf("backend %s has task %q of %s twice, and would charge it twice; report it to who wrote it", b.Name, cut(t.GetId()), period)
		}
		ids[t.GetId()] = true
		text, err := json.Marshal(t.GetId())
		if err != nil {
			return nil, err
		}
		name := t.GetName()
		if name == "" {
			name = cut(t.GetId())
		}
		tasks = append(tasks, Task{Text: text, Name: name})
	}
	return b.checkTasks(tasks)
}

// Rows streams the rows of a task, and holds them against the summary.
func (b *ours) Rows(ctx context.Context, by Credential, period billing.Period, t Task, total *Total) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		d, err := b.Describe(ctx)
		if err != nil {
			yield(Row{}, err)
			return
		}
		var id string
		if err := json.Unmarshal(bytes.TrimSpace(t.Text), &id); err != nil {
			yield(Row{}, fmt.Errorf("task %q is none of backend %s; plan the month again", cut(string(t.Text)), b.Name))
			return
		}
		seen := &telling{backend: b.Name, period: period, currency: d.Currency}
		if seen.currency == "" {
			seen.currency = b.Currency
		}
		b.stream(ctx, by, seen, total, question{
			method:  backendv1.Backend_Costs_FullMethodName,
			ask:     &backendv1.CostsRequest{Credential: credentialOf(by), Options: b.Options, Month: period.String(), Task: id},
			receive: seen.ours,
			sums:    true,
			most:    mostMessage,
		})(yield)
	}
}

// ours reads a message of the contract.
func (s *telling) ours(r *receiver) (part, error) {
	var message backendv1.CostsResponse
	if err := r.into(&message); err != nil {
		return part{}, err
	}
	if summary := message.GetSummary(); summary != nil {
		total := Total{Rows: max(0, summary.GetRows()), Cost: map[string]money.Decimal{}}
		for _, code := range slices.Sorted(maps.Keys(summary.GetCost())) {
			sum, err := money.Parse(summary.GetCost()[code])
			if err != nil {
				return part{}, s.fault("sums up to %q %s, which is no decimal number; report it to who wrote the backend", cut(summary.GetCost()[code]), cut(code))
			}
			if code == "" {
				code = s.currency // of a backend that leaves to the configuration what its currency is
			}
			total.Cost[code] = total.Cost[code].Add(sum)
		}
		return part{total: &total}, nil
	}
	rows := make([]told, 0, len(message.GetBatch().GetRows()))
	for _, r := range message.GetBatch().GetRows() {
		rows = append(rows, told{
			Row: Row{
				Account: r.GetAccount(), AccountName: r.GetAccountName(), Category: r.GetCategory(), Service: r.GetService(), Region: r.GetRegion(),
				UsageType: r.GetUsageType(), Resource: r.GetResource(), Description: r.GetDescription(), Unit: r.GetUnit(),
				Currency: r.GetCurrency(), InvoiceID: r.GetInvoiceId(), Tags: r.GetTags(),
			},
			date: r.GetDate(), cost: r.GetCost(), quantity: r.GetQuantity(), listCost: r.GetListCost(),
		})
	}
	return part{rows: rows}, nil
}
