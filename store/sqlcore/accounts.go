package sqlcore

import (
	"context"
	"errors"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/schema"
)

// Revision counts changes; see store.Reader.
func (r Reader) Revision(ctx context.Context, project hierarchy.ID) (own, shared int64, err error) {
	found, err := all[*schema.Revision](ctx, r.Conn, query{table: schema.TableNamed("revisions"),
		tail: "WHERE t.project_id = '' OR t.project_id = ?", args: []any{string(project)}})
	for _, rev := range found {
		if rev.Project == "" {
			shared = rev.Revision
		} else {
			own = rev.Revision
		}
	}
	return own, shared, err
}

// Account finds a person's account.
func (r Reader) Account(ctx context.Context, person hierarchy.ID) (*store.Account, error) {
	return one[*store.Account](ctx, r.Conn, "accounts", string(person))
}

// APIKey finds a key by its id.
func (r Reader) APIKey(ctx context.Context, id string) (*store.APIKey, error) {
	return one[*store.APIKey](ctx, r.Conn, "api_keys", id)
}

// APIKeys lists a person's keys, oldest first.
func (r Reader) APIKeys(ctx context.Context, person hierarchy.ID) ([]*store.APIKey, error) {
	return all[*store.APIKey](ctx, r.Conn, query{table: schema.TableNamed("api_keys"),
		tail: "WHERE t.person_id = ? ORDER BY t.made_at, t.id", args: []any{string(person)}})
}

// Revoked tells whether a token was ended.
func (r Reader) Revoked(ctx context.Context, tokenID string) (bool, error) {
	_, err := one[*store.Revocation](ctx, r.Conn, "revocations", tokenID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Secret finds a secret by name.
func (r Reader) Secret(ctx context.Context, name string) (*store.Secret, error) {
	return one[*store.Secret](ctx, r.Conn, "secrets", name)
}

// PutAccount keeps an account, instead of the person's earlier one.
func (t *Tx) PutAccount(ctx context.Context, a *store.Account) error {
	return t.put(ctx, "accounts", a, "DO UPDATE")
}

// PutAPIKey keeps a key, instead of one of the same id.
func (t *Tx) PutAPIKey(ctx context.Context, k *store.APIKey) error {
	return t.put(ctx, "api_keys", k, "DO UPDATE")
}

// PutRevocation ends a token.
func (t *Tx) PutRevocation(ctx context.Context, r *store.Revocation) error {
	return t.put(ctx, "revocations", r, "DO NOTHING")
}

// DropRevocations forgets those of tokens that expired.
func (t *Tx) DropRevocations(ctx context.Context, before hierarchy.Time) error {
	return t.fail(t.Conn.Exec(ctx, "DELETE FROM revocations WHERE expires_at < ?", []any{before}))
}

// PutSecret keeps a secret; the first of a name stays.
func (t *Tx) PutSecret(ctx context.Context, s *store.Secret) error {
	return t.put(ctx, "secrets", s, "DO NOTHING")
}
