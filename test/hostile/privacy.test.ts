/** A marker in every value of a document: none of them may come out but in what holds the data itself. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, rewrite } from '../property/xml.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MARKER = /ZQX\w{0,8}/gi;

/** What a reader must know to map the document at all. */
const STRUCTURAL =
  /^@(root|code|codeSystem|typeCode|classCode|moodCode|xsi:type|xmlns.*|negationInd|inversionInd|use|unit|operator|mediaType|representation|value|ID|contextConductionInd|determinerCode|institutionSpecified|nullFlavor|xsi:schemaLocation|typeCode)$/;

/** Every value marked; or, if `sparing`, those that do not decide how the document is read. */
function plant(source: string, sparing: boolean): string {
  const text = rewrite(parse(source), (ordinal, value, name) => {
    if (name.startsWith('@xmlns') || (sparing && STRUCTURAL.test(name))) return value;
    return sparing ? `${value}ZQX${ordinal}` : `ZQX${ordinal}`;
  });
  return text
    .replace(
      /^<ClinicalDocument([^>]*)>/,
      '<?zqx1 ZQX2?><!-- ZQX3 --><ClinicalDocument$1 xmlns:zqxp="urn:zqx4" zqxp:zqx5="ZQX6"><zqxp:ZQX7 ZQX8="ZQX9">ZQX10</zqxp:ZQX7>',
    )
    .replace('</ClinicalDocument>', '<!-- ZQX11 --></ClinicalDocument>');
}

let folder = '';
const at = (...path: string[]): string => join(folder, ...path);

interface Result {
  readonly said: string;
  /** Without the data itself, which `convert` and `timeline` write to the other. */
  readonly onStderr: string;
  readonly code: number;
}

function run(...args: string[]): Promise<Result> {
  const node = [join(root, 'dist/cli/main.js'), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, node, { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      resolve({ said: stdout + stderr, onStderr: stderr, code: typeof error?.code === 'number' ? error.code : 0 }),
    );
  });
}

const markersIn = (text: string): string[] => [...new Set(text.match(MARKER) ?? [])].slice(0, 10);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccd2fhir-privacy-'));
  await mkdir(at('in'));
  for (const name of ['vendor-quirks', 'unstructured', 'ccd-r11']) {
    const source = await readFile(join(root, `samples/${name}.xml`), 'utf8');
    const sparing = plant(source, true);
    const broken = sparing.replace(/<text>/g, '<text>ZQX & <ZQX <p ZQX=ZQX>&ZQX;\u0001');
    const variants: Record<string, string> = {
      sparing,
      whole: plant(source, false),
      cut: sparing.slice(0, sparing.length / 2),
      broken,
      deep: sparing.replace('<text>', '<text>ZQX<ZQX a="ZQX">'.repeat(300)),
      doctype: `<!DOCTYPE ZQX [<!ENTITY ZQX "ZQX">]>${sparing}`,
      trailing: `${sparing}<ZQX>ZQX</ZQX>`,
      bytes: sparing.replace('</title>', '\u0000\ufffe</title>'),
      other: `<ZQX xmlns="urn:zqx">ZQX</ZQX>`,
      words: 'ZQX',
    };
    for (const [kind, text] of Object.entries(variants)) await writeFile(at('in', `${name}-${kind}.xml`), text);
  }
  await writeFile(at('bad.json'), '{"resourceType":"Basic","id":"ZQX 2","status":"ZQX3"}');
  await writeFile(
    at('bad.ndjson'),
    '{"resourceType":"Patient","birthDate":"ZQX4","active":"ZQX5","gender":"ZQX6","id":"ZQX 7","name":"ZQX8"}\n{"resourceType":"Patient","name":[{"family":"ZQX9"',
  );
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('no value of a document', { timeout: 240_000 }, () => {
  it('is in what a run says, sums up, journals and reports', async () => {
    const { said, code } = await run('convert', at('in'), '--out', at('out'), '--jobs', '1', '--check', 'full');
    expect(markersIn(said)).toEqual([]);
    expect(code).toBe(1);
    const files = await readdir(at('out'), { recursive: true });
    const reports = files.filter((name) => /(\.loss\.json|run\.json|journal|\.jsonl|\.log)/.test(name));
    expect(reports.length).toBeGreaterThan(10);
    for (const name of reports) expect([name, ...markersIn(await readFile(at('out', name), 'utf8'))]).toEqual([name]);
    // They were there to be told.
    expect(markersIn(await readFile(at('out/vendor-quirks-sparing.json'), 'utf8'))).not.toEqual([]);
  });

  it('is in what check says of the output, or of worse', async () => {
    const { said, code } = await run('check', at('out'), at('bad.json'), at('bad.ndjson'), '--check', 'full');
    expect([markersIn(said), code]).toEqual([[], 1]);
    const asJson = await run('check', at('bad.json'), at('bad.ndjson'), '--json');
    expect(markersIn(asJson.said)).toEqual([]);
  });

  it.each(['sparing', 'cut', 'broken', 'whole'])('is in the loss report of the %s one', async (kind) => {
    const plain = await run('loss', at('in', `vendor-quirks-${kind}.xml`));
    expect(markersIn(plain.said)).toEqual([]);
    expect(plain.said.length).toBeGreaterThan(100);
  });

  it('is in the report unless it is asked for', async () => {
    const asked = await run('loss', at('in/vendor-quirks-sparing.xml'), '--json', '--show-values');
    expect(markersIn(asked.said)).not.toEqual([]);
  });

  it('is in what inspect and timeline say', async () => {
    const inspected = await run('inspect', at('in'));
    expect(markersIn(inspected.said)).toEqual([]);
    const asJson = await run('inspect', at('in'), '--json');
    expect(markersIn(asJson.said)).toEqual([]);
    const merged = await run('timeline', at('in'), '--out', at('merged'));
    expect([markersIn(merged.said), merged.code]).toEqual([[], 1]);
  });

  it('is in what a trace says of where things come from', async () => {
    for (const kind of ['sparing', 'broken']) {
      const to = at(`trace-${kind}.ndjson`);
      await run('convert', at('in', `vendor-quirks-${kind}.xml`), '--trace', to);
      const trace = await readFile(to, 'utf8');
      expect(trace.length).toBeGreaterThan(1000);
      // Of what a trace says, all but names of elements is of the program.
      expect([kind, ...markersIn(trace)]).toEqual([kind]);
    }
  });

  it.each([
    ['convert', []],
    ['inspect', []],
    ['timeline', ['--json']],
    ['push', ['--to', 'http://127.0.0.1:9/fhir', '--dry-run']],
  ])('is in what %s says of broken JSON, lines and cards', async (command, options) => {
    const broken: Record<string, string> = {
      'cut.json':
        '{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"ZQX1',
      'bare.json': '{"resourceType":"Patient","birthDate":ZQX2}',
      'odd.json': '{"resourceType":"ZQX3","ZQX4":{"ZQX5":["ZQX6"]}}',
      'lines.ndjson': '{"resourceType":"Patient","id":"p"}\n{"resourceType":"ZQX7","id":"ZQX8"}\nZQX9 {"a":\n',
      'card.smart-health-card': '{"verifiableCredential":["eyJhbGciOiJFUzI1NiJ9.ZQX10.ZQX11"]}',
      'codes.txt':
        'shc:/567629095243206034602924374044603122295953265460346029254077280433602870286471674522280928619998',
      'part.eml':
        'Subject: ZQX12\nFrom: ZQX13@x\nContent-Type: multipart/mixed; boundary=ZQX14\n\n--ZQX14\nContent-Type: text/ZQX15\n\nZQX16',
    };
    await mkdir(at('broken'), { recursive: true });
    for (const [name, text] of Object.entries(broken)) await writeFile(at('broken', name), text);
    for (const name of Object.keys(broken)) {
      const { said, onStderr } = await run(command, at('broken', name), ...options);
      const words = command === 'convert' || command === 'timeline' ? onStderr : said;
      expect([name, ...markersIn(words)]).toEqual([name]);
    }
  });

  it.each(['deep', 'doctype', 'other', 'words'])('is in why the %s one is refused', async (kind) => {
    const { said, code } = await run('convert', at('in', `ccd-r11-${kind}.xml`));
    expect([markersIn(said), code]).toEqual([[], 2]);
  });
});
