package deliver

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"turnover/exporters/excel"
	"turnover/internal/table"
)

// A python server is a real one, aiosmtpd, as a program of its own. CI requires it.
type pythonServer struct {
	python, folder string
	Server
}

// asked is what testdata/server.py is asked for.
type asked struct {
	Folder      string            `json:"folder"`
	Certificate string            `json:"certificate,omitempty"`
	Key         string            `json:"key,omitempty"`
	TLS         Security          `json:"tls,omitempty"`
	User        string            `json:"user,omitempty"`
	Password    string            `json:"password,omitempty"`
	Without     []string          `json:"without,omitempty"`
	Refuse      map[string]string `json:"refuse,omitempty"`
	Greylist    []string          `json:"greylist,omitempty"`
	Size        int               `json:"size,omitempty"`
	Silent      bool              `json:"silent,omitempty"`
	Drop        bool              `json:"drop,omitempty"`
}

// interpreter is the Python that TURNOVER_PYTHON names, or python3.
var interpreter = sync.OnceValues(func() (string, error) {
	name := os.Getenv("TURNOVER_PYTHON")
	if name == "" {
		name = "python3"
	}
	if out, err := exec.Command(name, "-c", "import aiosmtpd, openpyxl").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s has no aiosmtpd and openpyxl (%w): set TURNOVER_PYTHON to one that has\n%s", name, err, out)
	}
	return name, nil
})

func startPython(t *testing.T, a asked) *pythonServer {
	t.Helper()
	python, err := interpreter()
	if err != nil {
		if os.Getenv("TURNOVER_REQUIRE_READERS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	s := &pythonServer{python: python, folder: t.TempDir()}
	a.Folder, s.Server = s.folder, Server{From: from, TLS: Cleartext, Timeout: 30 * time.Second}
	if a.TLS != "" {
		s.TLS = a.TLS
		a.Certificate, a.Key, s.Roots = certificate(t)
	}
	if a.User != "" {
		s.Username, s.Password = a.User, func() (string, error) { return a.Password, nil }
	}
	raw, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	program := exec.Command(s.python, filepath.Join("testdata", "server.py"), string(raw))
	program.Stderr = t.Output()
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = program.Process.Kill()
		_ = program.Wait()
	})
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server says no port: %v", err)
	}
	s.Address = net.JoinHostPort("127.0.0.1", strings.TrimSpace(port))
	return s
}

// certificate makes one of 127.0.0.1, signed by itself.
func certificate(t *testing.T) (certFile, keyFile string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "turnover test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	if err := errors.Join(os.WriteFile(certFile, certPEM, 0o600), os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600)); err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(certPEM)
	return certFile, keyFile, roots
}

// received is a mail that the server has.
type received struct {
	Envelope struct {
		From, User, Hello string
		To                []string
		TLS               bool
	}
	Mail struct {
		Headers     map[string]string
		SHA256      string
		Defects     []string
		Text, HTML  string
		Attachments []struct {
			Name, Type, SHA256 string
			Cells              []string
		}
	}
}

func (s *pythonServer) mails(t *testing.T) (all []received) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.folder, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		var r received
		raw, err := os.ReadFile(strings.TrimSuffix(name, ".eml") + ".json")
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), s.python, filepath.Join("testdata", "read.py"), name).Output()
		if err := errors.Join(err, json.Unmarshal(raw, &r.Envelope), json.Unmarshal(out, &r.Mail)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, r)
	}
	return all
}

func workbook(t *testing.T) []byte {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "book.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	rows := table.Of([]table.Row{{"E01/SQ010/SH0010", int64(812)}})
	b := &table.Book{Name: "quota", Title: "Quota of tv", Project: "tv", Snapshot: "9f2c", Tables: []*table.Table{{Name: "quota_shares", Title: "Shares", Rows: rows,
		Columns: []table.Column{{Name: "path", Type: table.Text}, {Name: "frames", Type: table.Int, Unit: "frames"}}}}}
	if err := errors.Join(excel.New().WriteBook(t.Context(), file, b), file.Close()); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestMailIsReceived is the whole way: encrypted, logged in, sent, read by
// another program, its workbook opened.
func TestMailIsReceived(t *testing.T) {
	book := workbook(t)
	for name, a := range map[string]asked{
		"starttls, PLAIN":                     {TLS: StartTLS, User: "turnover", Password: "corréct horse", Without: []string{"LOGIN"}},
		"tls, LOGIN":                          {TLS: TLS, User: "turnover@example.com", Password: "corréct horse", Without: []string{"PLAIN"}},
		"in the clear":                        {},
		"within one machine, with a password": {User: "turnover", Password: "x"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startPython(t, a)
			m := example()
			m.Text, m.HTML = Body(summary())
			m.Attachments = []Attachment{{"Höhle: quota.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", writes(string(book))}, {"notes.csv", "text/csv; charset=utf-8", writes("a;b\r\n")}}
			if err := s.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			sent, err := s.Send(t.Context(), m, m.To)
			if err != nil || len(sent.Refused)+len(sent.Still) != 0 || !slices.Equal(sent.Accepted, []string{"zoe@example.com", "bo@xn--exmple-cua.com", "ZOE@example.com"}) || sent.Answer != "2.0.0 Queued as 1" {
				t.Fatalf("%+v (%v)", sent, err)
			}
			got := s.mails(t)
			if len(got) != 1 || got[0].Mail.SHA256 != sent.SHA256 || len(got[0].Mail.Defects) != 0 || !slices.Equal(got[0].Envelope.To, sent.Accepted) {
				t.Fatalf("received %+v", got)
			}
			e, r := got[0].Envelope, got[0].Mail
			if e.From != "turnover@example.com" || e.TLS != (a.TLS != "") || e.Hello == "" || a.User != "" && !strings.HasPrefix(e.User, a.User+" by ") {
				t.Errorf("envelope %+v", e)
			}
			if r.Headers["Subject"] != m.Subject || r.Headers["Message-ID"] != "<"+sent.ID+">" || r.Text != m.Text || r.HTML != m.HTML {
				t.Errorf("received %+v", r)
			}
			if len(r.Attachments) != 2 || r.Attachments[0].Name != "Höhle_ quota.xlsx" || !slices.Contains(r.Attachments[0].Cells, "E01/SQ010/SH0010") || !slices.Contains(r.Attachments[0].Cells, "812") || r.Attachments[1].Name != "notes.csv" {
				t.Errorf("attachments %+v", r.Attachments)
			}
		})
	}
}

// One of two is refused for good, one for now: the third has the mail, and the
// next attempt goes to the second only, with the same mail.
func TestRefusedAndGreylisted(t *testing.T) {
	s := startPython(t, asked{Refuse: map[string]string{"gone@example.com": "550 5.1.1 No such user <here>"}, Greylist: []string{"later@example.com"}})
	m := example()
	m.To = []string{"now@example.com", "gone@example.com", "later@example.com"}
	first, err := s.Send(t.Context(), m, m.To)
	var f *Fault
	if !errors.As(err, &f) || !f.Temporary || !Temporary(err) || f.Step != Recipients || !strings.Contains(err.Error(), "gone@example.com: 550 5.1.1 No such user <here>; later@example.com: 451 4.7.1 Greylisted") {
		t.Fatalf("error %v", err)
	}
	if !slices.Equal(first.Accepted, []string{"now@example.com"}) || !slices.Equal(first.Still, []string{"later@example.com"}) ||
		!slices.Equal(first.Refused, []Refusal{{"gone@example.com", 550, "5.1.1 No such user <here>", false}, {"later@example.com", 451, "4.7.1 Greylisted, come back later", true}}) {
		t.Errorf("sent %+v", first)
	}
	second, err := s.Send(t.Context(), m, first.Still)
	if err != nil || !slices.Equal(second.Accepted, first.Still) || len(second.Still)+len(second.Refused) != 0 || second.ID != first.ID || second.SHA256 != first.SHA256 {
		t.Fatalf("%+v (%v)", second, err)
	}
	got := s.mails(t)
	if len(got) != 2 || !slices.Equal(got[0].Envelope.To, []string{"now@example.com"}) || !slices.Equal(got[1].Envelope.To, []string{"later@example.com"}) || got[0].Mail.SHA256 != got[1].Mail.SHA256 {
		t.Errorf("received %+v", got)
	}
	third, err := s.Send(t.Context(), m, []string{"gone@example.com"})
	if err == nil || Temporary(err) || third.Still != nil || !strings.HasSuffix(err.Error(), ": check the addresses") {
		t.Errorf("%+v (%v)", third, err)
	}
	if none, err := s.Send(t.Context(), m, second.Still); err != nil || len(none.Accepted) != 0 || len(s.mails(t)) != 2 {
		t.Errorf("a mail to nobody: %+v (%v)", none, err)
	}
}

// Faults of a real server, each with what another attempt would do.
func TestFaultsOfARealServer(t *testing.T) {
	login := asked{TLS: StartTLS, User: "turnover", Password: "right"}
	for name, c := range map[string]struct {
		asked     asked
		change    func(*pythonServer)
		step      Step
		code      int
		temporary bool
		uncertain bool
		words     string
		mails     int
	}{
		"wrong password": {login, func(s *pythonServer) { s.Password = func() (string, error) { return "wrong", nil } }, LoggingIn, 535, false, false, "check mail: username and password_file", 0},
		"unreadable secret": {login, func(s *pythonServer) {
			s.Password = func() (string, error) { return "", errors.New("open secret: gone") }
		}, LoggingIn, 0, true, false, "open secret: gone", 0},
		"no log-in":              {login, func(s *pythonServer) { s.Password = nil }, Sender, 530, false, false, "530", 0},
		"not encrypted":          {login, func(s *pythonServer) { s.TLS, s.Password = Cleartext, nil }, Sender, 530, false, false, "530", 0},
		"unknown certificate":    {login, func(s *pythonServer) { s.Roots = x509.NewCertPool() }, Encrypting, 0, false, false, "check mail: smtp and tls, and the server's certificate", 0},
		"tls where starttls is":  {login, func(s *pythonServer) { s.TLS = TLS }, Encrypting, 0, false, false, "check mail", 0},
		"no starttls":            {asked{}, func(s *pythonServer) { s.TLS = StartTLS }, Encrypting, 0, false, false, "offers no STARTTLS", 0},
		"a password for nothing": {asked{}, func(s *pythonServer) { s.Password = func() (string, error) { return "x", nil } }, LoggingIn, 0, false, false, "knows no log-in", 0},
		"too large":              {asked{Size: 1000}, nil, Content, 0, false, false, "the server takes 1000", 0},
		"silent":                 {asked{Silent: true}, func(s *pythonServer) { s.Timeout = 300 * time.Millisecond }, Recipients, 0, true, false, "i/o timeout", 0},
		"dropped":                {asked{Drop: true}, nil, Content, 0, true, true, "the server may have taken the mail or not", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := startPython(t, c.asked)
			if c.change != nil {
				c.change(s)
			}
			sent, err := s.Send(t.Context(), example(), example().To)
			var f *Fault
			if !errors.As(err, &f) || f.Step != c.step || f.Code != c.code || f.Temporary != c.temporary || f.Uncertain != c.uncertain || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "wrong") {
				t.Errorf("%+v: %v", f, err)
			}
			if len(sent.Accepted) != 0 || (len(sent.Still) == 3) != c.temporary {
				t.Errorf("sent %+v", sent)
			}
			if got := s.mails(t); len(got) != c.mails {
				t.Errorf("received %+v", got)
			}
		})
	}
}
