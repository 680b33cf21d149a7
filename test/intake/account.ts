/** What a run over inputs finds, as one JSON value: the golden form of the archive tests. */
import type { Event } from '../../src/event.js';
import { type ListOptions, listDocuments } from '../../src/intake/documents.js';
import { fromJob, toJob } from '../../src/intake/entry.js';
import { readDocument } from '../../src/intake/read.js';

export interface Account {
  readonly name: string;
  readonly kind: string;
  readonly output: string;
  readonly refused?: string;
  readonly findings?: readonly string[];
  readonly resources?: Readonly<Record<string, number>>;
  readonly events: readonly Event[];
}

/** Lists the inputs and reads every document through its plain JSON, as a worker does. */
export async function account(inputs: readonly string[], options: ListOptions = {}): Promise<Account[]> {
  const found: Account[] = [];
  for await (const document of listDocuments(inputs, options)) {
    const { name, kind, output } = document;
    const events: Event[] = [];
    const travelled = document.sequential ? document : fromJob(JSON.parse(JSON.stringify(toJob(document))));
    try {
      for await (const event of readDocument(travelled, {})) events.push(event);
    } catch (error) {
      found.push({ name, kind, output, refused: String((error as { code?: string }).code ?? error), events: [] });
      continue;
    }
    const end = events.at(-1);
    if (end?.kind !== 'end') throw new Error('no loss report');
    const findings = end.loss.findings.map(({ code }) => code).filter((code) => code.startsWith('package-'));
    found.push({ name, kind, output, ...(findings.length > 0 && { findings }), resources: end.loss.resources, events });
  }
  return found;
}

export const resourcesOf = ({ events }: Account) =>
  events.flatMap((event) => (event.kind === 'resource' ? [event.resource] : []));

/** As a golden file keeps it: without the events, with the DocumentReferences in full. */
export const toGolden = (accounts: readonly Account[]): object[] =>
  accounts.map((one) => {
    const { events: _, ...told } = one;
    const references = resourcesOf(one).filter(({ resourceType }) => resourceType === 'DocumentReference');
    return references.length > 0 ? { ...told, references } : told;
  });
