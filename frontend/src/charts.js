// Charts of results. In a page:
//
//   <figure class="chart" hidden data-chart='{"kind": "bar", "x": "unit", "y": "budget",
//     "columns": ["unit", "budget"], "rows": [["…", 1], …]}'></figure>
//
// The JSON may stand in a <script type="application/json"> inside the figure as well. Without
// columns and rows they are fetched from `data-source`, which gives SPARQL JSON results.
// `headings` may name the columns for people. Where nothing can be drawn the figure stays hidden:
// the table beside it says the same.

import { BarChart, LineChart, PieChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { columnsOf, isNumeric, numberOf, readResult } from "./results.js";

use([
  BarChart, LineChart, PieChart, ScatterChart, CanvasRenderer,
  AriaComponent, DataZoomComponent, GridComponent, LegendComponent, TooltipComponent,
]);

export const KINDS = ["bar", "line", "pie", "scatter"];

const COLOURS = ["#0b5394", "#c75b12", "#2e7d32", "#7b3fa0", "#9a7d0a", "#00707a", "#a31545"];
const MOST_POINTS = 2000;
const MOST_SLICES = 12;
const SHOWN_AT_ONCE = 40;
const LABEL_LETTERS = 14;

/**
 * Draw a chart into `element`.
 *
 * @param {HTMLElement} element an element with a size.
 * @param {object} data `columns`: names; `rows`: values, numbers where numeric; `kind`: one of
 *   KINDS; `x`, `y`: names of columns (`y` may be several); `headings`: what columns are called.
 * @param {string} language of what the chart says by itself: zh or en.
 * @returns {{dispose: () => void} | null} null when there is nothing that can be drawn.
 */
export function draw(element, data, language = "zh") {
  const points = pointsOf(data);
  if (points === null) return null;
  const chart = init(element, null, { locale: language === "zh" ? "ZH" : "EN" });
  chart.setOption(optionOf(data, points));
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(element);
  return {
    dispose: () => {
      observer.disconnect();
      chart.dispose();
    },
  };
}

/** Return the columns that suit the axes: the first of words (else the first), and of numbers. */
export function proposal(columns, rows) {
  const numeric = columns.filter((_, index) => isNumeric(rows, index));
  if (!numeric.length) return null;
  const words = columns.filter((name) => !numeric.includes(name));
  const label = words.find((name) => name.endsWith("Label")) ?? words[0];
  if (label !== undefined) return { kind: "bar", x: label, y: numeric[0] };
  return numeric.length > 1 ? { kind: "scatter", x: numeric[0], y: numeric[1] } : null;
}

function pointsOf({ columns, rows, x, y, kind }) {
  const across = columns.indexOf(x);
  const series = [y].flat().map((name) => columns.indexOf(name));
  if (across < 0 || !series.length || series.some((index) => index < 0)) return null;
  if (!KINDS.includes(kind)) return null;
  const kept = rows.filter((row) => series.some((index) => numberOf(row[index]) !== null));
  if (!kept.length || (kind === "scatter" && !isNumeric(kept, across))) return null;
  return { across, series, rows: kept.slice(0, MOST_POINTS) };
}

function optionOf(data, { across, series, rows }) {
  const called = (index) => data.headings?.[data.columns[index]] ?? data.columns[index];
  const common = {
    color: COLOURS,
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    aria: { enabled: true },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    // Drawn on the canvas: the usual tooltip is HTML with style attributes, which the policy of
    // the pages forbids.
    tooltip: { renderMode: "richText", confine: true, trigger: "item" },
  };
  if (data.kind === "pie") return { ...common, ...pie(rows, across, series[0], called) };
  if (data.kind === "scatter") return { ...common, ...scatter(rows, across, series[0], called) };
  return { ...common, ...bars(data.kind, rows, across, series, called) };
}

function pie(rows, across, index, called) {
  const slices = rows
    .map((row) => ({ name: words(row[across]), value: numberOf(row[index]) }))
    .filter((slice) => slice.value > 0)
    .sort((a, b) => b.value - a.value);
  const rest = slices.slice(MOST_SLICES).reduce((sum, slice) => sum + slice.value, 0);
  const data = slices.slice(0, MOST_SLICES);
  if (rest > 0) data.push({ name: "…", value: rest });
  return { series: [{ type: "pie", name: called(index), radius: "68%", data }] };
}

function scatter(rows, across, index, called) {
  const data = rows.map((row) => [numberOf(row[across]), numberOf(row[index])]);
  return {
    grid: grid(),
    xAxis: { type: "value", name: called(across), scale: true, nameLocation: "middle", nameGap: 28 },
    yAxis: {
      type: "value", name: called(index), scale: true,
      nameTextStyle: { align: "left" }, axisLabel: { formatter: short },
    },
    series: [{ type: "scatter", name: called(index), data }],
  };
}

function bars(kind, rows, across, series, called) {
  const many = rows.length > SHOWN_AT_ONCE;
  return {
    grid: grid(many),
    legend: series.length > 1 ? { top: 0 } : undefined,
    tooltip: { renderMode: "richText", confine: true, trigger: "axis" },
    dataZoom: many ? [{ type: "slider", endValue: SHOWN_AT_ONCE - 1, bottom: 6 }] : undefined,
    xAxis: {
      type: "category",
      data: rows.map((row) => words(row[across])),
      axisLabel: { rotate: rows.length > 5 ? 35 : 0, formatter: cut, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      name: series.length > 1 ? undefined : called(series[0]),
      nameTextStyle: { align: "left" },
      axisLabel: { formatter: short },
    },
    series: series.map((index) => ({
      type: kind,
      name: called(index),
      data: rows.map((row) => numberOf(row[index])),
    })),
  };
}

function grid(withSlider = false) {
  return { left: 12, right: 24, top: 44, bottom: withSlider ? 48 : 12, containLabel: true };
}

function words(value) {
  return value === null || value === undefined ? "" : String(value);
}

function cut(text) {
  const letters = Array.from(text);
  return letters.length > LABEL_LETTERS ? `${letters.slice(0, LABEL_LETTERS).join("")}…` : text;
}

/** Write the number of an axis short: 亿 and 万 in Chinese pages, else grouped. */
function short(value) {
  return new Intl.NumberFormat(document.documentElement.lang || "zh-CN", {
    notation: Math.abs(value) >= 10_000 ? "compact" : "standard",
    maximumFractionDigits: 2,
  }).format(value);
}

async function drawFigure(figure) {
  const inside = figure.querySelector('script[type="application/json"]');
  const data = JSON.parse(figure.dataset.chart || inside.textContent);
  if (!data.rows) {
    const accept = { Accept: "application/sparql-results+json" };
    const response = await fetch(figure.dataset.source, { headers: accept });
    if (!response.ok) return;
    Object.assign(data, columnsOf(readResult(await response.text())));
  }
  figure.hidden = false;
  const canvas = document.createElement("div");
  canvas.className = "canvas";
  figure.append(canvas);
  if (draw(canvas, data, document.documentElement.lang.startsWith("zh") ? "zh" : "en") === null) {
    figure.hidden = true;
    canvas.remove();
  }
}

for (const figure of document.querySelectorAll("figure[data-chart]")) {
  drawFigure(figure).catch((error) => {
    figure.hidden = true;
    console.warn("perfkg: no chart", error);
  });
}
