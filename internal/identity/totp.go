package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/sluice-billing/sluice/internal/store"
)

const (
	totpPeriod    = 30 // seconds
	recoveryCodes = 10
)

// Enrolment is what a phone needs to make one-time codes; given only once.
type Enrolment struct {
	Seed string // to type in
	URL  string // otpauth://…, for a QR code
}

// EnrolTOTP gives a user a seed of one-time codes. Nothing asks for them before
// ConfirmTOTP has seen one; until then a second call gives another seed. It
// refuses with already-enrolled where codes are asked for already.
func (d *Directory) EnrolTOTP(ctx context.Context, user string) (Enrolment, error) {
	var e Enrolment
	err := d.change(ctx, "begin one-time codes", func(c store.IdentityChange) error {
		u, err := c.User(ctx, user)
		if err != nil {
			return err
		}
		if u.Kind != Person {
			return invalid("a service account has no second factor")
		}
		if u.TOTPConfirmed {
			return &Error{Code: AlreadyEnrolled, Message: "one-time codes are in use already; turn them off first"}
		}
		key, err := totp.Generate(totp.GenerateOpts{Issuer: d.options.Product, AccountName: u.Email, Period: totpPeriod, SecretSize: 20})
		if err != nil {
			return err
		}
		if u.TOTP, err = d.keys.Seal([]byte(key.Secret()), "totp/"+u.ID); err != nil {
			return err
		}
		u.TOTPStep, u.UpdatedAt = 0, d.now()
		e = Enrolment{key.Secret(), key.URL()}
		return c.SaveUser(ctx, u)
	})
	if err != nil {
		return Enrolment{}, err
	}
	return e, nil
}

// ConfirmTOTP takes the first one-time code: from now on they are asked for. It
// returns ten recovery codes, given only here, and the new cookie of the session
// that asks, which counts as one with a second factor. All other sessions end.
func (d *Directory) ConfirmTOTP(ctx context.Context, user, session, code string) (recovery []string, cookie string, err error) {
	tries := []try{{factorLimit, user}}
	if err := d.admit(ctx, tries); err != nil {
		return nil, "", err
	}
	err = d.change(ctx, "confirm one-time codes", func(c store.IdentityChange) error {
		u, err := c.User(ctx, user)
		if err != nil {
			return err
		}
		if u.TOTPConfirmed || u.TOTP == "" {
			return &Error{Code: AlreadyEnrolled, Message: "no one-time codes wait to be confirmed; begin with a new seed"}
		}
		if err := d.useTOTP(ctx, c, u, code); err != nil {
			return err
		}
		if u, err = c.User(ctx, user); err != nil {
			return err
		}
		u.TOTPConfirmed, u.UpdatedAt = true, d.now()
		if err := c.SaveUser(ctx, u); err != nil {
			return err
		}
		if recovery, err = renewRecovery(ctx, c, user); err != nil {
			return err
		}
		if cookie, err = d.rotate(ctx, c, user, session, true); err != nil {
			return err
		}
		if _, err := d.endSessions(ctx, c, user, session, "a second factor was added"); err != nil {
			return err
		}
		if err := d.forgive(ctx, c, tries); err != nil {
			return err
		}
		return d.audit(ctx, c, "second-factor.add", "user/"+user, "one-time codes")
	})
	if err != nil {
		return nil, "", err
	}
	return recovery, cookie, nil
}

// DisableTOTP turns one-time codes off, with their recovery codes. The caller asks
// whether the actor may: it is the user themself, or somebody who may manage them
// and holds at least their roles.
func (d *Directory) DisableTOTP(ctx context.Context, user string) error {
	return d.change(ctx, "turn off one-time codes", func(c store.IdentityChange) error {
		u, err := c.User(ctx, user)
		if err != nil {
			return err
		}
		u.TOTP, u.TOTPConfirmed, u.TOTPStep, u.UpdatedAt = "", false, 0, d.now()
		if err := c.SaveUser(ctx, u); err != nil {
			return err
		}
		if err := c.ReplaceRecoveryCodes(ctx, user, nil); err != nil {
			return err
		}
		return d.audit(ctx, c, "second-factor.remove", "user/"+user, "one-time codes")
	})
}

// RenewRecoveryCodes gives a user ten new recovery codes; the old ones end.
func (d *Directory) RenewRecoveryCodes(ctx context.Context, user string) (codes []string, err error) {
	err = d.change(ctx, "renew recovery codes", func(c store.IdentityChange) error {
		u, err := c.User(ctx, user)
		if err != nil {
			return err
		}
		if !u.TOTPConfirmed {
			return invalid("recovery codes stand in for one-time codes, which are not in use; turn those on first")
		}
		if codes, err = renewRecovery(ctx, c, user); err != nil {
			return err
		}
		return d.audit(ctx, c, "recovery-codes.renew", "user/"+user, fmt.Sprintf("%d codes", recoveryCodes))
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// RecoveryCodesLeft says how many recovery codes a user has not used.
func (d *Directory) RecoveryCodesLeft(ctx context.Context, user string) (int64, error) {
	return d.store.Identities().CountRecoveryCodes(ctx, user)
}

// renewRecovery makes recovery codes of 80 random bits, such as
// abcd-efgh-ijkl-mnop.
func renewRecovery(ctx context.Context, c store.IdentityChange, user string) (codes []string, err error) {
	hashes := make([]string, recoveryCodes)
	for i := range recoveryCodes {
		raw := make([]byte, 10)
		_, _ = rand.Read(raw) // never fails, it says
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		codes = append(codes, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		hashes[i] = recoveryHash(user, text)
	}
	return codes, c.ReplaceRecoveryCodes(ctx, user, hashes)
}

func recoveryHash(user, code string) string { return hashed("recovery code of " + user + ": " + code) }

// secondFactor uses a one-time code or a recovery code up, or says bad-code.
func (d *Directory) secondFactor(ctx context.Context, c store.IdentityChange, u store.User, code string) error {
	code = strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, code))
	if len(code) == 6 {
		return d.useTOTP(ctx, c, u, code)
	}
	used, err := c.UseRecoveryCode(ctx, u.ID, recoveryHash(u.ID, code))
	if err != nil {
		return err
	}
	if !used {
		return badCode()
	}
	return c.Audit(ctx, store.AuditEntry{At: d.now(), By: u.Email, Action: "recovery-code.use", Subject: "user/" + u.ID, Detail: "signs in"})
}

func badCode() *Error { return &Error{Code: BadCode, Message: "the code is wrong or was used already"} }

// useTOTP takes the one-time code of now, or of half a minute before or after,
// unless it, or a later one, was used.
func (d *Directory) useTOTP(ctx context.Context, c store.IdentityChange, u store.User, code string) error {
	if u.TOTP == "" {
		return badCode()
	}
	seed, err := d.keys.Open(u.TOTP, "totp/"+u.ID)
	if err != nil {
		return err
	}
	step, now := int64(0), d.now().Unix()/totpPeriod
	for candidate := now - 1; candidate <= now+1; candidate++ {
		want, err := totp.GenerateCode(string(seed), time.Unix(candidate*totpPeriod, 0))
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step = candidate
		}
	}
	if step == 0 {
		return badCode()
	}
	fresh, err := c.UseTOTPStep(ctx, u.ID, step)
	if err != nil {
		return err
	}
	if !fresh {
		return badCode()
	}
	return nil
}
