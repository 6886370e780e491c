package mailroom

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/letter"
	"github.com/sluice-billing/sluice/internal/store"
)

// Text is what is written in a kind of letter, in a language.
type Text struct {
	Kind     letter.Kind `json:"kind"`
	Language string      `json:"language"`
	letter.Template
	Own       bool      `json:"own"` // false: it comes with the program
	ChangedAt time.Time `json:"changed_at,omitzero"`
	ChangedBy string    `json:"changed_by,omitempty"`
}

// Texts returns what an organization writes, of all kinds in all languages.
func (m *Mailroom) Texts(ctx context.Context, organization string) ([]Text, error) {
	kept, err := m.home.Store.LetterTexts(ctx, organization)
	if err != nil {
		return nil, err
	}
	var all []Text
	for _, kind := range letter.Kinds {
		for _, language := range letter.Languages {
			t := Text{Kind: kind, Language: language, Template: letter.BuiltIn(kind, language)}
			if i := slices.IndexFunc(kept, func(k store.LetterText) bool { return k.Kind == string(kind) && k.Language == language }); i >= 0 {
				t.Template, t.Own, t.ChangedAt, t.ChangedBy = letter.Template{Subject: kept[i].Subject, Body: kept[i].Body}, true, kept[i].ChangedAt, kept[i].ChangedBy
			}
			all = append(all, t)
		}
	}
	return all, nil
}

// Text returns what an organization writes in one kind and language; store.ErrNotFound
// where there is no such letter.
func (m *Mailroom) Text(ctx context.Context, organization string, kind letter.Kind, language string) (Text, error) {
	if err := known(kind, language); err != nil {
		return Text{}, err
	}
	all, err := m.Texts(ctx, organization)
	if err != nil {
		return Text{}, err
	}
	return all[slices.IndexFunc(all, func(t Text) bool { return t.Kind == kind && t.Language == language })], nil
}

// own are the texts that an organization has instead of those of the program.
func (m *Mailroom) own(ctx context.Context, organization string) (letter.Own, error) {
	kept, err := m.home.Store.LetterTexts(ctx, organization)
	if err != nil {
		return nil, err
	}
	own := letter.Own{}
	for _, k := range kept {
		kind := letter.Kind(k.Kind)
		if own[kind] == nil {
			own[kind] = map[string]letter.Template{}
		}
		own[kind][k.Language] = letter.Template{Subject: k.Subject, Body: k.Body}
	}
	return own, nil
}

// SaveText puts a text of an organization in force. What cannot be is a *RefusedError.
func (m *Mailroom) SaveText(ctx context.Context, organization string, kind letter.Kind, language string, t letter.Template, by string) error {
	if err := known(kind, language); err != nil {
		return err
	}
	t.Body = strings.ReplaceAll(t.Body, "\r\n", "\n")
	if err := checkText(kind, language, t); err != nil {
		return err
	}
	_, err := m.home.Store.SaveLetterText(ctx, store.LetterText{Organization: organization, Kind: string(kind), Language: language, Subject: t.Subject, Body: t.Body, ChangedBy: by})
	return err
}

func checkText(kind letter.Kind, language string, t letter.Template) error {
	if err := (letter.Own{kind: {language: t}}).Check(); err != nil {
		return &RefusedError{"", err.Error()}
	}
	return nil
}

// known is store.ErrNotFound for a kind or language of letters that there is not.
func known(kind letter.Kind, language string) error {
	if !slices.Contains(letter.Kinds, kind) || !slices.Contains(letter.Languages, language) {
		return fmt.Errorf("a letter %.50q in %.20q %w", kind, language, store.ErrNotFound)
	}
	return nil
}

// RemoveText takes a text of an organization away, so that the one that comes with the
// program is in force; store.ErrNotFound where it has none.
func (m *Mailroom) RemoveText(ctx context.Context, organization string, kind letter.Kind, language, by string) error {
	return m.home.Store.DeleteLetterText(ctx, organization, string(kind), language, by)
}

// Sight says what of a letter is to be looked at.
type Sight struct {
	Organization string
	Kind         letter.Kind
	Language     string
	Text         *letter.Template // instead of what is in force
	Document     string           // id or number of an issued one that the letter is about; made-up values where it is empty
}

// Look makes the very message that would be sent, which goes to nobody.
func (m *Mailroom) Look(ctx context.Context, s Sight) (letter.Message, error) {
	if err := known(s.Kind, s.Language); err != nil {
		return letter.Message{}, err
	}
	b, err := m.brandOf(ctx, s.Organization)
	if err != nil {
		return letter.Message{}, err
	}
	own, err := m.own(ctx, s.Organization)
	if err != nil {
		return letter.Message{}, err
	}
	if s.Text != nil {
		if err := checkText(s.Kind, s.Language, *s.Text); err != nil {
			return letter.Message{}, err
		}
		own[s.Kind] = map[string]letter.Template{s.Language: *s.Text}
	}
	if s.Document == "" {
		return letter.Preview(s.Kind, s.Language, own, b)
	}
	l := letter.Letter{Kind: s.Kind, Language: s.Language}
	at := m.home.Now()
	if l.Fields, err = m.ofDocument(ctx, handover.Mail{Document: s.Document, Letter: s.Kind, At: at, Step: 1}, s.Language); err != nil {
		return letter.Message{}, err
	}
	l.Attachments = []letter.Attachment{{Name: l.Fields["number"] + ".pdf", MediaType: "application/pdf"}}
	if b.Sender.Address == "" {
		b.Sender.Address = "billing@example.com"
	}
	message, err := letter.Compose(l, own, b)
	message.At = at
	return message, err
}

// isDocument tells whether letters of a kind are about one document.
func isDocument(kind letter.Kind) bool {
	return slices.Contains([]letter.Kind{letter.Invoice, letter.CreditNote, letter.DebitNote, letter.Reminder}, kind)
}

var errOtherKind = errors.New("letters of this kind are not about a document; leave it out")
