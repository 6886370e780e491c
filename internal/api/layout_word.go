package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
)

// layoutWordOperations tell what layouts can be made of.
var layoutWordOperations = []described{ShowLayoutWords}

// LayoutChoicesQuery chooses a language.
type LayoutChoicesQuery struct {
	Language string `query:"language" maxLength:"35" doc:"Of the labels, as BCP 47 has it; English where it is not given, and where there are none of it" example:"ja"`
}

// LayoutChoices is what the fields of a layout take, each list in its order.
type LayoutChoices struct {
	Looks       []billing.Layout `json:"looks" doc:"What layouts start from, the default first: each says everything that a layout which leaves it out gets"`
	Facts       []string         `json:"facts"`
	Columns     []string         `json:"columns"`
	Sections    []string         `json:"sections"`
	Annexes     []string         `json:"annexes"`
	Hide        []string         `json:"hide"`
	PageNumbers []string         `json:"page_numbers"`
	LogoPlaces  []string         `json:"logo_places"`
	PayCodes    []string         `json:"qr"`
	Languages   []string         `json:"languages" doc:"Those that there are labels of"`
	Labels      []deliver.Label  `json:"labels" doc:"What is printed where a layout says nothing itself, by key"`
}

// ShowLayoutWords tells what layouts can say.
var ShowLayoutWords = Operation[*Desk, LayoutChoicesQuery, LayoutChoices]{
	ID: "show-layout-words", Method: http.MethodGet, Path: "/invoice-layouts/words", Tag: "Brand", Title: "Show what layouts can say", Needs: access.ReadConfig, Kept: true,
	About: "The looks that layouts of documents are based on, the words that their lists take, and the labels that can be renamed with the texts that come with Sluice in a language.",
	Do: func(_ context.Context, _ *Desk, in LayoutChoicesQuery) (LayoutChoices, error) {
		return LayoutChoices{
			Looks: deliver.BuiltInLooks(), Facts: deliver.Facts(), Columns: deliver.Columns(), Sections: deliver.Sections(), Annexes: deliver.Annexes(),
			Hide: deliver.Hidden(), PageNumbers: deliver.PageNumberings(), LogoPlaces: deliver.LogoPlaces(), PayCodes: deliver.PayCodes(),
			Languages: deliver.LabelLanguages(), Labels: deliver.BuiltInLabels(in.Language),
		}, nil
	},
}
