/** What was found in an input, for a terminal. */
import { clean, count, type Layout, paint, plural, wrap } from './layout.js';

/** What `inspect` tells of one file; its fields are those of its JSON. */
export interface Inspected {
  readonly path: string;
  readonly is: string;
  readonly size?: number;
  readonly fate: 'convert' | 'pass' | 'keep' | 'leave-out';
  readonly message?: string;
  readonly status?: string;
  readonly outline?: {
    readonly era: string;
    readonly type?: string;
    readonly unstructured: boolean;
    readonly complete: boolean;
    readonly bytes: number;
    readonly sections: readonly { readonly name: string; readonly entries: number }[];
  };
  readonly resources?: Readonly<Record<string, number>>;
}

const FATES = { convert: 'convert', pass: 'pass on', keep: 'keep', 'leave-out': 'leave out' } as const;
const FATE_COLORS = { convert: '32', pass: '32', keep: '36', 'leave-out': '33' } as const;

/** A line for the file, one for what is in it; what differs from document to document stays out. */
export function formatInspection(found: Inspected, layout: Layout): string {
  const fate = paint(FATES[found.fate].padEnd(9), FATE_COLORS[found.fate], layout);
  const size = found.size ?? found.outline?.bytes;
  const words = [describe(found), ...(size === undefined ? [] : [bytes(size)])].join(', ');
  const details = detailsOf(found).flatMap((text) => wrap(`          ${clean(text)}`, layout.width));
  return [`${fate} ${clean(found.path)}`, `          ${words}`, ...details, ''].join('\n');
}

function describe({ is, outline, status }: Inspected): string {
  const type = outline ? `${outline.type ?? 'clinical document'}, ${outline.era}` : is;
  return `${type}${status === 'superseded' ? ', replaced or withdrawn' : ''}`;
}

function detailsOf({ message, outline, resources }: Inspected): string[] {
  const sections =
    outline?.sections.map(({ name, entries }) => (entries > 0 ? `${name} ${count(entries)}` : name)) ?? [];
  const types = Object.entries(resources ?? {}).map(([type, number]) => `${type} ${count(number)}`);
  return [
    ...(message === undefined ? [] : [message]),
    ...(outline?.unstructured ? ['Its body is one piece without sections.'] : []),
    ...(sections.length > 0 ? [`Sections: ${sections.join(', ')}`] : []),
    ...(types.length > 0 ? [`Resources: ${types.join(', ')}`] : []),
    ...(outline?.complete === false ? ['It ends early: the rest is missing.'] : []),
  ];
}

const UNITS = ['bytes', 'KB', 'MB', 'GB'] as const;

/** `1536` as `1.5 KB`. */
function bytes(size: number): string {
  let [value, unit] = [size, 0];
  while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit === 0 ? count(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** The sum, after the last file. */
export function formatInspections(sums: ReadonlyMap<string, number>): string {
  const of = (fate: string): number => sums.get(fate) ?? 0;
  const total = [...sums.values()].reduce((sum, number) => sum + number, 0);
  return `${plural(total, 'file')}: ${count(of('convert'))} to convert, ${count(of('pass'))} of FHIR to pass on, ${count(of('keep'))} to keep as they are, ${count(of('leave-out'))} to leave out.\n`;
}
