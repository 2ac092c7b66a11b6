package api

import (
	"bytes"
	"html/template"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// descriptionPage is the description of /api/v1 for people: one page without scripts, so that it needs
// nothing from elsewhere.
var descriptionPage = template.Must(template.New("description").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>turnover {{.Info.Version}}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}code{background:#8882;padding:.1em .3em}h2{border-top:1px solid #8884;padding-top:1em}td{vertical-align:top;padding:.1em 1em .1em 0}</style>
<h1>turnover {{.Info.Version}}</h1>
<p>{{.Info.Description}}</p>
<p>For programs: <a href="openapi.json">openapi.json</a>, <a href="openapi.yaml">openapi.yaml</a> (OpenAPI {{.Version}}).</p>
{{range .Operations}}<h2>{{.Summary}}</h2>
<p><code>{{.Method}} {{.Path}}</code>{{if not .Security}} (without log-in){{end}}</p>
{{if .Description}}<p>{{.Description}}</p>{{end}}{{if .RequestBody}}<p>Body: a form (multipart/form-data) with the file.</p>{{end}}
{{if .Parameters}}<table>{{range .Parameters}}<tr><td><code>{{.Name}}</code></td><td>{{.In}}{{if .Required}}, required{{end}}</td><td>{{.Description}}{{with .Schema}}{{if .Enum}} One of{{range .Enum}} <code>{{.}}</code>{{end}}.{{end}}{{end}}</td></tr>{{end}}</table>{{end}}
{{end}}</html>
`))

// mountPage renders the page once: the routes do not change while it runs.
func (v *firstVersion) mountPage() {
	description := v.api.OpenAPI()
	var operations []*huma.Operation
	for _, path := range slices.Sorted(maps.Keys(description.Paths)) {
		item := description.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post} {
			if op != nil {
				operations = append(operations, op)
			}
		}
	}
	var b bytes.Buffer
	err := descriptionPage.Execute(&b, struct {
		Info       *huma.Info
		Version    string
		Operations []*huma.Operation
	}{description.Info, description.OpenAPI, operations})
	v.mux.HandleFunc("GET "+firstPath+"/docs", func(w http.ResponseWriter, r *http.Request) {
		if err != nil {
			v.server.refuse(w, r, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		h.Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(b.Bytes()) // the client is gone
	})
}
