package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/examples/backend-hyper/hyper"
	"github.com/sluice-billing/sluice/examples/backend-hyper/mock"
)

// hyperVendor is the program `hyper_vendor FILE` of scripts: the make-believe vendor Hyper
// billing on a day on which October 2026 is closed. It writes its address into the file.
func hyperVendor() {
	if err := serveHyper(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serveHyper(file string) error {
	vendor := mock.New()
	vendor.Now = func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	// Who reads the file finds all of the address, or no file.
	if err := os.WriteFile(file+".new", []byte("http://"+listener.Addr().String()), 0o600); err != nil {
		return err
	}
	if err := os.Rename(file+".new", file); err != nil {
		return err
	}
	server := &http.Server{Handler: vendor, ReadHeaderTimeout: time.Minute}
	return server.Serve(listener)
}

// hyperBackend is the program `hyper_backend SOCKET FILE` of scripts: the backend of the
// vendor whose address hyper_vendor writes into the file.
func hyperBackend() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	address, err := os.ReadFile(os.Args[2])
	for tries := 0; err != nil && tries < 500; tries++ {
		time.Sleep(10 * time.Millisecond)
		address, err = os.ReadFile(os.Args[2])
	}
	if err == nil {
		err = backend.Serve(ctx, "unix://"+os.Args[1], &hyper.Vendor{Address: string(address)})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// elsewhere is what differs from one run of a page to another besides what is changing:
// the minute, and where the vendor listens.
var elsewhere = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d\b|127\.0\.0\.1:\d+`)

// walkPage is the script command `walk PAGE FIRST LAST [OLD=NEW]`: it does what the numbered
// sections of a page say as follow does, but through the shell, as the page's reader does.
// OLD, which stands in the page, is NEW here. `go run` starts what the script starts.
func walkPage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args) > 4 {
		ts.Fatalf("usage: walk PAGE FIRST LAST [OLD=NEW]")
	}
	first, err := strconv.Atoi(args[1])
	ts.Check(err)
	last, err := strconv.Atoi(args[2])
	ts.Check(err)
	sections := strings.Split(ts.ReadFile(args[0]), "\n## ")
	if first > last || last >= len(sections) {
		ts.Fatalf("%s has %d sections", args[0], len(sections)-1)
	}
	page := strings.Join(sections[first:last+1], "\n## ")
	if len(args) == 4 {
		from, to, _ := strings.Cut(args[3], "=")
		page = strings.ReplaceAll(page, from, to)
	}
	for _, step := range pageSteps(page) {
		if step.command == "" {
			ts.Check(os.WriteFile(ts.MkAbs("reseller.yaml"), []byte(strings.Join(step.lines, "\n")+"\n"), 0o644))
			continue
		}
		if strings.HasPrefix(step.command, "go run ") {
			continue
		}
		// A command that fails says so in what it prints.
		_ = ts.Exec("sh", "-c", step.command)
		printed := alike(printedLines(ts.ReadFile("stdout"), ts.ReadFile("stderr")))
		if missing, ok := shownIn(alike(step.lines), printed); !ok {
			ts.Fatalf("%s does not say what `%s` prints. It has the line\n%s\nbut printed was\n%s",
				args[0], step.command, missing, strings.Join(printed, "\n"))
		}
	}
}

func alike(lines []string) []string {
	var kept []string
	for _, line := range lines {
		// Where a time is seconds long, changing has it.
		if !changing.MatchString(line) {
			line = elsewhere.ReplaceAllString(line, "(elsewhere)")
		}
		kept = append(kept, line)
	}
	return kept
}
