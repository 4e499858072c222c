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
const SHOWN_NARROW = 14;
const BAR_WIDTH = 56;
const LETTER = 12;
const LINE_LETTERS = 18;
const NARROW = 520;

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
  let width = element.clientWidth;
  chart.setOption(fitted(data, points, width));
  const observer = new ResizeObserver(() => {
    chart.resize();
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    chart.setOption(fitted(data, points, width));
  });
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

/** Return the part of the options that the width in pixels decides: how labels fit. */
function fitted({ kind }, { across, rows }, width) {
  if (kind === "scatter") return {};
  const narrow = width < NARROW;
  if (kind === "pie") {
    const label = { width: Math.floor(width * (narrow ? 0.22 : 0.3)), overflow: "truncate" };
    return { series: [{ radius: narrow ? "46%" : "68%", label }] };
  }
  const shown = narrow ? SHOWN_NARROW : SHOWN_AT_ONCE;
  const dataZoom = rows.length > SHOWN_AT_ONCE ? [{ endValue: shown - 1 }] : undefined;
  const names = rows.slice(0, shown).map((row) => Array.from(words(row[across])).length);
  const room = (width - 80) / Math.max(1, names.length);
  return { dataZoom, xAxis: { axisLabel: label(Math.max(0, ...names) * LETTER, room, narrow) } };
}

/** Return how the names along an axis stand: in a line, in several, or slanting and cut. */
export function label(longest, room, narrow) {
  if (longest <= room) return { rotate: 0, width: null, overflow: "none", interval: 0 };
  if (room >= 4 * LETTER && longest <= 3 * room)
    return { rotate: 0, width: Math.floor(room) - 6, overflow: "break", interval: 0 };
  const interval = room >= 1.5 * LETTER ? 0 : "auto";
  const width = narrow ? 84 : 150;
  return { rotate: narrow ? 50 : 35, width, overflow: "truncate", interval };
}

function pie(rows, across, index, called) {
  const slices = rows
    .map((row) => ({ name: words(row[across]), value: numberOf(row[index]) }))
    .filter((slice) => slice.value > 0)
    .sort((a, b) => b.value - a.value);
  const rest = slices.slice(MOST_SLICES).reduce((sum, slice) => sum + slice.value, 0);
  const data = slices.slice(0, MOST_SLICES);
  if (rest > 0) data.push({ name: "…", value: rest });
  const formatter = ({ name, value, percent }) => told(name, [[called(index), value]], `${percent} %`);
  return {
    tooltip: { renderMode: "richText", confine: true, trigger: "item", formatter },
    series: [{ type: "pie", name: called(index), data }],
  };
}

function scatter(rows, across, index, called) {
  const data = rows.map((row) => [numberOf(row[across]), numberOf(row[index])]);
  return {
    grid: grid(),
    xAxis: {
      type: "value", name: called(across), scale: true, nameLocation: "middle", nameGap: 28,
      ...steps(rows, [across]), axisLabel: { formatter: short, hideOverlap: true },
    },
    yAxis: {
      type: "value", name: called(index), scale: true, ...steps(rows, [index]),
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
    tooltip: {
      renderMode: "richText", confine: true, trigger: "axis",
      formatter: (items) => told(
        words(rows[items[0].dataIndex][across]),
        items.filter(({ value }) => value !== null && value !== undefined)
          .map(({ seriesName, value }) => [seriesName, value]),
      ),
    },
    dataZoom: many ? [{ type: "slider", bottom: 16, height: 20 }] : undefined,
    xAxis: {
      type: "category",
      data: rows.map((row) => words(row[across])),
      axisLabel: { hideOverlap: true },
    },
    yAxis: {
      type: "value",
      name: series.length > 1 ? undefined : called(series[0]),
      nameTextStyle: { align: "left" },
      axisLabel: { formatter: short },
      ...steps(rows, series),
    },
    series: series.map((index) => ({
      type: rows.length > 1 ? kind : "bar", // a line through one point would be a dot
      name: called(index),
      barMaxWidth: BAR_WIDTH,
      data: rows.map((row) => numberOf(row[index])),
    })),
  };
}

function grid(withSlider = false) {
  return { left: 12, right: 24, top: 44, bottom: withSlider ? 56 : 12, containLabel: true };
}

function words(value) {
  return value === null || value === undefined ? "" : String(value);
}

/** Let an axis count in whole steps where all its numbers are whole: there is no half a project. */
export function steps(rows, indexes) {
  const numbers = rows.flatMap((row) => indexes.map((index) => numberOf(row[index])));
  return numbers.every((number) => number === null || Number.isInteger(number))
    ? { minInterval: 1 }
    : {};
}

/** Return what a tooltip says: the name in full, in lines, then the numbers in full. */
export function told(name, numbers, ...more) {
  const letters = Array.from(name);
  const lines = [];
  for (let from = 0; from < letters.length; from += LINE_LETTERS)
    lines.push(letters.slice(from, from + LINE_LETTERS).join(""));
  const number = new Intl.NumberFormat(document.documentElement.lang || "zh-CN", {
    maximumFractionDigits: 6,
  });
  const said = numbers.map(([heading, value]) => `${heading}: ${number.format(value)}`);
  return [...lines, ...said, ...more].join("\n");
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
