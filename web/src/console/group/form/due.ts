interface Due {
  /** end-of-month, end-of-next-month, end-of-month-after-next, net, day-of-this-month, day-of-next-month, day-of-month-after-next; "" where nothing is said. */
  kind: string;
  count: number;
}

/** Reads terms such as net-30 and day-25-of-next-month. */
export function dueOf(text: string): Due {
  const net = /^net-(\d+)$/.exec(text);
  if (net) return { kind: "net", count: Number(net[1]) };
  const day = /^day-(\d+)-of-(.+)$/.exec(text);
  if (day) return { kind: `day-of-${day[2]}`, count: Number(day[1]) };
  return { kind: text, count: 0 };
}

export function dueText({ kind, count }: Due): string {
  if (kind === "net") return `net-${count}`;
  return kind.startsWith("day-of-") ? `day-${count}-of-${kind.slice("day-of-".length)}` : kind;
}
