import { Suspense, use, useMemo } from "react";

import { isZero } from "../decimal";
import { Waiting } from "../state";
import { Accounts, Items } from "./accounts";
import { Context, useDocument, Shown, Words } from "./context";
import { day, days, type Labels, labelsOf, providerName, put } from "./labels";
import classes from "./invoice.module.css";
import { type Mark, type Paper, type Place } from "./paper";
import { dueDay, noteSections, payable, sumLines, writer } from "./sums";
import { useWords } from "../../words/words";

interface Props {
  document: Paper;
  /** Parts that differ from another version: marked, with what they were. */
  marks?: readonly Mark[];
  /** Makes amounts buttons: asks where one comes from. */
  onWhy?: (place: Place) => void;
  /** The accounts are closed at first: where one looks at the totals. */
  brief?: boolean;
}

/** An invoice or note as its reader gets it, in its own language, like the PDF: from the JSON of the document alone. */
export function InvoiceDocument(props: Props) {
  return (
    <Suspense fallback={<div className={classes.paper}><Waiting lines={14} /></div>}>
      <Written {...props} />
    </Suspense>
  );
}

function Written({ document: inv, marks, onWhy, brief }: Props) {
  const t = useWords("document");
  const l = use(labelsOf(inv.language));
  const value = useMemo(() => ({ inv, w: writer(inv, l), marks: new Map((marks ?? []).map((m) => [m.path, m])), onWhy }), [inv, l, marks, onWhy]);
  return (
    <Context value={value}>
      <article className={classes.paper} lang={inv.language} aria-label={t("label", { kind: kindOf(inv, l), name: inv.number || inv.id })}>
        <Head />
        <Parties />
        <Due />
        <Accounts brief={brief} />
        {!!inv.additional_items?.length && <Items />}
        <Sums />
        <Notes />
        <p className={classes.foot}>{inv.id}</p>
      </article>
    </Context>
  );
}

const kindOf = (inv: Paper, l: Labels) => ({ "credit-note": l.creditNote, "debit-note": l.debitNote }[inv.document] ?? l.invoice);

/** What a Japanese document is for consumption tax; in another currency than yen it is none. */
function qualified(inv: Paper, l: Labels): string {
  if (inv.currency !== "JPY" || !/^T\d{13}$/.test(inv.seller.tax_registration ?? "")) return "";
  return inv.document === "credit-note" ? l.qualifiedReturn : l.qualified;
}

const stateOf = (inv: Paper, l: Labels): [word: string, meaning: string] =>
  inv.preview ? [l.preview, l.previewNote] : inv.state === "draft" ? [l.draft, l.draftNote] : ["", ""];

function Head() {
  const { inv, w: { l } } = useDocument();
  const [word] = stateOf(inv, l);
  return (
    <header className={classes.head}>
      <div>
        <p className={classes.seller}><Words path="seller.name">{inv.seller.name}</Words></p>
        <Address of="seller" />
      </div>
      <div className={classes.kind}>
        <p className={classes.title}><Words path="document">{kindOf(inv, l)}</Words></p>
        {qualified(inv, l) && <p className={classes.qualified}>{qualified(inv, l)}</p>}
        {word && <span className={classes.draft}>{word}</span>}
      </div>
    </header>
  );
}

function Address({ of }: { of: "seller" | "buyer" }) {
  const { inv, w: { l } } = useDocument();
  const party = inv[of];
  return (
    <address className={classes.address}>
      {(party.address ?? []).map((line, i) => <span key={i}><Words path={`${of}.address[${i}]`}>{line}</Words></span>)}
      {party.tax_registration && <span><Words path={`${of}.tax_registration`}>{`${l.registration} ${party.tax_registration}`}</Words></span>}
      {party.contact && <span><Words path={`${of}.contact`}>{party.contact}</Words></span>}
    </address>
  );
}

function Parties() {
  const { inv, w: { l } } = useDocument();
  const honorific = l.honorific && !inv.buyer.name.endsWith(l.honorific) ? ` ${l.honorific}` : "";
  const facts: [label: string, path: string, value: string | undefined][] = [
    [l.number, "number", inv.number],
    [l.period, "period", days(l, inv.period)],
    [l.provider, "provider", inv.provider ? providerName(inv.provider, inv.provider_names) : undefined],
    [l.issued, "issue_date", inv.issue_date ? day(l, inv.issue_date) : undefined],
    [l.due, "due_date", dueDay(inv, l)],
  ];
  return (
    <div className={classes.parties}>
      <div>
        <p className={classes.small}>{l.billTo}</p>
        <p className={classes.buyer}><Words path="buyer.name">{inv.buyer.name + honorific}</Words></p>
        <Address of="buyer" />
      </div>
      <dl className={classes.facts}>
        {facts.filter(([, , value]) => value).map(([label, path, value]) => [
          <dt key={`${path}-name`}>{label}</dt>,
          <dd key={path}><Words path={path}>{value}</Words></dd>,
        ])}
      </dl>
    </div>
  );
}

/** The band that says what is to be paid and until when; what the document corrects; what a draft's mark means. */
function Due() {
  const { inv, w: { l, money } } = useDocument();
  const due = payable(inv, l);
  const [, meaning] = stateOf(inv, l);
  const day_ = dueDay(inv, l);
  const original = inv.corrects;
  const whys = l.why as Record<string, string>;
  return (
    <>
      {inv.title && <p className={classes.strong}><Words path="title">{inv.title}</Words></p>}
      {original && (
        <div className={classes.correction}>
          <p className={classes.strong}>{put(l.corrects, original.number, day(l, original.issue_date))}</p>
          {original.reason && <p>{put(l.reason, whys[original.reason] ?? original.reason)}</p>}
          <p className={classes.small}>{l.differences}</p>
        </div>
      )}
      <div className={classes.band}>
        <div>
          <p className={classes.strong}>{due.label}</p>
          {day_ && <p className={classes.small}>{`${l.due} ${day_}`}</p>}
        </div>
        <p className={classes.due}>
          <span className={classes.currency}><Words path="currency">{inv.currency}</Words></span> <Shown path="payable" label={due.label} amount={due.amount}>{money(due.amount)}</Shown>
        </p>
      </div>
      {meaning && <p className={classes.meaning}>{meaning}</p>}
    </>
  );
}

function Sums() {
  const { inv, w } = useDocument();
  const lines = useMemo(() => sumLines(inv, w.l), [inv, w]);
  const due = payable(inv, w.l);
  return (
    <table className={classes.sums}>
      <tbody>
        {lines.map((line) => (
          <tr key={line.path} data-strong={line.strong || undefined} data-within={line.within || undefined}>
            <th scope="row">
              <span>{line.label}</span>
              {line.details.map((detail, i) => <span key={i} className={classes.detail}>{detail}</span>)}
            </th>
            <td><Shown path={line.path} label={line.label} amount={line.amount}>{w.money(line.amount)}</Shown></td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{due.label}</th>
          <td><span className={classes.currency}>{inv.currency}</span> {w.money(isZero(due.amount) ? "0" : due.amount)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function Notes() {
  const { inv, w: { l } } = useDocument();
  return (
    <dl className={classes.notes}>
      {noteSections(inv, l).map((section) => [
        <dt key={`${section.path}-name`}>{section.heading}</dt>,
        <dd key={section.path}>
          {section.lines.map((line, i) => <p key={i}><Words path={section.path === "note" ? "note" : section.path === "rounding" ? "rounding.point" : `${section.path}[${i}]`}>{line}</Words></p>)}
        </dd>,
      ])}
    </dl>
  );
}
