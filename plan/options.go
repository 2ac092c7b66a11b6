package plan

import (
	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/timecode"
)

// Policy says whether a name that the production does not have may be made.
type Policy string

const (
	Yes  Policy = "yes"
	Warn Policy = "warn" // make it and say so
	Hold Policy = "hold" // make it, but a person must let the plan pass
	No   Policy = "no"   // an error at the row
)

// Options are the production's rules for lists, from configuration and flags.
type Options struct {
	Episode    string        // of a list that does not name one
	FPS        timecode.Rate // of the cut; the project's where zero
	Names      []string      // naming templates, tried in order on clip names, markers and comments
	MatchCase  bool
	Pattern    map[string]string // kind ("shot") → regular expression that new names must match whole
	FirstFrame *int64            // of a shot's used range; nil leaves frame_in/out alone on EDLs
	Handles    int64
	Create     map[string]Policy // "episodes", "sequences", "scenes", "shots", "assets"
	Tasks      []string          // task types of new shots; nil: the project's; empty: none
	NewOnly    bool              `json:",omitempty"` // shots that the production has stay as they are
	// AsKitsu warns where Kitsu takes what is an error otherwise: of several
	// persons of one name the one made last is meant, and a count of frames that
	// contradicts the range is stored beside it.
	AsKitsu  bool       `json:",omitempty"`
	Move     bool       // a new name that stands once elsewhere, and not in the list, is that shot
	Omit     string     // none, listed-sequences, episode, project
	HoldOver float64    // share of omitted active shots in the scope that holds: 0.10
	Cuts     []*CutSide `json:"-"` // revisions that are stored, oldest first; nil: not known, nothing is compared
	Author   string     // who asked; of comments and castings made by the plan
	// Aliases are remembered answers: AliasKey → the name that is meant under
	// the same parent, or the path of an entity ("E01/SQ01/SH0010"). A name's
	// own "/" is written %2F. They come after exact names and before folding.
	Aliases map[string]string `json:",omitempty"`
	// Casting is what an Assets cell does to castings that it does not list:
	// CastMerge ("") leaves them, CastReplace takes them out.
	Casting string `json:",omitempty"`
	// Pending are castings of earlier lists that wait for their assets.
	Pending []Pending `json:",omitempty"`
	// Source names who hands the list over, such as a watch folder; "" for none.
	// Volumes are how many shots its earlier lists named, in any order.
	Source  string `json:",omitempty"`
	Volumes []int  `json:",omitempty"`
	// Touched are fields that a person changed after the last list or load did:
	// entity → field → who. They stay as they are unless Overwrite is set.
	Touched   map[hierarchy.ID]map[string]string `json:",omitempty"`
	Overwrite bool                               `json:",omitempty"`
	// Profile is the remembered layout of the source; nil: none. A list whose
	// columns differ is held.
	Profile *importers.Profile `json:",omitempty"`
	// Ask holds whatever the list changes, for a person to look at.
	Ask bool `json:",omitempty"`
	// Newer names a later version of the list that was handed over before this
	// one; "" for none. What an older one changes is held.
	Newer string `json:",omitempty"`
}

// The scopes in which shots that a list leaves out are omitted.
const (
	OmitNone    = "none"
	OmitListed  = "listed-sequences"
	OmitEpisode = "episode"
	OmitProject = "project"
)

// What an Assets cell does to castings that it does not list.
const (
	CastMerge   = "merge"
	CastReplace = "replace"
)

// DefaultCreate is the creation policy where the configuration says nothing.
func DefaultCreate() map[string]Policy {
	return map[string]Policy{"episodes": Hold, "sequences": Yes, "scenes": Yes, "shots": Yes, "assets": Warn}
}
