/** What a document is, without converting it. */
import { isResourceType } from '../fhir/shapes.js';
import { InputError } from '../finding.js';
import type { Document } from './entry.js';
import { type Outline, readOutline } from './outline.js';
import { readerNamed } from './recognisers.js';
import { refuse } from './refusals.js';
import { readEntries } from './resources.js';
import { kindData, roleOf } from './sniff.js';

/** What a conversion would do with it. */
export type Fate = 'convert' | 'pass' | 'keep' | 'leave-out';

export interface Inspection {
  readonly name: string;
  /** For the user to find it: `archive.zip!inner/b.xml`. */
  readonly path: string;
  readonly kind: string;
  /** The kind in words. */
  readonly is: string;
  /** Bytes, if known. */
  readonly size?: number;
  readonly fate: Fate;
  /** Why it would be left out. */
  readonly reason?: string;
  readonly message?: string;
  /** What its package says about its standing: `superseded` if it was replaced. */
  readonly status?: string;
  /** Of a CDA document. */
  readonly outline?: Outline;
  /** Resources of FHIR JSON, by type. */
  readonly resources?: Readonly<Record<string, number>>;
  /** Codes of findings its package gives rise to. */
  readonly findings?: readonly string[];
}

/** Inspects one listed document; one that cannot be read is told so, not thrown. Errors of the file system are thrown. */
export async function inspectDocument(document: Document): Promise<Inspection> {
  const { name, path, kind, size, metadata, refusal } = document;
  const findings = [...new Set(document.findings?.map(({ code }) => code))];
  const told = {
    name,
    path,
    kind,
    is: kindData(kind).words,
    ...(size !== undefined && { size }),
    ...(metadata?.status && { status: metadata.status }),
    ...(findings.length > 0 && { findings }),
  };
  if (refusal) return { ...told, fate: 'leave-out', reason: refusal.code, message: refusal.message };
  try {
    return { ...told, ...(await look(document)) };
  } catch (error) {
    if (error instanceof InputError) return { ...told, fate: 'leave-out', reason: error.code, message: error.message };
    if (!(error instanceof Error) || error.name !== 'JsonError') throw error;
    return { ...told, fate: 'leave-out', reason: 'archive-damaged', message: refuse('archive-damaged').message };
  }
}

async function look(document: Document): Promise<Pick<Inspection, 'fate' | 'outline' | 'resources'>> {
  if (await (await import('./health-card/document.js')).holdsCards(document)) return { fate: 'convert' };
  const reader = readerNamed(document.reader);
  if (reader?.outline) return { fate: 'convert', outline: await reader.outline(document) };
  const role = roleOf(document.kind);
  if (role === 'keep') return { fate: 'keep' };
  if (role === 'resources') {
    const resources: Record<string, number> = {};
    for await (const { resource } of readEntries(document.open())) {
      // A name nobody knows may be anything the file says.
      const type = isResourceType(resource.resourceType) ? resource.resourceType : 'other';
      resources[type] = (resources[type] ?? 0) + 1;
    }
    return { fate: 'pass', resources };
  }
  return { fate: 'convert', outline: await readOutline(document.open()) };
}
