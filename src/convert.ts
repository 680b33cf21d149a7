/** The whole pipeline on one screen: read -> map -> assemble -> check -> events. */

import type { FhirResource } from 'fhir/r4.js';
import { sha256 as createDigest } from '#digest';
import type { Checker } from './check/check.js';
import type { OwnChecks, UsCore } from './check/data.js';
import { type Document, type MadeTrace, openDocument } from './document.js';
import type { Event, LossReport } from './event.js';
import type { JsonObject } from './fhir/json.js';
import { createFindings, type Findings } from './findings.js';
import { createKeeper } from './keep-source.js';
import { loadShipped, mapperOf } from './map/shipped.js';
import type { Mappings } from './map/table.js';
import { type DocumentSource, toChunks } from './read/source.js';
import { ALL_REPAIRS, type RepairName } from './repairs.js';
import type { Trace } from './report/tally.js';
import { VERSION } from './version.js';

/** Options of a conversion, named as the command line's flags. */
export interface ConvertOptions {
  /** Name of the source for the report; never part of an id. */
  readonly name?: string;
  /** `fast` (default): structure, closed codes, invariants; `full`: every rule; `off`: none, and no `meta.profile`. */
  readonly check?: 'off' | 'fast' | 'full';
  /** US Core version resources are checked against; default `6.1.0`. */
  readonly usCore?: UsCore;
  /** Rules of your own that resources are checked by as well, from `loadChecks`. */
  readonly checks?: OwnChecks;
  /** From `loadMappings`; default: the shipped tables. */
  readonly mappings?: Mappings;
  /** For times without offset: `document` (default), `drop`, `Z` or `+hh:mm`. */
  readonly offset?: string;
  /** Refuses documents with codes or templates nobody knows: throws after the last event. Other losses become errors. */
  readonly strict?: boolean;
  /** The repairs that are made (`REPAIRS`); default: all. */
  readonly repairs?: readonly RepairName[];
  /** Puts values of the document into the loss report: patient data. */
  readonly showValues?: boolean;
  /** Puts the document itself into a Binary, which the DocumentReference made of it leads to; memory then follows the document. */
  readonly keepSource?: boolean;
  /** Whom to trust as signer of SMART Health Cards; read by the command line, which opens them. Plain JSON. */
  readonly healthCards?: {
    /** Content of a JSON Web Key Set. */
    readonly keys?: unknown;
    /** Cards no key confirms are converted too, and marked so. */
    readonly allowUnverified?: boolean;
    /** Instant by which cards expire; without it times are not judged. */
    readonly now?: string;
  };
  /** Told the state of every leaf of the source. One whose reference turns out to dangle is told again at the end: the last holds. */
  readonly onLeaf?: Trace;
  /** Told which resource was made of which element. */
  readonly onMade?: MadeTrace;
  /** Told each time a rule of a table says something, whether or not what it said is kept. */
  readonly onRule?: (rule: string) => void;
  /** Called with the error behind a `rule-failed` finding: for those who work on the tables. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Converts one document.
 * @param source XML as string, bytes, a Node or web stream, or an async iterable of chunks
 * @returns resources (R4, with literal references `Type/id`), findings and section summaries as they come, `end` last
 * @throws InputError if the input is not a clinical document, exceeds a limit, needs a repair that is off, or is refused by
 *   `strict` (then after `end`); MappingError if a table is wrong
 */
export async function* convert(source: DocumentSource, options: ConvertOptions = {}): AsyncGenerator<Event, void> {
  const mappings = options.mappings ?? loadShipped();
  const mapper = mapperOf(mappings);
  const checker = await chooseChecker(options);
  const queue: Event[] = [];
  const resources: Record<string, number> = {};
  const sections: LossReport['sections'][number][] = [];
  const keeper = createKeeper(options.keepSource ?? false);
  const findings = createFindings(options.strict ?? false, (finding) => queue.push({ kind: 'finding', finding }));
  const document = openDocument(
    mapper,
    mappings,
    {
      offset: options.offset ?? 'document',
      showValues: options.showValues ?? false,
      repairs: options.repairs ? new Set(options.repairs) : ALL_REPAIRS,
      trace: options.onLeaf,
      made: tellKeeper,
      rule: options.onRule,
    },
    {
      resource(resource) {
        if (!keeper.hold(resource)) emit(resource);
      },
      finding: (finding) => findings.add(finding),
      section(section) {
        sections.push(section);
        queue.push({ kind: 'section', section });
      },
      error: options.onError,
    },
  );
  const digest = createDigest();
  let bytes = 0;
  for await (const chunk of toChunks(source)) {
    digest.update(chunk.bytes);
    bytes += chunk.bytes.length;
    keeper.add(chunk.bytes);
    document.reader.write(chunk.text ?? chunk.bytes);
    for (const event of queue.splice(0)) yield event;
  }
  document.reader.close();
  const sha256 = digest.hex();
  const kept = keeper.release(sha256);
  if (kept.reference) emit(kept.reference);
  if (kept.binary) tell(kept.binary as unknown as FhirResource);
  for (const event of queue.splice(0)) yield event;
  yield { kind: 'end', loss: summarize(document, sha256) };
  const refusal = findings.refusal();
  if (refusal) throw refusal;

  function emit(resource: JsonObject): void {
    tell(checkResource(resource, checker, findings));
  }

  function tell(resource: FhirResource): void {
    resources[resource.resourceType] = (resources[resource.resourceType] ?? 0) + 1;
    queue.push({ kind: 'resource', resource });
  }

  function tellKeeper(...[node, table, reference]: Parameters<MadeTrace>): void {
    keeper.made(node, reference);
    options.onMade?.(node, table, reference);
  }

  function summarize({ tally, isComplete }: Document, sha256: string): LossReport {
    return {
      source: {
        name: options.name ?? '',
        sha256,
        bytes,
        ...(kept.binary && { kept: `Binary/${kept.binary.id}` }),
      },
      leaves: tally.counts(),
      fingerprint: tally.fingerprint(),
      lost: tally.lost(),
      findings: findings.all(),
      resources,
      complete: isComplete(),
      sections,
      engine: { version: VERSION, mappings: mappings.sha256 },
    };
  }
}

/** The checks are loaded only when they are wanted. */
async function chooseChecker(options: ConvertOptions): Promise<Checker | undefined> {
  const level = options.check ?? 'fast';
  if (level === 'off') return undefined;
  const { shippedChecker } = await import('./check/shipped.js');
  return shippedChecker({ level, usCore: options.usCore ?? '6.1.0', checks: options.checks });
}

/** Findings for what fails; `meta.profile` for what the resource was shown to satisfy. */
function checkResource(resource: JsonObject, checker: Checker | undefined, findings: Findings): FhirResource {
  const plain = resource as unknown as FhirResource;
  if (!checker) return plain;
  const { issues, profiles } = checker(plain);
  for (const issue of issues) findings.failed(issue);
  if (profiles.length === 0) return plain;
  const { resourceType, id, meta, ...content } = plain;
  return { resourceType, id, meta: { ...meta, profile: [...profiles] }, ...content } as FhirResource;
}
