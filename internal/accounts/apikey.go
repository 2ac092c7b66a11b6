package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// keyPrefix marks API keys, so that programs which look for leaked secrets find
// them, and so that no token is taken for one.
const keyPrefix = "trno_"

// An APIKey is a machine's way in: "trno_ID_SECRET". Only ID and Hash are kept.
// The secret is 256 random bits, so a plain hash of it is as good as a slow one.
type APIKey struct {
	ID   string
	Text string // shown once
	Hash []byte
}

// NewAPIKey makes a key.
func NewAPIKey() APIKey {
	var b [40]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	id := hex.EncodeToString(b[:8])
	secret := base64.RawURLEncoding.EncodeToString(b[8:])
	return APIKey{id, keyPrefix + id + "_" + secret, hashSecret(secret)}
}

// SplitAPIKey takes a presented key apart; ok is false for anything else.
func SplitAPIKey(text string) (id, secret string, ok bool) {
	rest, ok := strings.CutPrefix(text, keyPrefix)
	if !ok {
		return "", "", false
	}
	id, secret, ok = strings.Cut(rest, "_")
	return id, secret, ok && len(id) == 16 && len(secret) == 43
}

// VerifyAPIKey tells whether a secret belongs to a kept hash.
func VerifyAPIKey(hash []byte, secret string) bool {
	return subtle.ConstantTimeCompare(hash, hashSecret(secret)) == 1
}

func hashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
