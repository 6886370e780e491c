/** The ways things go, in the order to offer them. */
export const ways = ["mail", "sftp", "bucket", "folder", "peppol"] as const;
export type Way = (typeof ways)[number];

export const stores = ["s3", "gs", "azblob"] as const;
export type Store = (typeof stores)[number];

/** A target as people write it down, part by part. */
export interface Place {
  store: Store; // of buckets
  host: string; // of SFTP
  port: string;
  user: string;
  name: string; // of the bucket or container
  folder: string; // without the slash before it, where it is not at the root of SFTP
  region: string; // of S3
  endpoint: string;
  pathStyle: boolean;
  account: string; // of Azure
  more: [string, string][]; // other parameters, as they were
}

export const nowhere: Place = { store: "s3", host: "", port: "", user: "", name: "", folder: "", region: "", endpoint: "", pathStyle: false, account: "", more: [] };

/** What stands in folders for what is handed over. */
export const inFolders = ["customer", "what", "period", "subject"] as const;

/** Reads a target; what it lacks is empty. */
export function placeOf(target: string | undefined): Place {
  const parts = /^([a-z0-9]+):\/\/(?:([^@/?]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(target ?? "");
  if (!parts) return nowhere;
  const [, scheme, user, host = "", folder, query] = parts;
  const asked = new URLSearchParams(query ?? "");
  const taken = (name: string) => { const value = asked.get(name) ?? ""; asked.delete(name); return value; };
  const port = /:(\d+)$/.exec(host)?.[1] ?? "";
  return {
    store: stores.find((s) => s === scheme) ?? "s3",
    host: port ? host.slice(0, -port.length - 1) : host, port, user: plain(user), name: host, folder: plain(folder),
    region: taken("region"), endpoint: taken("endpoint"), pathStyle: taken("use_path_style") === "true", account: taken("storage_account"), more: [...asked],
  };
}

/** Writes a target as the server reads it; undefined for ways that have none. */
export function targetOf(by: Way, p: Place): string | undefined {
  switch (by) {
    case "sftp":
      return `sftp://${encodeURIComponent(p.user.trim())}@${p.host.trim()}${p.port ? `:${p.port}` : ""}/${written(p.folder)}`;
    case "bucket":
      return `${p.store}://${p.name.trim()}${p.folder ? `/${written(p.folder.replace(/^\/+/, ""))}` : ""}${query(p)}`;
    case "folder":
      return `file:///${written(p.folder.replace(/^\/+/, ""))}`;
    default:
      return undefined;
  }
}

function query(p: Place): string {
  const given: Record<Store, [string, string][]> = {
    s3: [["region", p.region], ["endpoint", p.endpoint], ["use_path_style", p.pathStyle ? "true" : ""]],
    gs: [["endpoint", p.endpoint]],
    azblob: [["storage_account", p.account]],
  };
  const all = [...given[p.store].map(([name, value]) => [name, value.trim()]), ...p.more].filter(([, value]) => value !== "") as [string, string][];
  return all.length ? `?${new URLSearchParams(all).toString()}` : "";
}

/** Only what would end the path is written otherwise: the braces of fields stay. */
const written = (folder: string) => folder.trim().replace(/[%?#]/g, encodeURIComponent);

function plain(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? "");
  } catch {
    return text ?? "";
  }
}
