package secret

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Rotate makes a new data key, seals everything on record with it, and keeps the
// old ones, so that backups and what another process has just sealed still open.
// All of it is done or nothing.
func (k *Keyring) Rotate(ctx context.Context, by string) error {
	was, err := k.reload(ctx)
	if err != nil {
		return fmt.Errorf("rotate the data key: %w", err)
	}
	handle, err := withNewKey(was.handle)
	if err != nil {
		return fmt.Errorf("rotate the data key: %w", err)
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return fmt.Errorf("rotate the data key: %w", err)
	}
	sealed, err := seal(handle, was.master)
	if err != nil {
		return fmt.Errorf("rotate the data key: %w", err)
	}
	fresh := unsealed{sealed, handle, primitive, was.master}
	change := KeyringChange{Was: was.sealed, Sealed: sealed, By: by, Action: "secret.rotate", Detail: describe(handle)}
	reseal := func(sealed, about string) (string, error) {
		plain, err := fresh.open(sealed, about)
		if err != nil {
			return "", err
		}
		return fresh.seal(plain, about)
	}
	if err := k.records.ReplaceKeyring(ctx, change, reseal); err != nil {
		return fmt.Errorf("rotate the data key: %w", err)
	}
	k.mu.Lock()
	k.keys = fresh
	k.mu.Unlock()
	return nil
}

func withNewKey(handle *keyset.Handle) (*keyset.Handle, error) {
	manager := keyset.NewManagerFromHandle(handle)
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	if err := manager.SetPrimary(id); err != nil {
		return nil, err
	}
	return manager.Handle()
}

// RotateMaster seals the keyring with a new master key: that of
// SLUICE_MASTER_KEY_NEW where the old one is in the environment, else one that it
// makes in the place of the file. A crash leaves both keys in files, and Open
// finds which of them fits.
func (k *Keyring) RotateMaster(ctx context.Context, by string) error {
	was, err := k.reload(ctx)
	if err != nil {
		return fmt.Errorf("rotate the master key: %w", err)
	}
	next, err := k.nextMaster(was.master)
	if err != nil {
		return fmt.Errorf("rotate the master key: %w", err)
	}
	sealed, err := seal(was.handle, next)
	if err != nil {
		return fmt.Errorf("rotate the master key: %w", err)
	}
	change := KeyringChange{Was: was.sealed, Sealed: sealed, By: by, Action: "secret.rotate-master", Detail: "the keyring is sealed with a new master key"}
	if err := k.records.ReplaceKeyring(ctx, change, nil); err != nil {
		return fmt.Errorf("rotate the master key: %w", err)
	}
	was.sealed, was.master = sealed, next
	k.mu.Lock()
	k.keys = was
	k.mu.Unlock()
	return k.finishMaster()
}

// nextMaster returns the master key that follows.
func (k *Keyring) nextMaster(was master) (master, error) {
	if os.Getenv(masterEnv) != "" {
		if os.Getenv(masterNewEnv) == "" || was.from == masterNewEnv {
			return master{}, fmt.Errorf("the master key is that of %s: give the new one in %s, and put it in the place of the old one afterwards", masterEnv, masterNewEnv)
		}
		return parseMaster(os.Getenv(masterNewEnv), masterNewEnv)
	}
	path := masterPath(k.dir) + ".new"
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return master{}, err
	}
	if err := writeMaster(path); err != nil {
		return master{}, err
	}
	return readMaster(path)
}
