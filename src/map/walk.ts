/**
 * One step of a path as a closure that calls the next one for each element it reaches, down to the one that collects:
 * no list is made for what lies between, and none at all if nothing is found.
 */
import { attributeName, detach, isLeaf, type Leaf, mayHave, mayHaveBelow, type Node, nameBit } from '../read/node.js';
import type { Step } from './path.js';
import type { Scope } from './select.js';

export type Item = Node | Leaf;

/** What was found so far: the list is made with the first hit. */
export type Found = Item[] | undefined;

/** Goes on from an element and returns what was found, with what it adds. */
export type Walk = (node: Node, scope: Scope, found: Found) => Found;

/** The end of a walk: takes what the path selects. */
export type End = (item: Item, scope: Scope, found: Found) => Found;

/** Collects the items in the order they are reached, which for the axes there are is the order step by step. */
export const collect: End = (item, _scope, found) => {
  if (found === undefined) return [item];
  found.push(item);
  return found;
};

/** Nothing lies beyond an attribute. */
export const stop: End = (_item, _scope, found) => found;

/** The attribute of that name. */
export function walkAttribute(name: string, end: End): Walk {
  const wanted = attributeName(name);
  return (node, scope, found) => {
    const { attributes } = node;
    for (let index = 0; index < attributes.length; index++) {
      const leaf = attributes[index];
      if (leaf !== undefined && leaf.name === wanted) return end(leaf, scope, found);
    }
    return found;
  };
}

/**
 * The elements an axis leads to, predicates not asked.
 * @param then the step after this one: children that all lack what it asks for are not looked at one by one
 */
export function walkAxis({ axis, name: written }: Step, next: Walk, then?: Step): Walk {
  const name = detach(written);
  switch (axis) {
    case 'self':
      return next;
    case 'parent':
      return (node, scope, found) => (node.parent ? next(node.parent, scope, found) : found);
    case 'ancestor':
      return (node, scope, found) => {
        for (let at: Node | undefined = node; at; at = at.parent) if (at.name === name) return next(at, scope, found);
        return found;
      };
    case 'descendant':
      return walkDescendants(name, next);
    default:
      return name === '*' ? walkAllChildren(next) : walkChildren(name, next, bitsOf(then));
  }
}

const bitsOf = (step: Step | undefined): number =>
  step?.axis === 'child' && step.name !== '*' ? nameBit(step.name) : -1;

function walkChildren(name: string, next: Walk, below: number): Walk {
  const bit = nameBit(name);
  return (node, scope, found) => {
    if (!mayHave(node, bit) || !mayHaveBelow(node, below)) return found;
    const { content } = node;
    let all = found;
    for (let index = 0; index < content.length; index++) {
      const item = content[index];
      if (item !== undefined && item.name === name && !isLeaf(item)) all = next(item, scope, all);
    }
    return all;
  };
}

/** The child element of that name with that number, counted from 1. */
export function walkNth(written: string, position: number, next: Walk): Walk {
  const name = detach(written);
  const bit = nameBit(name);
  return (node, scope, found) => {
    if (!mayHave(node, bit)) return found;
    let left = position;
    for (const item of node.content) {
      if (item.name === name && !isLeaf(item) && --left === 0) return next(item, scope, found);
    }
    return found;
  };
}

function walkAllChildren(next: Walk): Walk {
  return (node, scope, found) => {
    let all = found;
    for (const item of node.content) if (!isLeaf(item)) all = next(item, scope, all);
    return all;
  };
}

function walkDescendants(name: string, next: Walk): Walk {
  const walk: Walk = (node, scope, found) => {
    let all = found;
    for (const item of node.content) {
      if (isLeaf(item)) continue;
      if (item.name === name || name === '*') all = next(item, scope, all);
      if (item.names !== 0) all = walk(item, scope, all);
    }
    return all;
  };
  return walk;
}
