package commitment

import (
	"context"
	_ "embed"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
)

var (
	//go:embed sql/plan_hours.sql
	planHoursSQL string
	//go:embed sql/capacity.sql
	capacitySQL string
	//go:embed sql/unshare.sql
	unshareSQL string
	//go:embed sql/turn.sql
	turnSQL string
	//go:embed sql/parts.sql
	partsSQL string
	//go:embed sql/hours.sql
	hoursSQL string
	//go:embed sql/daily.sql
	dailySQL string

	stageSQL = []string{inventoryFeesSQL, inventoryUsageSQL, planHoursSQL, capacitySQL, unshareSQL, tierLinesSQL, tiersSQL, turnSQL, partsSQL, hoursSQL, dailySQL}
)

// Input of Apply.
type Input struct {
	assign.Month
	Dir string // folder for the output: parts, hours and usage
	// Last is the folder of an earlier output of the same month, or empty. It is
	// taken over where nothing that decides on it has changed since, as when only
	// prices did.
	Last string
}

// Result is what Apply decided. Its lists are never nil: an empty one says that
// there is nothing.
type Result struct {
	Lake        []assign.Sum // what went in
	Changes     []Change
	Commitments []Commitment
	Findings    []billing.Finding
}

// Apply takes the provider's sharing of commitments back and applies each to
// the usage of its own group alone, hour by hour (R7). The month is open
// (assign.Open). It writes the lines that have to do with commitments, in
// parts, below Dir/parts, each commitment's hours below Dir/hours, and what
// there is to price, day by day, below Dir/usage, and opens all three as Open
// does.
//
// Two things happen, and each can be looked at: un-share gives every covered
// line its on-demand price and takes back the matching negation; re-apply lays
// the group's own commitments along that usage, turn by turn.
func Apply(ctx context.Context, s engine.Session, in Input) (Result, error) {
	billing.Step(ctx, "commitments "+in.Period.String(), 0, 0)
	inputs, err := inputsOf(in.Month)
	if err != nil {
		return Result{}, err
	}
	if last, ok, err := takeOver(ctx, s, in, inputs); ok || err != nil {
		return last, err
	}
	m, err := read(ctx, s, in.Month)
	if err != nil {
		return Result{}, err
	}
	if err := m.apply(ctx, s); err != nil {
		return Result{}, err
	}
	for _, output := range []struct{ folder, sql, about string }{
		{"parts", statement(partsSQL), "the parts of covered lines"},
		{"hours", statement(hoursSQL), "the hours of commitments"},
	} {
		if err := write(ctx, s, in, output.folder, output.sql, "payer"); err != nil {
			return Result{}, fmt.Errorf("writing %s of %s: %w", output.about, in.Period, err)
		}
	}
	result := Result{Commitments: append([]Commitment{}, m.commitments...)}
	found, err := m.findings(ctx, s)
	if err != nil {
		return result, err
	}
	result.Findings = append([]billing.Finding{}, found...)
	for _, name := range []string{"usage", "applied", "turn", "capacity", "plan_hours", "tiered", "crossed"} {
		if err := s.Exec(ctx, "DROP TABLE IF EXISTS "+name); err != nil { // their memory is the next step's
			return result, err
		}
	}
	if err := write(ctx, s, in, "usage", dailySQL, "load"); err != nil {
		return result, fmt.Errorf("summing the usage of %s by day: %w", in.Period, err)
	}
	changes, err := Changes(ctx, s)
	if err != nil {
		return result, err
	}
	sums, err := assign.Sums(ctx, s)
	if err != nil {
		return result, err
	}
	result.Changes, result.Lake = append([]Change{}, changes...), append([]assign.Sum{}, sums...)
	return result, keep(in.Dir, inputs, result)
}

// apply makes the tables that the output is written from.
func (m *month) apply(ctx context.Context, s engine.Session) error {
	if err := m.tables(ctx, s); err != nil {
		return err
	}
	if err := m.unshare(ctx, s); err != nil {
		return fmt.Errorf("taking shared commitments back in %s: %w", m.Period, err)
	}
	if err := reapply(ctx, s, m.Period, m.schedule.turns); err != nil {
		return fmt.Errorf("applying commitments in %s: %w", m.Period, err)
	}
	return nil
}

// write writes one kind of output, and opens it.
func write(ctx context.Context, s engine.Session, in Input, name, sql, partition string) error {
	if _, err := s.Write(ctx, sql, filepath.Join(in.Dir, name), partition, len(in.Loads)); err != nil {
		return err
	}
	return view(ctx, s, in.Dir, name)
}

// outputs are the folders of what Apply writes, and the views that Open makes
// of them.
var outputs = map[string]string{"parts": "parts", "hours": "hours", "usage": "daily_usage"}

// Open makes the views parts, hours and daily_usage of what Apply wrote below a
// folder.
func Open(ctx context.Context, s engine.Session, dir string) error {
	for name := range outputs {
		if err := view(ctx, s, dir, name); err != nil {
			return err
		}
	}
	return nil
}

func view(ctx context.Context, s engine.Session, dir, name string) error {
	files, err := filepath.Glob(filepath.Join(dir, name, "*", "*.parquet"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("the lake lacks the folder %s, which is in force; close the month again", filepath.Join(dir, name))
	}
	return s.View(ctx, outputs[name], files)
}

// unshare makes the table usage: what commitments can be applied to, as if the
// provider had applied none.
func (m *month) unshare(ctx context.Context, s engine.Session) error {
	for _, sql := range []string{planHoursSQL, capacitySQL, unshareSQL} {
		if err := s.Exec(ctx, statement(sql)); err != nil {
			return err
		}
	}
	var alone []assign.Key
	pooled := m.pooled()
	for _, k := range m.keys {
		if !pooled[k.number] {
			alone = append(alone, k.Key)
		}
	}
	tiered, err := retier(ctx, s, alone)
	if err != nil {
		return err
	}
	return m.admit(ctx, s, tiered)
}

// reapply runs the turns over the tables usage, pools and capacity. It makes
// the table applied, and leaves in usage what is on demand, in capacity what
// is used.
func reapply(ctx context.Context, s engine.Session, period billing.Period, turns []turn) error {
	if err := s.Exec(ctx, `CREATE OR REPLACE TEMP TABLE applied (turn INTEGER, ref BIGINT, share INTEGER, slot INTEGER,
		units DECIMAL(38, 18), from_hours DECIMAL(38, 18), to_hours DECIMAL(38, 18))`); err != nil {
		return err
	}
	for i, t := range turns {
		column, holder := "shared_turn", "0"
		if t.own {
			column, holder = "own_turn", "account"
		}
		sql := strings.NewReplacer("{turn}", fmt.Sprint(t.number), "{turn_column}", column, "{holder}", holder).Replace(turnSQL)
		for _, step := range []string{sql,
			`UPDATE usage SET done = t.done FROM (SELECT ref, MAX(to_hours) AS done FROM turn GROUP BY ref) t WHERE usage.ref = t.ref`,
			`UPDATE capacity SET used = used + t.units FROM (SELECT share, slot, SUM(units) AS units FROM turn GROUP BY share, slot) t
				WHERE capacity.share = t.share AND capacity.slot = t.slot`,
			`INSERT INTO applied SELECT * FROM turn`,
		} {
			if err := s.Exec(ctx, step); err != nil {
				return err
			}
		}
		billing.Step(ctx, "commitments "+period.String(), int64(i+1), int64(len(turns)))
	}
	return nil
}

// lineRef is the SQL expression of a line's number in the month; alias is of
// line_items, and the table loads is joined.
func lineRef(alias string) string {
	return strings.ReplaceAll("(CAST(loads.number AS BIGINT) * 1125899906842624 + CAST(l.x_file AS BIGINT) * 68719476736 + l.x_row)", "l.", alias+".")
}

// statement fills in what the statements of this stage have in common.
func statement(sql string) string {
	hour := "CAST(date_diff('hour', CAST(month.first_day AS TIMESTAMP), l.charge_period_start) AS INTEGER)"
	fill := []string{
		"{ref}", lineRef("l"),
		"{slot}", "(" + hour + " - " + hour + " % loads.hours)",
		// A line of another time than the month belongs to the day of the month nearest to it.
		"{day}", "LEAST(GREATEST(CAST(l.charge_period_start AS DATE), month.first_day), month.last_day)",
		// Whether a line's cover is taken back, as c, its commitment, and a, its account, say.
		"{taken}", `(COALESCE(c.mode, 'again') = 'again'
			OR c.mode = 'other' AND (c.scope IS DISTINCT FROM a.scope OR COALESCE(c.account, a.account) <> a.account))`,
		"{per_unit}", unitColumns(),
		"{shared}", partColumns(),
	}
	return measured.ReplaceAllStringFunc(strings.NewReplacer(fill...).Replace(sql), func(marker string) string {
		m := measured.FindStringSubmatch(marker)
		return map[string]func(string) string{"cost": costOf, "instances": instancesOf}[m[1]](m[2])
	})
}

// measured are the markers {cost:units} and {instances:units} in a statement.
var measured = regexp.MustCompile(`\{(cost|instances):([^}]*)\}`)

// costOf and instancesOf are the SQL expressions of what covered units of a
// share s cost, and of how many instance-hours, or money of a plan, they are.
// Both are rounded to 12 digits, since a size may be no power of two.
func costOf(units string) string      { return times(units, "s.unit_cost") }
func instancesOf(units string) string { return times(units, "s.per_unit") }

func times(units, factor string) string {
	return "CAST(ROUND(CAST(" + units + " AS DECIMAL(38, 12)) * " + factor + ", 12) AS DECIMAL(38, 18))"
}

// partAmounts are what of a line its parts share.
var partAmounts = []string{"quantity", "unblended", "net", "amortized", "blended", "list", "on_demand"}

// unitColumns is the SQL of what a unit of a line that is cut has of each amount, and
// partColumns of what its part has: the difference of two running amounts, nothing
// at no quantity and all of it at the whole.
func unitColumns() string {
	columns := make([]string, len(partAmounts))
	for i, amount := range partAmounts {
		columns[i] = fmt.Sprintf("CASE WHEN cut THEN quotient(line_%[1]s, whole) END AS unit_%[1]s", amount)
	}
	return strings.Join(columns, ",\n        ")
}

func partColumns() string {
	columns := make([]string, len(partAmounts))
	for i, amount := range partAmounts {
		upTo := func(quantity string) string {
			return fmt.Sprintf("CASE WHEN %[2]s = 0 THEN 0 WHEN %[2]s = whole THEN line_%[1]s ELSE CAST(unit_%[1]s * CAST(%[2]s AS DECIMAL(38, 15)) AS DECIMAL(38, 18)) END", amount, quantity)
		}
		columns[i] = fmt.Sprintf("CASE WHEN cut THEN %s - %s ELSE line_%[3]s END AS part_%[3]s", upTo("part_to"), upTo("part_from"), amount)
	}
	return strings.Join(columns, ",\n        ")
}
