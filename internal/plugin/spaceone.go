package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// spaceone speaks the billing protocol of SpaceONE 1.5: one answer for a month.
type spaceone struct {
	*caller
	mu   sync.Mutex
	said *metadata
}

func (b *spaceone) init(ctx context.Context) (metadata, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.said != nil {
		return *b.said, nil
	}
	var info struct{ Metadata metadata }
	if err := b.foreignly(ctx, asksMetadata, oldBilling, "DataSource", "init", map[string]any{"options": b.optionValues()}, Credential{}, &info); err != nil {
		return metadata{}, err
	}
	b.said = &info.Metadata
	return info.Metadata, nil
}

// Describe tells what the plugin's metadata say. The protocol knew no other currency than
// USD, which is that of rows that name none.
func (b *spaceone) Describe(ctx context.Context) (Described, error) {
	m, err := b.init(ctx)
	if err != nil {
		return Described{}, err
	}
	return Described{Name: b.Name, Protocol: CloudforetBilling, Currency: "USD", Schemas: m.schemas(),
		Notes: []string{"plugins of this protocol often accept every credential when it is tried; that one does not work is seen when costs are collected"}}, nil
}

func (b *spaceone) question(by Credential) map[string]any {
	return withSchema(map[string]any{"options": b.optionValues(), "secret_data": secretValues(by)}, by)
}

// Verify lets the plugin try a credential. The protocol tells no accounts.
func (b *spaceone) Verify(ctx context.Context, by Credential) ([]Account, error) {
	if _, err := b.init(ctx); err != nil {
		return nil, err
	}
	return nil, b.foreignly(ctx, asksCredential, oldBilling, "DataSource", "verify", b.question(by), by, nil)
}

// Tasks is one: the protocol knows no parts.
func (b *spaceone) Tasks(ctx context.Context, _ Credential, period billing.Period, _ time.Time) ([]Task, error) {
	if _, err := b.init(ctx); err != nil {
		return nil, err
	}
	b.begin(period)
	return []Task{{Text: json.RawMessage("{}"), Name: "all"}}, nil
}

// billed is the answer of the protocol.
type billed struct {
	Results []struct {
		Resource string `json:"resource_type"`
		Name     string `json:"name"`
		Data     []struct {
			Date     string `json:"date"`
			Cost     any    `json:"cost"`
			Currency string `json:"currency"`
		} `json:"billing_data"`
	} `json:"results"`
	Total json.Number `json:"total_count"`
}

// Rows asks for the whole month, by day where the plugin can, and yields its rows.
func (b *spaceone) Rows(ctx context.Context, by Credential, period billing.Period, _ Task, total *Total) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		*total = Total{Rows: -1}
		answer, err := b.month(ctx, by, period)
		if err != nil {
			yield(Row{}, err)
			return
		}
		seen := &telling{backend: b.Name, period: period, currency: b.Currency}
		if seen.currency == "" {
			seen.currency = "USD"
		}
		if said := answer.Total.String(); said != "" && said != "0" && said != fmt.Sprint(len(answer.Results)) {
			yield(Row{}, seen.fault("says that it told %s results, and told %d; nothing of the month is taken, try again, and report it to who wrote the plugin", said, len(answer.Results)))
			return
		}
		account := accountField(by)
		for _, result := range answer.Results {
			row := resourceOf(result.Resource)
			row.Account, row.Description = account, result.Name
			for _, d := range result.Data {
				row.Currency = d.Currency
				checked, _, err := seen.row(told{Row: row, date: d.Date, cost: number(d.Cost)})
				if err == nil && !b.count(period) {
					err = seen.fault("told more than %d rows of %s; raise its most_rows if the month is that large, else look why it tells so much", b.most, period)
				}
				if !yield(checked, err) || err != nil {
					return
				}
			}
		}
	}
}

// month asks for the month, by day unless the plugin cannot tell that many days.
func (b *spaceone) month(ctx context.Context, by Credential, period billing.Period) (billed, error) {
	var answer billed
	m, err := b.init(ctx)
	if err != nil {
		return answer, err
	}
	question := b.question(by)
	question["aggregation"] = aggregations(m)
	question["granularity"], question["start"], question["end"] = "DAILY", period.FirstDay().String(), period.LastDay().String()
	if days, err := m.DailyMost.Int64(); err == nil && days > 0 && days < int64(period.LastDay()-period.FirstDay())+1 {
		question["granularity"], question["start"], question["end"] = "MONTHLY", period.String(), period.String()
	}
	err = b.foreignly(ctx, askedRows, oldBilling, "Billing", "get_data", question, by, &answer)
	return answer, err
}

// aggregations are those by which costs are told apart; only what the plugin knows.
func aggregations(m metadata) []string {
	all := []string{"inventory.Region", "inventory.CloudServiceType"}
	if len(m.Aggregations) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(name string) bool { return !slices.Contains(m.Aggregations, name) })
}

// accountField is the account that a credential of the Hyper Billing kind names; it is no
// secret.
func accountField(by Credential) string {
	for _, name := range []string{"Account", "account", "account_id"} {
		if text, ok := by.Fields[name]; ok {
			return text.Reveal()
		}
	}
	return ""
}

// resourceOf reads a text such as
// inventory.CloudService?identity.Provider=aws&inventory.Region=us-east-1&inventory.CloudServiceType=Amazon EC2.
// It is no URL: values have & and = unquoted. A key begins where a & is followed by a name
// of the two families.
func resourceOf(kind string) Row {
	row := Row{Tags: map[string]string{}}
	_, query, _ := strings.Cut(kind, "?")
	for _, pair := range resourcePairs(query) {
		key, value, _ := strings.Cut(pair, "=")
		switch key {
		case "inventory.Region":
			row.Region = value
		case "inventory.CloudServiceType":
			row.Service = value
		case "identity.Provider":
			row.Tags[providerKey] = value
		case "":
		default:
			row.Tags[key] = value
		}
	}
	return row
}

func resourcePairs(query string) (pairs []string) {
	for _, piece := range strings.Split(query, "&") {
		begins := strings.HasPrefix(piece, "inventory.") || strings.HasPrefix(piece, "identity.")
		if len(pairs) == 0 || begins && strings.Contains(piece, "=") {
			pairs = append(pairs, piece)
			continue
		}
		pairs[len(pairs)-1] += "&" + piece
	}
	return pairs
}
