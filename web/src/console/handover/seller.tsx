import { Select } from "@mantine/core";
import { useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { root } from "../../ui/me";
import { useWords } from "../../words/words";

/** Whose mail a page is about: the reseller's, or that of a customer that sells on. */
export function useSeller() {
  const [params, setParams] = useSearchParams();
  return {
    organization: params.get("of") ?? root,
    choose: (id: string) => setParams((before) => { const next = new URLSearchParams(before); if (id === root) next.delete("of"); else next.set("of", id); return next; }, { replace: true }),
  };
}

/** The choice, where there are several. */
export function Seller() {
  const t = useWords("mail");
  const { organization, choose } = useSeller();
  const organizations = useAll("/api/v1/organizations");
  const sellers = organizations.data?.rows.filter((o) => o.kind === "reseller") ?? [];
  if (sellers.length < 2) return null;
  return <Select aria-label={t("whose")} w={260} allowDeselect={false} value={organization} onChange={(v) => v && choose(v)} data={sellers.map((o) => ({ value: o.id, label: o.name }))} />;
}
