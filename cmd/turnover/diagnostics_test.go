package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"turnover/plan"
)

var update = flag.Bool("update", false, "write docs/diagnostics.md anew from the code")

var codeWord = regexp.MustCompile(`^[A-Z]{3}\d{3}$`)

const diagnosticsHead = `# Diagnostics

Every finding has a code that never changes its meaning. Findings are errors (the file is refused), warnings or notes; the text says the place, the values
and the way out. Gates (PLN101 and on) hold a plan until a person lets it pass. The table is made of the code: ` + "`go test ./cmd/turnover -run TestDiagnosticsPage -update`" + `.

| code | meaning | room |
| --- | --- | --- |
`

// TestDiagnosticsPage keeps the page complete.
func TestDiagnosticsPage(t *testing.T) {
	meanings := map[string]string{}
	for _, c := range plan.Codes() {
		meanings[c.Code] = c.Summary
	}
	rooms := map[string]string{}
	for _, room := range []string{"importers", "plan", "archive", "pipeline", "exporters"} {
		codesIn(t, filepath.Join("..", "..", room), meanings, rooms)
	}
	var b strings.Builder
	b.WriteString(diagnosticsHead)
	for _, code := range slices.Sorted(mapKeys(rooms)) {
		if meanings[code] == "" {
			t.Errorf("%s has no meaning: write it behind the constant", code)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", code, strings.ReplaceAll(meanings[code], "|", `\|`), rooms[code])
	}
	page := filepath.Join("..", "..", "docs", "diagnostics.md")
	if *update {
		if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Error("docs/diagnostics.md is not what the code says: run this test with -update")
	}
}

func mapKeys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// codesIn finds the constants that are codes, with the words behind them.
func codesIn(t *testing.T, root string, meanings, rooms map[string]string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		room := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), filepath.Join("..", "..")+string(filepath.Separator)))
		for _, group := range file.Comments { // a table above the constants
			for line := range strings.Lines(group.Text()) {
				fields := strings.Fields(line)
				if len(fields) > 1 && codeWord.MatchString(fields[0]) && meanings[fields[0]] == "" {
					meanings[fields[0]] = fields[1] + ": " + strings.Join(fields[2:], " ")
				}
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				note(spec, room, meanings, rooms)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func note(spec *ast.ValueSpec, room string, meanings, rooms map[string]string) {
	for _, value := range spec.Values {
		literal, ok := value.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		code, err := strconv.Unquote(literal.Value)
		if err != nil || !codeWord.MatchString(code) {
			continue
		}
		rooms[code] = room
		for _, group := range []*ast.CommentGroup{spec.Comment, spec.Doc} {
			if meanings[code] == "" && group != nil {
				meanings[code] = strings.Join(strings.Fields(group.Text()), " ")
			}
		}
	}
}
