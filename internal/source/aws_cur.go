package source

// AWSCUR is the kind of AWS's legacy Cost and Usage Report.
const AWSCUR = "aws-cur"

var awsCUR = &layout{
	kind:       AWSCUR,
	about:      "AWS Cost and Usage Report, legacy",
	files:      "CSV (gzip, zip) and Parquet",
	isManifest: isAWSManifest,
	read: func(m *manifest, text []byte) (ours bool, err error) {
		var says awsManifest
		if err := m.decode(text, &says); err != nil || says.ReportKeys == nil {
			return false, err
		}
		return true, m.takeAWS(says)
	},
	inMonth: true,
}
