package api

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/internal/diag"
	"turnover/pipeline"
	"turnover/plan"
)

// firstPath is where our own routes stand, beside Kitsu's.
const firstPath = "/v1"

// A firstVersion is the first version of our own routes: what Kitsu has not.
// They are described by OpenAPI, which is made of the types below.
type firstVersion struct {
	server *Server
	api    huma.API
	mux    *http.ServeMux
	rights map[string]accounts.Right // by "GET /v1/…"
}

// problemsAreOurs makes the library answer its own refusals in our form; the
// form belongs to the whole process.
var problemsAreOurs = sync.OnceFunc(func() {
	huma.NewError = func(status int, detail string, errs ...error) huma.StatusError {
		p := &problem{Status: status, Title: http.StatusText(status), Detail: detail}
		for _, err := range errs {
			if told, ok := err.(huma.ErrorDetailer); ok {
				p.Errors = append(p.Errors, told.ErrorDetail())
			} else if err != nil {
				p.Errors = append(p.Errors, &huma.ErrorDetail{Message: err.Error()})
			}
		}
		return p
	}
})

func newFirstVersion(s *Server) *firstVersion {
	problemsAreOurs()
	config := huma.DefaultConfig("turnover", s.version)
	config.Info.Description = "Plans, imports, undo, explanations, comparisons of cuts and reports. Log in by POST /auth/login, or use an API key; both go into the header as \"Authorization: Bearer …\"."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = firstPath+"/openapi", "", ""
	config.CreateHooks = nil // no links to schemas in answers
	config.Servers = []*huma.Server{{URL: "/api"}}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}}
	for from, to := range map[reflect.Type]reflect.Type{
		reflect.TypeFor[diag.Diagnostic](): reflect.TypeFor[finding](), reflect.TypeFor[hierarchy.ID](): reflect.TypeFor[wireID](),
		reflect.TypeFor[hierarchy.Value](): reflect.TypeFor[wireValue](),
	} {
		config.Components.Schemas.RegisterTypeAlias(from, to)
	}
	v := &firstVersion{server: s, mux: http.NewServeMux(), rights: map[string]accounts.Right{}}
	v.api = humago.New(v.mux, config)
	v.api.UseMiddleware(v.identify)
	v.mountHealth()
	v.mountPlans()
	v.mountImports()
	v.mountReports()
	allowNull(config.Components.Schemas)
	v.mountPage()
	return v
}

// allowNull lets pointers to objects, and maps, be null in the description, as
// they are written; the library has it for plain values and lists only.
func allowNull(schemas huma.Registry) {
	for name, schema := range schemas.Map() {
		of := schemas.TypeFromRef("#/components/schemas/" + name)
		if of == nil || of.Kind() != reflect.Struct {
			continue
		}
		for _, field := range reflect.VisibleFields(of) {
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			property := schema.Properties[key]
			switch {
			case property == nil:
			case field.Type.Kind() == reflect.Map:
				property.Nullable = true
			case field.Type.Kind() == reflect.Pointer && field.Type.Elem().Kind() == reflect.Struct && property.Ref != "":
				schema.Properties[key] = &huma.Schema{OneOf: []*huma.Schema{{Ref: property.Ref}, {Type: "null"}}, Description: property.Description}
			}
		}
	}
}

// A finding is a diagnostic as it is written.
type finding struct {
	Severity string  `json:"severity" enum:"info,warning,error"`
	Code     string  `json:"code"`
	File     string  `json:"file"`
	Sheet    *string `json:"sheet" nullable:"true"`
	Line     *int    `json:"line" nullable:"true"`
	Column   *int    `json:"column" nullable:"true"`
	Cell     *string `json:"cell" nullable:"true"`
	Summary  string  `json:"summary"`
	Detail   string  `json:"detail"`
}

// A wireID is an id as it is written: null for none.
type wireID string

// Schema is a text or null.
func (wireID) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: "string", Nullable: true} }

// A wireValue is any JSON.
type wireValue string

// Schema allows all.
func (wireValue) Schema(huma.Registry) *huma.Schema { return &huma.Schema{} }

// A problem is an error of our own routes, as RFC 9457 has it, with what the
// contracts add: findings, and the gates that hold a plan.
type problem struct {
	Status      int                 `json:"status"`
	Title       string              `json:"title"`
	Detail      string              `json:"detail"`
	Errors      []*huma.ErrorDetail `json:"errors,omitempty" doc:"what is wrong with the request"`
	Diagnostics diag.List           `json:"diagnostics,omitempty" doc:"what is wrong with the file"`
	Plan        string              `json:"plan,omitempty" doc:"id of the plan that is held"`
	Gates       []plan.Gate         `json:"gates,omitempty" doc:"what holds it"`
}

func (p *problem) Error() string  { return p.Detail }
func (p *problem) GetStatus() int { return p.Status }

// ContentType is that of problems.
func (p *problem) ContentType(string) string { return "application/problem+json" }

func problemf(status int, format string, args ...any) *problem {
	return &problem{Status: status, Title: http.StatusText(status), Detail: fmt.Sprintf(format, args...)}
}

// problemOf turns any error into a problem; what is none of the caller's business
// is logged and says nothing.
func (s *Server) problemOf(err error) error {
	var (
		said  *problem
		kitsu *fault
		usage *pipeline.UsageError
		input *pipeline.InputError
	)
	switch {
	case errors.As(err, &said):
		return said
	case errors.As(err, &input):
		p := problemf(http.StatusUnprocessableEntity, "%s", input.Error())
		p.Diagnostics = input.Found
		return p
	case errors.Is(err, pipeline.ErrHeld), errors.Is(err, plan.ErrStale):
		return problemf(http.StatusConflict, "%v", err)
	case errors.As(err, &usage):
		return problemf(http.StatusBadRequest, "%s", usage.Reason)
	case errors.As(err, &kitsu):
	default:
		kitsu = faultOf(err)
	}
	if kitsu == errMachine {
		s.log.Error().Err(err).Msg("a request failed")
	}
	return problemf(kitsu.status, "%s", kitsu.text())
}

// text is what a fault says to people.
func (f *fault) text() string {
	switch body := f.body.(type) {
	case plainError:
		return body.Message
	case dataError:
		return body.Message
	case tokenError:
		return body.Msg
	case messageError:
		return body.Message
	}
	return http.StatusText(f.status)
}

type callKey struct{}

// identify finds who asks, before anything of the request is looked at.
func (v *firstVersion) identify(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	c := &call{server: v.server, w: w, r: r, query: r.URL.Query(), pipe: v.server.pipeline}
	if right, listed := v.rights[ctx.Operation().Method+" "+ctx.Operation().Path]; listed && right != accounts.Anyone {
		who, err := v.server.authenticate(r, accounts.Access)
		if err != nil {
			var told *problem
			_ = errors.As(v.server.problemOf(err), &told)
			if told.Status == http.StatusUnprocessableEntity {
				told.Status = http.StatusUnauthorized // 422 for a malformed token is what gazu knows
			}
			if told.Status == http.StatusUnauthorized {
				ctx.SetHeader("WWW-Authenticate", "Bearer")
			}
			_ = huma.WriteErr(v.api, ctx, told.Status, told.Detail) // the client is gone
			return
		}
		c.who, c.pipe = who, c.pipe.As(who.person.ID)
	}
	ctx.SetHeader("Cache-Control", "no-store")
	ctx.SetHeader("X-Content-Type-Options", "nosniff")
	next(huma.WithValue(ctx, callKey{}, c))
}

// An OfProject is a request about a production.
type OfProject struct {
	Project string `path:"project" doc:"id or name of the production" minLength:"1" maxLength:"200"`
}

func (p OfProject) production() string { return p.Project }

// enter finds a production by id or name and checks the right to it; what the
// caller may not see is not there.
func (c *call) enter(project string, right accounts.Right) error {
	id, is := canonicalID(project)
	if !is {
		all, err := c.pipe.Projects(c.ctx())
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(p *hierarchy.Project) bool { return p.Name == project })
		if i < 0 {
			return errNotFound
		}
		id = all[i].ID
	}
	var err error
	if c.view, err = c.server.views.Project(c.ctx(), id); err != nil {
		return err
	}
	if !c.standing(nil).Allows(right) {
		return errForbidden
	}
	return nil
}

// on registers a route of ours.
func on[I, O any](v *firstVersion, right accounts.Right, op huma.Operation, serve func(*call, *I) (*O, error)) {
	op.Path = firstPath + op.Path
	op.OperationID = strings.ToLower(op.Method) + strings.NewReplacer("/", "-", "{", "", "}", "").Replace(op.Path)
	op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusServiceUnavailable)
	if right != accounts.Anyone {
		op.Security = []map[string][]string{{"bearer": {}}}
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
	}
	v.rights[op.Method+" "+op.Path] = right
	form := op.RequestBody
	op.RequestBody = nil // or the library would read it
	defer func() {
		if form != nil {
			v.api.OpenAPI().Paths[op.Path].Post.RequestBody = form
		}
	}()
	huma.Register(v.api, op, func(ctx context.Context, in *I) (*O, error) {
		c := ctx.Value(callKey{}).(*call)
		if about, is := any(in).(interface{ production() string }); is {
			if err := c.enter(about.production(), right); err != nil {
				return nil, v.server.problemOf(err)
			}
		}
		out, err := serve(c, in)
		if err != nil {
			return nil, v.server.problemOf(err)
		}
		return out, nil
	})
}

// A body is an answer of one document.
type body[T any] struct{ Body T }

// files describes a form with files for OpenAPI; the form is read by upload.
func files(names ...string) *huma.RequestBody {
	properties := map[string]*huma.Schema{}
	for _, name := range names {
		properties[name] = &huma.Schema{Type: "string", Format: "binary"}
	}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{Type: "object", Properties: properties, Required: names}}}}
}

// mountHealth says that the server runs, and that its database answers.
func (v *firstVersion) mountHealth() {
	type state struct {
		Status  string `json:"status" enum:"ok"`
		Version string `json:"version"`
	}
	on(v, accounts.Anyone, huma.Operation{Method: http.MethodGet, Path: "/health", Summary: "The server runs", Tags: []string{"server"}},
		func(c *call, _ *struct{}) (*body[state], error) {
			return &body[state]{state{"ok", c.server.version}}, nil
		})
	on(v, accounts.Anyone, huma.Operation{Method: http.MethodGet, Path: "/ready", Summary: "The database answers", Tags: []string{"server"}},
		func(c *call, _ *struct{}) (*body[state], error) {
			if _, err := c.pipe.Projects(c.ctx()); err != nil {
				c.server.log.Error().Err(err).Msg("the database does not answer")
				return nil, problemf(http.StatusServiceUnavailable, "The database does not answer.")
			}
			return &body[state]{state{"ok", c.server.version}}, nil
		})
}

// ServeHTTP answers our own routes; a path that is none of them is 404, a wrong
// verb 405.
func (v *firstVersion) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := v.mux.Handler(r); pattern == "" && !v.known(r) {
		v.server.refuse(w, r, errNotFound)
		return
	}
	w.Header().Add("Vary", "Accept-Encoding")
	if !acceptsGzip(r) {
		v.mux.ServeHTTP(w, r)
		return
	}
	zipped := &zipWriter{ResponseWriter: w}
	defer zipped.close()
	v.mux.ServeHTTP(zipped, r)
}

// A zipWriter compresses a body where there is one.
type zipWriter struct {
	http.ResponseWriter
	zip   *gzip.Writer
	begun bool
}

func (z *zipWriter) WriteHeader(status int) {
	if !z.begun && status != http.StatusNoContent {
		z.Header().Set("Content-Encoding", "gzip")
		z.Header().Del("Content-Length")
		z.zip = zips.Get().(*gzip.Writer)
		z.zip.Reset(z.ResponseWriter)
	}
	z.begun = true
	z.ResponseWriter.WriteHeader(status)
}

func (z *zipWriter) Write(p []byte) (int, error) {
	if !z.begun {
		z.WriteHeader(http.StatusOK)
	}
	if z.zip == nil {
		return z.ResponseWriter.Write(p)
	}
	return z.zip.Write(p)
}

func (z *zipWriter) close() {
	if z.zip != nil {
		_ = z.zip.Close() // the client is gone, or it was flushed
		zips.Put(z.zip)
	}
}

// known tells whether a path is served with another verb.
func (v *firstVersion) known(r *http.Request) bool {
	return slices.ContainsFunc([]string{http.MethodGet, http.MethodPost}, func(verb string) bool {
		other := r.Clone(r.Context())
		other.Method = verb
		_, pattern := v.mux.Handler(other)
		return pattern != ""
	})
}

// number reads a whole number that may be absent.
func number(text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return nil, problemf(http.StatusBadRequest, "%q is no whole number", text)
	}
	return &n, nil
}
