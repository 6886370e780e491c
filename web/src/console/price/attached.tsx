import { Anchor, Group, Text } from "@mantine/core";
import { Link } from "react-router";

import { hasWord, useWords } from "../../words/words";

// As the API says it: customers[acme], who resells from 2026-10-01 to 2026-11-01.
const form = /^(\w+)(?:\[([^\]]*)\])?(, who resells)?( from .*| to .*)?$/;

const places: Record<string, string> = { customers: "/customers", billing_groups: "/groups", accounts: "/accounts" };

/** To whom a book is attached, each with the way to them. */
export function Attached({ to, most = 50 }: { to: string[]; most?: number }) {
  const t = useWords("price");
  return (
    <Group gap="2px 12px">
      {to.slice(0, most).map((one) => {
        const [, kind = one, id, resells, days] = form.exec(one) ?? [];
        const word = hasWord("price", `attached.${kind}`) ? t(`attached.${kind}` as "attached.reseller") : kind;
        const place = places[kind];
        return (
          <Text key={one} size="sm" component="span">
            <span className="soft">{resells ? t("attached.resells") : word}</span>{" "}
            {id && (place ? <Anchor component={Link} size="sm" to={kind === "accounts" ? `${place}?search=${encodeURIComponent(id)}` : `${place}/${encodeURIComponent(id)}`}>{id}</Anchor> : id)}
            {days && <span className="soft num">{days}</span>}
          </Text>
        );
      })}
      {to.length > most && <Text size="sm" c="dimmed" component="span">{t("more", { count: to.length - most })}</Text>}
    </Group>
  );
}
