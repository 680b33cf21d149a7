import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/read/limits.js';
import { createPlain, type Plain } from '../../src/read/plain.js';
import { createRepair } from '../../src/read/repair.js';
import { createTokens, type TokenHandler } from '../../src/read/tokens.js';
import { body, document, section } from './trace.js';

/** Everything the tree is told, with lines; `short` says whether the short way may be taken. */
function tokensOf(text: string, short: boolean): { told: string[]; taken: number } {
  const told: string[] = [];
  let run = '';
  const tell = (token: string): void => {
    if (run !== '') told.push(`text ${run}`);
    run = '';
    told.push(token);
  };
  const handler: TokenHandler = {
    startTag({ name, line, lines, names, values, count }) {
      tell(`<${name.text} ${line}+${lines}`);
      for (let index = 0; index < count; index++) tell(`${names[index]?.text}=${values[index]}`);
      tell(`> ${tokens.line()}`);
    },
    text: (value) => {
      run += value;
    },
    endTag: () => tell(`end ${tokens.line()}`),
    malformed: () => told.push(`malformed ${tokens.line()}`),
  };
  const refuse = (code: string): never => {
    throw new Error(code);
  };
  const tokens = createTokens(handler, LIMITS, refuse);
  const open: string[] = [];
  const plain = createPlain(handler, tokens, open, LIMITS);
  let taken = 0;
  const counted: Plain = {
    scan(source, at) {
      const to = short ? plain.scan(source, at) : at;
      taken += to - at;
      return to;
    },
    get at() {
      return plain.at;
    },
  };
  const endTag = (): void => {
    tokens.settle();
    handler.endTag();
  };
  const output = { ...tokens, endTag, refuse, report: (code: string) => told.push(`${code} ${tokens.line()}`) };
  const repair = createRepair(output, counted, open, LIMITS);
  try {
    repair.write(text);
    repair.close();
  } catch (error) {
    told.push(String(error));
  }
  return { told, taken };
}

const PIECE = fc.constantFrom(
  ...['<a x="1">', '<b\n y=\'2\' z = "3"\n/>', '<c/>', '</a>', '</a >', '<d x="1" x="2"/>', '<e x="1"y="2"/>'],
  ...['<é ü="1"/>', '<f x="a\tb\nc"/>', '<g x="&lt;"/>', '<h x="<"/>', "<i x='\"'/>", '<j :k="1" l.m-n="2"/>', '<0/>'],
  ...[
    'text',
    ' ',
    '\n',
    '\r\n',
    '\t',
    '&amp;',
    '&',
    '&nbsp;',
    ']',
    ']]',
    '>',
    ']]>',
    '\u0000',
    '\ufffe',
    '😀',
    '\ud83d',
  ],
  ...['<!-- \n -->', '<?p\n?>', '<![CDATA[\n<x>]]>', '<', '/', '"', '=', '\u2028', 'é', '\u0085'],
);

describe('the short way', () => {
  it('says the same as the long way', () => {
    fc.assert(
      fc.property(fc.array(PIECE, { maxLength: 30 }), (pieces) => {
        const text = document(pieces.join(''));
        expect(tokensOf(text, true).told).toEqual(tokensOf(text, false).told);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes nearly all of usual documents', () => {
    const usual = body(
      section('<title>A</title>\n<text><p ID="a">b</p></text><entry><act classCode="ACT"/></entry>').repeat(20),
    );
    expect(tokensOf(usual, true).taken).toBeGreaterThan(0.9 * usual.length);
    const sample = readFileSync('samples/negations.xml', 'utf8');
    expect(tokensOf(sample, true).taken).toBeGreaterThan(0.7 * sample.length);
    expect(tokensOf(sample, true).told).toEqual(tokensOf(sample, false).told);
  });

  it('does not lose text around half a character', () => {
    const { told } = tokensOf(document('<a>x\ud83d</a><b>\ude00y</b>'), true);
    expect(told).toContain('text x\ufffe');
    expect(told).toContain('text \ufffey');
    expect(told.filter((token) => token.startsWith('malformed'))).toHaveLength(2);
    expect(tokensOf(document('<a>\ud83d\ude00</a>'), true).told).toContain('text 😀');
  });

  it('counts the lines of what is mended or left out', () => {
    const { told } = tokensOf(document('<a x="1"\ny="2"\nz=3\n/><!--\n\n--></q\n><b/>'), true);
    expect(told).toContain('<b 7+0');
  });
});
