import { Problem } from "../../api/problem";

/** Downloads a file that may be refused: a link alone would not say why. Throws a Problem. */
export async function saveFile(address: string): Promise<void> {
  const answer = await fetch(address).catch((cause: unknown) => { throw Problem.network(cause); });
  if (!answer.ok) throw new Problem(answer.status, (await answer.json().catch(() => ({ title: answer.statusText }))) as ConstructorParameters<typeof Problem>[1]);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = nameOf(answer.headers.get("Content-Disposition") ?? "");
  link.click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The name that the server gives a file. */
export function nameOf(disposition: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? "";
}
