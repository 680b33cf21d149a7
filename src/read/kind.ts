/** Which elements are units of the body, by where they stand. */

export type Kind =
  | 'document'
  | 'component'
  | 'body'
  | 'wrapper'
  | 'section'
  | 'narrative'
  | 'entry'
  | 'organizer'
  | 'part'
  | 'field';

/** Kind of a child by the kind of its parent; all others are fields. */
const CHILDREN: Readonly<Record<Kind, Readonly<Record<string, Kind>>>> = {
  // Apple Health puts entries and sections directly under the document; so do fragments.
  document: { component: 'component', entry: 'entry', section: 'section', structuredBody: 'body' },
  component: { structuredBody: 'body', section: 'section' },
  body: { component: 'wrapper', section: 'section' },
  wrapper: { section: 'section' },
  section: { component: 'wrapper', section: 'section', text: 'narrative', entry: 'entry' },
  narrative: {},
  entry: { organizer: 'organizer' },
  organizer: { component: 'part' },
  part: {},
  field: {},
};

/** @param parent kind of the parent, undefined for the root */
export function kindOf(name: string, parent: Kind | undefined): Kind {
  if (parent === undefined) return 'document';
  if (parent === 'field' || parent === 'part' || parent === 'narrative') return 'field';
  return Object.hasOwn(CHILDREN[parent], name) ? (CHILDREN[parent][name] ?? 'field') : 'field';
}
