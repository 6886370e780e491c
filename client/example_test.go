package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/client"
	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/server"
)

const declared = `{
	"reseller": {"name": "Example Cloud Partners", "currency": "USD"},
	"payers": [{"id": "111111111111", "provider": "aws"}],
	"customers": [{"id": "acme", "name": "ACME, Inc."}],
	"billing_groups": [{"id": "acme", "customer": "acme", "currency": "USD", "cost_basis": "unblended", "claims": [{"accounts": ["200000000001"]}]}]
}`

const march = `bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/ProductCode,lineItem/CurrencyCode,lineItem/UnblendedCost
111111111111,900,2024-03-01T00:00:00Z,200000000001,Usage,2024-03-02T00:00:00Z,AmazonEC2,USD,100.5
`

// A month is declared, loaded and closed, and its invoices are listed.
func Example() {
	address, token, stop := serve()
	defer stop()

	ctx := context.Background()
	c, err := client.New(address, token)
	check(err)
	_, err = c.ApplyConfig(ctx, client.ApplyInputBody{Config: json.RawMessage(declared)})
	check(err)
	file, err := c.UploadFile(ctx, "march.csv", strings.NewReader(march))
	check(err)
	loading, err := c.IngestFiles(ctx, "2024-03", client.IngestFilesInputBody{Payer: "111111111111", Files: []string{file.ID}})
	check(err)
	_, err = loading.Wait(ctx, nil)
	check(err)

	closing, err := c.CloseMonth(ctx, "2024-03", client.CloseInputBody{})
	check(err)
	certificate, err := closing.Wait(ctx, nil)
	check(err)
	fmt.Println("residues:", len(certificate.Residues))
	for invoice, err := range c.ListInvoices(ctx, client.ListInvoicesQuery{Period: "2024-03"}) {
		check(err)
		fmt.Println(invoice.ID, invoice.State, invoice.Total, invoice.Currency)
	}

	_, err = c.ShowMonth(ctx, "March")
	var refused *client.Problem
	fmt.Println(errors.As(err, &refused) && refused.Code == "invalid")
	// Output:
	// residues: 0
	// 2024-03/acme draft 100.5 USD
	// true
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// serve starts a server on a new installation, and makes a program's token.
func serve() (address, token string, stop func()) {
	dir, err := os.MkdirTemp("", "sluice-client-*")
	check(err)
	ctx, end := context.WithCancel(billing.WithActor(context.Background(), billing.Actor{Name: "test"}))
	token = ownersToken(ctx, dir)
	s, err := server.Open(ctx, server.Options{
		Dir: dir, Listen: "127.0.0.1:0", Workers: 1, PerSecond: 1000, Requests: 64, Grace: time.Minute, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	check(err)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	return "http://" + s.Address().String(), token, func() {
		end()
		<-ended
		check(s.Close())
		check(os.RemoveAll(dir))
	}
}

// ownersToken makes a program that may do everything.
func ownersToken(ctx context.Context, dir string) string {
	a, err := app.Open(ctx, app.Options{Dir: dir})
	check(err)
	defer a.Close()
	keys, err := secret.Open(ctx, dir, a.Store)
	check(err)
	people, err := identity.New(a.Store, keys, time.Now, identity.Options{Origin: "http://localhost"})
	check(err)
	program, err := people.CreateServiceAccount(ctx, "example", "", []access.Grant{{Organization: access.Root, Role: access.Owner}})
	check(err)
	_, token, err := people.CreateToken(ctx, identity.TokenOrder{User: program.ID, Name: "example", Expires: time.Hour})
	check(err)
	return token
}
