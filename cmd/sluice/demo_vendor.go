package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/examples/backend-hyper/hyper"
	"github.com/sluice-billing/sluice/examples/backend-hyper/mock"
	"github.com/sluice-billing/sluice/internal/sample"
)

// demoSince is the month in which the demo's reseller begins with its vendor: the one
// that is running, so that the months that are over stay as they are.
var demoSince = sample.DemoOpenMonth().String()

// The accounts at the demo's vendor. Their keys are no secret. The reseller has the first
// two; the third is for who tries it.
var (
	simulationAccount = mock.Customer{
		Account: "kestrel-simulation", Email: "platform@kestrel.example", Key: "simulation-key-for-trials", Name: "Kestrel simulation", Since: demoSince,
		Projects: []hyper.Account{{ID: "cluster", Name: "Simulation cluster"}, {ID: "twin", Name: "Digital twin"}},
	}
	fleetAccount = mock.Customer{
		Account: "kestrel-fleet", Email: "fleet@kestrel.example", Key: "fleet-key-for-trials", Name: "Kestrel fleet", Since: demoSince,
		Projects: []hyper.Account{{ID: "telemetry", Name: "Telemetry"}},
	}
	edgeAccount = mock.Customer{
		Account: "kestrel-edge", Email: "edge@kestrel.example", Key: "edge-key-for-trials", Name: "Kestrel edge", Since: demoSince,
		Projects: []hyper.Account{{ID: "gateways", Name: "Gateways"}},
	}
)

// demoVendor is the make-believe vendor of a served demo, and the backend that tells
// what it charges. Both run in this process, for this machine alone.
type demoVendor struct {
	address string      // of the backend, as it is declared
	locked  atomic.Bool // the vendor does not accept fleetAccount's key
	vendor  *http.Server
	end     context.CancelFunc // of the backend
	ended   chan error         // how the backend ended
}

// startDemoVendor starts vendor and backend. Stop it. The address of the backend is the
// same at each start in a folder.
func startDemoVendor(ctx context.Context, dir string) (*demoVendor, error) {
	socket, err := demoSocket(dir)
	if err != nil {
		return nil, err
	}
	if c, err := net.Dial("unix", socket); err == nil {
		return nil, errors.Join(fmt.Errorf("another program answers at %s; end it, or name another folder with --dir", socket), c.Close())
	}
	place, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	v := &demoVendor{address: "unix://" + socket, ended: make(chan error, 1)}
	shop := mock.For(simulationAccount, fleetAccount, edgeAccount)
	shop.Now, shop.Lock = func() time.Time { return demoDay.AddDate(0, 0, -1) }, v.lock // as far as the exports tell
	v.vendor = &http.Server{Handler: shop, ReadHeaderTimeout: time.Minute}
	go func() { _ = v.vendor.Serve(place) }()
	// It lasts as long as the server, which asks it until its last job has ended.
	ctx, v.end = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		v.ended <- backend.Serve(ctx, v.address, hyper.Vendor{Address: "http://" + place.Addr().String()})
	}()
	if err := v.answers(socket); err != nil {
		return nil, errors.Join(err, v.vendor.Close())
	}
	return v, nil
}

// answers waits until the backend listens, or has ended.
func (v *demoVendor) answers(socket string) error {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for within := time.Now().Add(5 * time.Second); time.Now().Before(within); {
		if c, err := net.Dial("unix", socket); err == nil {
			return errors.Join(c.Close(), os.Chmod(socket, 0o600))
		}
		select {
		case err := <-v.ended:
			if err == nil {
				err = errors.New("it ended at once")
			}
			return err
		case <-look.C:
		}
	}
	v.end()
	return fmt.Errorf("it does not answer at %s; name another folder with --dir", v.address)
}

// stop ends both; nil has nothing to end.
func (v *demoVendor) stop() error {
	if v == nil {
		return nil
	}
	v.end()
	return errors.Join(<-v.ended, v.vendor.Close())
}

// lock is why the vendor does not accept a key.
func (v *demoVendor) lock(c mock.Customer) string {
	if c.Account != fleetAccount.Account || !v.locked.Load() {
		return ""
	}
	return "this key is locked for an hour, because three questions were signed with another one"
}

// plainPath is a path that is the same in an address.
var plainPath = regexp.MustCompile(`^/[A-Za-z0-9/._-]{1,99}$`)

// demoSocket is where the backend of the demo in a folder listens: in the folder, or in
// that of temporary files where the path is too long for a socket, or needs to be quoted.
func demoSocket(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	socket := filepath.Join(dir, "hyper.sock")
	if plainPath.MatchString(socket) {
		return socket, nil
	}
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(os.TempDir(), fmt.Sprintf("sluice-demo-%x.sock", sum[:6])), nil
}
