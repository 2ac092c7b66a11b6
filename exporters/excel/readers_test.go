package excel

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestOtherReaders has openpyxl, calamine and LibreOffice read workbooks, and
// LibreOffice print them: see .ci/workbooks.py. CI requires the readers.
func TestOtherReaders(t *testing.T) {
	python, required := os.Getenv("TURNOVER_PYTHON"), os.Getenv("TURNOVER_REQUIRE_READERS") != ""
	if python == "" {
		python = "python3"
	}
	missing := exec.Command(python, "-c", "import openpyxl, python_calamine").Run()
	for _, program := range []string{"soffice", "pdftotext", "pdfinfo"} {
		if _, err := exec.LookPath(program); err != nil {
			missing = err
		}
	}
	if missing != nil {
		if required {
			t.Fatalf("a reader is missing: %v", missing)
		}
		t.Skipf("a reader is missing: %v", missing)
	}
	dir := t.TempDir()

	for name, raw := range map[string][]byte{"week": written(t, New(), week()), "example": written(t, New(), example()), "parts": written(t, &Exporter{maxRows: 7}, week()),
		"ampersand": written(t, New(), everywhere(`&"Arial,Bold"&72 <a b='c'>`)), "formula": written(t, New(), everywhere("=HYPERLINK(\"#A1\")"))} {
		if err := os.WriteFile(filepath.Join(dir, name+".xlsx"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.CommandContext(t.Context(), python, filepath.Join("..", "..", ".ci", "workbooks.py"), dir).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
