package hierarchy

import "fmt"

// Cause is why a change was made.
type Cause string

const (
	Import  Cause = "import"
	Request Cause = "request"
	Load    Cause = "load"
	Undo    Cause = "undo"
)

// An Origin says who changed something, when, why and where it was asked for.
type Origin struct {
	Project ID     // whose revision and history it belongs to; "" for what all productions share
	At      Time   // of the change
	Author  string // person id, e-mail or operating system user
	Cause   Cause
	CauseID string // import id, request id
	Place   string // "cut.edl:31", "casting.xlsx[Ep103!D14]"; "" where there is none
}

// A Ref names one row.
type Ref struct {
	Table string
	Key   string
}

// RefOf gives the name of a row.
func RefOf(n Noun) Ref { return Ref{n.Table(), n.Key()} }

// A FieldChange sets one field. Field is a json name of the noun ("nb_frames")
// or one key of its data ("data.frame_in"). Before is what the change was
// planned upon: a store refuses the change when the row says otherwise.
type FieldChange struct {
	Field         string
	Before, After Value
}

// A Change is one of the closed set below; store.Tx.Apply is the only place
// that writes them.
type Change interface {
	From() Origin
	// Target is the row that the change makes, alters or removes.
	Target() Ref
	sealed()
}

// Create makes a row. A task is created without assignees: link them.
type Create struct {
	Origin
	Row Noun
}

// Update sets fields of a row.
type Update struct {
	Origin
	Ref    Ref
	Fields []FieldChange
}

// Move gives an entity another parent.
type Move struct {
	Origin
	Ref           Ref
	Before, After ID
}

// Omit sets canceled: the entity leaves the cut, nothing is deleted.
type Omit struct {
	Origin
	Ref Ref
}

// Reinstate clears canceled.
type Reinstate struct {
	Origin
	Ref Ref
}

// Link makes a link row: Casting, Assignment, PersonDepartment, ProjectPerson,
// ProjectTaskType, ProjectTaskStatus or ProjectAssetType.
type Link struct {
	Origin
	Row Noun
}

// Unlink removes a link row. Row is as it was, so that it can be linked again.
type Unlink struct {
	Origin
	Row Noun
}

// Delete removes a row for good: the inverse of Create, never made by an
// import. Row is as it was.
type Delete struct {
	Origin
	Row Noun
}

func (o Origin) From() Origin { return o }

func (c Create) Target() Ref    { return RefOf(c.Row) }
func (c Update) Target() Ref    { return c.Ref }
func (c Move) Target() Ref      { return c.Ref }
func (c Omit) Target() Ref      { return c.Ref }
func (c Reinstate) Target() Ref { return c.Ref }
func (c Link) Target() Ref      { return RefOf(c.Row) }
func (c Unlink) Target() Ref    { return RefOf(c.Row) }
func (c Delete) Target() Ref    { return RefOf(c.Row) }

func (Create) sealed()    {}
func (Update) sealed()    {}
func (Move) sealed()      {}
func (Omit) sealed()      {}
func (Reinstate) sealed() {}
func (Link) sealed()      {}
func (Unlink) sealed()    {}
func (Delete) sealed()    {}

// FieldsOf gives the field changes of the changes that alter a row; none for
// those that make or remove one.
func FieldsOf(c Change) []FieldChange {
	switch c := c.(type) {
	case Update:
		return c.Fields
	case Move:
		return []FieldChange{{"parent_id", ValueOf(c.Before), ValueOf(c.After)}}
	case Omit:
		return []FieldChange{{"canceled", "false", "true"}}
	case Reinstate:
		return []FieldChange{{"canceled", "true", "false"}}
	case Create, Link, Unlink, Delete:
		return nil
	}
	panic(fmt.Sprintf("unknown change %T", c))
}

// A StaleError says that a row is not as the change was planned upon.
type StaleError struct {
	Ref           Ref
	Field         string
	Planned, Real Value
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("%s %s: %s was %s when planned and is %s now", e.Ref.Table, e.Ref.Key, e.Field, e.Planned, e.Real)
}

// A HistoryRow is one line of what happened: a field that changed, or, with
// Field "", a row that was made or removed.
type HistoryRow struct {
	Seq           int64 // ascending
	At            Time
	Project       ID
	Author        string
	Cause         Cause
	CauseID       string
	Place         string
	Table         string
	Key           string
	Action        string // create, update, move, omit, reinstate, link, unlink, delete
	Field         string
	Before, After Value // of unlink and delete, Before is the whole row
}
