package plan

// The codes of findings (PLN0xx) and gates (PLN1xx). A code never changes its
// meaning; docs/diagnostics.md is made of the table below.
const (
	NoEpisode        = "PLN001"
	FilmEpisode      = "PLN002"
	OtherProject     = "PLN003"
	NoSequence       = "PLN004"
	NoName           = "PLN005"
	Ambiguous        = "PLN006"
	Unknown          = "PLN007"
	UnknownID        = "PLN008"
	Taken            = "PLN009"
	Folded           = "PLN010"
	NearMiss         = "PLN011"
	Made             = "PLN012"
	Elsewhere        = "PLN013"
	BadName          = "PLN014"
	BadOption        = "PLN015"
	FramesDiffer     = "PLN020"
	OutBeforeIn      = "PLN021"
	BadFrames        = "PLN022"
	BadRate          = "PLN023"
	StoredFrames     = "PLN024"
	Repeated         = "PLN025"
	Twice            = "PLN026"
	TwiceDiffers     = "PLN027"
	BadField         = "PLN030"
	UnknownPerson    = "PLN031"
	AmbiguousPerson  = "PLN032"
	UnknownStatus    = "PLN033"
	UnknownTaskType  = "PLN034"
	SeveralTasks     = "PLN035"
	RetakeCap        = "PLN036"
	CommentLeft      = "PLN037"
	NoDefaultStatus  = "PLN038"
	BadTaskValue     = "PLN039"
	UnknownAsset     = "PLN040"
	AmbiguousAsset   = "PLN041"
	UnknownAssetType = "PLN042"
	BadOccurrences   = "PLN043"
	UnknownTarget    = "PLN044"
	AssetTwice       = "PLN045"
	Unmatched        = "PLN050"
	NoneMatched      = "PLN051"
	RuleFired        = "PLN052"
	StillOmitted     = "PLN060"
	BadDuration      = "PLN070"
	LongDay          = "PLN071"
	BadDate          = "PLN072"
	DayTwice         = "PLN073"
	UnknownTask      = "PLN074"
	NotKept          = "PLN075"
	NeedsRescan      = "PLN080"
	LostMarker       = "PLN081"
	OtherRate        = "PLN082"
	Damaged          = "PLN090"
	AliasUsed        = "PLN091"
	AliasLost        = "PLN092"
	HeaderChanged    = "PLN093"
	CastingWaits     = "PLN094"
	StillWaits       = "PLN095"
	KeptOfPerson     = "PLN096"

	GateOmission = "PLN101"
	GateCreate   = "PLN102"
	GateNear     = "PLN103"
	GatePattern  = "PLN104"
	GateClosed   = "PLN105"
	GateRepaired = "PLN106"
	GateVolume   = "PLN107"
	GateNames    = "PLN108"
	GateHeader   = "PLN109"
	GateAsked    = "PLN110"
	GateOlder    = "PLN111"
)

// A Code is one line of the table of diagnostics.
type Code struct{ Code, Summary string }

// Codes lists every code of this package with its summary, in order.
func Codes() []Code {
	return []Code{
		{NoEpisode, "a row of a series names no episode"},
		{FilmEpisode, "a row of a film names an episode"},
		{OtherProject, "the row belongs to another production"},
		{NoSequence, "the row names no sequence"},
		{NoName, "the row names nothing"},
		{Ambiguous, "the name fits more than one"},
		{Unknown, "the name is not in the production and may not be made"},
		{UnknownID, "the id is not one of this production's shots"},
		{Taken, "the shot cannot move to a name that another one has"},
		{Folded, "the name was matched although it is written differently"},
		{NearMiss, "a new name nearly fits one that exists"},
		{Made, "a name is made that the production did not have"},
		{Elsewhere, "a new shot has the name of one elsewhere"},
		{BadName, "the name cannot be one"},
		{BadOption, "a setting cannot be used"},
		{FramesDiffer, "the frame count contradicts the frame range"},
		{OutBeforeIn, "the frame range ends before it starts"},
		{BadFrames, "the number of frames cannot be"},
		{BadRate, "the frame rate cannot be read"},
		{StoredFrames, "the frames contradict each other, as they already do in the production"},
		{Repeated, "a shot stands more than once in the cut"},
		{Twice, "a row says the same as one before"},
		{TwiceDiffers, "a row contradicts one before about the same thing"},
		{BadField, "the value does not fit its field"},
		{UnknownPerson, "the person is not known"},
		{AmbiguousPerson, "the name fits several persons"},
		{UnknownStatus, "the task status is not known"},
		{UnknownTaskType, "the task type is not one of the production's"},
		{SeveralTasks, "the task type has several tasks here"},
		{RetakeCap, "no more retakes are allowed"},
		{CommentLeft, "a comment without a change of status is not applied"},
		{NoDefaultStatus, "the production has no default status for new tasks"},
		{BadTaskValue, "the value does not fit the task's field"},
		{UnknownAsset, "the asset is not in the production"},
		{AmbiguousAsset, "the name fits several assets"},
		{UnknownAssetType, "the asset type is not known"},
		{BadOccurrences, "the number of occurrences cannot be"},
		{UnknownTarget, "what the row is about is not in the production"},
		{AssetTwice, "an asset is cast twice in the same place"},
		{Unmatched, "no naming template fits the event"},
		{NoneMatched, "no naming template fits any event"},
		{RuleFired, "how the shot names were found"},
		{StillOmitted, "the list names an omitted shot without reinstating it"},
		{BadDuration, "the time logged cannot be"},
		{LongDay, "a person has more than 24 hours in a day"},
		{BadDate, "the day cannot be read"},
		{DayTwice, "the same person, task and day stand twice"},
		{UnknownTask, "the task is not in the production"},
		{NotKept, "this kind of entity is not kept"},
		{NeedsRescan, "the cut reaches outside what was turned over"},
		{LostMarker, "a shot's picture is still in the cut, without the shot's name"},
		{OtherRate, "the cut counts at another rate than the one before"},
		{Damaged, "a spreadsheet program may have rewritten the name"},
		{AliasUsed, "a remembered alias was used"},
		{AliasLost, "a remembered alias leads to nothing"},
		{HeaderChanged, "the columns of the source have changed"},
		{CastingWaits, "a casting waits for its asset"},
		{StillWaits, "a casting of an earlier list still waits"},
		{KeptOfPerson, "a person changed the field since the last list, and it stays"},
		{GateOmission, "many shots would be omitted"},
		{GateCreate, "names would be made that a person must allow"},
		{GateNear, "new names nearly fit existing ones"},
		{GatePattern, "new names do not follow the production's pattern"},
		{GateClosed, "an episode that is complete or canceled would change"},
		{GateRepaired, "new names look as if a spreadsheet had rewritten them"},
		{GateVolume, "the list names far more or fewer shots than usual"},
		{GateNames, "events without a shot name"},
		{GateHeader, "columns that the source had before are named otherwise"},
		{GateAsked, "every change of these lists waits for a person"},
		{GateOlder, "a newer version of the list was handed over before"},
	}
}

func summaryOf(code string) string {
	for _, c := range Codes() {
		if c.Code == code {
			return c.Summary
		}
	}
	return ""
}
