package storetest

import (
	"errors"

	"turnover/hierarchy"
	"turnover/store"
)

var (
	account = &store.Account{PersonID: "ada", Hash: "$argon2id$", ChangedAt: noon}
	apiKey  = &store.APIKey{ID: "k1", PersonID: "ada", Name: "farm", Hash: []byte{0, 255}, MadeAt: noon, ExpiresAt: later(24)}
	ended   = &store.Revocation{TokenID: "t1", ExpiresAt: later(2)}
	secret  = &store.Secret{Name: "tokens", Value: []byte{1, 0, 2}}
)

// keepAccounts puts one of each.
func (b *bed) keepAccounts() {
	b.Helper()
	b.tx(func(tx store.Tx) error {
		return errors.Join(tx.PutAccount(b.ctx, account), tx.PutAPIKey(b.ctx, apiKey), tx.PutRevocation(b.ctx, ended), tx.PutSecret(b.ctx, secret))
	})
}

var accountKeeping = []promise{
	{"accounts, keys and secrets come back byte for byte", func(b *bed) {
		b.keepAccounts()
		b.read(func(r store.Reader) {
			gotAccount, err := r.Account(b.ctx, "ada")
			b.matches(gotAccount, account, err)
			gotKey, err := r.APIKey(b.ctx, "k1")
			b.matches(gotKey, apiKey, err)
			keys, err := r.APIKeys(b.ctx, "ada")
			b.matches(keys, []*store.APIKey{apiKey}, err)
			gotSecret, err := r.Secret(b.ctx, "tokens")
			b.matches(gotSecret, secret, err)
		})
	}},
	{"an account or key that is not there is ErrNotFound", func(b *bed) {
		b.read(func(r store.Reader) {
			_, a := r.Account(b.ctx, "bob")
			_, c := r.APIKey(b.ctx, "k9")
			_, d := r.Secret(b.ctx, "none")
			for _, err := range []error{a, c, d} {
				if !errors.Is(err, store.ErrNotFound) {
					b.Errorf("got %v, want ErrNotFound", err)
				}
			}
			none, err := r.APIKeys(b.ctx, "bob")
			b.check(err)
			b.equal(len(none), 0, "keys")
		})
	}},
	{"an account and a key replace their earlier selves, the first secret stays", func(b *bed) {
		b.keepAccounts()
		changed, revoked, other := *account, *apiKey, *secret
		changed.Hash, changed.ChangedAt = "$new", later(1)
		revoked.RevokedAt = later(1)
		other.Value = []byte{9}
		b.tx(func(tx store.Tx) error {
			return errors.Join(tx.PutAccount(b.ctx, &changed), tx.PutAPIKey(b.ctx, &revoked), tx.PutSecret(b.ctx, &other))
		})
		b.read(func(r store.Reader) {
			gotAccount, err := r.Account(b.ctx, "ada")
			b.matches(gotAccount, &changed, err)
			gotKey, err := r.APIKey(b.ctx, "k1")
			b.matches(gotKey, &revoked, err)
			gotSecret, err := r.Secret(b.ctx, "tokens")
			b.matches(gotSecret, secret, err)
		})
	}},
	{"a revoked token is known until it has expired", func(b *bed) {
		b.keepAccounts()
		known := func(want bool) {
			b.read(func(r store.Reader) {
				got, err := r.Revoked(b.ctx, "t1")
				b.check(err)
				b.equal(got, want, "revoked")
			})
		}
		known(true)
		b.tx(func(tx store.Tx) error { return tx.PutRevocation(b.ctx, ended) })
		b.tx(func(tx store.Tx) error { return tx.DropRevocations(b.ctx, later(1)) })
		known(true)
		b.tx(func(tx store.Tx) error { return tx.DropRevocations(b.ctx, later(3)) })
		known(false)
	}},
	{"a revision rises with each transaction of its production alone", func(b *bed) {
		revision := func(project hierarchy.ID) (own, shared int64) {
			b.read(func(r store.Reader) {
				var err error
				own, shared, err = r.Revision(b.ctx, project)
				b.check(err)
			})
			return own, shared
		}
		none, _ := revision("tv")
		b.equal(none, int64(0), "of an empty database")
		b.seeded()
		own, shared := revision("tv")
		film, _ := revision("film")
		b.apply([]hierarchy.Change{update(inTV, shot("sh1", "", ""), set("nb_frames", 48, 50))})
		afterOwn, afterShared := revision("tv")
		afterFilm, _ := revision("film")
		b.equal(afterOwn, own+1, "of the production")
		b.equal(afterShared, shared, "of what all share")
		b.equal(afterFilm, film, "of another")
	}},
}
