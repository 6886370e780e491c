package config

import (
	"bytes"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func written(t interface{ Fatal(...any) }, c billing.Config) string {
	var out bytes.Buffer
	if err := Write(&out, c); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// drawText makes texts that YAML reads as something else when they stand bare.
func drawText(t *rapid.T) string {
	if rapid.Bool().Draw(t, "known to be hard") {
		return rapid.SampledFrom([]string{"", " ", "007", "1e5", "0x1F", "1_000", "2026-10-15", "2026-10", "12:30", "true", "No", "null", "~",
			"a: b", "a #b", "#", "- a", "-", "---", "...", "?", "? a", "!a", "&a", "*a*", "%a", "@a", "`a`", "'", "\"", "\\", "a'b", "[a]", "{a}", "a, b",
			"|", ">", "<<", "=", "a:", ":a", ".inf", ".nan", "line one\nline two\n", "one\n\ntwo", "\n", "a\n", " a\nb", "a\n ", "a\tb", "\ta",
			"a\n# b\n", "a\n---\nb", "a  b", "a ", "Königstraße 12", "日本橋 1-2-3", "A & B", "\u00a0", "\u2028", "\ufeff", "a\u200bb", "😀", "\U000e0001"}).Draw(t, "text")
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(rapid.StringN(0, 30, -1).Draw(t, "text"), "?"))
}

// draw fills a value of any type of the configuration. Lists that may be left
// out are so when they are empty.
func draw(t *rapid.T, v reflect.Value, depth int) {
	switch p := v.Addr().Interface().(type) {
	case *money.Decimal:
		*p = money.MustParse(rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,18})?`).Draw(t, "decimal"))
		return
	case *billing.Day:
		*p = billing.Day(rapid.Int32Range(-100_000, 2_000_000).Draw(t, "day"))
		return
	case *billing.Period:
		*p = billing.PeriodOf(billing.Day(rapid.Int32Range(0, 100_000).Draw(t, "month")).Time())
		return
	case *billing.Pattern:
		if depth > 6 {
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type().Elem() != patternType || depth < 6 {
			if rapid.Bool().Draw(t, "given") {
				v.Set(reflect.New(v.Type().Elem()))
				draw(t, v.Elem(), depth+1)
			}
		}
	case reflect.Struct:
		for _, field := range declaredFields(v.Type()) {
			switch to := v.FieldByIndex(field.Index); {
			case field.name == "regex":
				to.SetString(rapid.SampledFrom([]string{"", "metal$", `^a\.b\\[,:]"'#`}).Draw(t, "regex"))
			case field.required && to.Kind() == reflect.Slice:
				to.Set(reflect.MakeSlice(to.Type(), 0, 0))
				draw(t, to, depth+1)
			case field.required || rapid.IntRange(0, 2).Draw(t, "given") == 0:
				draw(t, to, depth+1)
			}
		}
	case reflect.Slice:
		for range rapid.IntRange(0, 2).Draw(t, "entries") {
			entry := reflect.New(v.Type().Elem()).Elem()
			draw(t, entry, depth+1)
			v.Set(reflect.Append(v, entry))
		}
	case reflect.Map:
		for range rapid.IntRange(0, 2).Draw(t, "names") {
			value := reflect.New(v.Type().Elem()).Elem()
			if value.Kind() == reflect.Slice {
				value.Set(reflect.MakeSlice(value.Type(), 0, 0))
			}
			draw(t, value, depth+1)
			if v.IsNil() {
				v.Set(reflect.MakeMap(v.Type()))
			}
			v.SetMapIndex(reflect.ValueOf(drawText(t)), value)
		}
	case reflect.String:
		v.SetString(drawText(t))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int32:
		v.SetInt(int64(rapid.Int32().Draw(t, "number")))
	}
}

// Whatever a configuration can hold is read back as it was, rule by rule or
// not: the checks, which would refuse most of it, are left aside.
func TestWriteKeepsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c billing.Config
		draw(t, reflect.ValueOf(&c).Elem(), 0)
		text := written(t, c)
		bodies, err := documents([]byte(text))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		var back billing.Config
		d := decoder{places: map[string]place{}}
		for _, body := range bodies {
			d.value(body, reflect.ValueOf(&back).Elem(), "")
		}
		if len(d.errors) > 0 {
			t.Fatalf("%v in\n%s", d.errors, text)
		}
		if got, want := canonical(back), canonical(c); !bytes.Equal(got, want) {
			t.Fatalf("read back as\n%s\nwant\n%s\nwritten as\n%s", got, want, text)
		}
		if again := written(t, back); again != text {
			t.Fatalf("written again as\n%s\nfirst as\n%s", again, text)
		}
	})
}

// What Load takes, it takes again after Write, and nothing is to change.
func TestLoadOfWrite(t *testing.T) {
	same := func(t interface {
		Fatal(...any)
		Fatalf(string, ...any)
	}, c billing.Config) {
		text := written(t, c)
		back, err := Parse("written.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if got, want := canonical(back), canonical(c); !bytes.Equal(got, want) {
			t.Fatalf("read back as\n%s\nwant\n%s\nwritten as\n%s", got, want, text)
		}
	}
	rapid.Check(t, func(t *rapid.T) { same(t, drawConfig(t, "c")) })

	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	loaded := 0
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if c, err := Parse(file.Name, file.Data); err == nil && strings.HasSuffix(file.Name, ".yaml") {
				loaded++
				t.Run(name+"/"+file.Name, func(t *testing.T) { same(t, c) })
			}
		}
	}
	if loaded < 10 {
		t.Errorf("only %d files were tried", loaded)
	}
}

func TestWriteRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"a\x01b": "customers[0].name holds a control character",
		"a\xffb": "customers[0].name is not UTF-8 text",
		"a\r\nb": "customers[0].name holds a control character",
	} {
		var out bytes.Buffer
		err := Write(&out, billing.Config{Customers: []billing.Customer{{ID: "a", Name: text}}})
		if err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%q: %d bytes and the error %v, want %q", text, out.Len(), err, want)
		}
	}
}
