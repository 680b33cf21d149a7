/** What `mappings/apple/*.yaml` hold; every scalar is a string, explained at the head of each file. */

export interface CodeData {
  readonly loinc?: string;
  readonly display?: string;
}

/** A sample type of HealthKit. */
export interface TypeData extends CodeData {
  /** For people, where there is no LOINC display. */
  readonly name?: string;
  readonly category: string;
  readonly also?: CodeData;
  readonly unit?: string;
  readonly fraction?: string;
  readonly coded?: string;
  readonly byUnit?: Readonly<Record<string, CodeData>>;
  readonly convert?: Readonly<
    Record<string, { readonly to: string; readonly shift?: string; readonly times?: string }>
  >;
}

export interface PressureData extends CodeData {
  readonly type: string;
}

export interface MetadataData {
  readonly as: 'performer' | 'component';
  readonly value?: string;
  readonly name?: string;
  readonly values?: Readonly<Record<string, string>>;
}

export interface AppleData {
  readonly types: {
    readonly types: Readonly<Record<string, TypeData>>;
    readonly pressure: {
      readonly systolic: PressureData;
      readonly diastolic: PressureData;
      readonly panel: TypeData;
    };
    readonly workout: {
      readonly code: TypeData;
      /** Attribute of a Workout -> the component it becomes; `unit` names the attribute that holds its unit. */
      readonly parts: Readonly<Record<string, CodeData & { readonly unit: string }>>;
    };
    readonly categories: Readonly<Record<string, string>>;
    readonly units: Readonly<Record<string, string>>;
  };
  readonly export: {
    readonly me: Readonly<Record<string, string>>;
    readonly gender: Readonly<Record<string, 'female' | 'male' | 'other'>>;
    readonly bloodType: {
      readonly code: TypeData;
      readonly values: Readonly<Record<string, { readonly snomed: string; readonly display: string }>>;
    };
    readonly unset: readonly string[];
    readonly metadata: Readonly<Record<string, MetadataData>>;
    readonly lost: Readonly<Record<string, string>>;
  };
  readonly cda: {
    readonly id: string;
    readonly wrappers: readonly string[];
    readonly sample: string;
    readonly leaves: Readonly<Record<string, string>>;
    readonly header: Readonly<Record<string, string>>;
  };
}
