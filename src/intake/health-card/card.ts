/** The resources of a card, with ids and references that hold outside of it. */
import { nameId } from '../../fhir/ids.js';
import { type Json, type JsonObject, stringify } from '../../fhir/json.js';
import { isResourceType } from '../../fhir/shapes.js';
import type { Card } from './verify.js';

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface Opened {
  readonly resources: readonly JsonObject[];
  /** References that led nowhere. */
  readonly dangling: number;
  /** Entries that are no FHIR resource. */
  readonly foreign: number;
}

/** v3-ObservationValue, integrity confidence: what no trusted key confirms. */
const UNCERTAIN = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'UNCERTREL',
  display: 'uncertain reliability',
};

/**
 * Cards name resources `resource:0` by their place. Here an id is made from what the resource says, about whom, and
 * who issued it: the same card gives the same ids, and two cards that say the same of a person meet.
 */
export function openBundle(card: Card): Opened {
  const entries = (Array.isArray(card.bundle.entry) ? card.bundle.entry : []).filter(isObject);
  const good = entries.filter(({ resource }) => isObject(resource) && isResourceType(String(resource.resourceType)));
  const patient = good
    .map(({ resource }) => resource as JsonObject)
    .find(({ resourceType }) => resourceType === 'Patient');
  const scope = `SMART Health Card\n${card.issuer}\n${patient ? contentOf(patient) : ''}`;
  const urls = new Map<string, string>();
  const made = good.map(({ fullUrl, resource }) => {
    const content = resource as JsonObject;
    const id = nameId(`${scope}\n${content.resourceType}\n${contentOf(content)}`);
    const reference = `${content.resourceType}/${id}`;
    if (typeof fullUrl === 'string') urls.set(fullUrl, reference);
    if (typeof content.id === 'string') urls.set(`${content.resourceType}/${content.id}`, reference);
    return { id, content };
  });
  let dangling = 0;
  const resources = made.map(({ id, content: { resourceType, id: _, meta, text: __, ...rest } }) => ({
    resourceType,
    id,
    meta: metaOf(card, isObject(meta) ? meta : {}),
    ...(redirect(rest) as JsonObject),
  }));
  return { resources: resources as JsonObject[], dangling, foreign: entries.length - good.length };

  function redirect(value: Json): Json {
    if (Array.isArray(value)) return value.map(redirect);
    if (!isObject(value)) return value;
    const copy: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      if (key !== 'reference' || typeof item !== 'string') copy[key] = redirect(item as Json);
      else if (urls.has(item)) copy.reference = urls.get(item);
      else if (/^(https?:\/\/|#)/.test(item)) copy.reference = item;
      else dangling++;
    }
    return copy;
  }
}

/** Where it is from, and whether anybody vouches for it. */
function metaOf({ issuer, verified }: Card, meta: JsonObject): JsonObject {
  const security = [...(Array.isArray(meta.security) ? meta.security : []), ...(verified ? [] : [{ ...UNCERTAIN }])];
  return {
    ...(/^https?:\/\/\S+$/.test(issuer) && { source: issuer }),
    ...(security.length > 0 && { security }),
  };
}

/** What a resource says, without names of places in the card. */
function contentOf({ id: _, meta: __, text: ___, ...content }: JsonObject): string {
  const strip = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(strip);
    if (!isObject(value)) return value;
    const pairs = Object.entries(value).filter(([key]) => key !== 'reference');
    return Object.fromEntries(pairs.map(([key, item]) => [key, strip(item as Json)]).sort());
  };
  return stringify(strip(content));
}

/** Who signed what, and when; with the signature itself if it was found good. */
export function toProvenance(card: Card, jws: string, resources: readonly JsonObject[]): JsonObject {
  const recorded = card.from === undefined ? undefined : new Date(card.from * 1000).toISOString();
  const who = { identifier: { system: 'urn:ietf:rfc:3986', value: card.issuer }, display: card.issuer };
  const absent = {
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
  };
  return {
    resourceType: 'Provenance',
    id: nameId(`SMART Health Card\nProvenance\n${jws}`),
    ...(card.verified ? {} : { meta: { security: [{ ...UNCERTAIN }] } }),
    target: resources.map(({ resourceType, id }) => ({ reference: `${resourceType}/${id}` })),
    ...(recorded === undefined ? { _recorded: absent } : { recorded }),
    activity: {
      text: card.verified ? 'Issued as a signed SMART Health Card' : 'SMART Health Card, signature not confirmed',
    },
    agent: [{ who }],
    ...(card.verified &&
      recorded !== undefined && {
        signature: [
          {
            type: [
              { system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.1', display: "Author's Signature" },
            ],
            when: recorded,
            who,
            sigFormat: 'application/jose',
            data: Buffer.from(jws).toString('base64'),
          },
        ],
      }),
  };
}
