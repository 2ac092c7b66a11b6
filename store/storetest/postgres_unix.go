//go:build unix

package storetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// guard runs the server, stops it at once and starts it when it is told to, until
// its standard input ends, which is when the test binary ends, in whatever way;
// then it stops it and clears up.
const guard = `run() {
  "$1/postgres" -D "$2/data" -k "$2" -h '' -F -c max_connections=200 >>"$2/log" 2>&1 </dev/null &
  server=$!
}
run "$1" "$2"
while read -r word; do
  case $word in
  stop) kill -QUIT $server; wait $server ;;
  start) run "$1" "$2" ;;
  esac
done
kill -QUIT $server
wait $server
rm -rf "$2"`

// startServer makes a cluster in a temporary folder, reached by a socket there.
// PostgreSQL refuses to run as root, so then it runs as another user.
func startServer() (*server, error) {
	binaries, ok := serverBinaries()
	if !ok {
		return nil, errors.New("no PostgreSQL server is installed")
	}
	attributes, err := unprivileged()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "turnover-pg-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	if c := attributes.Credential; c != nil {
		if err := os.Chown(folder, int(c.Uid), int(c.Gid)); err != nil {
			return nil, fmt.Errorf("give the folder to another user: %w", err)
		}
	}
	initdb := exec.Command(filepath.Join(binaries, "initdb"), "-D", filepath.Join(folder, "data"), "-U", "turnover", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = folder, attributes
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("run initdb: %w: %s", err, out)
	}
	guarded := exec.Command("/bin/sh", "-c", guard, "guard", binaries, folder)
	guarded.Dir, guarded.SysProcAttr = folder, attributes
	open, err := guarded.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := guarded.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := answering(binaries, folder); err != nil {
		log, _ := os.ReadFile(filepath.Join(folder, "log")) // says more, if it is there
		return nil, fmt.Errorf("wait for PostgreSQL: %w: %s", err, log)
	}
	return &server{"postgres://turnover@/postgres?host=" + folder, open, func() error { return answering(binaries, folder) }}, nil
}

// unprivileged gives the attributes of a process that is not root's.
func unprivileged() (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		other, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUser := strconv.ParseUint(other.Uid, 10, 32)
		gid, errGroup := strconv.ParseUint(other.Gid, 10, 32)
		if errUser == nil && errGroup == nil {
			return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

// answering waits until the server takes queries: it listens a little earlier.
func answering(binaries, folder string) error {
	var err error
	for range 200 {
		if err = exec.Command(filepath.Join(binaries, "pg_isready"), "-q", "-h", folder).Run(); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}
