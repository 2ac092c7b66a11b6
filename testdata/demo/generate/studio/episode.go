package studio

import (
	"fmt"
	"strings"

	"turnover/hierarchy"
)

func lower(s string) string { return strings.ToLower(s) }

func (m *maker) entity(kind hierarchy.Kind, entityType, name string, parent hierarchy.ID, path ...string) *hierarchy.Entity {
	return &hierarchy.Entity{
		ID: id(append(path, name)...), Kind: kind, Name: name, ProjectID: m.projects[Series], EntityTypeID: m.types[entityType],
		ParentID: parent, Status: "running", Data: hierarchy.Data("{}"), CreatedBy: m.persons["Nora"], Stamps: stamped(founded),
	}
}

var actions = []string{
	"The keeper climbs the stairs.", "A gull lands on the rail.", "The lamp flickers.", "Fog rolls in from the left.", "Close-up of the keeper's hand.",
	"The rope slips.", "Wide shot of the rock at dusk.", "The lamp goes out.", "The keeper looks up.", "A wave breaks against the door.",
}

// episodeOne makes E01: four sequences of ten shots, one of them omitted.
func (m *maker) episodeOne() {
	m.episode = m.entity(hierarchy.Episode, "Episode", "E01", "", "episode")
	m.episode.Description = hierarchy.Ptr("The lamp goes out")
	m.add("episodes", m.episode)
	for i := 1; i <= 4; i++ {
		q := m.entity(hierarchy.Sequence, "Sequence", fmt.Sprintf("SQ%03d", i*10), m.episode.ID, "sequence", "E01")
		m.add("sequences", q)
		for j := 1; j <= 10; j++ {
			s := m.entity(hierarchy.Shot, "Shot", fmt.Sprintf("SH%04d", j*10), q.ID, "shot", "E01", q.Name)
			frames := int64(36 + m.draw(110))
			s.NbFrames = &frames
			s.Description = &actions[m.draw(len(actions))]
			weather := []string{"calm", "fog", "storm", "storm"}[i-1]
			s.Data = hierarchy.Data(fmt.Sprintf(`{"frame_in":1001,"frame_out":%d,"weather":%q}`, 1000+frames, weather))
			s.Canceled = i == 3 && j == 7
			m.shots = append(m.shots, s)
			m.add("shots", s)
		}
	}
}

// assetsAndCasting makes six assets and casts them. What plays in a shot plays
// in its episode, too.
func (m *maker) assetsAndCasting() {
	for _, a := range [][3]string{
		{"Character", "Keeper", "keeps the light"}, {"Character", "Gull", "steals the rope"}, {"Prop", "Lamp", "brass, with a crack"},
		{"Prop", "Rope", "ten metres"}, {"Environment", "Stairs", "ninety steps"}, {"FX", "Fog", "thick"},
	} {
		asset := m.entity(hierarchy.Asset, a[0], a[1], "", "asset", a[0])
		asset.Description = hierarchy.Ptr(a[2])
		m.assets = append(m.assets, asset)
		m.add("assets", asset)
	}
	keeper, gull, lamp, rope, stairs, fog := m.assets[0], m.assets[1], m.assets[2], m.assets[3], m.assets[4], m.assets[5]
	for i, shot := range m.shots {
		if i%2 == 0 {
			m.cast(shot, keeper, 1, "animate")
		}
		switch i % 5 {
		case 0:
			m.cast(shot, stairs, 1, "fixed")
		case 1:
			m.cast(shot, gull, int64(1+i%3), "animate")
		case 2:
			m.cast(shot, lamp, 1, "fixed")
		case 3:
			m.cast(shot, rope, 2, "fixed")
		}
		if i >= 10 && i < 20 {
			m.cast(shot, fog, 1, "fixed")
		}
	}
}

func (m *maker) cast(in, asset *hierarchy.Entity, count int64, label string) {
	if m.castings[in.ID] == nil {
		m.castings[in.ID] = map[hierarchy.ID]bool{}
	}
	if m.castings[in.ID][asset.ID] {
		return
	}
	m.castings[in.ID][asset.ID] = true
	in.NbEntitiesOut = hierarchy.Ptr(int64(len(m.castings[in.ID])))
	m.add("casting_links", &hierarchy.Casting{
		ID: id("casting", string(in.ID), asset.Name), EntityInID: in.ID, EntityOutID: asset.ID, NbOccurences: count, Label: &label, Stamps: stamped(founded),
	})
	if in != m.episode {
		m.cast(m.episode, asset, 1, "fixed")
	}
}
