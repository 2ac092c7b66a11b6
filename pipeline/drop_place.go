package pipeline

import (
	"fmt"
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"

	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/plan"
	"turnover/schedule"
)

// Findings about where a drop lies and what it is made of.
const (
	CodeDropFolder   = "DRP001" // error: the folder in which a list lies is named for no production
	CodeDropDepth    = "DRP002" // error: a list lies too high or too deep in its watch folder
	CodeDropTogether = "DRP003" // error: lists were dropped together that cannot be taken together
	CodeDropConflict = "DRP004" // error: what the list makes has a place that another one has
	CodeDropRefused  = "DRP005" // error: a list was refused when it was dropped, and would not be today
)

// A DropFolder is what the configuration says of the lists of one watch folder.
type DropFolder struct {
	Name    string
	Project string // "" where Below names it
	Episode string // of lists that name none
	Below   string // what the folders in it are named for: "", "{project}", "{episode}", "{project}/{episode}"
	Omit    string // "" is the production's setting
	Casting string // "" is the production's setting
	Hold    bool   // every change waits for a person
}

const projectLevel, episodeLevel = "{project}", "{episode}"

// A dropPlace is what the folders say in which a drop lies.
type dropPlace struct {
	project *hierarchy.Project
	episode string
	decided []plan.Decision
}

// place reads the folders in which a drop lies. A production that they do not
// name rightly is the drop's fault; one that the configuration does not is not.
func (f DropFolder) place(d schedule.Drop, all []*hierarchy.Project) (p dropPlace, err error) {
	var levels []string
	if dir := path.Dir(d.Name()); dir != "." {
		levels = strings.Split(dir, "/")
	}
	at := diag.Place{File: dropFile(d.Files[0].Path)}
	if strings.Contains(f.Below, projectLevel) {
		if len(levels) == 0 {
			return p, refuse(CodeDropDepth, at, "list lies beside the productions' folders", "put it into the folder of its production: %s", list(projectNames(all)))
		}
		if p.project = projectCalled(levels[0], all); p.project == nil {
			return p, refuse(CodeDropFolder, at, "folder is named for no production", "%s", noProject(levels[0], all).Error())
		}
		p.decide("below: "+f.Below, "production %s, as the folder is called", p.project.Name)
		levels = levels[1:]
	} else {
		if p.project = projectCalled(f.Project, all); p.project == nil {
			return p, fmt.Errorf("watch folder %s: %w", f.Name, noProject(f.Project, all))
		}
		p.decide("project: "+f.Project, "production %s", p.project.Name)
	}
	return p, p.below(f, levels, at)
}

// below reads what is left of the path: an episode, in a series, or nothing.
func (p *dropPlace) below(f DropFolder, levels []string, at diag.Place) error {
	p.episode = f.Episode
	if p.episode != "" {
		p.decide("episode: "+f.Episode, "episode %s, where a row names none", p.episode)
	}
	byFolder := strings.Contains(f.Below, episodeLevel)
	switch {
	case f.Below == "":
		return nil
	case byFolder && p.project.Episodic() && len(levels) == 1:
		p.episode = norm.NFC.String(levels[0])
		p.decide("below: "+f.Below, "episode %s, as the folder is called, where a row names none", p.episode)
		return nil
	case byFolder && p.project.Episodic() && len(levels) == 0:
		return refuse(CodeDropDepth, at, "list lies beside the episodes' folders", "put it into the folder of its episode")
	case len(levels) > 0:
		return refuse(CodeDropDepth, at, "list lies too deep", "folders here are named for %s only, and %q is one more: move the list up", f.names(p.project), strings.Join(levels, "/"))
	}
	return nil
}

// names says what the folders are named for, as far as the production has it.
func (f DropFolder) names(project *hierarchy.Project) string {
	switch {
	case project.Episodic():
		return f.Below
	case strings.Contains(f.Below, projectLevel):
		return projectLevel + " (" + project.Name + " has no episodes)"
	}
	return "nothing (" + project.Name + " has no episodes)"
}

func (p *dropPlace) decide(rule, what string, args ...any) {
	p.decided = append(p.decided, plan.Decision{Rule: rule, What: fmt.Sprintf(what, args...)})
}

// projectCalled finds a production by its id or name. A folder's name may be
// stored with its accents apart, and its case may differ where one alone is meant.
func projectCalled(name string, all []*hierarchy.Project) *hierarchy.Project {
	var folded []*hierarchy.Project
	for _, one := range all {
		if string(one.ID) == name || norm.NFC.String(one.Name) == norm.NFC.String(name) {
			return one
		}
		if strings.EqualFold(norm.NFC.String(one.Name), norm.NFC.String(name)) {
			folded = append(folded, one)
		}
	}
	if len(folded) == 1 {
		return folded[0]
	}
	return nil
}

func noProject(name string, all []*hierarchy.Project) error {
	if len(all) == 0 {
		return usage("unknown production %q: the database has none yet", name)
	}
	return unknown("production", name, projectNames(all))
}

func projectNames(all []*hierarchy.Project) []string {
	names := make([]string, 0, len(all))
	for _, one := range all {
		names = append(names, one.Name)
	}
	return names
}

// refuse is a drop's own fault.
func refuse(code string, at diag.Place, summary, detail string, args ...any) error {
	var found diag.List
	found.Add(diag.Error, code, at, summary, detail, args...)
	return &InputError{at.File, found}
}
