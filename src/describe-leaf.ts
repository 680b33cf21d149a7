/** Readable locations for those who listen to `onLeaf`. */
import { createDescriber, createNames } from './map/describe.js';
import { loadShipped } from './map/shipped.js';
import type { Mappings } from './map/table.js';
import type { Leaf } from './read/node.js';

/**
 * How the loss report calls the place of a leaf: `section[Allergies]/entry/act[AllergyConcernAct]/id/@root`.
 * @param mappings those the conversion uses; default: the shipped ones
 */
export const leafDescriber = (mappings: Mappings = loadShipped()): ((leaf: Leaf) => string) =>
  createDescriber(createNames(mappings));
