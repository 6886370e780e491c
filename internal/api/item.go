package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/item"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sheet"
)

// Item is an additional item of a month.
type Item struct {
	sheet.Item
	Source    string    `json:"source" doc:"csv, ui or api"`
	ChangedAt time.Time `json:"changed_at"`
	ChangedBy string    `json:"changed_by"`
}

// ItemsQuery chooses items of a month.
type ItemsQuery struct {
	InMonth
	Group string `query:"group" maxLength:"200" doc:"Only those of this billing group"`
}

// ListItems lists the additional items of a month.
var ListItems = Listing[*Desk, ItemsQuery, Item]{
	ID: "list-items", Path: "/months/{period}/items", Tag: "Items", Title: "List the items of a month", Needs: access.ReadBills,
	About: "The additional items that are on record for a month, by billing group, in the order they are printed in. Items that come every month are declared in the configuration instead.",
	Key:   func(i Item) string { return i.Group + "\x00" + i.Label },
	Do: func(ctx context.Context, d *Desk, in ItemsQuery) ([]Item, error) {
		items, err := d.Items.List(ctx, in.Period, in.Group)
		all := make([]Item, len(items))
		for i, m := range items {
			all[i] = Item{sheet.Item{Group: m.Group, AdditionalItem: m.Item}, m.Source, m.ChangedAt, m.ChangedBy}
		}
		return all, err
	},
}

// DownloadItems returns the items of a month as a file that can be imported.
var DownloadItems = Download[*Desk, ItemsQuery]{
	ID: "download-items", Path: "/months/{period}/items.csv", Tag: "Items", Title: "Download the items of a month", Needs: access.ReadBills,
	About:      "The items of a month as import-items reads them. A text that a spreadsheet would run as a formula has an apostrophe in front, which the import takes away again.",
	MediaTypes: []string{"text/csv"},
	Do: func(ctx context.Context, d *Desk, in ItemsQuery) (File, error) {
		items, err := d.Items.List(ctx, in.Period, in.Group)
		if err != nil {
			return File{}, err
		}
		var all []sheet.Item
		for _, i := range items {
			all = append(all, sheet.Item{Group: i.Group, AdditionalItem: i.Item})
		}
		var csv bytes.Buffer
		err = sheet.WriteItems(&csv, all)
		return File{fmt.Sprintf("items-%s.csv", in.Period), "text/csv", csv.Bytes()}, err
	},
}

// AddItemInput is an item for a month.
type AddItemInput struct {
	InMonth
	Body struct {
		Group     string        `json:"group" maxLength:"200" doc:"The billing group that is charged"`
		Label     string        `json:"label" maxLength:"1000" doc:"What is printed"`
		UnitPrice money.Decimal `json:"unit_price" doc:"The price of one, in the invoice's currency, without tax; below 0 it is taken off"`
		Quantity  money.Decimal `json:"quantity"`
		Tax       string        `json:"tax,omitempty" maxLength:"100" doc:"The tax category, such as reduced; that of usage where it is not given"`
		TaxFree   bool          `json:"tax_free,omitempty"`
	}
}

// ItemChanged is what became of an item.
type ItemChanged struct {
	Period billing.Period `json:"period"`
	Group  string         `json:"group"`
	Label  string         `json:"label"`
	Done   string         `json:"done" enum:"added,removed"`
}

// AddItem adds an item to a month.
var AddItem = Operation[*Desk, AddItemInput, ItemChanged]{
	ID: "add-item", Method: http.MethodPost, Path: "/months/{period}/items", Tag: "Items", Title: "Add an item to a month", Needs: access.WriteItems, Creates: true,
	About: "Puts an item on the invoice of a billing group for one month, behind its others; the next close drafts with it. " +
		"Refused with `invalid` where the group has one of this label, or its document of the month is issued.",
	Do: func(ctx context.Context, d *Desk, in AddItemInput) (ItemChanged, error) {
		b := in.Body
		added := sheet.Item{Group: b.Group, AdditionalItem: billing.AdditionalItem{Label: b.Label, UnitPrice: b.UnitPrice, Quantity: b.Quantity, Tax: b.Tax, TaxFree: b.TaxFree}}
		source := item.UI
		if d.session.Who.Kind == identity.Service {
			source = item.API
		}
		return ItemChanged{in.Period, b.Group, b.Label, "added"}, d.Items.Add(ctx, in.Period, added, source)
	},
}

// RemoveItemInput names an item.
type RemoveItemInput struct {
	InMonth
	Group string `query:"group" maxLength:"200" doc:"The billing group"`
	Label string `query:"label" maxLength:"1000" doc:"The text of the item"`
}

// RemoveItem takes an item out of a month.
var RemoveItem = Operation[*Desk, RemoveItemInput, ItemChanged]{
	ID: "remove-item", Method: http.MethodDelete, Path: "/months/{period}/items", Tag: "Items", Title: "Remove an item from a month", Needs: access.WriteItems,
	About: "Takes the item of a group and label out of a month. What it was stays in the audit. Refused with `invalid` where there is none, or the group's document of the month is issued.",
	Do: func(ctx context.Context, d *Desk, in RemoveItemInput) (ItemChanged, error) {
		return ItemChanged{in.Period, in.Group, in.Label, "removed"}, d.Items.Remove(ctx, in.Period, in.Group, in.Label)
	},
}

// ImportItemsInput is a file of items for a month.
type ImportItemsInput struct {
	InMonth
	Name    string `query:"name" maxLength:"255" doc:"The name of the file, for messages"`
	Mode    string `query:"mode" enum:"dry-run,replace-month,merge" default:"dry-run" doc:"What to do: say what merge would do; put the items of the file in the place of all others; or add them, and replace those of the same group and name"`
	Key     string `query:"key" maxLength:"200" doc:"A name of this import, which is done once; mode and hash of the file where it is not given"`
	RawBody []byte
}

// ImportItems reads the items of a month from CSV.
var ImportItems = Operation[*Desk, ImportItemsInput, item.Imported]{
	ID: "import-items", Method: http.MethodPost, Path: "/months/{period}/items/import", Tag: "Items", Title: "Import the items of a month from CSV", Needs: access.WriteItems, Upload: sheet.MaxSize + 1,
	About: "Reads a CSV file with the columns billing_group_id, item_name, quantity and unit_cost, and where wanted amount, tax and tax_free. " +
		"All rows are taken, or none: `done` says which, and `rows` what became of each, with its errors. The same file is imported into a month once.",
	Do: func(ctx context.Context, d *Desk, in ImportItemsInput) (item.Imported, error) {
		mode := item.Mode(in.Mode)
		if err := mode.Check(); err != nil {
			return item.Imported{}, invalid("query.mode", "%s", err)
		}
		return d.Items.Import(ctx, item.File{Name: in.Name, Data: in.RawBody, Period: in.Period, Mode: mode, Key: in.Key})
	},
}
