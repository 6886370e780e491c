package secret

import (
	"context"
	"fmt"
	"regexp"
	"time"
)

// Named is a secret that has a name, without what it is.
type Named struct {
	Name      string    `json:"name"`
	UpdatedAt time.Time `json:"updated_at"` // UTC
	By        string    `json:"by"`
}

// wellNamed is what a name is made of, such as "source/prod-cur".
var wellNamed = regexp.MustCompile(`^[a-z0-9][a-z0-9._/-]{0,127}$`)

// About is what the sealed text of a named secret is sealed about.
func About(name string) string { return "secret/" + name }

// Set keeps a secret under a name, such as "source/prod-cur", in the place of the
// one that was there. An empty secret, or a name of other characters than small
// letters, digits and . _ - / is refused.
func (k *Keyring) Set(ctx context.Context, name string, value Text, by string) error {
	if !wellNamed.MatchString(name) {
		return fmt.Errorf("%q is no name of a secret: use up to 128 small letters, digits and . _ - /, such as source/prod-cur", name)
	}
	if value.IsZero() {
		return fmt.Errorf("secret %s is empty; delete it instead", name)
	}
	sealed, err := k.Seal([]byte(value.Reveal()), About(name))
	if err != nil {
		return err
	}
	return k.records.SetSecret(ctx, name, sealed, by)
}

// Get returns the secret of a name, an error where there is none.
func (k *Keyring) Get(ctx context.Context, name string) (Text, error) {
	sealed, err := k.records.Secret(ctx, name)
	if err != nil {
		return Text{}, err
	}
	plain, err := k.Open(sealed, About(name))
	if err != nil {
		return Text{}, err
	}
	return TextOf(string(plain)), nil
}

// Names returns which named secrets there are, by name.
func (k *Keyring) Names(ctx context.Context) ([]Named, error) { return k.records.Secrets(ctx) }

// Delete forgets the secret of a name, an error where there is none.
func (k *Keyring) Delete(ctx context.Context, name, by string) error {
	return k.records.DeleteSecret(ctx, name, by)
}
