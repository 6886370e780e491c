import type { Schema } from "../../../api/query";

/** Kinds of source whose exports AWS makes when it is asked. */
const makable: readonly string[] = ["aws-cur2", "focus", "aws-cur"];

/** The export that a source needs, as far as its address says it; nothing where AWS could not make one. */
export function planOf({ payer, kind, url, credential }: { payer: string; kind: string; url: string; credential?: string }): Schema<"CreateExportInputBody"> | undefined {
  const place = /^s3:\/\/([a-z0-9][a-z0-9.-]*)\/?([^?]*)(?:\?(.*))?$/.exec(url.trim());
  if (!place || !makable.includes(kind) || !/^\d{12}$/.test(payer)) return undefined;
  const asked = new URLSearchParams(place[3] ?? "");
  if (asked.has("endpoint")) return undefined; // the bucket is not at AWS
  return {
    payer, kind: kind as "focus", export: "sluice-hourly", bucket: place[1]!, prefix: place[2]!.replace(/^\/+|\/+$/g, "") || "exports",
    region: asked.get("region") || "us-east-1", ...(credential ? { credential } : {}),
  };
}
