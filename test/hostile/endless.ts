/**
 * Reads one endless document in a process of its own and tells how that ended, with the most memory it took:
 * `node --import tsx --conditions=source test/hostile/endless.ts NAME MEGABYTES`.
 */
import { fileURLToPath } from 'node:url';
import { endless, HEAD, withText } from './documents.js';
import { endingOf } from './read.js';

const MiB = 1024 * 1024;
const FILE = HEAD.replace(/<structuredBody>.*$/s, '<nonXMLBody><text mediaType="image/png" representation="B64">');
const START = '<?xml version="1.0"?>';

/** What stands before, and what is repeated; `refused`: the limit that stops it, else it is passed over. */
export const ENDLESS: Readonly<Record<string, { head: string; text: string; refused?: string }>> = {
  'a text': { head: HEAD, text: 'endless words ', refused: 'limit-text' },
  'a text of references': { head: HEAD, text: '&#65;', refused: 'limit-base64' },
  'a text of bare &': { head: HEAD, text: '& ', refused: 'limit-repairs' },
  'a text of raw <': { head: HEAD, text: '< ', refused: 'limit-repairs' },
  'a text of forbidden characters': { head: HEAD, text: 'words and a \0 ', refused: 'limit-repairs' },
  'a text in pieces between comments': { head: HEAD, text: 'aaaa<!-- x -->', refused: 'limit-text' },
  'a CDATA section': { head: `${HEAD}<![CDATA[`, text: 'endless w\u00f6rds ', refused: 'limit-text' },
  'a CDATA section of brackets': { head: `${HEAD}<![CDATA[`, text: ']] ] ]]&<', refused: 'limit-text' },
  'CDATA sections in a row': { head: HEAD, text: '<![CDATA[many words]]>', refused: 'limit-text' },
  'an attribute value': { head: `${HEAD}<a b="`, text: 'endless words ', refused: 'limit-text' },
  'an attribute value of references': { head: `${HEAD}<a b="`, text: '&#65;', refused: 'limit-text' },
  'an element name': { head: `${HEAD}<a`, text: 'aaaa', refused: 'limit-text' },
  'an attribute name': { head: `${HEAD}<a `, text: 'bbbb', refused: 'limit-text' },
  'white space in a tag': { head: `${HEAD}<a`, text: ' \n', refused: 'limit-text' },
  'white space in an end tag': { head: `${HEAD}</text`, text: ' \n', refused: 'limit-text' },
  'base64 of an attachment': { head: FILE, text: 'QUJD', refused: 'limit-base64' },
  'a DOCTYPE': { head: `${START}<!DOCTYPE a [`, text: '<!ENTITY a "x">', refused: 'doctype-refused' },
  'a comment': { head: `${HEAD}<!--`, text: 'words - ' },
  'a processing instruction': { head: `${HEAD}<?pi `, text: 'words ? ' },
  'white space before the document': { head: START, text: ' \n', refused: 'not-xml' },
  'words before the document': { head: '', text: 'garbage ', refused: 'not-xml' },
  'words after the document': { head: withText('x'), text: 'garbage ' },
  'statements in one statement': {
    head: `${HEAD.replace('<text>', '')}<entry><act>`,
    text: '<entryRelationship><act><code code="x"/></act></entryRelationship>',
    refused: 'limit-related',
  },
};

export interface Told {
  readonly refused?: string;
  readonly line?: number;
  readonly column?: number;
  readonly findings: readonly string[];
  readonly megabytes: number;
  readonly cpuSeconds: number;
}

async function* watched(source: AsyncIterable<Uint8Array>, look: () => void): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    look();
    yield bytes;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , name = '', megabytes = '300'] = process.argv;
  const { head = '', text = ' ' } = ENDLESS[name] ?? {};
  let most = 0;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const source = endless(head, text, Number(megabytes) * MiB);
  const { refused, line, column, findings, cpuSeconds } = await endingOf(watched(source, look));
  look();
  const told: Told = {
    ...(refused !== undefined && { refused }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    findings,
    // The system's own highest figure holds what the parent had when it started this process.
    megabytes: Math.round(most / MiB),
    cpuSeconds,
  };
  process.stdout.write(JSON.stringify(told));
}
