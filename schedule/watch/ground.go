package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"turnover/schedule"
)

// marker is a file of ours that tells a watch folder from the empty one on which
// it is mounted. It holds the folder's mark.
const marker = ".turnover-watch"

// A ground is what is known of the folder itself, as far as it is needed to see
// that it is not there, or that another one is in its place.
type ground struct {
	loaded bool
	id     string      // what the ledger says that the marker holds; "" where it could not be written
	was    fs.FileInfo // when it was there last; nil before that
	gone   time.Time   // since when it is not there
	why    string
	told   bool
}

// A groundMark is what the mark "watch/NAME" holds.
type groundMark struct {
	ID string `json:"id"`
}

var errEmpty = errors.New("it is empty and not the folder that was watched before: is the share mounted? " +
	"If it is meant to be new, leave a list in it")

// look opens the folder and lists it. An error says that it is not there: never
// that everything was deleted.
func (s *Scanner) look(ctx context.Context) (*os.Root, *listing, error) {
	root, err := os.OpenRoot(s.folder.Path)
	if err != nil {
		return nil, nil, err
	}
	l, err := list(root)
	if err == nil {
		err = s.recognise(ctx, root, l.empty())
	}
	if err != nil {
		_ = root.Close() // it was only read
		return nil, nil, err
	}
	return root, l, nil
}

// recognise tells by the marker whether this is the folder that was watched
// before. One in which something lies is taken as it is.
func (s *Scanner) recognise(ctx context.Context, root *os.Root, empty bool) error {
	info, err := root.Stat(".")
	if err != nil {
		return err
	}
	id, err := readMarker(root)
	if err != nil {
		return err
	}
	g := &s.ground
	sameFolder := g.was != nil && os.SameFile(g.was, info)
	if g.loaded && id == g.id && (id != "" || sameFolder) {
		g.was = info
		return nil
	}
	first := false
	if !g.loaded || id != g.id {
		if first, err = s.loadGround(ctx); err != nil {
			return err
		}
	}
	known := g.id != "" || g.was != nil
	if empty && known && !first && !sameFolder && (id == "" || id != g.id) {
		return errEmpty
	}
	g.was = info
	return s.adopt(ctx, root, id, first)
}

// loadGround reads what the ledger knows; first says that it knows nothing.
func (s *Scanner) loadGround(ctx context.Context) (first bool, err error) {
	m, err := s.filer.Ledger.Mark(ctx, "watch/"+s.folder.Name)
	if err != nil {
		return false, &ledgerFault{err}
	}
	s.ground.loaded = true
	if m == nil {
		return true, nil
	}
	var known groundMark
	if err := json.Unmarshal(m.Result, &known); err != nil {
		return false, &ledgerFault{fmt.Errorf("read the mark %q: %w", m.Key, err)}
	}
	s.ground.id = known.ID
	return false, nil
}

// adopt writes the marker where there is none, and the ledger where it says
// something else.
func (s *Scanner) adopt(ctx context.Context, root *os.Root, id string, first bool) error {
	if id == "" {
		id = s.writeMarker(root)
	}
	if id == s.ground.id && !first {
		return nil
	}
	result, err := json.Marshal(groundMark{id})
	if err != nil {
		return err
	}
	m := schedule.Mark{Key: "watch/" + s.folder.Name, State: "seen", At: s.filer.Now(), Result: result}
	if err := s.filer.Ledger.PutMark(ctx, m); err != nil {
		return &ledgerFault{err}
	}
	s.ground.id = id
	return nil
}

func readMarker(root *os.Root) (string, error) {
	info, err := root.Lstat(marker)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil || !info.Mode().IsRegular() || info.Size() > 100 {
		return "", err
	}
	text, err := root.ReadFile(marker)
	if errors.Is(err, fs.ErrPermission) {
		return "", nil
	}
	return strings.TrimSpace(string(text)), err
}

// writeMarker gives a folder its mark: the one that it had, where the marker was
// lost. Where it cannot be written, or another process is quicker, the next look
// finds out.
func (s *Scanner) writeMarker(root *os.Root) string {
	id := s.ground.id
	if id == "" {
		id = sum(fmt.Appendf(nil, "%s %d", s.folder.Name, s.filer.Now().UnixNano()))[:24]
	}
	file, err := root.OpenFile(marker, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return ""
	}
	_, err = file.WriteString(id + "\n")
	if closing := file.Close(); err != nil || closing != nil {
		return ""
	}
	return id
}

// A ledgerFault is no fault of the folder.
type ledgerFault struct{ error }

func (f *ledgerFault) Unwrap() error { return f.error }

// vanished raises the alarm, once, and says since when.
func (s *Scanner) vanished(ctx context.Context, now time.Time, why error) (since time.Time, message string, err error) {
	g := &s.ground
	var ledger *ledgerFault
	if errors.As(why, &ledger) {
		return g.gone, g.why, fmt.Errorf("watch %s: %w", s.folder.Name, why)
	}
	if g.gone.IsZero() {
		g.gone, g.told = now, false
	}
	g.why = why.Error()
	if g.told {
		return g.gone, g.why, nil
	}
	text := fmt.Sprintf("The watch folder %s (%s) is not there: %s. Nothing is taken from it until it is back; nothing is taken as deleted.",
		s.folder.Name, s.folder.Path, strings.TrimSuffix(g.why, "."))
	if err := s.filer.tell(ctx, s.groundNotice(Vanished, text)); err != nil {
		return g.gone, g.why, err
	}
	g.told = true
	return g.gone, g.why, nil
}

// back takes the alarm back, once.
func (s *Scanner) back(ctx context.Context, now time.Time) error {
	g := &s.ground
	if g.gone.IsZero() {
		return nil
	}
	if g.told {
		text := fmt.Sprintf("The watch folder %s (%s) is back after %s.", s.folder.Name, s.folder.Path, now.Sub(g.gone).Round(time.Second))
		if err := s.filer.tell(ctx, s.groundNotice(Back, text)); err != nil {
			return err
		}
	}
	g.gone, g.why, g.told = time.Time{}, "", false
	return nil
}

func (s *Scanner) groundNotice(kind, text string) Notice {
	since := s.ground.gone
	return Notice{Key: fmt.Sprintf("%s/%s/%s", kind, s.folder.Name, since.UTC().Format("2006-01-02T15:04:05")), Kind: kind, Folder: s.folder.Name,
		Item: Item{Folder: s.folder.Name, State: kind, Since: since, Message: s.ground.why}, Message: text}
}
