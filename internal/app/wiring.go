package app

import (
	"context"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/answer"
	"github.com/sluice-billing/sluice/internal/backup"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/bookuse"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/exchange"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/insight"
	"github.com/sluice-billing/sluice/internal/item"
	"github.com/sluice-billing/sluice/internal/membership"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/pipeline"
	"github.com/sluice-billing/sluice/internal/press"
	"github.com/sluice-billing/sluice/internal/receivable"
	"github.com/sluice-billing/sluice/internal/trial"
)

// wired makes the doors of an installation.
func wired(home *month.Installation, e *duckdb.Engine, x *explore.Explorer) *App {
	entries, items, receivables := adjustment.New(home), item.New(home), receivable.New(home)
	documents := desk.New(home, entries, items, receivables)
	profits, answers, trials := earnings.New(home), answer.New(home), trial.New(home, entries, documents)
	presses := press.New(home, documents, entries, answers, x)
	return &App{
		Installation: home,
		Pipeline:     pipeline.New(home, entries, documents),
		Documents:    documents,
		Items:        items,
		Rates:        exchange.New(home),
		Entries:      entries,
		Receivables:  receivables,
		Earnings:     profits,
		Trials:       trials,
		Membership:   membership.New(home, closedMonths(trials)),
		BookUses:     bookuse.New(home),
		Answers:      answers,
		Insights:     insight.New(home, x, profits, answers, receivables),
		Explorer:     x,
		Focus:        focus.New(home),
		Press:        presses,
		Backups:      backup.New(home, presses.Document),
		engine:       e,
	}
}

// As is the same open installation in the hands of another person or program, who
// is named in the audit. Only the one that Open returned is closed.
func (a *App) As(user string) *App {
	home := *a.Installation
	home.User = user
	other := wired(&home, a.engine, a.Explorer) // it works in nobody's name, and two do not make the same sums
	other.Mail = a.Mail
	return other
}

// closedMonths says for memberships which closed months a configuration would change.
func closedMonths(trials *trial.Trials) membership.Reached {
	return func(ctx context.Context, wanted billing.Config) (months []billing.Period, err error) {
		reached, err := trials.Reached(ctx, wanted)
		for _, r := range reached {
			months = append(months, r.Period)
		}
		return months, err
	}
}
