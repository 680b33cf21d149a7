/** What leaves a reader that makes resources itself, without tables: events in their order, and the report at the end. */
import { shippedChecker } from '../../check/shipped.js';
import type { ConvertOptions } from '../../convert.js';
import type { Event } from '../../event.js';
import { FINDINGS, type Finding, type FindingCode } from '../../finding.js';
import { createFindings, type Findings } from '../../findings.js';
import { type Account, createAccount } from './account.js';
import { createOutlet, type Outlet } from './outlet.js';
import { reportFor, type Source } from './report.js';

export interface Output extends Pick<Outlet, 'emit' | 'emitWhole'> {
  readonly account: Account;
  readonly findings: Findings;
  /** Adds a finding of the registry. */
  report(code: FindingCode, place?: Pick<Finding, 'line' | 'path'>): void;
  /** The events since it was asked last. */
  drain(): Event[];
  /** The last event. @param complete false if the source ends early */
  end(source: Source, complete: boolean): Event;
}

/** The part of the conversion's options that has a meaning here. */
export type OutputOptions = Pick<
  ConvertOptions,
  'name' | 'check' | 'checks' | 'usCore' | 'mappings' | 'strict' | 'showValues'
>;

export async function createOutput(options: OutputOptions): Promise<Output> {
  const { check: level = 'fast', usCore = '6.1.0', checks, strict = false, showValues = false } = options;
  const queue: Event[] = [];
  const account = createAccount(showValues);
  const findings = createFindings(strict, (finding) => queue.push({ kind: 'finding', finding }));
  const checker = level === 'off' ? undefined : await shippedChecker({ level, usCore, checks });
  const { emit, emitWhole, resources } = createOutlet(checker, findings, (resource) =>
    queue.push({ kind: 'resource', resource }),
  );
  return {
    account,
    findings,
    emit,
    emitWhole,
    report(code, place) {
      const [severity, message] = FINDINGS[code];
      findings.add({ code, severity, message, ...place });
    },
    drain: () => queue.splice(0),
    end(source, complete) {
      const counted = { leaves: account.counts(), lost: account.lost(), sections: account.sections(), complete };
      return { kind: 'end', loss: reportFor(source, resources, findings.all(), options, counted) };
    },
  };
}
