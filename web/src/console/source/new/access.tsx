import { Button, Group, Radio, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { type Schema, useAll } from "../../../api/query";
import { Card } from "../../../ui/page";
import { Answer, Notice } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { CredentialForm } from "../../setting/credential/form";
import classes from "./new.module.css";
import type { Going } from "./page";
import { Template } from "./template";
import { schemaOf, waysOf, type Wish } from "./wish";

/** How Sluice comes to the bills: what is made at the provider, and the credential for it. */
export function AccessStep({ wish, put }: Going) {
  const t = useWords("connect");
  const credentials = useAll("/api/v1/credentials");
  const [made, setMade] = useState<Schema<"SourceTemplate">>();
  const [saved, setSaved] = useState<Schema<"SavedCredential">>();
  // Of the template that was made before, also when the page was loaded again; else of what was saved by it.
  const external = wish.external || credentials.data?.rows.find((c) => c.id === wish.credential)?.fields?.["external_id"];
  const role = wish.by === "template" && (made?.role_arn ?? (external && wish.provider === "aws" ? `arn:aws:iam::${wish.payer}:role/sluice-billing` : undefined));
  const ready = wish.by === "environment" || wish.credential !== "";
  const fresh = wish.by === "template" || wish.by === "keys";
  return (
    <>
      <Card title={t("step.access.title")}>
        <Radio.Group label={t("step.access.how")} value={wish.by} onChange={(by) => { setSaved(undefined); put({ by: by as Wish["by"], credential: "" }); }}>
          <div className={classes.ways}>
            {waysOf(wish.provider).map((way) => <Radio key={way} value={way} label={t(`way.${way}.title`)} description={t(`way.${way}.help`)} />)}
          </div>
        </Radio.Group>
      </Card>
      {wish.by === "template" && <Template key={wish.payer} payer={wish.payer} made={made} external={external} give={(m) => { setMade(m); put({ ...(m.url ? { url: m.url } : {}), ...(m.external_id ? { external: m.external_id } : {}) }); }} />}
      {fresh && (wish.by === "keys" || made || role || wish.credential !== "") && (
        <Card title={t("step.access.credential")}>
          {wish.credential ? (
            <Stack gap="sm">
              <Notice tone={saved?.problem ? "warn" : "good"} title={t(saved?.problem ? "step.access.unverified" : "step.access.saved", { id: wish.credential })} action={<Button size="compact-sm" variant="default" onClick={() => { setSaved(undefined); put({ credential: "" }); }}>{t("step.access.another")}</Button>}>
                {saved?.problem ?? saved?.verified.says}
              </Notice>
            </Stack>
          ) : (
            <Answer of={credentials} height={220}>
              {({ rows }) => (
                <CredentialForm
                  key={`${wish.by} ${role || ""} ${external ?? ""}`} taken={rows.map((c) => c.id)} embedded
                  begun={{
                    id: `payer-${wish.payer}`.toLowerCase().replace(/[^a-z0-9._-]+/g, "-"), schema: role ? "aws-role" : schemaOf(wish.provider), provider: wish.provider, account: wish.payer,
                    fields: role ? { role_arn: role, external_id: external ?? "" } : {},
                  }}
                  done={(s) => { setSaved(s); put({ credential: s.credential.id }); }}
                />
              )}
            </Answer>
          )}
        </Card>
      )}
      {wish.by === "known" && (
        <Card>
          <Answer of={credentials} height={90}>
            {({ rows }) => {
              const own = rows.filter((c) => c.provider === wish.provider && !c.billing_only);
              return own.length === 0
                ? <Text c="dimmed">{t("step.access.none")}</Text>
                : <Select label={t("credential")} required maw={480} value={wish.credential || null} onChange={(credential) => put({ credential: credential ?? "" })} data={own.map((c) => ({ value: c.id, label: [c.name, c.id, c.account].filter(Boolean).join(" · ") }))} />;
            }}
          </Answer>
        </Card>
      )}
      <Group justify="space-between">
        <Button variant="default" onClick={() => put({ step: "payer" })}>{t("back")}</Button>
        <Button disabled={!ready} onClick={() => put({ step: "find" })}>{t("next")}</Button>
      </Group>
    </>
  );
}
