import { BarChart, HeatmapChart, LineChart, SankeyChart, TreemapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { type ECharts, init, use as register } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import { useFormats } from "../format";
import type { Drawing, Pick } from "./drawing";
import { optionOf } from "./option";

register([BarChart, LineChart, HeatmapChart, TreemapChart, SankeyChart, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, AriaComponent, CanvasRenderer]);

/** Draws with ECharts; loaded when the first chart is seen. */
export default function Canvas({ drawing, height, label, onPick }: {
  drawing: Drawing;
  height: number;
  label: string;
  onPick?: (pick: Pick) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  const pick = useRef(onPick);
  const f = useFormats();
  useEffect(() => { pick.current = onPick; });

  useEffect(() => {
    const made = init(place.current!, undefined, { renderer: "canvas" });
    chart.current = made;
    made.on("click", (event) => pick.current?.({ series: event.seriesName ?? "", category: event.name, index: event.dataIndex, path: (event as { treePathInfo?: { name: string }[] }).treePathInfo?.map((part) => part.name).filter(Boolean) }));
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(place.current!);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    chart.current?.setOption(optionOf(drawing, f, (name) => style.getPropertyValue(name).trim()), { notMerge: true });
  }, [drawing, f]);

  return <div ref={place} role="img" aria-label={label} style={{ height, width: "100%", cursor: onPick ? "pointer" : undefined }} />;
}
