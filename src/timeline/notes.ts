/** Sections of a document that say something in words alone: each is a note. */
import type { JsonObject } from '../fhir/json.js';
import { precisionOf } from './fact.js';
import { type LooseLine, lineId } from './line.js';
import { isObject, listOf } from './path.js';
import { sanitizeXhtml } from './sanitize.js';
import { conceptText, toCodes } from './words.js';

/**
 * The lines of a Composition's sections without entries of their own: what has entries is told by their lines.
 * @param line the document's own line
 */
export function toNotes(composition: JsonObject, line: LooseLine): LooseLine[] {
  const notes: LooseLine[] = [];
  visit(listOf(composition.section), '');
  return notes;

  function visit(sections: readonly unknown[], path: string): void {
    for (const [index, section] of (sections as readonly JsonObject[]).entries()) {
      if (!isObject(section)) continue;
      const here = `${path}/${index}`;
      const div = isObject(section.text) ? section.text.div : undefined;
      if (listOf(section.entry).length === 0 && section.emptyReason === undefined && typeof div === 'string')
        notes.push(toNote(section, sanitizeXhtml(div), here));
      visit(listOf(section.section), here);
    }
  }

  function toNote(section: JsonObject, narrative: string, path: string): LooseLine {
    const codes = toCodes(section.code);
    return {
      id: lineId(`${line.resources[0]}${path}`),
      kind: 'note',
      title: (typeof section.title === 'string' ? section.title : conceptText(section.code)) ?? 'Note',
      assertion: 'fact',
      ...(codes.length > 0 && { codes }),
      ...(line.date !== undefined && { date: line.date }),
      precision: precisionOf(line.date),
      sources: line.sources,
      narrative,
      resources: line.resources.slice(0, 1),
      details: [],
    };
  }
}
