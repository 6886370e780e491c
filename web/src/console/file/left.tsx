import { Anchor, Stack, Text } from "@mantine/core";
import { Link } from "react-router";

import type { LeftOut } from "../../ui/file/types";
import { useWords } from "../../words/words";

/** Documents that are not in an export, and why. */
export function Left({ of }: { of: LeftOut[] }) {
  const t = useWords("file");
  if (of.length === 0) return null;
  return (
    <section>
      <Text size="sm" fw={600} mb={4}>{t("left", { count: of.length })}</Text>
      <Stack component="ul" gap={8} m={0} p={0} mah={320} style={{ listStyle: "none", overflow: "auto" }}>
        {of.map((x) => (
          <li key={x.id}>
            <Anchor component={Link} to={`/invoices/${encodeURIComponent(x.id)}`} className="id" size="sm">{x.id}</Anchor>
            <Text size="sm" style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}>{x.reason}</Text>
          </li>
        ))}
      </Stack>
    </section>
  );
}
