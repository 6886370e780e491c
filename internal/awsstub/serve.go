package awsstub

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const mostBytes = 1 << 20 // of a request

// Error is answered as AWS answers errors.
type Error struct {
	Type    string         // such as HandshakeConstraintViolationException; for STS such as AccessDenied
	Reason  string         // where the error has one
	Message string         // for people
	Status  int            // of HTTP; that of the model, else 400, where it is 0
	Members map[string]any // others that the error has
}

func (e Error) Error() string { return e.Type + ": " + e.Message }

// failure is an error that the next calls get.
type failure struct {
	err   Error
	times int // 0 is always
}

// Fail has an operation answer with an error from now on, until Mend. Operations are
// named as in On.
func (s *Server) Fail(operation string, err Error) { s.fail(operation, failure{err: err}) }

// FailTimes has the next calls of an operation answer with an error: that many.
func (s *Server) FailTimes(operation string, times int, err Error) {
	s.fail(operation, failure{err: err, times: max(1, times)})
}

func (s *Server) fail(operation string, f failure) {
	sv, op, err := s.operationNamed(operation)
	if err != nil {
		s.problem("%s", err)
		return
	}
	if err := sv.checkError(op, f.err); err != nil {
		s.problem("%s", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := sv.name + "." + op.name
	s.failures[name] = append(s.failures[name], f)
}

// Mend takes back what Fail and FailTimes ordered for an operation.
func (s *Server) Mend(operation string) {
	sv, op, err := s.operationNamed(operation)
	if err != nil {
		s.problem("%s", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.failures, sv.name+"."+op.name)
}

// Throttle has the next calls of Organizations, whatever their operation, answer that
// there are too many: that many. The SDK tries again by itself, three times by default.
func (s *Server) Throttle(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures["organizations."] = append(s.failures["organizations."], failure{
		err:   Error{Type: "TooManyRequestsException", Message: "AWS Organizations can't complete your request at this time. Try again later."},
		times: max(1, times),
	})
}

// ordered is the failure that a call gets, counted down; nil where there is none.
func (s *Server) ordered(sv *service, op *operation) *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range []string{sv.name + ".", sv.name + "." + op.name} {
		waiting := s.failures[name]
		if len(waiting) == 0 {
			continue
		}
		failed := waiting[0].err
		if waiting[0].times == 1 {
			s.failures[name] = waiting[1:]
		} else if waiting[0].times > 1 {
			waiting[0].times--
		}
		return &failed
	}
	return nil
}

// operationNamed finds an operation by its name, or service.operation.
func (s *Server) operationNamed(name string) (*service, *operation, error) {
	of, short, given := strings.Cut(name, ".")
	if !given {
		of, short = "", name
	}
	var found []*service
	for _, each := range sortedNames(s.services) {
		if sv := s.services[each]; (of == "" || of == each) && sv.operations[short] != nil {
			found = append(found, sv)
		}
	}
	switch len(found) {
	case 0:
		return nil, nil, fmt.Errorf("%s: %w", name, errNoOperation)
	case 1:
		return found[0], found[0].operations[short], nil
	}
	return nil, nil, fmt.Errorf("%s and %s have an operation %s; say which service", found[0].name, found[1].name, short)
}

// checkError holds an error of the test's own against the model.
func (sv *service) checkError(op *operation, e Error) error {
	if sv.protocol == "query" || slices.Contains(commonErrors, e.Type) {
		return nil
	}
	modelled := sv.exceptions[e.Type]
	if modelled == nil || !slices.Contains(op.errors, e.Type) {
		return fmt.Errorf("%s does not answer %s; it may answer %s", op.name, e.Type, strings.Join(op.errors, ", "))
	}
	if found := modelled.shape.check("", modelled.members(e)); len(found) > 0 {
		return fmt.Errorf("%s: %s %s", e.Type, found[0].path, found[0].message)
	}
	return nil
}

// commonErrors may come from any service.
var commonErrors = []string{
	"AccessDeniedException", "ExpiredTokenException", "InternalFailure", "IncompleteSignature", "InvalidSignatureException", "MissingAuthenticationToken",
	"OptInRequired", "RequestExpired", "SerializationException", "ServiceUnavailable", "ThrottlingException", "UnknownOperationException",
	"UnrecognizedClientException", "ValidationException",
}

// members is the body of an error, without its type.
func (x *exception) members(e Error) map[string]any {
	body := map[string]any{}
	for name, value := range e.Members {
		body[name] = value
	}
	message := "Message"
	if x != nil {
		if _, small := x.shape.members["message"]; small {
			message = "message"
		}
	}
	if e.Message != "" {
		body[message] = e.Message
	}
	if e.Reason != "" {
		body["Reason"] = e.Reason
	}
	return body
}

// ServeHTTP answers a request of the SDK.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, mostBytes+1))
	if err != nil || len(body) > mostBytes {
		s.problem("a request of more than %d bytes, or cut off: %v", mostBytes, err)
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	w.Header().Set("X-Amzn-RequestId", s.requestID())
	target, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if target == "" && strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		s.serveQuery(w, r, body)
		return
	}
	sv := s.targets[target]
	if sv == nil || sv.operations[name] == nil {
		s.problem("%s %s with X-Amz-Target %q: no such operation in the models", r.Method, r.URL.Path, r.Header.Get("X-Amz-Target"))
		writeJSON(w, "1.1", http.StatusBadRequest, map[string]any{"__type": "UnknownOperationException"})
		return
	}
	op := sv.operations[name]
	if want := "application/x-amz-json-" + sv.protocol; r.Header.Get("Content-Type") != want {
		s.problem("%s: Content-Type %s instead of %s", name, r.Header.Get("Content-Type"), want)
	}
	var input map[string]any
	if len(body) > 0 {
		if err := decode(body, &input); err != nil {
			s.problem("%s: the body is no JSON object: %v", name, err)
			writeJSON(w, sv.protocol, http.StatusBadRequest, map[string]any{"__type": "SerializationException", "Message": "the body is no JSON object"})
			return
		}
	}
	output, err := s.answer(r, sv, op, orEmpty(input))
	if err != nil {
		e := asError(err)
		modelled := sv.exceptions[e.Type]
		reply := modelled.members(e)
		reply["__type"] = e.Type
		status := e.Status
		if status == 0 && modelled != nil {
			status = modelled.status
		}
		writeJSON(w, sv.protocol, cmp.Or(status, http.StatusBadRequest), reply)
		return
	}
	writeJSON(w, sv.protocol, http.StatusOK, output)
}

func asError(err error) Error {
	var e Error
	if !errors.As(err, &e) {
		e = Error{Type: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
	}
	return e
}

// answer is what an operation answers to an input, whatever the protocol.
func (s *Server) answer(r *http.Request, sv *service, op *operation, input map[string]any) (map[string]any, error) {
	caller, err := s.callerOf(r, sv, op)
	s.mu.Lock()
	s.calls = append(s.calls, Call{Service: sv.name, Operation: op.name, Caller: caller, Input: input})
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if found := op.input.check("", input); len(found) > 0 {
		for _, v := range found {
			s.problem("%s: the request's %s %s", op.name, v.path, v.message)
		}
		return nil, refusal(sv, op, found)
	}
	if failed := s.ordered(sv, op); failed != nil {
		return nil, *failed
	}
	s.mu.Lock()
	handler := s.handlers[sv.name+"."+op.name]
	s.mu.Unlock()
	var output any
	if handler == nil {
		handler = s.stateful(caller, sv, op)
	}
	if handler != nil {
		if output, err = handler(input); err != nil {
			if bad := sv.checkError(op, asError(err)); bad != nil {
				s.problem("%s", bad)
			}
			return nil, err
		}
	} else if example, there := sv.exampleFor(op, input); there {
		output = example
	} else {
		s.problem("%s: nobody answers %s; give a handler by On", op.name, shown(input))
		return nil, Error{Type: "InternalFailure", Message: "the stub has no answer to this", Status: http.StatusNotImplemented}
	}
	if example, exact := output.(published); exact {
		return example, nil
	}
	return s.conform(op, output)
}

// conform makes JSON of an output and holds it against its shape.
func (s *Server) conform(op *operation, output any) (map[string]any, error) {
	text, err := json.Marshal(output)
	var object map[string]any
	if err == nil {
		err = decode(text, &object)
	}
	if err != nil {
		s.problem("%s: the answer is no JSON object: %v", op.name, err)
		return nil, err
	}
	object = op.output.wire(orEmpty(object)).(map[string]any)
	for _, v := range op.output.check("", object) {
		s.problem("%s: the answer's %s %s", op.name, v.path, v.message)
		err = fmt.Errorf("the stub's answer breaks the model: %s %s", v.path, v.message)
	}
	return object, err
}

// refusal is how AWS refuses what breaks the model.
func refusal(sv *service, op *operation, found []violation) Error {
	for _, v := range found {
		if v.rule == "type" {
			return Error{Type: "SerializationException", Message: v.path + " " + v.message, Status: http.StatusBadRequest}
		}
	}
	text := fmt.Sprintf("%d validation errors detected", len(found))
	if len(found) == 1 {
		text = "1 validation error detected"
	}
	for i, v := range found {
		text += []string{"; ", ": "}[min(1, max(0, 1-i))] + fmt.Sprintf("Value at '%s' failed to satisfy constraint: Member %s", lowerPath(v.path), v.message)
	}
	if slices.Contains(op.errors, "InvalidInputException") && sv.name == "organizations" {
		reason := map[string]string{
			"required": "INPUT_REQUIRED", "enum": "INVALID_ENUM", "pattern": "INVALID_PATTERN", "short": "MIN_LENGTH_EXCEEDED",
			"long": "MAX_LENGTH_EXCEEDED", "small": "MIN_VALUE_EXCEEDED", "large": "MAX_VALUE_EXCEEDED",
		}[found[0].rule]
		return Error{Type: "InvalidInputException", Reason: reason, Message: text}
	}
	return Error{Type: "ValidationException", Message: text}
}

// lowerPath writes a path as AWS does in messages: target.id.
func lowerPath(path string) string {
	parts := strings.Split(path, ".")
	for i, part := range parts {
		if part != "" {
			parts[i] = strings.ToLower(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, ".")
}

var signature = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$`)

// callerOf says who signed a request, and refuses what is not signed as it must be.
func (s *Server) callerOf(r *http.Request, sv *service, op *operation) (string, error) {
	if op.unsigned {
		return "", nil
	}
	header := r.Header.Get("Authorization")
	if header == "" {
		s.problem("%s: the request is not signed", op.name)
		return "", Error{Type: "MissingAuthenticationToken", Message: "Request is missing Authentication Token", Status: http.StatusForbidden}
	}
	parts := signature.FindStringSubmatch(header)
	if parts == nil || r.Header.Get("X-Amz-Date") == "" {
		s.problem("%s: the request has no signature of version 4", op.name)
		return "", Error{Type: "IncompleteSignature", Message: "Authorization header is not of the form that Signature Version 4 has", Status: http.StatusForbidden}
	}
	if parts[3] != Region || parts[4] != sv.signing {
		s.problem("%s: signed for %s in %s instead of %s in %s", op.name, parts[4], parts[3], sv.signing, Region)
		return "", Error{Type: "InvalidSignatureException", Message: fmt.Sprintf("Credential should be scoped to a valid region, %s, and to service %s.", Region, sv.signing), Status: http.StatusForbidden}
	}
	caller := s.accountOf(parts[1])
	if caller == "" || strings.HasPrefix(parts[1], "ASIA") && r.Header.Get("X-Amz-Security-Token") == "" { // keys of a role go with a token
		refused := Error{Type: "UnrecognizedClientException", Message: "The security token included in the request is invalid.", Status: http.StatusForbidden}
		if sv.protocol == "query" {
			refused.Type = "InvalidClientTokenId"
		}
		return "", refused
	}
	return caller, nil
}

func (s *Server) requestID() string {
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", s.next())
}

// next is a number that nothing else was made of.
func (s *Server) next() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	return s.serial
}

func writeJSON(w http.ResponseWriter, version string, status int, body map[string]any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"__type":"InternalFailure"}`)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-"+version)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

func shown(input map[string]any) string {
	text, err := json.Marshal(input)
	if err != nil {
		return "its input"
	}
	return string(text)
}
