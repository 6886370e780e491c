package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/notice"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/view"
	"github.com/sluice-billing/sluice/internal/workspace"
)

func (d *Desk) notices() *notice.Board { return notice.New(d.Store) }

// ListAnnouncements lists what customers are, were and will be told.
var ListAnnouncements = Listing[*Desk, struct{}, notice.Announcement]{
	ID: "list-announcements", Path: "/announcements", Tag: "Brand", Title: "List announcements", Needs: access.ReadConfig, Kept: true,
	About: "What customers are, were and will be told in the portal, the newest first.",
	Key:   func(a notice.Announcement) string { return a.ID },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]notice.Announcement, error) {
		return d.notices().All(ctx)
	},
}

// ShowAnnouncement returns an announcement.
var ShowAnnouncement = Operation[*Desk, ByID, notice.Announcement]{
	ID: "show-announcement", Method: http.MethodGet, Path: "/announcements/{id}", Tag: "Brand", Title: "Show an announcement", Needs: access.ReadConfig, Kept: true,
	About: "All of it, in all languages.",
	Do: func(ctx context.Context, d *Desk, in ByID) (notice.Announcement, error) {
		return d.notices().Of(ctx, in.ID)
	},
}

// AnnouncementBody is what customers are to be told.
type AnnouncementBody struct {
	Level     string      `json:"level" enum:"info,warning"`
	Words     []WordsBody `json:"words" minItems:"1" maxItems:"2" doc:"In each language once; the first is for whoever reads none of them"`
	From      *time.Time  `json:"from,omitempty" doc:"Shown from this time on; at once where it is not given"`
	To        *time.Time  `json:"to,omitempty" doc:"Not shown from this time on; without end where it is not given"`
	Customers []string    `json:"customers,omitempty" maxItems:"1000" doc:"Ids of customers that the reseller itself sells to; all of these where none is given"`
	Enabled   bool        `json:"enabled" doc:"Not shown at all where it is false"`
}

// WordsBody is an announcement in a language.
type WordsBody struct {
	Language string `json:"language" enum:"en,ja"`
	Title    string `json:"title" minLength:"1" maxLength:"200" doc:"One line"`
	Text     string `json:"text" maxLength:"2000" doc:"Plain text with line breaks"`
}

// announcement is what a body asks for, of customers that are the reseller's own.
func (d *Desk) announcement(id string, b AnnouncementBody) (notice.Announcement, error) {
	a := notice.Announcement{ID: id, Level: b.Level, Customers: b.Customers, Enabled: b.Enabled}
	for _, w := range b.Words {
		a.Words = append(a.Words, notice.Words(w))
	}
	if b.From != nil {
		a.From = *b.From
	}
	if b.To != nil {
		a.To = *b.To
	}
	for i, customer := range b.Customers {
		if o, ok := d.session.Rights.Tree().Organization(customer); !ok || o.Parent != access.Root {
			return a, invalid(fmt.Sprintf("body.customers[%d]", i), "%q is no customer that the reseller itself sells to", customer)
		}
	}
	return a, nil
}

// noticeRefused names the field of a request that is wrong.
func noticeRefused(err error) error {
	var refused *notice.RefusedError
	if errors.As(err, &refused) {
		return invalid("body."+refused.Field, "%s", refused.Why)
	}
	return err
}

// NewAnnouncement is an announcement to make.
type NewAnnouncement struct{ Body AnnouncementBody }

// AddAnnouncement tells customers something.
var AddAnnouncement = Operation[*Desk, NewAnnouncement, notice.Announcement]{
	ID: "add-announcement", Method: http.MethodPost, Path: "/announcements", Tag: "Brand", Title: "Announce something to customers", Needs: access.WriteConfig, Creates: true,
	About: "It is shown in the portal to the users of those customers that the reseller itself sells to, or of some of them. Customers of one that sells on see nothing of it.",
	Do: func(ctx context.Context, d *Desk, in NewAnnouncement) (notice.Announcement, error) {
		wanted, err := d.announcement("", in.Body)
		if err != nil {
			return wanted, err
		}
		added, err := d.notices().Add(ctx, wanted, d.User)
		return added, noticeRefused(err)
	},
}

// AnnouncementInput is an announcement as it is to be.
type AnnouncementInput struct {
	ByID
	Body AnnouncementBody
}

// SaveAnnouncement changes an announcement.
var SaveAnnouncement = Operation[*Desk, AnnouncementInput, notice.Announcement]{
	ID: "save-announcement", Method: http.MethodPut, Path: "/announcements/{id}", Tag: "Brand", Title: "Change an announcement", Needs: access.WriteConfig,
	About: "Replaces all of it. Whoever has dismissed it does not see it again; for something new make another one.",
	Do: func(ctx context.Context, d *Desk, in AnnouncementInput) (notice.Announcement, error) {
		wanted, err := d.announcement(in.ID, in.Body)
		if err != nil {
			return wanted, err
		}
		saved, err := d.notices().Save(ctx, wanted, d.User)
		return saved, noticeRefused(err)
	},
}

// RemoveAnnouncement forgets an announcement.
var RemoveAnnouncement = Operation[*Desk, ByID, Done]{
	ID: "remove-announcement", Method: http.MethodDelete, Path: "/announcements/{id}", Tag: "Brand", Title: "Remove an announcement", Needs: access.WriteConfig,
	About: "What it said stays in the audit.",
	Do: func(ctx context.Context, d *Desk, in ByID) (Done, error) {
		return Done{true}, d.notices().Remove(ctx, in.ID, d.User)
	},
}

// PortalAnnouncementsQuery chooses a language.
type PortalAnnouncementsQuery struct {
	Language string `query:"language" enum:"en,ja" doc:"The language wanted; what there is not in it comes in another one"`
}

// ListPortalAnnouncements lists what the caller is told.
var ListPortalAnnouncements = Listing[*view.View, PortalAnnouncementsQuery, view.Bulletin]{
	ID: "list-portal-announcements", Path: "/portal/announcements", Tag: "Portal", Title: "List what one's reseller announces", Needs: access.ReadBills,
	About: "What is in force now for the caller's organizations, warnings first. What the caller has dismissed is in `dismissed_announcements` of `show-preferences`.",
	Key:   func(a view.Bulletin) string { return a.ID },
	Do: func(ctx context.Context, v *view.View, in PortalAnnouncementsQuery) ([]view.Bulletin, error) {
		return v.Announcements(ctx, in.Language)
	},
}

// DismissAnnouncement remembers that somebody has read an announcement.
var DismissAnnouncement = Operation[*Session, ByID, workspace.Preferences]{
	ID: "dismiss-announcement", Method: http.MethodPost, Path: "/me/announcements/{id}/dismiss", Tag: "Me", Title: "Dismiss an announcement", Needs: access.ReadBills,
	About: "For the caller alone. The answer has all that they have chosen.",
	Do: func(ctx context.Context, s *Session, in ByID) (workspace.Preferences, error) {
		desks, err := s.workspace()
		if err != nil {
			return workspace.Preferences{}, err
		}
		seen, err := view.Of(s.home, s.declared, s.Rights, access.ReadBills, "")
		if err != nil {
			return workspace.Preferences{}, err
		}
		all, err := seen.Announcements(ctx, "")
		if err != nil {
			return workspace.Preferences{}, err
		}
		if !slices.ContainsFunc(all, func(a view.Bulletin) bool { return a.ID == in.ID }) {
			return workspace.Preferences{}, fmt.Errorf("announcement %s %w", in.ID, store.ErrNotFound)
		}
		return desks.ChangePreferences(ctx, s.Who.UserID, workspace.PreferenceChange{Dismiss: []string{in.ID}})
	},
}
