package receipt

// Findings about the annotated copy itself.
const (
	CodeNoCopy = "RCP001" // info: the file itself could not be marked
)
