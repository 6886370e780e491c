package awsstub

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// service is what is known of one.
type service struct {
	name       string // of its folder, such as cost-and-usage-report-service
	signing    string // as which its requests are signed
	target     string // what X-Amz-Target starts with
	protocol   string // 1.0 or 1.1 of AWS JSON; query
	operations map[string]*operation
	exceptions map[string]*exception
	examples   []Example
	unchecked  []string // shapes whose pattern nothing is held against
}

type operation struct {
	name          string
	input, output *shape
	errors        []string
	unsigned      bool
}

// exception is an error that a service may answer with.
type exception struct {
	shape  *shape
	status int // of HTTP
}

// smithyModel is the part of a Smithy model, in its JSON form, that is read here.
type smithyModel struct {
	Shapes map[string]smithyShape `json:"shapes"`
}

type smithyShape struct {
	Type    string                     `json:"type"`
	Members map[string]smithyMember    `json:"members"`
	Member  *smithyMember              `json:"member"`
	Value   *smithyMember              `json:"value"`
	Input   *smithyMember              `json:"input"`
	Output  *smithyMember              `json:"output"`
	Errors  []smithyMember             `json:"errors"`
	Traits  map[string]json.RawMessage `json:"traits"`
}

type smithyMember struct {
	Target string                     `json:"target"`
	Traits map[string]json.RawMessage `json:"traits"`
}

// loaded keeps what was read of a folder: models do not change while tests run, and
// nothing changes a service after it was loaded.
var loaded sync.Map

// loadServices reads all models below data that the stub can serve, and STS.
func loadServices(data string) (map[string]*service, error) {
	if known, ok := loaded.Load(data); ok {
		return known.(map[string]*service), nil
	}
	files, err := filepath.Glob(filepath.Join(data, "aws-api-models", "*", "service", "*", "*.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no models of AWS below %s; give the folder that has aws-api-models", data)
	}
	services := map[string]*service{"sts": queryService()}
	for _, file := range files {
		name := filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(file))))
		sv, err := loadService(name, file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if sv != nil {
			extend(sv)
			services[name] = sv
		}
	}
	if err := loadExamples(data, services); err != nil {
		return nil, err
	}
	known, _ := loaded.LoadOrStore(data, services)
	return known.(map[string]*service), nil
}

// loadService reads one model; nil where its protocol is not served here.
func loadService(name, file string) (*service, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var model smithyModel
	if err := json.Unmarshal(text, &model); err != nil {
		return nil, err
	}
	builder := &shapeBuilder{model: model, made: map[string]*shape{}}
	sv := &service{name: name, operations: map[string]*operation{}, exceptions: map[string]*exception{}}
	for id, sh := range model.Shapes {
		short := shortName(id)
		switch sh.Type {
		case "service":
			sv.target = short
			for _, version := range []string{"1.0", "1.1"} {
				if sh.Traits["aws.protocols#awsJson"+strings.ReplaceAll(version, ".", "_")] != nil {
					sv.protocol = version
				}
			}
			var auth struct {
				Name string `json:"name"`
			}
			if err := json.Unmarshal(sh.Traits["aws.auth#sigv4"], &auth); err != nil {
				return nil, fmt.Errorf("%s: %w", id, err)
			}
			sv.signing = auth.Name
		case "operation":
			op := &operation{name: short, input: builder.target(sh.Input), output: builder.target(sh.Output)}
			for _, e := range sh.Errors {
				op.errors = append(op.errors, shortName(e.Target))
			}
			sv.operations[short] = op
		case "structure":
			if sh.Traits["smithy.api#error"] == nil {
				continue
			}
			e := &exception{shape: builder.shape(id), status: 400}
			if status := sh.Traits["smithy.api#httpError"]; status != nil {
				if err := json.Unmarshal(status, &e.status); err != nil {
					return nil, fmt.Errorf("%s: %w", id, err)
				}
			}
			sv.exceptions[short] = e
		}
	}
	if builder.err != nil || sv.protocol == "" {
		return nil, builder.err
	}
	sv.unchecked = builder.unchecked
	return sv, nil
}

func shortName(id string) string {
	_, name, _ := strings.Cut(id, "#")
	return name
}

// shapeBuilder makes shapes of a model, each once, since they may contain themselves.
type shapeBuilder struct {
	model smithyModel
	made  map[string]*shape
	err   error

	unchecked []string // shapes whose pattern cannot be read
}

func (b *shapeBuilder) target(m *smithyMember) *shape {
	if m == nil {
		return &shape{name: "Unit", kind: "structure"}
	}
	return b.shape(m.Target)
}

func (b *shapeBuilder) shape(id string) *shape {
	if made := b.made[id]; made != nil {
		return made
	}
	sh, known := b.model.Shapes[id]
	made := &shape{name: shortName(id), kind: sh.Type}
	b.made[id] = made
	if !known { // of the prelude: smithy.api#String
		made.kind = strings.TrimPrefix(strings.ToLower(made.name), "primitive")
		if made.name == "Unit" {
			made.kind = "structure"
		}
		return made
	}
	switch sh.Type {
	case "structure", "union":
		made.kind = "structure"
		made.members = map[string]*member{}
		for name, m := range sh.Members {
			made.members[name] = &member{shape: b.narrowed(m), required: m.Traits["smithy.api#required"] != nil}
		}
	case "list", "set":
		made.kind, made.element = "list", b.narrowed(*sh.Member)
	case "map":
		made.element = b.narrowed(*sh.Value)
	case "enum":
		for name, m := range sh.Members {
			value := name
			if given := m.Traits["smithy.api#enumValue"]; given != nil {
				b.read(given, &value)
			}
			made.enum = append(made.enum, value)
		}
		slices.Sort(made.enum)
	}
	b.constrain(made, sh.Traits)
	return made
}

// narrowed is the shape of a member, with what the member's own traits say.
func (b *shapeBuilder) narrowed(m smithyMember) *shape {
	of := b.shape(m.Target)
	if string(m.Traits["smithy.api#timestampFormat"]) == `"date-time"` {
		return &shape{name: of.name, kind: "date-time"}
	}
	for _, trait := range []string{"smithy.api#pattern", "smithy.api#length", "smithy.api#range"} {
		if m.Traits[trait] != nil {
			own := *of
			b.constrain(&own, m.Traits)
			return &own
		}
	}
	return of
}

func (b *shapeBuilder) constrain(s *shape, traits map[string]json.RawMessage) {
	if text := traits["smithy.api#pattern"]; text != nil {
		var pattern string
		b.read(text, &pattern)
		compiled, err := regexp.Compile(goPattern(pattern))
		if err != nil { // looking ahead, which Go's patterns cannot
			b.unchecked = append(b.unchecked, s.name)
		}
		s.pattern = compiled // nil with an error
	}
	for _, trait := range []string{"smithy.api#length", "smithy.api#range"} {
		if text := traits[trait]; text != nil {
			var bounds struct {
				Min, Max json.Number
			}
			b.read(text, &bounds)
			s.min, s.max = wholeBound(bounds.Min), wholeBound(bounds.Max)
		}
	}
}

// wholeBound is a bound of whole numbers; nil where there is none, or none that is
// whole.
func wholeBound(n json.Number) *int64 {
	whole, err := n.Int64()
	if err != nil {
		return nil
	}
	return &whole
}

func (b *shapeBuilder) read(text json.RawMessage, to any) {
	if err := json.Unmarshal(text, to); err != nil && b.err == nil {
		b.err = err
	}
}

var javaEscape = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// goPattern writes a pattern of a model, which are Java's, as Go has them.
func goPattern(pattern string) string {
	return javaEscape.ReplaceAllString(pattern, `\x{$1}`)
}
