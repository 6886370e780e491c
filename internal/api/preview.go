package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// previewOperations show what is not in force.
var previewOperations = []described{PreviewInvoice, ShowBookUse, ListCatalog, CheckBook, DownloadResource}

// PreviewInput is what to try on the documents of a billing group.
type PreviewInput struct {
	InMonth
	Body struct {
		Group    string                     `json:"group" minLength:"1" maxLength:"200" doc:"The billing group, by its id"`
		Layer    desk.Layer                 `json:"layer,omitempty" enum:"month,group" default:"month" doc:"Which settings are tried: those of the month, or those that the group declares, as if the month took them"`
		Settings map[string]json.RawMessage `json:"settings,omitempty" doc:"By name, as under invoice in the configuration: each replaces that setting of the layer whole, null takes it away"`
		Changes  []DeclaredChange           `json:"changes,omitempty" maxItems:"100" doc:"Declared things as they shall be, such as the group, its template or its customer; settings of the layer group are laid over them"`
		Anew     bool                       `json:"anew,omitempty" doc:"Leave aside what is issued: the whole invoice, and not the note that would correct it"`
	}
}

// PreviewInvoice drafts documents that nobody keeps.
var PreviewInvoice = Operation[*Desk, PreviewInput, desk.InvoicePreview]{
	ID: "preview-invoice", Method: http.MethodPost, Path: "/months/{period}/preview", Tag: "Invoices", Title: "Preview a billing group's invoice", Needs: access.ReadBills,
	About: "Makes the documents of a billing group from the charges in force, with settings or declared things that are not saved, and says field by field what differs from those that would be drafted without. " +
		"Nothing is kept, numbered or priced; it answers at once.\n\n" +
		"Where what is tried decides on prices, such as claims and price books, `rating` names it, and the amounts of usage are still those of the charges in force: `dry-run-month` with `draft` prices them. " +
		"What could not be declared is refused; `errors` points at the fields of the body. Changes need the permission `config.read`, those of price books `prices.read`.",
	Upload: mostTried,
	Do: func(ctx context.Context, d *Desk, in PreviewInput) (desk.InvoicePreview, error) {
		if len(in.Body.Changes) > 0 {
			if err := d.May(access.ReadConfig); err != nil {
				return desk.InvoicePreview{}, err
			}
		}
		wanted, err := d.laid(in.Body.Changes)
		if err != nil {
			return desk.InvoicePreview{}, err
		}
		if err := readableSettings(in.Body.Settings); err != nil {
			return desk.InvoicePreview{}, err
		}
		if !slices.ContainsFunc(wanted.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == in.Body.Group }) {
			return desk.InvoicePreview{}, invalid("body.group", "there is no billing group %q", in.Body.Group)
		}
		layer := in.Body.Layer
		if layer == "" {
			layer = desk.LayerMonth
		}
		preview, err := d.Documents.Preview(ctx, desk.PreviewInput{
			Period: in.Period, Group: in.Body.Group, Config: wanted, Layer: layer, Settings: in.Body.Settings, Anew: in.Body.Anew,
		})
		return preview, in.placed(err)
	},
}

// readableSettings says of each setting that is none, or has no value of its kind, where
// it is in the body.
func readableSettings(settings map[string]json.RawMessage) error {
	var wrong *Problem
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		_, err := invoice.Layer(billing.InvoiceSettings{}, map[string]json.RawMessage{name: settings[name]})
		if err == nil {
			continue
		}
		p := invalid("body.settings."+name, "%s", err)
		if wrong == nil {
			wrong = p
			continue
		}
		wrong.Errors = append(wrong.Errors, p.Errors...)
	}
	if wrong == nil {
		return nil // and not a *Problem that is nil
	}
	return wrong
}

// placed says where in the body it is that cannot be declared or applied.
func (in PreviewInput) placed(err error) error {
	var unfit *invoice.SettingsError
	if errors.As(err, &unfit) {
		return invalid("body.settings", "%s", unfit)
	}
	var problems config.Problems
	if !errors.As(err, &problems) {
		return err
	}
	p := &Problem{Code: "invalid-config", Detail: err.Error()}
	for _, x := range problems {
		p.Errors = append(p.Errors, Fault{in.place(x), x.Message, x.Spots})
	}
	return p
}

// place is where in the body a problem is: in the settings, or in a change; else its
// path in the configuration.
func (in PreviewInput) place(x config.Problem) string {
	for _, spot := range x.Spots {
		inner, ofSettings := strings.CutPrefix(spot.Inner, ".invoice.")
		name, _, _ := strings.Cut(strings.ReplaceAll(inner, "[", "."), ".")
		if _, given := in.Body.Settings[name]; given && ofSettings && spot.Kind == "billing_groups" && spot.ID == in.Body.Group {
			return "body.settings." + inner
		}
		for i, c := range in.Body.Changes {
			if c.Kind == spot.Kind && c.ID == spot.ID {
				return fmt.Sprintf("body.changes[%d].value%s", i, spot.Inner)
			}
		}
	}
	return x.Path
}
