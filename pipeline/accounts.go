package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
)

// What the API and the command line know of the store's records and errors.
type (
	// An Account lets a person log in.
	Account = store.Account
	// An APIKey lets a program in as a person.
	APIKey = store.APIKey
	// A ConflictError says that a row cannot be written because another has its place.
	ConflictError = store.ConflictError
)

var (
	// ErrNotFound is for what was asked for by id and is not there.
	ErrNotFound = store.ErrNotFound
	// ErrBusy says that another process is writing and did not finish in time.
	ErrBusy = store.ErrBusy
)

// A Session is what is known of who asks, read anew for every request: a person
// who was archived, a token that was ended and a password that was changed
// count at once.
type Session struct {
	Person      *hierarchy.Person
	Departments []hierarchy.ID
	Revoked     bool
	ValidFrom   hierarchy.Time // tokens issued before are void; zero without an account
}

// As is the pipeline for what somebody else asks for.
func (p *Pipeline) As(author hierarchy.ID) *Pipeline {
	c := *p
	c.Author = string(author)
	return &c
}

// A UserSpec is what is needed to give a new person an account.
type UserSpec struct {
	Email, FirstName, LastName string
	Role                       string
}

// AddUser makes a person with an account. One whose e-mail is known is refused:
// a password is set by SetPassword.
func (p *Pipeline) AddUser(ctx context.Context, spec UserSpec, hash string) (*hierarchy.Person, error) {
	email := strings.TrimSpace(spec.Email)
	if err := checkEmail(email); err != nil {
		return nil, err
	}
	name, _, _ := strings.Cut(email, "@")
	if spec.FirstName == "" {
		spec.FirstName = name
	}
	at := hierarchy.At(p.Now())
	person := &hierarchy.Person{ID: p.NewID(), FirstName: spec.FirstName, LastName: spec.LastName, Email: &email, Active: true, Role: &spec.Role,
		Position: hierarchy.Ptr("artist"), Seniority: hierarchy.Ptr("mid"), Locale: hierarchy.Ptr("en_US"), Stamps: hierarchy.Stamps{CreatedAt: at, UpdatedAt: at}}
	err := p.Store.InTx(ctx, func(tx store.Tx) error {
		if _, err := personByEmail(ctx, tx, email); !errors.Is(err, ErrNotFound) {
			if err == nil {
				err = usage("there is a person with the e-mail %q already: set the password with \"turnover user password %s\"", email, email)
			}
			return err
		}
		if err := tx.Apply(ctx, []hierarchy.Change{hierarchy.Create{Origin: p.request("", at), Row: person}}); err != nil {
			return err
		}
		return tx.PutAccount(ctx, &store.Account{PersonID: string(person.ID), Hash: hash, ChangedAt: at})
	})
	return person, err
}

// SetPassword gives a person a new password, or the first one. Tokens issued
// before are void.
func (p *Pipeline) SetPassword(ctx context.Context, email, hash string) (person *hierarchy.Person, err error) {
	err = p.Store.InTx(ctx, func(tx store.Tx) error {
		if person, err = personByEmail(ctx, tx, email); err != nil {
			return unknownPerson(email, err)
		}
		return tx.PutAccount(ctx, &store.Account{PersonID: string(person.ID), Hash: hash, ChangedAt: hierarchy.At(p.Now())})
	})
	return person, err
}

// Login finds a person and their account by e-mail; ErrNotFound if there is none.
func (p *Pipeline) Login(ctx context.Context, email string) (person *hierarchy.Person, account *Account, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		if person, err = personByEmail(ctx, r, email); err != nil {
			return err
		}
		account, err = r.Account(ctx, person.ID)
		return err
	})
	return person, account, err
}

// Session reads what counts for a request with a token; ErrNotFound if the
// person is not there.
func (p *Pipeline) Session(ctx context.Context, person hierarchy.ID, tokenID string) (s Session, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		row, err := rowByID(ctx, r, "persons", person)
		if err != nil {
			return err
		}
		s.Person = row.(*hierarchy.Person)
		for link, err := range r.Rows(ctx, "person_departments", map[string]any{"person_id": person}) {
			if err != nil {
				return err
			}
			s.Departments = append(s.Departments, link.(*hierarchy.PersonDepartment).DepartmentID)
		}
		if tokenID == "" {
			return nil // an API key has no token
		}
		if s.Revoked, err = r.Revoked(ctx, tokenID); err != nil {
			return err
		}
		account, err := r.Account(ctx, person)
		if err == nil {
			s.ValidFrom = account.ChangedAt
		}
		return err
	})
	return s, err
}

// EndToken revokes a token until it would have expired, and forgets those that
// have.
func (p *Pipeline) EndToken(ctx context.Context, tokenID string, expires hierarchy.Time) error {
	return p.Store.InTx(ctx, func(tx store.Tx) error {
		return errors.Join(tx.DropRevocations(ctx, hierarchy.At(p.Now())), tx.PutRevocation(ctx, &store.Revocation{TokenID: tokenID, ExpiresAt: expires}))
	})
}

// tokenSecret names the key that signs tokens.
const tokenSecret = "tokens"

// TokenKey gives the key that signs tokens; fresh becomes it where there is none.
func (p *Pipeline) TokenKey(ctx context.Context, fresh []byte) (key []byte, err error) {
	err = p.Store.InTx(ctx, func(tx store.Tx) error {
		if err := tx.PutSecret(ctx, &store.Secret{Name: tokenSecret, Value: fresh}); err != nil {
			return err
		}
		kept, err := tx.Secret(ctx, tokenSecret)
		if err == nil {
			key = kept.Value
		}
		return err
	})
	return key, err
}

// AddAPIKey keeps a key of a person.
func (p *Pipeline) AddAPIKey(ctx context.Context, email string, key APIKey) error {
	return p.Store.InTx(ctx, func(tx store.Tx) error {
		person, err := personByEmail(ctx, tx, email)
		if err != nil {
			return unknownPerson(email, err)
		}
		key.PersonID, key.MadeAt = string(person.ID), hierarchy.At(p.Now())
		return tx.PutAPIKey(ctx, &key)
	})
}

// KeepAPIKey keeps a key of a person who is known by id.
func (p *Pipeline) KeepAPIKey(ctx context.Context, key APIKey) error {
	return p.Store.InTx(ctx, func(tx store.Tx) error {
		key.MadeAt = hierarchy.At(p.Now())
		return tx.PutAPIKey(ctx, &key)
	})
}

// APIKeys lists a person's keys, oldest first, revoked ones too.
func (p *Pipeline) APIKeys(ctx context.Context, email string) (keys []*APIKey, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		person, err := personByEmail(ctx, r, email)
		if err != nil {
			return unknownPerson(email, err)
		}
		keys, err = r.APIKeys(ctx, person.ID)
		return err
	})
	return keys, err
}

// APIKey finds a key that is still good; ErrNotFound for any other.
func (p *Pipeline) APIKey(ctx context.Context, id string) (key *APIKey, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		key, err = r.APIKey(ctx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !key.RevokedAt.IsZero() || !key.ExpiresAt.IsZero() && key.ExpiresAt.Before(p.Now()) {
		return nil, fmt.Errorf("API key %s is over: %w", id, ErrNotFound)
	}
	return key, nil
}

// RevokeAPIKey ends a key.
func (p *Pipeline) RevokeAPIKey(ctx context.Context, id string) error {
	return p.Store.InTx(ctx, func(tx store.Tx) error {
		key, err := tx.APIKey(ctx, id)
		if errors.Is(err, ErrNotFound) {
			return usage("there is no API key %q: list them with \"turnover user keys EMAIL\"", id)
		}
		if err != nil {
			return err
		}
		if key.RevokedAt.IsZero() {
			key.RevokedAt = hierarchy.At(p.Now())
		}
		return tx.PutAPIKey(ctx, key)
	})
}

func unknownPerson(email string, err error) error {
	if errors.Is(err, ErrNotFound) {
		return usage("there is no person with the e-mail %q: add one with \"turnover user add\"", email)
	}
	return err
}

// personByEmail finds a person by exact e-mail, or else by the same in lower
// case: people type theirs as they like.
func personByEmail(ctx context.Context, r store.Reader, email string) (*hierarchy.Person, error) {
	email = strings.TrimSpace(email)
	for _, one := range []string{email, strings.ToLower(email)} {
		if one == "" {
			continue
		}
		for row, err := range r.Rows(ctx, "persons", map[string]any{"email": one}) {
			if err != nil {
				return nil, err
			}
			return row.(*hierarchy.Person), nil
		}
	}
	return nil, fmt.Errorf("person %q: %w", email, ErrNotFound)
}

// rowByID reads one row of a noun's table; ErrNotFound if there is none.
func rowByID(ctx context.Context, r store.Reader, table string, id hierarchy.ID) (hierarchy.Noun, error) {
	if id == "" {
		return nil, fmt.Errorf("row of %s: %w", table, ErrNotFound)
	}
	for row, err := range r.Rows(ctx, table, map[string]any{"id": id}) {
		return row, err
	}
	return nil, fmt.Errorf("row %s of %s: %w", id, table, ErrNotFound)
}
