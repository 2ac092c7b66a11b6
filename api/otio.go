package api

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
	"turnover/plan"
)

var otioRoutes = []route{
	{http.MethodPost, "/import/otio/projects/{project_id}", inProject, accounts.Manages, importCut},
	{http.MethodPost, "/import/otio/projects/{project_id}/episodes/{episode_id}", inProject, accounts.Manages, importCut},
}

// importCut takes an EDL or OpenTimelineIO file in one transaction and says
// which shots are new and which were there.
func importCut(c *call) (answer, error) {
	got, done, err := c.upload()
	if err != nil {
		return answer{}, err
	}
	defer done()
	opts, err := c.cutOptions(got)
	if err != nil {
		return answer{}, err
	}
	made, _, err := c.pipe.ApplyFile(c.ctx(), got.file, string(c.view.Project.ID), opts, pipeline.Acceptance{All: true})
	if err != nil {
		return answer{}, err
	}
	view, err := c.server.views.Project(c.ctx(), c.view.Project.ID)
	if err != nil {
		return answer{}, err
	}
	return created(cutObject(view, made))
}

// cutOptions reads the naming convention and the episode.
func (c *call) cutOptions(got upload) (pipeline.Options, error) {
	opts := pipeline.Options{Kind: pipeline.ShotLists, Overwrite: true}
	if word := got.words["match_case"]; word != "" {
		opts.MatchCase = hierarchy.Ptr(!strings.EqualFold(word, "false") && word != "0")
	} else {
		opts.MatchCase = hierarchy.Ptr(true)
	}
	if text := c.r.PathValue("episode_id"); text != "" {
		id, _ := canonicalID(text)
		episode := c.view.Entity(id)
		if episode == nil || episode.Kind != hierarchy.Episode {
			return opts, errNotFound
		}
		opts.Episode = episode.Name
	} else if c.view.Project.Episodic() {
		return opts, badParameter("A series needs an episode: send the file to .../projects/{id}/episodes/{episode_id}.")
	}
	convention := got.words["naming_convention"]
	if convention == "" {
		convention = "${project_name}_${sequence_name}-${shot_name}"
		if opts.Episode != "" {
			convention = "${project_name}_${episode_name}-${sequence_name}-${shot_name}"
		}
	}
	var err error
	opts.Names, err = templatesOf(convention)
	return opts, err
}

var conventionPart = regexp.MustCompile(`\$\{(\w+)\}|\$([A-Za-z_]\w*)`)

// conventionParts are Kitsu's variables as those of our naming templates. The
// episode is that of the route, whatever the clips call it.
var conventionParts = map[string]string{"project_name": "{project}", "episode_name": "{*}", "sequence_name": "{sequence}", "shot_name": "{shot}"}

// templatesOf turns Kitsu's naming convention into naming templates. What stands
// between the variables is taken as it is written: Kitsu takes it for a regular
// expression. As there, what follows behind a space is no part of the name
// ("SQ1_SH1 (LAY3)").
func templatesOf(convention string) ([]string, error) {
	unknown := ""
	text := conventionPart.ReplaceAllStringFunc(convention, func(v string) string {
		name := strings.Trim(v, "${}")
		if conventionParts[name] == "" {
			unknown = name
		}
		return conventionParts[name]
	})
	if unknown != "" {
		return nil, badParameter("The naming convention has an unknown variable %q: there are project_name, episode_name, sequence_name and shot_name.", unknown)
	}
	if !strings.Contains(text, "{shot}") {
		return nil, badParameter("The naming convention %q has no ${shot_name}.", convention)
	}
	return []string{text + " {*}", text}, nil
}

// cutObject lists the shots of a cut in its order: new ones, and the others.
func cutObject(v *pipeline.View, made *plan.Plan) (o object) {
	isNew, byPath := map[string]bool{}, map[string]*hierarchy.Entity{}
	for _, c := range made.Changes {
		if c.Entity == "shot" && c.Action == plan.Create {
			isNew[c.Path] = true
		}
	}
	for _, e := range v.OfKind(hierarchy.Shot) {
		byPath[v.Path(e)] = e
	}
	fresh, others := []object{}, []object{}
	for _, path := range shotsOfCuts(slices.Concat(made.Standing, made.Cuts)) {
		switch e := byPath[path]; {
		case e == nil:
		case isNew[path]:
			fresh = append(fresh, entityObject(e, string(e.Kind)))
		default:
			others = append(others, entityObject(e, "Entity"))
		}
	}
	o.set("created_shots", fresh)
	o.set("updated_shots", others)
	return o
}

func shotsOfCuts(cuts []plan.Cut) (paths []string) {
	for _, cut := range cuts {
		var uses []plan.Occurrence
		if json.Unmarshal(cut.Occurrences, &uses) != nil {
			continue // the plan wrote it
		}
		for _, use := range uses {
			if use.Shot != nil && !slices.Contains(paths, *use.Shot) {
				paths = append(paths, *use.Shot)
			}
		}
	}
	return paths
}
