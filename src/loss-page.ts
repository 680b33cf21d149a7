/** The loss page of one conversion: the document beside its resources, every piece of data in the colour of its fate. */
import type { FhirResource } from 'fhir/r4.js';
import type { ConvertOptions } from './convert.js';
import type { Event, LossReport } from './event.js';
import { findTargets } from './explain/find.js';
import { type LeafState, STATES } from './ledger.js';
import { createNames } from './map/describe.js';
import { loadShipped } from './map/shipped.js';
import type { Node } from './read/node.js';
import { count, plural } from './report/layout.js';
import { REASONS } from './report/terminal.js';
import { createCollection, findResource, type Traced } from './view/loss/collect.js';
import type { LeafData, PageData } from './view/loss/data.js';
import { toSectionTexts, toSourceLines, toTargetLines } from './view/loss/lines.js';
import { toLossPage } from './view/loss/page.js';

const KEPT: Readonly<Partial<Record<LeafState, string>>> = {
  copied: 'copied',
  implied: 'implied by others',
  tested: 'used to decide',
  frame: 'fixed by the template',
  narrative: 'kept as text',
};

/** For who has never seen such a document. */
const HINTS: Readonly<Record<LeafState, string>> = {
  copied: 'Its value stands in a resource.',
  implied: 'It repeats what another piece of data says, which was copied.',
  tested: 'It decided how something was converted: what kind of statement it is, or whether it is denied.',
  frame: 'All documents of this kind have it; it says nothing about the patient.',
  narrative: 'Its words stand in the text of the section, where people read them; no field of a resource has them.',
  unread: 'Nobody has said yet what it should become.',
  declared: 'It was decided that FHIR has no use for it.',
  'no-code': 'The code system FHIR asks for here has no code that says the same.',
  superseded: 'FHIR has room for one value here, and another one was taken.',
  narrowed: 'FHIR can say it less exactly only.',
  withheld: 'What it belongs to is denied, void, about somebody else or incomplete: as a resource it could be misread.',
};

/** Kept ones first, gravest loss last. */
const PAGE_STATES = [...STATES]
  .reverse()
  .map((id) => {
    const words = KEPT[id];
    const lost = words === undefined;
    return { id, words: words ?? `lost: ${REASONS[id as keyof typeof REASONS]}`, hint: HINTS[id], lost };
  })
  .sort((one, other) => Number(one.lost) - Number(other.lost));

/**
 * Prepares a page: convert with `options`, give the events to `toHtml`. The page holds the document's values, and the
 * memory of both follows the document.
 */
export function prepareLossPage(base: ConvertOptions): {
  readonly options: ConvertOptions;
  toHtml(events: AsyncIterable<Event>): Promise<{ readonly html: string; readonly loss: LossReport }>;
} {
  const collection = createCollection();
  const mappings = base.mappings ?? loadShipped();
  const targets = findTargets(mappings);
  const names = createNames(mappings);

  /** Containers every document has are left out, unless they say something themselves. */
  const nameOf = (node: Node): string | undefined =>
    names.segment(node) || (node.attributes.length > 0 ? node.name : undefined);

  function toData(resources: readonly FhirResource[]): PageData {
    const places = new Map(resources.map(({ resourceType, id }, index) => [`${resourceType}/${id}`, index]));
    const composition = resources.find(({ resourceType }) => resourceType === 'Composition');
    const find = findResource(collection, targets, composition && `Composition/${composition.id}`);
    const rules = ['', ...new Set(collection.leaves.map(({ rule }) => rule).filter((rule) => rule !== ''))];
    const ruleAt = new Map(rules.map((rule, index) => [rule, index]));

    const describeLeaf = (traced: Traced): LeafData => [
      traced.leaf.name,
      traced.leaf.value,
      PAGE_STATES.findIndex(({ id }) => id === traced.state),
      ruleAt.get(traced.rule) ?? 0,
      places.get(find(traced) ?? '') ?? -1,
    ];
    const source = toSourceLines(collection.leaves, nameOf, describeLeaf);
    return {
      states: PAGE_STATES,
      rules: rules.map((rule) => {
        const { element = '', rows = [], why = '' } = targets.get(rule) ?? {};
        return [rule, rule === '' ? 'section' : element, rows.join(' '), why];
      }),
      source,
      target: resources.flatMap(toTargetLines),
      sections: toSectionTexts(source, resources),
    };
  }

  return {
    options: { ...base, onLeaf: collection.onLeaf, onMade: collection.onMade },
    async toHtml(events) {
      const resources: FhirResource[] = [];
      let loss: LossReport | undefined;
      for await (const event of events) {
        if (event.kind === 'resource') resources.push(event.resource);
        if (event.kind === 'end') loss = event.loss;
      }
      if (!loss) throw new Error('The events stopped before the one that holds the loss report.');
      const { total, lost } = loss.leaves;
      const summary = `${count(total - lost)} of ${plural(total, 'piece')} of data kept, ${count(lost)} lost; ${plural(resources.length, 'FHIR resource')}.`;
      const html = toLossPage({ title: loss.source.name || 'Document', summary, data: toData(resources) });
      return { html, loss };
    },
  };
}
