package importers

// fieldWords are the titles of a field, folded, best first: where two columns
// could be the field, the earlier word wins.
type fieldWords struct {
	field string
	words []string
}

var (
	projectWords     = fieldWords{"project", []string{"project", "projectname", "production", "projet", "projekt", "show"}}
	episodeWords     = fieldWords{"episode", []string{"episode", "episodename", "episodecode", "ep", "eps", "epcode", "sequenceepisode", "folge", "episodio"}}
	sequenceWords    = fieldWords{"sequence", []string{"sequence", "seq", "sq", "sequencename", "sequencecode", "seqname", "seqcode", "sqcode", "seqid", "sqid", "sequenz", "sqname", "secuencia", "sequenza"}}
	sceneWords       = fieldWords{"scene", []string{"scene", "scenename", "scenecode", "sourcescene", "szene", "scenes", "escena", "scena"}}
	shotWords        = fieldWords{"shot", []string{"shotname", "shotcode", "nomduplan", "shot", "shotid", "plan", "einstellung", "name", "nom", "shotnumber", "shotno", "shots", "code", "plans", "nplan", "noplan", "numeroplan", "numeroduplan", "plano", "inquadratura"}}
	descriptionWords = fieldWords{"description", []string{"description", "shotdescription", "desc", "action", "beschreibung", "descriptif", "actionnotes"}}
	idWords          = fieldWords{"id", []string{"id", "shotuuid", "uuid", "entityid"}}

	// shotListWords are the titles of a list of shots.
	shotListWords = []fieldWords{
		projectWords, episodeWords, sequenceWords, sceneWords, shotWords, descriptionWords, idWords,
		{"nb_frames", []string{"nbframes", "frames", "framecount", "numberofframes", "numframes", "nframes", "durationframes", "durframes", "frameduration",
			"cutduration", "images", "nbimages", "nombredimages", "dureeimages", "dureeenimages", "bilder", "anzahlframes", "anzahlbilder", "dauerframes", "framesnb", "framestotal", "framescount", "imagesnb", "imagestotal", "fotogramas", "fotogrammi", "length", "dur"}},
		{"frame_in", []string{"framein", "in", "cutin", "firstframe", "startframe", "framestart", "imagedebut", "debut", "imagein", "headin"}},
		{"frame_out", []string{"frameout", "out", "cutout", "lastframe", "endframe", "frameend", "imagefin", "fin", "imageout", "tailout"}},
		{"fps", []string{"fps", "framerate", "rate", "ips", "imagesparseconde", "bildrate"}},
		{"omitted", []string{"omitted", "omit", "omis", "canceled", "cancelled", "annule", "supprime", "entfallt", "gestrichen", "isomitted"}},
		{"assets", []string{"assets", "casting", "cast", "assetcasting", "breakdown", "castingassets"}},
		{"resolution", []string{"resolution", "aufloesung", "auflosung"}},
		{"timecode_duration", []string{"editdur", "durationtc", "tcduration", "durtc", "duration", "duree", "dauer", "editduration"}},
		{"seconds_duration", []string{"durees", "dureesec", "dureesecondes", "durations", "durationsec", "durationseconds", "durationinseconds", "dauers", "dauersek", "secs", "seconds", "secondes", "sekunden"}},
	}

	// castingWords are the titles of a casting list; parent and name are
	// Kitsu's.
	castingWords = []fieldWords{
		projectWords, episodeWords,
		{"sequence", append([]string{"parent"}, sequenceWords.words...)},
		sceneWords,
		shotWords,
		{"asset_type", []string{"assettype", "typedasset", "assettypename", "assettyp", "type"}},
		{"asset", []string{"asset", "assetname", "nomdelasset"}},
		{"occurrences", []string{"occurences", "occurrences", "nboccurences", "nboccurrences", "count", "nb", "quantity", "nombre", "anzahl"}},
		{"label", []string{"label", "etiquette"}},
		{"id", []string{"id", "entityid", "shotuuid"}},
	}

	// assetListWords are the titles of a list of assets; type and name are
	// Kitsu's.
	assetListWords = []fieldWords{
		projectWords, episodeWords, descriptionWords,
		{"asset_type", []string{"type", "assettype", "assettypename", "typedasset", "assettyp"}},
		{"asset", []string{"name", "asset", "assetname", "nom", "nomdelasset"}},
		{"resolution", []string{"resolution", "aufloesung", "auflosung"}},
	}

	taskTypeWords = fieldWords{"task_type", []string{"tasktype", "typedetache", "aufgabentyp", "tasktypename"}}

	// taskListWords are the titles of a list of tasks.
	taskListWords = []fieldWords{
		projectWords, episodeWords, sequenceWords, taskTypeWords,
		{"entity_type", []string{"entitytype", "entitytypename", "typedentite"}},
		{"entity", []string{"entity", "entityname", "entite"}},
		{"shot", []string{"shot", "shotname", "shotcode", "plan"}},
		{"task_name", []string{"taskname", "task"}},
		{"status", []string{"taskstatus", "status", "statut"}},
		{"assignees", []string{"assignees", "assignee", "assignations", "assignedto", "assignes"}},
		{"estimation", []string{"estimation", "estimate", "bid", "estimationdays"}},
		{"start_date", []string{"startdate", "start", "datededebut", "startdatum"}},
		{"due_date", []string{"duedate", "due", "deadline", "datedecheance", "echeance"}},
		{"priority", []string{"priority", "priorite", "prioritat"}},
		{"difficulty", []string{"difficulty", "difficulte"}},
		{"comment", []string{"comment", "comments", "commentaire", "kommentar"}},
		{"id", []string{"id", "taskid"}},
	}

	// timesheetWords are the titles of a time sheet. Durations are minutes
	// unless the word says hours.
	timesheetWords = []fieldWords{
		projectWords, episodeWords, sequenceWords, taskTypeWords,
		{"person", []string{"person", "personname", "user", "artist", "name", "personne", "artiste", "email"}},
		{"entity_type", []string{"entitytypename", "entitytype", "typedentite"}},
		{"entity", []string{"entity", "entityname", "entite"}},
		{"shot", []string{"shot", "shotname", "shotcode", "plan"}},
		{"task_name", []string{"taskname", "task"}},
		{"date", []string{"date", "day", "jour", "datum", "tag"}},
		{"duration", []string{"timespent", "durationminutes", "minutes", "durationhours", "hours", "heures", "stunden", "duration", "duree", "dauer", "timespentminutes", "timespenthours"}},
		{"comment", []string{"comment", "comments", "commentaire", "kommentar"}},
		{"id", []string{"id", "timespentid"}},
	}
)

// wordsOf gives the titles of a kind of list.
func wordsOf(kind Kind) []fieldWords {
	switch kind {
	case Casting:
		return castingWords
	case Tasks:
		return taskListWords
	case Timesheet:
		return timesheetWords
	case Assets:
		return assetListWords
	}
	return shotListWords
}

// needed are the fields without which a kind of list says nothing. Each group
// needs one of its fields.
func needed(kind Kind) [][]string {
	switch kind {
	case Casting:
		return [][]string{{"asset"}, {"shot", "sequence", "scene", "episode"}}
	case Tasks:
		return [][]string{{"task_type"}, {"entity", "shot", "id"}}
	case Timesheet:
		return [][]string{{"person"}, {"date"}, {"duration"}, {"task_type"}}
	case Assets:
		return [][]string{{"asset"}, {"asset_type"}}
	}
	return [][]string{{"shot"}}
}

var totalWords = map[string]bool{"total": true, "totals": true, "subtotal": true, "grandtotal": true, "soustotal": true, "totalgeneral": true,
	"totaux": true, "summe": true, "zwischensumme": true, "gesamt": true, "gesamtsumme": true, "sum": true, "totalframes": true, "totalshots": true}

// The titles of the two columns that our receipts add to a list, folded. The
// second may go on with what came of the list.
const (
	receiptVerdict = "turnover"
	receiptWhy     = "turnoverwhy"
)
