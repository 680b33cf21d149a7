/** Paths and conditions of the mapping language in words. */
import type { Condition, Path, Step } from '../map/path.js';

/** `value of observation (template SeverityObservation) of entryRelationship`; a union is joined by `and` or `or`. */
export function sayPath(path: Path, union: 'and' | 'or' = 'and'): string {
  return path.alternatives.map(saySteps).join(`, ${union} `);
}

/** Innermost first, as one would say it. */
function saySteps(steps: readonly Step[]): string {
  const said = [...steps].reverse().map(sayStep);
  const levels = said.filter((word) => word === ABOVE).length;
  const words = said.filter((word) => word !== ABOVE);
  if (levels > 0) words.push(levels === 1 ? ABOVE : `the element ${levels} levels above`);
  return words.join(' of ');
}

const ABOVE = 'the element above';

function sayStep({ axis, name, predicates }: Step): string {
  const such = predicates.map(sayPredicate).filter((word) => word !== '');
  return `${sayName(axis, name)}${such.length > 0 ? ` (${such.join(', ')})` : ''}`;
}

function sayName(axis: Step['axis'], name: string): string {
  switch (axis) {
    case 'self':
      return 'the element itself';
    case 'parent':
      return ABOVE;
    case 'attribute':
      return `@${name}`;
    case 'ancestor':
      return `the ${name} around it`;
    case 'descendant':
      return `any ${name} inside`;
    default:
      return name === '*' ? 'any element' : name;
  }
}

function sayPredicate(condition: Condition): string {
  return condition.kind === 'position' ? sayPosition(condition.position) : sayCondition(condition);
}

const sayPosition = (position: number): string => (position === 1 ? 'the first one' : `number ${position}`);

/** `@negationInd is true`, `there is value/@code`, `has the template ReactionObservation`. */
export function sayCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'position':
      return `it is ${sayPosition(condition.position)}`;
    case 'is':
      return `template ${condition.templates.join(' or ')}`;
    case 'not':
      return `not: ${sayCondition(condition.condition)}`;
    case 'exists':
      return `with ${sayPath(condition.path, 'or')}`;
    case 'mention':
      return `${sayPath(condition.path, 'or')} mentions ${sayList(condition.values)}`;
    case 'order':
      return `${sayPath(condition.path, 'or')} is ${condition.earlier ? 'earlier' : 'later'} than ${sayPath(condition.current, 'or')}`;
    default: {
      const subject = sayPath(condition.path, 'or');
      const other = condition.current
        ? `the same as ${sayPath(condition.current, 'or')}`
        : sayList(condition.values ?? []);
      return `${subject} is ${condition.negated ? 'there, and not ' : ''}${other}`;
    }
  }
}

/** `a, b or c`. */
export const sayList = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} or ${items[items.length - 1]}`;

/** Names of the templates the paths ask for. */
export function templatesIn(paths: readonly Path[]): string[] {
  const found = new Set<string>();
  const visit = (condition: Condition): void => {
    if (condition.kind === 'is') for (const name of condition.templates) found.add(name);
    else if (condition.kind === 'not') visit(condition.condition);
    else if ('path' in condition) visitPath(condition.path);
  };
  const visitPath = (path: Path): void => {
    for (const step of path.alternatives.flat()) step.predicates.forEach(visit);
  };
  paths.forEach(visitPath);
  return [...found];
}
