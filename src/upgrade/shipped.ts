/** The shipped upgrade tables, read once. */
import { SOURCES } from '../upgrade.gen.js';
import { loadUpgrades, type Upgrades } from './table.js';

let shipped: Upgrades | undefined;

/** The upgrade tables of the package. */
export function shippedUpgrades(): Upgrades {
  shipped ??= loadUpgrades(SOURCES);
  return shipped;
}
