package hierarchy

import "strings"

// A Person works on productions; a bot works for a program.
type Person struct {
	ID           ID       `json:"id"`
	FirstName    string   `json:"first_name"`
	LastName     string   `json:"last_name"`
	Email        *string  `json:"email"`
	Phone        *string  `json:"phone"`
	Active       bool     `json:"active"`
	Archived     bool     `json:"archived"`
	Role         *string  `json:"role"` // user, admin, supervisor, manager, client, vendor
	Position     *string  `json:"position"`
	Seniority    *string  `json:"seniority"`
	ContractType *string  `json:"contract_type"`
	Country      *string  `json:"country"`
	DailySalary  *float64 `json:"daily_salary"`
	Timezone     *string  `json:"timezone"`
	Locale       *string  `json:"locale"`
	StudioID     ID       `json:"studio_id"`
	IsBot        bool     `json:"is_bot"`
	HasAvatar    bool     `json:"has_avatar"`
	DesktopLogin *string  `json:"desktop_login"`
	Data         Data     `json:"data"`
	Stamps
}

func (*Person) Table() string { return "persons" }
func (p *Person) Key() string { return string(p.ID) }

// Name is the full name as Kitsu shows it.
func (p *Person) Name() string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// A Department is a craft: animation, layout, compositing.
type Department struct {
	ID       ID      `json:"id"`
	Name     string  `json:"name"`
	Color    *string `json:"color"`
	Archived bool    `json:"archived"`
	Stamps
}

func (*Department) Table() string { return "departments" }
func (d *Department) Key() string { return string(d.ID) }

// A PersonDepartment puts a person in a department; a person may be in several.
type PersonDepartment struct {
	PersonID     ID `json:"person_id"`
	DepartmentID ID `json:"department_id"`
}

func (*PersonDepartment) Table() string { return "person_departments" }
func (l *PersonDepartment) Key() string { return string(l.PersonID) + "/" + string(l.DepartmentID) }

// A Studio is a place of work.
type Studio struct {
	ID       ID      `json:"id"`
	Name     string  `json:"name"`
	Color    *string `json:"color"`
	Archived bool    `json:"archived"`
	Stamps
}

func (*Studio) Table() string { return "studios" }
func (s *Studio) Key() string { return string(s.ID) }
