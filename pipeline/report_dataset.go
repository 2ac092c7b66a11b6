package pipeline

import (
	"context"
	"errors"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/internal/table"
	"turnover/reports"
)

// A Dataset is a published snapshot that reports are made from without a
// database. What is wrong with it is a diag.List.
type Dataset interface {
	Holds() []PublishedProduction
	// Facts are good as long as the dataset is there.
	Facts(ctx context.Context, production hierarchy.ID) (hierarchy.Facts, error)
	// String names it for people.
	String() string
}

// ReportFrom makes a book of one production of a dataset, the one that Report
// makes of the state that was published, and hands it to use.
func (p *Pipeline) ReportFrom(ctx context.Context, from Dataset, name, project string, q reports.Query, use func(*table.Book) error) error {
	report, err := p.report(name)
	if err != nil {
		return err
	}
	production, err := heldBy(from, project)
	if err != nil {
		return err
	}
	facts, err := from.Facts(ctx, production.ID)
	if err == nil {
		p.shape(&q, facts.Dimensions())
		q.Snapshot = production.Snapshot
		err = p.print(ctx, report, name, facts, q, use)
	}
	var found diag.List
	if errors.As(err, &found) {
		return &InputError{File: from.String(), Found: found}
	}
	return err
}

// heldBy finds a production of a dataset by name or id.
func heldBy(from Dataset, project string) (PublishedProduction, error) {
	var known []string
	all := from.Holds()
	for _, match := range []func(PublishedProduction) bool{
		func(p PublishedProduction) bool { return string(p.ID) == project },
		func(p PublishedProduction) bool { return p.Name == project },
	} {
		if i := slices.IndexFunc(all, match); i >= 0 && project != "" {
			return all[i], nil
		}
	}
	for _, one := range all {
		known = append(known, one.Name)
	}
	if project == "" {
		return PublishedProduction{}, usage("say which project with --project: %s", list(known))
	}
	return PublishedProduction{}, unknown("project", project, known)
}
