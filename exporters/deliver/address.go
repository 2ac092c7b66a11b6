package deliver

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"golang.org/x/net/idna"

	"turnover/exporters"
)

// addresses reads those of one message, each once, and lists every one that
// cannot be used.
func addresses(list []string) ([]*mail.Address, error) {
	var out []*mail.Address
	var faults []error
	seen := map[string]bool{}
	for _, text := range list {
		a, err := address(text)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if !seen[a.Address] {
			seen[a.Address] = true
			out = append(out, a)
		}
	}
	return out, errors.Join(faults...)
}

// address reads "name@example.com" or "Name <name@example.com>". Domains are
// written as servers know them, which is in ASCII.
func address(text string) (*mail.Address, error) {
	a, err := mail.ParseAddress(text)
	if err != nil {
		return nil, fmt.Errorf("%q is no mail address: write it as name@example.com", text)
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, domain := a.Address[:at], a.Address[at+1:]
	if !plain(local) {
		return nil, fmt.Errorf("the address %q has letters before its @ that few servers take: ask for one in ASCII", text)
	}
	if !strings.HasPrefix(domain, "[") { // an IP address
		if domain, err = idna.Lookup.ToASCII(domain); err != nil || domain == "" {
			return nil, fmt.Errorf("the address %q has no domain that could be: write it as name@example.com", text)
		}
	}
	return &mail.Address{Name: header(a.Name, 100), Address: local + "@" + domain}, nil
}

// envelope is an address as the protocol has it: "<name@example.com>".
func envelope(a *mail.Address) string { return "<" + bare(a) + ">" }

// bare is an address alone, quoted where it has to be, so that it can be read
// again: "name@example.com".
func bare(a *mail.Address) string {
	alone := mail.Address{Address: a.Address}
	return strings.TrimSuffix(strings.TrimPrefix(alone.String(), "<"), ">")
}

// plain tells printable ASCII.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// header is a line that stands in a header and means what it says: what looks
// encoded would be decoded.
func header(s string, most int) string { return line(strings.ReplaceAll(s, "=?", "= ?"), most) }

// line makes one line of a text, of so many characters at most, that does
// nothing to a terminal or a page.
func line(s string, most int) string {
	s = exporters.Visible(strings.Join(strings.Fields(s), " "))
	if runes := []rune(s); len(runes) > most {
		s = strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return s
}
