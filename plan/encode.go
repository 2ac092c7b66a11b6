package plan

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// noChanges is how a plan without its changes says so. In a text of JSON the
// quotes would be escaped, so that it stands once.
const noChanges = `"changes":null`

// Encode writes the plan as one line of JSON, change by change: a plan of a
// hundred thousand shots is never one text in memory.
func (p *Plan) Encode(w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	if err := p.encode(out); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return nil
}

func (p *Plan) encode(out *bufio.Writer) error {
	frame := *p
	frame.Changes = nil
	var whole, text bytes.Buffer
	if err := compact(&whole).Encode(frame); err != nil {
		return err
	}
	before, after, _ := bytes.Cut(whole.Bytes(), []byte(noChanges))
	_, _ = out.Write(before) // a bufio.Writer keeps its first error for Flush
	_, _ = out.WriteString(`"changes":[`)
	enc := compact(&text)
	for i := range p.Changes {
		text.Reset()
		if err := enc.Encode(&p.Changes[i]); err != nil {
			return fmt.Errorf("change of %q: %w", p.Changes[i].Path, err)
		}
		if i > 0 {
			_ = out.WriteByte(',')
		}
		_, _ = out.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
	}
	_ = out.WriteByte(']')
	_, _ = out.Write(after)
	return nil
}

// compact encodes without escapes for HTML.
func compact(w io.Writer) *json.Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc
}
