package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// installed puts Python packages, as pip's words name them, into an environment
// in a folder of their own, unless a run before has put there what wanted says.
func installed(ctx context.Context, folder, wanted string, packages ...string) error {
	mark := filepath.Join(folder, "installed.txt")
	if has, err := os.ReadFile(mark); err == nil && string(has) == wanted {
		return nil
	}
	install := append([]string{filepath.Join(folder, "bin", "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"}, packages...)
	for _, args := range [][]string{{"python3", "-m", "venv", "--clear", folder}, install} {
		if out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("install what it is measured beside: %v: %w\n%s", args, err, out)
		}
	}
	return os.WriteFile(mark, []byte(wanted), 0o644)
}
