package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/deliver"
)

// csvFormat writes lists as tables: a column for each field, with a dot for fields
// inside others. No text is run as a formula by a spreadsheet.
var csvFormat = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		p, ok := v.(interface {
			rows() ([]json.RawMessage, error)
		})
		if !ok {
			return json.NewEncoder(w).Encode(v) // an error, which is no table
		}
		rows, err := p.rows()
		if err != nil {
			return err
		}
		table, err := tableOf(rows)
		if err != nil {
			return err
		}
		return deliver.WriteRows(w, "the list", table)
	},
	Unmarshal: func([]byte, any) error { return errors.New("CSV is not read here") },
}

// rows are the things of a page as JSON.
func (p Page[Row]) rows() ([]json.RawMessage, error) {
	all := make([]json.RawMessage, len(p.Items))
	for i, item := range p.Items {
		var err error
		if all[i], err = json.Marshal(item); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// onlyFields leaves of each thing on a page the fields that were asked for.
func onlyFields(ctx huma.Context, _ string, v any) (any, error) {
	wanted := ctx.Query("fields")
	p, ok := v.(interface {
		rows() ([]json.RawMessage, error)
	})
	if wanted == "" || !ok {
		return v, nil
	}
	rows, err := p.rows()
	if err != nil {
		return nil, err
	}
	names := strings.Split(wanted, ",")
	for i, row := range rows {
		if rows[i], err = sparse(row, names); err != nil {
			return nil, err
		}
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	page := Page[json.RawMessage]{}
	if err := json.Unmarshal(data, &page); err != nil {
		return nil, err
	}
	page.Items = rows
	return page, nil
}

// sparse is an object without the fields that are not named; their order stays.
func sparse(object json.RawMessage, names []string) (json.RawMessage, error) {
	fields, err := fieldsOf(object)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteByte('{')
	for _, f := range fields {
		if !slices.Contains(names, f.name) {
			continue
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		name, err := json.Marshal(f.name)
		if err != nil {
			return nil, err
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(f.value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

type field struct {
	name  string
	value json.RawMessage
}

// fieldsOf are the fields of an object in their order.
func fieldsOf(object json.RawMessage) ([]field, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("what is listed is no object")
	}
	var all []field
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		f := field{name: name.(string)}
		if err := d.Decode(&f.value); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// tableOf writes objects as rows below the titles of all their fields.
func tableOf(rows []json.RawMessage) ([][]string, error) {
	var titles []string
	column := map[string]int{}
	cells := make([]map[string]string, len(rows))
	for i, row := range rows {
		cells[i] = map[string]string{}
		if err := flatten("", row, func(name, value string) {
			if _, known := column[name]; !known {
				column[name] = len(titles)
				titles = append(titles, name)
			}
			cells[i][name] = value
		}); err != nil {
			return nil, err
		}
	}
	table := [][]string{titles}
	for _, c := range cells {
		line := make([]string, len(titles))
		for name, value := range c {
			line[column[name]] = value
		}
		table = append(table, line)
	}
	return table, nil
}

// flatten tells every field of an object, those inside others with a dot. Lists
// stay JSON.
func flatten(prefix string, object json.RawMessage, tell func(name, value string)) error {
	fields, err := fieldsOf(object)
	if err != nil {
		return err
	}
	for _, f := range fields {
		switch name := prefix + f.name; {
		case bytes.HasPrefix(f.value, []byte("{")):
			if err := flatten(name+".", f.value, tell); err != nil {
				return err
			}
		case bytes.HasPrefix(f.value, []byte(`"`)):
			var text string
			if err := json.Unmarshal(f.value, &text); err != nil {
				return err
			}
			tell(name, text)
		case string(f.value) == "null":
			tell(name, "")
		default:
			tell(name, string(f.value))
		}
	}
	return nil
}
