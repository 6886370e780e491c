import { CloseButton, Stack, Text } from "@mantine/core";

import { useAll, useAsk, useChange } from "../api/query";
import { Notice } from "../ui/state";
import { useFormats } from "../ui/format";
import { useWords } from "../words/words";

/** What the reseller announces, above each page, until somebody has read it. */
export function Announcements() {
  const t = useWords("portal");
  const f = useFormats();
  const all = useAll("/api/v1/portal/announcements", { params: { query: { language: f.language as "en" } } });
  const mine = useAsk("/api/v1/me/preferences");
  const dismiss = useChange("post", "/api/v1/me/announcements/{id}/dismiss", { refreshes: ["/api/v1/me/preferences"] });
  if (!all.data?.rows.length || !mine.data) return null;
  // Gone at once; where the server did not hear of it, it comes back with the next page.
  const gone = [...mine.data.dismissed_announcements, ...(dismiss.variables ? [dismiss.variables.params.path.id] : [])];
  const open = all.data.rows.filter((a) => !gone.includes(a.id));
  if (open.length === 0) return null;
  return (
    <Stack gap="xs" mb="md" component="section" aria-label={t("announcement.title")} className="no-print">
      {open.map((a) => (
        <Notice
          key={a.id} tone={a.level === "warning" ? "warn" : "info"} title={<span lang={a.language}>{a.title}</span>}
          action={<CloseButton size="sm" aria-label={t("announcement.dismiss", { title: a.title })} onClick={() => dismiss.mutate({ params: { path: { id: a.id } } })} />}
        >
          {a.text && <Text lang={a.language} style={{ whiteSpace: "pre-line" }}>{a.text}</Text>}
        </Notice>
      ))}
    </Stack>
  );
}
