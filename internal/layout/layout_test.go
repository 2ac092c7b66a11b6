package layout

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "turnover"

func TestHouse(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	faults, packages, err := check(root)
	if err != nil {
		t.Fatal(err)
	}
	if packages < 10 {
		t.Errorf("only %d packages below %s: is this the module?", packages, root)
	}
	for _, f := range faults {
		t.Error(f)
	}
}

// check reads every package of a module and lists what breaks the rules,
// sorted, and how many packages there were.
func check(root string) (faults []string, packages int, err error) {
	c := &checker{files: token.NewFileSet(), faults: map[string]bool{}, packages: map[string]bool{}}
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		return c.visit(name, filepath.ToSlash(rel), d)
	})
	for f := range c.faults {
		faults = append(faults, f)
	}
	slices.Sort(faults)
	return faults, len(c.packages), err
}

type checker struct {
	files    *token.FileSet
	faults   map[string]bool
	packages map[string]bool
}

func (c *checker) fault(format string, args ...any) { c.faults[fmt.Sprintf(format, args...)] = true }

func (c *checker) visit(name, rel string, d fs.DirEntry) error {
	if d.IsDir() {
		return c.folder(rel)
	}
	if path.Ext(rel) != ".go" {
		return nil
	}
	f, err := parser.ParseFile(c.files, name, nil, parser.ImportsOnly)
	if err != nil {
		c.fault("%s: cannot be parsed: %v", rel, err)
		return nil
	}
	pkg := path.Dir(rel)
	c.room(pkg)
	if strings.HasSuffix(rel, "_test.go") {
		return nil // tests may import suites and siblings
	}
	c.packages[pkg] = true
	if vague[f.Name.Name] || vague[path.Base(pkg)] {
		c.fault("%s: the package %q is named for nothing in particular", pkg, f.Name.Name)
	}
	return c.imports(pkg, f)
}

// room refuses packages outside the rooms that are known. A folder without Go
// files, such as the demo's, is no room.
func (c *checker) room(pkg string) {
	top, rest, _ := strings.Cut(pkg, "/")
	if top == "internal" {
		inner, _, _ := strings.Cut(rest, "/")
		top = path.Join(top, inner)
	}
	if pkg != "." && rooms[top] == nil && !folders[top] {
		c.fault("%s: no room of this name is known: write it into the design and into the rules first", top)
	}
}

// folder skips what Go skips.
func (c *checker) folder(rel string) error {
	base := path.Base(rel)
	switch {
	case rel == ".":
		return nil
	case base[0] == '.' || base[0] == '_' || base == "testdata" && rel != "testdata" || base == "node_modules":
		return fs.SkipDir
	}
	return nil
}

func (c *checker) imports(pkg string, f *ast.File) error {
	for _, spec := range f.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return fmt.Errorf("read import of %s: %w", pkg, err)
		}
		first, _, _ := strings.Cut(name, "/")
		switch {
		case first == module:
			c.ours(pkg, strings.TrimPrefix(strings.TrimPrefix(name, module), "/"))
		case strings.Contains(first, "."):
			c.theirs(pkg, name)
		}
	}
	return nil
}

// room gives the folder that a package belongs to.
func room(pkg string) string {
	parts := strings.Split(pkg, "/")
	if parts[0] == "internal" && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// ours checks an import of another package of the module.
func (c *checker) ours(pkg, target string) {
	from := room(pkg)
	switch {
	case from == everywhere, exceptions[[2]string{pkg, target}] != "", strings.HasPrefix(pkg, target+"/"):
	case room(target) == from:
		c.fault("%s imports %s, a sibling or a child", pkg, target)
	case !slices.Contains(rooms[from], target):
		c.fault("%s imports %s: %s may import %v", pkg, target, from, rooms[from])
	}
}

// theirs checks an import of another module.
func (c *checker) theirs(pkg, name string) {
	if leaves[room(pkg)] {
		c.fault("%s imports %s: leaves have the standard library alone", pkg, name)
		return
	}
	for owned, who := range owners {
		if name != owned && !strings.HasPrefix(name, owned+"/") {
			continue
		}
		for _, w := range who {
			only, exact := strings.CutPrefix(w, "=")
			if w == "*" || exact && pkg == only || !exact && (pkg == w || strings.HasPrefix(pkg, w+"/")) {
				return
			}
		}
		c.fault("%s imports %s, which belongs to %v", pkg, name, who)
		return
	}
	c.fault("%s imports %s, which nobody owns: name its owner in the rules, with the reason in docs/decisions", pkg, name)
}

// A rule that is never broken proves nothing: this house breaks each of them.
func TestCheckFindsFaults(t *testing.T) {
	root := t.TempDir()
	for name, imports := range map[string][]string{
		"internal/timecode/a.go":     {"time"},
		"internal/diag/a.go":         {"turnover/internal/timecode"},
		"internal/table/a.go":        {"github.com/google/uuid"},
		"internal/odd/a.go":          {},
		"hierarchy/a.go":             {"turnover/internal/timecode", "golang.org/x/text/unicode/norm", "github.com/jackc/pgx/v5"},
		"importers/a.go":             {"turnover/hierarchy"},
		"importers/csv/a.go":         {"turnover/importers", "turnover/importers/edl", "turnover/internal/diag"},
		"importers/csv/a_test.go":    {"turnover/importers/excel", "turnover/hierarchy"},
		"importers/edl/a.go":         {"github.com/xuri/excelize/v2"},
		"plan/a.go":                  {"turnover/importers", "turnover/importers/csv"},
		"store/sqlite/a.go":          {"turnover/store/sqlcore", "modernc.org/sqlite", "turnover/store/postgres"},
		"exporters/receipt/a.go":     {"turnover/plan", "github.com/xuri/excelize/v2"},
		"exporters/excel/a.go":       {"turnover/plan"},
		"pipeline/a.go":              {"turnover/store", "turnover/store/sqlite", "github.com/rs/zerolog", "github.com/spf13/cobra"},
		"pipeline/deep/util/a.go":    {},
		"reports/a.go":               {"github.com/nobody/knows"},
		"cmd/turnover/a.go":          {"turnover/store/sqlite", "turnover/importers/edl", "github.com/spf13/cobra"},
		"cmd/turnover/testdata/a.go": {"turnover/nowhere"},
		"extras/a.go":                {"fmt"},
		".hidden/a.go":               {"turnover/nowhere"},
	} {
		write(t, filepath.Join(root, filepath.FromSlash(name)), imports)
	}
	if err := os.WriteFile(filepath.Join(root, "reports", "b.go"), []byte("pack age"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, packages, err := check(root)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"exporters/excel imports plan",
		"extras: no room",
		"hierarchy imports github.com/jackc/pgx/v5, which belongs to",
		"importers imports hierarchy",
		"importers/csv imports importers/edl, a sibling",
		"importers/edl imports github.com/xuri/excelize/v2, which belongs to",
		"internal/diag imports internal/timecode",
		"internal/odd: no room",
		"internal/table imports github.com/google/uuid: leaves",
		"pipeline imports github.com/spf13/cobra, which belongs to",
		"pipeline imports store/sqlite",
		"pipeline/deep/util: the package",
		"plan imports importers/csv",
		"reports imports github.com/nobody/knows, which nobody owns",
		"reports/b.go: cannot be parsed",
		"store/sqlite imports store/postgres, a sibling",
	}
	if packages != 17 {
		t.Errorf("%d packages, want 17", packages)
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func write(t *testing.T, name string, imports []string) {
	t.Helper()
	var text strings.Builder
	fmt.Fprintf(&text, "package %s\n\n", filepath.Base(filepath.Dir(name)))
	for _, i := range imports {
		fmt.Fprintf(&text, "import _ %q\n", i)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(text.String(), "package .hidden", "package hidden", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}
