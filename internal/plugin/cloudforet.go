package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/sluice-billing/sluice/internal/billing"
)

const asksMetadata = "what it is"

// cloudforet speaks the data-source protocol of Cloudforet's cost analysis.
type cloudforet struct {
	*caller
	mu   sync.Mutex
	said *metadata // once it was asked for
}

// init asks for the plugin's metadata, once.
func (b *cloudforet) init(ctx context.Context) (metadata, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.said != nil {
		return *b.said, nil
	}
	var info struct{ Metadata metadata }
	question := map[string]any{"options": b.optionsOf(metadata{}), "domain_id": b.domain()}
	if err := b.foreignly(ctx, asksMetadata, costAnalysis, "DataSource", "init", question, Credential{}, &info); err != nil {
		return metadata{}, err
	}
	b.said = &info.Metadata
	return info.Metadata, nil
}

func (b *cloudforet) optionsOf(m metadata) map[string]any {
	values := b.optionValues()
	values[secretTypeOption] = b.secretType(m)
	return values
}

// question is what all questions about money begin with.
func (b *cloudforet) question(ctx context.Context, by Credential) (map[string]any, metadata, error) {
	m, err := b.init(ctx)
	if err != nil {
		return nil, m, err
	}
	return withSchema(map[string]any{"options": b.optionsOf(m), "secret_data": secretValues(by), "domain_id": b.domain()}, by), m, nil
}

// Describe tells what the plugin's metadata say. The protocol has no name and no version.
func (b *cloudforet) Describe(ctx context.Context) (Described, error) {
	m, err := b.init(ctx)
	if err != nil {
		return Described{}, err
	}
	d := Described{Name: b.Name, Protocol: Cloudforet, Currency: m.Currency, Schemas: m.schemas()}
	d.Rules, d.Notes = rulesOf(b.Name, m)
	if b.Currency != "" && m.Currency != "" && b.Currency != m.Currency {
		d.Notes = append(d.Notes, fmt.Sprintf("the plugin says that its costs are in %s; they are taken as %s, as the configuration says", cut(m.Currency), b.Currency))
	}
	return d, nil
}

// Verify lets the plugin try a credential, and asks which accounts it links to; a plugin
// that knows nothing of the latter has none.
func (b *cloudforet) Verify(ctx context.Context, by Credential) ([]Account, error) {
	question, _, err := b.question(ctx, by)
	if err != nil {
		return nil, err
	}
	if err := b.foreignly(ctx, asksCredential, costAnalysis, "DataSource", "verify", question, by, nil); err != nil {
		return nil, err
	}
	return b.accounts(ctx, question, by)
}

func (b *cloudforet) accounts(ctx context.Context, question map[string]any, by Credential) ([]Account, error) {
	var info struct {
		Results []struct {
			ID   string `json:"account_id"`
			Name string `json:"name"`
		}
	}
	err := b.foreignly(ctx, "its linked accounts", costAnalysis, "Cost", "get_linked_accounts", question, by, &info)
	var unknown *unknownError
	if errors.As(err, &unknown) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var accounts []Account
	for _, a := range info.Results {
		accounts = append(accounts, Account{a.ID, a.Name})
	}
	return b.checkAccounts(accounts)
}

// changed is a range of months that a plugin says it tells anew.
type changed struct {
	Start  string         `json:"start"`
	End    string         `json:"end"`
	Filter map[string]any `json:"filter"`
}

func (c changed) has(period billing.Period) bool {
	month := period.String()
	return firstMonth(c.Start) <= month && (c.End == "" || firstMonth(c.End) >= month)
}

// firstMonth is the month of 2026-10 or 2026-10-31.
func firstMonth(date string) string { return date[:min(len(date), len("2006-01"))] }

// Tasks asks in how many parts the costs since the month's start are told. When they were
// told last is not said: a plugin that knows it leaves out what did not change.
func (b *cloudforet) Tasks(ctx context.Context, by Credential, period billing.Period, _ time.Time) ([]Task, error) {
	question, m, err := b.question(ctx, by)
	if err != nil {
		return nil, err
	}
	if m.Routing {
		accounts, err := b.accounts(ctx, question, by)
		if err != nil {
			return nil, err
		}
		linked := []map[string]any{}
		for _, a := range accounts {
			linked = append(linked, map[string]any{"account_id": a.ID, "name": a.Name, "is_sync": false})
		}
		question["linked_accounts"] = linked
	}
	b.begin(period)
	question["start"] = period.String()
	var info struct {
		Tasks []struct {
			Options json.RawMessage `json:"task_options"`
		}
		Changed []changed
	}
	if err := b.foreignly(ctx, asksTasks, costAnalysis, "Job", "get_tasks", question, by, &info); err != nil {
		return nil, err
	}
	if err := b.whole(period, info.Changed); err != nil {
		return nil, err
	}
	var tasks []Task
	for i, t := range info.Tasks {
		if len(t.Options) == 0 {
			t.Options = json.RawMessage("{}")
		}
		tasks = append(tasks, Task{Text: t.Options, Name: taskName(t.Options, i)})
	}
	return b.checkTasks(tasks)
}

// whole returns an error where the plugin says that it tells only what came after the
// month: what it tells takes the place of the month that was there.
func (b *cloudforet) whole(period billing.Period, ranges []changed) error {
	for _, c := range ranges {
		if len(c.Filter) > 0 || c.has(period) {
			return nil
		}
	}
	if len(ranges) == 0 {
		return nil
	}
	return fmt.Errorf("backend %s was asked for %s, and tells only changes from %s to %s; what was collected of the month before stays in force, look at the options of the plugin",
		b.Name, period, cut(ranges[0].Start), cut(ranges[0].End))
}

// taskName is what of a task's options a person knows it by.
func taskName(options json.RawMessage, i int) string {
	var fields map[string]any
	if json.Unmarshal(options, &fields) == nil {
		for _, key := range []string{"name", "account_name", "account_id", "service_account_name", "database", "base_url"} {
			if text, ok := fields[key].(string); ok && text != "" {
				return cut(text)
			}
		}
	}
	return fmt.Sprintf("part %d", i+1)
}

// Rows streams the costs of a task that are of the month. The protocol asks for all since
// a month: costs of other months pass by, each is taken when its own month is collected.
func (b *cloudforet) Rows(ctx context.Context, by Credential, period billing.Period, t Task, total *Total) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		asked, m, err := b.question(ctx, by)
		if err != nil {
			yield(Row{}, err)
			return
		}
		asked["task_options"] = t.Text
		k, err := callOf(costAnalysis, "Cost", "get_data")
		if err != nil {
			yield(Row{}, err)
			return
		}
		message, err := k.fill(asked)
		if err != nil {
			yield(Row{}, fmt.Errorf("backend %s: %w", b.Name, err))
			return
		}
		seen := &telling{backend: b.Name, period: period, currency: b.Currency, others: true}
		if seen.currency == "" {
			seen.currency = m.Currency
		}
		paths := accountPaths(m)
		b.stream(ctx, by, seen, total, question{
			method: k.path,
			ask:    message,
			receive: func(r *receiver) (part, error) {
				answer := dynamicpb.NewMessage(k.answer)
				if err := r.into(answer); err != nil {
					return part{}, err
				}
				return costsOf(seen, answer, paths)
			},
			most: mostForeign,
		})(yield)
	}
}

// costsOf reads a message of costs.
func costsOf(seen *telling, answer *dynamicpb.Message, paths accountPath) (part, error) {
	var info struct{ Results []costInfo }
	if misfits(answer) {
		return part{}, seen.fault("sent costs in another version of protocol %s: what they come to cannot be read; use a newer version of the plugin", Cloudforet)
	}
	if err := read(answer, &info); err != nil {
		return part{}, seen.fault("sent costs that cannot be read: %s; report it to who wrote the plugin", words(err.Error(), Credential{}))
	}
	rows := make([]told, 0, len(info.Results))
	for _, c := range info.Results {
		rows = append(rows, c.told(paths))
	}
	return part{rows: rows}, nil
}
