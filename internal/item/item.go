package item

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/sheet"
	"github.com/sluice-billing/sluice/internal/store"
)

// MonthItem is an additional item on record for one month.
type MonthItem = store.MonthItem

// Where an item that is added came from.
const (
	UI  = store.ItemUI  // a person
	API = store.ItemAPI // another program
)

// Error says why an additional item cannot be added or removed.
type Error struct {
	Group, Label string
	Reasons      []string
}

// Error names the item and all reasons.
func (e *Error) Error() string {
	return fmt.Sprintf("item %q of billing group %q: %s", e.Label, e.Group, strings.Join(e.Reasons, "; "))
}

// List returns the additional items of a month, of one billing group or,
// with "", of all, by group and in the order they are printed in. Items of the
// configuration are not among them.
func (its *Items) List(ctx context.Context, period billing.Period, group string) ([]MonthItem, error) {
	items, err := its.home.Store.MonthItems(ctx, period)
	if group == "" || err != nil {
		return items, err
	}
	return slices.DeleteFunc(items, func(i MonthItem) bool { return i.Group != group }), nil
}

// OfMonth returns the additional items of a month by billing group, each
// group's in the order they are printed in.
func (its *Items) OfMonth(ctx context.Context, period billing.Period) (map[string][]billing.AdditionalItem, error) {
	items, err := its.home.Store.MonthItems(ctx, period)
	if err != nil {
		return nil, err
	}
	byGroup := map[string][]billing.AdditionalItem{}
	for _, i := range items {
		byGroup[i.Group] = append(byGroup[i.Group], i.Item)
	}
	return byGroup, nil
}

// IssuedGroups returns the billing groups that have an issued document of a
// month in force, each with the number of one.
func (its *Items) IssuedGroups(ctx context.Context, period billing.Period) (map[string]string, error) {
	return its.home.Store.IssuedGroups(ctx, period)
}

// Add adds an item to a month, behind the others of its group; source is
// UI or API. An *Error says what is wrong with it: an
// unknown group, a label that the group has already, an amount no bill has, or a
// document that is issued.
func (its *Items) Add(ctx context.Context, period billing.Period, item sheet.Item, source string) error {
	ctx, month, unlock, err := its.lockMonth(ctx, period)
	if err != nil {
		return err
	}
	defer unlock()
	reasons := month.against(item)
	if _, there := month.at[keyOf(item)]; there {
		reasons = append(reasons, "it is there already; remove that one first, or give this one another name")
	}
	if len(reasons) > 0 {
		return &Error{item.Group, item.Label, reasons}
	}
	added := MonthItem{Group: item.Group, Item: item.AdditionalItem, Position: month.behind(item.Group), Source: source}
	return its.home.Store.ChangeItems(ctx, store.ItemChanges{Period: period, By: its.home.User, Put: []MonthItem{added}})
}

// Remove takes an item out of a month. An *Error says why it cannot be
// taken: there is none, or the group's document is issued.
func (its *Items) Remove(ctx context.Context, period billing.Period, group, label string) error {
	ctx, month, unlock, err := its.lockMonth(ctx, period)
	if err != nil {
		return err
	}
	defer unlock()
	key := store.ItemKey{Group: group, Label: label}
	if _, there := month.at[key]; !there {
		return &Error{group, label, []string{fmt.Sprintf("there is none in %s; `sluice item list %s` lists them", period, period)}}
	}
	if reason := month.frozen(group); reason != "" {
		return &Error{group, label, []string{reason}}
	}
	return its.home.Store.ChangeItems(ctx, store.ItemChanges{Period: period, By: its.home.User, Remove: []store.ItemKey{key}})
}

// itemMonth is what decides whether an item can be in a month.
type itemMonth struct {
	period billing.Period
	now    []MonthItem // by group and position
	at     map[store.ItemKey]MonthItem
	groups []string          // ids of all billing groups
	issued map[string]string // number of a document that is issued and not voided, by group
	last   map[string]int64  // highest position, by group
}

// lockMonth reads a month that no other run can change until it is unlocked.
func (its *Items) lockMonth(ctx context.Context, period billing.Period) (locked context.Context, m itemMonth, unlock func(), err error) {
	if locked, unlock, err = its.home.Lock(ctx, period); err != nil {
		return ctx, m, nil, err
	}
	if m, err = its.itemMonth(locked, period); err != nil {
		unlock()
	}
	return locked, m, unlock, err
}

func (its *Items) itemMonth(ctx context.Context, period billing.Period) (itemMonth, error) {
	c, configErr := its.home.Config(ctx)
	now, itemsErr := its.home.Store.MonthItems(ctx, period)
	issued, issuedErr := its.home.Store.IssuedGroups(ctx, period)
	m := itemMonth{period: period, now: now, at: map[store.ItemKey]MonthItem{}, issued: issued, last: map[string]int64{}}
	for _, g := range c.BillingGroups {
		m.groups = append(m.groups, g.ID)
	}
	for _, i := range now {
		m.at[i.Key()] = i
		m.last[i.Group] = max(m.last[i.Group], i.Position)
	}
	return m, errors.Join(configErr, itemsErr, issuedErr)
}

// behind is the position behind all items of a group.
func (m itemMonth) behind(group string) int64 {
	m.last[group]++
	return m.last[group]
}

// frozen says why a group's items cannot change any more; empty where they can.
func (m itemMonth) frozen(group string) string {
	number, issued := m.issued[group]
	if !issued {
		return ""
	}
	return fmt.Sprintf("%s of %s is issued as %s and never changes; put it into a later month, or correct the document with a note", group, m.period, number)
}

// against says why an item cannot be put into the month, whether it is there
// already or not.
func (m itemMonth) against(item sheet.Item) (reasons []string) {
	if !slices.Contains(m.groups, item.Group) {
		reason := fmt.Sprintf("billing group %q is not declared", item.Group)
		if near := billing.Nearest(item.Group, m.groups); near != "" {
			reason += fmt.Sprintf("; did you mean %q?", near)
		}
		reasons = append(reasons, reason)
	}
	if strings.ContainsFunc(item.Label, unicode.IsControl) {
		reasons = append(reasons, "its name holds a line break or another control character, which cannot be printed; remove it")
	}
	for _, problem := range config.CheckItem(item.AdditionalItem) {
		reasons = append(reasons, problem.String())
	}
	if reason := m.frozen(item.Group); reason != "" {
		reasons = append(reasons, reason)
	}
	return reasons
}

func keyOf(item sheet.Item) store.ItemKey { return store.ItemKey{Group: item.Group, Label: item.Label} }

// sameItem tells whether two items are charged alike.
func sameItem(a, b billing.AdditionalItem) bool {
	return a.Label == b.Label && a.UnitPrice.Equal(b.UnitPrice) && a.Quantity.Equal(b.Quantity) && a.Tax == b.Tax && a.TaxFree == b.TaxFree
}
