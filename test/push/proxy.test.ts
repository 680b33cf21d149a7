/** What a network does to requests and answers must not show in what the server has, nor in what is told of it. */
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import type { FhirResource } from 'fhir/r4.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyOf, referencesOf, type Unit } from '../../src/push/item.js';
import { push } from '../../src/push/push.js';
import type { RequestOptions } from '../../src/push/request.js';
import { MODES, type Outcome } from '../../src/push/send.js';
import { connect } from '../../src/push/server.js';
import { undo } from '../../src/push/undo.js';
import { CERTIFICATE, KEY } from './certificate.js';
import { FAULTS, type FakeServer, type Fault, startFakeServer } from './fake-server.js';

const patient = { resourceType: 'Patient', id: 'p' };
const observations = Array.from({ length: 7 }, (_, number) => ({
  resourceType: 'Observation',
  id: `o${number}`,
  status: 'final',
  code: { text: 'x' },
  subject: { reference: 'Patient/p' },
  valueInteger: number,
}));
const record = [patient, ...observations] as FhirResource[];

async function* units(resources: readonly FhirResource[]): AsyncGenerator<Unit> {
  const items = resources.map((resource) => ({
    key: keyOf(resource) ?? '',
    references: referencesOf(resource),
    bytes: 100,
    read: async () => resource,
  }));
  yield { name: 'unit', items };
}

let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

const REQUESTS: RequestOptions = { retries: 5, backoff: 1, timeout: 500 };

async function pushTo(url: string, mode: (typeof MODES)[number] = 'transaction', options = REQUESTS) {
  const told: Outcome[] = [];
  const rest = { run: 'r', overwrite: false, profiles: { keep: true, adapt: false }, maxBytes: 1e6, concurrency: 4 };
  await push(connect(url, options), units(record), { ...rest, mode, maxEntries: 3 }, (outcome) => told.push(outcome));
  return told;
}

/** A fault now and then, the same ones each time; never more in a row than there are attempts. */
const everyThird = (fault: Fault) => (number: number) => (number % 3 === 2 ? fault : 'none');

function shuffled(seed: number): (number: number) => Fault {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % 5 < 2 ? (FAULTS[(state >> 8) % FAULTS.length] ?? 'none') : 'none';
  };
}

describe('behind a network with faults', { timeout: 60_000 }, () => {
  describe.each(MODES)('as %s', (mode) => {
    it.each(FAULTS)('%s: everything is created once', async (fault) => {
      // A proxy that repeats a request makes a second version where the server does not compare: nobody can help that.
      server.everyWriteIsAVersion = fault !== 'twice';
      server.fault = everyThird(fault);
      const told = await pushTo(server.url, mode);
      expect(told.map(({ key, fate }) => `${key} ${fate}`).sort()).toEqual(
        record.map((resource) => `${keyOf(resource)} created`).sort(),
      );
      const versions = [...server.resources.values()].map(({ meta }) => (meta as { versionId: string }).versionId);
      expect(versions).toEqual(record.map(() => '1'));
    });
  });

  it.each([1, 2, 3, 4])('of all kinds (seed %i): pushed once, undone whole', async (seed) => {
    server.fault = shuffled(seed);
    const patience = { ...REQUESTS, retries: 40 };
    expect(new Set((await pushTo(server.url, 'transaction', patience)).map(({ fate }) => fate))).toEqual(
      new Set(['created']),
    );
    const told: string[] = [];
    await undo(connect(server.url, patience), 'r', 3, ({ key, fate }) => told.push(`${key} ${fate}`));
    expect(told.sort()).toEqual(record.map((resource) => `${keyOf(resource)} deleted`).sort());
    expect(server.resources.size).toBe(0);
  });

  it('waits as long as it is asked, and no longer than is sensible', async () => {
    server.retryAfter = '1';
    server.fault = (number) => (number === 1 ? 'busy' : 'none');
    const start = performance.now();
    await pushTo(server.url);
    expect(performance.now() - start).toBeGreaterThan(990);
    server.retryAfter = '86400';
    server.fault = () => 'busy';
    await expect(pushTo(server.url)).rejects.toThrow(/is busy \(HTTP 503\). Run the same command to go on/);
  });

  it('that never lets an answer through is named, after as many attempts as are wanted', async () => {
    server.fault = () => 'truncated';
    await expect(pushTo(server.url, 'transaction', { ...REQUESTS, retries: 2 })).rejects.toThrow(/what is no FHIR/);
    expect(server.requests.length).toBe(3);
  });
});

describe('a request', () => {
  const listen = async (listener: NetServer): Promise<number> => {
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
    return (listener.address() as AddressInfo).port;
  };

  it('does not follow to another address, which may be an unencrypted one', async () => {
    const elsewhere = createServer((_, response) => response.writeHead(307, { location: server.url }).end());
    const port = await listen(elsewhere);
    await expect(pushTo(`http://127.0.0.1:${port}/fhir`)).rejects.toThrow(/sends to another address \(HTTP 307\)/);
    expect(server.requests).toEqual([]);
    elsewhere.close();
  });

  it('goes to nobody whose certificate is not trusted, and is not repeated for that', async () => {
    const tls = createTlsServer({ key: KEY, cert: CERTIFICATE });
    let connections = 0;
    tls.on('connection', () => connections++);
    const port = await listen(tls);
    const lost = pushTo(`https://127.0.0.1:${port}/fhir`);
    await expect(lost).rejects.toThrow(/certificate of 127.0.0.1:\d+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
    expect(connections).toBe(1);
    tls.close();
  });
});
