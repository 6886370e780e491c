package billing

// Role is a named set of permissions that the reseller declares beside the ones
// that are built in.
type Role struct {
	ID          string   `json:"id"`
	Name        string   `json:"name,omitempty"`
	Permissions []string `json:"permissions"`
}
