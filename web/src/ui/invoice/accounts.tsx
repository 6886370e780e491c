import { IconChevronRight } from "@tabler/icons-react";

import type { Schema } from "../../api/query";
import { isZero, sum } from "../decimal";
import { Shown, useDocument, Words } from "./context";
import { fixed, providerName, put, separate } from "./labels";
import classes from "./invoice.module.css";
import type { writer } from "./sums";

type Account = Schema<"InvoiceAccount">;
type Line = Schema<"InvoiceLine">;
type Writer = ReturnType<typeof writer>;

/** The section of each account: its services and entries, in the provider's currency and the document's. */
export function Accounts({ brief }: { brief?: boolean }) {
  const { inv } = useDocument();
  return <>{inv.accounts.map((account, i) => <Section key={`${account.account} ${account.payer ?? ""}`} account={account} at={i} brief={brief} />)}</>;
}

function Section({ account, at, brief }: { account: Account; at: number; brief?: boolean }) {
  const { inv, w } = useDocument();
  const { l } = w;
  const costs = [...new Set(inv.accounts.flatMap((a) => a.lines.map((line) => line.cost_currency)))];
  const exchanged = costs.length > 1 || (costs.length === 1 && costs[0] !== inv.currency);
  const several = inv.accounts.some((a) => a.provider !== inv.accounts[0]!.provider);
  const aside = [account.name ? account.account : "", account.provider && several ? providerName(account.provider, inv.provider_names) : ""].filter(Boolean).join(" · ");
  return (
    <div className={classes.section}>
      <details className={classes.account} open={!brief}>
        <summary>
          <IconChevronRight size={14} className={classes.chevron} aria-hidden />
          <span className={classes.name}>{account.name || account.account}</span>
          <span className={classes.small}>{aside}</span>
        </summary>
        <table className={classes.lines}>
          <thead>
            <tr>
              <th scope="col">{l.service}</th>
              {exchanged && <th scope="col" className={classes.wide}>{put(l.cost, costs.join(", "))}</th>}
              {exchanged && <th scope="col" className={classes.wide}>{l.rate}</th>}
              <th scope="col">{put(l.amount, inv.currency)}</th>
            </tr>
          </thead>
          <tbody>
            {account.lines.map((line, i) => (
              <tr key={i}>
                <th scope="row"><Words path={`accounts[${at}].lines[${i}].service`}>{line.service}</Words>{marksOf(line, w) && <span className={classes.aside}>{marksOf(line, w)}</span>}</th>
                {exchanged && <td className={classes.wide} title={`${line.cost} ${line.cost_currency}`}>{(costs.length > 1 ? `${line.cost_currency} ` : "") + fixed(l, line.cost, 2)}</td>}
                {exchanged && <td className={classes.wide}>{separate(l, line.rate)}</td>}
                <td>
                  <Shown path={`accounts[${at}].lines[${i}].amount`} label={line.service} amount={line.amount} exact={`${line.exact} ${inv.currency}`} account={account} line={line}>{w.money(line.amount)}</Shown>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Below account={account} at={at} w={w} />
      </details>
      {/* It may be a button, which cannot stand in what opens and closes. */}
      <span className={classes.sum}><Shown path={`accounts[${at}].total`} label={account.name || account.account} amount={account.total} account={account}>{w.money(account.total)}</Shown></span>
    </div>
  );
}

/** What is charged for the account in the totals; it is no part of the account's sum. An account of several payers has it below the last. */
function Below({ account, at, w }: { account: Account; at: number; w: Writer }) {
  const { inv } = w;
  if (inv.accounts.slice(at + 1).some((later) => later.account === account.account)) return null;
  const charges = [
    ...(inv.billing_services ?? []).map((s) => ({ account: s.account, name: s.name, amount: s.amount })),
    ...(inv.charges ?? []).map((c) => ({ account: c.account, name: c.label || (w.l.charges as Record<string, string>)[c.kind] || c.kind, amount: c.amount })),
  ].filter((c) => c.account === account.account && !isZero(c.amount));
  return <>{charges.map((c, i) => <p key={i} className={classes.below}><span>{put(w.l.addedBelow, c.name)}</span><span className="num">{w.money(c.amount)}</span></p>)}</>;
}

/** The additional items of the group. */
export function Items() {
  const { inv, w } = useDocument();
  const { l } = w;
  const items = inv.additional_items ?? [];
  const total = sum(items.map((i) => i.amount));
  return (
    <section className={classes.account}>
      <p className={classes.heading}>
        <span className={classes.name}>{l.items}</span>
        <span className={classes.sum}>{w.money(total)}</span>
      </p>
      <table className={classes.lines}>
        <thead>
          <tr><th scope="col">{l.item}</th><th scope="col" className={classes.wide}>{l.unitPrice}</th><th scope="col" className={classes.wide}>{l.quantity}</th><th scope="col">{put(l.amount, inv.currency)}</th></tr>
        </thead>
        <tbody>
          {items.map((item, i) => (
            <tr key={i}>
              <th scope="row">{item.label}{(item.tax_free || item.tax) && <span className={classes.aside}>{item.tax_free ? w.taxFree() : w.category(item.tax!)}</span>}</th>
              <td className={classes.wide}>{fixed(l, item.unit_price, Math.max(inv.digits, (item.unit_price.split(".")[1] ?? "").length))}</td>
              <td className={classes.wide}>{separate(l, item.quantity)}</td>
              <td><Shown path={`additional_items[${i}].amount`} label={item.label} amount={item.amount}>{w.money(item.amount)}</Shown></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What a line is beside usage that is taxed. */
function marksOf(line: Line, w: Writer): string {
  return [line.kind === "marketplace" ? w.l.marketplace : line.kind === "entry" ? w.l.entry : "", line.tax_free ? w.taxFree() : ""].filter(Boolean).join(", ");
}
