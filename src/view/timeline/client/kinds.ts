/** The kinds of lines in words, and how each says that something is not so. */
import type { LineKind } from '../../../timeline/model.js';

export interface Kind {
  readonly one: string;
  readonly many: string;
  /** Said of a line that is negated. */
  readonly not: string;
  /** Path of the icon, 24 by 24, drawn as a line. */
  readonly icon: string;
}

export const KINDS: Readonly<Record<LineKind, Kind>> = {
  allergy: {
    one: 'Allergy',
    many: 'Allergies',
    not: 'Not allergic',
    icon: 'M12 3.5 2.5 20h19L12 3.5zM12 10v4.5M12 17.2v.3',
  },
  condition: { one: 'Condition', many: 'Conditions', not: 'Ruled out', icon: 'M2.5 12.5H7l2.5-7 4.5 13 2.5-6h5' },
  medication: {
    one: 'Medication',
    many: 'Medications',
    not: 'Not taken',
    icon: 'M13.6 4.3a4.3 4.3 0 0 1 6.1 6.1l-9.3 9.3a4.3 4.3 0 0 1-6.1-6.1zM8.9 8.9l6.2 6.2',
  },
  result: {
    one: 'Lab result',
    many: 'Lab results',
    not: 'Not done',
    icon: 'M9 3h6M10 3v6.2L4.8 18a2 2 0 0 0 1.7 3h11a2 2 0 0 0 1.7-3L14 9.2V3M7.4 14.5h9.2',
  },
  vital: {
    one: 'Vital sign',
    many: 'Vital signs',
    not: 'Not done',
    icon: 'M12 20.3S3.5 15.4 3.5 9.2A4.6 4.6 0 0 1 12 6.8a4.6 4.6 0 0 1 8.5 2.4c0 6.2-8.5 11.1-8.5 11.1z',
  },
  immunization: {
    one: 'Immunization',
    many: 'Immunizations',
    not: 'Not given',
    icon: 'M17.5 2.5l4 4M19.5 4.5l-3.7 3.7M12.5 4.9l6.6 6.6M14.2 6.6 5.4 15.4v3.2h3.2l8.8-8.8M5.4 18.6l-3 3M9 11.8l1.7 1.7M12 8.8l1.7 1.7',
  },
  procedure: {
    one: 'Procedure',
    many: 'Procedures',
    not: 'Not done',
    icon: 'M8.4 8.1 20 18M8.4 15.9 20 6M6 8.8a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM6 20.4a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2z',
  },
  encounter: {
    one: 'Visit',
    many: 'Visits',
    not: 'Did not take place',
    icon: 'M5 21V4h14v17M2.5 21h19M12 7.2v5M9.5 9.7h5M10 21v-4.5h4V21',
  },
  note: { one: 'Note', many: 'Notes', not: 'Not so', icon: 'M5.5 3h9l4 4v14h-13zM8.5 11h7M8.5 15h7M8.5 7h3.5' },
  document: { one: 'Document', many: 'Documents', not: 'Not so', icon: 'M5.5 3h9l4 4v14h-13zM14 3v4.5h4.5' },
  social: {
    one: 'Social history',
    many: 'Social history',
    not: 'Not so',
    icon: 'M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20.5c0-3.9 3.5-6.5 8-6.5s8 2.6 8 6.5',
  },
  other: { one: 'Other', many: 'Other', not: 'Not so', icon: 'M6 12h.01M12 12h.01M18 12h.01' },
};

/** In the order people look for them. */
export const KIND_ORDER = Object.keys(KINDS) as LineKind[];

const SVG = 'http://www.w3.org/2000/svg';

/** A picture of paths on a field; it says nothing to a screen reader. */
export function draw(width: number, height: number, name: string, ...parts: SVGElement[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('class', name);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(...parts);
  return svg;
}

export function shape(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

export const toIcon = (kind: LineKind): SVGSVGElement =>
  draw(24, 24, `icon k-${kind}`, shape('path', { d: KINDS[kind].icon }));
