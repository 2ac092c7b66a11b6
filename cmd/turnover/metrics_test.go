package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestOperations: the house asks on an address of its own; strangers' words do
// not become labels.
func TestOperations(t *testing.T) {
	p := newProgram(t, "")
	addresses := p.serveWith(2, "--ops", "127.0.0.1:0")
	api, ops := addresses[0], strings.TrimSuffix(addresses[1], "/metrics")
	get := func(url string) (int, string) {
		t.Helper()
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	get(api + "/api/v1/health")
	get(api + "/api/data/projects/123e4567-e89b-12d3-a456-426614174000")
	get(api + "/data/wp-login.php")
	odd, err := http.NewRequest("WP-LOGIN", api+"/api/v1/health", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(odd); err != nil || resp.Body.Close() != nil {
		t.Fatal(err)
	}
	_, said := get(ops + "/metrics")
	for _, want := range []string{
		`turnover_http_requests_total{method="GET",route="/v1/health",status="200"} 1`,
		`turnover_http_requests_total{method="GET",route="/data/projects/{project_id}",status="401"} 1`,
		`turnover_http_requests_total{method="GET",route="none",status="404"} 1`,
		"turnover_build_info{", "process_open_fds", "go_goroutines",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no %s in\n%s", want, said)
		}
	}
	if strings.Contains(strings.ToLower(said), "wp-login") {
		t.Error("a path that a stranger wrote is a label")
	}
	for path, want := range map[string]int{"/live": 200, "/ready": 200, "/other": 404} {
		if got, body := get(ops + path); got != want {
			t.Errorf("%s: %d: %s", path, got, body)
		}
	}
	if status, _ := get(api + "/metrics"); status != 404 {
		t.Errorf("the API shows metrics: %d", status)
	}
}
