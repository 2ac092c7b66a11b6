package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

func (a *app) userCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Accounts of the API: add one, set a password, keys for programs",
		Example: "  turnover user add ada@example.com --role manager < password.txt\n" +
			"  turnover user password ada@example.com < password.txt",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError("say \"user add EMAIL\", \"user password EMAIL\", \"user key EMAIL\", \"user keys EMAIL\" or \"user revoke KEY-ID\"")
		},
	}
	cmd.AddCommand(a.userAddCmd(), a.userPasswordCmd(), a.userKeyCmd(), a.userKeysCmd(), a.userRevokeCmd())
	return cmd
}

func (a *app) userAddCmd() *cobra.Command {
	var spec pipeline.UserSpec
	cmd := &cobra.Command{
		Use:   "add EMAIL",
		Short: "Add a person who may log in; the password comes from standard input",
		Example: "  turnover user add ada@example.com --role admin < password.txt\n" +
			"  turnover user add hugo@example.com --role vendor --first-name Hugo --last-name Vendor < password.txt",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !accounts.Role(spec.Role).Known() {
				return usageError("unknown role %q: use one of %v", spec.Role, accounts.Roles())
			}
			hash, err := a.password()
			if err != nil {
				return err
			}
			spec.Email = args[0]
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				person, err := p.AddUser(cmd.Context(), spec, hash)
				if err != nil {
					return err
				}
				return a.printUser("added", person)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&spec.Role, "role", string(accounts.Artist), "admin, manager, supervisor, user (an artist), client or vendor")
	f.StringVar(&spec.FirstName, "first-name", "", "first name (default: the e-mail up to its @)")
	f.StringVar(&spec.LastName, "last-name", "", "last name")
	return cmd
}

func (a *app) userPasswordCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "password EMAIL",
		Short: "Set the password of a person, also of one from an archive; it comes from standard input",
		Example: "  turnover user password ada@example.com < password.txt\n" +
			"  turnover user password ada@example.com --db postgres://td@db/turnover < password.txt",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			hash, err := a.password()
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				person, err := p.SetPassword(cmd.Context(), args[0], hash)
				if err != nil {
					return err
				}
				return a.printUser("password set; tokens of before are void", person)
			})
		},
	}
}

// password reads the first line of standard input and gives its hash. Both line
// ends are good, and a blank at either end belongs to the password.
func (a *app) password() (hash string, err error) {
	if terminal(a.in) {
		return "", usageError("the password comes from standard input, so that no screen shows it: add \"< password.txt\"")
	}
	line, err := bufio.NewReader(io.LimitReader(a.in, 8*accounts.MaxPassword)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	password := strings.TrimRight(line, "\r\n")
	if err := accounts.CheckPassword(password); err != nil {
		return "", usageError("%v", err)
	}
	return accounts.HashPassword(password), nil
}

func (a *app) printUser(what string, p *hierarchy.Person) error {
	if a.json {
		return a.printJSON(map[string]any{"id": p.ID, "email": p.Email, "role": p.Role})
	}
	a.printf("%s (%s): %s\n", text(p.Email), text(p.Role), what)
	return nil
}

func (a *app) userKeyCmd() *cobra.Command {
	var name string
	var days int
	cmd := &cobra.Command{
		Use:   "key EMAIL",
		Short: "Make an API key that acts as a person; it is shown once",
		Example: "  turnover user key farm@example.com --name \"render farm\"\n" +
			"  turnover user key farm@example.com --days 365",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if days < 0 || days > 36500 {
				return usageError("--days is 0 (no end) to 36500, not %d", days)
			}
			made := accounts.NewAPIKey()
			key := pipeline.APIKey{ID: made.ID, Name: name, Hash: made.Hash}
			if days > 0 {
				key.ExpiresAt = hierarchy.At(a.now().AddDate(0, 0, days))
			}
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				if err := p.AddAPIKey(cmd.Context(), args[0], key); err != nil {
					return err
				}
				if a.json {
					return a.printJSON(map[string]any{"id": made.ID, "key": made.Text})
				}
				a.printf("%s\n", made.Text)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "what the key is for")
	cmd.Flags().IntVar(&days, "days", 0, "days until it ends; 0 is never")
	return cmd
}

type keyJSON struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	State     string  `json:"state"` // good, expired, revoked
	MadeAt    string  `json:"made_at"`
	ExpiresAt *string `json:"expires_at"`
	RevokedAt *string `json:"revoked_at"`
}

func newKeyJSON(k *pipeline.APIKey, now time.Time) keyJSON {
	out := keyJSON{ID: k.ID, Name: k.Name, State: "good", MadeAt: instant(k.MadeAt)}
	if !k.ExpiresAt.IsZero() {
		out.ExpiresAt = nilIf(instant(k.ExpiresAt))
		if k.ExpiresAt.Before(now) {
			out.State = "expired"
		}
	}
	if !k.RevokedAt.IsZero() {
		out.State, out.RevokedAt = "revoked", nilIf(instant(k.RevokedAt))
	}
	return out
}

func (a *app) userKeysCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "keys EMAIL",
		Short: "List the API keys of a person",
		Example: "  turnover user keys farm@example.com\n" +
			"  turnover user keys farm@example.com --json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				keys, err := p.APIKeys(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				rows := []keyJSON{}
				for _, k := range keys {
					rows = append(rows, newKeyJSON(k, a.now()))
				}
				if a.json {
					return a.printJSON(rows)
				}
				for _, r := range rows {
					a.printf("%s  %-8s %-24s made %s\n", r.ID, r.State, r.Name, r.MadeAt)
				}
				return nil
			})
		},
	}
}

func (a *app) userRevokeCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke KEY-ID",
		Short: "End an API key at once",
		Example: "  turnover user revoke 0123456789abcdef\n" +
			"  turnover user revoke 0123456789abcdef --db postgres://td@db/turnover",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(p *pipeline.Pipeline) error {
				if err := p.RevokeAPIKey(cmd.Context(), args[0]); err != nil {
					return err
				}
				a.printf("API key %s is revoked\n", args[0])
				return nil
			})
		},
	}
}
