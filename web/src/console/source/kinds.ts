import { useAsk } from "../../api/query";
import { useWords } from "../../words/words";
import type { SchemaNode } from "../price/schema";

/** Kinds whose sources have no place: what they tell is asked for, or sent. */
export const placeless = ["backend", "pushed"];

/** The kinds that a source can have, as the schema of the configuration lists them. */
export const kindsIn = (schema: unknown): string[] => (schema as SchemaNode | undefined)?.$defs?.["Source"]?.properties?.["kind"]?.enum ?? [];

/** The kinds that a source can have; none until they are known. */
export function useKinds(): string[] {
  const schema = useAsk("/api/v1/config.schema.json" as never) as { data?: unknown };
  return kindsIn(schema.data);
}

/** What a kind of source is called. */
export function useKindName() {
  const t = useWords("connect");
  return (kind: string) => t(`kind.${kind}` as "kind.focus", { defaultValue: kind });
}
