package pipeline

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"

	"turnover/plan"
)

// largestBody is how much JSON a stored plan may unpack to.
const largestBody = 4 << 30

// packPlan gives the form in which a plan is stored: JSON, packed, since paths
// and field names repeat in every line of it.
func packPlan(made *plan.Plan) ([]byte, error) {
	var body bytes.Buffer
	zip, err := gzip.NewWriterLevel(&body, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("store plan: %w", err)
	}
	if err := made.Encode(zip); err != nil {
		return nil, fmt.Errorf("store plan: %w", err)
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("store plan: %w", err)
	}
	return body.Bytes(), nil
}

// unpackPlan reads what packPlan gave, and the plain JSON of older databases.
func unpackPlan(body []byte) (*plan.Plan, error) {
	var from io.Reader = bytes.NewReader(body)
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		zip, err := gzip.NewReader(from)
		if err != nil {
			return nil, fmt.Errorf("read stored plan: %w", err)
		}
		from = io.LimitReader(zip, largestBody)
	}
	var made plan.Plan
	if err := json.NewDecoder(from).Decode(&made); err != nil {
		return nil, fmt.Errorf("read stored plan: %w", err)
	}
	return &made, nil
}
