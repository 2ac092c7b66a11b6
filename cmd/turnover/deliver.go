package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"turnover/exporters/deliver"
	"turnover/pipeline"
)

// A courier delivers what is made on schedule: into folders, and by the mail
// server of the configuration.
type courier struct{ server deliver.Server }

// courier is the deliverer that the configuration describes.
func (a *app) courier() courier {
	m := a.config.Mail
	c := courier{deliver.Server{Address: m.SMTP, From: m.From, Username: m.Username, TLS: deliver.Security(m.TLS)}}
	if m.PasswordFile != "" {
		file := a.beside(m.PasswordFile)
		c.server.Password = func() (string, error) { return readPassword(file) }
	}
	return c
}

// readPassword reads the mail server's password each time: it may be changed
// while the service runs.
func readPassword(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the mail server's password: %w", err)
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

// ToFolder writes a file into a folder.
func (courier) ToFolder(ctx context.Context, dir, name string, content func(io.Writer) error) (pipeline.Put, error) {
	put, err := deliver.Folder{Path: dir}.Put(ctx, name, content)
	return pipeline.Put{Path: put.Path, SHA256: put.SHA256, Bytes: put.Bytes}, err
}

// ToMail sends a mail to those who have not got it.
func (c courier) ToMail(ctx context.Context, m pipeline.Mail) (pipeline.Sent, error) {
	message := deliver.Message{Key: m.Key, To: m.To, Subject: m.Subject, Date: m.Date}
	message.Text, message.HTML = mailBody(m)
	for _, f := range m.Files {
		if f.Content == nil {
			continue
		}
		message.Attachments = append(message.Attachments, deliver.Attachment{Name: deliver.FileName(f.Name), Type: mediaType(f.Name), Content: f.Content})
	}
	got, err := c.server.Send(ctx, message, m.Rest)
	return sentTo(m.Rest, got, err)
}

// sentTo tells who got a mail, who never will and whether others are left, in
// the words of those that it was to go to.
func sentTo(rest []string, got deliver.Sent, err error) (pipeline.Sent, error) {
	out := pipeline.Sent{ID: got.ID, Refused: map[string]string{}}
	refused := map[string]string{}
	for _, r := range got.Refused {
		if !r.Temporary {
			refused[r.To] = fmt.Sprintf("%d %s", r.Code, r.Reason)
		}
	}
	accepted := map[string]bool{}
	for _, to := range got.Accepted {
		accepted[to] = true
	}
	for _, to := range rest {
		bare, wrong := deliver.Address(to)
		switch why := refused[bare]; {
		case wrong != nil:
		case accepted[bare]:
			out.Reached = append(out.Reached, to)
		case why != "":
			out.Refused[to] = why
		}
	}
	if len(out.Reached)+len(out.Refused) == len(rest) && err != nil && len(got.Refused) > 0 {
		return out, nil // nobody is left to be tried again
	}
	if err != nil && !deliver.Temporary(err) {
		return out, &pipeline.LastingError{Err: err}
	}
	return out, err
}

// mailBody lays a report's mail or a notice out.
func mailBody(m pipeline.Mail) (text, html string) {
	if len(m.Lines) > 0 {
		return deliver.Notice{Subject: m.Subject, Lines: m.Lines, Commands: m.Commands, Key: m.Key}.Body()
	}
	s := deliver.Summary{Title: m.Title, Project: m.Project, Period: m.Period, AsOf: m.AsOf, Zone: m.Zone.String(), Banner: m.Banner,
		Figures: deliver.Figures(m.Answers, m.Previous), Snapshot: m.Snapshot, Key: m.Key}
	for _, f := range m.Files {
		s.Files = append(s.Files, deliver.FileLine{Name: f.Name, Bytes: f.Bytes, SHA256: f.SHA256, Link: f.Link})
	}
	return deliver.Body(s)
}

// mediaTypes are those of reports by the ending of their files.
var mediaTypes = map[string]string{
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".json": "application/json", ".zip": "application/zip", ".txt": "text/plain; charset=utf-8",
}

func mediaType(name string) string {
	return mediaTypes[name[max(0, strings.LastIndexByte(name, '.')):]]
}
