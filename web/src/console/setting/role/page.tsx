import { ActionIcon, Button, Group, Tooltip } from "@mantine/core";
import { IconCheck, IconPencil, IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import { type Schema, useAll } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Card, Page } from "../../../ui/page";
import { Failed, Waiting } from "../../../ui/state";
import { hasWord, useWords } from "../../../words/words";
import { RoleEditor } from "./editor";
import classes from "./role.module.css";

type Role = Schema<"AccessRole">;

/** Which role may do what: a row for each permission. */
export default function RolesPage() {
  const t = useWords("setting");
  const can = useCan();
  const [editing, setEditing] = useState<Role | "new">();
  const roles = useAll("/api/v1/roles");
  const permissions = useAll("/api/v1/permissions");
  const write = can("users.write");
  const failed = roles.error ?? permissions.error;
  const name = (r: Role) => (hasWord("setting", `role.name.${r.id}`) ? t(`role.name.${r.id}` as "role.name.owner") : r.name || r.id);
  const about = (p: string, server: string) => (hasWord("setting", `permission.${p.replace(".", "-")}`) ? t(`permission.${p.replace(".", "-")}` as "permission.months-read") : server);
  return (
    <Page
      title={t("place.roles.title")} question={t("role.question")} path={undefined} wide
      actions={write && <Button leftSection={<IconPlus size={15} />} onClick={() => setEditing("new")}>{t("role.add")}</Button>}
    >
      <Card flush label={t("role.matrix")}>
        {failed ? <Failed error={failed} /> : !roles.data || !permissions.data ? <Waiting lines={12} /> : (
          // What scrolls is reached by keyboard, too.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <div className={classes.scroll} role="region" aria-label={t("role.matrix")} tabIndex={0}>
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">{t("role.permission")}</th>
                  {roles.data.rows.map((r) => (
                    <th key={r.id} scope="col" title={r.about}>
                      <Group gap={4} justify="center" wrap="nowrap">
                        {name(r)}
                        {r.custom && write && <Tooltip label={t("role.edit", { name: name(r) })}><ActionIcon size="xs" aria-label={t("role.edit", { name: name(r) })} onClick={() => setEditing(r)}><IconPencil size={13} /></ActionIcon></Tooltip>}
                      </Group>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {permissions.data.rows.map((p) => (
                  <tr key={p.permission}>
                    <th scope="row">
                      <span>{about(p.permission, p.about)}</span>
                      <span className="id soft">{p.permission}{p.own ? " *" : ""}</span>
                    </th>
                    {roles.data.rows.map((r) => (
                      <td key={r.id}>{r.permissions.includes(p.permission) ? <IconCheck size={16} stroke={2.2} aria-label={t("role.may")} color="var(--good)" /> : <span className="sr-only">{t("role.mayNot")}</span>}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
      <span className="soft">{t("role.own")}</span>
      <RoleEditor role={editing} permissions={permissions.data?.rows ?? []} taken={roles.data?.rows.map((r) => r.id) ?? []} close={() => setEditing(undefined)} />
    </Page>
  );
}
