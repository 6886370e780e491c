package handover

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"github.com/sluice-billing/sluice/internal/store"
)

// sftpServer is one on a folder of this machine, with one user.
type sftpServer struct {
	address, folder, hostKey string
	userKey                  string // private, PEM
}

const sftpPassword = "let-me-in-please"

func startSFTP(t *testing.T) sftpServer {
	t.Helper()
	_, host, err := ed25519.GenerateKey(rand.Reader)
	ok(t, err)
	hostSigner, err := ssh.NewSignerFromKey(host)
	ok(t, err)
	userPublic, user, err := ed25519.GenerateKey(rand.Reader)
	ok(t, err)
	block, err := ssh.MarshalPrivateKey(user, "acme")
	ok(t, err)
	authorized, err := ssh.NewPublicKey(userPublic)
	ok(t, err)
	config := &ssh.ServerConfig{
		PasswordCallback: func(c ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			if c.User() == "acme" && string(password) == sftpPassword {
				return nil, nil
			}
			return nil, errors.New("no")
		},
		PublicKeyCallback: func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if c.User() == "acme" && string(key.Marshal()) == string(authorized.Marshal()) {
				return nil, nil
			}
			return nil, errors.New("no")
		},
	}
	config.AddHostKey(hostSigner)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	t.Cleanup(func() { listener.Close() })
	s := sftpServer{listener.Addr().String(), t.TempDir(), ssh.FingerprintSHA256(hostSigner.PublicKey()), string(pem.EncodeToMemory(block))}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn, config)
		}
	}()
	return s
}

// serve lets one client work in the folder.
func (s sftpServer) serve(conn net.Conn, config *ssh.ServerConfig) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for fresh := range channels {
		channel, asked, err := fresh.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range asked {
				_ = r.Reply(r.Type == "subsystem" && strings.HasSuffix(string(r.Payload), "sftp"), nil)
			}
		}()
		server, err := sftp.NewServer(channel, sftp.WithServerWorkingDirectory(s.folder))
		if err != nil {
			return
		}
		if err := server.Serve(); err != nil && err != io.EOF {
			return
		}
		channel.Close()
	}
}

func (s sftpServer) wish(folder string, what ...string) Wish {
	return Wish{What: what, Formats: []string{"csv", "pdf"}, By: BySFTP, When: When{On: OnPublish}, Target: "sftp://acme@" + s.address + "/" + folder, HostKey: s.hostKey}
}

// filesIn are the files below a folder by their names.
func filesIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	ok(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		found[filepath.ToSlash(name)] = string(text)
		return err
	}))
	return found
}

// Documents and data sets arrive on a real SFTP server, with a manifest that fits.
func TestSFTP(t *testing.T) {
	s, w := startSFTP(t), newWorld(t)
	w.add(s.wish("in/{what}/{period}", "invoice", "focus"), sftpPassword)
	d := w.published("2026-10/acme-main", "acme-main")
	w.deliver(2)
	got := filesIn(t, s.folder)
	var names []string
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{
		"in/focus/2026-10/cost/part-0.csv", "in/focus/2026-10/cost/part-1.csv", "in/focus/2026-10/manifest.json",
		"in/invoice/2026-10/INV-acme-main.csv", "in/invoice/2026-10/INV-acme-main.manifest.json", "in/invoice/2026-10/INV-acme-main.pdf",
	}
	if !slices.Equal(names, want) || got[want[5]] != "2026-10/acme-main as pdf" || got[want[0]] != "a,b\n1,2\n" {
		t.Errorf("there are %q", got)
	}
	var manifest struct {
		Customer, Number, Period, What string
		Files                          []struct {
			Name, SHA256 string
			Bytes        int
		}
	}
	ok(t, json.Unmarshal([]byte(got[want[2]]), &manifest))
	// printf 'a,b\n1,2\n' | sha256sum
	if f := manifest.Files[0]; len(manifest.Files) != 2 || f.Name != "cost/part-0.csv" || f.Bytes != 8 || f.SHA256 != "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470" {
		t.Errorf("the manifest says %+v", manifest)
	}
	if got := w.sentEvents(d.ID); len(got) != 1 || got[0] != "sftp to sftp://acme@"+s.address+"/in/invoice/2026-10" {
		t.Errorf("the document was sent %q", got)
	}
}

// A private key opens as well, and a file that is there is replaced.
func TestSFTPByKey(t *testing.T) {
	s, w := startSFTP(t), newWorld(t)
	r := w.add(s.wish("", "invoice"), s.userKey)
	w.published("2026-10/acme-main", "acme-main")
	w.deliver(1)
	ok(t, os.WriteFile(filepath.Join(s.folder, "INV-acme-main.pdf"), []byte("old"), 0o644))
	_, err := w.Again(t.Context(), w.one().ID, "ann")
	ok(t, err)
	_, err = w.Test(t.Context(), r.ID, "ann")
	ok(t, err)
	w.deliver(2)
	if got := filesIn(t, s.folder); len(got) != 4 || got["INV-acme-main.pdf"] != "2026-10/acme-main as pdf" || !strings.Contains(got["sluice-test.txt"], "can be deleted") {
		t.Errorf("there are %q", got)
	}
}

// A server that is another one, or lets nobody in, is not tried for days.
func TestSFTPRefusals(t *testing.T) {
	s, w := startSFTP(t), newWorld(t)
	shown, err := w.HostKey(t.Context(), "sftp://acme@"+s.address+"/")
	ok(t, err)
	if shown != s.hostKey {
		t.Errorf("the server shows %s, want %s", shown, s.hostKey)
	}
	other := s.wish("", "invoice")
	other.HostKey = fingerprintPrefix + strings.Repeat("A", 43)
	w.add(other, sftpPassword)
	w.add(s.wish("", "invoice"), "wrong-password")
	w.published("2026-10/acme-main", "acme-main")
	w.deliver(0)
	all, err := w.List(t.Context(), store.HandoverFilter{State: store.HandoverFailed})
	ok(t, err)
	if len(all) != 2 || !strings.Contains(all[0].Problem, "does not let the user in") || !strings.Contains(all[1].Problem, s.hostKey) {
		t.Errorf("on record is %+v", all)
	}
	for _, x := range all {
		if strings.Contains(x.Problem, "password-") || strings.Contains(x.Problem, sftpPassword) {
			t.Errorf("the problem has the secret: %s", x.Problem)
		}
	}
	if got := filesIn(t, s.folder); len(got) != 0 {
		t.Errorf("there are %q", got)
	}
}
