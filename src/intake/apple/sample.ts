/** One measurement as HealthKit exports it, whichever file it stands in. */

export interface Sample {
  /** `HKQuantityTypeIdentifierHeartRate`; empty if the file names none. */
  readonly type: string;
  readonly value: string;
  /** As HealthKit spells it: `count/min`. */
  readonly unit: string;
  readonly sourceName: string;
  readonly sourceVersion: string;
  /** HealthKit's description of the device, `<<HKDevice: 0x...>, name:..., ...>`. */
  readonly device: string;
  /** Times as the file writes them; an empty one is not there. */
  readonly start: string;
  readonly end: string;
  readonly created: string;
  /** Key and value, one after the other. */
  readonly metadata: readonly string[];
  /** A code the file itself gives, for types without mapping. */
  readonly code?: { readonly system: string; readonly code: string; readonly display: string } | undefined;
  readonly line: number;
}

/** `HeartRate` of `HKQuantityTypeIdentifierHeartRate`. */
export const shortType = (type: string): string => type.replace(/^HK[A-Za-z]*?TypeIdentifier/, '');

/** A name of Apple's own that may stand in a report; any other might hold something about the patient. */
export const reportable = (name: string): string => (/^HK[A-Za-z0-9_]{1,100}$/.test(name) ? name : 'other');
