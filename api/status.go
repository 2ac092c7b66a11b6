package api

import (
	"net/http"

	"turnover/internal/accounts"
)

var statusRoutes = []route{
	{http.MethodGet, "/", nowhere, accounts.Anyone, showVersion},
}

// showVersion also answers HEAD, by which clients see whether the host is up.
func showVersion(c *call) (answer, error) {
	var o object
	o.set("api", "turnover")
	o.set("version", c.server.version)
	return ok(o)
}
