package statement

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

var (
	//go:embed sql/lines.sql
	linesSQL string
	//go:embed sql/notes.sql
	notesSQL string
)

// Read sums the view "charges" up into a statement for each group that has
// charges on its invoice, by group. Names are those of the given accounts,
// else the provider's. The notes are from that view and the view "hours".
func Read(ctx context.Context, s engine.Session, period billing.Period, accounts []billing.Account) ([]Statement, error) {
	names := map[string]string{}
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	rows, err := s.Query(ctx, linesSQL)
	if err != nil {
		return nil, fmt.Errorf("summing the charges of %s: %w", period, err)
	}
	defer rows.Close()
	var all []Statement
	for rows.Next() {
		var group, account, payer, name, place, code, service, currency, amount, cost string
		if err := rows.Scan(&group, &account, &payer, &name, &place, &code, &service, &currency, &amount, &cost); err != nil {
			return nil, err
		}
		line := Line{Kind: Kind(place), Service: service, Currency: money.Currency(currency)}
		if line.Amount, err = money.Parse(amount); err != nil {
			return nil, err
		}
		if line.Cost, err = money.Parse(cost); err != nil {
			return nil, err
		}
		if given, ok := names[account]; ok {
			name = given
		}
		if len(all) == 0 || all[len(all)-1].Group != group {
			all = append(all, Statement{Group: group, Period: period})
		}
		st := &all[len(all)-1]
		if n := len(st.Accounts); n == 0 || st.Accounts[n-1].ID != account || st.Accounts[n-1].Payer != payer {
			st.Accounts = append(st.Accounts, Account{ID: account, Name: name, Payer: payer})
		}
		a := &st.Accounts[len(st.Accounts)-1]
		if a.Name == "" { // not every line of a file has the account's name
			a.Name = name
		}
		a.Lines = append(a.Lines, line)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return all, readNotes(ctx, s, all)
}

// readNotes adds the notes to the statements of their groups.
func readNotes(ctx context.Context, s engine.Session, all []Statement) error {
	type row struct{ group, code, arg string }
	rows, err := engine.Collect(ctx, s, func(r *row) []any { return []any{&r.group, &r.code, &r.arg} }, notesSQL)
	if err != nil {
		return fmt.Errorf("reading what to say about the prices of a month: %w", err)
	}
	for _, r := range rows {
		for i := range all {
			if all[i].Group == r.group {
				note := Note{Code: r.code}
				if r.code == CommitmentsAsApplied {
					note.Args = []string{r.arg}
				}
				all[i].Notes = append(all[i].Notes, note)
			}
		}
	}
	return nil
}
