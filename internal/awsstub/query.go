package awsstub

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// queryService is STS, which the models do not have: its shapes are those of the
// SDK's types, with the limits of its documentation where we use it.
func queryService() *service {
	sv := &service{name: "sts", signing: "sts", protocol: "query", operations: map[string]*operation{}, exceptions: map[string]*exception{}}
	made := map[reflect.Type]*shape{}
	for _, of := range []struct {
		name          string
		input, output any
		unsigned      bool
		required      string
	}{
		{"AssumeRole", sts.AssumeRoleInput{}, sts.AssumeRoleOutput{}, false, "RoleArn RoleSessionName"},
		{"AssumeRoleWithSAML", sts.AssumeRoleWithSAMLInput{}, sts.AssumeRoleWithSAMLOutput{}, true, "PrincipalArn RoleArn SAMLAssertion"},
		{"AssumeRoleWithWebIdentity", sts.AssumeRoleWithWebIdentityInput{}, sts.AssumeRoleWithWebIdentityOutput{}, true, "RoleArn RoleSessionName WebIdentityToken"},
		{"DecodeAuthorizationMessage", sts.DecodeAuthorizationMessageInput{}, sts.DecodeAuthorizationMessageOutput{}, false, "EncodedMessage"},
		{"GetCallerIdentity", sts.GetCallerIdentityInput{}, sts.GetCallerIdentityOutput{}, false, ""},
		{"GetFederationToken", sts.GetFederationTokenInput{}, sts.GetFederationTokenOutput{}, false, "Name"},
		{"GetSessionToken", sts.GetSessionTokenInput{}, sts.GetSessionTokenOutput{}, false, ""},
	} {
		op := &operation{name: of.name, input: shapeOf(reflect.TypeOf(of.input), made), output: shapeOf(reflect.TypeOf(of.output), made), unsigned: of.unsigned}
		for name := range strings.FieldsSeq(of.required) {
			op.input.members[name].required = true
		}
		sv.operations[of.name] = op
	}
	bound := func(least, most int64, pattern string) *shape {
		s := &shape{kind: "string", min: &least, max: &most}
		if pattern != "" {
			s.pattern = regexp.MustCompile(pattern)
		}
		return s
	}
	role := sv.operations["AssumeRole"].input.members
	role["RoleArn"].shape = bound(20, 2048, `^arn:aws[a-z-]*:iam::\d{12}:role/`)
	role["RoleSessionName"].shape = bound(2, 64, `^[\w+=,.@-]*$`)
	role["ExternalId"].shape = bound(2, 1224, `^[\w+=,.@:/-]*$`)
	least, most := int64(900), int64(43200)
	role["DurationSeconds"].shape = &shape{kind: "integer", min: &least, max: &most}
	return sv
}

// serveQuery answers a request of STS.
func (s *Server) serveQuery(w http.ResponseWriter, r *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	sv := s.services["sts"]
	op := sv.operations[form.Get("Action")]
	if err != nil || op == nil || form.Get("Version") != "2011-06-15" {
		s.problem("sts: no operation %q of version %q", form.Get("Action"), form.Get("Version"))
		writeQueryError(w, Error{Type: "InvalidAction", Message: "Could not find operation " + form.Get("Action"), Status: http.StatusBadRequest})
		return
	}
	input, err := readForm(op.input, form)
	if err != nil {
		s.problem("%s: %v", op.name, err)
		writeQueryError(w, Error{Type: "MalformedInput", Message: err.Error(), Status: http.StatusBadRequest})
		return
	}
	output, err := s.answer(r, sv, op, input)
	if err != nil {
		e := asError(err)
		if e.Type == "ValidationException" {
			e.Type = "ValidationError"
		}
		writeQueryError(w, e)
		return
	}
	var text strings.Builder
	fmt.Fprintf(&text, `<%sResponse xmlns="%s"><%sResult>`, op.name, stsNamespace, op.name)
	writeXML(&text, op.output, output)
	fmt.Fprintf(&text, `</%sResult><ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>`, op.name, w.Header().Get("X-Amzn-RequestId"), op.name)
	w.Header().Set("Content-Type", "text/xml")
	_, _ = w.Write([]byte(text.String()))
}

// readForm makes of Tags.member.1.Key=… what JSON would have: lists and members.
func readForm(input *shape, form url.Values) (map[string]any, error) {
	tree := map[string]any{}
	for name, values := range form {
		if name == "Action" || name == "Version" {
			continue
		}
		if len(values) != 1 {
			return nil, fmt.Errorf("%s is given %d times", name, len(values))
		}
		at, parts := tree, strings.Split(name, ".")
		for _, part := range parts[:len(parts)-1] {
			below, ok := at[part].(map[string]any)
			if !ok {
				below = map[string]any{}
				at[part] = below
			}
			at = below
		}
		at[parts[len(parts)-1]] = values[0]
	}
	value, err := fromForm(input, "", tree)
	if err != nil {
		return nil, err
	}
	return value.(map[string]any), nil
}

func fromForm(s *shape, path string, value any) (any, error) {
	var err error
	switch v := value.(type) {
	case map[string]any:
		if s.kind == "list" {
			members, ok := v["member"].(map[string]any)
			if !ok || len(v) != 1 {
				return nil, fmt.Errorf("%s is no list", path)
			}
			list := make([]any, len(members))
			for i := range list {
				each, there := members[strconv.Itoa(i+1)]
				if !there {
					return nil, fmt.Errorf("%s has no number %d", path, i+1)
				}
				if list[i], err = fromForm(s.element, path, each); err != nil {
					return nil, err
				}
			}
			return list, nil
		}
		for name, each := range v {
			if m := s.members[name]; m != nil {
				if v[name], err = fromForm(m.shape, name, each); err != nil {
					return nil, err
				}
			}
		}
		return v, nil
	case string:
		switch s.kind {
		case "integer", "long":
			return json.Number(v), nil
		case "boolean":
			return v == "true", nil
		}
	}
	return value, nil
}

// writeXML writes the members of a structure, in the order of their names.
func writeXML(w *strings.Builder, s *shape, object map[string]any) {
	for _, name := range sortedNames(object) {
		m := s.members[name]
		if m == nil {
			continue
		}
		fmt.Fprintf(w, "<%s>", name)
		writeXMLValue(w, m.shape, object[name])
		fmt.Fprintf(w, "</%s>", name)
	}
}

func writeXMLValue(w *strings.Builder, s *shape, value any) {
	switch v := value.(type) {
	case map[string]any:
		writeXML(w, s, v)
	case []any:
		for _, each := range v {
			w.WriteString("<member>")
			writeXMLValue(w, s.element, each)
			w.WriteString("</member>")
		}
	default:
		text := fmt.Sprint(v)
		if at, ok := moment(v); ok && s.kind == "timestamp" {
			text = at.Format("2006-01-02T15:04:05.999Z")
		}
		_ = xml.EscapeText(w, []byte(text)) // a strings.Builder takes all
	}
}

func writeQueryError(w http.ResponseWriter, e Error) {
	var text, message strings.Builder
	_ = xml.EscapeText(&message, []byte(e.Message)) // a strings.Builder takes all
	status := cmp.Or(e.Status, http.StatusBadRequest)
	kind := "Sender"
	if status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	fmt.Fprintf(&text, `<ErrorResponse xmlns="%s"><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>`,
		stsNamespace, kind, e.Type, message.String(), w.Header().Get("X-Amzn-RequestId"))
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text.String()))
}

// role is one that may be assumed.
type role struct{ externalID string }

// Role makes a role that any account may assume, by its ARN, with an external id
// where one is given. Whoever assumes it acts as the role's account. Others cannot be
// assumed, but for that of the published example.
func (s *Server) Role(arn, externalID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roles[arn] = role{externalID: externalID}
}

var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(\d{12}):role/(?:.*/)?([^/]+)$`)

// stsHandler answers for roles and callers.
func (s *Server) stsHandler(caller string, op *operation) Handler {
	switch op.name {
	case "GetCallerIdentity":
		return func(map[string]any) (any, error) {
			return map[string]any{"Account": caller, "Arn": "arn:aws:iam::" + caller + ":user/stub", "UserId": "AIDASTUB" + caller}, nil
		}
	case "AssumeRole":
		return func(in map[string]any) (any, error) { return s.assume(caller, op, in) }
	}
	return nil
}

func (s *Server) assume(caller string, op *operation, in map[string]any) (any, error) {
	arn, _ := in["RoleArn"].(string)
	external, _ := in["ExternalId"].(string)
	session, _ := in["RoleSessionName"].(string)
	s.mu.Lock()
	known, there := s.roles[arn]
	now := s.now()
	s.mu.Unlock()
	if !there {
		if example, published := s.services["sts"].exampleFor(op, in); published {
			return example, nil
		}
	}
	parts := roleARN.FindStringSubmatch(arn)
	if !there || parts == nil || known.externalID != "" && known.externalID != external {
		return nil, Error{
			Type: "AccessDenied", Status: http.StatusForbidden,
			Message: fmt.Sprintf("User: arn:aws:iam::%s:user/stub is not authorized to perform: sts:AssumeRole on resource: %s", caller, arn),
		}
	}
	seconds := int64(3600)
	if given, ok := in["DurationSeconds"].(json.Number); ok {
		seconds, _ = given.Int64() // its shape is checked
	}
	return map[string]any{
		"AssumedRoleUser": map[string]any{"Arn": fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", parts[1], parts[2], session), "AssumedRoleId": "AROASTUB" + parts[1] + ":" + session},
		"Credentials": map[string]any{
			"AccessKeyId": "ASIASTUB" + parts[1], "SecretAccessKey": secretKey, "SessionToken": fmt.Sprintf("session-%d", s.next()),
			"Expiration": now.Add(time.Duration(seconds) * time.Second).UTC().Format(time.RFC3339),
		},
	}, nil
}
