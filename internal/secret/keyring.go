// Package secret keeps what nobody may read: passwords of other systems, signing
// keys, seeds of one-time codes.
//
// It encrypts in two steps. Secrets are sealed with data keys (AES-256-GCM). The
// data keys are a keyring, which lies in the records, so that all servers of an
// installation share it, sealed with a master key, which does not: that one comes
// from SLUICE_MASTER_KEY, the file that SLUICE_MASTER_KEY_FILE names, or the file
// master.key of the installation's folder, made at first use. Who has the records,
// a backup or a dump of them has no secret.
package secret

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Records keep the sealed keyring and the sealed named secrets. The store is one.
type Records interface {
	// Keyring returns the sealed keyring; it is empty where there is none yet.
	Keyring(ctx context.Context) (sealed string, err error)
	// ReplaceKeyring puts a keyring in the place of the one it was made from. It
	// returns ErrKeyringChanged where another one is there by now. Where reseal is
	// given, everything sealed is put through it in the same transaction.
	ReplaceKeyring(ctx context.Context, change KeyringChange, reseal func(sealed, about string) (string, error)) error
	// Secret returns a sealed named secret, an error where there is none.
	Secret(ctx context.Context, name string) (sealed string, err error)
	// Secrets returns which named secrets there are, by name.
	Secrets(ctx context.Context) ([]Named, error)
	// SetSecret keeps a sealed secret under a name.
	SetSecret(ctx context.Context, name, sealed, by string) error
	// DeleteSecret forgets a named secret, an error where there is none.
	DeleteSecret(ctx context.Context, name, by string) error
}

// KeyringChange says which keyring follows which, and who did what.
type KeyringChange struct {
	Was, Sealed string
	By          string
	Action      string // such as "secret.rotate"
	Detail      string
}

// ErrKeyringChanged says that somebody else changed the keyring meanwhile.
var ErrKeyringChanged = errors.New("the keyring was changed by another process; try again")

// Keyring seals and opens secrets. It is safe for use by several goroutines, and
// sees what other processes do to the keyring.
type Keyring struct {
	dir     string
	records Records

	mu   sync.RWMutex
	keys unsealed
}

// unsealed is a keyring that can be used.
type unsealed struct {
	sealed string // as it is on record
	handle *keyset.Handle
	aead   tink.AEAD
	master master
}

const (
	sealedPrefix = "sealed1:" // before a sealed text: the form it has
	keyringAbout = "sluice keyring"
	reloadTime   = 10 * time.Second
)

// Open opens the keyring of the installation in a folder. The first use makes the
// keyring, and the master key where none is given.
func Open(ctx context.Context, dir string, records Records) (*Keyring, error) {
	k := &Keyring{dir: dir, records: records}
	sealed, err := records.Keyring(ctx)
	if err != nil {
		return nil, err
	}
	if sealed == "" {
		if err := k.begin(ctx); err != nil && !errors.Is(err, ErrKeyringChanged) {
			return nil, fmt.Errorf("begin the keyring: %w", err)
		}
		if sealed, err = records.Keyring(ctx); err != nil {
			return nil, err
		}
	}
	if k.keys, err = unseal(dir, sealed); err != nil {
		return nil, fmt.Errorf("open the keyring: %w", err)
	}
	return k, k.finishMaster()
}

// begin makes the first keyring.
func (k *Keyring) begin(ctx context.Context) error {
	all, err := masters(k.dir)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		if err := writeMaster(masterPath(k.dir)); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if all, err = masters(k.dir); err != nil {
			return err
		}
	}
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return err
	}
	sealed, err := seal(handle, all[0])
	if err != nil {
		return err
	}
	return k.records.ReplaceKeyring(ctx, KeyringChange{Sealed: sealed, By: "sluice", Action: "secret.begin", Detail: describe(handle)}, nil)
}

// describe names the data key in use; the number is no secret.
func describe(handle *keyset.Handle) string {
	info := handle.KeysetInfo()
	return fmt.Sprintf("data key %d of %d keys", info.PrimaryKeyId, len(info.KeyInfo))
}

func seal(handle *keyset.Handle, m master) (string, error) {
	var out bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&out), m.aead, []byte(keyringAbout)); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(out.Bytes()), nil
}

// unseal opens a keyring with whichever master key fits.
func unseal(dir, sealed string) (unsealed, error) {
	all, err := masters(dir)
	if err != nil {
		return unsealed{}, err
	}
	if len(all) == 0 {
		return unsealed{}, fmt.Errorf("it was sealed with a master key that is not here: put it back into %s, or set %s", masterPath(dir), masterEnv)
	}
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return unsealed{}, errors.New("it is damaged; restore the records from a backup")
	}
	var tried []string
	for _, m := range all {
		handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(raw)), m.aead, []byte(keyringAbout))
		if err != nil {
			tried = append(tried, m.from)
			continue
		}
		primitive, err := aead.New(handle)
		if err != nil {
			return unsealed{}, err
		}
		return unsealed{sealed, handle, primitive, m}, nil
	}
	return unsealed{}, fmt.Errorf("it was sealed with another master key than that of %s; give the one it was sealed with", strings.Join(tried, " or "))
}

// finishMaster puts a master key in its place that a rotation which did not end
// had left beside it, once the keyring on record is sealed with it.
func (k *Keyring) finishMaster() error {
	if path := masterPath(k.dir); k.current().master.from == path+".new" {
		if err := os.Rename(path+".new", path); err != nil {
			return fmt.Errorf("put the new master key in the place of the old one: %w", err)
		}
	}
	return nil
}

// Seal encrypts a secret. About says what it is of, such as "totp/<user>": the
// sealed text opens only with the same words, so that it is of no use in
// another row. The result is printable ASCII.
func (k *Keyring) Seal(plaintext []byte, about string) (string, error) {
	return k.current().seal(plaintext, about)
}

func (u unsealed) seal(plaintext []byte, about string) (string, error) {
	if about == "" {
		return "", errors.New("seal a secret: it is not said what it is of")
	}
	ciphertext, err := u.aead.Encrypt(plaintext, []byte(about))
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", about, err)
	}
	return sealedPrefix + base64.StdEncoding.EncodeToString(ciphertext), nil
}

// Open decrypts what Seal returned, with the same words about it. A text that was
// changed, or sealed about something else, is refused.
func (k *Keyring) Open(sealed, about string) ([]byte, error) {
	keys := k.current()
	plain, err := keys.open(sealed, about)
	if err == nil {
		return plain, nil
	}
	// Another process may have sealed it with a key that is newer than this keyring.
	ctx, cancel := context.WithTimeout(context.Background(), reloadTime)
	defer cancel()
	if fresh, errReload := k.reload(ctx); errReload != nil {
		return nil, errors.Join(err, errReload)
	} else if fresh.sealed != keys.sealed {
		return fresh.open(sealed, about)
	}
	return nil, err
}

func (u unsealed) open(sealed, about string) ([]byte, error) {
	text, ok := strings.CutPrefix(sealed, sealedPrefix)
	ciphertext, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		return nil, fmt.Errorf("what is kept of %s is no sealed text; set it anew", about)
	}
	plain, err := u.aead.Decrypt(ciphertext, []byte(about))
	if err != nil {
		return nil, fmt.Errorf("%s does not open: its sealed text was changed, or belongs to something else, or to another installation; set it anew", about)
	}
	return plain, nil
}

func (k *Keyring) current() unsealed {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys
}

// reload takes over the keyring that is on record.
func (k *Keyring) reload(ctx context.Context) (unsealed, error) {
	sealed, err := k.records.Keyring(ctx)
	if err != nil {
		return unsealed{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if sealed == k.keys.sealed {
		return k.keys, nil
	}
	fresh, err := unseal(k.dir, sealed)
	if err != nil {
		return unsealed{}, fmt.Errorf("open the keyring, which another process has changed: %w", err)
	}
	k.keys = fresh
	return fresh, nil
}
