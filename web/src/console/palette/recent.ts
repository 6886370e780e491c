/** What was picked before, the newest first. */
export interface Picked {
  id: string;
  title: string;
  detail?: string;
  to?: string;
}

const key = "palette-recent";
const most = 6;

export function picked(): Picked[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? (kept as Picked[]).filter((p) => typeof p.id === "string" && typeof p.title === "string") : [];
  } catch {
    return [];
  }
}

export function remember(now: Picked) {
  if (!now.to) return;
  localStorage.setItem(key, JSON.stringify([now, ...picked().filter((p) => p.id !== now.id)].slice(0, most)));
}
