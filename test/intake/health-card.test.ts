import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Immunization, Observation, Provenance } from 'fhir/r4.js';
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConvertOptions } from '../../src/convert.js';
import type { Event } from '../../src/event.js';
import { listDocuments } from '../../src/intake/documents.js';
import { fromJob, toJob } from '../../src/intake/entry.js';
import { decodeCards } from '../../src/intake/health-card/decode.js';
import { createKeySet } from '../../src/intake/health-card/keys.js';
import { pixelsOf, readCodes } from '../../src/intake/health-card/picture.js';
import { convertCards } from '../../src/intake/health-card/read.js';
import { inspectDocument } from '../../src/intake/inspect.js';
import { readDocument } from '../../src/intake/read.js';

const ISSUER = 'https://issuer.example.org';
type Key = Awaited<ReturnType<typeof newKey>>;

async function newKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, kid, jwk: { ...jwk, kid, alg: 'ES256', use: 'sig' } };
}

const BUNDLE = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    {
      fullUrl: 'resource:0',
      resource: { resourceType: 'Patient', name: [{ family: 'Sample', given: ['Robin'] }], birthDate: '1970-01-31' },
    },
    {
      fullUrl: 'resource:1',
      resource: {
        resourceType: 'Immunization',
        status: 'completed',
        vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '207' }] },
        patient: { reference: 'resource:0' },
        occurrenceDateTime: '2021-01-01',
        lotNumber: '0000001',
      },
    },
    {
      fullUrl: 'resource:2',
      resource: {
        resourceType: 'Observation',
        meta: { security: [{ system: 'https://smarthealth.cards/ial', code: 'IAL2' }] },
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '94558-4' }] },
        subject: { reference: 'resource:0' },
        performer: [{ reference: 'resource:9', display: 'Lab' }],
        effectiveDateTime: '2021-02-01',
        valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '260373001' }] },
      },
    },
  ],
};

const claims = (more: object = {}, bundle: object = BUNDLE): object => ({
  iss: ISSUER,
  nbf: 1620992383,
  vc: {
    type: ['https://smarthealth.cards#health-card'],
    credentialSubject: { fhirVersion: '4.0.1', fhirBundle: bundle },
  },
  ...more,
});

const sign = (payload: object | Buffer, by: Key, header: object = {}): Promise<string> =>
  new CompactSign(deflateRawSync(Buffer.isBuffer(payload) ? payload : JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ES256', zip: 'DEF', kid: by.kid, ...header })
    .sign(by.privateKey);

const file = (...cards: string[]): string => JSON.stringify({ verifiableCredential: cards });
const digits = (text: string): string =>
  [...text].map((character) => String(character.charCodeAt(0) - 45).padStart(2, '0')).join('');

async function read(text: string, healthCards: ConvertOptions['healthCards'] = {}) {
  const events: Event[] = [];
  for await (const event of convertCards(Buffer.from(text), text, { healthCards })) events.push(event);
  const resources = events.flatMap((event) => (event.kind === 'resource' ? [event.resource] : []));
  const codes = events.flatMap((event) => (event.kind === 'finding' ? [event.finding.code] : []));
  const end = events.at(-1);
  return { resources, codes, loss: end?.kind === 'end' ? end.loss : undefined };
}

let key: Key;
let other: Key;
let card: string;
beforeAll(async () => {
  [key, other] = [await newKey(), await newKey()];
  card = await sign(claims(), key);
});
const trust = (...keys: Key[]) => ({ keys: { keys: keys.map(({ jwk }) => jwk) } });

describe('a signed health card', () => {
  it('is imported with references that hold', async () => {
    const { resources, codes, loss } = await read(file(card), trust(other, key));
    const [patient, immunization, observation, provenance] = resources;
    expect(resources.map(({ resourceType }) => resourceType)).toEqual([
      'Patient',
      'Immunization',
      'Observation',
      'Provenance',
    ]);
    const reference = `Patient/${patient?.id}`;
    expect((immunization as Immunization).patient.reference).toBe(reference);
    expect((observation as Observation).subject?.reference).toBe(reference);
    expect((observation as Observation).performer).toEqual([{ display: 'Lab' }]);
    expect(JSON.stringify(resources)).not.toContain('resource:');
    expect(codes).toContain('reference-dangling');
    expect(codes).not.toContain('health-card-unverified');
    expect(patient?.meta).toMatchObject({ source: ISSUER });
    expect(JSON.stringify(resources)).not.toContain('UNCERTREL');
    expect((provenance as Provenance).signature?.[0]?.sigFormat).toBe('application/jose');
    expect(loss?.sections).toContainEqual({ path: 'health-card[Immunization]', line: 1, statements: 1, converted: 1 });
  });

  it('gives the same ids again, in another order too', async () => {
    const turned = { ...BUNDLE, entry: [...BUNDLE.entry].reverse() };
    const ids = async (text: string) =>
      (await read(text, trust(key))).resources
        .filter(({ resourceType }) => resourceType !== 'Provenance')
        .map(({ id }) => id)
        .sort();
    expect(await ids(file(await sign(claims({}, turned), key)))).toEqual(await ids(file(card)));
  });

  it('comes as digits, in one code or in chunks of any order, within other text', async () => {
    const all = digits(card);
    const third = Math.ceil(all.length / 6) * 2;
    const chunks = [0, 1, 2].map((at) => `shc:/${at + 1}/3/${all.slice(at * third, (at + 1) * third)}`);
    for (const text of [
      `shc:/${all}`,
      `My card:\n${[...chunks].reverse().join('\n')}\nEnd.`,
      [...chunks, ...chunks].join(' '),
    ])
      expect((await read(text, trust(key))).resources).toHaveLength(4);
  });

  it('in a picture of its code is found', async () => {
    const bytes = await draw(`shc:/${digits(card)}`);
    const [text = ''] = await readCodes(bytes);
    expect((await read(text, trust(key))).resources).toHaveLength(4);
    expect(pixelsOf(bytes)).toBeGreaterThan(1000);
    expect(await readCodes(bytes.slice(0, 100))).toEqual([]);
    new DataView(bytes.buffer).setUint32(16, 60_000);
    new DataView(bytes.buffer).setUint32(20, 60_000);
    expect(await readCodes(bytes)).toEqual([]);
  });

  it('that has expired or is not valid yet is imported and reported', async () => {
    const expired = await sign(claims({ exp: 1700000000 }), key);
    const now = '2024-01-01T00:00:00Z';
    expect((await read(file(expired), { ...trust(key), now })).codes).toContain('health-card-expired');
    expect((await read(file(expired), { ...trust(key), now: '2022-01-01T00:00:00Z' })).codes).not.toContain(
      'health-card-expired',
    );
    expect((await read(file(card), { ...trust(key), now: '2020-01-01T00:00:00Z' })).codes).toContain(
      'health-card-early',
    );
  });
});

/** A picture of a QR code. */
async function draw(text: string): Promise<Uint8Array> {
  const { prepareZXingModule, writeBarcode } = await import('zxing-wasm/writer');
  const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm'));
  prepareZXingModule({
    overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length) as ArrayBuffer },
  });
  const { image } = await writeBarcode(text, { format: 'QRCode', scale: 4 });
  return new Uint8Array(await (image as Blob).arrayBuffer());
}

describe('a card over several codes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-card-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    const all = digits(card);
    const third = Math.ceil(all.length / 6) * 2;
    const chunks = [0, 1, 2].map((part) => `shc:/${part + 1}/3/${all.slice(part * third, (part + 1) * third)}`);
    const [one = '', two = '', three = ''] = chunks;
    mkdirSync(at('all'));
    for (const [name, text] of Object.entries({ 'all/2.png': two, 'all/1.png': one, '1.png': one, '2.png': two }))
      writeFileSync(at(name), await draw(text));
    for (const name of ['all/3.txt', '3.txt']) writeFileSync(at(name), three);
    writeFileSync(at('all/letter.txt'), 'Dear patient');
  });

  /** Kind, fate as inspect tells it, and resources or the message of the refusal, of each document. */
  async function convertAll(...names: string[]): Promise<unknown[]> {
    const told: unknown[] = [];
    for await (const document of listDocuments(names.map(at))) {
      const { fate, message } = await inspectDocument(document);
      if (document.refusal) continue;
      const job = fromJob(JSON.parse(JSON.stringify(toJob(document))));
      let resources = 0;
      let refused: string | undefined;
      try {
        for await (const event of readDocument(job, { healthCards: { allowUnverified: true } }))
          if (event.kind === 'resource') resources++;
      } catch (error) {
        refused = (error as Error).message;
      }
      expect(refused).toBe(message);
      told.push([document.name, fate, refused ?? resources]);
    }
    return told;
  }

  it('in pictures and texts, in one folder or named one after another, is one card', async () => {
    expect(await convertAll('all')).toEqual([['1.png', 'convert', 4]]);
    expect(await convertAll('3.txt', '2.png', '1.png')).toEqual([['3.txt', 'convert', 4]]);
  });

  it('says how many are missing, and what to do', async () => {
    expect(await convertAll('1.png')).toEqual([
      ['1.png', 'leave-out', expect.stringMatching(/1 of the 3 codes.*Name/)],
    ]);
    expect(await convertAll('1.png', '3.txt')).toEqual([
      ['1.png', 'leave-out', expect.stringMatching(/2 of the 3 codes/)],
    ]);
  });
});

describe('a health card nobody can confirm', () => {
  const refused = (code: string) => expect.objectContaining({ code });

  it('is refused without keys, with other keys, and with a kid that is not its key', async () => {
    await expect(read(file(card))).rejects.toEqual(refused('health-card-unverified'));
    await expect(read(file(card), trust(other))).rejects.toEqual(refused('health-card-unverified'));
    const misnamed = await sign(claims(), key, { kid: 'nobody' });
    await expect(read(file(misnamed), trust(key))).rejects.toEqual(refused('health-card-unverified'));
    const forged = await sign(claims(), other, { kid: key.kid });
    await expect(read(file(forged), trust(key))).rejects.toEqual(refused('health-card-signature'));
  });

  it('is refused if its payload was changed, even with allowUnverified', async () => {
    const [head, , signature] = card.split('.');
    const changed = deflateRawSync(JSON.stringify(claims({ nbf: 1 }))).toString('base64url');
    const text = file([head, changed, signature].join('.'));
    for (const allowUnverified of [false, true])
      await expect(read(text, { ...trust(key), allowUnverified })).rejects.toEqual(refused('health-card-signature'));
  });

  it('is refused if the key is trusted for another issuer only', async () => {
    const keys = { 'https://elsewhere.example.org': { keys: [key.jwk] } };
    await expect(read(file(card), { keys })).rejects.toEqual(refused('health-card-unverified'));
    expect((await read(file(card), { keys: { [ISSUER]: { keys: [key.jwk] } } })).resources).toHaveLength(4);
    const directory = { issuerInfo: [{ issuer: { iss: ISSUER, name: 'x' }, keys: [key.jwk] }] };
    expect((await read(file(card), { keys: directory })).resources).toHaveLength(4);
  });

  it('is imported and marked with allowUnverified', async () => {
    const { resources, codes } = await read(file(card), { allowUnverified: true });
    expect(codes).toContain('health-card-unverified');
    for (const { meta } of resources)
      expect(meta?.security).toContainEqual(expect.objectContaining({ code: 'UNCERTREL' }));
    expect(resources.find(({ resourceType }) => resourceType === 'Observation')?.meta?.security).toHaveLength(2);
    expect((resources.at(-1) as Provenance).signature).toBeUndefined();
  });

  it('beside a good one is left out and reported', async () => {
    const { resources, codes } = await read(file(card, await sign(claims(), other)), trust(key));
    expect(resources).toHaveLength(4);
    expect(codes).toContain('health-card-refused');
  });

  it.each([
    ['another algorithm', { alg: 'none' }],
    ['another compression', { zip: 'GZIP' }],
  ])('with %s is refused', async (_, header) => {
    const [, payload, signature] = card.split('.');
    const head = Buffer.from(JSON.stringify({ alg: 'ES256', zip: 'DEF', kid: key.kid, ...header })).toString(
      'base64url',
    );
    const text = file([head, payload, signature].join('.'));
    await expect(read(text, { ...trust(key), allowUnverified: true })).rejects.toEqual(
      refused('health-card-malformed'),
    );
  });

  it('that inflates without end is refused', async () => {
    const bomb = await sign(Buffer.alloc(50_000_000, 0x20), key);
    expect(bomb.length).toBeLessThan(100_000);
    await expect(read(file(bomb), trust(key))).rejects.toEqual(refused('limit-size'));
  });

  it.each([
    ['no card', 'hello', 'health-card-malformed'],
    ['broken JSON', '{"verifiableCredential":', 'health-card-malformed'],
    ['a number for a card', '{"verifiableCredential":[1]}', 'health-card-malformed'],
    ['half a character', 'shc:/567', 'health-card-malformed'],
    ['no JWS', 'shc:/5676', 'health-card-malformed'],
    ['a chunk alone', 'shc:/2/3/5676', 'health-card-incomplete'],
    ['a chunk beyond the last', 'shc:/4/3/5676', 'health-card-malformed'],
    ['two different first chunks', 'shc:/1/2/5676 shc:/1/2/5677', 'health-card-mixed'],
  ])('%s is refused in words', async (_, text, code) => {
    await expect(read(text, { allowUnverified: true })).rejects.toEqual(refused(code));
  });

  it('with a bundle of nonsense does no harm', async () => {
    const bundle = {
      entry: [
        null,
        5,
        {},
        { resource: { resourceType: 'Nothing' } },
        { resource: { resourceType: 'Patient', __proto__: null } },
      ],
    };
    const { resources, codes } = await read(file(await sign(claims({}, bundle), key)), trust(key));
    expect(resources.map(({ resourceType }) => resourceType)).toEqual(['Patient', 'Provenance']);
    expect(codes).toContain('record-unreadable');
  });
});

describe('parts', () => {
  it('take private keys and other curves for no keys', () => {
    expect(
      createKeySet({ keys: [{ ...key.jwk, d: 'secret' }, { kty: 'RSA', n: 'x', e: 'AQAB', kid: 'a' }, null, 1] }).size,
    ).toBe(0);
    expect(createKeySet([]).size).toBe(0);
    expect(createKeySet({ keys: [key.jwk] }).find(`${ISSUER}/`, key.kid)).toHaveLength(1);
  });

  it('decode several codes of one text', () => {
    expect(decodeCards(`shc:/${digits('a.b.c')} SHC:/${digits('d.e.f')}`)).toEqual(['a.b.c', 'd.e.f']);
  });
});
