/**
 * The content of the open elements. That of fields grows in one common stack and is cut off at its length when the
 * element closes: a list that grows on its own takes room for 17 items, and most elements have one.
 */
import type { Leaf, Node } from './node.js';

/** A node whose attributes and content may still be set. */
export interface Growing extends Omit<Node, 'attributes' | 'content'> {
  attributes: Leaf[];
  content: (Node | Leaf)[];
}

export interface Content {
  /** The element opens; `field`: its content is set when it closes, else it grows from the beginning. */
  open(node: Growing, field: boolean): void;
  /** Adds to the innermost open element. */
  add(item: Node | Leaf): void;
  /** The innermost open element closes. */
  close(): void;
}

const GROWS = -1;

export function createContent(): Content {
  const open: Growing[] = [];
  const starts: number[] = []; // where the content of each begins in the stack
  const stack: (Node | Leaf | undefined)[] = [];
  let top = 0;
  return {
    open(node, field) {
      open.push(node);
      starts.push(field ? top : GROWS);
    },
    add(item) {
      const last = open.length - 1;
      if (starts[last] === GROWS) open[last]?.content.push(item);
      else stack[top++] = item;
    },
    close() {
      const node = open.pop();
      const start = starts.pop() ?? GROWS;
      if (node === undefined || start === GROWS || start === top) return;
      node.content = stack.slice(start, top) as (Node | Leaf)[];
      // What is left here would keep the tree alive that it is part of.
      while (top > start) stack[--top] = undefined;
    },
  };
}
