package provision

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// policiesIn finds every policy of a file, by where it stands: those of templates, and
// the JSON files beside modules. It reads what was written, not what was meant.
func policiesIn(t *testing.T, f File) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	var parsed any
	switch {
	case strings.HasSuffix(f.Name, ".yaml"):
		if err := yaml.Unmarshal([]byte(f.Text), &parsed); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
	case strings.HasSuffix(f.Name, ".json"):
		if err := json.Unmarshal([]byte(f.Text), &parsed); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
	default:
		if strings.Contains(f.Text, `"Statement"`) || strings.Contains(f.Text, "aws_iam_policy_document") {
			t.Errorf("%s has a policy in it that nobody looks at", f.Name)
		}
		return nil
	}
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if _, ok := v["Statement"]; ok {
				found[at] = v
			}
			for key, below := range v {
				walk(at+"/"+key, below)
			}
		case []any:
			for i, below := range v {
				walk(fmt.Sprintf("%s/%d", at, i), below)
			}
		}
	}
	walk(f.Name, parsed)
	return found
}

func texts(t *testing.T, at string, v any) []string {
	t.Helper()
	var all []string
	switch v := v.(type) {
	case nil:
	case string:
		all = append(all, v)
	case []any:
		for _, x := range v {
			text, ok := x.(string)
			if !ok {
				t.Errorf("%s: %v is no text", at, x)
			}
			all = append(all, text)
		}
	default:
		t.Errorf("%s: %v is no list of texts", at, v)
	}
	return all
}

// everyStatement calls do for each statement of each policy of each plan and way.
func everyStatement(t *testing.T, do func(at string, p Plan, s map[string]any)) (policies int) {
	everyMade(t, func(t *testing.T, name, way string, p Plan, made Made) {
		here := 0
		for _, f := range made.Files {
			for at, policy := range policiesIn(t, f) {
				here++
				for i, s := range policy["Statement"].([]any) {
					do(fmt.Sprintf("%s, %s: %s, statement %d", name, way, at, i), p, s.(map[string]any))
				}
			}
		}
		if here == 0 {
			t.Errorf("no policy was found; at least the role's should be there")
		}
		policies += here
	})
	return policies
}

var namedAction = regexp.MustCompile(`^[a-z0-9-]+:[A-Z][A-Za-z]+$`)

// No statement grants an action that it does not name, nor anything on everything,
// but for the actions that AWS knows on everything only.
func TestNoStatementHasAWildcardAction(t *testing.T) {
	onEverything := map[string]bool{}
	n := everyStatement(t, func(at string, _ Plan, s map[string]any) {
		for _, forbidden := range []string{"NotAction", "NotResource", "NotPrincipal"} {
			if s[forbidden] != nil {
				t.Errorf("%s has %s", at, forbidden)
			}
		}
		actions := texts(t, at, s["Action"])
		if len(actions) == 0 {
			t.Errorf("%s names no action", at)
		}
		for _, a := range actions {
			if !namedAction.MatchString(a) {
				t.Errorf("%s has the action %q", at, a)
			}
		}
		for _, r := range texts(t, at, s["Resource"]) {
			if !strings.HasPrefix(r, "arn:aws:") && r != "*" {
				t.Errorf("%s is about %q, which is no ARN", at, r)
			}
			if r != "*" {
				continue
			}
			for _, a := range actions {
				onEverything[a] = true
				if AnyResource[a] == "" {
					t.Errorf("%s allows %s on everything; name its resources, or say in AnyResource why there are none", at, a)
				}
			}
		}
	})
	if n < 60 {
		t.Errorf("only %d policies were found", n)
	}
	if got, want := slices.Sorted(maps.Keys(onEverything)), slices.Sorted(maps.Keys(AnyResource)); !slices.Equal(got, want) {
		t.Errorf("on everything are %v; AnyResource has %v", got, want)
	}
}

// Buckets are named whole; what lies in them, below the prefix for who reads. Nothing of
// another account, service or region is in a resource.
func TestResourcesAreThoseOfThePlan(t *testing.T) {
	everyStatement(t, func(at string, p Plan, s map[string]any) {
		p = p.filled()
		mine := []string{"arn:aws:s3:::" + p.Bucket, "arn:aws:s3:::" + p.Bucket + "/" + p.Prefix + "/*"}
		if s["Principal"] != nil { // of a bucket's policy
			mine[1] = "arn:aws:s3:::" + p.Bucket + "/*"
		}
		for _, r := range texts(t, at, s["Resource"]) {
			ours := strings.HasPrefix(r, "arn:aws:cur:us-east-1:"+p.Payer+":definition/") || strings.HasPrefix(r, "arn:aws:bcm-data-exports:us-east-1:"+p.Payer+":") ||
				strings.HasPrefix(r, "arn:aws:organizations::"+p.Payer+":")
			if r != "*" && !ours && !slices.Contains(mine, r) {
				t.Errorf("%s is about %s", at, r)
			}
		}
	})
}

// Nobody is let in but AWS's two services, for the payer's exports, and Sluice, with the
// external id. Everybody is only refused what is not encrypted.
func TestPrincipals(t *testing.T) {
	denials := 0
	everyStatement(t, func(at string, p Plan, s map[string]any) {
		condition, _ := json.Marshal(s["Condition"])
		switch who := s["Principal"].(type) {
		case nil:
			if s["Effect"] != "Allow" {
				t.Errorf("%s is no permission: %v", at, s["Effect"])
			}
		case string:
			denials++
			if who != "*" || s["Effect"] != "Deny" || string(condition) != `{"Bool":{"aws:SecureTransport":["false"]}}` {
				t.Errorf("%s is about %s: %v, %s", at, who, s["Effect"], condition)
			}
		case map[string]any:
			if len(who) != 1 {
				t.Errorf("%s is about %v", at, who)
			}
			for _, service := range texts(t, at, who["Service"]) {
				if service != "billingreports.amazonaws.com" && service != "bcm-data-exports.amazonaws.com" {
					t.Errorf("%s lets %s in", at, service)
				}
				if !strings.Contains(string(condition), `"aws:SourceAccount":["`+p.Payer+`"]`) || !strings.Contains(string(condition), `"aws:SourceArn":["arn:aws:cur:us-east-1:`+p.Payer+`:definition/*"`) {
					t.Errorf("%s lets exports of others in: %s", at, condition)
				}
			}
			for _, arn := range texts(t, at, who["AWS"]) {
				if arn != sluice && arn != "arn:aws:iam::999988887777:root" {
					t.Errorf("%s lets %s in", at, arn)
				}
				if string(condition) != `{"StringEquals":{"sts:ExternalId":["`+p.ExternalID+`"]}}` || !slices.Equal(texts(t, at, s["Action"]), []string{"sts:AssumeRole"}) {
					t.Errorf("%s lets in without the external id: %s", at, condition)
				}
			}
		}
	})
	if denials == 0 {
		t.Error("no bucket refuses what is not encrypted")
	}
}

// What a role may is what its plan asked for: rights to change something come with
// BySluice and Invitations alone, and whoever only identifies reads nothing.
func TestRightsFollowThePlan(t *testing.T) {
	changing := map[string]func(Plan) bool{
		"cur:PutReportDefinition":                                  func(p Plan) bool { return p.BySluice },
		"bcm-data-exports:CreateExport":                            func(p Plan) bool { return p.BySluice && p.Kind != CUR },
		"organizations:InviteAccountToOrganization":                func(p Plan) bool { return p.Invitations },
		"organizations:InviteOrganizationToTransferResponsibility": func(p Plan) bool { return p.Invitations },
		"organizations:CancelHandshake":                            func(p Plan) bool { return p.Invitations },
		"organizations:TerminateResponsibilityTransfer":            func(p Plan) bool { return p.Invitations },
		"organizations:UpdateResponsibilityTransfer":               func(p Plan) bool { return p.Invitations },
	}
	reading := regexp.MustCompile(`^[a-z0-9-]+:(Get|List|Describe)[A-Za-z]+$`)
	everyStatement(t, func(at string, p Plan, s map[string]any) {
		if s["Principal"] != nil {
			return
		}
		for _, a := range texts(t, at, s["Action"]) {
			if asked := changing[a]; asked == nil && !reading.MatchString(a) || asked != nil && !asked(p) {
				t.Errorf("%s allows %s, which the plan did not ask for", at, a)
			}
			if p.Identity && a != "sts:GetCallerIdentity" {
				t.Errorf("%s of an identity allows %s", at, a)
			}
		}
	})
	for name, p := range plans {
		for action, asked := range changing {
			may := slices.ContainsFunc(p.filled().inPayer(), func(s Statement) bool { return slices.Contains(s.Action, action) })
			if may != asked(p) {
				t.Errorf("%s: the role may %s: %t", name, action, may)
			}
		}
	}
}
