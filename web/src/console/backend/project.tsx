import { Anchor, Box, Select } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { useWords } from "../../words/words";
import { useOrganizations } from "./known";

/** Chooses a project: a unit of a customer, in the tree in which they stand; found by any name on its way down. */
export function ProjectPick({ label, description, value, choose, error, disabled, required = true }: { label: string; description?: ReactNode; value: string; choose: (id: string) => void; error?: ReactNode; disabled?: boolean; required?: boolean }) {
  const t = useWords("backend");
  const { all, rows, path } = useOrganizations();
  const units = rows.filter((o) => o.kind === "unit");
  const customers = rows.filter((o) => o.kind !== "unit");
  // The list of organizations stands in the order of the configuration, in which a part may come before its whole.
  const below = (parent: string): string[] => units.filter((u) => u.parent === parent).flatMap((u) => [u.id, ...below(u.id)]);
  const groups = customers.map((c) => ({ group: c.name, items: below(c.id).map((id) => ({ value: id, label: path(id).join(" › ") })) })).filter((g) => g.items.length > 0);
  const none = all.isSuccess && groups.length === 0;
  return (
    <Select
      label={label} description={description} required={required} disabled={disabled || none} searchable allowDeselect={false} maxDropdownHeight={320} nothingFoundMessage={t("form.noProject")}
      value={value || null} onChange={(v) => v && choose(v)} data={groups} placeholder={t("form.chooseProject")}
      error={none ? <>{t("form.noProjects")} <Anchor component={Link} to="/customers" size="sm">{t("form.toCustomers")}</Anchor></> : error}
      renderOption={({ option }) => { const names = path(option.value); return <Box ps={Math.max(0, names.length - 2) * 16}>{names.at(-1)}</Box>; }}
    />
  );
}
