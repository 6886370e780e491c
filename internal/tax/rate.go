package tax

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed rates/*.csv
var rateFiles embed.FS

// ofCategory names a row of rates: the country, or the country and province,
// and the category.
type ofCategory struct{ place, category string }

type datedRate struct {
	from    billing.Day
	percent money.Decimal
}

// rates holds the files of the folder rates, oldest first within a row.
var rates = mustReadRates(rateFiles)

// rateOf returns the percent that a country charges in a category, standard or
// reduced, on a day: 19 for 19 %. It is false where no such rate is known for
// the day. The country is an ISO 3166 code such as DE; EL, XI, UK, MC, IM and
// LI are taken for the country whose tax they share. A province of Canada is
// CA-ON: its HST, or the QST of CA-QC. Of several reduced rates it is the one
// called so where the others have names of their own (France 5.5, Portugal 6),
// else the most common one. What a part of a country has for itself, such as
// Madeira, is not known.
func rateOf(country, category string, on billing.Day) (money.Decimal, bool) {
	var percent money.Decimal
	known := false
	for _, r := range rates[ofCategory{jurisdiction(country), category}] {
		if r.from <= on {
			percent, known = r.percent, true
		}
	}
	return percent, known
}

// mustReadRates reads every file of the folder rates, with the columns place,
// category, first day and percent. The files are part of the program, so that
// a fault in one is a fault of the program.
func mustReadRates(files fs.FS) map[ofCategory][]datedRate {
	names, err := fs.Glob(files, "rates/*.csv")
	if err != nil {
		panic(err)
	}
	all := map[ofCategory][]datedRate{}
	for _, name := range names {
		if err := readRates(files, name, all); err != nil {
			panic(fmt.Sprintf("tax: %s: %v", name, err))
		}
	}
	return all
}

func readRates(files fs.FS, name string, into map[ofCategory][]datedRate) error {
	file, err := files.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	rows := csv.NewReader(file)
	rows.Comment = '#'
	rows.FieldsPerRecord = 4
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		from, err := billing.ParseDay(row[2])
		if err != nil {
			return err
		}
		percent, err := money.Parse(row[3])
		if err != nil {
			return err
		}
		key := ofCategory{row[0], row[1]}
		if before := into[key]; len(before) > 0 && before[len(before)-1].from >= from {
			return fmt.Errorf("%s %s: %s is not after the row above", key.place, key.category, from)
		}
		into[key] = append(into[key], datedRate{from, percent})
	}
}
