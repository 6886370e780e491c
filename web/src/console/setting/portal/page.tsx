import { NativeSelect, Switch, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { refresh, type Schema, useAll } from "../../../api/query";
import { api } from "../../../api/client";
import { useCan } from "../../../ui/me";
import { Card, Page } from "../../../ui/page";
import { Empty, Failed, useExplain, Waiting } from "../../../ui/state";
import { refused, told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { declare } from "../../group/declared";
import classes from "../role/role.module.css";

/** What customers can be shown, as the server knows it; some of it is on unless it is switched off. */
const features = ["usage", "downloads", "commitments", "invoices", "invoice-files", "fees", "payments", "users", "api-tokens", "webhooks"] as const;
const onAtFirst: readonly string[] = ["usage", "downloads", "users"];

type Switches = Record<string, boolean>;
type Customer = Schema<"BillingCustomer">;

/** What customers see in the portal: a switch for all, and one's own for each. */
export default function PortalPage() {
  const t = useWords("setting");
  const can = useCan();
  const queries = useQueryClient();
  const explain = useExplain();
  const [busy, setBusy] = useState<string>();
  const customers = useAll("/api/v1/customers");
  const reseller = useAll("/api/v1/config/{kind}", { params: { path: { kind: "reseller" } } });
  const own = reseller.data?.rows[0];
  const all = (own?.spec as { portal?: Switches } | undefined)?.portal ?? {};
  const write = can("config.write");
  const isOn = (feature: string) => all[feature] ?? onAtFirst.includes(feature);

  /** Reads the thing anew, so that nothing of it that others changed is lost. */
  async function change(kind: "reseller" | "customers", id: string, name: string, feature: string, value: boolean | undefined) {
    setBusy(`${id} ${feature}`);
    try {
      const { data, response } = await api.GET("/api/v1/config/{kind}/{id}", { params: { path: { kind, id } } });
      const spec = data!.spec as { portal?: Switches };
      const portal = Object.fromEntries(Object.entries({ ...spec.portal, [feature]: value }).filter(([, v]) => v !== undefined));
      await declare(kind, id, { ...spec, portal }, response.headers.get("ETag") ?? undefined);
      await refresh(queries, ["/api/v1/config", "/api/v1/customers"]);
      told(t("portal.saved", { feature: t(`portal.feature.${feature}` as "portal.feature.usage"), name }));
    } catch (error) {
      refused(t("portal.failed"), explain(error));
    } finally {
      setBusy(undefined);
    }
  }
  const failed = customers.error ?? reseller.error;
  return (
    <Page title={t("place.portal.title")} question={t("portal.question")} wide>
      <Card flush label={t("portal.matrix")}>
        {failed ? <Failed error={failed} /> : !customers.data || !own ? <Waiting lines={10} /> : (
          // What scrolls is reached by keyboard, too.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <div className={classes.scroll} role="region" aria-label={t("portal.matrix")} tabIndex={0}>
            <table className={`${classes.table} ${classes.narrow}`}>
              <thead>
                <tr>
                  <th scope="col">{t("portal.customer")}</th>
                  {features.map((x) => <th key={x} scope="col" title={t(`portal.about.${x}`)}>{t(`portal.feature.${x}`)}</th>)}
                </tr>
              </thead>
              <tbody>
                <tr>
                  <th scope="row"><strong>{t("portal.all")}</strong><span className="soft">{t("portal.allHelp")}</span></th>
                  {features.map((x) => (
                    <td key={x}>
                      <Switch aria-label={t("portal.switchAll", { feature: t(`portal.feature.${x}`) })} size="sm" display="inline-block" disabled={!write || busy !== undefined} checked={isOn(x)} onChange={(e) => void change("reseller", own.id, t("portal.all"), x, e.currentTarget.checked)} />
                    </td>
                  ))}
                </tr>
                {customers.data.rows.map((c) => (
                  <tr key={c.id}>
                    <th scope="row">{c.name}</th>
                    {features.map((x) => <td key={x}><Choice customer={c} feature={x} fallback={isOn(x)} disabled={!write || busy !== undefined} change={(value) => void change("customers", c.id, c.name, x, value)} /></td>)}
                  </tr>
                ))}
              </tbody>
            </table>
            {customers.data.rows.length === 0 && <Empty title={t("portal.none")} />}
          </div>
        )}
      </Card>
      <Text size="sm" c="dimmed">{t("portal.help")}</Text>
    </Page>
  );
}

/** On, off, or as for all. */
function Choice({ customer, feature, fallback, disabled, change }: { customer: Customer; feature: (typeof features)[number]; fallback: boolean; disabled: boolean; change: (value: boolean | undefined) => void }) {
  const t = useWords("setting");
  const value = customer.portal?.[feature];
  return (
    <NativeSelect
      size="xs" variant="unstyled" rightSection={null} disabled={disabled} aria-label={t("portal.switchOne", { feature: t(`portal.feature.${feature}`), name: customer.name })}
      value={value === undefined ? "as" : value ? "on" : "off"} onChange={(e) => change(e.currentTarget.value === "as" ? undefined : e.currentTarget.value === "on")}
      styles={{ input: { textAlign: "center", textAlignLast: "center", paddingInline: 0, cursor: "pointer", color: value === undefined ? "var(--soft)" : value ? "var(--good)" : "var(--bad)", fontWeight: value === undefined ? 400 : 620 } }}
      data={[{ value: "as", label: fallback ? t("portal.asOn") : t("portal.asOff") }, { value: "on", label: t("portal.on") }, { value: "off", label: t("portal.off") }]}
    />
  );
}
