// Package accounts knows passwords, tokens, API keys, roles and the rights that
// follow from them. It keeps nothing: what it makes is stored elsewhere, and the
// clock is an argument.
package accounts

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Passwords have from MinPassword to MaxPassword characters. The upper bound
// keeps a log-in from being used to burn time.
const (
	MinPassword = 8
	MaxPassword = 256
)

// Cost of argon2id for new hashes, as OWASP advises: 19 MiB, two passes. A hash
// carries its own, so that raising these leaves the old ones good.
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	saltBytes = 16
	hashBytes = 32
)

// Bounds of what a stored hash may ask for: a database that was tampered with
// must not take the machine's memory.
const (
	mostMemoryKiB = 256 * 1024
	mostPasses    = 16
	mostLanes     = 8
)

// slots bounds how many hashes are computed at once, and so their memory.
var slots = make(chan struct{}, 4)

// ErrHash is a stored hash that cannot be read.
var ErrHash = errors.New("the stored password hash cannot be read")

// CheckPassword says why a password cannot be used; nil where it can.
func CheckPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return errors.New("a password is text in UTF-8")
	case n < MinPassword:
		return fmt.Errorf("a password has at least %d characters", MinPassword)
	case n > MaxPassword:
		return fmt.Errorf("a password has at most %d characters", MaxPassword)
	}
	return nil
}

// HashPassword makes a hash to keep, with salt and cost in it:
// "$argon2id$v=19$m=19456,t=2,p=1$salt$hash".
func HashPassword(password string) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	c := cost{memoryKiB, passes, lanes}
	return c.write(salt, c.hash(password, salt, hashBytes))
}

// VerifyPassword tells whether a password belongs to a hash, in a time that does
// not depend on how much of it is right.
func VerifyPassword(hash, password string) (bool, error) {
	c, salt, want, err := readHash(hash)
	if err != nil {
		return false, err
	}
	if utf8.RuneCountInString(password) > MaxPassword {
		return false, nil
	}
	return subtle.ConstantTimeCompare(c.hash(password, salt, len(want)), want) == 1, nil
}

// VerifyNobody takes the time of VerifyPassword: who asks for an e-mail that is
// not known learns nothing from the clock.
func VerifyNobody(password string) {
	if utf8.RuneCountInString(password) <= MaxPassword {
		cost{memoryKiB, passes, lanes}.hash(password, make([]byte, saltBytes), hashBytes)
	}
}

type cost struct {
	memory, passes uint32
	lanes          uint8
}

func (c cost) hash(password string, salt []byte, n int) []byte {
	slots <- struct{}{}
	defer func() { <-slots }()
	return argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.lanes, uint32(n))
}

func (c cost) write(salt, hash []byte) string {
	e := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.lanes, e.EncodeToString(salt), e.EncodeToString(hash))
}

func readHash(text string) (c cost, salt, hash []byte, err error) {
	part := strings.Split(text, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, ErrHash
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); err != nil {
		return c, nil, nil, ErrHash
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(part[4])
	hash, hashErr := base64.RawStdEncoding.DecodeString(part[5])
	sound := saltErr == nil && hashErr == nil && len(salt) >= 8 && len(hash) >= 16 && len(hash) <= 64 &&
		c.memory >= 8 && c.memory <= mostMemoryKiB && c.passes >= 1 && c.passes <= mostPasses && c.lanes >= 1 && c.lanes <= mostLanes
	if !sound {
		return c, nil, nil, ErrHash
	}
	return c, salt, hash, nil
}
