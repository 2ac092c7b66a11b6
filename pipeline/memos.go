package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/plan"
	"turnover/store"
)

// The kinds of memos.
const (
	aliasMemo   = "alias"
	pendingMemo = "pending"
	profileMemo = "profile" // key: source and kind of list
	volumeMemo  = "volume"  // key: source; one an import
)

// An Alias is a remembered answer: what a written name means.
type Alias struct {
	Kind    hierarchy.Kind `json:"kind"`
	Scope   string         `json:"scope"`   // path of the parent; "" for the whole production
	Written string         `json:"written"` // in lists
	Name    string         `json:"name"`    // that is meant, or a path
}

// memoID names a memo by what it is about, so that the same again replaces it.
func memoID(project hierarchy.ID, kind, key string) string {
	sum := sha256.Sum256([]byte(string(project) + "\x00" + kind + "\x00" + key))
	return hex.EncodeToString(sum[:])[:32]
}

// AddAlias remembers that a name in lists means another. The name that is meant
// must be there.
func (p *Pipeline) AddAlias(ctx context.Context, project string, a Alias) (memo *store.Memo, err error) {
	kinds := []hierarchy.Kind{hierarchy.Episode, hierarchy.Sequence, hierarchy.Scene, hierarchy.Shot, hierarchy.Asset}
	at := slices.IndexFunc(kinds, func(k hierarchy.Kind) bool { return strings.EqualFold(string(k), string(a.Kind)) })
	if at < 0 {
		return nil, usage("%q is no kind of name: it can be episode, sequence, scene, shot or asset", a.Kind)
	}
	a.Kind = kinds[at]
	if a.Written == "" || a.Name == "" || a.Written == a.Name {
		return nil, usage("an alias needs the written name and another one that is meant")
	}
	value, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("remember alias: %w", err)
	}
	err = p.Store.InTx(ctx, func(tx store.Tx) error {
		snap, err := p.snapshotIn(ctx, tx, project, hierarchy.With{})
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(snap.OfKind(a.Kind), func(e *hierarchy.Entity) bool { return e.Name == a.Name || snap.Path(e) == a.Name }) {
			return usage("%q has no %s %q: an alias must lead to one", snap.Project.Name, strings.ToLower(string(a.Kind)), a.Name)
		}
		key := plan.AliasKey(a.Kind, a.Scope, a.Written)
		memo = &store.Memo{ID: memoID(snap.Project.ID, aliasMemo, key), Project: snap.Project.ID, Kind: aliasMemo,
			Key: strings.ReplaceAll(key, "\x00", " "), Value: value, Author: p.Author, At: hierarchy.At(p.Now())}
		return tx.PutMemo(ctx, memo)
	})
	return memo, err
}

// Memos lists what is remembered of a kind ("alias", "pending"), revoked ones
// last.
func (p *Pipeline) Memos(ctx context.Context, project, kind string) (out []*store.Memo, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		snap, err := p.snapshotIn(ctx, r, project, hierarchy.With{Bare: true})
		if err != nil {
			return err
		}
		out, err = r.Memos(ctx, snap.Project.ID, kind)
		return err
	})
	slices.SortStableFunc(out, func(a, b *store.Memo) int {
		switch {
		case a.RevokedAt.IsZero() == b.RevokedAt.IsZero():
			return 0
		case a.RevokedAt.IsZero():
			return -1
		}
		return 1
	})
	return out, err
}

// Revoke ends a memo, found by its id or the beginning of it.
func (p *Pipeline) Revoke(ctx context.Context, project, kind, id string) (memo *store.Memo, err error) {
	err = p.Store.InTx(ctx, func(tx store.Tx) error {
		snap, err := p.snapshotIn(ctx, tx, project, hierarchy.With{Bare: true})
		if err != nil {
			return err
		}
		all, err := tx.Memos(ctx, snap.Project.ID, kind)
		if err != nil {
			return err
		}
		live := slices.DeleteFunc(all, func(m *store.Memo) bool { return !m.RevokedAt.IsZero() })
		if memo, err = pick(kind, id, live, func(m *store.Memo) string { return m.ID }); err != nil {
			return err
		}
		memo.RevokedAt, memo.RevokedBy = hierarchy.At(p.Now()), p.Author
		return tx.PutMemo(ctx, memo)
	})
	return memo, err
}

// remembered fills what earlier decisions say of a list.
func remembered(ctx context.Context, r store.Reader, project hierarchy.ID, rules *plan.Options) error {
	err := eachMemo(ctx, r, project, aliasMemo, func(_ *store.Memo, a Alias) {
		if rules.Aliases == nil {
			rules.Aliases = map[string]string{}
		}
		rules.Aliases[plan.AliasKey(a.Kind, a.Scope, a.Written)] = a.Name
	})
	if err != nil {
		return err
	}
	err = eachMemo(ctx, r, project, pendingMemo, func(m *store.Memo, waits plan.Pending) {
		waits.Since = string(hierarchy.DayOf(m.At.Time, m.At.Location()))
		rules.Pending = append(rules.Pending, waits)
	})
	if err != nil || rules.Source == "" {
		return err
	}
	return eachMemo(ctx, r, project, volumeMemo, func(m *store.Memo, shots int) {
		if m.Key == rules.Source {
			rules.Volumes = append(rules.Volumes, shots)
		}
	})
}

// profileOf is how a source's columns were understood before; nil for none.
func profileOf(ctx context.Context, r store.Reader, project hierarchy.ID, source string, kind importers.Kind) (found *importers.Profile, err error) {
	err = eachMemo(ctx, r, project, profileMemo, func(m *store.Memo, profile importers.Profile) {
		if m.Key == profileKey(source, kind) {
			found = &profile
		}
	})
	return found, err
}

func profileKey(source string, kind importers.Kind) string { return source + " " + string(kind) }

// eachMemo gives the memos of a kind that hold, with their values.
func eachMemo[T any](ctx context.Context, r store.Reader, project hierarchy.ID, kind string, f func(*store.Memo, T)) error {
	all, err := r.Memos(ctx, project, kind)
	if err != nil {
		return err
	}
	for _, m := range all {
		if !m.RevokedAt.IsZero() {
			continue
		}
		var value T
		if err := json.Unmarshal(m.Value, &value); err != nil {
			return fmt.Errorf("read memo %s %s: %w", kind, m.ID, err)
		}
		f(m, value)
	}
	return nil
}

// remember keeps what an import leaves for later lists: castings that wait,
// those that wait no longer, and how its source's lists are.
func (p *Pipeline) remember(ctx context.Context, tx store.Tx, made *plan.Plan, importID string, at hierarchy.Time) error {
	put := func(id, kind, key string, value any) error {
		b, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("remember %s: %w", kind, err)
		}
		return tx.PutMemo(ctx, &store.Memo{ID: id, Project: made.ProjectID, Kind: kind, Key: key, Value: b, Author: p.Author, At: at, ImportID: importID})
	}
	for _, waits := range made.Pending {
		if err := put(waits.ID, pendingMemo, waits.Target+" < "+waits.Asset, waits); err != nil {
			return err
		}
	}
	if err := settle(ctx, tx, made, importID, at); err != nil {
		return err
	}
	from := made.Source.From
	if from == "" {
		return nil
	}
	if made.Profile != nil {
		key := profileKey(from, importers.Kind(made.Kind))
		if err := put(memoID(made.ProjectID, profileMemo, key), profileMemo, key, made.Profile); err != nil {
			return err
		}
	}
	if importers.Kind(made.Kind) != importers.Shots {
		return nil
	}
	return put(memoID(made.ProjectID, volumeMemo, importID), volumeMemo, from, made.Shots())
}

func settle(ctx context.Context, tx store.Tx, made *plan.Plan, importID string, at hierarchy.Time) error {
	if len(made.Settled) == 0 {
		return nil
	}
	all, err := tx.Memos(ctx, made.ProjectID, pendingMemo)
	if err != nil {
		return err
	}
	for _, m := range all {
		if slices.Contains(made.Settled, m.ID) && m.RevokedAt.IsZero() {
			m.RevokedAt, m.RevokedBy = at, "import "+importID
			if err := tx.PutMemo(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// forget ends what an import left for later lists, when it is undone, and lets
// wait again what it had settled.
func forget(ctx context.Context, tx store.Tx, project hierarchy.ID, importID, undo string, at hierarchy.Time) error {
	for _, kind := range []string{pendingMemo, profileMemo, volumeMemo} {
		all, err := tx.Memos(ctx, project, kind)
		if err != nil {
			return err
		}
		for _, m := range all {
			switch {
			case m.ImportID == importID && m.RevokedAt.IsZero():
				m.RevokedAt, m.RevokedBy = at, "import "+undo
			case m.RevokedBy == "import "+importID:
				m.RevokedAt, m.RevokedBy = hierarchy.Time{}, ""
			default:
				continue
			}
			if err := tx.PutMemo(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}
