import { Anchor, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";

import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { useWords } from "../../words/words";

const groups = [
  { id: "people", places: [{ id: "people", needs: "users.read" }, { id: "roles", needs: "users.read" }, { id: "audit", needs: "audit.read" }] },
  { id: "customers", places: [{ id: "brand", needs: "config.read" }, { id: "layouts", needs: "config.read" }, { id: "announcements", needs: "config.read" }, { id: "portal", needs: "config.read" }, { id: "mail", needs: "config.read" }, { id: "letters", needs: "config.read" }] },
  { id: "money", places: [{ id: "reseller", needs: "config.read" }, { id: "rates", needs: "config.read" }, { id: "taxes", needs: "config.read" }, { id: "accounting", needs: "config.read" }] },
  { id: "system", places: [{ id: "configuration", needs: "config.read" }, { id: "jobs", needs: "jobs.read" }, { id: "webhooks", needs: "webhooks.write" }, { id: "credentials", needs: "config.read" }, { id: "secrets", needs: "secrets.write" }] },
] as const;

/** Everything that is set up seldom, a line each. */
export default function SettingsPage() {
  const t = useWords("setting");
  const can = useCan();
  const shown = groups.map((g) => ({ ...g, places: g.places.filter((p) => can(p.needs)) })).filter((g) => g.places.length > 0);
  return (
    <Page title={t("title")} question={t("question")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        {shown.map((g) => (
          <Card key={g.id} title={t(`home.${g.id}`)}>
            <Stack gap="sm">
              {g.places.map((p) => (
                <div key={p.id}>
                  <Title order={3} fz="md"><Anchor component={Link} to={`/settings/${p.id}`} inherit>{t(`place.${p.id}.title`)}</Anchor></Title>
                  <Text size="sm" c="dimmed">{t(`place.${p.id}.about`)}</Text>
                </div>
              ))}
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
    </Page>
  );
}
