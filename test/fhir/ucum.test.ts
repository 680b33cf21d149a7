import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createUcum, type Units } from '../../src/fhir/ucum.js';

const units = parse(readFileSync('mappings/units.yaml', 'utf8'), { schema: 'failsafe' }) as Units;
const ucum = createUcum(units);

interface Oracle {
  validateUnitString(unit: string): { status: string };
}
const { UcumLhcUtils } = createRequire(import.meta.url)('@lhncbc/ucum-lhc') as {
  UcumLhcUtils: { getInstance(): Oracle };
};
const oracle = UcumLhcUtils.getInstance();
const isValid = (unit: string): boolean => oracle.validateUnitString(unit).status === 'valid';

const COMMON =
  `% %{hemoglobin} /[HPF] /[LPF] /d /h /min /uL /10*3 /mo 1 10*3 10*3/uL 10*3/mL 10*6/uL 10*9/L 10*12/L 10^3/uL
  [APL'U] [CFU]/mL [GPL'U] [IU] [IU]/L [IU]/mL [MPL'U] [arb'U]/mL [degF] [drp] [foz_us] [ft_i] [in_i] [in_us] [lb_av] [oz_av]
  [pH] [ppm] [psi] [tbs_us] [tsp_us] {INR} {beats}/min {breaths}/min {cells}/uL {copies}/mL {ratio} {score} {titer} A Cel
  Ci Gy Hz J K K/W L L/min L/s N N.s Pa U U/L U/mL U/g{Hb} V W a atm bar cal cm cm[H2O] cm2 d dB daL deg dL dyn.s/(cm5)
  eq/L erg fL fmol g g/(24.h) g/dL g/L g/kg/d h k[IU]/L kPa kat/kg kcal kcal/d kg kg.m/s2 kg/m2 kg/m3 km l mL/min/{1.73_m2} lm
  m m/s m/s2 m[H2O] m[IU]/L m[IU]/mL m2 m3 mA mL mL/(8.h) mL/(kg.min) mL/h mL/kg mL/min mL/s mV mbar meq meq/L meq/kg
  mg mg/(24.h) mg/dL mg/g mg/g{creat} mg/kg mg/kg/d mg/kg/h mg/L mg/mL mg{FEU}/L min mm mm/h mm[Hg] mm2 mmol mmol/(24.h)
  mmol/L mmol/mol mo mol mol/L mol/m3 mosm/kg ms ng ng/dL ng/mL ng/mL/h ng{FEU}/mL nkat nm nmol/L nmol/min/mL osm pg pg/mL pmol/L
  s t u[IU]/mL ug ug/dL ug/kg/min ug/L ug/mL ukat/L um um3 umol/L umol/min uV wk (m/s)/s 10*-3 m-2 mol-1 10.L/(min.m2)`
    .split(/\s+/)
    .filter(Boolean);

const WRONG = `lb lbs in. mgg mm[hg] KG Kg 2.5mg 100mg 10+3/ul m//s m/ m. .m () {a {a}b m{a}{b} [in] [foo] Cel/s mg/[pH]
  MMHG mcg 1.5 -1 m+ m{\u00b5} unit units NA UCUM_UNIT Container`
  .split(/\s+/)
  .filter(Boolean);

describe('ucum', () => {
  it.each(COMMON)('knows %s', (unit) => expect([ucum(unit), isValid(unit)]).toEqual([unit, true]));

  it.each(WRONG)('never passes %s on as it is', (unit) => expect(ucum(unit)).not.toBe(unit));

  it.each([
    ['lbs', '[lb_av]'],
    ['inches', '[in_i]'],
    ['mmHg', 'mm[Hg]'],
    [' mm  Hg ', 'mm[Hg]'],
    ['F', '[degF]'],
    ['deg F', '[degF]'],
    ['C', 'Cel'],
    ['bpm', '/min'],
    ['mcg', 'ug'],
    ['\u00b5g', 'ug'],
    ['kg/m\u00b2', 'kg/m2'],
    ['K/uL', '10*3/uL'],
    ['beats/min', '{beats}/min'],
    ['years', 'a'],
    ['mcg/kg/hr', 'ug/kg/h'],
    ['tabs/day', '{tbl}/d'],
  ])('turns %s into %s', (unit, code) => expect(ucum(unit)).toBe(code));

  it.each(['unit', 'units', 'NA', 'UCUM_UNIT', 'Container', 'lbs/', 'K/', 'x/bpm', '', 'constructor', '{', 'md/dL'])(
    'leaves %s alone',
    (unit) => expect(ucum(unit)).toBeUndefined(),
  );

  it('has only valid codes among its synonyms, and none to itself', () => {
    const codes = Object.entries(units.synonyms);
    expect(codes.filter(([unit, code]) => !isValid(code) || unit === code)).toEqual([]);
  });

  it('has no atom, alone or with a prefix, that the reference library refuses', () => {
    const refused = [...units.metric, ...units.other, ...units.special].filter((atom) => !isValid(atom));
    const prefixes = units.metric.map((atom) => `k${atom}`).filter((unit) => !isValid(unit));
    const scales = units.prefixes.map((prefix) => `${prefix}m`).filter((unit) => !isValid(unit));
    expect({ refused, prefixes, scales }).toEqual({ refused: [], prefixes: [], scales: [] });
  });

  const corpus = join('..', 'shared', 'corpus');
  it.skipIf(!existsSync(corpus))('never calls a unit of the corpus valid that the reference library refuses', () => {
    const found = new Set<string>();
    for (const folder of readdirSync(corpus).filter((name) => !name.includes('.')))
      for (const file of readdirSync(join(corpus, folder)))
        for (const [, unit] of readFileSync(join(corpus, folder, file), 'utf8').matchAll(/\bunit="([^"]+)"/g))
          found.add(unit ?? '');
    const codes = [...found].map(ucum).filter((code) => code !== undefined);
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => !isValid(code))).toEqual([]);
  });
});
