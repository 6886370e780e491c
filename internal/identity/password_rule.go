package identity

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	passwordShortest = 12
	passwordLongest  = 128
	passwordBytes    = 4 * passwordLongest
)

// commonPasswords are words and phrases that the best known passwords are made
// of, in small letters without spaces, one a line.
//
//go:embed password_common.txt
var commonPasswords string

var common = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(commonPasswords) {
		words[word] = true
	}
	return words
}()

// CheckPassword refuses a password that is easily guessed, as NIST SP 800-63B
// asks: 12 to 128 characters of any kind, but none of the well-known ones, no
// repetition, no walk along the alphabet or a keyboard, and nothing of what it is
// for: about is the e-mail address, the name, the product. The *Error says what
// is wrong, and never the password.
func CheckPassword(password string, about ...string) error {
	weak := func(format string, args ...any) error {
		return &Error{Code: PasswordTooWeak, Message: fmt.Sprintf(format, args...) + "; take a few words that do not belong together, or let a password manager make one"}
	}
	password = norm.NFKC.String(password)
	if n := utf8.RuneCountInString(password); n < passwordShortest || n > passwordLongest {
		return weak("a password has %d to %d characters, this one has %d", passwordShortest, passwordLongest, n)
	}
	if !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl) {
		return weak("the password has characters that cannot be typed")
	}
	small := []rune(strings.ToLower(password))
	switch {
	case different(small) < 5:
		return weak("the password is made of fewer than 5 different characters")
	case repeats(small):
		return weak("the password repeats itself")
	case walks(small):
		return weak("the password goes along the alphabet, the digits or a keyboard")
	}
	if word := contained(string(small), about); word != "" {
		return weak("the password contains %q, which everybody tries first", word)
	}
	if wellKnown(string(small)) {
		return weak("the password is one of those that everybody tries first")
	}
	return nil
}

func different(s []rune) int {
	s = slices.Sorted(slices.Values(s))
	return len(slices.Compact(s))
}

// repeats tells whether all of s is one piece again and again, the last time
// perhaps cut short.
func repeats(s []rune) bool {
	for piece := 1; piece <= len(s)/2; piece++ {
		if slices.Equal(s[piece:], s[:len(s)-piece]) {
			return true
		}
	}
	return false
}

// keyboards are the rows of keyboards, and columns of the English one.
var keyboards = []string{
	"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
	"1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol",
}

var neighbours = func() map[[2]rune]bool {
	pairs := map[[2]rune]bool{}
	for _, row := range keyboards {
		keys := []rune(row)
		for i := range keys[1:] {
			pairs[[2]rune{keys[i], keys[i+1]}] = true
			pairs[[2]rune{keys[i+1], keys[i]}] = true
		}
	}
	return pairs
}()

// walks tells whether three of four steps from one character to the next lead to
// the same, to the one before or after in the alphabet, or to the next key.
func walks(s []rune) bool {
	steps := 0
	for i := range s[1:] {
		a, b := s[i], s[i+1]
		if (b-a >= -1 && b-a <= 1) || neighbours[[2]rune{a, b}] {
			steps++
		}
	}
	return 4*steps >= 3*(len(s)-1)
}

// contained returns a word of four letters or more that is in the password, of
// what the password is for.
func contained(password string, about []string) string {
	for _, text := range about {
		for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(word) >= 4 && strings.Contains(password, word) {
				return word
			}
		}
	}
	return ""
}

// plain undoes the digits and signs that are written in the place of letters.
var plain = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// wellKnown tells whether a password is, but for digits and signs around and in
// the place of letters, one or two words of the common ones.
func wellKnown(password string) bool {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return r
			}
			return -1
		}, s)
	}
	inner := strings.TrimFunc(password, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, word := range []string{letters(plain.Replace(inner)), letters(plain.Replace(password)), letters(password), password} {
		if common[word] {
			return true
		}
		for i := range word {
			if common[word[:i]] && common[word[i:]] {
				return true
			}
		}
	}
	return false
}
