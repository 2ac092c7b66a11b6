package api

import (
	"turnover/hierarchy"
)

// personObject is a person as Kitsu writes one. The pay is for those who may see
// it, and is left out for all others.
func personObject(p *hierarchy.Person, departments []hierarchy.ID) object {
	var o object
	o.fields(p, "daily_salary")
	o.set("full_name", p.Name())
	o.set("departments", departments)
	o.set("type", "Person")
	return o
}
