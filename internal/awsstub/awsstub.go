// Package awsstub is for tests only: a server that speaks to the AWS SDK as AWS
// does, on this machine. It knows the services whose Smithy models lie in the test
// data and whose protocol is AWS JSON (organizations, cur, bcm-data-exports, billing,
// pricing, budgets and others; those of REST JSON are not served), and STS, which
// speaks the Query protocol.
//
// A request is held against the shape of its operation's input: unknown and missing
// members, types, lengths, ranges, patterns and enumerations. What does not fit is
// refused as AWS refuses it, and is a problem of the server, on which the test fails.
// Requests must be signed for the service and us-east-1; the access key tells which
// account calls. Signatures themselves are not verified.
//
// An answer comes from the first that has one: failures that a test ordered (Fail,
// Throttle), handlers (On), organizations that the test made (Organization), roles
// (Role), and the published examples of botocore, whose output answers their input.
// Answers are held against the shape of the output, so that no test invents members.
//
// The models are of April 2025. Operations and members that came later, such as
// those of Billing Transfer, are read off the types of the SDK by reflection. Of those
// the names, types and enumerations are checked, but no lengths, ranges or patterns, and
// what is required only as far as extensions.go says so. Patterns of the models that look
// ahead, which Go's cannot, are not checked either; organizations, cur and
// bcm-data-exports have none.
package awsstub

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Region is the only one that calls must be signed for.
const Region = "us-east-1"

// ExamplePayer is the management account of the published examples, and who calls
// by Config and Env where the test made no organization.
const ExamplePayer = "111111111111"

// secretKey is the same for all keys: signatures are not verified.
const secretKey = "stub/secret/key/of/no/account/anywhere00"

// Server is a stub of AWS. It may be used by several goroutines at once.
type Server struct {
	http     *httptest.Server
	services map[string]*service // by name, such as organizations
	targets  map[string]*service // by what X-Amz-Target starts with

	mu            sync.Mutex
	caller        string            // account of Config and Env
	keys          map[string]string // account by access key id, where the id does not say it
	handlers      map[string]Handler
	failures      map[string][]failure
	roles         map[string]role
	organizations []*Organization
	invitations   []*invitation
	transfers     []*Transfer
	standalone    map[string]string // e-mail address by account
	calls         []Call
	problems      []string
	now           func() time.Time
	pageSize      int
	serial        int // of what the server makes ids of
}

// Handler answers an operation: from its input, members by name and numbers as
// json.Number, to its output: anything that marshals to JSON, such as a map or the
// SDK's own output type. Times are time.Time, RFC 3339 texts or epoch seconds. An
// Error is answered as AWS does.
type Handler func(in map[string]any) (any, error)

// Call is a request that arrived.
type Call struct {
	Service   string
	Operation string
	Caller    string         // account whose key signed it
	Input     map[string]any // as it came
}

// Start starts a server that ends with the test, which fails for each problem that
// nobody took. Models is the folder of the test data; where it is empty, it is found
// as Data does. The test is skipped where there is none.
func Start(t testing.TB, models string) *Server {
	t.Helper()
	if models == "" {
		models = Data(t)
	}
	s, err := NewServer(models)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		for _, problem := range s.TakeProblems() {
			t.Errorf("stub of AWS: %s", problem)
		}
	})
	return s
}

// Data returns the folder of third-party test data: SLUICE_TESTDATA, else
// ../shared/data beside the repository. The test is skipped where it has no models of
// AWS.
func Data(t testing.TB) string {
	t.Helper()
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil || filepath.Dir(dir) == dir {
				break
			}
			dir = filepath.Dir(dir)
		}
		root = filepath.Join(dir, "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(root, "aws-api-models")); err != nil {
		t.Skip("third-party folder aws-api-models is not here; set SLUICE_TESTDATA")
	}
	return root
}

// NewServer starts a server without a test; Close ends it. Data is the folder that
// has aws-api-models and botocore-examples.
func NewServer(data string) (*Server, error) {
	services, err := loadServices(data)
	if err != nil {
		return nil, err
	}
	s := &Server{
		services: services, targets: map[string]*service{}, caller: ExamplePayer, keys: map[string]string{},
		handlers: map[string]Handler{}, failures: map[string][]failure{}, roles: map[string]role{}, standalone: map[string]string{},
		now: time.Now, pageSize: defaultPageSize,
	}
	for _, sv := range services {
		if sv.target != "" {
			s.targets[sv.target] = sv
		}
	}
	s.http = httptest.NewServer(s)
	return s, nil
}

// Close ends the server.
func (s *Server) Close() { s.http.Close() }

// URL is where the server listens.
func (s *Server) URL() string { return s.http.URL }

// Config is a configuration of the SDK that reaches the server as the management
// account of the first organization, or ExamplePayer. What is throttled is tried again
// after milliseconds.
func (s *Server) Config() aws.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config(s.caller)
}

// ConfigAs is Config as somebody else: an account by its 12 digits.
func (s *Server) ConfigAs(account string) aws.Config { return s.config(account) }

func (s *Server) config(account string) aws.Config {
	return aws.Config{
		Region:       Region,
		BaseEndpoint: aws.String(s.URL()),
		Credentials:  credentials.NewStaticCredentialsProvider(AccessKey(account), secretKey, ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = 5 * time.Millisecond })
		},
	}
}

// AccessKey is the access key id by which the server knows an account, by its 12
// digits. Any secret goes with it.
func AccessKey(account string) string { return "AKIASTUB" + account }

// SecretKey is a secret that goes with any access key id.
func SecretKey() string { return secretKey }

// Key makes an access key id of the test's own that of an account.
func (s *Server) Key(accessKeyID, account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[accessKeyID] = account
}

// Env has the SDK's default configuration reach the server in this test, as the same
// account as Config. Other ways to credentials are shut.
func (s *Server) Env(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	account := s.caller
	s.mu.Unlock()
	nothing := filepath.Join(t.TempDir(), "nothing")
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": s.URL(), "AWS_REGION": Region, "AWS_DEFAULT_REGION": Region,
		"AWS_ACCESS_KEY_ID": AccessKey(account), "AWS_SECRET_ACCESS_KEY": secretKey, "AWS_SESSION_TOKEN": "",
		"AWS_PROFILE": "", "AWS_EC2_METADATA_DISABLED": "true", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "",
		"AWS_CONFIG_FILE": nothing, "AWS_SHARED_CREDENTIALS_FILE": nothing,
	} {
		t.Setenv(name, value)
	}
}

// On has a handler answer an operation, such as ListAccounts or, where several
// services have one of the name, organizations.ListAccounts; nil takes it away.
func (s *Server) On(operation string, answer Handler) {
	sv, op, err := s.operationNamed(operation)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.problems = append(s.problems, err.Error())
		return
	}
	s.handlers[sv.name+"."+op.name] = answer
	if answer == nil {
		delete(s.handlers, sv.name+"."+op.name)
	}
}

// Calls are the requests that arrived since the start or ForgetCalls, in order: all,
// or those of the operations named.
func (s *Server) Calls(operations ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Call
	for _, c := range s.calls {
		take := len(operations) == 0
		for _, name := range operations {
			take = take || name == c.Operation || name == c.Service+"."+c.Operation
		}
		if take {
			found = append(found, c)
		}
	}
	return found
}

// ForgetCalls makes Calls start anew.
func (s *Server) ForgetCalls() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// TakeProblems returns what was wrong with requests, and with answers of the test's
// own, since the last time. What is taken does not fail the test.
func (s *Server) TakeProblems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.problems
	s.problems = nil
	return taken
}

// SetClock gives the server another clock, by which it dates and expires.
func (s *Server) SetClock(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = now
}

// SetPageSize sets how many accounts, handshakes and transfers a page of a list has
// at most; 3 where it is not called, so that few are many.
func (s *Server) SetPageSize(most int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pageSize = max(1, most)
}

const defaultPageSize = 3

func (s *Server) problem(format string, arguments ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems = append(s.problems, fmt.Sprintf(format, arguments...))
}

var stubKey = regexp.MustCompile(`^(?:AKIA|ASIA)STUB(\d{12})$`)

// accountOf says whose an access key id is; empty where it is nobody's.
func (s *Server) accountOf(accessKeyID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if account := s.keys[accessKeyID]; account != "" {
		return account
	}
	if found := stubKey.FindStringSubmatch(accessKeyID); found != nil {
		return found[1]
	}
	return ""
}

var errNoOperation = errors.New("no such operation in the models")
