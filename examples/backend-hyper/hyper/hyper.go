// Package hyper is a vendor for package backend: the client of the HTTP contract that the
// README describes.
package hyper

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/backend"
)

// Version of this backend.
const Version = "1.0.0"

const schemaName = "hyper"

const schema = `{"type":"object","title":"Hyper billing","properties":{
	"Account":{"type":"string","title":"Account","description":"id of the billing account, such as acme-1","minLength":1},
	"Email":{"type":"string","title":"Email","description":"of who the key was made for","format":"email"},
	"Key":{"type":"string","title":"Key","minLength":8,"writeOnly":true}},
	"required":["Account","Email","Key"],"additionalProperties":false}`

// Vendor asks Hyper billing.
type Vendor struct {
	Address string // of the vendor, where the option base_url names none
}

// Describe says what the backend is.
func (Vendor) Describe(context.Context, map[string]string) (backend.Description, error) {
	return backend.Description{Name: "Hyper billing", Version: Version, Provider: "hyper", Currency: "USD", Schemas: map[string]string{schemaName: schema}}, nil
}

// Account is a billing account as the vendor tells it.
type Account struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Accounts is what the vendor answers at /v1/accounts.
type Accounts struct {
	Accounts []Account `json:"accounts"`
}

// Month is what the vendor answers at /v1/months/2026-10.
type Month struct {
	Month    string    `json:"month"`
	Invoice  string    `json:"invoice,omitempty"` // once the month is closed
	Projects []Account `json:"projects"`          // that have costs
}

// Costs is a page of what the vendor answers at /v1/months/2026-10/projects/web/costs.
type Costs struct {
	Rows []Cost `json:"rows"`
	Next string `json:"next,omitempty"` // page that follows
}

// Cost is one line. Amounts are decimal text.
type Cost struct {
	Date     string `json:"date"`           // 2026-10-31, or 2026-10 for what has no day
	Kind     string `json:"kind,omitempty"` // usage (also where it is empty), credit, or tax
	Service  string `json:"service"`
	Region   string `json:"region,omitempty"`
	Meter    string `json:"meter,omitempty"`
	Resource string `json:"resource,omitempty"`
	Quantity string `json:"quantity,omitempty"`
	Unit     string `json:"unit,omitempty"`
	Cost     string `json:"cost"`
	List     string `json:"list,omitempty"` // by the public price
	Currency string `json:"currency"`
}

// Verify asks which accounts a credential reaches.
func (v Vendor) Verify(ctx context.Context, a backend.Access) ([]backend.Account, error) {
	var answer Accounts
	if err := v.ask(ctx, a, "/v1/accounts", &answer); err != nil {
		return nil, err
	}
	var accounts []backend.Account
	for _, x := range answer.Accounts {
		accounts = append(accounts, backend.Account{ID: x.ID, Name: x.Name})
	}
	return accounts, nil
}

// Plan has a task for each project that has costs in the month.
func (v Vendor) Plan(ctx context.Context, a backend.Access, m backend.Month, _ time.Time) ([]backend.Task, error) {
	month, err := v.month(ctx, a, m)
	if err != nil {
		return nil, err
	}
	var tasks []backend.Task
	for _, p := range month.Projects {
		tasks = append(tasks, backend.Task{ID: p.ID, Name: p.Name})
	}
	return tasks, nil
}

func (v Vendor) month(ctx context.Context, a backend.Access, m backend.Month) (Month, error) {
	var month Month
	err := v.ask(ctx, a, "/v1/months/"+m.String(), &month)
	return month, err
}

// mostPages bounds what is asked for a project: a vendor that always has a next page is
// not followed forever.
const mostPages = 10000

// categories by the vendor's kinds.
var categories = map[string]string{"": "Usage", "usage": "Usage", "credit": "Credit", "tax": "Tax"}

// Costs tells the costs of a project, page by page.
func (v Vendor) Costs(ctx context.Context, a backend.Access, m backend.Month, task string, tell func(backend.Row) error) error {
	month, err := v.month(ctx, a, m)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(month.Projects, func(p Account) bool { return p.ID == task })
	if i < 0 {
		return backend.NoSuchTask(task)
	}
	project := month.Projects[i]
	place := "/v1/months/" + m.String() + "/projects/" + url.PathEscape(project.ID) + "/costs"
	page := ""
	for range mostPages {
		var costs Costs
		if err := v.ask(ctx, a, place+query(page), &costs); err != nil {
			return err
		}
		for _, c := range costs.Rows {
			row, err := c.row(project, month.Invoice)
			if err == nil {
				err = tell(row)
			}
			if err != nil {
				return err
			}
		}
		if costs.Next == "" {
			return nil
		}
		page = costs.Next
	}
	return fmt.Errorf("the vendor has more than %d pages of project %s; report it to the vendor", mostPages, project.ID)
}

func query(page string) string {
	if page == "" {
		return ""
	}
	return "?" + url.Values{"page": {page}}.Encode()
}

func (c Cost) row(project Account, invoice string) (backend.Row, error) {
	category, known := categories[strings.ToLower(c.Kind)]
	if !known {
		return backend.Row{}, fmt.Errorf("the vendor tells a cost of kind %q, which this backend does not know; update the backend", c.Kind)
	}
	return backend.Row{
		Date: c.Date, Account: project.ID, AccountName: project.Name, Category: category, Service: c.Service, Region: c.Region, UsageType: c.Meter,
		Resource: c.Resource, Quantity: c.Quantity, Unit: c.Unit, Cost: c.Cost, ListCost: c.List, Currency: c.Currency, InvoiceID: invoice,
	}, nil
}
