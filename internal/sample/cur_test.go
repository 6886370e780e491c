package sample

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
)

// Each query counts lines that break the algebra of a real report.
var faults = map[string]string{
	"rate × usage is the unblended cost": `SELECT count(*) FROM line WHERE "lineItem/UnblendedRate" IS NOT NULL
		AND CAST("lineItem/UnblendedRate" AS DECIMAL(19, 10)) * CAST("lineItem/UsageAmount" AS DECIMAL(19, 10)) <> CAST("lineItem/UnblendedCost" AS DECIMAL(19, 10))`,
	"public rate × usage is the public cost": `SELECT count(*) FROM line WHERE "pricing/publicOnDemandRate" IS NOT NULL
		AND CAST("pricing/publicOnDemandRate" AS DECIMAL(19, 10)) * CAST("lineItem/UsageAmount" AS DECIMAL(19, 10)) <> CAST("pricing/publicOnDemandCost" AS DECIMAL(19, 10))`,
	"line ids are unique": `SELECT count(*) - count(DISTINCT "identity/LineItemId") FROM line`,
	"every line has an account, an invoice and a cost": `SELECT count(*) FROM line
		WHERE "lineItem/UsageAccountId" IS NULL OR "bill/InvoiceId" IS NULL OR "lineItem/UnblendedCost" IS NULL`,
	"reserved usage costs nothing": `SELECT count(*) FROM line WHERE "lineItem/LineItemType" = 'DiscountedUsage'
		AND (CAST("lineItem/UnblendedCost" AS DECIMAL(38, 18)) <> 0 OR "reservation/ReservationARN" IS NULL)`,
	"effective cost is upfront and recurring": `SELECT count(*) FROM line WHERE "lineItem/LineItemType" = 'DiscountedUsage'
		AND CAST("reservation/EffectiveCost" AS DECIMAL(38, 18)) <> CAST("reservation/AmortizedUpfrontCostForUsage" AS DECIMAL(38, 18)) + CAST("reservation/RecurringFeeForUsage" AS DECIMAL(38, 18))`,
	"a reservation's hours are used or unused": `SELECT count(*) FROM (
		SELECT "reservation/ReservationARN",
			coalesce(sum(CAST("lineItem/NormalizedUsageAmount" AS DECIMAL(38, 18))) FILTER ("lineItem/LineItemType" = 'DiscountedUsage'), 0) AS used,
			sum(CAST("reservation/UnusedNormalizedUnitQuantity" AS DECIMAL(38, 18))) AS unused,
			sum(CAST("reservation/TotalReservedNormalizedUnits" AS DECIMAL(38, 18))) FILTER ("lineItem/LineItemType" = 'RIFee') AS total
		FROM line WHERE "reservation/ReservationARN" IS NOT NULL GROUP BY 1) WHERE used + unused IS DISTINCT FROM total`,
	"negations take back what plans cover": `SELECT count(*) FROM (
		SELECT sum(CAST("lineItem/UnblendedCost" AS DECIMAL(38, 18))) AS rest FROM line
		WHERE "lineItem/LineItemType" IN ('SavingsPlanCoveredUsage', 'SavingsPlanNegation')
		GROUP BY "identity/TimeInterval", "savingsPlan/SavingsPlanARN", "lineItem/UsageAccountId", "lineItem/UsageType", "lineItem/Operation", "lineItem/AvailabilityZone")
		WHERE rest <> 0`,
	"a plan's used commitment is what lines used of it": `SELECT count(*) FROM (
		SELECT sum(CAST("savingsPlan/UsedCommitment" AS DECIMAL(38, 18))) AS used,
			coalesce(sum(CAST("savingsPlan/SavingsPlanEffectiveCost" AS DECIMAL(38, 18))), 0) AS effective,
			sum(CAST("savingsPlan/TotalCommitmentToDate" AS DECIMAL(38, 18))) AS total
		FROM line WHERE "lineItem/LineItemType" IN ('SavingsPlanCoveredUsage', 'SavingsPlanRecurringFee')
		GROUP BY "identity/TimeInterval", "savingsPlan/SavingsPlanARN") WHERE (used = effective AND used <= total) IS NOT TRUE`,
	"plan rate × usage is the effective cost": `SELECT count(*) FROM line WHERE "lineItem/LineItemType" = 'SavingsPlanCoveredUsage'
		AND CAST("savingsPlan/SavingsPlanRate" AS DECIMAL(19, 10)) * CAST("lineItem/UsageAmount" AS DECIMAL(19, 10)) <> CAST("savingsPlan/SavingsPlanEffectiveCost" AS DECIMAL(19, 10))`,
	"no number has more than ten fractional digits": `SELECT count(*) FROM line WHERE regexp_matches("lineItem/UnblendedCost", '\.[0-9]{11}')`,
}

// amortizedSQL is the usual amortized cost of a line, by its columns.
const amortizedSQL = `CASE "lineItem/LineItemType"
	WHEN 'SavingsPlanCoveredUsage' THEN CAST("savingsPlan/SavingsPlanEffectiveCost" AS DECIMAL(38, 18))
	WHEN 'SavingsPlanRecurringFee' THEN CAST("savingsPlan/TotalCommitmentToDate" AS DECIMAL(38, 18)) - CAST("savingsPlan/UsedCommitment" AS DECIMAL(38, 18))
	WHEN 'SavingsPlanNegation' THEN 0
	WHEN 'SavingsPlanUpfrontFee' THEN 0
	WHEN 'DiscountedUsage' THEN CAST("reservation/EffectiveCost" AS DECIMAL(38, 18))
	WHEN 'RIFee' THEN CAST("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod" AS DECIMAL(38, 18)) + CAST("reservation/UnusedRecurringFee" AS DECIMAL(38, 18))
	ELSE CASE WHEN "lineItem/LineItemType" = 'Fee' AND "reservation/ReservationARN" IS NOT NULL THEN 0
		ELSE CAST("lineItem/UnblendedCost" AS DECIMAL(38, 18)) END END`

// trueUpSQL is what amortized cost counts and the month's cash does not.
const trueUpSQL = `CASE "lineItem/LineItemType"
	WHEN 'SavingsPlanRecurringFee' THEN -CAST("savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod" AS DECIMAL(38, 18))
	WHEN 'RIFee' THEN -CAST("reservation/AmortizedUpfrontFeeForBillingPeriod" AS DECIMAL(38, 18)) ELSE 0 END`

const upfrontSQL = `CASE WHEN "lineItem/LineItemType" = 'SavingsPlanUpfrontFee'
	OR "lineItem/LineItemType" = 'Fee' AND "reservation/ReservationARN" IS NOT NULL
	THEN CAST("lineItem/UnblendedCost" AS DECIMAL(38, 18)) ELSE 0 END`

func TestRowAlgebra(t *testing.T) {
	for _, lines := range []int64{5000, 16_000} { // by day, by hour
		dir, totals := generated(t, Options{Lines: lines, Accounts: 30, Seed: 11, Chunks: 2, InvoiceID: "42"})
		db := exported(t, dir)
		for law, query := range faults {
			if got := sumOf(t, db, query); !got.IsZero() {
				t.Errorf("%d lines: %s: %s times not so", lines, law, got)
			}
		}
		amortized := sumOf(t, db, "SELECT sum("+amortizedSQL+") FROM line")
		if !amortized.Equal(totals.Amortized) {
			t.Errorf("%d lines: amortized cost is %s in the file, %s in the totals", lines, amortized, totals.Amortized)
		}
		identity := amortized.Add(sumOf(t, db, "SELECT sum("+trueUpSQL+") FROM line")).Add(sumOf(t, db, "SELECT sum("+upfrontSQL+") FROM line"))
		if !identity.Equal(totals.Unblended) {
			t.Errorf("%d lines: amortized + true-up + upfront is %s, unblended %s", lines, identity, totals.Unblended)
		}
		for kind := range privateRateDiscount { // all but that of other discounts, and the one of FOCUS
			if _, ok := totals.ByLineType[lineTypeNames[kind]]; !ok {
				t.Errorf("%d lines: none is %s", lines, lineTypeNames[kind])
			}
		}
		keys := sumOf(t, db, `SELECT count(*) FROM (SELECT DISTINCT "lineItem/LineItemType", "lineItem/ProductCode", "product/region",
			"lineItem/UsageType", "lineItem/Operation", "product/sku", "pricing/publicOnDemandRate" FROM line)`)
		if keys.Cmp(money.FromInt(150)) < 0 || keys.Cmp(money.FromInt(500)) > 0 {
			t.Errorf("%d lines have %s pricing keys; a real month has about 300", lines, keys)
		}
	}
}

// A month that is not final has no invoice anywhere.
func TestNotFinal(t *testing.T) {
	dir, totals := generated(t, Options{Lines: 1000, Accounts: 4})
	if got := sumOf(t, exported(t, dir), `SELECT count("bill/InvoiceId") FROM line`); !got.IsZero() || len(totals.ByInvoice) > 0 {
		t.Errorf("%s lines have an invoice, totals by invoice %v", got, totals.ByInvoice)
	}
}

// The archive holds the same CSV as the gzip file.
func TestZip(t *testing.T) {
	o := Options{Lines: 1000, Accounts: 5, Seed: 9}
	o.Format = "cur-csv-gz"
	gz, _ := generated(t, o)
	o.Format = "cur-csv-zip"
	zipped, _ := generated(t, o)
	file, err := os.ReadFile(dataFiles(t, gz)[0])
	if err != nil {
		t.Fatal(err)
	}
	reader, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	want, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(dataFiles(t, zipped)[0])
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if len(archive.File) != 1 || archive.File[0].Name != "sample-00001.csv" {
		t.Fatalf("the archive holds %v", archive.File)
	}
	entry, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(entry)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the archive's CSV of %d bytes is not the gzip file's of %d: %v", len(got), len(want), err)
	}
	rows, err := csv.NewReader(bytes.NewReader(want)).ReadAll()
	if err != nil || len(rows) != 1001 || len(rows[0]) != 124 {
		t.Errorf("encoding/csv reads %d rows: %v", len(rows), err)
	}
}

// Manifests name the files that are there, the header that the files have and
// lie where the provider puts them.
func TestManifest(t *testing.T) {
	places := map[string]string{
		"cur-csv-gz":    "r/20260701-20260801/r-Manifest.json",
		"cur-csv-zip":   "r/20260701-20260801/r-Manifest.json",
		"cur-parquet":   "r/20260701-20260801/r-Manifest.json",
		"cur2":          "r/metadata/BILLING_PERIOD=2026-07/r-Manifest.json",
		"cur2-parquet":  "r/metadata/BILLING_PERIOD=2026-07/r-Manifest.json",
		"focus":         "r/metadata/billing_period=2026-07/r-Manifest.json",
		"focus-parquet": "r/metadata/billing_period=2026-07/r-Manifest.json",
	}
	for _, format := range Formats {
		dir, _ := generated(t, Options{Lines: 500, Accounts: 3, Format: format, Report: "r", Chunks: 2})
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(places[format])))
		if err != nil {
			t.Fatal(err)
		}
		var m manifest
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		keys := m.ReportKeys
		for _, uri := range m.DataFiles {
			keys = append(keys, strings.TrimPrefix(uri, "s3://"+m.Bucket+bucketOf(uri)))
		}
		if len(keys) != 2 || m.AssemblyID == "" || m.Account != "111111111111" {
			t.Errorf("%s: manifest of %v, assembly %q, account %q", format, keys, m.AssemblyID, m.Account)
		}
		for _, key := range keys {
			if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(key))); err != nil {
				t.Errorf("%s: %v", format, err)
			}
		}
		if strings.HasPrefix(format, "cur-") && m.BillingPeriod["start"] != "20260701T000000.000Z" {
			t.Errorf("%s: period %v", format, m.BillingPeriod)
		}
		if format != "cur-csv-zip" {
			checkColumns(t, dir, m)
		}
	}
}

func bucketOf(uri string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/")
	return name + "/"
}

func checkColumns(t *testing.T, dir string, m manifest) {
	t.Helper()
	rows, err := exported(t, dir).Query("SELECT * FROM line LIMIT 0")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	header, err := rows.Columns()
	if err != nil || len(header) != len(m.Columns) {
		t.Fatalf("%d columns in the file, %d in the manifest: %v", len(header), len(m.Columns), err)
	}
	for i, c := range m.Columns {
		name := c.Name
		switch {
		case c.Category != "" && m.Compression == "Parquet":
			name = c.Category + "_" + c.Name
		case c.Category != "":
			name = c.Category + "/" + c.Name
		}
		if header[i] != name {
			t.Errorf("column %d is %s in the file, %s in the manifest", i, header[i], name)
		}
	}
}
