package view

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/notice"
)

// Bulletin is what the reseller tells its customers, as one of them reads it.
type Bulletin struct {
	ID       string    `json:"id"`
	Level    string    `json:"level"`
	Language string    `json:"language"`
	Title    string    `json:"title"`
	Text     string    `json:"text"`
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
}

// Announcements are those in force now for the organizations of the view, in a
// language where they have it. They are for those that the reseller itself sells to,
// and not for those below them, who may not know it.
func (v *View) Announcements(ctx context.Context, language string) ([]Bulletin, error) {
	all, err := notice.New(v.home.Store).InForce(ctx, v.home.Now())
	shown := []Bulletin{}
	for _, a := range all {
		if slices.ContainsFunc(v.heads, func(head string) bool { return v.isTold(head, a) }) {
			words := a.In(language)
			shown = append(shown, Bulletin{a.ID, a.Level, words.Language, words.Title, words.Text, a.From, a.To})
		}
	}
	return shown, err
}

func (v *View) isTold(head string, a notice.Announcement) bool {
	if head == access.Root {
		return true
	}
	customer, _, _ := strings.Cut(head, "/")
	o, ok := v.tree.Organization(customer)
	return ok && o.Parent == access.Root && a.For(customer)
}
