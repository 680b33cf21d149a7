/** The rows of docs/mapping-checklist.md in the built package; loaded only by those who explain or count. */

export interface Row {
  /** Heading it stands under: `Allergies`. */
  readonly block: string;
  /** `IG`: from the guide; `+`: the checklist's own. */
  readonly mark: string;
  /** What of the source it is about. */
  readonly text: string;
}

/** By row id, in the order of the checklist. */
export type Rows = Readonly<Record<string, Row>>;

/** Files whose comments cite a row, by row id. */
export type Citations = Readonly<Record<string, readonly string[]>>;

/** @returns rows and citations */
export async function loadRows(): Promise<{ readonly rows: Rows; readonly citations: Citations }> {
  const { ROWS, CITATIONS } = await import('../rows.gen.js');
  return { rows: ROWS, citations: CITATIONS };
}
