import { Badge, Box, Button, Group, Skeleton, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import {
  IconAlertTriangle, IconCheck, IconCircleDashed, IconClock, IconInfoCircle, IconLock, IconMoodEmpty, IconPlugConnectedX, IconX, type Icon,
} from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Problem } from "../api/problem";
import { hasWord, useWords } from "../words/words";

export type Tone = "good" | "warn" | "bad" | "info" | "quiet";

const looks: Record<Tone, { icon: Icon; text: string; ground: string }> = {
  good: { icon: IconCheck, text: "var(--good)", ground: "var(--good-ground)" },
  warn: { icon: IconAlertTriangle, text: "var(--warn)", ground: "var(--warn-ground)" },
  bad: { icon: IconX, text: "var(--bad)", ground: "var(--bad-ground)" },
  info: { icon: IconClock, text: "var(--info)", ground: "var(--info-ground)" },
  quiet: { icon: IconCircleDashed, text: "var(--soft)", ground: "var(--sunken)" },
};

/** A state: always a word and an icon, never a colour alone. */
export function State({ tone, children, icon }: { tone: Tone; children: ReactNode; icon?: Icon }) {
  const look = looks[tone];
  const Sign = icon ?? look.icon;
  return (
    <Badge
      leftSection={<Sign size={12} stroke={2.2} aria-hidden />}
      styles={{ root: { background: look.ground, color: look.text, textTransform: "none", fontWeight: 560, border: 0 }, label: { overflow: "visible" } }}
    >
      {children}
    </Badge>
  );
}

/** A message in the flow of a page. */
export function Notice({ tone, title, children, action }: { tone: Tone; title?: ReactNode; children?: ReactNode; action?: ReactNode }) {
  const look = looks[tone];
  const Sign = tone === "info" ? IconInfoCircle : look.icon;
  return (
    <Group role={tone === "bad" ? "alert" : "status"} wrap="nowrap" align="flex-start" gap="sm" p="sm" style={{ background: look.ground, borderRadius: 8 }}>
      <Sign size={18} color={look.text} style={{ flex: "none", marginTop: 2 }} aria-hidden />
      <Box style={{ flex: 1, minWidth: 0 }}>
        {title && <Text fw={600} size="md" c={look.text}>{title}</Text>}
        {children && <Box fz="md" style={{ overflowWrap: "anywhere" }}>{children}</Box>}
      </Box>
      {action}
    </Group>
  );
}

/** What a place says that has nothing to show yet: why, and what to do. */
export function Empty({ title, children, action, icon: Sign = IconMoodEmpty }: { title: ReactNode; children?: ReactNode; action?: ReactNode; icon?: Icon }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <ThemeIcon variant="light" color="gray" size={44} radius="xl"><Sign size={24} stroke={1.5} aria-hidden /></ThemeIcon>
      <Text fw={600} size="lg">{title}</Text>
      {children && <Text c="dimmed" maw={460}>{children}</Text>}
      {action && <Box mt="xs">{action}</Box>}
    </Stack>
  );
}

/** What went wrong in words: the interface's own where it has some for the code, else the server's. */
export function useExplain() {
  const t = useWords("ui");
  return (error: unknown): string => {
    if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
    const key = `problem.${error.code}`;
    const own = hasWord("ui", key) ? t(key as "problem.network") : "";
    return [own, error.code === "network" ? "" : error.message, error.body.hint].filter(Boolean).join(" ");
  };
}

/** An error in the place of what was asked for. */
export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const t = useWords("ui");
  const explain = useExplain();
  const denied = error instanceof Problem && (error.code === "denied" || error.code === "switched-off");
  const Sign = denied ? IconLock : error instanceof Problem && error.code === "network" ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <Stack role="alert" align="center" gap="xs" py="xl" px="md" ta="center">
      <ThemeIcon variant="light" color={denied ? "gray" : "red"} size={44} radius="xl"><Sign size={24} stroke={1.5} aria-hidden /></ThemeIcon>
      <Title order={2}>{denied ? t("failed.denied") : t("failed.title")}</Title>
      <Text maw={560} style={{ overflowWrap: "anywhere" }}>{explain(error)}</Text>
      {error instanceof Problem && error.body.instance && <Text size="xs" c="dimmed" className="id">{error.body.instance}</Text>}
      {again && !denied && <Button variant="default" onClick={again}>{t("failed.again")}</Button>}
    </Stack>
  );
}

/** Lines in the place of what is on its way; as high as that will be. */
export function Waiting({ lines = 6, height }: { lines?: number; height?: number }) {
  const t = useWords("ui");
  return (
    <Stack gap="sm" p="md" role="status" aria-label={t("waiting")} aria-busy h={height}>
      {height
        ? <Skeleton height="100%" radius="md" />
        : Array.from({ length: lines }, (_, i) => <Skeleton key={i} height={14} width={`${92 - ((i * 17) % 40)}%`} radius="sm" />)}
    </Stack>
  );
}

/** Shows an answer when it is there; before, that it is on its way; else why it is not. */
export function Answer<T>({ of, children, lines, height }: { of: UseQueryResult<T, Error>; children: (data: T) => ReactNode; lines?: number; height?: number }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.isError) return <Failed error={of.error} again={() => void of.refetch()} />;
  return <Waiting lines={lines} height={height} />;
}
