package hierarchy

import "strings"

// Kind is what an entity is. Archives keep each kind in a file of its own;
// on Kitsu's wire it follows from the entity type's reserved name.
type Kind string

const (
	Episode  Kind = "Episode"
	Sequence Kind = "Sequence"
	Scene    Kind = "Scene"
	Shot     Kind = "Shot"
	Asset    Kind = "Asset"
)

// Kinds lists the kinds, parents before children.
func Kinds() []Kind { return []Kind{Episode, Sequence, Scene, Shot, Asset} }

// EpisodeStatuses are those that an episode can have.
var EpisodeStatuses = []string{"running", "complete", "standby", "canceled"}

// An Entity is an episode, sequence, scene, shot or asset.
//
// Unique by project, kind, parent and name (assets: project, type and name),
// also where the parent is null. Twin is 0 but for rows of an archive that
// contradict this; they load with 1, 2 … and doctor lists them.
type Entity struct {
	ID               ID      `json:"id"`
	Kind             Kind    `json:"-" col:"kind"`
	Twin             int64   `json:"-" col:"twin"`
	Name             string  `json:"name"`
	Code             *string `json:"code"`
	Description      *string `json:"description"`
	ProjectID        ID      `json:"project_id"`
	EntityTypeID     ID      `json:"entity_type_id"`
	ParentID         ID      `json:"parent_id"` // shot, scene → sequence → episode
	SourceID         ID      `json:"source_id"` // shot → its layout scene; asset → its main episode
	Status           string  `json:"status"`    // of episodes: running, complete, standby, canceled
	Canceled         bool    `json:"canceled"`  // omitted; independent of Status
	NbFrames         *int64  `json:"nb_frames"` // shots
	NbEntitiesOut    *int64  `json:"nb_entities_out"`
	IsCastingStandby bool    `json:"is_casting_standby"`
	IsShared         bool    `json:"is_shared"`
	PreviewFileID    ID      `json:"preview_file_id"`
	ReadyFor         ID      `json:"ready_for"`
	Data             Data    `json:"data"` // custom fields, and frame_in, frame_out, fps, resolution, max_retakes
	CreatedBy        ID      `json:"created_by"`
	ShotgunID        *int64  `json:"shotgun_id"`
	Stamps
}

func (*Entity) Table() string { return "entities" }
func (e *Entity) Key() string { return string(e.ID) }

// Frames is the shot's length, 0 where it is not known.
func (e *Entity) Frames() int64 {
	if e.NbFrames == nil {
		return 0
	}
	return *e.NbFrames
}

// A replacer is dear to make and cheap to use.
var (
	pathParts   = strings.NewReplacer("%", "%25", "/", "%2F")
	unpathParts = strings.NewReplacer("%2F", "/", "%2f", "/", "%25", "%")
)

// PathPart writes a name as one part of a path: "/" becomes "%2F", and "%"
// "%25" so that it can be read back. A missing parent is "-".
func PathPart(name string) string {
	return pathParts.Replace(name)
}

// UnpathPart reads PathPart back.
func UnpathPart(part string) string {
	return unpathParts.Replace(part)
}

// A Casting says that an asset plays in a shot, scene, sequence, episode or
// other asset. Unique by the two entities.
type Casting struct {
	ID           ID      `json:"id"`
	EntityInID   ID      `json:"entity_in_id"`  // who contains: the shot
	EntityOutID  ID      `json:"entity_out_id"` // the asset
	NbOccurences int64   `json:"nb_occurences"` // spelled so on Kitsu's wire
	Label        *string `json:"label"`
	Data         Data    `json:"data"`
	Stamps
}

func (*Casting) Table() string { return "casting_links" }
func (c *Casting) Key() string { return string(c.ID) }

// An EntityType is one of the reserved kinds or a type of assets.
type EntityType struct {
	ID          ID      `json:"id"`
	Name        string  `json:"name"`
	ShortName   *string `json:"short_name"`
	Description *string `json:"description"`
	Archived    bool    `json:"archived"`
	TaskTypes   Data    `json:"task_types"`
	Stamps
}

func (*EntityType) Table() string { return "entity_types" }
func (t *EntityType) Key() string { return string(t.ID) }

// Reserved are entity type names that are no type of assets.
func Reserved(entityType string) bool {
	switch entityType {
	case "Episode", "Sequence", "Scene", "Shot", "Edit", "Concept":
		return true
	}
	return false
}
