package server

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"image/png"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"golang.org/x/text/language"
)

// formNames are the pages with which people sign in and look after their account.
// invitation, reset and set-up are where links lead to, see package identity; what
// stands behind # in them is read by the page's script and sent with the form.
var formNames = []string{"set-up", "invitation", "reset", "sign-in", "account"}

// tongue is a language that the forms are written in.
type tongue struct {
	Tag   string // such as en
	Name  string // in the language itself
	Words map[string]string
}

// tongues are the languages, the first for whoever wants none of them. Each has a
// file of its own, with the same keys.
var tongues = []tongue{{"en", "English", wordsOf("en")}, {"ja", "日本語", wordsOf("ja")}}

// languageCookie holds the language that somebody has chosen.
const languageCookie = "sluice_language"

func wordsOf(tag string) map[string]string {
	data, err := pageFiles.ReadFile("page/words_" + tag + ".json")
	words := map[string]string{}
	if err = errors.Join(err, json.Unmarshal(data, &words)); err != nil {
		panic(fmt.Sprintf("the words in %s: %v", tag, err)) // they are part of the program
	}
	return words
}

// tongueOf is the language of who asks: as chosen by ?language= or before, else the
// best of Accept-Language, else the usual one of the brand, where it has one.
func tongueOf(r *http.Request, usual string) tongue {
	chosen := r.URL.Query().Get("language")
	if cookie, err := r.Cookie(languageCookie); err == nil {
		chosen = cmp.Or(chosen, cookie.Value)
	}
	ours := slices.Clone(tongues) // whoever wants none of them gets the first
	if i := slices.IndexFunc(ours, func(t tongue) bool { return t.Tag == usual }); i > 0 {
		ours[0], ours[i] = ours[i], ours[0]
	}
	tags := make([]language.Tag, len(ours))
	for i, t := range ours {
		if t.Tag == chosen {
			return t
		}
		tags[i] = language.MustParse(t.Tag)
	}
	_, best := language.MatchStrings(language.NewMatcher(tags), r.Header.Get("Accept-Language"))
	return ours[best]
}

// form is what a page with forms shows.
type form struct {
	tongue
	Page    string
	Tongues []tongue
	Look    dress
}

// T is a text in the language of the page, as HTML where it has marks.
func (f form) T(key string) template.HTML {
	return prose(f.Words[key])
}

// Title is the page's.
func (f form) Title() string { return f.Words[f.Page] }

// formPage serves a page of forms.
func formPage(name string, secure bool, looks *dresser) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		look := looks.of(r)
		t := tongueOf(r, look.Language)
		if r.URL.Query().Get("language") == t.Tag {
			const year = 365 * 24 * time.Hour
			http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: t.Tag, Path: "/", MaxAge: int(year / time.Second), HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode})
		}
		if look.Branded && name != "set-up" {
			t.Words = withoutProduct(t.Words)
		}
		var b bytes.Buffer
		if err := pageTemplates.ExecuteTemplate(&b, name, form{t, name, tongues, look}); err != nil {
			http.Error(w, "the page cannot be shown: "+err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Vary", "Accept-Language, Cookie")
		w.Header().Set("Content-Language", t.Tag)
		sendPage(w, r, "text/html; charset=utf-8", b.Bytes())
	})
}

// withoutProduct leaves out the texts that name this program, for pages in somebody's
// brand.
func withoutProduct(words map[string]string) map[string]string {
	others := maps.Clone(words)
	maps.DeleteFunc(others, func(_, text string) bool { return strings.Contains(strings.ToLower(text), "sluice") })
	return others
}

// serveQRCode makes a picture of the address of a seed, to be read by the camera of a
// phone: pages load no script that could, and the seed goes to no other server. It is
// nowhere kept.
func serveQRCode(w http.ResponseWriter, r *http.Request) {
	const longest, pixels = 1000, 240
	var body struct{ URL string }
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 2*longest)).Decode(&body)
	if err != nil || len(body.URL) > longest || !strings.HasPrefix(body.URL, "otpauth://totp/") {
		refuse(w, r, http.StatusUnprocessableEntity, "invalid", `send {"url": "otpauth://totp/…"}, as the answer to POST /api/v1/me/totp has it`)
		return
	}
	key, err := otp.NewKeyFromURL(body.URL)
	if err != nil {
		refuse(w, r, http.StatusUnprocessableEntity, "invalid", "url is no address of a seed")
		return
	}
	picture, err := key.Image(pixels, pixels)
	if err != nil {
		refuse(w, r, http.StatusUnprocessableEntity, "invalid", "url does not fit into a QR code")
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_ = png.Encode(w, picture) // who asked has gone where it fails
}
