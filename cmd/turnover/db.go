package main

import (
	"context"
	"os"
	"strings"

	"turnover/store"
	"turnover/store/postgres"
	"turnover/store/sqlite"
)

const defaultDatabase = "turnover.db"

// database names the database: by flag, environment, configuration, default.
func (a *app) database() string {
	for _, name := range []string{a.db, os.Getenv("TURNOVER_DB"), a.config.Database} {
		if name != "" {
			return name
		}
	}
	return defaultDatabase
}

func isPostgres(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// openStore opens a database. A SQLite file is made by init, project add,
// archive load and restore only, so that a mistyped name makes none.
func openStore(ctx context.Context, name string) (store.Store, error) {
	if !isPostgres(name) {
		if _, err := os.Stat(name); os.IsNotExist(err) {
			return nil, usageError("there is no database %q: run \"turnover init\" here, or say which with --db", name)
		}
	}
	return makeStore(ctx, name)
}

// makeStore opens a database and makes a SQLite file where there is none.
func makeStore(ctx context.Context, name string) (store.Store, error) {
	if isPostgres(name) {
		return opened(postgres.Open(ctx, name))
	}
	return opened(sqlite.Open(ctx, name))
}

// unmigratedStore opens a database that may be older than this program.
func unmigratedStore(ctx context.Context, name string) (store.Store, error) {
	if isPostgres(name) {
		return opened(postgres.OpenUnmigrated(ctx, name))
	}
	return opened(sqlite.Open(ctx, name))
}

// opened keeps a nil store from becoming an interface that is not nil.
func opened[S store.Store](s S, err error) (store.Store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}
