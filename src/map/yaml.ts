/** Reads mapping files: YAML with the failsafe schema, where every scalar is a string (CVX `08` stays `08`). */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Node as YamlNode,
} from 'yaml';
import { MappingError } from '../finding.js';

/** What YAML holds under the failsafe schema. Maps carry the line they start on as `$line`, rules need it for errors. */
export type Raw = string | Raw[] | RawMap;
export interface RawMap {
  [key: string]: Raw;
}

/** One mapping file, parsed. */
export interface Source {
  readonly file: string;
  readonly data: RawMap;
  /** Of a shipped table: JSON of its further words (`BODY`), which `data` is without. Parsed when the table is used. */
  readonly body?: string | undefined;
}

/** The words of a table that only a document with such a statement needs. */
export const BODY: readonly string[] = ['rules', 'lost', 'frame', 'withhold'];

/**
 * Parses one mapping file.
 * @throws MappingError with file and line when the text is not YAML, or a key stands twice.
 */
export function parseSource(file: string, text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new MappingError(error.message.split('\n')[0] ?? error.code, file, error.linePos?.[0].line ?? 1);
  const data = document.contents ? toRaw(document.contents as YamlNode, lines, document) : {};
  if (typeof data === 'string' || Array.isArray(data)) throw new MappingError('the file must hold a map', file, 1);
  return { file, data };
}

/** Anchors and aliases (`rules: &dosage`, `rules: *dosage`) say the same thing in two places of one file. */
function toRaw(node: YamlNode, lines: LineCounter, document: Document): Raw {
  if (isAlias(node)) {
    const anchored = node.resolve(document);
    return anchored ? toRaw(anchored, lines, document) : '';
  }
  if (isSeq(node)) {
    return node.items.map((item) => {
      const raw = toRaw(item as YamlNode, lines, document);
      if (isMap(item) && typeof raw === 'object' && !Array.isArray(raw))
        raw.$line = String(lines.linePos((item.range ?? [0])[0]).line);
      return raw;
    });
  }
  if (!isMap(node)) return isScalar(node) && node.value !== null ? String(node.value) : '';
  const map: RawMap = {};
  for (const pair of node.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue;
    const value = pair.value ? toRaw(pair.value as YamlNode, lines, document) : '';
    const line = String(lines.linePos((pair.key.range ?? [0])[0]).line);
    if (typeof value === 'object' && !Array.isArray(value)) value.$line = line;
    map[String(pair.key.value)] = value;
  }
  return map;
}
