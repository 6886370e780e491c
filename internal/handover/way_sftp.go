package handover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/webhook"
)

// sftpWay puts files into a folder of an SFTP server, whose key is known beforehand.
var sftpWay = way{
	by: BySFTP, scheme: "sftp", secret: true, asks: "the user's password, or a private key (PEM) that has no passphrase", check: checkSFTP, send: sendSFTP,
}

const fingerprintPrefix = "SHA256:"

func checkSFTP(_ *Handovers, r Route, plain secret.Text) error {
	u, err := checkTarget(r, true)
	if err != nil {
		return err
	}
	if u.Hostname() == "" {
		return &RefusedError{"target", "names no server; write sftp://user@host/folder"}
	}
	keys := strings.Fields(r.HostKey)
	if len(keys) == 0 || slices.ContainsFunc(keys, func(k string) bool {
		return !strings.HasPrefix(k, fingerprintPrefix) || len(k) != len(fingerprintPrefix)+43
	}) {
		return &RefusedError{"host_key", "is no fingerprint such as SHA256:… with 43 characters; ask the server's owner, or `ssh-keyscan HOST | ssh-keygen -lf -`"}
	}
	if plain.IsZero() {
		return nil
	}
	if _, err := login(plain); err != nil {
		return &RefusedError{"secret", err.Error()}
	}
	return nil
}

// login is how a user proves who they are: by a private key where the secret is one,
// else by a password.
func login(plain secret.Text) (ssh.AuthMethod, error) {
	text := plain.Reveal()
	if !strings.HasPrefix(strings.TrimSpace(text), "-----BEGIN") {
		return ssh.Password(text), nil
	}
	signer, err := ssh.ParsePrivateKey([]byte(text))
	var locked *ssh.PassphraseMissingError
	switch {
	case errors.As(err, &locked):
		return nil, errors.New("is a private key with a passphrase; give one without")
	case err != nil:
		return nil, errors.New("is no private key that can be read; give it as PEM, as ssh-keygen writes it")
	}
	return ssh.PublicKeys(signer), nil
}

// hostKeyError says that a server is not the one that it is to be.
type hostKeyError struct{ shows string }

func (e *hostKeyError) Error() string {
	return "the server shows the key " + e.shows + ", which is not the one of the route; ask its owner whether it changed"
}

// connect dials an SSH server whose key one of the fingerprints is of. What the
// context ends breaks off.
func (h *Handovers) connect(ctx context.Context, target *url.URL, fingerprints []string, auth ...ssh.AuthMethod) (*ssh.Client, func(), error) {
	port := target.Port()
	if port == "" {
		port = "22"
	}
	conn, err := h.dialer.DialContext(ctx, "tcp", net.JoinHostPort(target.Hostname(), port))
	if err != nil {
		if errors.Is(err, webhook.ErrPrivate) {
			err = &FinalError{webhook.ErrPrivate}
		}
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	var unknown *hostKeyError
	shaken, channels, requests, err := ssh.NewClientConn(conn, target.Host, &ssh.ClientConfig{
		User: target.User.Username(), Auth: auth, Timeout: 30 * time.Second, ClientVersion: "SSH-2.0-Sluice",
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			if shows := ssh.FingerprintSHA256(key); !slices.Contains(fingerprints, shows) {
				unknown = &hostKeyError{shows}
				return unknown
			}
			return nil
		},
	})
	if err != nil {
		stop()
		_ = conn.Close()
		switch {
		case unknown != nil:
			err = &FinalError{unknown}
		case strings.Contains(err.Error(), "unable to authenticate"):
			err = &FinalError{errors.New("the server does not let the user in; check the user and the secret of the route")}
		}
		return nil, nil, err
	}
	client := ssh.NewClient(shaken, channels, requests)
	return client, func() { stop(); _ = client.Close() }, nil
}

// HostKey asks an SFTP server for the fingerprint of its key, to be compared with what
// its owner says. It proves nothing by itself.
func (h *Handovers) HostKey(ctx context.Context, target string) (string, error) {
	u, err := checkTarget(Route{Wish: Wish{Target: target}}, true)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	_, _, err = h.connect(ctx, u, nil)
	var unknown *hostKeyError
	if errors.As(err, &unknown) {
		return unknown.shows, nil
	}
	return "", errors.New(problem(err))
}

func sendSFTP(ctx context.Context, h *Handovers, p parcel) (Receipt, error) {
	target, err := checkTarget(p.route, true)
	if err != nil {
		return Receipt{}, &FinalError{err}
	}
	auth, err := login(p.secret)
	if err != nil {
		return Receipt{}, &FinalError{fmt.Errorf("the secret of the route %w", err)}
	}
	connected, leave, err := h.connect(ctx, target, strings.Fields(p.route.HostKey), auth)
	if err != nil {
		return Receipt{}, err
	}
	defer leave()
	client, err := sftp.NewClient(connected, sftp.UseConcurrentWrites(true))
	if err != nil {
		return Receipt{}, fmt.Errorf("the server offers no SFTP: %w", err)
	}
	defer client.Close()
	folder := p.folder(target) // below the user's own folder, unless the path begins with two slashes
	if strings.HasPrefix(target.Path, "//") {
		folder = "/" + folder
	}
	for _, f := range p.files {
		if err := upload(client, folder, p.key, f); err != nil {
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			return Receipt{}, fmt.Errorf("put %s there: %w", f.Name, err)
		}
	}
	return Receipt{Detail: "sftp://" + target.User.Username() + "@" + target.Host + "/" + folder}, nil
}

// upload writes a file under another name and then renames it, so that nobody reads
// half of it; one of that name is replaced.
func upload(client *sftp.Client, folder, key string, f File) error {
	name, err := place(strings.TrimPrefix(folder, "/"), f)
	if err != nil {
		return err
	}
	if strings.HasPrefix(folder, "/") {
		name = "/" + name
	}
	if dir := path.Dir(name); dir != "." && dir != "/" {
		if err := client.MkdirAll(dir); err != nil {
			return fmt.Errorf("make the folder %s: %w", dir, err)
		}
	}
	content, _, err := f.open()
	if err != nil {
		return err
	}
	defer content.Close()
	part := path.Join(path.Dir(name), "."+path.Base(name)+"."+key+".part")
	written, err := client.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	_, err = io.Copy(written, content)
	if err := errors.Join(err, written.Close()); err != nil {
		return errors.Join(err, client.Remove(part))
	}
	if err := client.PosixRename(part, name); err == nil {
		return nil
	}
	// A server without that extension does not rename over a file that is there.
	if err := client.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return errors.Join(err, client.Remove(part))
	}
	return client.Rename(part, name)
}
