/** `say`: the source in words of the table, where only text can hold it (`No known allergy to {}`). */
import { CONVERTERS } from '../fhir/datatypes/index.js';
import type { Json } from '../fhir/json.js';
import { children, isLeaf, type Node } from '../read/node.js';
import type { Run } from './run.js';
import type { Item } from './select.js';
import type { Target } from './target.js';

/** Types that can hold words, and how. */
const HOLDERS: Readonly<Record<string, (text: string) => Json>> = {
  Annotation: (text) => ({ text }),
  CodeableConcept: (text) => ({ text }),
  markdown: (text) => text,
  string: (text) => text,
};

/**
 * A converter that puts the words of the source where `{}` stands; undefined if the source has none.
 * @throws Error if the element cannot hold words
 */
export function compileSaying(words: string, target: Target): (item: Item, run: Run) => { value: Json } | undefined {
  const hold = HOLDERS[target.type];
  const convert = CONVERTERS.string;
  if (!hold || !convert) throw new Error(`\`say\` writes ${Object.keys(HOLDERS).join(', ')}, not ${target.type}`);
  return (item, run) => {
    const text = convert(item, run);
    if (typeof text !== 'string') return undefined;
    if (!isLeaf(item)) loseCodes(item, run);
    return { value: hold(words.replace('{}', () => text)) };
  };
}

/** Of a concept in words, the codes stay behind; what became words is copied, which counts for more. */
function loseCodes(node: Node, run: Run): void {
  for (const leaf of node.attributes) if (leaf.name !== '@xsi:type') run.lose(leaf, 'narrowed');
  for (const translation of children(node, 'translation')) run.lose(translation, 'narrowed');
}
