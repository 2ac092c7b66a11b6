package accounts

import "slices"

// A Role is what a person may do where nothing else is said.
type Role string

// The roles of Kitsu. An artist's is called user.
const (
	Admin      Role = "admin"
	Manager    Role = "manager"
	Supervisor Role = "supervisor"
	Artist     Role = "user"
	Client     Role = "client"
	Vendor     Role = "vendor"
)

// Roles lists them, from the one that may most.
func Roles() []Role { return []Role{Admin, Manager, Supervisor, Artist, Client, Vendor} }

// Known tells whether there is such a role.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Standing is what rights are decided upon: a person before one production and
// one entity of it.
type Standing struct {
	Role     Role // the person's own
	TeamRole Role // in the production; "" is the person's own
	Member   bool // of the production's team
	Assigned bool // has a task on the entity in question
	Creator  bool // made the entity in question
}

// Effective is the role that counts in the production. An admin stays one.
func (s Standing) Effective() Role {
	if s.Role != Admin && s.TeamRole.Known() {
		return s.TeamRole
	}
	return s.Role
}

// A Right is one of the words below; each route names one.
type Right string

// The words. Those for a production need it; the others are asked of the person.
const (
	Anyone     Right = "anyone"      // no log-in
	Person     Right = "person"      // any log-in
	OnlyAdmin  Right = "admin"       // admins
	InTeam     Right = "team"        // PA: admins and the team
	Manages    Right = "manages"     // PM: admins, and managers of the team
	SeesEntity Right = "sees"        // EA: as InTeam; a vendor needs a task on the entity
	NoVendor   Right = "no vendor"   // PA without vendors
	NoOutsider Right = "no outsider" // PA without vendors and clients
	Removes    Right = "removes"     // PM, or who made the entity and is in the team
)

// Allows tells whether a standing has a right.
func (s Standing) Allows(r Right) bool {
	role := s.Effective()
	admin := s.Role == Admin
	team := admin || s.Member
	switch r {
	case Anyone:
		return true
	case Person:
		return s.Role.Known()
	case OnlyAdmin:
		return admin
	case InTeam:
		return team
	case Manages:
		return admin || s.Member && role == Manager
	case SeesEntity:
		return team && (role != Vendor || s.Assigned)
	case NoVendor:
		return team && role != Vendor
	case NoOutsider:
		return team && role != Vendor && role != Client
	case Removes:
		return s.Allows(Manages) || s.Member && s.Creator
	}
	return false
}
