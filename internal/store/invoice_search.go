package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// likeSigns are what LIKE takes for more than itself.
var likeSigns = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// FindInvoices returns at most so many invoices whose number or id holds each of some
// words, whatever its capitals, without their documents: those that are the first word
// first, then those that begin with it, the newest of each before the others.
func (s *Store) FindInvoices(ctx context.Context, words []string, most int) ([]Invoice, error) {
	if len(words) == 0 {
		return nil, nil
	}
	first := strings.ToLower(words[0])
	args := []any{first, likeSigns.Replace(first) + "%", most}
	var holds []string
	for _, w := range words {
		args = append(args, "%"+likeSigns.Replace(strings.ToLower(w))+"%")
		holds = append(holds, fmt.Sprintf(`(LOWER(id) LIKE $%d ESCAPE '\' OR LOWER(number) LIKE $%[1]d ESCAPE '\')`, len(args)))
	}
	found, err := list(ctx, s.db, scanFoundInvoice, `SELECT id, billing_group, period, state, number FROM invoice WHERE `+strings.Join(holds, " AND ")+`
		ORDER BY CASE WHEN LOWER(id) = $1 OR LOWER(number) = $1 THEN 0 WHEN LOWER(id) LIKE $2 ESCAPE '\' OR LOWER(number) LIKE $2 ESCAPE '\' THEN 1 ELSE 2 END,
			period DESC, id LIMIT $3`, args...)
	if err != nil {
		return nil, fmt.Errorf("look for invoices: %w", err)
	}
	return found, nil
}

func scanFoundInvoice(r row) (v Invoice, err error) {
	var number sql.Null[string]
	err = r.Scan(&v.ID, &v.Group, text{&v.Period}, &v.State, &number)
	v.Number = number.V
	return v, err
}
