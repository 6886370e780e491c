package awsstub

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/bcmdataexports"
	"github.com/aws/aws-sdk-go-v2/service/costandusagereportservice"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// later is an operation that the models do not have yet: the types of the SDK say
// its members, and required what its documentation says is.
type later struct {
	name          string
	input, output any
	required      []string
	errors        []string
}

// laterOperations are those of Organizations that came after its model.
var laterOperations = []later{
	{
		"InviteOrganizationToTransferResponsibility", organizations.InviteOrganizationToTransferResponsibilityInput{}, organizations.InviteOrganizationToTransferResponsibilityOutput{},
		[]string{"SourceName", "StartTimestamp", "Target", "Type"},
		[]string{"HandshakeConstraintViolationException", "DuplicateHandshakeException", "ResponsibilityTransferAlreadyInStatusException"},
	},
	{"ListInboundResponsibilityTransfers", organizations.ListInboundResponsibilityTransfersInput{}, organizations.ListInboundResponsibilityTransfersOutput{}, []string{"Type"}, []string{"ResponsibilityTransferNotFoundException"}},
	{"ListOutboundResponsibilityTransfers", organizations.ListOutboundResponsibilityTransfersInput{}, organizations.ListOutboundResponsibilityTransfersOutput{}, []string{"Type"}, nil},
	{"DescribeResponsibilityTransfer", organizations.DescribeResponsibilityTransferInput{}, organizations.DescribeResponsibilityTransferOutput{}, []string{"Id"}, []string{"ResponsibilityTransferNotFoundException"}},
	{"UpdateResponsibilityTransfer", organizations.UpdateResponsibilityTransferInput{}, organizations.UpdateResponsibilityTransferOutput{}, []string{"Id", "Name"}, []string{"ResponsibilityTransferNotFoundException"}},
	{
		"TerminateResponsibilityTransfer", organizations.TerminateResponsibilityTransferInput{}, organizations.TerminateResponsibilityTransferOutput{},
		[]string{"Id"},
		[]string{"ResponsibilityTransferNotFoundException", "ResponsibilityTransferAlreadyInStatusException", "InvalidResponsibilityTransferTransitionException"},
	},
	{"ListAccountsWithInvalidEffectivePolicy", organizations.ListAccountsWithInvalidEffectivePolicyInput{}, organizations.ListAccountsWithInvalidEffectivePolicyOutput{}, []string{"PolicyType"}, nil},
	{"ListEffectivePolicyValidationErrors", organizations.ListEffectivePolicyValidationErrorsInput{}, organizations.ListEffectivePolicyValidationErrorsOutput{}, []string{"AccountId", "PolicyType"}, nil},
}

// laterMembers are the inputs and outputs through which every member and value is
// reached that the SDK knows and the models do not; a test looks for more.
var laterMembers = map[string]map[string][2]any{
	"organizations": {
		"AcceptHandshake":               {nil, organizations.AcceptHandshakeOutput{}},
		"DescribeAccount":               {nil, organizations.DescribeAccountOutput{}},
		"CreateAccount":                 {nil, organizations.CreateAccountOutput{}},
		"CreatePolicy":                  {organizations.CreatePolicyInput{}, organizations.CreatePolicyOutput{}},
		"DescribeEffectivePolicy":       {organizations.DescribeEffectivePolicyInput{}, organizations.DescribeEffectivePolicyOutput{}},
		"ListHandshakesForAccount":      {organizations.ListHandshakesForAccountInput{}, nil},
		"ListAccounts":                  {organizations.ListAccountsInput{}, nil},
		"ListDelegatedAdministrators":   {nil, organizations.ListDelegatedAdministratorsOutput{}},
		"DescribeOrganizationalUnit":    {nil, organizations.DescribeOrganizationalUnitOutput{}},
		"ListHandshakesForOrganization": {organizations.ListHandshakesForOrganizationInput{}, nil},
	},
	"cost-and-usage-report-service": {
		"PutReportDefinition":       {costandusagereportservice.PutReportDefinitionInput{}, nil},
		"DescribeReportDefinitions": {nil, costandusagereportservice.DescribeReportDefinitionsOutput{}},
	},
	"bcm-data-exports": {
		"CreateExport": {bcmdataexports.CreateExportInput{}, nil},
		"GetExport":    {nil, bcmdataexports.GetExportOutput{}},
		"GetExecution": {nil, bcmdataexports.GetExecutionOutput{}},
		"ListExports":  {nil, bcmdataexports.ListExportsOutput{}},
		"UpdateExport": {bcmdataexports.UpdateExportInput{}, nil},
		"GetTable":     {nil, bcmdataexports.GetTableOutput{}},
		"ListTables":   {nil, bcmdataexports.ListTablesOutput{}},
	},
}

// laterExceptions are errors of Organizations that came after its model, or have
// reasons that did.
var laterExceptions = map[string]any{
	"ConstraintViolationException":                     types.ConstraintViolationException{},
	"HandshakeConstraintViolationException":            types.HandshakeConstraintViolationException{},
	"InvalidInputException":                            types.InvalidInputException{},
	"InvalidResponsibilityTransferTransitionException": types.InvalidResponsibilityTransferTransitionException{},
	"ResponsibilityTransferAlreadyInStatusException":   types.ResponsibilityTransferAlreadyInStatusException{},
	"ResponsibilityTransferNotFoundException":          types.ResponsibilityTransferNotFoundException{},
}

// everywhere are the errors of Organizations that any operation may answer with.
var everywhere = []string{
	"AccessDeniedException", "AWSOrganizationsNotInUseException", "ConcurrentModificationException", "ConstraintViolationException",
	"InvalidInputException", "ServiceException", "TooManyRequestsException", "UnsupportedAPIEndpointException",
}

// extend adds to a service what the SDK knows and its model does not.
func extend(sv *service) {
	for name, of := range laterMembers[sv.name] {
		op, known := sv.operations[name]
		if !known {
			continue
		}
		for i, sh := range []*shape{op.input, op.output} {
			if of[i] != nil {
				widen(sh, reflect.TypeOf(of[i]), map[*shape]bool{})
			}
		}
	}
	if sv.name != "organizations" {
		return
	}
	made := map[reflect.Type]*shape{}
	for name, of := range laterExceptions {
		if known := sv.exceptions[name]; known != nil {
			widen(known.shape, reflect.TypeOf(of), map[*shape]bool{})
			continue
		}
		sv.exceptions[name] = &exception{shape: shapeOf(reflect.TypeOf(of), made), status: 400}
	}
	for _, l := range laterOperations {
		if sv.operations[l.name] != nil {
			continue
		}
		op := &operation{name: l.name, input: shapeOf(reflect.TypeOf(l.input), made), output: shapeOf(reflect.TypeOf(l.output), made)}
		for _, name := range l.required {
			op.input.members[name].required = true
		}
		op.errors = append(slices.Clone(everywhere), l.errors...)
		sv.operations[l.name] = op
	}
}

var timeType = reflect.TypeFor[time.Time]()

// shapeOf is the shape that a type of the SDK has on the wire.
func shapeOf(t reflect.Type, made map[reflect.Type]*shape) *shape {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if known := made[t]; known != nil {
		return known
	}
	s := &shape{name: t.Name()}
	made[t] = s
	switch {
	case t == timeType:
		s.kind = "timestamp"
	case t.Kind() == reflect.Struct:
		s.kind, s.members = "structure", map[string]*member{}
		for field := range sdkMembers(t) {
			f, _ := t.FieldByName(field)
			s.members[field] = &member{shape: shapeOf(f.Type, made)}
		}
	case t.Kind() == reflect.String:
		s.kind = "string"
		if s.enum = valuesOf(t); s.enum != nil {
			s.kind = "enum"
		}
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		s.kind = "blob"
	case t.Kind() == reflect.Slice:
		s.kind, s.element = "list", shapeOf(t.Elem(), made)
	case t.Kind() == reflect.Map:
		s.kind, s.element = "map", shapeOf(t.Elem(), made)
	case t.Kind() == reflect.Bool:
		s.kind = "boolean"
	case t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64:
		s.kind = "integer"
	default:
		s.kind = "any"
	}
	return s
}

// sdkMembers are the names of a type's fields that are members on the wire.
func sdkMembers(t reflect.Type) map[string]bool {
	names := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.IsExported() && f.Name != "ResultMetadata" && f.Name != "ErrorCodeOverride" {
			names[f.Name] = true
		}
	}
	return names
}

// valuesOf are the values of an enumeration of the SDK; nil where t is none.
func valuesOf(t reflect.Type) []string {
	values, there := t.MethodByName("Values")
	if !there {
		return nil
	}
	list := values.Func.Call([]reflect.Value{reflect.Zero(t)})[0]
	names := []string{}
	for i := range list.Len() {
		names = append(names, list.Index(i).String())
	}
	slices.Sort(names)
	return names
}

// widen adds to a shape the members and values that a type of the SDK has besides.
func widen(s *shape, t reflect.Type, seen map[*shape]bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if seen[s] {
		return
	}
	seen[s] = true
	switch {
	case s.kind == "structure" && t.Kind() == reflect.Struct:
		if s.members == nil {
			s.members = map[string]*member{}
		}
		made := map[reflect.Type]*shape{}
		for field := range sdkMembers(t) {
			f, _ := t.FieldByName(field)
			if known := memberLike(s, field); known != nil {
				widen(known.shape, f.Type, seen)
				continue
			}
			s.members[field] = &member{shape: shapeOf(f.Type, made)}
		}
	case s.element != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map):
		widen(s.element, t.Elem(), seen)
	case s.kind == "enum" && t.Kind() == reflect.String:
		s.enum = append(s.enum, valuesOf(t)...)
		slices.Sort(s.enum)
		s.enum = slices.Compact(s.enum)
	}
}

// memberLike finds a member whose name is the field's, whatever the case.
func memberLike(s *shape, field string) *member {
	for name, m := range s.members {
		if strings.EqualFold(name, field) {
			return m
		}
	}
	return nil
}
