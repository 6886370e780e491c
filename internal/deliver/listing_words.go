package deliver

import (
	"cmp"

	"github.com/sluice-billing/sluice/internal/billing"
)

// words are what names in listings are called in a language: sheets, columns, kinds
// and sums, by their names in CSV.
type words map[string]string

// listingWords are in the order of looking a language up. A new language is a file
// listing_words_….go and a line here.
var listingWords = []struct {
	tag   string // BCP 47
	words words
}{
	{"en", englishWords},
	{"ja", japaneseWords},
	{"de", germanWords},
	{"fr", frenchWords},
	{"es", spanishWords},
	{"ko", koreanWords},
	{"zh-TW", chineseTraditionalWords},
	{"zh-HK", chineseTraditionalWords},
	{"zh-MO", chineseTraditionalWords},
	{"zh-Hant", chineseTraditionalWords},
	{"zh", chineseSimplifiedWords},
}

// wordsFor are the words of a BCP 47 language: those of the longest tag it begins
// with, else English.
func wordsFor(language string) words {
	best, found := 0, englishWords
	for _, l := range listingWords {
		if hasTag(language, l.tag) && len(l.tag) > best {
			best, found = len(l.tag), l.words
		}
	}
	return found
}

// of is what a name is called; English where the language has no word, and the name
// itself where there is none at all.
func (w words) of(name string) string { return cmp.Or(w[name], englishWords[name], name) }

// yes is a word for what is so, and nothing for what is not.
func (w words) yes(so bool) string {
	if so {
		return w.of("yes")
	}
	return ""
}

// dayText is a day as 2026-11-05; empty where there is none.
func dayText(d *billing.Day) string {
	if d == nil {
		return ""
	}
	return d.String()
}
