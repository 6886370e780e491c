import { Select, SimpleGrid, TextInput } from "@mantine/core";
import { useState } from "react";

import { useWords } from "../../words/words";
import { idOf } from "./known";

const known = ["aws", "azure", "gcp", "oci", "alibaba"] as const;
const another = "+";

export interface OwnProvider {
  id: string;
  name: string;
}

/** Chooses whose charges something tells: a provider that Sluice knows, one that is declared, or a new one with a name of its own. */
export function ProviderPick({ own, value, fresh, choose, mayAdd }: { own: OwnProvider[]; value: string; fresh?: OwnProvider; choose: (provider: string, fresh?: OwnProvider) => void; mayAdd: boolean }) {
  const t = useWords("backend");
  const [typed, setTyped] = useState(false); // the id is one's own
  const taken = fresh && (own.some((p) => p.id === fresh.id) || known.some((id) => id === fresh.id));
  const groups = [
    ...(own.length ? [{ group: t("provider.own"), items: own.map((p) => ({ value: p.id, label: p.name })) }] : []),
    { group: t("provider.known"), items: known.map((id) => ({ value: id as string, label: t(`provider.${id}`) })) },
  ];
  return (
    <>
      <Select
        label={t("form.provider")} description={t("form.providerHelp")} required allowDeselect={false} searchable value={fresh ? another : value || null}
        onChange={(v) => v && (v === another ? choose("", { id: "", name: "" }) : choose(v))} data={[...(mayAdd ? [{ value: another, label: t("provider.another") }] : []), ...groups]}
      />
      {fresh && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t("provider.name")} description={t("provider.nameHelp")} required maxLength={200} value={fresh.name} onChange={(e) => choose("", { name: e.currentTarget.value, id: typed ? fresh.id : idOf(e.currentTarget.value) })} />
          <TextInput label={t("provider.id")} description={t("provider.idHelp")} required pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" maxLength={100} value={fresh.id} error={taken && t("provider.taken")} onChange={(e) => { setTyped(true); choose("", { ...fresh, id: e.currentTarget.value.trim() }); }} />
        </SimpleGrid>
      )}
    </>
  );
}
