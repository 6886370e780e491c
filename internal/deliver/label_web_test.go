package deliver

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// The pages show documents in the words that files have; -update writes them there.
func TestWordsOfThePages(t *testing.T) {
	for file, table := range map[string]*labels{
		"en": &english, "ja": &japanese, "de": &german, "fr": &french, "es": &spanish, "ko": &korean, "zh-CN": &chineseSimplified, "zh-TW": &chineseTraditional,
	} {
		words := map[string]any{}
		fields := reflect.ValueOf(*table)
		for i, field := range reflect.VisibleFields(fields.Type()) {
			switch value := fields.Field(i); value.Kind() {
			case reflect.String:
				words[field.Name] = value.String()
			case reflect.Map:
				all := map[string]string{}
				for _, key := range value.MapKeys() {
					all[key.String()] = value.MapIndex(key).String()
				}
				words[field.Name] = all
			}
		}
		if table == &english {
			words["charges"] = invoice.ChargeNames()
		}
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(words); err != nil {
			t.Fatal(err)
		}
		path := "../../web/src/ui/invoice/label/" + file + ".json"
		if *update {
			if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, want.Bytes()) {
			t.Errorf("%s does not say what the files do; run the tests of this package with -update (%v)", path, err)
		}
	}
}
