package api

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// How well a text fits, the best first.
const (
	exactly = iota
	beginning
	wordBeginning
	inside
	none
)

// matcher collects what fits a text.
type matcher struct {
	text  string   // as plainText makes it
	words []string // of it, where there is more than one
	found []ranked
}

type ranked struct {
	Found
	rank, order int
}

func matcherOf(text string) *matcher {
	m := &matcher{text: strings.Join(strings.Fields(plainText(text)), " ")}
	if words := strings.Fields(m.text); len(words) > 1 {
		m.words = words
	}
	return m
}

// plainText is a text in small letters, with full-width letters and half-width
// katakana in their usual form.
func plainText(text string) string {
	for _, r := range text {
		if !isPlain(r) {
			return strings.ToLower(norm.NFKC.String(text))
		}
	}
	return text
}

// isPlain tells of the letters that names are mostly made of, small ones, kana and
// Han, that plainText leaves them as they are: tens of thousands of names are looked
// at for each search.
func isPlain(r rune) bool {
	return r < 'A' || r > 'Z' && r < utf8.RuneSelf || r >= 'ぁ' && r <= 'ゖ' || r >= 'ァ' && r <= 'ー' || r >= '一' && r <= '龥'
}

// offer takes a thing where one of the texts that it is known by fits.
func (m *matcher) offer(f Found, known ...string) { m.take(f, m.rank(known...)) }

func (m *matcher) take(f Found, rank int) {
	if rank < none {
		m.found = append(m.found, ranked{f, rank, len(m.found)})
	}
}

// rank is how well the best of texts fits. Of several words each must be in one of
// them.
func (m *matcher) rank(known ...string) int {
	best := none
	for _, k := range known {
		best = min(best, rankOf(k, m.text))
	}
	if best < none || m.words == nil {
		return best
	}
	for _, word := range m.words {
		if !slices.ContainsFunc(known, func(k string) bool { return strings.Contains(plainText(k), word) }) {
			return none
		}
	}
	return inside
}

// rankOf is how well a text fits what is looked for.
func rankOf(known, wanted string) int {
	known = plainText(known)
	at := strings.Index(known, wanted)
	switch {
	case at < 0:
		return none
	case at == 0 && len(known) == len(wanted):
		return exactly
	case at == 0:
		return beginning
	}
	for at < len(known) {
		if before, _ := utf8.DecodeLastRuneInString(known[:at]); !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return wordBeginning
		}
		next := strings.Index(known[at+1:], wanted)
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return inside
}

// best is what was found, the best first; of what fits alike the kinds after each
// other, each in the order it was offered in.
func (m *matcher) best() []Found {
	slices.SortStableFunc(m.found, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(kindOrder(a.Kind), kindOrder(b.Kind)), cmp.Compare(a.order, b.order))
	})
	all := make([]Found, len(m.found))
	for i, f := range m.found {
		all[i] = f.Found
	}
	return all
}

// kindOrder is the order of what fits alike.
func kindOrder(kind string) int {
	return slices.Index([]string{"customer", "billing-group", "month", "invoice", "account", "payer", "price-book", "commitment", "user"}, kind)
}
