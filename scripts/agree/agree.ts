/**
 * `npm run agree [SEED] [NUMBER]`: asks the validator of HL7 and `check --check full` about the same resources: what the
 * samples and golden cases become, and NUMBER (1000) of them broken by chance. Prints where they differ, by kind, with
 * who is right as far as `DISAGREEMENTS` says; exits 1 if a kind is not listed there. Needs Java 17 and Maven.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FhirResource } from 'fhir/r4.js';
import { type CheckIssue, check, convert, stringify } from '../../src/index.js';
import { resolveClasspath } from '../hapi/server.js';
import { BREAKS, type Json, pick, type Random } from './breaks.js';
import { DISAGREEMENTS } from './disagreements.js';

interface Question {
  /** How it was broken; what was put there. */
  readonly what: string;
  readonly detail: string;
  readonly resource: FhirResource;
}

interface Judgement {
  readonly severity: string;
  readonly id: string;
  readonly path: string;
}

const HAPI = join(import.meta.dirname, '../hapi');

const listDocuments = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.xml'))
    .sort()
    .map((file) => join(folder, file));

async function listResources(): Promise<FhirResource[]> {
  const found = new Set<string>();
  for (const file of ['samples', 'test/golden'].flatMap(listDocuments))
    for await (const event of convert(readFileSync(file), { check: 'off' }))
      if (event.kind === 'resource') found.add(stringify(event.resource as never));
  return [...found].filter((text) => text.length < 20_000).map((text) => JSON.parse(text));
}

/** The generator of Park and Miller: what is asked does not change from run to run. */
function createRandom(seed: number): Random {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

function* breakSome(resources: readonly FhirResource[], number: number, random: Random): Generator<Question> {
  const types = [...new Set(resources.map(({ resourceType }) => resourceType))];
  const kinds = Object.entries(BREAKS);
  for (let made = 0, turn = 0; made < number; turn++) {
    const [what, change] = kinds[turn % kinds.length] ?? ['', () => undefined];
    const type = pick(types, random);
    const chosen = pick(
      resources.filter(({ resourceType }) => resourceType === type),
      random,
    );
    const { meta: _, ...resource } = structuredClone(chosen) as unknown as Json;
    const detail = change(resource, random);
    if (detail === undefined) continue;
    made++;
    yield { what, detail, resource: resource as unknown as FhirResource };
  }
}

/** What HL7's validator says of each, in order. */
async function judge(questions: readonly Question[], folder: string): Promise<Judgement[][]> {
  const log = `-Dlogback.configurationFile=${join(HAPI, 'logback.xml')}`;
  const java = spawn('java', ['-Xmx3g', log, '-cp', resolveClasspath(folder), join(HAPI, 'Validate.java')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  java.stdin.end(questions.map(({ resource }) => `${JSON.stringify(resource)}\n`).join(''));
  const answers: Judgement[][] = [];
  // What is logged stands between the answers.
  for await (const line of createInterface(java.stdout)) if (line.startsWith('[')) answers.push(JSON.parse(line));
  if (answers.length !== questions.length) throw new Error('The validator ended before its time.');
  return answers;
}

const isError = ({ severity }: { readonly severity: string }): boolean => /error|fatal/.test(severity);

/** `ours: a number for text: structure-format`; undefined if both find fault, or neither. */
function compare({ what }: Question, ours: readonly CheckIssue[], theirs: readonly Judgement[]): string | undefined {
  const [mine, other] = [ours.filter(isError), theirs.filter(isError)];
  if (mine.length > 0 === other.length > 0) return undefined;
  const side = mine.length > 0 ? 'ours' : 'theirs';
  return `${side}: ${what}: ${[...new Set([...mine, ...other].map(({ id }) => id))].sort().join(' ')}`;
}

async function main(): Promise<void> {
  const [seed = 1, number = 1000] = process.argv.slice(2).map(Number);
  const resources = await listResources();
  const sound = resources.map((resource): Question => ({ what: 'as it is', detail: '', resource }));
  const questions = [...sound, ...breakSome(resources, number, createRandom(seed))];
  const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-agree-'));
  const kinds = new Map<string, string[]>();
  try {
    const judgements = await judge(questions, folder);
    for (const [index, question] of questions.entries()) {
      const { issues } = await check(question.resource, { level: 'full', usCore: 'none' });
      const differs = compare(question, issues, judgements[index] ?? []);
      if (!differs) continue;
      const place = `${question.resource.resourceType} ${question.detail} ${judgements[index]?.find(isError)?.path ?? issues.find(isError)?.target}`;
      kinds.set(differs, [...(kinds.get(differs) ?? []), place]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  let agreed = questions.length;
  for (const [kind, places] of [...kinds].sort((a, b) => b[1].length - a[1].length)) {
    agreed -= places.length;
    const known = DISAGREEMENTS.find(({ when }) => when.test(kind));
    if (!known) process.exitCode = 1;
    console.log(
      `${String(places.length).padStart(5)}  ${kind}\n       ${known ? `${known.right}: ${known.why}` : places[0]}`,
    );
  }
  console.log(`${agreed} of ${questions.length} (${sound.length} as converted) judged alike`);
}

await main();
