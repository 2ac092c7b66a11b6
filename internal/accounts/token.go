package accounts

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// A TokenKind is what a token is good for.
type TokenKind string

// An access token opens routes, a refresh token only gets new access tokens.
const (
	Access  TokenKind = "access"
	Refresh TokenKind = "refresh"
)

// Default lifetimes as Kitsu's, by which its clients time their refreshing.
const (
	AccessLife  = 7 * 24 * time.Hour
	RefreshLife = 15 * 24 * time.Hour
)

// KeyBytes is the length of a signing key.
const KeyBytes = 32

var (
	// ErrExpired is a token that was good once.
	ErrExpired = errors.New("the token has expired")
	// ErrToken is no token, one of another server, or one of the wrong kind.
	ErrToken = errors.New("the token is not valid")
)

// A Token is what a signed token says.
type Token struct {
	ID      string // jti: what a revocation names
	Person  string
	Kind    TokenKind
	Issued  time.Time // whole seconds
	Expires time.Time
}

// A Signer makes and reads tokens: JWT with HMAC-SHA256 and no other algorithm.
type Signer struct {
	Key []byte // KeyBytes long
	Now func() time.Time

	AccessLife, RefreshLife time.Duration // of new tokens; 0 is the default
}

// life is how long a new token of a kind is good.
func (s Signer) life(kind TokenKind) time.Duration {
	if kind == Refresh {
		return cmp.Or(s.RefreshLife, RefreshLife)
	}
	return cmp.Or(s.AccessLife, AccessLife)
}

type claims struct {
	Type TokenKind `json:"type"`
	jwt.RegisteredClaims
}

// NewKey makes a signing key.
func NewKey() []byte {
	key := make([]byte, KeyBytes)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the program instead
	return key
}

// Issue makes a token for a person.
func (s Signer) Issue(person string, kind TokenKind) (string, error) {
	if len(s.Key) < KeyBytes {
		return "", fmt.Errorf("sign token: the key has %d bytes of at least %d", len(s.Key), KeyBytes)
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id) // as above
	at := s.Now().UTC()
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{kind, jwt.RegisteredClaims{
		ID: hex.EncodeToString(id), Subject: person, IssuedAt: jwt.NewNumericDate(at), ExpiresAt: jwt.NewNumericDate(at.Add(s.life(kind))),
	}}).SignedString(s.Key)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}

// Read checks a token's signature, kind and time: ErrExpired, ErrToken.
func (s Signer) Read(text string, kind TokenKind) (Token, error) {
	var c claims
	_, err := jwt.ParseWithClaims(text, &c, func(*jwt.Token) (any, error) { return s.Key, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithTimeFunc(s.Now))
	// A forged token is not valid, whatever it says of its time; the library
	// looks at the signature first.
	switch {
	case errors.Is(err, jwt.ErrTokenExpired) && !errors.Is(err, jwt.ErrTokenSignatureInvalid) && c.Type == kind:
		return Token{}, ErrExpired
	case err != nil, c.Type != kind, c.ID == "", c.Subject == "", c.IssuedAt == nil:
		return Token{}, ErrToken
	}
	return Token{c.ID, c.Subject, c.Type, c.IssuedAt.Time, c.ExpiresAt.Time}, nil
}
