import type { Layout } from "./layout";

const bars = (y: number, count: number, step: number) => Array.from({ length: count }, (_, i) => y + i * step);

/** A look, drawn small: where its parts are, in its colours. */
export function Sketch({ look, colours, width = 96 }: { look: string; colours?: Layout["colours"]; width?: number }) {
  const { accent = "#1f3d66", muted = "#6b737c", line = "#dde1e6", band = "#f3f5f9" } = colours ?? {};
  const classic = look === "classic";
  const compact = look === "compact";
  const rows = compact ? bars(58, 16, 4.4) : classic ? bars(92, 5, 8) : bars(78, 6, 8);
  return (
    <svg viewBox="0 0 100 141" width={width} role="presentation" aria-hidden style={{ display: "block", flex: "none", background: "#fff", border: "1px solid var(--rule)", borderRadius: 3 }}>
      {!classic && <rect width={100} height={2.5} fill={accent} />}
      {classic ? (
        <>
          <rect x={34} y={10} width={32} height={5} rx={1} fill={accent} />
          <rect x={9} y={26} width={34} height={4} rx={1} fill={accent} /><rect x={9} y={34} width={26} height={2} fill={muted} opacity={0.5} />
          <rect x={62} y={26} width={24} height={3} rx={1} fill={muted} />
          {bars(33, 3, 5).map((y) => <rect key={y} x={62} y={y} width={22} height={2} fill={muted} opacity={0.5} />)}
          <rect x={80} y={24} width={11} height={11} rx={1} fill="none" stroke="#b3262f" strokeWidth={1.4} />
          <rect x={9} y={58} width={52} height={13} fill={band} /><rect x={12} y={62} width={18} height={5} rx={1} fill={accent} />
        </>
      ) : (
        <>
          <rect x={9} y={10} width={22} height={4} rx={1} fill={accent} />
          <rect x={64} y={10} width={27} height={compact ? 5 : 7} rx={1} fill={accent} />
          {bars(22, 3, compact ? 4 : 5).map((y) => <g key={y}><rect x={9} y={y} width={26} height={2} fill={muted} opacity={0.5} /><rect x={64} y={y} width={27} height={2} fill={muted} opacity={0.5} /></g>)}
          <rect x={9} y={compact ? 38 : 46} width={82} height={compact ? 12 : 17} fill={band} />
          <rect x={13} y={compact ? 42 : 51} width={30} height={compact ? 4 : 7} rx={1} fill={accent} />
        </>
      )}
      {rows.map((y) => <g key={y}><rect x={9} y={y} width={32} height={1.8} fill={muted} opacity={0.55} /><rect x={76} y={y} width={15} height={1.8} fill={muted} opacity={0.8} /><rect x={9} y={y + (compact ? 2.6 : 5)} width={82} height={0.5} fill={line} /></g>)}
      {!compact && <rect x={64} y={129} width={27} height={3} rx={1} fill={accent} />}
    </svg>
  );
}
