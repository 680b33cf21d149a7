/** Compiles the rules that refer to other resources. */
import type { JsonObject } from '../fhir/json.js';
import { isLeaf, type Node } from '../read/node.js';
import { type Draft, isLink } from './draft.js';
import { linkTo } from './link.js';
import { type Apply, type Compiler, type Said, supersede } from './rule.js';
import type { Select } from './select.js';
import type { Target } from './target.js';

/** `build`: what is selected becomes resources of another table, and references to them go here. */
export function compileBuild(table: string, select: Select, target: Target, compiler: Compiler): Apply {
  return (node, object, draft, run) => {
    let said: Said = 0;
    for (const item of select(node, run)) {
      if (isLeaf(item)) continue;
      if (said > 0 && !target.array) {
        supersede(item, run);
        continue;
      }
      for (const made of compiler.build(table, item, run)) {
        const built = findFitting(made, target);
        if (!built) continue;
        const holder: JsonObject = { type: typeOf(built) };
        if (!writeReference(target, object, holder)) continue;
        draft.references.push({ holder, target: built, rule: run.rule });
        said = 2;
      }
    }
    return said;
  };
}

const typeOf = (draft: Draft): string => String(draft.resource.resourceType);

/** The draft if the element may refer to it; else what it refers to itself: the Practitioner of a PractitionerRole. */
function findFitting(draft: Draft, { references }: Target): Draft | undefined {
  const fits = (type: string): boolean => !references || references.includes(type) || references.includes('Resource');
  if (fits(typeOf(draft))) return draft;
  for (const { target } of draft.references) if (!isLink(target) && fits(typeOf(target))) return target;
  return undefined;
}

/** Appends a reference without looking for an equal one: it has no id yet. */
function writeReference(target: Target, object: JsonObject, holder: JsonObject): boolean {
  return target.write(object, holder, target.choice ? 'Reference' : undefined) !== false;
}

/** `link`: a reference by identifier to what another entry becomes. */
export function compileLink(types: readonly string[], select: Select, target: Target): Apply {
  return (node, object, draft, run) => {
    const copied = run.copied();
    const items = select(node, run).filter((item): item is Node => !isLeaf(item));
    const link = linkTo(items, types, run);
    if (!link) return 0;
    const holder: JsonObject = { type: types[0] ?? 'Resource' };
    if (!writeReference(target, object, holder)) {
      run.demote(copied, 'superseded');
      return 0;
    }
    draft.references.push({ holder, target: link, rule: run.rule });
    return 2;
  };
}
