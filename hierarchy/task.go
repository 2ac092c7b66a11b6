package hierarchy

// A Task is work of one type on any entity. Unique by name, type and entity:
// several of one type are possible under different names.
type Task struct {
	ID                ID      `json:"id"`
	Name              string  `json:"name"` // "main"
	Description       *string `json:"description"`
	ProjectID         ID      `json:"project_id"`
	TaskTypeID        ID      `json:"task_type_id"`
	TaskStatusID      ID      `json:"task_status_id"`
	EntityID          ID      `json:"entity_id"`
	AssignerID        ID      `json:"assigner_id"`
	Priority          int64   `json:"priority"`
	Difficulty        int64   `json:"difficulty"`
	Duration          float64 `json:"duration"`   // minutes logged, the sum of the time sheets
	Estimation        float64 `json:"estimation"` // minutes
	CompletionRate    int64   `json:"completion_rate"`
	RetakeCount       *int64  `json:"retake_count"`
	SortOrder         int64   `json:"sort_order"`
	StartDate         Time    `json:"start_date"`
	DueDate           Time    `json:"due_date"`
	RealStartDate     Time    `json:"real_start_date"` // first work in progress
	EndDate           Time    `json:"end_date"`        // feedback: submitted for review
	DoneDate          Time    `json:"done_date"`       // approval
	LastCommentDate   Time    `json:"last_comment_date"`
	NbAssetsReady     int64   `json:"nb_assets_ready"`
	NbDrawings        *int64  `json:"nb_drawings"`
	Data              Data    `json:"data"`
	LastPreviewFileID ID      `json:"last_preview_file_id"`
	ShotgunID         *int64  `json:"shotgun_id"`
	Stamps
	// Assignees is filled when a task is read, sorted; it is changed by
	// linking and unlinking Assignments only.
	Assignees []ID `json:"assignees" col:"-"`
}

func (*Task) Table() string { return "tasks" }
func (t *Task) Key() string { return string(t.ID) }

// An Assignment gives a task to a person.
type Assignment struct {
	TaskID   ID `json:"task_id"`
	PersonID ID `json:"person_id"`
}

func (*Assignment) Table() string { return "task_assignees" }
func (l *Assignment) Key() string { return string(l.TaskID) + "/" + string(l.PersonID) }

// A TaskType is a step of the pipeline for one kind of entity.
type TaskType struct {
	ID           ID      `json:"id"`
	Name         string  `json:"name"`
	ShortName    *string `json:"short_name"`
	Description  *string `json:"description"`
	Color        string  `json:"color"`
	Priority     int64   `json:"priority"`
	ForEntity    *string `json:"for_entity"` // Asset, Shot, Sequence, Episode, Edit, Scene, Concept
	AllowTimelog bool    `json:"allow_timelog"`
	Archived     bool    `json:"archived"`
	DepartmentID ID      `json:"department_id"`
	ShotgunID    *int64  `json:"shotgun_id"`
	Stamps
}

func (*TaskType) Table() string { return "task_types" }
func (t *TaskType) Key() string { return string(t.ID) }

// A TaskStatus is where a task stands; its flags drive dates and counters.
type TaskStatus struct {
	ID                ID      `json:"id"`
	Name              string  `json:"name"`
	ShortName         string  `json:"short_name"`
	Description       *string `json:"description"`
	Color             string  `json:"color"`
	Priority          int64   `json:"priority"`
	IsDefault         bool    `json:"is_default"`
	IsWIP             bool    `json:"is_wip"`
	IsFeedbackRequest bool    `json:"is_feedback_request"`
	IsDone            bool    `json:"is_done"`
	IsRetake          bool    `json:"is_retake"`
	IsArtistAllowed   bool    `json:"is_artist_allowed"`
	IsClientAllowed   bool    `json:"is_client_allowed"`
	ForConcept        bool    `json:"for_concept"`
	Archived          bool    `json:"archived"`
	ShotgunID         *int64  `json:"shotgun_id"`
	Stamps
}

func (*TaskStatus) Table() string { return "task_statuses" }
func (s *TaskStatus) Key() string { return string(s.ID) }

// A Comment may change a task's status; its creation is when that happened.
type Comment struct {
	ID           ID     `json:"id"`
	TaskID       ID     `json:"task_id"`
	TaskStatusID ID     `json:"task_status_id"`
	PersonID     ID     `json:"person_id"`
	Text         string `json:"text"`
	Data         Data   `json:"data"`
	Checklist    Data   `json:"checklist"`
	Replies      Data   `json:"replies"`
	Links        Data   `json:"links"`
	Pinned       *bool  `json:"pinned"`
	ForClient    *bool  `json:"for_client"`
	EditorID     ID     `json:"editor_id"`
	Previews     Data   `json:"previews"` // list of preview file ids
	// Acknowledgements lists the ids of those who said that they read it.
	Acknowledgements Data `json:"acknowledgements"`
	Stamps
}

func (*Comment) Table() string { return "comments" }
func (c *Comment) Key() string { return string(c.ID) }

// A TimeSpent is one person's work on one task on one day. Unique by the three.
type TimeSpent struct {
	ID       ID      `json:"id"`
	TaskID   ID      `json:"task_id"`
	PersonID ID      `json:"person_id"`
	Date     Day     `json:"date"`     // the person's own calendar day: never converted
	Duration float64 `json:"duration"` // minutes, over 0
	Stamps
}

func (*TimeSpent) Table() string { return "time_spents" }
func (t *TimeSpent) Key() string { return string(t.ID) }

// A PreviewFile is a revision of a task's picture. Unique by name, task and revision.
type PreviewFile struct {
	ID               ID       `json:"id"`
	Name             *string  `json:"name"`
	OriginalName     *string  `json:"original_name"`
	TaskID           ID       `json:"task_id"`
	PersonID         ID       `json:"person_id"`
	Revision         int64    `json:"revision"`
	Position         int64    `json:"position"`
	Extension        *string  `json:"extension"`
	Status           string   `json:"status"` // processing, ready, broken, missing
	ValidationStatus *string  `json:"validation_status"`
	FileSize         *int64   `json:"file_size"`
	Width            *int64   `json:"width"`
	Height           *int64   `json:"height"`
	Duration         *float64 `json:"duration"` // seconds
	Data             Data     `json:"data"`
	Annotations      Data     `json:"annotations"`
	Stamps
}

func (*PreviewFile) Table() string { return "preview_files" }
func (p *PreviewFile) Key() string { return string(p.ID) }
