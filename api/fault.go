package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// A fault is an error that has its answer already.
type fault struct {
	status int
	body   any
	retry  int // seconds after which to try again; 0 says nothing
}

func (f *fault) Error() string { return fmt.Sprintf("%d %s", f.status, http.StatusText(f.status)) }

// The shapes of Kitsu's errors; its client looks at some of the texts.
type (
	// plainError is most of them.
	plainError struct {
		Error   bool   `json:"error"`
		Message string `json:"message"`
	}
	// dataError has what is wrong where, or null.
	dataError struct {
		Error   bool   `json:"error"`
		Message string `json:"message"`
		Data    any    `json:"data"`
	}
	// tokenError is of tokens alone.
	tokenError struct {
		Msg string `json:"msg"`
	}
	// messageError is of conflicts in the generic routes.
	messageError struct {
		Message string `json:"message"`
	}
)

func plain(status int, message string) *fault {
	return &fault{status: status, body: plainError{true, message}}
}

// The texts are Kitsu's where a program may compare them.
var (
	errNotFound = plain(http.StatusNotFound, "404 Not Found: The requested URL was not found on the server. "+
		"If you entered the URL manually please check your spelling and try again.")
	errForbidden = plain(http.StatusForbidden, "You don't have the permission to access the requested resource. "+
		"It is either read-protected or not readable by the server.")
	errWrongVerb   = plain(http.StatusMethodNotAllowed, "405 Method Not Allowed: The method is not allowed for the requested URL.")
	errTooLarge    = plain(http.StatusRequestEntityTooLarge, "413 Request Entity Too Large: The data value transmitted exceeds the capacity limit.")
	errNotJSON     = plain(http.StatusUnsupportedMediaType, "415 Unsupported Media Type: Did not attempt to load JSON data because the request Content-Type was not 'application/json'.")
	errUploads     = &fault{status: http.StatusServiceUnavailable, body: plainError{true, "Other files are being imported. Please try again."}, retry: 2}
	errBusy        = &fault{status: http.StatusServiceUnavailable, body: plainError{true, "The database is busy. Please try again."}, retry: 1}
	errMachine     = plain(http.StatusInternalServerError, "Internal server error.")
	errNoToken     = &fault{status: http.StatusUnauthorized, body: tokenError{`Missing JWT in cookies or headers (Missing cookie "access_token_cookie"; Missing Authorization Header)`}}
	errBadToken    = &fault{status: http.StatusUnprocessableEntity, body: tokenError{"The token is not valid"}}
	errEndedToken  = &fault{status: http.StatusUnauthorized, body: tokenError{"Token has been revoked"}}
	errExpired     = plain(http.StatusUnauthorized, "Signature has expired")
	errNobody      = &fault{status: http.StatusUnauthorized, body: tokenError{"The person of this token may not log in"}}
	errMovedOn     = plain(http.StatusConflict, "The data changed meanwhile. Please read it again.")
	errNotUTF8     = badParameter("The body is not UTF-8")
	errNotAnObject = badParameter("The body is not a JSON object")
)

// badParameter is 400 for a value in the path, the query or a body without
// schema.
func badParameter(format string, args ...any) *fault {
	return &fault{status: http.StatusBadRequest, body: dataError{true, fmt.Sprintf(format, args...), nil}}
}

// faultOf turns any error into an answer. What is none of the caller's business
// says nothing of its cause, which is logged.
func faultOf(err error) *fault {
	var (
		said     *fault
		usage    *pipeline.UsageError
		conflict *pipeline.ConflictError
		input    *pipeline.InputError
		stale    *hierarchy.StaleError
		large    *http.MaxBytesError
	)
	switch {
	case errors.As(err, &said):
		return said
	case errors.Is(err, pipeline.ErrNotFound):
		return errNotFound
	case errors.As(err, &usage):
		return badParameter("%s", usage.Reason)
	case errors.As(err, &input):
		return inputFault(input)
	case errors.As(err, &conflict):
		return &fault{status: http.StatusBadRequest, body: messageError{conflict.Reason}}
	case errors.As(err, &stale):
		return errMovedOn
	case errors.As(err, &large):
		return errTooLarge
	case errors.Is(err, pipeline.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		return errBusy
	}
	return errMachine
}
