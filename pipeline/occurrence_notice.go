package pipeline

import (
	"context"
	"fmt"
	"strings"

	"turnover/schedule"
)

// A notice tells the owner of an entry what became of it, once.
type notice struct {
	entry, owner, occurrence string
	about                    string // what tells it from other notices of the occurrence: "held"
	project, subject         string
	lines, commands          []string
}

// tell sends a notice that was not sent yet. Without an owner the log says it.
func (p *Pipeline) tell(ctx context.Context, n notice, by Runner) ([]Delivery, error) {
	p.Log.Warn().Str("entry", n.entry).Str("occurrence", n.occurrence).Str("about", n.about).Bool("told", n.owner != "").Msg(n.subject)
	if n.owner == "" {
		return nil, nil
	}
	d := Delivery{Entry: n.entry, Occurrence: n.occurrence, Kind: NoticeDelivery, To: []string{n.owner}, About: n.about, Reached: []string{}, Refused: map[string]string{}}
	d, err := p.once(ctx, d, by, func(ctx context.Context, d *Delivery) error {
		m := Mail{Key: d.key(), Date: d.Begun, Subject: n.subject, Title: n.subject, Project: n.project, Lines: n.lines, Commands: n.commands}
		return p.sendRest(ctx, m, nil, by, d)
	})
	if err != nil {
		return []Delivery{d}, fmt.Errorf("tell %s: %w", n.owner, err)
	}
	return []Delivery{d}, nil
}

func runAgain(entry string, o schedule.Occurrence) []string {
	return []string{fmt.Sprintf("turnover run %s --at %s", entry, o.Wall)}
}

func (s ScheduledReport) heldNotice(o schedule.Occurrence, run ReportRun) notice {
	return notice{entry: s.Name, owner: s.Owner, occurrence: o.Wall, about: "held", project: run.Project,
		subject: fmt.Sprintf("%s: %s, %s is held", run.Project, s.Name, run.Period),
		lines: []string{run.Banner, "The report was not sent: its entry says that it is held when it is late.",
			"It would have gone to " + s.readers() + ".", "To send it all the same, with the figures of then, run:"},
		commands: runAgain(s.Name, o)}
}

func (s ScheduledReport) refusedNotice(o schedule.Occurrence, run ReportRun, refused []string) notice {
	lines := append([]string{"The report went out, but mail servers refused these readers for good:"}, refused...)
	return notice{entry: s.Name, owner: s.Owner, occurrence: o.Wall, about: "refused", project: run.Project,
		subject: fmt.Sprintf("%s: %s, %s did not reach all", run.Project, s.Name, run.Period),
		lines:   append(lines, "Correct the addresses in the configuration; the report is not sent to them again by itself. The delivery log has more:"), commands: []string{"turnover deliveries --entry " + s.Name}}
}

func (s ScheduledReport) failedNotice(o schedule.Occurrence, got []Delivery, why error) notice {
	lines := []string{"The report failed and is not tried again by itself:", why.Error()}
	for _, d := range got {
		if d.Kind == NoticeDelivery {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %s", strings.Join(d.To, ", "), d.State))
	}
	return notice{entry: s.Name, owner: s.Owner, occurrence: o.Wall, about: "failed", project: s.Project,
		subject: fmt.Sprintf("%s: %s of %s failed", s.Project, s.Name, o.Wall),
		lines:   append(lines, "Nothing was sent in its place. When the reason is mended, run it again; who has got it is left out:"), commands: runAgain(s.Name, o)}
}

// readers names all places for people.
func (s ScheduledReport) readers() string {
	var out []string
	for _, p := range s.Places {
		if p.Folder != "" {
			out = append(out, p.Folder)
		}
		out = append(out, p.Mail...)
	}
	if len(out) == 0 {
		return "nobody"
	}
	return strings.Join(out, ", ")
}
