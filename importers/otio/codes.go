package otio

// Codes of findings; they never change.
//
//	OTI001 error    the JSON cannot be read
//	OTI002 error    no clip was found in a video track; a warning where all of them are black or disabled
//	OTI003 warning  an object of an unknown kind was left out
//	OTI004 error    an item has no length
//	OTI005 error    a time cannot be
//	OTI006 warning  a time does not fall on a frame of the timeline
//	OTI007 info     sound, black, bars or disabled items were left out
//	OTI008 warning  an effect is not followed
//	OTI009 error    the file is beyond the limits
//	OTI010 error    a naming template cannot be read
//	OTI011 warning  the timeline's rate is not the one that was given
//	OTI012 error    reading took too long
const (
	CodeJSON     = "OTI001"
	CodeNoClip   = "OTI002"
	CodeUnknown  = "OTI003"
	CodeNoLength = "OTI004"
	CodeTime     = "OTI005"
	CodeOffFrame = "OTI006"
	CodeLeftOut  = "OTI007"
	CodeEffect   = "OTI008"
	CodeLimit    = "OTI009"
	CodeTemplate = "OTI010"
	CodeRate     = "OTI011"
	CodeTooSlow  = "OTI012"
)
