package deliver

import "github.com/sluice-billing/sluice/internal/billing"

// Label is a text of printed documents that a layout can say in its own words.
type Label struct {
	Key    string `json:"key"`
	Text   string `json:"text"`   // that comes with Sluice, each place for a number or a name as {}; empty where the language prints none
	Places int    `json:"places"` // how many {} a text of its own must have
}

// BuiltInLabels lists what a BCP 47 language has for each of LabelKeys, in their
// order: what is printed where a layout says nothing itself.
func BuiltInLabels(language string) []Label {
	texts, all := labelsFor(language).byKey(), []Label{}
	for _, key := range LabelKeys() {
		all = append(all, Label{
			Key: key, Text: verb.ReplaceAllString(*texts[key], "{}"), Places: len(verb.FindAllString(*english.byKey()[key], -1)),
		})
	}
	return all
}

// BuiltInLooks are the looks that layouts start from, the default first, each as a
// layout that says everything that has a default. Its id is the name of the look.
func BuiltInLooks() []billing.Layout {
	all := []billing.Layout{}
	for _, l := range looks() {
		layout := l.layout
		layout.ID, layout.BasedOn = l.name, l.name
		all = append(all, layout)
	}
	return all
}

// LabelLanguages lists the languages that there are labels of, as BCP 47 has them,
// in the order of looking one up.
func LabelLanguages() []string {
	tags := make([]string, len(labelTables))
	for i, l := range labelTables {
		tags[i] = l.tag
	}
	return tags
}
