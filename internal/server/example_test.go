package server

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/api"
)

// examplesFolder is where the examples of the OpenAPI document are.
const examplesFolder = "../api/testdata/example"

// Every operation is asked once, as the documentation shows it, and its answer fits
// what the document says. With -update the requests and answers become the examples
// of the document.
func TestExamples(t *testing.T) {
	h := &harvest{tested: serve(t), t: t, routes: map[string]api.Route{}, got: map[string]api.Example{}, sinks: map[string]string{}}
	for _, r := range api.Routes() {
		h.routes[r.ID] = r
	}
	h.everything()
	for _, r := range api.Routes() {
		if _, ok := h.got[r.ID]; !ok {
			t.Errorf("%s is asked nowhere; add it to example_scenario_test.go", r.ID)
		}
		name := filepath.Join(examplesFolder, r.ID+".json")
		if *update && !t.Failed() {
			h.write(name, h.got[r.ID])
		}
		if _, err := os.Stat(name); err != nil {
			t.Errorf("%s has no example; run with -update", r.ID)
		}
	}
	files, err := filepath.Glob(filepath.Join(examplesFolder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := h.routes[strings.TrimSuffix(filepath.Base(f), ".json")]; !ok {
			t.Errorf("%s is of no operation; remove it", f)
		}
	}
}

// harvest asks operations and keeps what was said.
type harvest struct {
	*tested
	t      *testing.T
	routes map[string]api.Route
	got    map[string]api.Example
	sinks  map[string]string // what stands in the examples for addresses of the test
	token  string            // who asks: a token, or
	cookie string            // a session
	csrf   string
}

// said is an answer, or the result of a job.
type said struct {
	h    *harvest
	body []byte
}

// text is a field of an answer; numbers name places of a list.
func (a said) text(path ...string) string {
	a.h.t.Helper()
	var at any
	if err := json.Unmarshal(a.body, &at); err != nil {
		a.h.t.Errorf("%v in %.200s", err, a.body)
		return "nothing"
	}
	for _, name := range path {
		switch in := at.(type) {
		case map[string]any:
			at = in[name]
		case []any:
			if len(in) == 0 {
				a.h.t.Errorf("nothing in %s of %.200s", path, a.body)
				return "nothing"
			}
			at = in[0]
		}
	}
	text, ok := at.(string)
	if !ok {
		a.h.t.Errorf("no %s in %.300s", path, a.body)
		return "nothing"
	}
	return text
}

// parameters are those of a path and a query, name and value in turn.
type parameters []string

// ask asks an operation and keeps its example. It goes on where it was refused, so
// that one run tells all that is wrong.
func (h *harvest) ask(id string, given parameters, body any) said {
	h.t.Helper()
	r, ok := h.routes[id]
	if !ok {
		h.t.Errorf("there is no operation %s", id)
		return said{h, []byte("{}")}
	}
	e := api.Example{}
	path, query := api.Base+r.Path, url.Values{}
	for pair := range slices.Chunk(given, 2) {
		name, value := pair[0], pair[1]
		if e.Parameters == nil {
			e.Parameters = map[string]string{}
		}
		if strings.Contains(path, "{"+name+"}") {
			path = strings.Replace(path, "{"+name+"}", url.PathEscape(value), 1)
		} else {
			query.Add(name, value)
		}
		e.Parameters[name] = value
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	answer := h.send(r.Method, path, body)
	if answer.status >= 300 {
		h.t.Errorf("%s: %s", id, answer)
		return said{h, []byte("{}")}
	}
	e.Request = h.plain(rawOf(body))
	result := said{h, answer.body}
	kind, _, err := mime.ParseMediaType(answer.header.Get("Content-Type"))
	if err != nil {
		h.t.Errorf("%s: %v", id, err)
	}
	switch {
	case kind == "application/json":
		e.Answer = h.plain(answer.body)
	case strings.HasSuffix(kind, "json"), strings.HasSuffix(kind, "yaml"), kind == "text/csv", kind == "application/jsonl":
		e.Type, e.Answer = kind, h.plain(quoted(begin(answer.body)))
	case kind == "text/event-stream":
		e.Type, e.Answer = kind, h.events(answer.body)
	default:
		e.Type, e.Answer = kind, quoted([]byte("(the file)"))
	}
	if r.List {
		e.CSV = string(begin(h.replace(h.send(r.Method, path, nil, "Accept", "text/csv").body)))
	}
	if r.Long {
		result.body = h.finish(id, result.text("id"))
		e.Result = h.plain(result.body)
	}
	if _, known := h.got[id]; !known {
		e.Parameters = h.plainParameters(e.Parameters)
		h.got[id] = e
	}
	return result
}

// json is a field of an answer as it is.
func (a said) json(name string) string {
	a.h.t.Helper()
	var in map[string]json.RawMessage
	if err := json.Unmarshal(a.body, &in); err != nil {
		a.h.t.Errorf("%v in %.200s", err, a.body)
	}
	return string(in[name])
}

func rawOf(body any) []byte {
	switch b := body.(type) {
	case nil:
		return nil
	case string:
		return quoted([]byte(b))
	}
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // made in the test
	}
	return data
}

// quoted is a text as JSON, with < and > as they are.
func quoted(text []byte) []byte {
	var out bytes.Buffer
	w := json.NewEncoder(&out)
	w.SetEscapeHTML(false)
	if err := w.Encode(string(text)); err != nil {
		panic(err) // a text can be written
	}
	return bytes.TrimSpace(out.Bytes())
}

// begin is the first lines of a text.
func begin(text []byte) []byte {
	const lines, most = 3, 600
	at := 0
	for range lines {
		next := bytes.IndexByte(text[at:], '\n')
		if next < 0 {
			at = len(text)
			break
		}
		at += next + 1
	}
	return bytes.ToValidUTF8(text[:min(at, most)], nil)
}

// send asks as who is asking now.
func (h *harvest) send(method, path string, body any, headers ...string) reaction {
	h.t.Helper()
	if _, text := body.(string); text {
		headers = append(headers, "Content-Type", "application/octet-stream")
	}
	if h.token == "" && h.cookie != "" {
		headers = append(headers, "Cookie", api.CookieName+"="+h.cookie, "X-CSRF-Token", h.csrf)
	}
	got := h.tested.ask(h.token, method, path, body, headers...)
	for _, c := range (&http.Response{Header: got.header}).Cookies() {
		var csrf struct {
			Token string `json:"csrf_token"`
		}
		if c.Name == api.CookieName && json.Unmarshal(got.body, &csrf) == nil {
			h.cookie, h.csrf = c.Value, csrf.Token
		}
	}
	return got
}

// finish waits for a job and returns its result.
func (h *harvest) finish(id, job string) []byte {
	h.t.Helper()
	var j struct {
		State  string
		Result json.RawMessage
		Error  json.RawMessage
	}
	for ended := false; !ended; {
		got := h.send(http.MethodGet, api.Base+"/jobs/"+job, nil)
		if err := json.Unmarshal(got.body, &j); err != nil || got.status != http.StatusOK {
			h.t.Errorf("%s: %v, %s", id, err, got)
			return []byte("{}")
		}
		if ended = j.State != "queued" && j.State != "running"; !ended {
			time.Sleep(20 * time.Millisecond)
		}
	}
	if j.State != "done" {
		h.t.Errorf("%s: the job is %s: %s", id, j.State, j.Error)
		return []byte("{}")
	}
	return j.Result
}

// as asks as the bearer of a token for a while.
func (h *harvest) as(token string, do func()) {
	before := h.token
	h.token = token
	do()
	h.token = before
}

// events are those of a stream as the document describes them.
func (h *harvest) events(stream []byte) []byte {
	var all []map[string]any
	for block := range strings.SplitSeq(strings.TrimSpace(string(stream)), "\n\n") {
		one := map[string]any{}
		for line := range strings.SplitSeq(block, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			switch name {
			case "data":
				one[name] = json.RawMessage(value)
			case "event":
				one[name] = value
			}
		}
		all = append(all, one)
	}
	return h.plain(rawOf(all))
}

// What differs from run to run, or is secret, and what stands in its place.
var scrubbed = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`slu_[0-9a-z]{26}_[0-9a-z]+`), "slu_01k8zr5v7q3x9c4n2m6t1b0ahd_example"},
	{regexp.MustCompile(`whsec_[A-Za-z0-9+/=]+`), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
	{regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+Z`), "2026-10-06T09:30:00Z"},
	{regexp.MustCompile(`"(csrf_token|pending|handle|seed|challenge|hash|prev|token|attestationObject|clientDataJSON|authenticatorData|signature|userHandle|publicKey)":"[^"]*"`), `"$1":"…"`},
	{regexp.MustCompile(`"(link|url)":"(otpauth://[a-z]+/[^?"]*\?|[^"#]*#)[^"]*"`), `"$1":"$2…"`},
	{regexp.MustCompile(`/d/[A-Za-z0-9_-]{43}`), "/d/…"},
	{regexp.MustCompile(`"recovery_codes":\[[^]]*\]`), `"recovery_codes":["k7wq-2m9d-x4tc","p3hz-8r5n-b6vf"]`},
	{regexp.MustCompile(`"(current|password)":"[^"]*"`), `"$1":"a long sentence of your own"`},
	{regexp.MustCompile(`"code":"[0-9]{6}"`), `"code":"123456"`},
	{regexp.MustCompile(`"code":"[a-z0-9]+(-[a-z0-9]{4}){2,}"`), `"code":"k7wq-2m9d-x4tc"`},
}

var ulids = regexp.MustCompile(`\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b`)

// replace puts the same in the place of what is another thing in every run.
func (h *harvest) replace(text []byte) []byte {
	for from, to := range h.sinks {
		text = bytes.ReplaceAll(text, []byte(from), []byte(to))
	}
	text = bytes.ReplaceAll(text, []byte(h.dir), []byte("/var/lib/sluice"))
	if from, err := pattern(); err == nil {
		text = bytes.ReplaceAll(text, []byte(from), []byte("/var/lib/sluice"))
	}
	text = bytes.ReplaceAll(text, []byte(h.Origin()), []byte("https://billing.example.com"))
	text = bytes.ReplaceAll(text, []byte(time.Now().UTC().Format(time.DateOnly)), []byte("2026-10-06"))
	for _, s := range scrubbed {
		text = s.what.ReplaceAll(text, []byte(s.with))
	}
	return ulids.ReplaceAllFunc(text, func(id []byte) []byte {
		return fmt.Appendf(nil, "01K6Z0V9GB%016d", h.number(string(id)))
	})
}

// number tells ids apart.
func (h *harvest) number(id string) int {
	key := "id " + id
	if _, known := h.sinks[key]; !known {
		h.sinks[key] = fmt.Sprint(len(h.sinks))
	}
	n := 0
	_, _ = fmt.Sscan(h.sinks[key], &n)
	return n
}

// plain is JSON for the documentation: short, and the same in every run.
func (h *harvest) plain(data []byte) json.RawMessage {
	if data == nil {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(h.replace(data)))
	d.UseNumber()
	var out bytes.Buffer
	if err := shorten(d, &out); err != nil {
		h.t.Errorf("%v in %.200s", err, data)
	}
	return out.Bytes()
}

func (h *harvest) plainParameters(all map[string]string) map[string]string {
	for name, text := range all {
		all[name] = string(h.replace([]byte(text)))
		if name == "token" && !ulids.MatchString(text) {
			all[name] = "…"
		}
	}
	return all
}

// shorten copies a JSON value: of lists the first two things, of texts the
// beginning.
func shorten(d *json.Decoder, out *bytes.Buffer) error {
	const things, characters = 2, 240
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Delim:
		out.WriteByte(byte(token))
		for i := 0; d.More(); i++ {
			if token == '[' && i >= things {
				if err := shorten(d, new(bytes.Buffer)); err != nil {
					return err
				}
				continue
			}
			if i > 0 {
				out.WriteByte(',')
			}
			if token == '{' {
				if err := shorten(d, out); err != nil { // the name
					return err
				}
				out.WriteByte(':')
			}
			if err := shorten(d, out); err != nil {
				return err
			}
		}
		end, err := d.Token()
		if err == nil {
			out.WriteByte(byte(end.(json.Delim)))
		}
		return err
	case string:
		if text := []rune(token); len(text) > characters {
			token = string(text[:characters]) + "…"
		}
		out.Write(quoted([]byte(token)))
		return nil
	}
	data, err := json.Marshal(token)
	out.Write(data)
	return err
}

// write keeps an example, written for people.
func (h *harvest) write(name string, e api.Example) {
	var out bytes.Buffer
	w := json.NewEncoder(&out)
	w.SetEscapeHTML(false)
	w.SetIndent("", "  ")
	if err := w.Encode(e); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
		h.t.Fatal(err)
	}
}

// What is in a list as JSON is in it as CSV: as many rows, and the first field of
// each.
func TestListsAsCSV(t *testing.T) {
	s := serve(t)
	token := s.program("reader", nil, ownerOfAll)
	for _, r := range api.Routes() {
		if !r.List || strings.Contains(r.Path, "{") {
			continue
		}
		path, _ := s.harmless(r)
		var page struct{ Items []map[string]any }
		if got := s.ask(token, http.MethodGet, path, nil); got.status != http.StatusOK || json.Unmarshal(got.body, &page) != nil {
			t.Errorf("%s: %s", r.ID, got)
			continue
		}
		got := s.ask(token, http.MethodGet, path, nil, "Accept", "text/csv")
		rows, err := csv.NewReader(bytes.NewReader(got.body)).ReadAll()
		if want := len(page.Items) + 1; err != nil || len(page.Items) > 0 && len(rows) != want {
			t.Errorf("%s: %d rows as CSV, not %d: %v", r.ID, len(rows), want, err)
		}
	}
}
