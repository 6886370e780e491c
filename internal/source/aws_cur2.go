package source

import "strings"

// AWSCUR2 is the kind of AWS Data Exports of the table COST_AND_USAGE_REPORT.
const AWSCUR2 = "aws-cur2"

var awsCUR2 = &layout{
	kind:       AWSCUR2,
	about:      "AWS Data Exports, table COST_AND_USAGE_REPORT (CUR 2.0)",
	files:      "CSV (gzip) and Parquet",
	isManifest: isAWSManifest,
	read: func(m *manifest, text []byte) (ours bool, err error) {
		var says awsManifest
		if err := m.decode(text, &says); err != nil {
			return false, err
		}
		if says.DataFiles == nil || !says.hasColumn(func(name string) bool { return strings.HasPrefix(name, "line_item_") }) {
			return false, nil
		}
		return true, m.takeAWS(says)
	},
}
