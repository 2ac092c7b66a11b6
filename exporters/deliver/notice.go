package deliver

import "turnover/exporters"

// A Notice tells an owner what became of work that needs him: held, rejected,
// failed, late. It is never sent to those whom a report goes to.
type Notice struct {
	Subject  string   // "held: cut_v07.edl of tv"
	Lines    []string // what, where, why
	Commands []string // the way out: "turnover apply 9f2c… --accept REV201"
	Key      string   // of the work
}

// Body writes the notice as plain text and as HTML.
func (n Notice) Body() (text, html string) {
	l := letter{Title: line(n.Subject, 200)}
	for _, one := range n.Lines {
		l.Lines = append(l.Lines, paragraphs(one)...)
	}
	for _, one := range n.Commands {
		l.Commands = append(l.Commands, exporters.Visible(one))
	}
	if n.Key != "" {
		l.Foot = []string{"Sent by turnover for " + line(n.Key, 200) + "."}
	}
	return l.text(), l.html()
}
