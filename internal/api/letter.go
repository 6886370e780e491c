package api

import (
	"context"
	"net/http"
	"net/mail"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/letter"
	"github.com/sluice-billing/sluice/internal/mailroom"
)

// ListLetters lists what letters say.
var ListLetters = Listing[*Desk, OfSeller, mailroom.Text]{
	ID: "list-letters", Path: "/letters", Tag: "Hand-over", Title: "List the texts of letters", Needs: access.ReadConfig, Kept: true,
	About: "What an organization writes, of all kinds of letters in all languages: its own text where `own` says so, else the one that comes with the program.",
	Key:   func(t mailroom.Text) string { return string(t.Kind) + " " + t.Language },
	Do: func(ctx context.Context, d *Desk, in OfSeller) ([]mailroom.Text, error) {
		m, organization, err := d.mailOf(ctx, in)
		if err != nil {
			return nil, err
		}
		return m.Texts(ctx, organization)
	},
}

// ListLetterFields lists what texts can name.
var ListLetterFields = Listing[*Desk, struct{}, letter.Field]{
	ID: "list-letter-fields", Path: "/letter-fields", Tag: "Hand-over", Title: "List the fields of letters", Needs: access.ReadConfig, Kept: true,
	About: "What subjects and bodies can name in braces, and in letters of which kinds. A line that names a field without a value is left out.",
	Key:   func(f letter.Field) string { return f.Name },
	Do: func(context.Context, *Desk, struct{}) ([]letter.Field, error) {
		return letter.FieldList, nil
	},
}

// OfLetter names a letter.
type OfLetter struct {
	OfSeller
	Kind     letter.Kind `path:"kind" maxLength:"30" doc:"What it is about" example:"invoice"`
	Language string      `path:"language" maxLength:"20" doc:"Its language" example:"en"`
}

// LetterInput is a text to save.
type LetterInput struct {
	OfLetter
	Body struct {
		Subject string `json:"subject" minLength:"1" maxLength:"1000" doc:"One line; it may name fields" example:"Invoice {number} of {seller}"`
		Body    string `json:"body" minLength:"1" maxLength:"60000" doc:"Plain text, with an empty line between paragraphs; it may name fields"`
	}
}

// SaveLetter puts a text in force.
var SaveLetter = Operation[*Desk, LetterInput, mailroom.Text]{
	ID: "save-letter", Method: http.MethodPut, Path: "/letters/{kind}/{language}", Tag: "Hand-over", Title: "Save the text of a letter", Needs: access.WriteConfig,
	About: "In the place of the one that comes with the program, for letters from now on. A text that names a field it cannot have is refused.",
	Do: func(ctx context.Context, d *Desk, in LetterInput) (mailroom.Text, error) {
		m, organization, err := d.mailOf(ctx, in.OfSeller)
		if err != nil {
			return mailroom.Text{}, err
		}
		if err := m.SaveText(ctx, organization, in.Kind, in.Language, letter.Template{Subject: in.Body.Subject, Body: in.Body.Body}, d.User); err != nil {
			return mailroom.Text{}, outwardRefused(err)
		}
		return m.Text(ctx, organization, in.Kind, in.Language)
	},
}

// RemoveLetter takes a text away.
var RemoveLetter = Operation[*Desk, OfLetter, mailroom.Text]{
	ID: "remove-letter", Method: http.MethodDelete, Path: "/letters/{kind}/{language}", Tag: "Hand-over", Title: "Take a text of one's own away", Needs: access.WriteConfig,
	About: "The answer is the text that comes with the program, which is in force then.",
	Do: func(ctx context.Context, d *Desk, in OfLetter) (mailroom.Text, error) {
		m, organization, err := d.mailOf(ctx, in.OfSeller)
		if err != nil {
			return mailroom.Text{}, err
		}
		if err := m.RemoveText(ctx, organization, in.Kind, in.Language, d.User); err != nil {
			return mailroom.Text{}, err
		}
		return m.Text(ctx, organization, in.Kind, in.Language)
	},
}

// LetterPreviewInput says what letter to look at.
type LetterPreviewInput struct {
	OfSeller
	Body struct {
		Kind     letter.Kind `json:"kind" maxLength:"30" doc:"What it is about" example:"invoice"`
		Language string      `json:"language" maxLength:"20" doc:"Its language" example:"en"`
		Subject  *string     `json:"subject,omitempty" maxLength:"1000" doc:"With body: a text to look at before it is saved"`
		Body     *string     `json:"body,omitempty" maxLength:"60000"`
		Invoice  string      `json:"invoice,omitempty" maxLength:"300" doc:"Id or number of an issued document that it is about; made-up values where it is not given"`
	}
}

// LetterPreview is a letter as its reader sees it.
type LetterPreview struct {
	From    string `json:"from" doc:"Name and address it comes from"`
	Subject string `json:"subject"`
	Text    string `json:"text" doc:"The plain letter"`
	HTML    string `json:"html" doc:"The same words for mail programs that show HTML; a whole page without scripts"`
}

// PreviewLetter shows a letter without sending it.
var PreviewLetter = Operation[*Desk, LetterPreviewInput, LetterPreview]{
	ID: "preview-letter", Method: http.MethodPost, Path: "/letters/preview", Tag: "Hand-over", Title: "Look at a letter", Needs: access.ReadConfig,
	About: "The very message that would be sent, with made-up values or about an issued document. Nothing is sent, and nothing is kept.",
	Do: func(ctx context.Context, d *Desk, in LetterPreviewInput) (LetterPreview, error) {
		m, organization, err := d.mailOf(ctx, in.OfSeller)
		if err != nil {
			return LetterPreview{}, err
		}
		b := in.Body
		if b.Invoice != "" {
			if err := d.May(access.ReadBills); err != nil {
				return LetterPreview{}, err
			}
		}
		sight := mailroom.Sight{Organization: organization, Kind: b.Kind, Language: b.Language, Document: b.Invoice}
		if b.Subject != nil || b.Body != nil {
			now, err := m.Text(ctx, organization, b.Kind, b.Language)
			if err != nil {
				return LetterPreview{}, err
			}
			sight.Text = &now.Template
			if b.Subject != nil {
				sight.Text.Subject = *b.Subject
			}
			if b.Body != nil {
				sight.Text.Body = *b.Body
			}
		}
		message, err := m.Look(ctx, sight)
		if err != nil {
			return LetterPreview{}, outwardRefused(err)
		}
		return LetterPreview{From: shownAddress(message.From), Subject: message.Subject, Text: message.Plain, HTML: message.HTML}, nil
	},
}

// shownAddress writes an address as people read it, not as it travels.
func shownAddress(a mail.Address) string {
	if a.Name == "" {
		return a.Address
	}
	return a.Name + " <" + a.Address + ">"
}
