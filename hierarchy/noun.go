// Package hierarchy holds the nouns of a production and their rules: project,
// episode, sequence, scene, shot, asset, casting, task, status, person, time
// spent, preview. It does no I/O.
//
// Field names are those of Kitsu's API; the json tag of a field is also its
// column in the databases and its key in archives. A field tagged json:"-"
// has its column in a col tag, or none.
package hierarchy

import "reflect"

// A Noun is a row of one table.
type Noun interface {
	// Table is the noun's table, one of Tables.
	Table() string
	// Key is unique in the table: the id, or the two ids of a link joined by "/".
	Key() string
}

// Stamps are when a row was made and last changed. Zero is null: not every
// archive has them.
type Stamps struct {
	CreatedAt Time `json:"created_at"`
	UpdatedAt Time `json:"updated_at"`
}

// CloneNoun copies a row; what its pointers lead to is shared.
func CloneNoun(n Noun) Noun {
	c := reflect.New(reflect.TypeOf(n).Elem())
	c.Elem().Set(reflect.ValueOf(n).Elem())
	return c.Interface().(Noun)
}

// Tables lists an empty noun of every table, parents before children, so that
// rows inserted in this order find what they refer to.
func Tables() []Noun {
	return []Noun{
		&Studio{}, &Department{}, &Person{}, &PersonDepartment{},
		&EntityType{}, &TaskType{}, &TaskStatus{}, &ProjectStatus{},
		&Project{}, &ProjectPerson{}, &ProjectTaskType{}, &ProjectTaskStatus{}, &ProjectAssetType{}, &MetadataDescriptor{},
		&Entity{}, &Casting{}, &AssetInstance{}, &InstanceCasting{}, &Task{}, &Assignment{}, &Comment{}, &TimeSpent{}, &PreviewFile{},
	}
}
