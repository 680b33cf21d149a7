/** A series as a chart: values over time, the reference range as a band, values out of it by mark and word. */
import uPlot from 'uplot';
import type { LineValue } from '../../../timeline/model.js';
import { make, set } from '../../client/dom.js';
import { sayDate, sayTick, toSeconds } from './dates.js';
import { type Item, markOf, plural, sayRange, sayReference } from './history.js';
import { partsOf, type Series } from './series.js';

const HEIGHT = 240;
const DAY = 86_400;

interface Point {
  readonly at: number;
  /** One number, or several: of a blood pressure two. */
  readonly parts: readonly LineValue[];
  readonly item: Item;
}

/**
 * The chart in a figure. It is drawn when the figure has a width, and again when that, or the theme, changes.
 * @returns undefined if there are not two values with a date
 */
export function toChart(series: Series): HTMLElement | undefined {
  const points = series.points
    .flatMap((item): Point[] => {
      const at = toSeconds(item.line.date ?? '');
      return at === undefined ? [] : [{ at, parts: partsOf(item.line), item }];
    })
    .sort((one, other) => one.at - other.at);
  if (points.length < 2) return undefined;
  const figure = make('figure', 'chart');
  const field = set(make('div', 'field'), { role: 'img', 'aria-label': saySeries(series) });
  const readout = make('figcaption', '', ...sayPoint(points.at(-1)));
  figure.append(field, readout);
  let plot: uPlot | undefined;

  function redraw(): void {
    if (!field.isConnected) document.removeEventListener('themechange', redraw);
    const width = field.clientWidth;
    if (width === 0) return;
    plot?.destroy();
    plot = plotPoints(field, width, points, (point) => readout.replaceChildren(...sayPoint(point ?? points.at(-1))));
  }

  new ResizeObserver(redraw).observe(field);
  document.addEventListener('themechange', redraw);
  return figure;
}

/** What the chart shows, for those who do not see it. */
function saySeries({ name, points, latest }: Series): string {
  const out = points.filter(({ line }) => line.value?.outOfRange).length;
  const range = sayReference(latest.line);
  return [
    `Chart of ${name}: ${plural(points.length, 'value')} from ${sayDate(points[0]?.line.date)} to ${sayDate(points.at(-1)?.line.date)}`,
    range && `reference range ${range}`,
    `${out} out of range`,
    `latest ${latest.line.value?.text} ${sayRange(latest.line)}`.trim(),
  ]
    .filter(Boolean)
    .join('; ');
}

function sayPoint(point: Point | undefined): (Node | string)[] {
  if (!point) return [];
  const { line } = point.item;
  const range = sayRange(line);
  const said: (Node | string)[] = [make('strong', '', line.value?.text ?? '')];
  if (range) said.push(' ', make('span', 'out', `${markOf(range)} ${range}`));
  said.push(` ${sayDate(line.date, true)}`);
  if (line.precision === 'year' || line.precision === 'month')
    said.push(` (only the ${line.precision} is known: drawn in its middle)`);
  return said;
}

function plotPoints(
  field: HTMLElement,
  width: number,
  points: readonly Point[],
  hover: (point?: Point) => void,
): uPlot {
  const style = getComputedStyle(field);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const last = points.at(-1)?.parts ?? [];
  // One band for two lines would say nothing of either.
  const { low, high } = last.length === 1 ? (last[0] ?? {}) : {};
  const axis = {
    stroke: color('--dim'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: `12px ${style.fontFamily}`,
  };
  const options: uPlot.Options = {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 12 } },
    scales: {
      x: { time: true, range: (_, from, to) => spread(from, to, 0.04, 30 * DAY) },
      y: {
        range: (_, from, to) =>
          spread(Math.min(from, low ?? from), Math.max(to, high ?? to), 0.1, Math.abs(to) * 0.1 || 1),
      },
    },
    axes: [
      {
        ...axis,
        space: 70,
        values: (_, marks, _axis, _space, by) => marks.map((at) => sayTick(at, by / DAY)),
      },
      { ...axis, size: 52 },
    ],
    series: [{}, ...last.map(() => ({ stroke: color('--accent'), width: 2, points: { show: false } }))],
    hooks: {
      drawAxes: [(plot) => drawBand(plot, low, high, color('--band'))],
      draw: [(plot) => drawPoints(plot, points, color)],
      setCursor: [
        ({ cursor }) => hover(cursor.idx === null || cursor.idx === undefined ? undefined : points[cursor.idx]),
      ],
    },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
  };
  const columns = last.map((_, column) => points.map(({ parts }) => parts[column]?.number ?? null));
  return new uPlot(options, [points.map(({ at }) => at), ...columns], field);
}

function spread(from: number, to: number, share: number, least: number): [number, number] {
  const by = Math.max((to - from) * share, from === to ? least : 0);
  return [from - by, to + by];
}

function drawBand(
  { ctx, bbox, valToPos }: uPlot,
  low: number | undefined,
  high: number | undefined,
  color: string,
): void {
  if (low === undefined && high === undefined) return;
  const top = high === undefined ? bbox.top : valToPos(high, 'y', true);
  const bottom = low === undefined ? bbox.top + bbox.height : valToPos(low, 'y', true);
  ctx.fillStyle = color;
  ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
}

/** In range: a disc. Out of range: a triangle that points where it lies. Not precisely dated: hollow. */
function drawPoints(plot: uPlot, points: readonly Point[], color: (name: string) => string): void {
  for (const { at, parts, item } of points)
    for (const [column, value] of parts.entries()) {
      const range = sayRange(parts.length === 1 ? item.line : { value });
      const hollow = item.line.precision === 'year' || item.line.precision === 'month';
      plot.ctx.strokeStyle = color(range === '' ? '--accent' : '--out');
      plot.ctx.fillStyle = hollow ? color('--card') : plot.ctx.strokeStyle;
      plot.ctx.lineWidth = 2 * devicePixelRatio;
      const [x, y] = [plot.valToPos(at, 'x', true), plot.valToPos(value.number ?? 0, 'y', true)];
      drawMark(plot.ctx, x, y, range, column);
    }
}

function drawMark(ctx: CanvasRenderingContext2D, x: number, y: number, range: string, column: number): void {
  const size = 5 * devicePixelRatio;
  ctx.beginPath();
  if (range === '') {
    if (column === 0) ctx.arc(x, y, size * 0.8, 0, 2 * Math.PI);
    else ctx.rect(x - size * 0.7, y - size * 0.7, size * 1.4, size * 1.4);
  } else {
    const up = range.endsWith('low') ? -1 : 1;
    ctx.moveTo(x, y - up * size * 1.3);
    ctx.lineTo(x + size * 1.2, y + up * size);
    ctx.lineTo(x - size * 1.2, y + up * size);
    ctx.closePath();
  }
  ctx.fill();
  ctx.stroke();
}
