import { Text } from "@mantine/core";

import { useWords } from "../../../words/words";
import { differences } from "./difference";
import classes from "./difference.module.css";

/** What was before and what is after, field by field. */
export function Differences({ before, after }: { before?: unknown; after?: unknown }) {
  const t = useWords("setting");
  const changes = differences(before, after);
  if (changes.length === 0) return <Text c="dimmed" size="sm">{t("audit.same")}</Text>;
  return (
    <table className={classes.table}>
      <thead><tr><th scope="col">{t("audit.field")}</th><th scope="col">{t("audit.before")}</th><th scope="col">{t("audit.after")}</th></tr></thead>
      <tbody>
        {changes.map((c) => (
          <tr key={c.field}>
            <th scope="row" className="id">{c.field}</th>
            <td>{c.before === undefined ? <span className="soft">–</span> : <del className={classes.gone}>{c.before}</del>}</td>
            <td>{c.after === undefined ? <span className="soft">–</span> : <ins className={classes.put}>{c.after}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
