package letter

import (
	"fmt"
	"net/mail"
	"strings"
)

// MostRecipients is how many addresses one message goes to at most.
const MostRecipients = 50

// mostAddress is the longest address, as RFC 5321 has it for a path without its
// brackets, in bytes.
const mostAddress = 254

// Addresses reads a list of addresses, such as "a@example.com" or
// "Ann <ann@example.com>". What names the list in messages, such as to or cc. It is an
// error where one of them cannot be sent to by every mail server.
func Addresses(what string, list []string) ([]mail.Address, error) {
	all := make([]mail.Address, 0, len(list))
	for _, text := range list {
		a, err := address(what, text)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

func address(what, text string) (mail.Address, error) {
	if strings.ContainsFunc(text, isControl) {
		return mail.Address{}, fmt.Errorf("%s: an address has characters that cannot be printed", what)
	}
	a, err := mail.ParseAddress(text)
	if err != nil {
		return mail.Address{}, fmt.Errorf("%s: %q is no address such as ann@example.com", what, text)
	}
	return *a, checkAddress(what, *a)
}

// checkAddress refuses what needs more of a mail server than all of them have, and
// what could end a command or a header.
func checkAddress(what string, a mail.Address) error {
	at := strings.LastIndexByte(a.Address, '@')
	switch {
	case at < 1 || at == len(a.Address)-1:
		return fmt.Errorf("%s: %q is no address such as ann@example.com", what, a.Address)
	case len(a.Address) > mostAddress || at > 64:
		return fmt.Errorf("%s: the address %.40q… is longer than mail servers take", what, a.Address)
	case strings.ContainsFunc(a.Address, func(r rune) bool { return r > '~' }):
		return fmt.Errorf("%s: %q has letters that not all mail servers take; write those of its domain as xn--…", what, a.Address)
	case strings.ContainsAny(a.Address, " \"<>()[],:;\\\t\r\n"):
		return fmt.Errorf("%s: %q has signs that not all mail servers take", what, a.Address)
	case strings.ContainsFunc(a.Name, isControl):
		return fmt.Errorf("%s: the name of %s has characters that cannot be printed", what, a.Address)
	}
	return nil
}

// domainOf is what stands behind the @ of an address.
func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
