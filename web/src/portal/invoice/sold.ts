import { useAll } from "../../api/query";
import { useOrganization } from "../frame";

/** The billing groups that the organization sells to, beside its own: what they pay is not what it pays. */
export function useSold(): Set<string> {
  const groups = useGroups();
  return new Set((groups.data?.rows ?? []).filter((g) => g.sold).map((g) => g.id));
}

export function useGroups() {
  const organization = useOrganization().id;
  return useAll("/api/v1/portal/groups", { params: { query: { organization } } });
}
