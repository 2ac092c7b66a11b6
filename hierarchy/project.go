package hierarchy

import "turnover/internal/timecode"

// TVShow is the only production type that changes rules: it has episodes.
const TVShow = "tvshow"

// A Project is a production.
type Project struct {
	ID                             ID      `json:"id"`
	Name                           string  `json:"name"` // unique
	Code                           *string `json:"code"`
	Description                    *string `json:"description"`
	ProductionType                 *string `json:"production_type"` // free text; "film" is kept as featurefilm
	ProductionStyle                string  `json:"production_style"`
	ProjectStatusID                ID      `json:"project_status_id"`
	FPS                            *string `json:"fps"` // as written; see Rate
	Ratio                          *string `json:"ratio"`
	Resolution                     *string `json:"resolution"`
	StartDate                      Day     `json:"start_date"`
	EndDate                        Day     `json:"end_date"`
	ManDays                        *int64  `json:"man_days"`
	NbEpisodes                     *int64  `json:"nb_episodes"`
	EpisodeSpan                    *int64  `json:"episode_span"`
	MaxRetakes                     *int64  `json:"max_retakes"` // 0 is no cap
	Data                           Data    `json:"data"`
	FileTree                       Data    `json:"file_tree"`
	HasAvatar                      bool    `json:"has_avatar"`
	IsClientsIsolated              bool    `json:"is_clients_isolated"`
	IsClientStatsVisible           *bool   `json:"is_client_stats_visible"`
	IsClientTaskListVisible        *bool   `json:"is_client_task_list_visible"`
	IsClientTaskPanelVisible       *bool   `json:"is_client_task_panel_visible"`
	IsPreviewDownloadAllowed       bool    `json:"is_preview_download_allowed"`
	IsSetPreviewAutomated          bool    `json:"is_set_preview_automated"`
	IsPublishDefaultForArtists     bool    `json:"is_publish_default_for_artists"`
	IsBotCollaborationEnabled      bool    `json:"is_bot_collaboration_enabled"`
	IsSinglePreviewPerRevision     bool    `json:"is_single_preview_per_revision"`
	IsFrameInNumbering             bool    `json:"is_frame_in_numbering"`
	Homepage                       *string `json:"homepage"`
	RevisionPadding                *int64  `json:"revision_padding"`
	HDBitrateCompression           *int64  `json:"hd_bitrate_compression"`
	LDBitrateCompression           *int64  `json:"ld_bitrate_compression"`
	DefaultPreviewBackgroundFileID ID      `json:"default_preview_background_file_id"`
	FromScheduleVersionID          ID      `json:"from_schedule_version_id"`
	ShotgunID                      *int64  `json:"shotgun_id"`
	Stamps
}

func (*Project) Table() string { return "projects" }
func (p *Project) Key() string { return string(p.ID) }

// Episodic tells whether the production has episodes.
func (p *Project) Episodic() bool { return p.ProductionType != nil && *p.ProductionType == TVShow }

// Rate is the production's frame rate; 25 where none is set or it cannot be
// read, as in Kitsu.
func (p *Project) Rate() timecode.Rate {
	if p.FPS != nil {
		if r, err := timecode.ParseRate(*p.FPS); err == nil {
			return r
		}
	}
	return timecode.Rate{Num: 25, Den: 1}
}

// A ProjectStatus is open, closed or a studio's own.
type ProjectStatus struct {
	ID    ID      `json:"id"`
	Name  string  `json:"name"`
	Color *string `json:"color"`
	Stamps
}

func (*ProjectStatus) Table() string { return "project_statuses" }
func (s *ProjectStatus) Key() string { return string(s.ID) }

// A ProjectPerson puts a person in a production's team.
type ProjectPerson struct {
	ProjectID ID      `json:"project_id"`
	PersonID  ID      `json:"person_id"`
	Role      *string `json:"role"` // null: the person's own
	ShotgunID *int64  `json:"shotgun_id"`
}

func (*ProjectPerson) Table() string { return "project_persons" }
func (l *ProjectPerson) Key() string { return string(l.ProjectID) + "/" + string(l.PersonID) }

// A ProjectTaskType enables a task type in a production.
type ProjectTaskType struct {
	ID                   ID     `json:"id"`
	ProjectID            ID     `json:"project_id"`
	TaskTypeID           ID     `json:"task_type_id"`
	Priority             *int64 `json:"priority"`
	IsClientVisible      *bool  `json:"is_client_visible"`
	HDBitrateCompression *int64 `json:"hd_bitrate_compression"`
	LDBitrateCompression *int64 `json:"ld_bitrate_compression"`
	Stamps
}

func (*ProjectTaskType) Table() string { return "project_task_types" }
func (l *ProjectTaskType) Key() string { return string(l.ID) }

// A ProjectTaskStatus enables a task status in a production.
type ProjectTaskStatus struct {
	ID              ID     `json:"id"`
	ProjectID       ID     `json:"project_id"`
	TaskStatusID    ID     `json:"task_status_id"`
	Priority        *int64 `json:"priority"`
	IsClientAllowed *bool  `json:"is_client_allowed"`
	RolesForBoard   Data   `json:"roles_for_board"`
	Stamps
}

func (*ProjectTaskStatus) Table() string { return "project_task_statuses" }
func (l *ProjectTaskStatus) Key() string { return string(l.ID) }

// A ProjectAssetType gives a production a type of assets. One that has none of
// them has all types.
type ProjectAssetType struct {
	ProjectID   ID `json:"project_id"`
	AssetTypeID ID `json:"asset_type_id"`
}

func (*ProjectAssetType) Table() string { return "project_asset_types" }
func (l *ProjectAssetType) Key() string { return string(l.ProjectID) + "/" + string(l.AssetTypeID) }

// A MetadataDescriptor names a custom field of one kind of entity.
type MetadataDescriptor struct {
	ID          ID      `json:"id"`
	ProjectID   ID      `json:"project_id"`
	EntityType  string  `json:"entity_type"` // "Shot", "Sequence", "Episode", "Asset", "Task" …
	TaskTypeID  ID      `json:"task_type_id"`
	Name        string  `json:"name"`
	FieldName   string  `json:"field_name"` // key in the entity's data
	DataType    *string `json:"data_type"`  // string, number, list, taglist, boolean, checklist, date, url, textarea, person
	Choices     Data    `json:"choices"`
	ForClient   *bool   `json:"for_client"`
	Position    *int64  `json:"position"`
	Departments Data    `json:"departments"`
	Stamps
}

func (*MetadataDescriptor) Table() string { return "metadata_descriptors" }
func (d *MetadataDescriptor) Key() string { return string(d.ID) }
