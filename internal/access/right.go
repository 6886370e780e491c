package access

import "slices"

// Grant gives a role in an organization and all below it.
type Grant struct {
	Organization string `json:"organization"`
	Role         string `json:"role"`
}

// Rights are what somebody may do where.
type Rights struct {
	tree   Tree
	grants []granted
}

type granted struct {
	organization string
	permissions  []Permission
}

// Everything are the rights of whoever runs the program in the installation's
// own folder.
func Everything(t Tree) Rights {
	return Rights{tree: t, grants: []granted{{Root, all()}}}
}

// RightsOf works out rights from grants. Grants of organizations and roles that
// are not there any more give nothing. Outside the reseller itself a role gives
// only what is meaningful for customers, whatever it names. Scopes, where given,
// bound it further: a token never allows more than its owner may do.
func RightsOf(t Tree, roles []Role, grants []Grant, scopes []string) Rights {
	r := Rights{tree: t}
	for _, g := range grants {
		_, there := t.Organization(g.Organization)
		i := slices.IndexFunc(roles, func(role Role) bool { return role.ID == g.Role })
		if !there || i < 0 {
			continue
		}
		var permissions []Permission
		for _, p := range roles[i].Permissions {
			if (g.Organization == Root || own(p)) && (scopes == nil || slices.Contains(scopes, string(p))) {
				permissions = append(permissions, p)
			}
		}
		r.grants = append(r.grants, granted{g.Organization, permissions})
	}
	return r
}

// May tells whether something is allowed in an organization.
func (r Rights) May(p Permission, organization string) bool {
	return slices.ContainsFunc(r.grants, func(g granted) bool {
		return slices.Contains(g.permissions, p) && r.tree.Within(organization, g.organization)
	})
}

// Anywhere tells whether something is allowed in any organization at all.
func (r Rights) Anywhere(p Permission) bool { return len(r.Heads(p)) > 0 }

// Heads are the organizations, each with all below it, in which something is
// allowed; none of them stands below another.
func (r Rights) Heads(p Permission) []string {
	var heads []string
	for _, g := range r.grants {
		if slices.Contains(g.permissions, p) && !slices.Contains(heads, g.organization) {
			heads = append(heads, g.organization)
		}
	}
	return slices.DeleteFunc(slices.Clone(heads), func(id string) bool {
		return slices.ContainsFunc(heads, func(other string) bool { return other != id && r.tree.Within(id, other) })
	})
}

// Permissions are what is allowed in an organization, in the order of the list.
func (r Rights) Permissions(organization string) []Permission {
	var allowed []Permission
	for _, p := range all() {
		if r.May(p, organization) {
			allowed = append(allowed, p)
		}
	}
	return allowed
}

// Covers tells whether whoever has these rights may give a role in an
// organization: only what they may do there themselves.
func (r Rights) Covers(role Role, organization string) bool {
	return !slices.ContainsFunc(role.Permissions, func(p Permission) bool {
		return (organization == Root || own(p)) && !r.May(p, organization)
	})
}

// Tree is the tree that the rights are in.
func (r Rights) Tree() Tree { return r.tree }
