/** One document on its way: the reader's units go through the tables into the assembly, every leaf into the tally. */
import { createAssembly } from './assemble/assembly.js';
import { identityName } from './assemble/identity.js';
import type { SectionSummary } from './event.js';
import type { JsonObject } from './fhir/json.js';
import { documentOffset } from './fhir/offset.js';
import { FINDINGS, type Finding, type FindingCode } from './finding.js';
import { createLedger } from './ledger.js';
import type { Mapper } from './map/compile.js';
import { createDescriber, createNames, type Names } from './map/describe.js';
import type { Draft } from './map/draft.js';
import { createFrameTest } from './map/frame.js';
import { createLookups } from './map/lookups.js';
import { createRun, type Lookups, type Run } from './map/run.js';
import { STATEMENTS } from './map/statements.js';
import type { Mappings } from './map/table.js';
import { attribute, child, children, isLeaf, type Leaf, type Node } from './read/node.js';
import { createReader, type DocumentHandler, type Reader } from './read/read.js';
import type { RepairName, Repairs } from './repairs.js';
import { createTally, type Tally, type Trace } from './report/tally.js';
import { createSections, type Sections } from './sections.js';

/** What a document tells while it is read. */
export interface DocumentEvents {
  resource(resource: JsonObject): void;
  finding(finding: Finding): void;
  section(summary: SectionSummary): void;
  /** The error behind a `rule-failed` finding, for tests. */
  error?: ((error: unknown) => void) | undefined;
}

export interface DocumentOptions {
  readonly offset: string;
  readonly showValues: boolean;
  readonly repairs: Repairs;
  readonly trace?: Trace | undefined;
  readonly made?: MadeTrace | undefined;
  readonly rule?: ((rule: string) => void) | undefined;
}

/**
 * Told of each resource that a table made of a node, or added to. `reference` gives the resource's `Type/id`, which is
 * final when the conversion has ended.
 */
export type MadeTrace = (node: Node, table: string, reference: () => string | undefined) => void;

export interface Document {
  readonly reader: Reader;
  readonly tally: Tally;
  /** False once the document is known to end early. */
  isComplete(): boolean;
}

/** What is made of the mappings once, whatever the number of documents. */
interface Kit {
  readonly lookups: Lookups;
  readonly names: Names;
  readonly isFrame: (leaf: Leaf) => boolean;
}

const kits = new WeakMap<Mappings, Kit>();

function kitOf(mappings: Mappings): Kit {
  const known = kits.get(mappings) ?? {
    lookups: createLookups(mappings),
    names: createNames(mappings),
    isFrame: createFrameTest(mappings.frame),
  };
  kits.set(mappings, known);
  return known;
}

/** Sets up the pipeline for one document; write to its reader, then close it. */
export function openDocument(
  mapper: Mapper,
  mappings: Mappings,
  options: DocumentOptions,
  events: DocumentEvents,
): Document {
  const ledger = createLedger();
  const kit = kitOf(mappings);
  const describe = createDescriber(kit.names);
  const { ruleNames, rows } = mapper;
  const tally = createTally({
    ledger,
    describe,
    segment: kit.names.segment,
    leafName: kit.names.leaf,
    isFrame: kit.isFrame,
    ruleNames,
    rows,
    showValues: options.showValues,
    trace: options.trace,
  });
  let offset: string | undefined;
  let run: Run | undefined;
  let complete = true;
  let quiet = true;
  let further = false; // the statement at work is not the first part of its entry
  const emit = (finding: Finding): void => {
    quiet = false;
    events.finding(finding);
  };
  const report = (code: FindingCode, line: number, path?: string, rule?: string): void => {
    const [severity, message] = FINDINGS[code];
    emit({ code, severity, message, line, ...(path && { path }), ...(rule && { rule }) });
  };
  const assembly = createAssembly({
    emit: events.resource,
    conflict: (draft) => {
      const split = further && draft.node.name === 'organizer';
      report(split ? 'statement-split' : 'identity-conflict', draft.node.line, describe(draft.node));
    },
    dangling: (link, rule) => {
      tally.retract(link, ruleNames[rule] ?? '');
      report('reference-dangling', link.line, link.path, ruleNames[rule]);
    },
  });
  const sections: Sections = createSections({ describe, ledger, assembly, section: events.section });

  const start = (root: Node): Run =>
    createRun(
      {
        ledger,
        lookups: kit.lookups,
        ruleNames,
        describe,
        traced: options.trace !== undefined,
        narrative: sections.narrative,
        offset,
        emit,
        repairs: options.repairs,
        onError: events.error,
        onRule: options.rule,
      },
      root,
    );

  function tellMade(draft: Draft): void {
    options.made?.(draft.node, draft.table.name, () => draft.settled && assembly.resolve(draft.settled));
  }

  /** Hands what the tables made to the assembly and the ledger. */
  function commit(at: Run): void {
    const drafts = at.drafts.splice(0);
    assembly.put(drafts);
    if (options.made) drafts.forEach(tellMade);
    at.commit();
  }

  /** That a statement was read by its structure does not make it unmapped. */
  function reportUnknown(entry: Node): void {
    for (const item of entry.content) {
      if (isLeaf(item) || !STATEMENTS.has(item.name) || kit.names.isKnown(item)) continue;
      const [severity, message] = FINDINGS['template-unknown'];
      events.finding({ code: 'template-unknown', severity, message, line: item.line, path: describe(item) });
    }
  }

  /** Nothing came of the entry: a table knows it and found nothing to say, or none does. */
  function account(entry: Node, run: Run): void {
    const known = mapper.knows(entry, run);
    if (quiet) run.report(known ? 'statement-empty' : 'entry-unmapped', entry);
    if (known) run.lose(entry, 'withheld');
  }

  const handler: DocumentHandler = {
    header(document) {
      const time = timeOf(document);
      offset = documentOffset(options.offset, time?.value.trim());
      run = start(document);
      if (options.offset === 'document') run.test(time);
      const drafts = mapper.mapHeader(document, run);
      const [, second] = children(document, 'recordTarget');
      if (second) run.report('patients-several', second);
      const patient = run.drafts.find((draft) => draft.resource.resourceType === 'Patient');
      if (patient) assembly.setScope(identityName(patient.resource, ''));
      commit(run);
      sections.begin(drafts.find((draft) => draft.resource.resourceType === 'Composition'));
    },
    openSection: (section) => sections.open(section),
    statement(entry, part) {
      if (!run) return;
      further = part.index > 0;
      if (further) run.resetCache();
      quiet = true;
      if (isVoid(entry.parent)) {
        run.lose(entry, 'withheld');
        run.report('modifier-unread', entry);
        run.commit();
        return sections.add([], !further);
      }
      if (!further) reportUnknown(entry);
      const drafts = mapper.mapEntry(entry, run);
      if (drafts.length === 0 && hasStatement(entry)) account(entry, run);
      commit(run);
      sections.add(drafts, !further);
    },
    closeSection(section) {
      if (!run) return;
      if (!kit.names.isKnown(section)) report('section-unknown', section.line, describe(section));
      if (sections.isKept()) sections.add(mapper.mapSectionWhole(section, run), false);
      const draft: Draft | undefined = sections.isKept() ? mapper.mapSection(section, run) : undefined;
      commit(run);
      sections.close(section, draft);
    },
    release: (nodes) => nodes.forEach(tally.count),
    end(_document, whole) {
      complete = whole;
      assembly.finish();
    },
    report(code: FindingCode, line: number, repair?: RepairName, column?: number) {
      const [severity, message] = FINDINGS[code];
      emit({ code, severity, message, line, ...(column !== undefined && { column }), ...(repair && { repair }) });
    },
  };
  const reader = createReader(handler, ledger, { repairs: options.repairs });
  return {
    reader,
    tally,
    isComplete: () => complete,
  };
}

const timeOf = (document: Node): Leaf | undefined => attribute(child(document, 'effectiveTime') ?? document, 'value');

/** GE-06, AL-24: a section that says it has no information has no entries, whatever stands in it. */
const isVoid = (section: Node | undefined): boolean =>
  section !== undefined && attribute(section, 'nullFlavor') !== undefined;

const hasStatement = (entry: Node): boolean => entry.content.some((item) => !isLeaf(item) && STATEMENTS.has(item.name));
