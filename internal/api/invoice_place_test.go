package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/client"
	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/job"
	"github.com/sluice-billing/sluice/internal/sample"
	"github.com/sluice-billing/sluice/internal/secret"
)

const draftedGroups = 6

// drafted is an installation with a closed September of some billing groups, whose
// documents are drafts. It is the 21st of November there.
func drafted(t *testing.T) (*app.App, string) {
	t.Helper()
	ctx, exported, dir := context.Background(), t.TempDir(), t.TempDir()
	september := billing.PeriodOf(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))
	if _, err := sample.Generate(ctx, exported, sample.Options{
		Lines: 600, Accounts: draftedGroups, Seed: 3, Period: september, Report: "cur", InvoiceID: "1001",
	}); err != nil {
		t.Fatal(err)
	}
	var groups strings.Builder
	for i := range draftedGroups {
		fmt.Fprintf(&groups, "  - {id: g%d, customer: acme, currency: USD, claims: [{accounts: [\"%012d\"]}]}\n", i+1, 200000000001+i)
	}
	c, err := config.Parse("reseller.yaml", []byte(`
reseller: {name: Reseller, currency: USD, accounts: ["111111111111"]}
payers: [{id: "111111111111", provider: aws}]
sources: [{name: export, kind: aws-cur, url: `+exported+`, payer: "111111111111"}]
customers: [{id: acme, name: ACME}]
billing_groups:
`+groups.String()))
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(ctx, app.Options{Dir: dir, Now: func() time.Time { return time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	changes, err := a.Plan(ctx, c, false)
	if err == nil {
		err = a.Apply(ctx, changes)
	}
	if err == nil {
		_, err = a.Pipeline.Close(ctx, september, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a, dir
}

// here is a session of its own of somebody who runs the program in the folder.
func here(t *testing.T, a *app.App, user string) Place {
	t.Helper()
	declared, err := a.Config(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return Place{Session: Local(a.As(user), declared)}
}

// served is the installation behind HTTP, asked with the token of somebody who has
// every permission.
func served(t *testing.T, a *app.App, dir string) Place {
	t.Helper()
	ctx := context.Background()
	keys, err := secret.Open(ctx, dir, a.Store)
	if err != nil {
		t.Fatal(err)
	}
	people, err := identity.New(a.Store, keys, time.Now, identity.Options{})
	if err != nil {
		t.Fatal(err)
	}
	acting := billing.WithActor(ctx, billing.Actor{Name: "test", Via: "cli"})
	robot, err := people.CreateServiceAccount(acting, "robot", "", []access.Grant{{Organization: access.Root, Role: access.Owner}})
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := people.CreateToken(acting, identity.TokenOrder{User: robot.ID, Name: "test", Expires: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	jobs := job.New(a.Store, time.Now, job.Options{Workers: 1, Poll: 20 * time.Millisecond, Problem: JobProblem})
	s := &Service{
		Home: a, People: people, Jobs: jobs, Dir: dir, Log: slog.New(slog.DiscardHandler),
		RequestID: func(context.Context) string { return "" }, NameCaller: func(context.Context, string) {},
	}
	server := httptest.NewServer(s.Start())
	running, stop := context.WithCancel(ctx)
	done := make(chan error)
	go func() { done <- jobs.Run(running) }()
	t.Cleanup(func() {
		server.Close()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	remote, err := client.At(server.URL, token)
	if err != nil {
		t.Fatal(err)
	}
	return Place{Remote: remote}
}
