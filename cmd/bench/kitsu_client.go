package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
)

// The administrator of the measured servers, who is asked as.
const (
	adminEmail    = "admin@example.com"
	adminPassword = "measured-only-here"
)

// A client asks a Kitsu, or turnover as one, over HTTP.
type client struct {
	url, token  string
	productions int // made so far
}

// logIn waits for nothing: the server must answer.
func logIn(ctx context.Context, url string) (*client, error) {
	c := &client{url: url}
	var got struct {
		Token string `json:"access_token"`
	}
	err := c.post(ctx, "/auth/login", map[string]string{"email": adminEmail, "password": adminPassword}, &got)
	c.token = got.Token
	return c, err
}

// ask sends one request and gives the whole answer; an error's answer is an error.
func (c *client) ask(ctx context.Context, method, path, contentType string, body io.Reader) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, body)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = got.Body.Close() }() // only read
	answer, err := io.ReadAll(got.Body)
	if err == nil && got.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s %s: %s: %.300s", method, path, got.Status, answer)
	}
	return answer, err
}

func (c *client) get(ctx context.Context, path string, into any) error {
	answer, err := c.ask(ctx, http.MethodGet, path, "", nil)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, into)
}

func (c *client) post(ctx context.Context, path string, body, into any) error {
	sent, err := json.Marshal(body)
	if err != nil {
		return err
	}
	answer, err := c.ask(ctx, http.MethodPost, path, "application/json", bytes.NewReader(sent))
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, into)
}

// upload sends a file, as a browser's form does.
func (c *client) upload(ctx context.Context, path, file string, words map[string]string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, word := range words {
		if err := form.WriteField(name, word); err != nil {
			return err
		}
	}
	part, err := form.CreateFormFile("file", filepath.Base(file))
	if err != nil {
		return err
	}
	if _, err := part.Write(content); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	_, err = c.ask(ctx, http.MethodPost, path, form.FormDataContentType(), &body)
	return err
}

// production makes a series with four task types for its shots, and gives its id
// and that of its first episode.
func (c *client) production(ctx context.Context) (project, episode string, err error) {
	var made struct {
		ID        string
		Episode   string   `json:"first_episode_id"`
		TaskTypes []string `json:"task_types"`
	}
	c.productions++
	if err := c.post(ctx, "/data/projects", map[string]string{"name": fmt.Sprintf("bench %d", c.productions), "production_type": "tvshow", "fps": "25"}, &made); err != nil {
		return "", "", err
	}
	settings := "/data/projects/" + made.ID + "/settings/task-types"
	for _, id := range made.TaskTypes { // a Kitsu begins without any, turnover with all
		if _, err := c.ask(ctx, http.MethodDelete, settings+"/"+id, "", nil); err != nil {
			return "", "", err
		}
	}
	types, err := c.shotTypes(ctx)
	if err != nil {
		return "", "", err
	}
	for _, name := range importedTasks {
		var got any
		if err := c.post(ctx, settings, map[string]string{"task_type_id": types[name]}, &got); err != nil {
			return "", "", fmt.Errorf("task type %s: %w", name, err)
		}
	}
	return made.ID, made.Episode, nil
}

// shotTypes are the ids of the task types of shots, by name.
func (c *client) shotTypes(ctx context.Context) (map[string]string, error) {
	var all []struct {
		ID, Name string
		For      string `json:"for_entity"`
	}
	if err := c.get(ctx, "/data/task-types", &all); err != nil {
		return nil, err
	}
	ids := map[string]string{}
	for _, t := range all {
		if t.For == "Shot" {
			ids[t.Name] = t.ID
		}
	}
	return ids, nil
}
