package mock

import (
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/examples/backend-hyper/hyper"
)

// Rows are the make-believe costs of a project in the month that begins at start, for the
// days that have begun by now. Amounts are USD, made of millionths:
//
//   - Compute: 24 hours a day, for 1.25 and 0.05 for each month of the year (10 in October);
//     by the public price it is 0.25 more.
//   - Storage: on day d of the month, d times 0.000125.
//   - Network: 9.99 for the month, and nothing in the archive.
//   - Support credit: −5 for the month, in project web alone.
//   - The archive has a hundred disks in the place of one storage.
func Rows(project string, start, now time.Time) (rows []hyper.Cost) {
	month := start.Format("2006-01")
	region := "eu-central"
	if project == "lab" {
		region = "us-east"
	}
	compute := 1_250_000 + 50_000*int64(start.Month())
	for day := start; day.Month() == start.Month() && !day.After(now); day = day.AddDate(0, 0, 1) {
		date := day.Format(time.DateOnly)
		rows = append(rows, hyper.Cost{Date: date, Service: "Compute", Region: region, Meter: "vm.medium", Resource: project + "-vm", Quantity: "24", Unit: "hours",
			Cost: millionths(compute), List: millionths(compute + 250_000), Currency: "USD"})
		disks := 1
		if project == "archive" {
			disks = 100
		}
		for disk := range disks {
			rows = append(rows, hyper.Cost{Date: date, Service: "Storage", Region: region, Meter: "disk.gb", Resource: fmt.Sprintf("%s-disk-%d", project, disk+1), Quantity: "50", Unit: "GB",
				Cost: millionths(125 * int64(day.Day())), Currency: "USD"})
		}
	}
	if project != "archive" {
		rows = append(rows, hyper.Cost{Date: month, Service: "Network", Region: region, Meter: "plan", Cost: "9.99", Currency: "USD"})
	}
	if project == "web" {
		rows = append(rows, hyper.Cost{Date: month, Kind: "credit", Service: "Support credit", Cost: "-5", Currency: "USD"})
	}
	return rows
}

// millionths writes an amount of millionths that is not negative.
func millionths(n int64) string { return fmt.Sprintf("%d.%06d", n/1_000_000, n%1_000_000) }
