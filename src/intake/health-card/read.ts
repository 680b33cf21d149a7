/** SMART Health Cards as events: verified, opened, their resources written. */
import { sha256 } from '#digest';
import type { ConvertOptions } from '../../convert.js';
import type { Event } from '../../event.js';
import type { Json } from '../../fhir/json.js';
import { type FindingCode, InputError } from '../../finding.js';
import { createOutput } from '../output/output.js';
import { refusalError } from '../refusals.js';
import { openBundle, toProvenance } from './card.js';
import { decodeCards } from './decode.js';
import { createKeySet } from './keys.js';
import { type Card, openCard } from './verify.js';

/** Bytes of a file of cards. */
const MOST_BYTES = 16e6;

/**
 * Converts the cards of a file or of QR codes.
 * @param bytes the file, for the report; @param text what it or its codes say
 * @returns the events of a conversion; a card that is refused beside good ones is a finding
 * @throws InputError if no card could be used: why the first was refused
 */
export async function* convertCards(
  bytes: Uint8Array,
  text: string,
  options: ConvertOptions = {},
): AsyncGenerator<Event, void> {
  if (bytes.length > MOST_BYTES) throw refusalError('limit-size');
  const { account, report, drain, emitWhole, end } = await createOutput(options);
  const { keys, allowUnverified = false, now } = options.healthCards ?? {};
  const keySet = createKeySet(keys);
  const path = 'health-card';
  let refused: unknown;
  let good = 0;
  for (const jws of decodeCards(text)) {
    try {
      const card = await openCard(jws, keySet, allowUnverified);
      const { resources, dangling, foreign } = openBundle(card);
      for (const resource of resources) {
        account.statement(`${path}[${resource.resourceType}]`, 1, true);
        emitWhole(resource);
      }
      if (resources.length > 0) emitWhole(toProvenance(card, jws, resources));
      account.keep('copied', countLeaves(card.bundle as Json) - dangling);
      account.lose('withheld', `${path}/reference`, 1, dangling);
      for (let time = 0; time < dangling; time++) report('reference-dangling', { path });
      for (let time = 0; time < foreign; time++) report('record-unreadable', { path });
      for (const code of doubts(card, now)) report(code, { path });
      good++;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused ??= error;
      account.statement(path, 1, false);
      report('health-card-refused', { path });
    }
  }
  if (good === 0) throw refused;
  yield* drain();
  const digest = sha256();
  digest.update(bytes);
  yield end({ name: options.name ?? '', sha256: digest.hex(), bytes: bytes.length }, true);
}

/** What a reader of the card should know. @param now an ISO instant; without it times are not judged */
function doubts({ verified, from, until }: Card, now: string | undefined): FindingCode[] {
  const seconds = now === undefined ? Number.NaN : Date.parse(now) / 1000;
  return [
    ...(verified ? [] : (['health-card-unverified'] as const)),
    ...(until !== undefined && until <= seconds ? (['health-card-expired'] as const) : []),
    ...(from !== undefined && from > seconds ? (['health-card-early'] as const) : []),
  ];
}

function countLeaves(value: Json | undefined): number {
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : 1;
  return Object.values(value).reduce<number>((sum, item) => sum + countLeaves(item), 0);
}
