package pipeline

import (
	"maps"

	"turnover/importers"
	"turnover/plan"
)

// SourceSettings are what the configuration says of the lists of one source,
// such as a watch folder. What is zero is as the production has it.
type SourceSettings struct {
	Names    []string
	Columns  map[string][]string    // by field, in the place of the production's
	Create   map[string]plan.Policy // by kind, in the place of the production's
	Omit     string
	HoldOver float64
	Casting  string
	Sheets   importers.SheetOptions
}

// of gives the settings of a source's lists.
func (s Settings) of(source string) Settings {
	own, known := s.Sources[source]
	if !known {
		return s
	}
	if len(own.Names) > 0 {
		s.Names = own.Names
	}
	if own.Omit != "" {
		s.Omit = own.Omit
	}
	if own.HoldOver > 0 {
		s.HoldOver = own.HoldOver
	}
	if own.Casting != "" {
		s.Casting = own.Casting
	}
	s.Columns, s.Create = over(own.Columns, s.Columns), over(own.Create, s.Create)
	s.Sheets = own.Sheets.Over(s.Sheets)
	return s
}

func over[V any](own, general map[string]V) map[string]V {
	if len(own) == 0 {
		return general
	}
	out := make(map[string]V, len(own)+len(general))
	maps.Copy(out, general)
	maps.Copy(out, own)
	return out
}
