package billing

import "testing"

func TestNearest(t *testing.T) {
	options := []string{"AmazonEC2", "AmazonRDS", "AmazonS3", "AWSLambda", ""}
	for word, want := range map[string]string{
		"AmazonEC2":  "AmazonEC2",
		"amazonrds":  "AmazonRDS",
		"AmazonEC3":  "AmazonEC2",
		"AmzonS3":    "AmazonS3",
		"AWSLamdba":  "AWSLambda",
		"awslambda":  "AWSLambda",
		"Kubernetes": "",
		"x":          "",
	} {
		if got := Nearest(word, options); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
}
