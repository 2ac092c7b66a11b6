package api

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

func TestLogIn(t *testing.T) { eachDatabase(t, testLogIn) }

func testLogIn(t *testing.T) {
	b := newBed(t, Limits{})
	ada := b.person("ada", accounts.Manager)
	got := b.status(b.ask("", "POST", "/api/auth/login", map[string]any{"email": "Ada@Example.com", "password": secretWord,
		"totp": nil, "email_otp": nil, "fido_authentication_response": nil, "recovery_code": nil}), 200)
	if got.get("login") != true || got.get("user", "id") != string(ada.ID) || got.get("user", "full_name") != "ada" || got.get("organisation", "name") == nil {
		t.Errorf("%s", got.raw)
	}
	if got.get("user", "daily_salary") != nil || got.get("user", "password") != nil || got.get("message") != nil {
		t.Errorf("tells too much: %s", got.raw)
	}
	for name, body := range map[string]any{
		"wrong password": map[string]any{"email": email("ada"), "password": "wrong horse"}, "nobody": map[string]any{"email": email("bob"), "password": secretWord},
		"empty": map[string]any{"email": ""}, "null password": map[string]any{"email": email("ada"), "password": nil},
	} {
		got := b.status(b.ask("", "POST", "/auth/login", body), 400)
		if got.get("login") != false || got.get("message") != "The e-mail or the password is wrong." {
			t.Errorf("%s: %s", name, got.raw)
		}
	}
	b.status(b.ask("", "POST", "/auth/login", map[string]any{"password": "x"}), 400)
	who := b.status(b.ask(email("ada"), "GET", "/auth/authenticated", nil), 200)
	if who.get("authenticated") != true || who.get("user", "type") != "Person" {
		t.Errorf("%s", who.raw)
	}
}

func TestLogInsAreLimited(t *testing.T) { eachDatabase(t, testLogInsAreLimited) }

func testLogInsAreLimited(t *testing.T) {
	b := newBed(t, Limits{LogIns: 3})
	b.person("ada", accounts.Artist)
	wrong := map[string]any{"email": email("ada"), "password": "wrong horse"}
	for range 3 {
		b.status(b.ask("", "POST", "/auth/login", wrong), 400)
	}
	right := map[string]any{"email": email("ada"), "password": secretWord}
	got := b.status(b.ask("", "POST", "/auth/login", right), 400)
	if got.get("too_many_failed_login_attemps") != true || got.header.Get("Retry-After") == "" {
		t.Errorf("%s %v", got.raw, got.header)
	}
	b.clock.move(time.Minute)
	b.status(b.ask("", "POST", "/auth/login", right), 200)
}

func TestTokens(t *testing.T) { eachDatabase(t, testTokens) }

func testTokens(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("ada", accounts.Artist)
	pair := b.status(b.ask("", "POST", "/auth/login", map[string]any{"email": email("ada"), "password": secretWord}), 200)
	access, refresh := pair.get("access_token").(string), pair.get("refresh_token").(string)
	with := func(path, token string) reply {
		r := httptest.NewRequest("GET", path, nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return b.send(r)
	}
	const me = "/auth/authenticated"
	b.status(with(me, access), 200)
	if got := b.status(with(me, ""), 401); got.get("msg") == nil {
		t.Errorf("no token: %s", got.raw)
	}
	for _, bad := range []string{"x", access + "x", refresh} {
		if got := b.status(with(me, bad), 422); got.get("msg") == nil {
			t.Errorf("bad token: %s", got.raw)
		}
	}
	b.status(with("/auth/refresh-token", access), 422)
	fresh := b.status(with("/auth/refresh-token", refresh), 200).get("access_token").(string)
	b.status(with("/auth/logout", fresh), 200)
	b.status(with(me, fresh), 401)
	b.status(with(me, access), 200)
	b.clock.move(accounts.AccessLife)
	if got := b.status(with(me, access), 401); got.get("message") != "Signature has expired" || got.get("error") != true {
		t.Errorf("expired: %s", got.raw)
	}
	b.status(with("/auth/refresh-token", refresh), 200)
}

// TestWhoMayNoLonger: what ends an account ends its tokens at once.
func TestWhoMayNoLonger(t *testing.T) { eachDatabase(t, testWhoMayNoLonger) }

func testWhoMayNoLonger(t *testing.T) {
	b := newBed(t, Limits{})
	ada, bob := b.person("ada", accounts.Artist), b.person("bob", accounts.Artist)
	const me = "/auth/authenticated"
	b.status(b.ask(email("ada"), "GET", me, nil), 200)
	b.status(b.ask(email("bob"), "GET", me, nil), 200)
	b.clock.move(2 * time.Second)
	if _, err := b.pipe.SetPassword(t.Context(), email("ada"), quickHash); err != nil {
		t.Fatal(err)
	}
	b.status(b.ask(email("ada"), "GET", me, nil), 401)
	delete(b.tokens, email("ada"))
	b.status(b.ask(email("ada"), "GET", me, nil), 200)
	b.apply(hierarchy.Update{Origin: b.origin(""), Ref: hierarchy.RefOf(bob), Fields: []hierarchy.FieldChange{{Field: "active", Before: "true", After: "false"}}})
	b.status(b.ask(email("bob"), "GET", me, nil), 401)
	b.status(b.ask("", "POST", "/auth/login", map[string]any{"email": email("bob"), "password": secretWord}), 400)
	b.apply(hierarchy.Update{Origin: b.origin(""), Ref: hierarchy.RefOf(ada), Fields: []hierarchy.FieldChange{{Field: "archived", Before: "false", After: "true"}}})
	b.status(b.ask(email("ada"), "GET", me, nil), 401)
}

func TestAPIKeys(t *testing.T) { eachDatabase(t, testAPIKeys) }

func testAPIKeys(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("farm", accounts.Artist)
	key := accounts.NewAPIKey()
	b.check(b.pipe.AddAPIKey(t.Context(), email("farm"), pipeline.APIKey{ID: key.ID, Name: "farm", Hash: key.Hash, ExpiresAt: hierarchy.At(b.clock.now().Add(time.Hour))}))
	with := func(path, token string) reply {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		return b.send(r)
	}
	b.status(with("/auth/authenticated", key.Text), 200)
	b.status(with("/auth/refresh-token", key.Text), 422)
	b.status(with("/auth/logout", key.Text), 200)
	b.status(with("/auth/authenticated", key.Text), 200)
	at := len(key.Text) - 3 // the last character does not count in full
	other := "A"
	if key.Text[at] == 'A' {
		other = "B"
	}
	b.status(with("/auth/authenticated", key.Text[:at]+other+key.Text[at+1:]), 422)
	b.clock.move(time.Hour)
	b.status(with("/auth/authenticated", key.Text), 422)
	b.clock.move(-time.Hour)
	b.check(b.pipe.RevokeAPIKey(t.Context(), key.ID))
	b.status(with("/auth/authenticated", key.Text), 422)
}

// TestServersShareTheKey: a token of one server is good at another on the same
// database, and not at one on another.
func TestServersShareTheKey(t *testing.T) { eachDatabase(t, testServersShareTheKey) }

func testServersShareTheKey(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("ada", accounts.Artist)
	token := b.token(email("ada"))
	second := bedOn(t, b.pipe.Store, Limits{})
	second.tokens[email("ada")] = token
	b.status(second.ask(email("ada"), "GET", "/auth/authenticated", nil), 200)
	other := newBed(t, Limits{})
	other.person("ada", accounts.Artist)
	other.tokens[email("ada")] = token
	other.status(other.ask(email("ada"), "GET", "/auth/authenticated", nil), 422)
}

func TestHostIsUp(t *testing.T) { eachDatabase(t, testHostIsUp) }

func testHostIsUp(t *testing.T) {
	b := newBed(t, Limits{})
	for _, path := range []string{"/", "/api", "/api/"} {
		if got := b.status(b.ask("", "GET", path, nil), 200); got.get("version") != "1.2.3" || got.get("api") == nil {
			t.Errorf("%s: %s", path, got.raw)
		}
		if got := b.status(b.ask("", http.MethodHead, path, nil), 200); len(got.raw) != 0 {
			t.Errorf("HEAD %s has a body", path)
		}
	}
}
