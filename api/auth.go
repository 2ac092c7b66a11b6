package api

import (
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var authRoutes = []route{
	{http.MethodPost, "/auth/login", nowhere, accounts.Anyone, logIn},
	{http.MethodGet, "/auth/logout", nowhere, accounts.Person, logOut},
	{http.MethodGet, "/auth/authenticated", nowhere, accounts.Person, showCaller},
	{http.MethodPost, "/auth/change-password", nowhere, accounts.Person, changePassword},
	{http.MethodGet, "/data/organisations", nowhere, accounts.Person, listOrganisations},
	// The refresh token is checked by the function: it opens no other route.
	{http.MethodGet, "/auth/refresh-token", nowhere, accounts.Anyone, refreshToken},
}

// A caller is who asks.
type caller struct {
	person      *hierarchy.Person
	departments []hierarchy.ID
	role        accounts.Role
	token       accounts.Token // zero for an API key
}

// authenticate finds who asks by the token of the header.
func (s *Server) authenticate(r *http.Request, kind accounts.TokenKind) (*caller, error) {
	text, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found {
		return nil, errNoToken
	}
	if id, secret, isKey := accounts.SplitAPIKey(text); isKey && kind == accounts.Access {
		return s.authenticateKey(r, id, secret)
	}
	token, err := s.signer.Read(text, kind)
	switch {
	case errors.Is(err, accounts.ErrExpired):
		return nil, errExpired
	case err != nil:
		return nil, errBadToken
	}
	who, session, err := s.caller(r, hierarchy.ID(token.Person), token.ID)
	if err != nil {
		return nil, err
	}
	// A token says whole seconds: one of the second of the change is good.
	if session.Revoked || token.Issued.Before(session.ValidFrom.Truncate(time.Second)) {
		return nil, errEndedToken
	}
	who.token = token
	return who, nil
}

func (s *Server) authenticateKey(r *http.Request, id, secret string) (*caller, error) {
	key, err := s.pipeline.APIKey(r.Context(), id)
	if errors.Is(err, pipeline.ErrNotFound) || err == nil && !accounts.VerifyAPIKey(key.Hash, secret) {
		return nil, errBadToken
	}
	if err != nil {
		return nil, err
	}
	who, _, err := s.caller(r, hierarchy.ID(key.PersonID), "")
	return who, err
}

// caller reads the person of a token or key, who must still be there and active.
func (s *Server) caller(r *http.Request, person hierarchy.ID, tokenID string) (*caller, pipeline.Session, error) {
	session, err := s.pipeline.Session(r.Context(), person, tokenID)
	if errors.Is(err, pipeline.ErrNotFound) {
		return nil, session, errNobody
	}
	if err != nil {
		return nil, session, err
	}
	if !mayLogIn(session.Person) {
		return nil, session, errNobody
	}
	return &caller{person: session.Person, departments: session.Departments, role: roleOf(session.Person)}, session, nil
}

func mayLogIn(p *hierarchy.Person) bool { return p.Active && !p.Archived }

// roleOf is a person's own role; an artist's where archives say nothing.
func roleOf(p *hierarchy.Person) accounts.Role {
	if p.Role == nil || !accounts.Role(*p.Role).Known() {
		return accounts.Artist
	}
	return accounts.Role(*p.Role)
}

var logInSchema = schema{"LoginSchema", []field{{name: "email", required: true}, {name: "password"}}}

// A logInError is Kitsu's shape for a log-in that did not succeed.
type logInError struct {
	Error   bool   `json:"error"`
	LogIn   bool   `json:"login"`
	Message string `json:"message"`
	TooMany bool   `json:"too_many_failed_login_attemps"` // spelled so on Kitsu's wire
}

// logIn gives tokens for an e-mail and a password. Whatever is wrong, the answer
// is the same and takes as long.
func logIn(c *call) (answer, error) {
	body, err := logInSchema.read(c)
	if err != nil {
		return answer{}, err
	}
	s, now := c.server, c.pipe.Now()
	email, address := strings.ToLower(strings.TrimSpace(body.text("email"))), clientAddress(c.r)
	if wait := max(s.byEmail.Wait(email, now), s.byAddress.Wait(address, now)); wait > 0 {
		seconds := int(wait/time.Second) + 1
		return answer{}, &fault{http.StatusBadRequest, logInError{true, false, "Too many failed log-ins: try again in " + strconv.Itoa(seconds) + " seconds.", true}, seconds}
	}
	person, err := c.verify(email, body.text("password"))
	if err != nil {
		return answer{}, err
	}
	if person == nil {
		s.byEmail.Fail(email, now)
		s.byAddress.Fail(address, now)
		return answer{}, &fault{status: http.StatusBadRequest, body: logInError{true, false, "The e-mail or the password is wrong.", false}}
	}
	s.byEmail.Succeed(email)
	session, err := c.pipe.Session(c.ctx(), person.ID, "")
	if err != nil {
		return answer{}, err
	}
	access, err := s.signer.Issue(string(person.ID), accounts.Access)
	if err != nil {
		return answer{}, err
	}
	refresh, err := s.signer.Issue(string(person.ID), accounts.Refresh)
	if err != nil {
		return answer{}, err
	}
	var o object
	o.set("login", true)
	o.set("user", personObject(person, session.Departments, "daily_salary"))
	o.set("organisation", organisation())
	o.set("access_token", access)
	o.set("refresh_token", refresh)
	return ok(o)
}

// verify finds the person of an e-mail and password; nil where they do not fit.
func (c *call) verify(email, password string) (*hierarchy.Person, error) {
	person, account, err := c.pipe.Login(c.ctx(), email)
	if errors.Is(err, pipeline.ErrNotFound) {
		accounts.VerifyNobody(password)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	fits, err := accounts.VerifyPassword(account.Hash, password)
	if err != nil || !fits || !mayLogIn(person) {
		return nil, err
	}
	return person, nil
}

// clientAddress is the address of the connection: what a header says of it could
// be anything. Behind a proxy all share one, so its bound is a wide one.
func clientAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// logOut ends the token that asks; an API key goes on.
func logOut(c *call) (answer, error) {
	if c.who.token.ID != "" {
		if err := c.pipe.EndToken(c.ctx(), c.who.token.ID, hierarchy.At(c.who.token.Expires)); err != nil {
			return answer{}, err
		}
	}
	var o object
	o.set("logout", true)
	return ok(o)
}

func showCaller(c *call) (answer, error) {
	var o object
	o.set("authenticated", true)
	o.set("user", personObject(c.who.person, c.who.departments, "daily_salary"))
	o.set("organisation", organisation())
	return ok(o)
}

func refreshToken(c *call) (answer, error) {
	who, err := c.server.authenticate(c.r, accounts.Refresh)
	if err != nil {
		return answer{}, err
	}
	access, err := c.server.signer.Issue(string(who.person.ID), accounts.Access)
	if err != nil {
		return answer{}, err
	}
	var o object
	o.set("access_token", access)
	return ok(o)
}

// listOrganisations: there is one.
func listOrganisations(*call) (answer, error) { return ok([]object{organisation()}) }

// organisation is what Kitsu's clients ask of the studio as a whole.
func organisation() object {
	var o object
	o.set("id", "00000000-0000-0000-0000-000000000000") // there is one
	o.set("name", "turnover")
	o.set("hours_by_day", int64(8))
	o.set("has_avatar", false)
	o.set("type", "Organisation")
	return o
}
