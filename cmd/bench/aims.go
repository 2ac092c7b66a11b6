package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// reasonsFile says why an aim is not met, as profiling showed: by work and peer.
//
//go:embed reasons.json
var reasonsFile []byte

// A Verdict is an aim with what came of it.
type Verdict struct {
	Aim    string // "10 × pycmx in time"
	Met    bool
	Came   string // "12 ×"
	Reason string // where it is not met
}

func (v Verdict) String() string {
	if v.Met {
		return fmt.Sprintf("aim met: %s: %s", v.Aim, v.Came)
	}
	return strings.TrimSuffix(fmt.Sprintf("aim NOT met: %s: %s; %s", v.Aim, v.Came, v.Reason), "; ")
}

// verdicts hold a row against its aims. An aim whose peer has no ratio has no verdict.
func (r Row) verdicts() (all []Verdict) {
	known, err := records()
	if err != nil {
		return []Verdict{{Aim: err.Error()}}
	}
	for _, a := range r.Aims {
		switch peer, ok := r.peer(a.Of); {
		case r.Failed != "":
		case a.Of == "":
			all = append(all, r.verdict("under "+shown3(a.Under), shown3(r.Ours.Wall.Median), r.Ours.Wall.Median < a.Under, a))
		case known[a.Of].Who != "":
			came := known[a.Of].low().Seconds() / r.Ours.of(Wall)
			all = append(all, r.verdict(fmt.Sprintf("%s %s as recorded", wanted(a.AtLeast), known[a.Of].Who), times(came), came >= a.AtLeast, a))
		case ok && r.Ours.of(a.What) > 0:
			came := peer.of(a.What) / r.Ours.of(a.What)
			all = append(all, r.verdict(fmt.Sprintf("%s %s in %s", wanted(a.AtLeast), a.Of, a.What), times(came), came >= a.AtLeast, a))
		}
	}
	return all
}

func (r Row) verdict(aim, came string, met bool, a Aim) Verdict {
	v := Verdict{Aim: aim, Came: came, Met: met}
	if !met {
		v.Reason = reasonOf(r, a)
	}
	return v
}

// peer finds one whose results agree.
func (r Row) peer(name string) (Score, bool) {
	for _, s := range r.Peers {
		if s.Name == name && s.Unmeasured == "" && s.Disagrees == "" {
			return s, true
		}
	}
	return Score{}, false
}

// wanted writes an aim's ratio: "10 ×" or "within 3 ×".
func wanted(atLeast float64) string {
	switch {
	case atLeast < 1:
		return "within " + strings.TrimSuffix(fmt.Sprintf("%.1f", 1/atLeast), ".0") + " ×"
	case atLeast == 1:
		return "not above"
	}
	return fmt.Sprintf("%.4g ×", atLeast)
}

// reasonOf looks for the reason of a work's name and a peer: "EDL, pycmx, memory".
func reasonOf(r Row, a Aim) string {
	var reasons map[string]string
	if err := json.Unmarshal(reasonsFile, &reasons); err != nil {
		return err.Error()
	}
	for _, key := range []string{r.Name + ", " + r.Size + ", " + a.Of + ", " + string(a.What), r.Name + ", " + a.Of + ", " + string(a.What), r.Name + ", " + string(a.What)} {
		if reason := reasons[key]; reason != "" {
			return reason
		}
	}
	return "no reason is known yet"
}
