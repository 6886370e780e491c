package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/server"
)

// demoPeople can sign in to the demo. Their passwords are no secret.
var demoPeople = []server.Person{
	{Email: "owner@example.com", Name: "茜 Akane Mori", Password: "amber-kettle-walks-north", Organization: "reseller", Role: "owner"},
	{Email: "operator@example.com", Name: "Jonas Lindqvist", Password: "violet-ladder-sings-twice", Organization: "reseller", Role: "billing-operator"},
	{Email: "admin@pinecrest.example", Name: "Dana Whitfield", Password: "copper-orchard-waits-below", Organization: "pinecrest", Role: "customer-admin"},
	{Email: "viewer@hokuto.example", Name: "佐藤 健", Locale: "ja", Password: "marble-harbor-turns-seven", Organization: "hokuto", Role: "customer-viewer"},
}

// demoSignIn is somebody who can sign in, for people who try the demo.
type demoSignIn struct {
	Organization string `json:"organization"`
	Role         string `json:"role"`
	Email        string `json:"email"`
	Password     string `json:"password"`
}

// demoServed is what a served demo says when it answers.
type demoServed struct {
	Address string       `json:"address"`
	Dir     string       `json:"dir"`
	SignIns []demoSignIn `json:"sign_ins"`
	// Vendor is a service account to try out; nil where the demo's vendor could not be started.
	Vendor *demoVendorTrial `json:"vendor,omitempty"`
}

// runServedDemo makes the demo where it is not there, and serves it until it is interrupted.
func runServedDemo(c *cli, cmd *cobra.Command, seed uint64, listen string) error {
	if err := c.demoDir(cmd); err != nil {
		return err
	}
	if listen != "" && !loopback(listen) {
		return knownPasswords(cmd, listen)
	}
	if err := makeServedDemo(c, cmd, seed); err != nil {
		return err
	}
	ctx := cmd.Context()
	vendor, err := runDemoVendor(c, cmd)
	if ctx.Err() != nil {
		return errors.Join(ctx.Err(), vendor.stop())
	}
	if err != nil {
		fmt.Fprintf(c.stderr, "The make-believe vendor of the demo cannot be served: %v\nAll else is there; the next start tries again.\n", err)
	}
	return errors.Join(serveMade(c, cmd, listen, vendor != nil), vendor.stop())
}

// serveMade serves a demo that is made until it is interrupted.
func serveMade(c *cli, cmd *cobra.Command, listen string, vendor bool) error {
	ctx := cmd.Context()
	s, err := openDemoServer(c, cmd, listen)
	if err != nil {
		return err
	}
	served := demoServed{Address: s.Origin(), Dir: c.dir}
	if vendor {
		served.Vendor = newVendorTrial()
	}
	for _, p := range demoPeople {
		if err := s.Enrol(ctx, p); err != nil {
			return errors.Join(err, s.Close())
		}
		served.SignIns = append(served.SignIns, demoSignIn{p.Organization, p.Role, p.Email, p.Password})
	}
	if err := c.result(served, served.write); err != nil {
		return errors.Join(err, s.Close())
	}
	err = errors.Join(s.Run(ctx), s.Close())
	if ctx.Err() != nil && err == nil {
		return nil // it was asked to stop, and did
	}
	return err
}

// knownPasswords refuses to let others than this machine reach a demo.
func knownPasswords(cmd *cobra.Command, listen string) error {
	err := wrong(cmd, fmt.Sprintf("%s can be reached from elsewhere, and everybody knows the demo's passwords", listen))
	err.hint = "name an address of this machine alone, such as 127.0.0.1:8081"
	return err
}

// loopback tells whether only this machine reaches an address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// The ports that are tried, where none was named.
const (
	firstPort = 8080
	lastPort  = 8099
)

// openDemoServer opens the demo at an address, or at the first free port.
func openDemoServer(c *cli, cmd *cobra.Command, listen string) (*server.Server, error) {
	o := server.Options{
		Dir: c.dir, Memory: c.memory, Version: built().Version, Listen: listen,
		Workers: 1, PerSecond: 200, Requests: 64, Grace: 20 * time.Second,
		Log: slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if listen != "" {
		return server.Open(cmd.Context(), o)
	}
	for port := firstPort; ; port++ {
		o.Listen = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		s, err := server.Open(cmd.Context(), o)
		if port == lastPort || !errors.Is(err, syscall.EADDRINUSE) {
			return s, err
		}
		fmt.Fprintf(c.stderr, "Port %d is taken; trying the next.\n", port)
	}
}

func (s demoServed) write(w io.Writer) {
	fmt.Fprintf(w, "The demo answers at %s\n\nSign in there as\n", s.Address)
	t := newTable("", "ORGANIZATION", "ROLE", "E-MAIL ADDRESS", "PASSWORD")
	for _, p := range s.SignIns {
		t.add("", p.Organization, p.Role, p.Email, p.Password)
	}
	t.write(w, "")
	if v := s.Vendor; v != nil {
		fmt.Fprintf(w, "\nA make-believe vendor runs beside it. Under Backends, add a service account of %s for %s\nfrom %s on, with\n", v.Backend, v.Project, v.From)
		t := newTable("", "ACCOUNT", "EMAIL", "KEY")
		t.add("", v.Fields["Account"], v.Fields["Email"], v.Fields["Key"])
		t.write(w, "")
	}
	fmt.Fprintf(w, "\nEverything is invented, and everybody knows these passwords. Ctrl-C ends it; what you do stays in %s.\n", s.Dir)
}
