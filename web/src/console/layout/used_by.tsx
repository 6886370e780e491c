import { Anchor, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { useWords } from "../../words/words";
import { countOf, type Users } from "./users";

const most = 4; // names of each kind; the rest is counted

/** Which documents look so: all of the reseller's, those of templates and of groups. */
export function UsedBy({ users }: { users: Users }): ReactNode {
  const t = useWords("layout");
  if (countOf(users) === 0) return <Text span size="sm" c="dimmed">{t("users.none")}</Text>;
  const links = (title: string, to: string, of: { id: string; name: string }[]) => of.length > 0 && (
    <Group gap={6} component="span">
      <Text span size="sm" c="dimmed">{title}</Text>
      {of.slice(0, most).map((x) => <Anchor key={x.id} component={Link} to={`/${to}/${encodeURIComponent(x.id)}`} size="sm">{x.name}</Anchor>)}
      {of.length > most && <Text span size="sm" c="dimmed">{t("users.more", { count: of.length - most })}</Text>}
    </Group>
  );
  return (
    <Group gap="sm" component="span">
      {users.reseller && <Anchor component={Link} to="/settings/layouts" size="sm">{t("users.all")}</Anchor>}
      {links(t("users.templates"), "templates", users.templates)}
      {links(t("users.groups"), "groups", users.groups)}
    </Group>
  );
}
