/** Folders, patterns and several inputs: which documents they are, and what they are called. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CDA, EXPORT } from '../../scripts/apple-archive.js';
import { cda, xdmMembers } from '../../scripts/archives.js';
import { writeZip } from '../../scripts/zip-writer.js';
import { listDocuments } from '../../src/intake/documents.js';

const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-inputs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
function put(name: string, content: string | Uint8Array): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
}

/** Output and kind of what would be read; parts with `+`. */
async function list(...inputs: string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { output, kind, refusal, parts = [] } of listDocuments(inputs))
    if (!refusal) found.push([`${output} ${kind}`, ...parts.map(({ name }) => name)].join(' + '));
  return found;
}

beforeAll(() => {
  put('a/r.zip', writeZip([{ name: 'x.xml', content: cda('a') }]));
  put('b/r.zip', writeZip([{ name: 'x.xml', content: cda('b') }]));
  const document = { id: 'urn:uuid:00000000-0000-4000-8000-000000000001', uri: 'DOC1.XML', content: cda('d') };
  for (const { name, content } of xdmMembers([document])) put(`xdm/${name}`, content);
  put('one/export.xml', EXPORT);
  put('one/export_cda.xml', CDA);
  put('two/alice.xml', EXPORT);
  put('two/alice_cda.xml', CDA);
  put('two/bob.xml', EXPORT.replace('1970-01-31', '1980-01-31'));
});

describe('a pattern', () => {
  it('names what it matches below its first wildcard, wherever it begins', async () => {
    const expected = ['a/r.zip/x cda', 'b/r.zip/x cda'];
    expect(await list(at('[ab]/r.zip'))).toEqual(expected);
    expect(await list(join(relative('.', folder), '*/r.zip'))).toEqual(expected);
    expect(await list(at('{a,b}/*'))).toEqual(expected);
  });

  it('finds the metadata of an XDM package beside its documents', async () => {
    for await (const { kind, metadata } of listDocuments([at('xdm/**/*.XML')]))
      if (kind === 'cda') expect(metadata?.status).toBe('current');
    expect(await list(at('xdm/**/*.XML'))).toEqual(['IHE_XDM/SUBSET01/DOC1 cda']);
  });
});

describe('several inputs', () => {
  it('of one name keep their outputs apart', async () => {
    expect(await list(at('a/r.zip'), at('b/r.zip'))).toEqual(['x cda', 'x-2 cda']);
  });
});

describe('exports of Apple Health in a folder', () => {
  it('are one document if they are one export', async () => {
    expect(await list(at('one'))).toEqual(['export apple-export + export_cda.xml']);
  });

  it('are never joined if they might be of two people', async () => {
    expect(await list(at('two'))).toEqual(['alice apple-export', 'bob apple-export', 'alice_cda apple-cda']);
  });
});
