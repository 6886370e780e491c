package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
)

// Bounds of layouts.
const (
	leastSize, mostSize       = 80, 120 // percent
	leastPicture, mostPicture = 5, 170  // millimetres
	mostWords                 = 2000    // characters of a layout's texts
	darkEnough                = 150_000 // brightness of letters, of 255,000: lighter ones are not read on white
	lightEnough               = 200_000 // of what letters stand on
)

var (
	colourForm  = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	contentForm = regexp.MustCompile(`^[A-Za-z0-9:._-]{1,100}$`)
)

// layout checks all of a layout that can be wrong by itself, so that each one that
// passes can be drawn.
func (k *checker) layout(path string, l billing.Layout) {
	k.id(path+".id", l.ID)
	k.label(path+".name", l.Name)
	k.optionalWord(path+".based_on", l.BasedOn, deliver.Looks())
	k.colours(path+".colours", l.Colours)
	if l.Size != 0 && (l.Size < leastSize || l.Size > mostSize) {
		k.fail(path+".size", "is %d; use a percentage from %d to %d", l.Size, leastSize, mostSize)
	}
	if l.Fonts != nil {
		k.content(path+".fonts.regular", l.Fonts.Regular, true)
		k.content(path+".fonts.bold", l.Fonts.Bold, false)
	}
	k.picture(path+".logo", l.Logo)
	k.picture(path+".stamp", l.Stamp)
	if l.Stamp != nil && l.Stamp.Place != "" {
		k.fail(path+".stamp.place", "is given; a stamp is always at the seller's name")
	}
	k.wordList(path+".facts", l.Facts, deliver.Facts())
	k.wordList(path+".columns", l.Columns, deliver.Columns())
	k.wordList(path+".sections", l.Sections, deliver.Sections())
	if len(l.Sections) > 0 && !slices.Contains(l.Sections, "totals") {
		k.fail(path+".sections", "leaves out totals; an invoice says what it comes to, and its taxes")
	}
	k.wordList(path+".annexes", l.Annexes, deliver.Annexes())
	k.wordList(path+".hide", l.Hide, deliver.Hidden())
	k.wordList(path+".qr", l.QR, deliver.PayCodes())
	k.optionalWord(path+".page_numbers", l.PageNumbers, deliver.PageNumberings())
	languages := map[string]bool{}
	each(path+".words", l.Words, func(path string, w billing.LayoutWords) {
		if languages[w.Language] {
			k.fail(path+".language", "%q has words twice in this layout", w.Language)
		}
		languages[w.Language] = true
		k.layoutWords(path, w)
	})
}

// wordList checks a list whose entries are each one of a few words, none twice.
func (k *checker) wordList(path string, list, words []string) {
	each(path, list, func(path, value string) { k.word(path, value, words) })
	for i, value := range list {
		if slices.Contains(list[:i], value) {
			k.fail(fmt.Sprintf("%s[%d]", path, i), "%q is there twice", value)
		}
	}
}

// colours must be readable: letters in them on white, and white letters on the
// accent.
func (k *checker) colours(path string, c billing.LayoutColours) {
	for _, colour := range []struct {
		field, value string
		letters      bool
	}{{"accent", c.Accent, true}, {"ink", c.Ink, true}, {"muted", c.Muted, true}, {"line", c.Line, false}, {"band", c.Band, false}} {
		switch {
		case colour.value == "":
		case !colourForm.MatchString(colour.value):
			k.fail(path+"."+colour.field, "%q is not a colour; write it as #rrggbb, such as #1f3d66", colour.value)
		case colour.letters && brightness(colour.value) > darkEnough:
			k.fail(path+"."+colour.field, "%s is too light to be read on white; use a darker one", colour.value)
		case !colour.letters && colour.field == "band" && brightness(colour.value) < lightEnough:
			k.fail(path+"."+colour.field, "%s is too dark to be read on; use a lighter one", colour.value)
		}
	}
}

// brightness weighs the parts of a colour as eyes do (ITU-R BT.601), of 255,000.
func brightness(colour string) int64 {
	n, err := strconv.ParseInt(colour[1:], 16, 32)
	if err != nil {
		return 0
	}
	return (n>>16)*299 + (n>>8&0xff)*587 + (n&0xff)*114
}

// content checks the id of a picture's or font's content. That it is there is
// known to who keeps contents.
func (k *checker) content(path, id string, must bool) {
	if id == "" && !must {
		return
	}
	if k.required(path, id) && !contentForm.MatchString(id) {
		k.fail(path, "%q is not the id of a content; upload the file, and write the id that it gets", id)
	}
}

func (k *checker) picture(path string, p *billing.LayoutPicture) {
	if p == nil {
		return
	}
	k.content(path+".picture", p.Picture, true)
	k.label(path+".alt", p.Alt)
	k.optionalWord(path+".place", p.Place, deliver.LogoPlaces())
	for _, length := range []struct {
		field string
		value int
	}{{"width", p.Width}, {"height", p.Height}} {
		if length.value != 0 && (length.value < leastPicture || length.value > mostPicture) {
			k.fail(path+"."+length.field, "is %d; use millimetres from %d to %d", length.value, leastPicture, mostPicture)
		}
	}
}

func (k *checker) layoutWords(path string, w billing.LayoutWords) {
	if w.Language != "" && !languageForm.MatchString(w.Language) {
		k.fail(path+".language", "%q is not a language; use a BCP 47 code such as en, ja or zh-CN", w.Language)
	}
	for _, key := range slices.Sorted(maps.Keys(w.Labels)) {
		at := path + ".labels." + key
		if !slices.Contains(deliver.LabelKeys(), key) {
			k.fail(at, "%q is not a label;%s docs/how-to/layouts.md lists them", key, didYouMean(key, deliver.LabelKeys()))
			continue
		}
		if err := deliver.CheckLabel(key, w.Labels[key]); err != nil {
			k.fail(at, "%s", err)
		}
		k.label(at, w.Labels[key])
	}
	for _, text := range []struct{ field, value string }{{"opening", w.Opening}, {"remarks", w.Remarks}, {"footer", w.Footer}} {
		if n := utf8.RuneCountInString(text.value); n > mostWords {
			k.fail(path+"."+text.field, "has %d characters; a layout has room for %d", n, mostWords)
		}
	}
}
