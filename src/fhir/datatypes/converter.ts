/** The shape every data type converter has. */
import type { Leaf, Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { Json } from '../json.js';

/**
 * Converts one source node (or attribute leaf) to a FHIR value, or undefined when there is nothing to write.
 * A leaf is taken only once it is certain that the value will be written.
 */
export type Converter = (source: Node | Leaf, context: Context) => Json | undefined;
