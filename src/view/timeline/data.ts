/** What the page of a timeline holds, as plain data: made here, read by the script in the page. */
import type { Timeline } from '../../timeline/model.js';

export interface PageData {
  readonly timeline: Timeline;
  /** LOINC code -> words people use for it, the short name first; in order of what people ask for first. */
  readonly words: Readonly<Record<string, string>>;
  /** Reason of a loss -> what it means, in words. */
  readonly reasons: Readonly<Record<string, string>>;
}
