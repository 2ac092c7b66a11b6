package hierarchy

import (
	"fmt"
	"strings"
	"unicode"
)

// An AssetInstance is one copy of an asset in a scene: the third chair of a room.
// Unique by scene, asset and number. It is apart from the castings: these say how
// many there are, an instance which one it is.
type AssetInstance struct {
	ID          ID      `json:"id"`
	AssetID     ID      `json:"asset_id"`
	SceneID     ID      `json:"scene_id"`
	Name        string  `json:"name"` // chair_0003, unless somebody changed it
	Number      int64   `json:"number"`
	Description *string `json:"description"`
	Active      bool    `json:"active"`
	Data        Data    `json:"data"`
	Stamps
}

func (*AssetInstance) Table() string { return "asset_instances" }
func (i *AssetInstance) Key() string { return string(i.ID) }

// An InstanceCasting says that a shot shows an instance.
type InstanceCasting struct {
	EntityID        ID `json:"entity_id"`
	AssetInstanceID ID `json:"asset_instance_id"`
}

func (*InstanceCasting) Table() string { return "instance_castings" }
func (l *InstanceCasting) Key() string { return string(l.EntityID) + "/" + string(l.AssetInstanceID) }

// InstanceName is what an instance is called at first, as in Kitsu: the asset's
// name as a slug, and the number in four digits.
func InstanceName(asset string, number int64) string {
	return fmt.Sprintf("%s_%04d", Slug(asset), number)
}

// Slug writes a name with letters, digits and "_" alone, so that it can be part
// of a file's or a variable's name. Case stays.
func Slug(name string) string {
	parts := strings.FieldsFunc(name, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	return strings.Join(parts, "_")
}
