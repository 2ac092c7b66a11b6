package accounts

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func TestPassword(t *testing.T) {
	hash := HashPassword("correct horse")
	if again := HashPassword("correct horse"); hash == again {
		t.Error("two hashes of one password are equal: no salt")
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horsf": false, "": false, strings.Repeat("x", 5000): false} {
		got, err := VerifyPassword(hash, password)
		if err != nil || got != want {
			t.Errorf("%.20q: %v, %v, want %v", password, got, err, want)
		}
	}
}

func TestHashesOfOtherCostsAreRead(t *testing.T) {
	c := cost{memory: 64, passes: 1, lanes: 2}
	salt := []byte("12345678")
	if ok, err := VerifyPassword(c.write(salt, c.hash("p", salt, 16)), "p"); err != nil || !ok {
		t.Errorf("%v, %v", ok, err)
	}
}

func TestBadHashes(t *testing.T) {
	good := HashPassword("correct horse")
	for _, bad := range []string{"", "x", "$2b$12$abc", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "m=19456", "m=999999999", 1),
		strings.Replace(good, "t=2", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1), good[:len(good)-30], good + "$", strings.Replace(good, "v=19", "v=16", 1)} {
		if ok, err := VerifyPassword(bad, "correct horse"); ok || !errors.Is(err, ErrHash) {
			t.Errorf("%q: %v, %v", bad, ok, err)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	for password, ok := range map[string]bool{"1234567": false, "12345678": true, "éééééééé": true, strings.Repeat("é", 256): true, strings.Repeat("x", 257): false, "abcdefgh\xff": false} {
		if err := CheckPassword(password); (err == nil) != ok {
			t.Errorf("%.20q: %v", password, err)
		}
	}
}

func TestToken(t *testing.T) {
	s := Signer{Key: NewKey(), Now: at(noon)}
	text, err := s.Issue("ada", Access)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Read(text, Access)
	if err != nil || got.Person != "ada" || got.ID == "" || !got.Issued.Equal(noon) || !got.Expires.Equal(noon.Add(AccessLife)) {
		t.Errorf("%+v, %v", got, err)
	}
	if other, _ := s.Issue("ada", Access); other == text {
		t.Error("two tokens have one id")
	}
	late := Signer{Key: s.Key, Now: at(noon.Add(AccessLife + time.Second))}
	if _, err := late.Read(text, Access); !errors.Is(err, ErrExpired) {
		t.Errorf("late: %v", err)
	}
	if _, err := late.Read(text, Refresh); !errors.Is(err, ErrToken) {
		t.Errorf("late and of the wrong kind: %v", err)
	}
	if _, err := (Signer{Now: at(noon)}).Issue("ada", Access); err == nil {
		t.Error("signed without a key")
	}
}

func TestTokensLiveAsLongAsIsSaid(t *testing.T) {
	s := Signer{Key: NewKey(), Now: at(noon), AccessLife: time.Minute, RefreshLife: time.Hour}
	for kind, life := range map[TokenKind]time.Duration{Access: time.Minute, Refresh: time.Hour} {
		text, err := s.Issue("ada", kind)
		if err != nil {
			t.Fatal(err)
		}
		last, over := Signer{Key: s.Key, Now: at(noon.Add(life - time.Second))}, Signer{Key: s.Key, Now: at(noon.Add(life))}
		if _, err := last.Read(text, kind); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if _, err := over.Read(text, kind); !errors.Is(err, ErrExpired) {
			t.Errorf("%s, after its life: %v", kind, err)
		}
	}
}

func TestForgedTokens(t *testing.T) {
	s := Signer{Key: NewKey(), Now: at(noon)}
	good, _ := s.Issue("ada", Access)
	other, _ := Signer{Key: NewKey(), Now: at(noon)}.Issue("ada", Access)
	expired, _ := Signer{Key: NewKey(), Now: at(noon.Add(-AccessLife * 2))}.Issue("ada", Access)
	refresh, _ := s.Issue("ada", Refresh)
	future, _ := Signer{Key: s.Key, Now: at(noon.Add(time.Hour))}.Issue("ada", Access)
	sign := func(m jwt.SigningMethod, key any, c claims) string {
		text, err := jwt.NewWithClaims(m, c).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	full := jwt.RegisteredClaims{ID: "1", Subject: "ada", IssuedAt: jwt.NewNumericDate(noon), ExpiresAt: jwt.NewNumericDate(noon.Add(time.Hour))}
	endless, nameless := full, full
	endless.ExpiresAt, nameless.Subject = nil, ""
	for name, text := range map[string]string{
		"none":          sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, claims{Access, full}),
		"512":           sign(jwt.SigningMethodHS512, s.Key, claims{Access, full}),
		"never expires": sign(jwt.SigningMethodHS256, s.Key, claims{Access, endless}), "nobody": sign(jwt.SigningMethodHS256, s.Key, claims{Access, nameless}),
		"other key": other, "other key, expired": expired, "refresh": refresh, "from the future": future, "cut": good[:len(good)-3], "empty": "", "text": "a.b.c",
	} {
		if got, err := s.Read(text, Access); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func FuzzToken(f *testing.F) {
	s := Signer{Key: []byte(strings.Repeat("k", KeyBytes)), Now: at(noon)}
	good, _ := s.Issue("ada", Access)
	f.Add(good)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := s.Read(text, Access); err == nil && got.Person == "" {
			t.Errorf("%q is somebody's token without a person", text)
		}
	})
}

func TestAPIKey(t *testing.T) {
	key := NewAPIKey()
	id, secret, ok := SplitAPIKey(key.Text)
	if !ok || id != key.ID || !VerifyAPIKey(key.Hash, secret) {
		t.Fatalf("%+v: %q %q %v", key, id, secret, ok)
	}
	if VerifyAPIKey(key.Hash, secret[1:]+"A") || VerifyAPIKey(nil, secret) {
		t.Error("another secret is taken")
	}
	for _, bad := range []string{"", "trno_", "trno_abc", "trno_abc_def", "Trno_" + key.Text[5:], key.Text[5:], key.Text + "x"} {
		if _, _, ok := SplitAPIKey(bad); ok {
			t.Errorf("%q is taken for a key", bad)
		}
	}
}

// TestRights writes the whole table: role and right, in the team and not.
func TestRights(t *testing.T) {
	const (
		in  = "admin manager supervisor user client vendor"
		adm = "admin"
	)
	for _, c := range []struct {
		right   Right
		member  string // roles that have it as members of the team
		outside string // and without
	}{
		{Anyone, in, in}, {Person, in, in}, {OnlyAdmin, adm, adm}, {InTeam, in, adm}, {Manages, "admin manager", adm},
		{SeesEntity, "admin manager supervisor user client", adm}, {NoVendor, "admin manager supervisor user client", adm},
		{NoOutsider, "admin manager supervisor user", adm}, {Removes, "admin manager", adm},
		{"no such right", "", ""},
	} {
		for _, role := range Roles() {
			for member, want := range map[bool]string{true: c.member, false: c.outside} {
				holds := strings.Contains(" "+want+" ", " "+string(role)+" ")
				if got := (Standing{Role: role, Member: member}).Allows(c.right); got != holds {
					t.Errorf("%s, %s, member %v: %v", c.right, role, member, got)
				}
			}
		}
	}
	for _, c := range []struct {
		says  string
		s     Standing
		right Right
		want  bool
	}{
		{"a vendor sees what they work on", Standing{Role: Vendor, Member: true, Assigned: true}, SeesEntity, true},
		{"a task does not make a member", Standing{Role: Vendor, Assigned: true}, SeesEntity, false},
		{"an artist who manages this team", Standing{Role: Artist, TeamRole: Manager, Member: true}, Manages, true},
		{"a manager who is an artist here", Standing{Role: Manager, TeamRole: Artist, Member: true}, Manages, false},
		{"an admin stays one", Standing{Role: Admin, TeamRole: Vendor, Member: true}, Manages, true},
		{"an artist who is a vendor here", Standing{Role: Artist, TeamRole: Vendor, Member: true}, NoVendor, false},
		{"a role in the team alone is none", Standing{Role: Artist, TeamRole: Manager}, Manages, false},
		{"who made it may remove it", Standing{Role: Artist, Member: true, Creator: true}, Removes, true},
		{"but not after leaving the team", Standing{Role: Artist, Creator: true}, Removes, false},
		{"nobody is nobody", Standing{}, Person, false},
	} {
		if got := c.s.Allows(c.right); got != c.want {
			t.Errorf("%s: %v", c.says, got)
		}
	}
}

func TestAttempts(t *testing.T) {
	a := &Attempts{Most: 3, Every: time.Minute, Keys: 100}
	for i := range 3 {
		if w := a.Wait("ada", noon); w != 0 {
			t.Fatalf("try %d waits %v", i, w)
		}
		a.Fail("ada", noon)
	}
	if w := a.Wait("ada", noon); w != time.Minute {
		t.Errorf("waits %v", w)
	}
	if w := a.Wait("bob", noon); w != 0 {
		t.Errorf("another waits %v", w)
	}
	if w := a.Wait("ada", noon.Add(time.Minute)); w != 0 {
		t.Errorf("a minute later: %v", w)
	}
	a.Succeed("ada")
	if w := a.Wait("ada", noon); w != 0 {
		t.Errorf("after success: %v", w)
	}
}

func TestAttemptsAreBounded(t *testing.T) {
	a := &Attempts{Most: 3, Every: time.Minute, Keys: 10}
	for range 3 {
		a.Fail("worst", noon)
	}
	for i := range 1000 {
		a.Fail(fmt.Sprint(i), noon)
	}
	if len(a.buckets) > 10 {
		t.Errorf("%d buckets", len(a.buckets))
	}
	if a.Wait("worst", noon) == 0 {
		t.Error("the worst was pushed out")
	}
}
