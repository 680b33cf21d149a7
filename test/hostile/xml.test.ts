import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REFUSALS } from '../../src/read/read.js';
import { DOCUMENTS, endless, HEAD, SLOW, TAIL, withEntry, withHeader, withText } from './documents.js';
import { endingOf } from './read.js';

const MiB = 1024 * 1024;
/** Far more than it takes, far less than a hang; processor time, as the machine may be busy. */
const SECONDS = 20;

describe('a document with', () => {
  it.each(Object.entries(DOCUMENTS))('%s', { timeout: 120_000 }, async (_what, hostile) => {
    const ending = await endingOf(hostile.source);
    expect(ending.cpuSeconds).toBeLessThan(SECONDS);
    expect(ending.refused).toBe(hostile.refused);
    if (hostile.refused !== undefined) {
      const [line, column] = hostile.at ?? [];
      expect(ending.line).toEqual(line ?? expect.any(Number));
      if (column !== undefined) expect(ending.column).toBe(column);
      expect(ending.message).toContain(REFUSALS[hostile.refused as keyof typeof REFUSALS]);
      return;
    }
    expect([...ending.findings].sort()).toEqual([...(hostile.findings ?? [])].sort());
    expect(ending.loss?.complete).toBe(hostile.complete ?? true);
    const { total, lost, copied, implied, tested, frame, narrative } = ending.loss?.leaves ?? {
      total: -1,
      lost: 0,
      copied: 0,
      implied: 0,
      tested: 0,
      frame: 0,
      narrative: 0,
    };
    expect(lost + copied + implied + tested + frame + narrative).toBe(total);
    if (hostile.says !== undefined)
      expect(ending.resources.join('\n')).toContain(JSON.stringify(hostile.says).slice(1, -1));
  });

  it('a fault names its column', async () => {
    const { loss } = await endingOf(withText('\r\n\n ab & c\n<paragraph ID=a>x</paragraph>'));
    expect(
      loss?.findings
        .filter(({ code }) => code === 'xml-malformed')
        .map(({ line, column, repair }) => [line, column, repair]),
    ).toEqual([
      [10, 5, 'bare-ampersand'],
      [11, 1, 'broken-tag'],
    ]);
  });

  it.each(SLOW)('nothing but %j is read in a time that follows its length', { timeout: 60_000 }, async (text) => {
    const made = (length: number): string => withText(text.repeat(length / text.length));
    await endingOf(made(1000));
    const small = await endingOf(made(50_000));
    const large = await endingOf(made(400_000));
    expect(large.cpuSeconds).toBeLessThan(16 * small.cpuSeconds + 1);
  });
});

describe('more than memory holds', () => {
  let most = 0;
  let before = 0;
  let timer: NodeJS.Timeout;
  beforeAll(() => {
    before = process.memoryUsage().rss;
    timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
  });
  afterAll(() => clearInterval(timer));

  it.each([
    ['a gigabyte of text', HEAD, 'endless words '],
    ['a gigabyte of an attribute', `${HEAD}<a b="`, 'endless words '],
    ['a gigabyte of a name', `${HEAD}<a`, 'aaaa'],
    [
      'a gigabyte of base64',
      HEAD.replace(/<structuredBody>.*$/s, '<nonXMLBody><text mediaType="image/png" representation="B64">'),
      'QUJD',
    ],
  ])('%s stops at the limit', { timeout: 180_000 }, async (what, head, text) => {
    const ending = await endingOf(endless(head, text, 1024 * MiB));
    expect(ending.refused).toBe(what.endsWith('base64') ? 'limit-base64' : 'limit-text');
    expect(ending.line).toBeGreaterThan(1);
    expect(ending.column).toBeGreaterThan(0);
    expect(ending.cpuSeconds).toBeLessThan(SECONDS);
  });

  it.each([
    ['a comment', '<!-- ', 'words ', '-->'],
    ['an instruction', '<?pi ', 'words ', '?>'],
  ])('%s of a quarter of a gigabyte passes', { timeout: 180_000 }, async (_what, open, text, close) => {
    const before = HEAD.slice(0, HEAD.indexOf('<component>'));
    const rest = HEAD.slice(before.length) + TAIL;
    const ending = await endingOf(endless(before + open, text, 256 * MiB, close + rest));
    expect([ending.refused, ending.findings, ending.loss?.complete]).toEqual([undefined, [], true]);
    expect(ending.cpuSeconds).toBeLessThan(SECONDS);
  });

  it('stays within memory meanwhile', () => {
    expect(most - before).toBeLessThan(900 * MiB);
  });

  it('elements without end stop at what is held at once', { timeout: 180_000 }, async () => {
    const header = HEAD.slice(0, HEAD.indexOf('<title>'));
    const ending = await endingOf(endless(header, '<x/>', 1024 * MiB));
    expect(ending.refused).toBe('limit-held');
    const section = await endingOf(
      endless(HEAD.replace('<text>', ''), '<entry><act><code code="x"/></act></entry>', 8 * MiB),
    );
    expect(section.refused).toBeUndefined();
  });
});

describe('a document that ends early', () => {
  const whole = withEntry(
    '<entry typeCode="DRIV">\n<act classCode="ACT" moodCode="EVN"><!-- c --><text><![CDATA[a]]>&amp;</text></act></entry>',
  );
  const from = whole.indexOf('<id root') + 4;

  it('never looks complete, wherever it is cut', { timeout: 120_000 }, async () => {
    for (let length = from; length < whole.lastIndexOf('>'); length += 3) {
      const cut = whole.slice(0, length);
      const { loss, refused } = await endingOf(cut);
      expect([refused, loss?.complete]).toEqual([undefined, false]);
      const [found] = loss?.findings.filter(({ code }) => code === 'xml-truncated') ?? [];
      expect(found).toMatchObject({
        severity: 'error',
        line: cut.split('\n').length,
        message: expect.stringContaining('ends early'),
      });
    }
  });

  it('before its root says so as well', async () => {
    for (const length of [0, 1, 20, 39, 45, 60])
      expect((await endingOf(whole.slice(0, length))).refused).toBe('not-xml');
  });

  it('keeps what stands before', async () => {
    const { resources } = await endingOf(withHeader('<languageCode code="en"/>').slice(0, -60));
    expect(resources.map((line) => JSON.parse(line).resourceType)).toContain('Patient');
  });
});
