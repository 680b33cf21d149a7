/** A series as a small line: its shape only, the values stand beside it. */
import { toSeconds } from './dates.js';
import { draw, shape } from './kinds.js';
import { partsOf, type Series } from './series.js';

const [WIDTH, HEIGHT, MARGIN] = [120, 32, 4];
/** Of more values than the picture is wide, every second, third ... is drawn, and the latest always. */
const MOST = WIDTH;

/** Undefined if there are not two values to join. */
export function toSparkline({ points }: Series): SVGSVGElement | undefined {
  const step = Math.ceil(points.length / MOST);
  const shown = points.filter((_, index) => (points.length - 1 - index) % step === 0);
  const values = shown.flatMap(({ line }) => {
    const at = toSeconds(line.date ?? '');
    const [part] = partsOf(line);
    return at === undefined || part?.number === undefined ? [] : [{ at, number: part.number, part, line }];
  });
  values.sort((one, other) => one.at - other.at);
  const last = values.at(-1);
  if (values.length < 2 || !last) return undefined;
  const { low, high } = last.part;
  const numbers = values.map(({ number }) => number);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const [from, to] = [values[0]?.at ?? 0, last.at];
  const x = (at: number): number => MARGIN + ((at - from) / (to - from || 1)) * (WIDTH - 2 * MARGIN);
  const y = (number: number): number =>
    Math.max(0, Math.min(HEIGHT, HEIGHT - MARGIN - ((number - least) / (most - least || 1)) * (HEIGHT - 2 * MARGIN)));
  const path = values.map(
    ({ at, number }, index) => `${index === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(number).toFixed(1)}`,
  );
  const parts = [shape('path', { d: path.join(''), class: 'stroke' })];
  if (low !== undefined || high !== undefined) {
    const top = high === undefined ? 0 : y(high);
    const bottom = low === undefined ? HEIGHT : y(low);
    if (bottom > top) parts.unshift(shape('rect', { x: 0, y: top, width: WIDTH, height: bottom - top, class: 'band' }));
  }
  const out = last.line.value?.outOfRange ? ' out' : '';
  parts.push(shape('circle', { cx: x(last.at), cy: y(last.number), r: 3, class: `end${out}` }));
  return draw(WIDTH, HEIGHT, 'sparkline', ...parts);
}
