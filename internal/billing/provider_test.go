package billing

import "testing"

// Every provider says all that other packages ask it for: what is left out
// would be missing without a word.
func TestProvidersAreWhole(t *testing.T) {
	for _, p := range providers {
		if p.Name == "" || len(p.Begins) == 0 || p.UsageDay == 0 {
			t.Errorf("%+v has no name, no beginning of its names in FOCUS, or no day on which its usage is final", p)
		}
		if found, ok := ProviderOf(p.ID); !ok || found.Name != p.Name {
			t.Errorf("the id %q is not that of %s alone", p.ID, p.Name)
		}
		if found, ok := ProviderNamed(p.Name); !ok || found.ID != p.ID {
			t.Errorf("a provider that is named %q in an export is taken for %q, not for %q", p.Name, found.ID, p.ID)
		}
	}
}

func TestProviderNamed(t *testing.T) {
	for name, want := range map[string]string{
		"Amazon Web Services, Inc.": "aws", "AWS": "aws", "microsoft": "azure", "Google Cloud": "gcp", "OCI": "oci",
		"Acme, reseller of AWS": "", "": "", "am": "",
	} {
		if p, ok := ProviderNamed(name); p.ID != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", name, p.ID, want)
		}
	}
}

func TestSupportPlans(t *testing.T) {
	aws, _ := ProviderOf("aws")
	for service, want := range map[string]bool{
		"AWSSupportBusiness": true, "AWS Support (Enterprise)": true, "OCBPremiumSupport": true, "AmazonEC2": false, "": false,
	} {
		if aws.IsSupport(service) != want {
			t.Errorf("%q: %v", service, !want)
		}
	}
	if oci, _ := ProviderOf("oci"); oci.IsSupport("AWSSupportBusiness") {
		t.Error("another provider's support plan is AWS's")
	}
}
