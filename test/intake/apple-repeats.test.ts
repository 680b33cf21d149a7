/** Records that repeat are taken without being parsed: nobody may see a difference. */
import { describe, expect, it } from 'vitest';
import { generate } from '../../bench/generate-apple.js';
import { CDA, EXPORT } from '../../scripts/apple-archive.js';
import type { Event } from '../../src/event.js';
import { convertAppleHealth } from '../../src/intake/apple/convert.js';
import { createLayout, type Hole, leavesOf } from '../../src/intake/apple/layout.js';
import type { Sample } from '../../src/intake/apple/sample.js';

type Kind = 'export' | 'cda';

async function read(kind: Kind, text: string, size = 20_000): Promise<unknown> {
  const bytes = new TextEncoder().encode(text);
  async function* open(): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
  }
  const events: Event[] = [];
  try {
    for await (const event of convertAppleHealth([{ kind, name: kind, open }], { check: 'off' })) events.push(event);
  } catch (error) {
    return { error: (error as Error).message, line: (error as { line?: number }).line };
  }
  return events.map((event) =>
    event.kind === 'end' ? { ...event.loss, source: undefined, engine: undefined } : event,
  );
}

/** The same for any parser of XML, but no layout is made of it. */
const withoutLayouts = (text: string): string =>
  text.replace(/ (classCode|type)="(OBS|HK\w+)"/g, (_, name, value) => ` ${name}='${value}'`);

const FILES: Readonly<Record<Kind, string>> = {
  cda: [...generate('cda', 40_000)].join(''),
  export: [...generate('export', 20_000)].join(''),
};

/** What may stand where something else stood. */
const STRANGE = [
  '',
  ' ',
  '62.0',
  'INT',
  '&amp;',
  '&nbsp;',
  '&',
  '<',
  '>',
  ']]>',
  '"',
  '<!-- " -->',
  '<![CDATA[x]]>',
  '<?x?>',
  'é',
  '\u{1f4f1}',
  '\u0001',
  '\r\n',
  '\t',
  'x'.repeat(100),
  ' nullFlavor="NI"',
  ' negationInd="true"',
  '<extra/>',
  '<value>7</value>',
  '</component>',
  '</Record>',
  '/>',
  '<component>',
  '<Correlation>',
  ' 62 ',
];

function mutate(text: string, seed: number): string {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x7fffffff) * below);
  };
  let result = text;
  for (let time = 0; time < 4; time++) {
    const at = random(result.length);
    // At a value, at the end of a tag, or anywhere.
    const from = [result.indexOf('"', at), result.indexOf('>', at) + 1, at][random(3)] ?? at;
    const to = from + ([0, 1, 5, 200][random(4)] ?? 0);
    result = result.slice(0, from) + STRANGE[random(STRANGE.length)] + result.slice(Math.max(from, to));
  }
  return result;
}

describe.each(['cda', 'export'] as const)('records of %s that repeat', (kind) => {
  it('become what they become one by one', async () => {
    const text = kind === 'cda' ? CDA : EXPORT;
    for (const whole of [FILES[kind], text, text.replace(/\n\s*/g, ''), FILES[kind].replace(/\n\s*/g, '')])
      expect(await read(kind, whole)).toEqual(await read(kind, withoutLayouts(whole)));
  });

  it('do so wherever the file is cut', async () => {
    const expected = await read(kind, FILES[kind]);
    for (const size of [1, 977, 65_536]) expect(await read(kind, FILES[kind], size)).toEqual(expected);
  });

  it('hide nothing that is strange among them', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const text = mutate(FILES[kind], seed);
      expect(await read(kind, text), `seed ${seed}`).toEqual(await read(kind, withoutLayouts(text)));
    }
  });
});

describe('a layout', () => {
  const text = '\n <Record type="HKX" device="&lt;&lt;HKDevice: 0x12ab34cd&gt;, name:x&gt;" startDate="a" value="1"/>';
  const sample: Sample = {
    type: 'HKX',
    value: '1',
    unit: '',
    sourceName: '',
    sourceVersion: '',
    device: '<<HKDevice: 0x12ab34cd>, name:x>',
    start: 'a',
    end: '',
    created: '',
    metadata: [],
    line: 2,
  };
  const holes: Record<string, Hole> = {
    'Record/@value': 'value',
    'Record/@startDate': 'start',
    'Record/@device': 'device',
  };
  const make = (source = text) => createLayout(source, sample, 1, (path) => holes[path]);

  it('fits what differs in values, times and the address of the device', () => {
    const layout = make();
    const other = text
      .replace('0x12ab34cd', '0x98ef')
      .replace('"1"', '"2.5"')
      .replace('"a"', '"2023-03-01 08:00:00 +0100"');
    expect(layout?.match(`..${other}..`, 2)).toBe(other.length + 2);
    expect(layout?.found).toMatchObject({ value: '2.5', start: '2023-03-01 08:00:00 +0100' });
  });

  it.each([
    ['another type', text.replace('HKX', 'HKY')],
    ['a reference', text.replace('"1"', '"&lt;1"')],
    ['an empty value', text.replace('"1"', '""')],
    ['a cut', text.slice(0, -1)],
    ['one more attribute', text.replace('/>', ' unit="kg"/>')],
  ])('does not fit %s', (_, other) => {
    expect(make()?.match(other, 0)).toBe(-1);
  });

  it.each([
    ['a value that is not where it should be', text.replace('value=', 'amount=')],
    ['a comment', text.replace('/>', '><!-- x --></Record>')],
    ['an element that is not closed', text.replace('/>', '>')],
    ['single quotes', text.replace('"HKX"', "'HKX'")],
    ['a reference nobody defined', text.replace('name:x', 'name:&nbsp;')],
    ['an attribute given twice', text.replace('/>', ' value="1"/>')],
  ])('is not made of %s', (_, other) => {
    expect(make(other)).toBeUndefined();
  });

  it('knows the leaves of elements and where they stand', () => {
    const source = '<a><b c="1">x</b> y </a>';
    expect(leavesOf(source)?.map(({ path, from, to }) => [path, source.slice(from, to)])).toEqual([
      ['a/b/@c', '1'],
      ['a/b/#', 'x'],
      ['a/#', ' y '],
    ]);
  });
});
