/**
 * The open elements and their content. That of fields grows in one common stack and is cut off at its length when the
 * element closes: a list that grows on its own takes room for 17 items, and most elements have one.
 */
import type { Leaf, Node } from './node.js';

/** A node whose attributes and content may still be set. */
export interface Growing extends Omit<Node, 'attributes' | 'content'> {
  attributes: Leaf[];
  content: (Node | Leaf)[];
}

/** What is known of an open element: all in one record, which the next element at that depth uses again. */
export interface Open {
  node: Growing | undefined;
  /** Has attributes or content, even if that was handed over and let go. */
  filled: boolean;
  /** Declares namespaces. */
  scoped: boolean;
  /** Statements and people in it. */
  related: number;
  /** Elements that were in memory when it opened. */
  held: number;
  /** Where its content begins in the stack. */
  start: number;
}

export interface Content {
  /** The innermost open element; around all of them is one without node. */
  readonly current: Open;
  /** An element opens; `field`: its content is set when it closes, else it grows from the beginning. */
  open(node: Growing, field: boolean): Open;
  /** Adds to the innermost open element. */
  add(item: Node | Leaf): void;
  /** The innermost open element closes. */
  close(): void;
}

const GROWS = -1;

const createOpen = (): Open => ({
  node: undefined,
  filled: false,
  scoped: false,
  related: 0,
  held: 0,
  start: GROWS,
});

export function createContent(): Content {
  const records = [createOpen()];
  let depth = 0;
  const stack: (Node | Leaf | undefined)[] = [];
  let top = 0;

  /** Takes what lies above `start` off the stack: what is left there would keep the tree alive that it is part of. */
  function cut(start: number): (Node | Leaf)[] {
    // One item, as most have, without a call into the engine.
    const items = top === start + 1 ? [stack[start]] : stack.slice(start, top);
    while (top > start) stack[--top] = undefined;
    return items as (Node | Leaf)[];
  }

  const content = {
    current: records[0] as Open,
    open(node: Growing, field: boolean): Open {
      let open = records[++depth];
      if (open === undefined) {
        open = createOpen();
        records.push(open);
      }
      open.node = node;
      open.filled = false;
      open.scoped = false;
      open.related = 0;
      open.start = field ? top : GROWS;
      content.current = open;
      return open;
    },
    add(item: Node | Leaf): void {
      const { current } = content;
      if (current.start === GROWS) current.node?.content.push(item);
      else stack[top++] = item;
    },
    close(): void {
      const { current } = content;
      if (current.start !== GROWS && current.start !== top && current.node) current.node.content = cut(current.start);
      current.node = undefined;
      content.current = records[--depth] as Open;
    },
  };
  return content;
}
