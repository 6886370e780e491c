package house

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"
)

// deployed is what files below deploy/ ask of the program.
type deployed struct {
	flags       map[string]string // option of sluice serve: where it is used
	environment map[string]string // variable of Sluice: where it is used
}

const deploy = "../../deploy/"

func readDeploy(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(deploy + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func parseYAML(t *testing.T, name, text string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, text)
	}
}

// options finds options in a command, however its words are written.
var (
	options   = regexp.MustCompile(`(?:^|[\s"'\[,])(--[a-z][a-z-]*)`)
	variables = regexp.MustCompile(`\bSLUICE_[A-Z_]+\b`)
)

func (d deployed) collect(where, command, environment string) {
	for _, option := range options.FindAllStringSubmatch(command, -1) {
		d.flags[option[1]] = where
	}
	for _, name := range variables.FindAllString(environment, -1) {
		d.environment[name] = where
	}
}

// What the files below deploy/ give the program, the program takes.
func TestDeployAsksForWhatThereIs(t *testing.T) {
	d := deployed{map[string]string{}, map[string]string{}}
	for _, line := range strings.Split(readDeploy(t, "Dockerfile"), "\n") {
		if strings.HasPrefix(line, "CMD ") {
			d.collect("Dockerfile", line, "")
		} else if strings.HasPrefix(line, "ENV ") {
			d.collect("Dockerfile", "", line)
		}
	}
	for _, line := range strings.Split(readDeploy(t, "systemd/sluice.service"), "\n") {
		if strings.HasPrefix(line, "ExecStart=") {
			d.collect("sluice.service", line, "")
		} else {
			d.collect("sluice.service", "", line)
		}
	}
	var compose struct {
		Services map[string]struct {
			Command     []string
			Environment map[string]string
		}
	}
	parseYAML(t, "compose.yaml", readDeploy(t, "compose.yaml"), &compose)
	server := compose.Services["sluice"]
	d.collect("compose.yaml", strings.Join(server.Command, " "), strings.Join(slices.Collect(maps.Keys(server.Environment)), " "))
	container := containerOf(t, render(t, map[string]any{"database": map[string]any{"existingSecret": "db", "key": "url"}}))
	d.collect("helm/sluice", strings.Join(container.Args, " "), fmt.Sprint(container.Env))
	if len(d.flags) < 4 || len(d.environment) < 3 {
		t.Fatalf("only %v and %v were found: the test no longer fits the files", d.flags, d.environment)
	}

	known := map[string]bool{}
	for _, s := range readTree(t, os.DirFS("../..")).Texts {
		if strings.HasSuffix(s.Path, ".go") && !strings.HasSuffix(s.Path, "_test.go") {
			for _, name := range regexp.MustCompile(`"(SLUICE_[A-Z_]+)"`).FindAllSubmatch(s.Text, -1) {
				known[string(name[1])] = true
			}
		}
	}
	for name, where := range d.environment {
		if !known[name] {
			t.Errorf("deploy/%s sets %s, which the program does not read", where, name)
		}
	}

	reference, err := os.ReadFile("../../docs/reference/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	_, serve, found := strings.Cut(string(reference), "\n## sluice serve\n")
	if !found {
		if _, err := os.Stat("../../cmd/sluice/serve.go"); err != nil {
			t.Skip("there is no command sluice serve in this copy of the repository")
		}
		t.Fatal("docs/reference/cli.md has no command sluice serve, which deploy/ starts")
	}
	serve, _, _ = strings.Cut(serve, "\n## ")
	for flag, where := range d.flags {
		if !strings.Contains(serve, flag+" ") && !strings.Contains(serve, flag+"`") {
			t.Errorf("deploy/%s gives sluice serve the option %s, which it does not have", where, flag)
		}
	}
}

// The server of the image is nobody in particular, is asked for its health, and
// no file holds a secret.
func TestDeployIsCareful(t *testing.T) {
	image := readDeploy(t, "Dockerfile")
	for _, want := range []string{"\nUSER 10001:10001\n", "\nHEALTHCHECK ", "/readyz"} {
		if !strings.Contains(image, want) {
			t.Errorf("the Dockerfile lacks %q", want)
		}
	}
	var compose struct {
		Services map[string]struct {
			Ports       []string
			Environment map[string]string
			ReadOnly    bool     `yaml:"read_only"`
			CapDrop     []string `yaml:"cap_drop"`
		}
	}
	parseYAML(t, "compose.yaml", readDeploy(t, "compose.yaml"), &compose)
	for name, service := range compose.Services {
		for _, port := range service.Ports {
			if name != "sluice" || !strings.HasPrefix(port, "127.0.0.1:8080:") {
				t.Errorf("compose.yaml publishes %s of %s", port, name)
			}
		}
		for variable, value := range service.Environment {
			if secret := strings.Contains(variable, "PASSWORD") || strings.HasSuffix(variable, "_KEY") || strings.HasSuffix(variable, "KEY_ID"); secret && !strings.HasPrefix(value, "${") {
				t.Errorf("compose.yaml holds the value of %s", variable)
			}
		}
	}
	if s := compose.Services["sluice"]; !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) {
		t.Error("the container of compose.yaml may do more than it needs")
	}
	unit := readDeploy(t, "systemd/sluice.service")
	section := ""
	for i, line := range strings.Split(unit, "\n") {
		name, _, assigned := strings.Cut(line, "=")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = line
		case !assigned || section == "" || strings.TrimSpace(name) != name:
			t.Errorf("sluice.service:%d: %q is no assignment of a section", i+1, line)
		}
	}
	for _, want := range []string{"NoNewPrivileges=yes", "ProtectSystem=strict", "DynamicUser=yes", "CapabilityBoundingSet=\n"} {
		if !strings.Contains(unit, want) {
			t.Errorf("sluice.service lacks %s", want)
		}
	}
}

// container is what the tests look at of the one that serves.
type container struct {
	Args []string
	Env  []struct {
		Name      string
		Value     string
		ValueFrom struct {
			SecretKeyRef struct{ Name, Key string } `yaml:"secretKeyRef"`
		} `yaml:"valueFrom"`
	}
	ReadinessProbe struct {
		HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
	} `yaml:"readinessProbe"`
	LivenessProbe struct {
		HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
	} `yaml:"livenessProbe"`
	SecurityContext struct {
		ReadOnlyRootFilesystem bool `yaml:"readOnlyRootFilesystem"`
	} `yaml:"securityContext"`
}

// object is what the tests look at of anything in a cluster.
type object struct {
	Kind string
	Spec struct {
		Replicas int
		Strategy struct{ Type string }
		Template struct {
			Spec struct {
				SecurityContext struct {
					RunAsNonRoot bool `yaml:"runAsNonRoot"`
				} `yaml:"securityContext"`
				Containers []container
				Volumes    []struct {
					PersistentVolumeClaim struct {
						ClaimName string `yaml:"claimName"`
					} `yaml:"persistentVolumeClaim"`
				}
			}
		}
	}
}

func containerOf(t *testing.T, rendered map[string]object) container {
	t.Helper()
	containers := rendered["Deployment"].Spec.Template.Spec.Containers
	if len(containers) != 1 {
		t.Fatalf("the deployment has %d containers", len(containers))
	}
	return containers[0]
}

// render makes the chart's objects, by kind, with other values than the usual.
func render(t *testing.T, values map[string]any) map[string]object {
	t.Helper()
	rendered, err := tryRender(t, values)
	if err != nil {
		t.Fatal(err)
	}
	return rendered
}

// tryRender does with the templates what helm does: Go's templates, with those
// functions of helm that the chart uses.
func tryRender(t *testing.T, values map[string]any) (map[string]object, error) {
	var usual map[string]any
	parseYAML(t, "values.yaml", readDeploy(t, "helm/sluice/values.yaml"), &usual)
	for name, value := range values {
		merged, isMap := usual[name].(map[string]any)
		if _, known := usual[name]; !known {
			t.Fatalf("values.yaml has no %s", name)
		}
		if other, both := value.(map[string]any); isMap && both {
			maps.Copy(merged, other)
		} else {
			usual[name] = value
		}
	}
	var chart map[string]any
	parseYAML(t, "Chart.yaml", readDeploy(t, "helm/sluice/Chart.yaml"), &chart)
	data := map[string]any{
		"Values":  usual,
		"Chart":   map[string]any{"Name": chart["name"], "Version": chart["version"], "AppVersion": chart["appVersion"]},
		"Release": map[string]any{"Name": "billing", "Namespace": "billing", "Service": "Helm"},
	}
	all := template.New("chart").Option("missingkey=error")
	all.Funcs(helmFunctions(all))
	files, err := filepath.Glob(deploy + "helm/sluice/templates/*")
	if err != nil || len(files) < 7 {
		t.Fatalf("the chart has the templates %v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := all.New(filepath.Base(file)).Parse(string(text)); err != nil {
			t.Fatal(err)
		}
	}
	rendered := map[string]object{}
	for _, file := range files {
		var out bytes.Buffer
		if err := all.ExecuteTemplate(&out, filepath.Base(file), data); err != nil {
			return nil, err
		}
		if filepath.Ext(file) != ".yaml" || strings.TrimSpace(out.String()) == "" {
			continue
		}
		var o object
		parseYAML(t, file, out.String(), &o)
		rendered[o.Kind] = o
	}
	return rendered, nil
}

func helmFunctions(all *template.Template) template.FuncMap {
	empty := func(value any) bool { truth, _ := template.IsTrue(value); return !truth }
	return template.FuncMap{
		"include": func(name string, data any) (string, error) {
			var out bytes.Buffer
			err := all.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
		"nindent": func(n int, text string) string {
			return "\n" + strings.Repeat(" ", n) + strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", n))
		},
		"toYaml": func(value any) (string, error) {
			out, err := yaml.Marshal(value)
			return strings.TrimSuffix(string(out), "\n"), err
		},
		"quote":      func(value any) string { return strconv.Quote(fmt.Sprint(value)) },
		"trunc":      func(n int, text string) string { return text[:min(n, len(text))] },
		"trimSuffix": func(suffix, text string) string { return strings.TrimSuffix(text, suffix) },
		"contains":   func(part, text string) bool { return strings.Contains(text, part) },
		"int":        func(value any) (int, error) { return strconv.Atoi(fmt.Sprint(value)) },
		"ternary": func(yes, no any, which bool) any {
			if which {
				return yes
			}
			return no
		},
		"default": func(usual, value any) any {
			if empty(value) {
				return usual
			}
			return value
		},
		"required": func(message string, value any) (any, error) {
			if empty(value) {
				return nil, fmt.Errorf("%s", message)
			}
			return value, nil
		},
		"fail": func(message string) (string, error) { return "", fmt.Errorf("%s", message) },
	}
}

func TestChart(t *testing.T) {
	usual := render(t, nil)
	if got, want := slices.Sorted(maps.Keys(usual)), []string{"Deployment", "Ingress", "NetworkPolicy", "PersistentVolumeClaim", "Service"}; !slices.Equal(got, want) {
		t.Errorf("the chart makes %v, wanted %v", got, want)
	}
	one := containerOf(t, usual)
	if spec := usual["Deployment"].Spec; spec.Strategy.Type != "Recreate" || !spec.Template.Spec.SecurityContext.RunAsNonRoot || !one.SecurityContext.ReadOnlyRootFilesystem {
		t.Errorf("a server alone is %+v", spec)
	}
	if one.ReadinessProbe.HTTPGet.Path != "/readyz" || one.LivenessProbe.HTTPGet.Path != "/livez" || strings.Contains(fmt.Sprint(one.Env), "SLUICE_DATABASE_URL") {
		t.Errorf("its container is %+v", one)
	}
	for _, env := range one.Env {
		if secret := strings.Contains(env.Name, "KEY"); secret && (env.Value != "" || env.ValueFrom.SecretKeyRef.Name == "") {
			t.Errorf("%s does not come from a secret", env.Name)
		}
	}

	database := map[string]any{"existingSecret": "db"}
	shared := map[string]any{"accessMode": "ReadWriteMany"}
	many := render(t, map[string]any{"replicas": 3, "database": database, "persistence": shared, "ingress": map[string]any{"enabled": false},
		"env": []any{map[string]any{"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "http://collector:4318"}}})
	if spec := many["Deployment"].Spec; spec.Replicas != 3 || spec.Strategy.Type != "RollingUpdate" || many["PodDisruptionBudget"].Kind == "" || many["Ingress"].Kind != "" {
		t.Errorf("three servers are %+v", many)
	}
	if env := fmt.Sprint(containerOf(t, many).Env); !strings.Contains(env, "SLUICE_DATABASE_URL") || !strings.Contains(env, "OTEL_EXPORTER_OTLP_ENDPOINT") {
		t.Errorf("their environment is %s", env)
	}
	claimed := render(t, map[string]any{"persistence": map[string]any{"existingClaim": "lake"}, "networkPolicy": map[string]any{"enabled": false}})
	if volumes := claimed["Deployment"].Spec.Template.Spec.Volumes; claimed["PersistentVolumeClaim"].Kind != "" || claimed["NetworkPolicy"].Kind != "" || volumes[0].PersistentVolumeClaim.ClaimName != "lake" {
		t.Errorf("with a volume of its own there are %+v", claimed)
	}
	for _, refused := range []struct {
		values map[string]any
		says   string
	}{
		{map[string]any{"replicas": 2, "persistence": shared}, "need PostgreSQL"},
		{map[string]any{"replicas": 2, "database": database}, "need one lake"},
		{map[string]any{"masterKey": map[string]any{"existingSecret": ""}}, "masterKey.existingSecret is missing"},
	} {
		if _, err := tryRender(t, refused.values); err == nil || !strings.Contains(err.Error(), refused.says) {
			t.Errorf("%v: %v; wanted an error that says %q", refused.values, err, refused.says)
		}
	}
}
