package focus

import (
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

var (
	//go:embed sql/priced.sql
	pricedSQL string
	//go:embed sql/cost.sql
	costSQL string
	//go:embed sql/tags.sql
	tagsSQL string
	//go:embed sql/staged.sql
	stagedSQL string
	//go:embed sql/unused.sql
	unusedSQL string
	//go:embed sql/rows.sql
	rowsSQL string

	//go:embed service.csv
	serviceCSV string
	//go:embed region.csv
	regionCSV string
	//go:embed unit.csv
	unitCSV string
)

// openRows makes the view focus_rows: every row of the scope, with the columns of
// FOCUS and those that other shapes are made from.
func (w *work) openRows(ctx context.Context) error {
	if w.current == "" {
		return fmt.Errorf("it %w: the month was not priced yet", store.ErrNotFound)
	}
	if err := w.openTagged(ctx); err != nil {
		return err
	}
	if err := w.openCharges(ctx); err != nil {
		return err
	}
	if err := w.openDocuments(ctx); err != nil {
		return err
	}
	if err := w.stage(ctx); err != nil {
		return err
	}
	charged, err := w.charged(ctx)
	if err != nil {
		return err
	}
	if err := w.openLines(ctx, charged); err != nil {
		return err
	}
	if err := w.openNames(ctx); err != nil {
		return err
	}
	return w.view(ctx, "focus_rows", rows())
}

// openTagged opens the month's lines, which have the tags: those of the revision in
// force. The session becomes that of the month.
func (w *work) openTagged(ctx context.Context) error {
	m, err := w.home.OpenRated(ctx, w.scope.period)
	if err != nil {
		return err
	}
	if err := w.session.Close(); err != nil {
		return errors.Join(err, m.Session.Close())
	}
	w.session, w.tagged = m.Session, m.Revision == w.current
	return nil
}

// openCharges makes the view focus_charges of the charges that the scope may see: of
// each document's revision the folder of its billing group, or of all of them for the
// reseller.
func (w *work) openCharges(ctx context.Context) error {
	groups := map[string][]string{} // by revision
	if w.scope.ofReseller() {
		groups[w.current] = []string{""}
	}
	for _, p := range w.papers {
		if p.charged() && !slices.Contains(groups[p.revision], p.group.ID) {
			groups[p.revision] = append(groups[p.revision], p.group.ID)
		}
	}
	var files []string
	for _, revision := range w.revisions() {
		for _, g := range groups[revision] {
			more, err := w.home.Lake.Charges(w.scope.period, revision, g)
			if err != nil {
				return err
			}
			files = append(files, more...)
		}
	}
	if len(files) == 0 { // a month without usage has the columns of the month's charges, and no row
		all, err := w.home.Lake.Charges(w.scope.period, w.current, "")
		if err != nil || len(all) == 0 {
			return errors.Join(err, fmt.Errorf("no charges of %s are in the lake", w.scope.period))
		}
		w.made = append(w.made, "DROP VIEW IF EXISTS focus_charges")
		if err := w.session.View(ctx, "focus_no_charges", all[:1]); err != nil {
			return err
		}
		return w.view(ctx, "focus_charges", "SELECT * FROM focus_no_charges WHERE FALSE")
	}
	return w.session.View(ctx, "focus_charges", files)
}

// stage makes the table focus_staged: charges in FOCUS's categories.
func (w *work) stage(ctx context.Context) error {
	base, spread, unused := pricedSQL, "TRUE", ""
	if w.scope.ofReseller() {
		base, spread, unused = costSQL, "FALSE", unusedSQL
		if err := w.openOwners(ctx); err != nil {
			return err
		}
	} else if err := w.openRates(ctx); err != nil {
		return err
	}
	tags, tagged := "CAST(NULL AS MAP(VARCHAR, VARCHAR))", ""
	if w.tagged {
		if err := w.table(ctx, "focus_tags", strings.ReplaceAll(tagsSQL, "{revision}", "'"+w.current+"'")); err != nil {
			return fmt.Errorf("reading tags: %w", err)
		}
		tags = "CASE WHEN c.x_pool IS NULL THEN t.tags END"
		tagged = `LEFT JOIN focus_tags t
    ON t.rev = c.rev AND t.load = c.x_load AND t.x_pricing_key = c.x_pricing_key AND t.x_tag_set = c.x_tag_set
    AND t.account = c.sub_account_id AND t.resource = COALESCE(c.resource_id, '') AND t.day = CAST(c.charge_period_start AS DATE)`
	}
	base = strings.NewReplacer("{tags}", tags, "{tagged}", tagged, "{weight}", "COALESCE(c.x_commitment_cost, 0)").Replace(base)
	staged := w.dated(strings.NewReplacer("{base}", base, "{spread}", spread, "{unused}", unused).Replace(stagedSQL))
	if err := w.table(ctx, "focus_staged", staged); err != nil {
		return fmt.Errorf("reading charges: %w", err)
	}
	return nil
}

// place is where charges of a group stand on an invoice.
type place struct {
	group, account, payer string
	kind                  statement.Kind
	currency              string // the provider's
}

// openRates makes the table of what the charges of each document are converted at: a
// row for each account, payer, place on the invoice and currency.
func (w *work) openRates(ctx context.Context) error {
	type key struct {
		doc int32
		place
	}
	rows, seen, stated := [][]any{}, map[key]bool{}, map[place]bool{}
	for _, p := range w.papers {
		if !p.charged() || !p.known {
			continue
		}
		for _, a := range p.Accounts {
			for _, l := range a.Lines {
				at := place{p.group.ID, a.Account, a.Payer, l.Kind, string(l.CostCurrency)}
				if l.Kind == statement.Entry || seen[key{p.doc, at}] {
					continue
				}
				seen[key{p.doc, at}], stated[at] = true, true
				rows = append(rows, at.row(p, l.Rate))
			}
		}
	}
	alone, err := w.unconverted(ctx, stated)
	if err != nil {
		return err
	}
	return w.small(ctx, "focus_rates", "doc INTEGER, group VARCHAR, revision VARCHAR, account VARCHAR, payer VARCHAR, place VARCHAR, currency VARCHAR, rate DECIMAL(38,18)", append(rows, alone...))
}

func (at place) row(p paper, rate money.Decimal) []any {
	return []any{p.doc, p.group.ID, p.revision, at.account, at.payer, string(at.kind), at.currency, rate}
}

// unconverted are the rates of what is on no document of the scope: 1.
func (w *work) unconverted(ctx context.Context, stated map[place]bool) (rows [][]any, err error) {
	for _, p := range w.papers {
		if p.known {
			continue
		}
		places, err := engine.Collect(ctx, w.session, func(x *place) []any { return []any{&x.account, &x.payer, &x.kind, &x.currency} },
			`SELECT DISTINCT sub_account_id, billing_account_id, x_place, billing_currency FROM focus_charges
			 WHERE "group" = $1 AND rev = $2 AND x_place IN ('usage', 'marketplace') ORDER BY 1, 2, 3, 4`, p.group.ID, p.revision)
		if err != nil {
			return nil, err
		}
		for _, x := range places {
			if x.group = p.group.ID; !stated[x] {
				rows = append(rows, x.row(p, money.FromInt(1)))
			}
		}
	}
	return rows, nil
}

// openOwners makes the table of whose the billing groups are.
func (w *work) openOwners(ctx context.Context) error {
	rows := [][]any{}
	for _, g := range w.config.BillingGroups {
		rows = append(rows, []any{g.ID, g.Customer})
	}
	return w.small(ctx, "focus_owners", "group VARCHAR, customer VARCHAR", rows)
}

// charged adds the charges of each document up, in the document's currency, as its
// rows have them. The exact cost of each account is held against the document: where
// they differ, the lake is not what the document was made from.
func (w *work) charged(ctx context.Context) (map[int32]money.Decimal, error) {
	type row struct {
		doc           int32
		account       string
		payer         string
		exact, billed money.Decimal
	}
	rows, err := engine.Collect(ctx, w.session, func(r *row) []any {
		return []any{&r.doc, &r.account, &r.payer, engine.Exact(&r.exact), engine.Exact(&r.billed)}
	}, "SELECT doc, COALESCE(account, ''), payer, CAST(SUM(price) AS VARCHAR), CAST(SUM("+converted("price")+") AS VARCHAR) FROM focus_staged GROUP BY doc, account, payer")
	if err != nil {
		return nil, err
	}
	type key struct {
		doc            int32
		account, payer string
	}
	sums, exact := map[int32]money.Decimal{}, map[key]money.Decimal{}
	for _, r := range rows {
		sums[r.doc] = sums[r.doc].Add(r.billed)
		exact[key{r.doc, r.account, r.payer}] = r.exact
	}
	for _, p := range w.papers {
		if !p.known || !p.charged() {
			continue
		}
		for _, a := range p.Accounts {
			stated := money.Zero
			for _, l := range a.Lines {
				if l.Kind != statement.Entry {
					stated = stated.Add(l.Cost)
				}
			}
			if lies := exact[key{p.doc, a.Account, a.Payer}]; !lies.Equal(stated) {
				return nil, fmt.Errorf("document %s states %s for account %s, and its charges in the lake come to %s; draft the month again", p.ID, stated, a.Account, lies)
			}
		}
	}
	return sums, nil
}

// converted is an amount as SQL, converted at the document's rate: exact at rate 1,
// else from its first 12 digits and the rate's first 10.
func converted(amount string) string {
	return "CASE WHEN rate = 1 THEN " + amount + " ELSE CAST(CAST(ROUND(" + amount + ", 12) AS DECIMAL(23, 12)) * CAST(rate AS DECIMAL(15, 10)) AS DECIMAL(38, 24)) END"
}

// unitPrice is a price as SQL: an amount for one of a quantity, to at least 15 digits
// where quantities are great; null where there is no quantity.
func unitPrice(amount, quantity string) string {
	exact := "CAST(" + amount + " AS DECIMAL(38, 18))"
	few := "CAST(quotient(" + exact + ", " + quantity + ") AS DECIMAL(38, 24))"
	billionth := "CAST('0.000000001' AS DECIMAL(9, 9))"
	many := "CAST(CAST(quotient(" + exact + ", CAST(CAST(" + quantity + " AS DECIMAL(27, 9)) * " + billionth + " AS DECIMAL(38, 18))) AS DECIMAL(29, 15)) * " + billionth + " AS DECIMAL(38, 24))"
	return "CASE WHEN " + quantity + " IS NULL THEN NULL WHEN ABS(" + quantity + ") < 10000 THEN " + few + " ELSE " + many + " END"
}

// rows is sql/rows.sql with its amounts.
func rows() string {
	return strings.NewReplacer(
		"{billed}", converted("price"), "{effective_billed}", converted("effective"), "{list_billed}", converted("listed"), "{contracted_billed}", converted("contracted"),
		"{contracted_unit}", unitPrice("s.contracted_billed", "s.quantity"), "{list_unit}", unitPrice("s.list_billed", "s.quantity"),
		"{pricing_contracted_unit}", unitPrice("s.contracted", "s.quantity"), "{pricing_list_unit}", unitPrice("s.listed", "s.quantity"),
		"{sku}", "COALESCE(s.sku, COALESCE(s.code, s.service) || COALESCE('/' || s.usage_type, '') || COALESCE('/' || s.operation, ''))",
	).Replace(rowsSQL)
}

// openNames makes the tables of what accounts, payers, providers, regions and units
// are called, and which category the month's services are of.
func (w *work) openNames(ctx context.Context) error {
	names := [][]any{}
	for _, a := range w.config.Accounts {
		if a.Name != "" {
			names = append(names, []any{"account", a.ID, a.Name})
		}
	}
	for _, p := range w.config.Payers {
		if p.Name != "" {
			names = append(names, []any{"payer", p.ID, p.Name})
		}
	}
	for _, id := range billing.ProviderIDs() {
		p, _ := billing.ProviderOf(id)
		names = append(names, []any{"provider", id, p.Name})
	}
	for _, p := range w.config.Providers {
		names = append(names, []any{"provider", p.ID, p.Name})
	}
	for kind, list := range map[string]string{"region": regionCSV, "unit": unitCSV} {
		for _, r := range listed(list) {
			names = append(names, []any{kind, r[0], r[1]})
		}
	}
	if err := w.small(ctx, "focus_names", "kind VARCHAR, id VARCHAR, name VARCHAR", names); err != nil {
		return err
	}
	known := map[string][]string{}
	for _, r := range listed(serviceCSV) {
		known[r[0]] = r[1:]
	}
	type service struct{ name, code string }
	found, err := engine.Collect(ctx, w.session, func(s *service) []any { return []any{&s.name, &s.code} },
		"SELECT service, COALESCE(MIN(code), '') FROM focus_staged GROUP BY service ORDER BY service")
	if err != nil {
		return err
	}
	services := [][]any{}
	for _, s := range found {
		of := known[s.code]
		if of == nil {
			of = known[s.name]
		}
		if of != nil {
			services = append(services, []any{s.name, of[0], of[1]})
		}
	}
	return w.small(ctx, "focus_services", "service VARCHAR, category VARCHAR, subcategory VARCHAR", services)
}

// listed reads one of the lists that the program has in it, without its header.
func listed(list string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(list)).ReadAll()
	if err != nil {
		panic(err) // the list is part of the program, and tested
	}
	return rows[1:]
}
