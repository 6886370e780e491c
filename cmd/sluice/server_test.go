package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/secret"
)

// serversVariable names, for the program in a script, who starts the servers that
// it asks.
const serversVariable = "SLUICE_TEST_SERVERS"

// scripted is the program in a script. Where the script is run at servers, it asks
// one that serves the folder, instead of working in the folder itself.
func scripted() {
	if starter := os.Getenv(serversVariable); starter != "" {
		if err := askServer(starter); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(exitFailed)
		}
	}
	main()
}

// notAsked are the commands that work in the folder itself, or need none.
var notAsked = []string{
	"sluice", "sluice serve", "sluice demo", "sluice generate", "sluice migrate", "sluice backup", "sluice restore", "sluice export", "sluice schema",
	"sluice version", "sluice help", "sluice formats", "sluice exit-codes",
}

// askServer makes the command line one that asks a server. What there is no
// installation for stays as it is, but for the command that begins one.
func askServer(starter string) error {
	c := &cli{stdout: io.Discard, stderr: io.Discard}
	root := newRoot(c)
	words := os.Args[1:]
	completes := len(words) > 0 && strings.HasPrefix(words[0], "__complete")
	if completes {
		words = words[1:]
	}
	cmd, rest, err := root.Find(words)
	if err != nil || cmd.ParseFlags(rest) != nil || !completes && slices.Contains(notAsked, cmd.CommandPath()) {
		return nil //nolint:nilerr // the program says itself what is wrong
	}
	if cmd.Flags().Changed("master") || !c.installed() && (cmd.Name() != "apply" || !cmd.Flags().Changed("file")) {
		return nil
	}
	dir, err := filepath.Abs(c.dir)
	if err != nil {
		return err
	}
	at, err := os.Getwd()
	if err != nil {
		return err
	}
	answer, err := http.Get(starter + "?" + url.Values{"dir": {dir}, "at": {at}}.Encode())
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var s serving
	if err := json.NewDecoder(answer.Body).Decode(&s); err != nil {
		return err
	}
	if s.Error != "" {
		return errors.New(s.Error)
	}
	if at := slices.Index(os.Args, "--dir"); at > 0 {
		os.Args = slices.Delete(os.Args, at, at+2)
	}
	return errors.Join(os.Setenv("SLUICE_SERVER", s.Server), os.Setenv("SLUICE_TOKEN", s.Token))
}

// serving is a server that answers a script.
type serving struct {
	Server string
	Token  string
	Error  string // why there is none

	process *exec.Cmd
	log     bytes.Buffer
}

// servers are those of one script, by the folders they serve. They are processes,
// since the address of a source is seen from where its reader stands.
type servers struct {
	mu   sync.Mutex
	each map[string]*serving
}

// serveScript lets a script ask servers. They end with it; asked counts them.
func serveScript(env *testscript.Env, asked *atomic.Int64) {
	all := &servers{each: map[string]*serving{}}
	starter := httptest.NewServer(all)
	env.Setenv(serversVariable, starter.URL)
	env.Defer(func() {
		starter.Close()
		asked.Add(int64(len(all.each)))
		for dir, s := range all.each {
			if err := s.stop(); err != nil {
				env.T().Log(fmt.Sprintf("the server of %s: %v\n%s", dir, err, s.log.String()))
				env.T().FailNow()
			}
		}
	})
}

// ServeHTTP answers with the server of a folder, which is started where there is none.
func (all *servers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	all.mu.Lock()
	defer all.mu.Unlock()
	dir, at := r.FormValue("dir"), r.FormValue("at")
	if all.each[dir] == nil {
		s := &serving{}
		if err := s.start(dir, at); err != nil {
			s.Error = err.Error() + s.log.String()
		}
		all.each[dir] = s
	}
	_ = json.NewEncoder(w).Encode(all.each[dir])
}

// start serves a folder to an owner, from where the script stands.
func (s *serving) start(dir, at string) (err error) {
	if s.Token, err = ownersToken(dir); err != nil {
		return err
	}
	s.process = exec.Command("sluice", "serve", "--dir", dir, "--listen", "127.0.0.1:0", "--rate", "100000")
	s.process.Dir, s.process.Stderr = at, &s.log
	out, err := s.process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.process.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	said, ok := strings.CutPrefix(strings.TrimSpace(line), "Sluice answers at http://localhost:")
	if !ok {
		return errors.Join(fmt.Errorf("the server said %q", line), err, s.stop())
	}
	s.Server = "http://127.0.0.1:" + said
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return nil
}

// stop wants the server to end in good order.
func (s *serving) stop() error {
	if s.process == nil || s.process.Process == nil {
		return nil
	}
	kill := time.AfterFunc(time.Minute, func() { _ = s.process.Process.Kill() })
	defer kill.Stop()
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.process.Wait()
}

// ownersToken makes a program that may do everything in the installation of a
// folder, as the people who manage users do it.
func ownersToken(dir string) (token string, err error) {
	ctx := billing.WithActor(context.Background(), billing.Actor{Name: "test"})
	a, err := app.Open(ctx, app.Options{Dir: dir})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	keys, err := secret.Open(ctx, dir, a.Store)
	if err != nil {
		return "", err
	}
	people, err := identity.New(a.Store, keys, time.Now, identity.Options{Origin: "http://localhost"})
	if err != nil {
		return "", err
	}
	program, err := people.CreateServiceAccount(ctx, "script", "", []access.Grant{{Organization: access.Root, Role: access.Owner}})
	if err != nil {
		return "", err
	}
	_, token, err = people.CreateToken(ctx, identity.TokenOrder{User: program.ID, Name: "script", Expires: time.Hour})
	return token, err
}

// atServers are the scripts that are run at servers always.
var atServers = []string{
	"account", "accounting", "apply", "approval", "audit", "backend", "book_examples", "book_import", "commitment_assign", "commitment_reports", "credential", "drift", "entry", "exchange", "focus", "get_paid",
	"invoice_settings", "item", "line_why", "margin", "month", "prepaid", "profit", "rate-dry-run", "schedule", "secret", "source", "user",
}

// What is done at a server is printed as what is done in the folder, with the same
// exit codes. Where SLUICE_TEST_SERVER says all, every script is run so, but for that
// of copies: those lack the master key that a server needs.
func TestScriptsAtAServer(t *testing.T) {
	all, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(script string) bool {
		name := strings.TrimSuffix(filepath.Base(script), ".txtar")
		return name == "backup" || os.Getenv("SLUICE_TEST_SERVER") != "all" && !slices.Contains(atServers, name)
	})
	var asked atomic.Int64
	t.Cleanup(func() {
		if asked.Load() == 0 {
			t.Error("no server was asked: the scripts were run in their folders")
		}
	})
	runScripts(t, all, atServer(&asked))
}
