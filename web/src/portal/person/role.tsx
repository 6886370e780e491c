import type { RowOf } from "../../api/query";
import { hasWord, useWords } from "../../words/words";

export type Role = RowOf<"/api/v1/roles">;

/** What a role is called: in our words where it is one of ours. */
export function useRoleName(): (role: Pick<Role, "id" | "name"> | string) => string {
  const t = useWords("person");
  return (role) => {
    const id = typeof role === "string" ? role : role.id;
    return hasWord("person", `role.${id}`) ? t(`role.${id}` as "role.customer-admin") : typeof role === "string" ? role : role.name;
  };
}

/** The roles that somebody may give: those that allow nothing that they may not do themselves. */
export const givable = (roles: Role[], permissions: readonly string[]): Role[] => roles.filter((r) => r.permissions.length > 0 && r.permissions.every((p) => permissions.includes(p)));
