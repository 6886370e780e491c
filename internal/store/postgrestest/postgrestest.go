// Package postgrestest gives tests a real PostgreSQL: one server for each test
// program, a fresh database for each test. The server is started from the
// programs of PostgreSQL on this machine; it listens on a socket in a folder of
// its own and writes into memory where there is some. It ends with the test
// program, however that ends.
package postgrestest

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// server is a running PostgreSQL.
type server struct {
	socket string // folder of its socket
	admin  *sql.DB
	alive  io.Closer // open as long as the server is to run
	missed string    // why there is none here, for whoever skips a test
	err    error
}

// started is the server of this test program.
var started = sync.OnceValue(start)

// serial numbers the databases.
var serial atomic.Int64

// URL returns the address of an empty database that is dropped at the end of the
// test. It skips the test where PostgreSQL is not installed.
func URL(t testing.TB) string {
	t.Helper()
	address, drop := create(t, "template0")
	t.Cleanup(drop)
	return address
}

// Copy returns the address of a copy of a database that URL has given, to which
// nobody is connected now. It lasts until it is dropped.
func Copy(t testing.TB, address string) (copied string, drop func()) {
	t.Helper()
	of, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return create(t, of.Path[1:])
}

func create(t testing.TB, template string) (address string, drop func()) {
	t.Helper()
	s := started()
	if s.missed != "" {
		t.Skip(s.missed)
	}
	if s.err != nil {
		t.Fatalf("start PostgreSQL for the tests: %v", s.err)
	}
	name := fmt.Sprintf("test_%d", serial.Add(1))
	if _, err := s.admin.Exec(`CREATE DATABASE ` + name + ` TEMPLATE ` + template); err != nil {
		t.Fatal(err)
	}
	return s.address(name), func() {
		if _, err := s.admin.Exec(`DROP DATABASE IF EXISTS ` + name + ` WITH (FORCE)`); err != nil {
			t.Error(err)
		}
	}
}

func (s *server) address(database string) string {
	at := url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database, RawQuery: url.Values{"host": {s.socket}}.Encode()}
	return at.String()
}

// role is the user of the databases.
const role = "sluice"

// settings make it quick: nothing has to outlive the tests. Each is small enough
// for a machine on which several test programs run.
var settings = []string{
	"fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "listen_addresses=", "max_connections=120",
	"shared_buffers=24MB", "max_wal_size=256MB", "wal_level=minimal", "max_wal_senders=0", "log_min_messages=fatal", "dynamic_shared_memory_type=mmap",
}

// watch runs the server until its standard input ends, which it does when the
// test program is gone, however it went. Arguments: the folder, the program
// postgres, its settings. A server that is told to quit while its clients vanish
// sometimes misses it, so it is told until it has taken its mark away.
const watch = `dir=$1; shift
"$@" </dev/null & server=$!
cat >/dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do
	kill -QUIT $server
	sleep 0.2
	[ -e "$dir/data/postmaster.pid" ] || break
done
kill -KILL $server
wait $server
rm -rf "$dir"`

func start() *server {
	s := &server{}
	programs := installed()
	if programs == "" {
		s.missed = "PostgreSQL is not installed: there is no initdb on PATH nor in /usr/lib/postgresql"
		return s
	}
	if s.socket, s.err = folder(); s.err != nil {
		return s
	}
	data := filepath.Join(s.socket, "data")
	if s.err = asUser(exec.Command(filepath.Join(programs, "initdb"), "--pgdata="+data, "--username="+role, "--auth=trust",
		"--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")); s.err != nil {
		return s
	}
	args := []string{"-c", watch, "postgrestest", s.socket, filepath.Join(programs, "postgres"), "-D", data, "-k", s.socket}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	if s.alive, s.err = background(exec.Command("/bin/sh", args...)); s.err != nil {
		return s
	}
	if s.admin, s.err = sql.Open("pgx", s.address("postgres")); s.err == nil {
		s.err = s.ready()
	}
	return s
}

// ready waits until the server answers.
func (s *server) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		err := s.admin.PingContext(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// installed is the folder of the newest PostgreSQL, or empty.
func installed() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(folders) == 0 {
		return ""
	}
	return slices.Max(folders)
}

// folder makes a folder that the server's user owns.
func folder() (string, error) {
	parent := "/dev/shm"
	if _, err := os.Stat(parent); err != nil {
		parent = ""
	}
	dir, err := os.MkdirTemp(parent, "sluice-postgres-")
	if err != nil {
		return "", err
	}
	return dir, own(dir)
}
