package deliver

import (
	"context"
	"crypto/x509"
	"net"
	"os"
	"strings"
	"time"
)

// A Server is where mails are handed in.
type Server struct {
	Address  string // "smtp.example.com:587"; without a port it is that of TLS
	From     string // "Turnover <turnover@example.com>"
	Username string // "" is the address of From, where there is a password
	Password func() (string, error)
	TLS      Security
	Hello    string        // what this machine calls itself; "" is its name
	Timeout  time.Duration // of each step; 0 is a minute. The answer to the content may take ten
	Roots    *x509.CertPool
}

// Security is how the line to a server is encrypted. Passwords go over no line
// that is not, but within one machine.
type Security string

// The ways of encryption.
const (
	StartTLS  Security = "starttls" // begun on a plain line, and asked for
	TLS       Security = "tls"      // from the first byte
	Cleartext Security = "none"
)

var ports = map[Security]string{StartTLS: "587", TLS: "465", Cleartext: "25"}

// Check connects, encrypts and logs in, and sends nothing.
func (s Server) Check(ctx context.Context) error {
	if _, err := address(s.From); err != nil {
		return err
	}
	l, fault := s.open(ctx)
	if fault != nil {
		return fault
	}
	l.end()
	return nil
}

// complete fills in what goes without saying.
func (s Server) complete() Server {
	if s.TLS == "" {
		s.TLS = StartTLS
	}
	if _, _, err := net.SplitHostPort(s.Address); err != nil {
		s.Address = net.JoinHostPort(strings.Trim(s.Address, "[]"), ports[s.TLS])
	}
	if s.Username == "" {
		if a, err := address(s.From); err == nil {
			s.Username = a.Address
		}
	}
	if name, err := os.Hostname(); s.Hello == "" && err == nil && plain(name) {
		s.Hello = name
	}
	if s.Hello == "" {
		s.Hello = "localhost"
	}
	if s.Timeout <= 0 {
		s.Timeout = time.Minute
	}
	return s
}
