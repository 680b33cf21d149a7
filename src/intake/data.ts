/** What `mappings/recognition.yaml` and `mappings/xdm.yaml` hold. */
import type { IntakeErrorCode } from '../finding.js';

/** What becomes of a file: see the head of recognition.yaml. */
export type Role = 'convert' | 'resources' | 'keep' | 'open' | 'part' | 'none';

export interface KindData {
  /** Media type. */
  readonly type: string;
  readonly role: Role;
  /** For people. */
  readonly words: string;
  /** What a document of this kind is, where its content says so: DocumentReference.type. */
  readonly title?: string;
  /** Why it is not read, even if it is named. */
  readonly refusal?: IntakeErrorCode;
}

export interface Magic {
  readonly kind: string;
  readonly at?: string;
  readonly within?: string;
  readonly text?: string;
  readonly hex?: string;
}

/** The ebXML of IHE XDM: identifiers of the standard -> elements of a DocumentReference. */
export interface XdmData {
  readonly documents: readonly string[];
  readonly statuses: Readonly<Record<string, 'current' | 'superseded'>>;
  readonly associations: Readonly<Record<string, 'replaces' | 'appends' | 'transforms' | 'signs'>>;
  readonly replacing: readonly string[];
  readonly classifications: Readonly<Record<string, string>>;
  readonly identifiers: Readonly<Record<string, string>>;
  readonly slots: Readonly<Record<string, string>>;
  readonly systems: Readonly<Record<string, string>>;
}

export interface IntakeData {
  readonly kinds: Readonly<Record<string, KindData>>;
  readonly magic: readonly Magic[];
  readonly roots: Readonly<Record<string, string>>;
  readonly namespaces: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
  readonly texts: readonly { readonly kind: string; readonly all: readonly string[] }[];
  readonly parts: readonly { readonly name: string; readonly words: string }[];
  readonly 'document-types': readonly { readonly template: string; readonly name: string }[];
  readonly 'document-codes': Readonly<Record<string, string>>;
  readonly eras: readonly { readonly template: string; readonly version?: string; readonly era: string }[];
  readonly xdm: XdmData;
}
