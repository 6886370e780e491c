package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/brand"
	"github.com/sluice-billing/sluice/internal/membership"
	"github.com/sluice-billing/sluice/internal/store"
)

// inviteTongues are the languages of the page of an invitation: those of documents,
// the first for whoever wants none of them.
var inviteTongues = tonguesOf("page/invite_words.json")

// tonguesOf reads languages from a file of the program.
func tonguesOf(name string) (all []tongue) {
	data, err := pageFiles.ReadFile(name)
	if err = errors.Join(err, json.Unmarshal(data, &all)); err != nil {
		panic(fmt.Sprintf("the words in %s: %v", name, err)) // they are part of the program
	}
	return all
}

// host shows customers what they have to do with an invitation, and how it stands.
type host struct {
	home  *app.App
	looks *dresser
}

// serveInvites offers the pages of invitations, bounded as links to documents are. The
// token is kept out of logs and traces.
func serveInvites(mux *http.ServeMux, service *api.Service, looks *dresser) {
	h := &host{service.Home, looks}
	bounded := NewRate(linksPerSecond, linksAtOnce, ByAddress, time.Now).Wrap(http.HandlerFunc(h.serve))
	mux.Handle("GET "+membership.PagePath+"{token}", bounded)
}

// invitePage is what the page shows; Invitation is nil where the address is not good.
type invitePage struct {
	form
	Nonce      string
	Colours    template.CSS
	Invitation *membership.Page
}

// Title is the page's.
func (p invitePage) Title() string {
	if p.Invitation == nil {
		return p.text("title-over")
	}
	return p.text("title-" + p.Invitation.Kind)
}

// text is a text in the language of the page, with what it names filled in.
func (p invitePage) text(key string) string {
	fill := []string{"{seller}", p.Look.Name}
	if i := p.Invitation; i != nil {
		fill = append(fill, "{target}", i.Target, "{payer}", i.Payer)
		if i.First != nil {
			fill = append(fill, "{month}", i.First.String())
		}
		if i.Joined != nil {
			fill = append(fill, "{day}", i.Joined.String())
		}
	}
	return strings.NewReplacer(fill...).Replace(p.Words[key])
}

// Say is a text as HTML.
func (p invitePage) Say(key string) template.HTML { return prose(p.text(key)) }

// Waits tells whether the customer is to do something.
func (p invitePage) Waits() bool {
	return p.Invitation != nil && slices.Contains([]string{membership.Sending, membership.Requested, membership.Open}, p.Invitation.State)
}

// Stands says how the invitation stands.
func (p invitePage) Stands() template.HTML {
	i := p.Invitation
	switch {
	case p.Waits():
		return p.Say("waits")
	case i.State == membership.Accepted && i.Kind == store.InvitedTransfer:
		return p.Say("accepted-transfer")
	case i.State == membership.Accepted && i.Joined != nil:
		return p.Say("accepted-day")
	case i.State == membership.Accepted:
		return p.Say("accepted")
	case i.Replaced:
		return p.Say("replaced")
	}
	return p.Say(strings.ToLower(i.State))
}

// Tone is the class of the note that says it.
func (p invitePage) Tone() string {
	switch {
	case p.Waits():
		return "warn"
	case p.Invitation.State == membership.Accepted:
		return "good"
	}
	return "bad"
}

// Until is the last moment in which it can be accepted, UTC; empty where that does not
// matter or is not known.
func (p invitePage) Until() string {
	if !p.Waits() || p.Invitation.Expires.IsZero() {
		return ""
	}
	return p.Invitation.Expires.UTC().Format("2006-01-02 15:04 UTC")
}

// Steps are what the customer has to do, one after the other.
func (p invitePage) Steps() (steps []template.HTML) {
	signIn := "sign-in-account"
	if strings.Contains(p.Invitation.Target, "@") {
		signIn = "sign-in-email"
	}
	keys := []string{signIn, "complete", "moves", "open", "accept"}
	if p.Invitation.Kind == store.InvitedTransfer {
		keys = []string{signIn, "management", "complete", "open-transfer", "accept", "after-transfer"}
	}
	for _, key := range keys {
		steps = append(steps, p.Say(key))
	}
	return steps
}

func (h *host) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	look, status := h.looks.of(r), http.StatusOK
	shown, err := h.home.Membership.Page(r.Context(), r.PathValue("token"))
	var page *membership.Page
	switch {
	case err == nil:
		page = &shown
		seller, failed := h.seller(r.Context(), shown.Customer)
		if failed != nil {
			h.looks.log.ErrorContext(r.Context(), "the brand of an invitation's page was not read", "error", failed.Error())
			break
		}
		look.Appearance, look.Branded = seller.Appearance(), true
	case errors.Is(err, store.ErrNotFound):
		status = http.StatusNotFound // whether there never was one, it ended or was taken back: nobody learns which
	default:
		status = http.StatusInternalServerError
		h.looks.log.ErrorContext(r.Context(), "the page of an invitation was not read", "error", err.Error())
	}
	h.show(w, r, status, look, page)
}

// seller is the brand of who sells to a customer: the reseller, where nobody is known
// in between.
func (h *host) seller(ctx context.Context, customer string) (brand.Brand, error) {
	c, err := h.home.Config(ctx)
	if err != nil {
		return brand.Brand{}, err
	}
	tree := access.TreeOf(c)
	id := access.Root
	if o, ok := tree.Organization(customer); ok {
		id = cmp.Or(o.Parent, access.Root)
	}
	b, err := brand.New(h.home.Store).Of(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		o, _ := tree.Organization(id)
		return brand.Brand{Organization: id, Name: cmp.Or(o.Name, id)}, nil
	}
	return b, err
}

func (h *host) show(w http.ResponseWriter, r *http.Request, status int, look dress, invitation *membership.Page) {
	usual := look.Language
	if invitation != nil {
		usual = invitation.Language
	}
	t := inviteTongue(r, usual, invitation != nil)
	page := invitePage{form: form{t, "invite", inviteTongues, look}, Nonce: rand.Text(), Colours: template.CSS(look.Theme()), Invitation: invitation}
	var b bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&b, "invite", page); err != nil {
		http.Error(w, "the page cannot be shown: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", contentPolicy+"; style-src 'self' 'nonce-"+page.Nonce+"'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", t.Tag)
	w.Header().Set("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// inviteTongue is the language of the page: the one that was chosen on it, else that of
// the invitation, else the best of what the browser asks for.
func inviteTongue(r *http.Request, usual string, decides bool) tongue {
	tags := make([]language.Tag, len(inviteTongues))
	for i, t := range inviteTongues {
		tags[i] = language.MustParse(t.Tag)
	}
	wanted := []string{r.URL.Query().Get("language")}
	if decides {
		wanted = append(wanted, usual)
	} else {
		wanted = append(wanted, r.Header.Get("Accept-Language"), usual)
	}
	matcher := language.NewMatcher(tags)
	for _, w := range wanted {
		asked, _, err := language.ParseAcceptLanguage(w)
		if err != nil || len(asked) == 0 {
			continue
		}
		if _, best, sure := matcher.Match(asked...); sure != language.No {
			return inviteTongues[best]
		}
	}
	return inviteTongues[0]
}
