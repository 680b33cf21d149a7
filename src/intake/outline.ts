/** The outline of a CDA document: which guide and type, which sections; read as a stream, nothing mapped. */
import { INTAKE } from '../intake.gen.js';
import { createLedger } from '../ledger.js';
import { createNames } from '../map/describe.js';
import { loadShipped } from '../map/shipped.js';
import { child, children, type Node, peek } from '../read/node.js';
import { createReader } from '../read/read.js';

export interface SectionOutline {
  /** The name of its kind, not its title; `other` for a section of no known kind. */
  readonly name: string;
  /** LOINC code as it stands. */
  readonly code?: string;
  /** Entries directly in it. */
  readonly entries: number;
}

export interface Outline {
  /** `C-CDA R2.1`, `HITSP C32` ...; `CDA R2` if no known guide is named. */
  readonly era: string;
  readonly type?: string;
  /** The document's own code, with its system's OID. */
  readonly code?: { readonly code: string; readonly system?: string };
  /** True if the body is one piece (PDF, text) instead of sections. */
  readonly unstructured: boolean;
  readonly sections: readonly SectionOutline[];
  /** False if it ends early. */
  readonly complete: boolean;
  readonly bytes: number;
}

let names: ReturnType<typeof createNames> | undefined;

/**
 * Reads a document to its end.
 * @throws InputError if it is no clinical document or exceeds a limit
 */
export async function readOutline(source: AsyncIterable<Uint8Array>): Promise<Outline> {
  names ??= createNames(loadShipped());
  const { segment } = names;
  const sections = new Map<Node, { entries: number }>();
  const told: SectionOutline[] = [];
  const found: { document?: Node; complete: boolean } = { complete: true };
  let bytes = 0;
  const reader = createReader(
    {
      header: (document) => {
        found.document = document;
      },
      openSection: (section) => sections.set(section, { entries: 0 }),
      statement({ parent }, { index }) {
        const section = parent && sections.get(parent);
        if (section && index === 0) section.entries++;
      },
      closeSection(section) {
        const code = child(section, 'code');
        const value = code && peek(code, 'code')?.trim();
        const name = /\[(.*)\]$/.exec(segment(section))?.[1] ?? 'other';
        told.push({
          name,
          ...(value && isLoinc(value) && { code: value }),
          entries: sections.get(section)?.entries ?? 0,
        });
        sections.delete(section);
      },
      release: () => undefined,
      end: (_document, complete) => {
        found.complete = complete;
      },
      report: () => undefined,
    },
    createLedger(),
  );
  for await (const piece of source) {
    bytes += piece.length;
    reader.write(piece);
  }
  reader.close();
  return { ...describe(found.document), sections: told, complete: found.complete, bytes };
}

/** What has another form could be anything, so it is not told. */
const isLoinc = (code: string): boolean => /^\d{1,6}-\d$/.test(code);
const isOid = (system: string): boolean => /^[0-2](\.\d{1,20})+$/.test(system);

function describe(document: Node | undefined): Pick<Outline, 'era' | 'type' | 'code' | 'unstructured'> {
  if (!document) return { era: 'CDA R2', unstructured: false };
  const templates = [...children(document, 'templateId')].map((template) => ({
    root: peek(template, 'root')?.trim(),
    version: peek(template, 'extension')?.trim(),
  }));
  const has = (oid: string): boolean => templates.some(({ root }) => root === oid);
  const era = INTAKE.eras.find(({ template, version }) =>
    templates.some((one) => one.root === template && (version === undefined || one.version === version)),
  )?.era;
  const node = child(document, 'code');
  const code = node && peek(node, 'code')?.trim();
  const system = node && peek(node, 'codeSystem')?.trim();
  const type =
    INTAKE['document-types'].find(({ template }) => has(template))?.name ?? INTAKE['document-codes'][code ?? ''];
  const body = child(document, 'component');
  return {
    era: era ?? 'CDA R2',
    ...(type && { type }),
    ...(code && isLoinc(code) && { code: { code, ...(system && isOid(system) && { system }) } }),
    unstructured: body !== undefined && child(body, 'nonXMLBody') !== undefined,
  };
}
