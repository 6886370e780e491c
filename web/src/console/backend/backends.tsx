import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconPlug, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { useAll } from "../../api/query";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Answer, Empty, Notice, State } from "../../ui/state";
import { useWords } from "../../words/words";
import { useSection } from "../group/declared";
import { useActing } from "./acting";
import { BackendForm, type Declared } from "./backend_form";
import classes from "./backend.module.css";
import { type Backend, useVerified, worstOf } from "./known";
import { LastGood, StandingState, tones } from "./standing";
import { VerifiedBackend } from "./verified";

/** The programs that are asked what vendors charge. */
export function Backends() {
  const t = useWords("backend");
  const ui = useWords("ui");
  const write = useCan()("config.write");
  const backends = useAll("/api/v1/backends");
  const declared = useSection<Declared>("backends");
  const [editing, setEditing] = useState<{ name?: string }>();
  const act = useActing();
  const add = write && <Button variant="default" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setEditing({})}>{t("backend.add")}</Button>;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start">
        <Text c="dimmed" maw={720}>{t("backend.help")}</Text>
        {add}
      </Group>
      <Answer of={backends} height={260}>
        {({ rows }) => rows.length === 0 ? <Card><Empty icon={IconPlug} title={t("backend.none")} action={add}>{t("backend.noneHelp")}</Empty></Card> : (
          <div className={classes.backends}>{rows.map((b) => <One key={b.name} backend={b} declared={declared.get(b.name)} act={act} edit={write ? () => setEditing({ name: b.name }) : undefined} />)}</div>
        )}
      </Answer>
      <Modal opened={!!editing} onClose={() => setEditing(undefined)} size="lg" title={editing?.name ? t("backend.edit", { name: editing.name }) : t("backend.add")} closeButtonProps={{ "aria-label": ui("close") }}>
        {editing && <BackendForm name={editing.name} taken={[...declared.keys()]} close={() => setEditing(undefined)} />}
      </Modal>
    </Stack>
  );
}

function One({ backend: b, declared, act, edit }: { backend: Backend; declared?: Declared; act: ReturnType<typeof useActing>; edit?: () => void }) {
  const t = useWords("backend");
  const ui = useWords("ui");
  const can = useCan();
  const providers = useSection<{ id: string; name: string }>("providers");
  const said = useVerified().said[b.name];
  const worst = worstOf(b.sources);
  const currency = declared?.currency || said?.verified?.currency;
  return (
    <Card label={b.name} title={b.name} tools={worst && <State tone={tones[worst]}>{t(`condition.${worst}`)}</State>}>
      <Stack gap="sm">
        <div>
          <Text className="id" size="sm">{b.address}</Text>
          <Text size="sm" c="dimmed">{[t(`protocol.${b.protocol}` as "protocol.sluice", { defaultValue: b.protocol }), providers.get(b.provider)?.name ?? b.provider, currency].filter(Boolean).join(" · ")}</Text>
        </div>
        {b.sources.length === 0 ? (
          <Text size="sm" c="dimmed">{t("backend.noSources")}{can("config.write") && <> <Link to={`/backends/accounts/new?backend=${encodeURIComponent(b.name)}`}>{t("account.add")}</Link></>}</Text>
        ) : (
          <ul className={classes.sources} aria-label={t("backend.sourcesOf", { name: b.name })}>
            {b.sources.map((s) => (
              <li key={s.source}>
                <Text fw={560} size="md">{s.source}</Text>
                <StandingState of={s} brief />
                <div className={classes.wide}><LastGood of={s} /></div>
                {s.failing && <Text className={classes.wide} size="sm">{s.problem}</Text>}
              </li>
            ))}
          </ul>
        )}
        {said && <div className={classes.said}>{said.verified ? <VerifiedBackend of={said.verified} /> : <Notice tone="bad" title={t("verify.failed", { name: b.name })}>{said.problem}</Notice>}</div>}
        <Group gap="xs" justify="flex-end">
          {edit && <Button size="compact-sm" variant="subtle" aria-label={t("backend.edit", { name: b.name })} onClick={edit}>{ui("edit")}</Button>}
          {can("months.run") && <Button size="compact-sm" variant="default" loading={act.busy === `verify ${b.name}`} aria-label={t("verify.nowOf", { name: b.name })} onClick={() => void act.verify(b.name)}>{t("verify.now")}</Button>}
          {can("months.run") && b.sources.length > 0 && <Button size="compact-sm" variant="default" loading={act.busy === `sync ${b.name}`} aria-label={t("read.nowOf", { name: b.name })} onClick={() => void act.sync(b.name)}>{t("read.now")}</Button>}
        </Group>
      </Stack>
    </Card>
  );
}
