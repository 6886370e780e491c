package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Where the settings of a month come from.
const (
	FromMaster = "master" // a copy of the group's master
	OfMonth    = "month"  // somebody changed them for this month
)

// MonthSetting is one version of a billing group's invoice settings of a month.
type MonthSetting struct {
	Period   billing.Period  `json:"period"`
	Group    string          `json:"group"`
	Version  int             `json:"version"` // set by the store, from 1
	Origin   string          `json:"origin"`  // master | month
	Settings json.RawMessage `json:"settings"`
	SavedAt  time.Time       `json:"saved_at"` // set by the store
	By       string          `json:"saved_by"`
}

const selectMonthSettings = `SELECT period, billing_group, version, origin, settings, saved_at, saved_by FROM month_setting`

func scanMonthSetting(r row) (x MonthSetting, err error) {
	err = r.Scan(text{&x.Period}, &x.Group, &x.Version, &x.Origin, (*[]byte)(&x.Settings), text{&x.SavedAt}, &x.By)
	return x, err
}

// MonthSettings returns the settings in force in a month, by billing group; none
// for a group that has no settings of the month.
func (s *Store) MonthSettings(ctx context.Context, period billing.Period) (map[string]MonthSetting, error) {
	all, err := list(ctx, s.db, scanMonthSetting, selectMonthSettings+` WHERE period = $1 ORDER BY version`, period.String())
	if err != nil {
		return nil, fmt.Errorf("read the invoice settings of %s: %w", period, err)
	}
	newest := map[string]MonthSetting{}
	for _, x := range all {
		newest[x.Group] = x
	}
	return newest, nil
}

// SaveMonthSettings puts the settings of several groups in force, all or none,
// each as a new version and audited. Settings that are in force already are left
// as they are.
func (s *Store) SaveMonthSettings(ctx context.Context, all []MonthSetting) error {
	slices.SortFunc(all, func(a, b MonthSetting) int { return cmp.Compare(a.Group, b.Group) })
	return s.write(ctx, "save invoice settings", func(tx *sql.Tx) error {
		for _, x := range all {
			if err := saveMonthSetting(ctx, tx, x); err != nil {
				return fmt.Errorf("of %s for %s: %w", x.Group, x.Period, err)
			}
		}
		return nil
	})
}

func saveMonthSetting(ctx context.Context, tx *sql.Tx, x MonthSetting) error {
	if err := require("the period", periodText(x.Period), "the billing group", x.Group, "the name of who saves them", x.By); err != nil {
		return err
	}
	if err := requireJSON("the text", x.Settings); err != nil {
		return err
	}
	newest, _, err := first(ctx, tx, scanMonthSetting,
		selectMonthSettings+` WHERE period = $1 AND billing_group = $2 ORDER BY version DESC LIMIT 1`, periodText(x.Period), x.Group)
	if err != nil {
		return err
	}
	if newest.Origin == x.Origin && bytes.Equal(newest.Settings, x.Settings) {
		return nil
	}
	at := now()
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO month_setting (period, billing_group, version, origin, settings, saved_at, saved_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		periodText(x.Period), x.Group, newest.Version+1, x.Origin, string(x.Settings), timeText(at), x.By); err != nil {
		return err
	}
	return appendAudit(ctx, tx, AuditEntry{
		At: at, By: x.By, Action: "month-setting." + x.Origin, Subject: x.Period.String() + "/" + x.Group,
		Detail: fmt.Sprintf("version %d", newest.Version+1), Before: newest.Settings, After: x.Settings,
	})
}
