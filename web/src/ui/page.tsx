import { Anchor, Box, Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { Link } from "react-router";

/** A page: its title, the question it answers, what can be done, and the content. */
export function Page({ title, question, actions, path, children, wide }: {
  title: string;
  question?: ReactNode;
  actions?: ReactNode;
  path?: { title: string; to: string }[]; // the pages above
  children: ReactNode;
  wide?: boolean;
}) {
  useEffect(() => { document.title = title; }, [title]);
  return (
    <Stack gap="md" maw={wide ? undefined : 1680}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <Box style={{ minWidth: 0 }}>
          {path && (
            <Breadcrumbs separator="›" separatorMargin={6} mb={2} fz="sm">
              {path.map((p) => <Anchor key={p.to} component={Link} to={p.to} size="sm">{p.title}</Anchor>)}
            </Breadcrumbs>
          )}
          <Title order={1} tabIndex={-1} style={{ overflowWrap: "anywhere" }}>{title}</Title>
          {question && <Text c="dimmed" size="md" mt={2}>{question}</Text>}
        </Box>
        {actions && <Group gap="xs" className="no-print">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

/** A card: what moves together. `flush` where a table fills it. */
export function Card({ title, tools, children, flush, label }: { title?: ReactNode; tools?: ReactNode; children: ReactNode; flush?: boolean; label?: string }) {
  return (
    <Box component="section" className="card" aria-label={label} style={{ minWidth: 0, overflow: "clip" }}>
      {(title || tools) && (
        <Group justify="space-between" gap="xs" px="md" py="xs" style={{ borderBottom: flush ? "1px solid var(--rule)" : undefined }}>
          {typeof title === "string" ? <Title order={2}>{title}</Title> : title}
          {tools && <Group gap="xs">{tools}</Group>}
        </Group>
      )}
      <Box p={flush ? 0 : "md"} pt={flush || !title ? undefined : 0}>{children}</Box>
    </Box>
  );
}

/** Names and values below each other. */
export function Facts({ of }: { of: [ReactNode, ReactNode][] }) {
  return (
    <Box component="dl" m={0} style={{ display: "grid", gridTemplateColumns: "fit-content(45%) minmax(0, 1fr)", gap: "6px 16px" }}>
      {of.map(([name, value], i) => [
        <Text key={`n${i}`} component="dt" c="dimmed" size="sm" miw={90}>{name}</Text>,
        <Box key={`v${i}`} component="dd" m={0} fz="md" style={{ overflowWrap: "anywhere", minWidth: 0 }}>{value}</Box>,
      ])}
    </Box>
  );
}
