package letter

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// Template is the text of a kind of letter in a language. Both parts name fields in
// braces. A line of the body that names a field without a value is left out; so is the
// rest of its paragraph where no line that names any is left.
type Template struct {
	Subject string `json:"subject"`
	Body    string `json:"body"`
}

// Own are a seller's texts instead of those that come with Sluice, by kind and
// language, such as de or zh-TW.
type Own map[Kind]map[string]Template

// Languages are those in which there are texts, English first.
var Languages = []string{"en", "ja", "de", "fr", "es", "ko", "zh-CN", "zh-TW"}

// further are tags of texts that are kept under another one.
var further = map[string]string{"zh": "zh-CN", "zh-hans": "zh-CN", "zh-hant": "zh-TW", "zh-hk": "zh-TW", "zh-mo": "zh-TW"}

//go:embed text
var files embed.FS

// builtIn are the texts that come with Sluice.
var builtIn = sync.OnceValue(func() Own {
	all := Own{}
	for _, language := range Languages {
		text, err := files.ReadFile("text/" + language + ".txtar")
		if err != nil {
			panic(err) // it is part of the program
		}
		for _, f := range txtar.Parse(text).Files {
			kind := Kind(f.Name)
			if all[kind] == nil {
				all[kind] = map[string]Template{}
			}
			subject, body, _ := strings.Cut(string(f.Data), "\n\n")
			all[kind][language] = Template{subject, body}
		}
	}
	return all
})

// BuiltIn returns the text of a kind that comes with Sluice: of the longest tag the
// language begins with, else in English.
func BuiltIn(kind Kind, language string) Template { return builtIn()[kind][spoken(language)] }

// spoken is which of Languages a language is served with.
func spoken(language string) string {
	for tag := strings.ToLower(language); tag != ""; tag = shorter(tag) {
		if kept, is := further[tag]; is {
			return kept
		}
		if i := slices.IndexFunc(Languages, func(l string) bool { return strings.EqualFold(l, tag) }); i >= 0 {
			return Languages[i]
		}
	}
	return Languages[0]
}

// shorter takes the last part off a language tag: de-AT is de, de is nothing.
func shorter(tag string) string { return tag[:max(0, strings.LastIndexByte(tag, '-'))] }

// find returns the text of a kind in a language.
func (o Own) find(kind Kind, language string) (Template, error) {
	if !slices.Contains(Kinds, kind) {
		return Template{}, fmt.Errorf("there is no kind of letter %q; there are %s", kind, known())
	}
	for tag := language; tag != ""; tag = shorter(tag) {
		for own, t := range o[kind] {
			if strings.EqualFold(own, tag) {
				return t, nil
			}
		}
	}
	return BuiltIn(kind, language), nil
}

// Check says what is wrong with texts of a seller: unknown kinds, empty parts, fields
// that the kind does not have. What is good can be composed.
func (o Own) Check() error {
	for _, kind := range sorted(o) {
		if !slices.Contains(Kinds, kind) {
			return fmt.Errorf("there is no kind of letter %q; there are %s", kind, known())
		}
		for _, language := range sorted(o[kind]) {
			if err := o[kind][language].check(kind); err != nil {
				return fmt.Errorf("the letter %s in %s: %w", kind, language, err)
			}
		}
	}
	return nil
}

const (
	mostSubject = 300    // characters
	mostBody    = 20_000 // characters
)

func (t Template) check(kind Kind) error {
	subject := []rune(strings.TrimSpace(t.Subject))
	switch {
	case len(subject) == 0:
		return fmt.Errorf("its subject is empty")
	case strings.TrimSpace(t.Body) == "":
		return fmt.Errorf("its body is empty")
	case len(subject) > mostSubject:
		return fmt.Errorf("its subject is longer than %d characters", mostSubject)
	case len([]rune(t.Body)) > mostBody:
		return fmt.Errorf("its body is longer than %d characters", mostBody)
	case strings.ContainsFunc(t.Subject, isControl):
		return fmt.Errorf("its subject is more than one line")
	case strings.ContainsFunc(t.Body, func(r rune) bool { return isControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		return fmt.Errorf("its body has characters that cannot be printed")
	}
	_, _, err := t.fill(kind, nil)
	return err
}

// fill puts values in the places of the fields.
func (t Template) fill(kind Kind, values Fields) (subject, body string, err error) {
	of := Fields{}
	for _, name := range fieldsOf(kind) {
		of[name] = printable(values[name])
	}
	subject, unknown := invoice.FillFields(t.Subject, of)
	if unknown == "" {
		body, unknown = fillBody(strings.ReplaceAll(t.Body, "\r\n", "\n"), of)
	}
	if unknown != "" {
		return "", "", fmt.Errorf("its text names %s; it can name {%s}", unknown, strings.Join(fieldsOf(kind), "}, {"))
	}
	return oneLine(subject), body, nil
}
