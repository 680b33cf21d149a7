/** Converts one small entry, for tests of single rows of the checklist. */
import { convert, stringify } from '../../src/index.js';
import { wrapEntry } from '../safety/document.js';

export interface Result {
  /** The resources as JSON, one a line. */
  readonly text: string;
  readonly types: readonly string[];
  readonly findings: readonly string[];
}

/**
 * @param entry XML of the section's content, with the short names `wrapEntry` knows
 * @param change what else the document says: a text of the wrapper and what stands there instead
 */
export async function read(section: string, entry: string, change?: readonly [string, string]): Promise<Result> {
  const document = wrapEntry(section, entry);
  if (change && !document.includes(change[0])) throw new Error('the wrapper has no such text to change');
  const source = change ? document.replace(change[0], change[1]) : document;
  const written: string[] = [];
  const types: string[] = [];
  let findings: string[] = [];
  for await (const event of convert(source, { check: 'off' })) {
    if (event.kind === 'resource') written.push(stringify(event.resource as never));
    if (event.kind === 'resource') types.push(event.resource.resourceType);
    if (event.kind === 'end') findings = event.loss.findings.map(({ code }) => code);
  }
  return { text: written.join('\n'), types, findings };
}

/** An observation: the part of its template's OID behind `22.4`, LOINC code, value (and what follows). */
export const observation = (template: string, code: string, value: string, time = 'value="20240301"'): string =>
  `<entry><observation classCode="OBS" moodCode="EVN"><templateId root="22.4.${template}"/><id extension="o1"/>
   <code code="${code}" codeSystem="LOINC"/><statusCode code="completed"/><effectiveTime ${time}/>${value}</observation></entry>`;
