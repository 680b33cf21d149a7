/** The documents the properties are held against: all samples, and the corpus where there is one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConvertOptions, convert, type LossReport, stringify } from '../../src/index.js';

const root = join(import.meta.dirname, '../..');
const FOLDERS = ['samples', '../shared/corpus/vendors', '../shared/corpus/hl7docs'];

export interface TestDocument {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Says so when the corpus is absent: the samples must suffice then. */
export function listDocuments(folders = FOLDERS): TestDocument[] {
  return folders.flatMap((folder) => {
    const path = join(root, folder);
    if (!existsSync(path)) {
      process.stderr.write(`${folder} is absent: its documents are not tested\n`);
      return [];
    }
    return readdirSync(path)
      .filter((file) => file.endsWith('.xml'))
      .map((file) => ({ name: `${folder.split('/').pop()}/${file}`, bytes: readFileSync(join(path, file)) }));
  });
}

/** The document as text, whatever it is encoded in. */
export function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  const declared = /encoding=["']([\w-]+)["']/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1];
  return new TextDecoder(declared ?? 'utf-8').decode(bytes);
}

export interface LeafTrace {
  readonly state: string;
  readonly rule: string;
  readonly name: string;
}

export interface Conversion {
  readonly resources: string[];
  readonly leaves: LeafTrace[];
  readonly counts: Record<string, number>;
  /** Rules that failed, as the finding says, with the error. */
  readonly errors: unknown[];
  readonly loss: LossReport | undefined;
}

/** The digest of the source changes with every byte of it; what is tried here are the resources made of what it says. */
const DIGEST = /,?\{"system":"urn:oid:2\.16\.840\.1\.101\.3\.4\.2\.1","value":"[0-9a-f]{64}"\}/;

/** Converts and keeps everything: resources as JSON lines, the state of every leaf by its place. */
export async function convertWhole(source: string | Uint8Array, options: ConvertOptions = {}): Promise<Conversion> {
  const resources: string[] = [];
  const leaves: LeafTrace[] = [];
  const errors: unknown[] = [];
  let loss: LossReport | undefined;
  const onLeaf: ConvertOptions['onLeaf'] = (ordinal, state, rule, leaf) => {
    leaves[ordinal] = { state, rule, name: leaf.name };
  };
  for await (const event of convert(source, {
    check: 'off',
    onLeaf,
    onError: (error) => errors.push(error),
    ...options,
  })) {
    if (event.kind === 'resource') resources.push(stringify(event.resource as never).replace(DIGEST, ''));
    if (event.kind === 'end') loss = event.loss;
  }
  return { resources, leaves, counts: { ...loss?.leaves }, errors, loss };
}
