import { describe, expect, it } from 'vitest';
import { dosageText } from '../../src/timeline/dosage.js';

const dose = { doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }] };
const every = (repeat: object) => ({ timing: { repeat } });

describe('a dosage', () => {
  it.each<[string, object]>([
    ['Take one daily', { text: 'Take one daily', ...dose }],
    [
      '1 tablet, 2 times a day, 2010-05-01 – …',
      { ...dose, ...every({ frequency: 2, period: 1, periodUnit: 'd', boundsPeriod: { start: '2010-05-01' } }) },
    ],
    ['every 8 hours', every({ period: 8, periodUnit: 'h' })],
    [
      'every 4 – 6 hours, as needed for Pain',
      { ...every({ period: 4, periodMax: 6, periodUnit: 'h' }), asNeededCodeableConcept: { text: 'Pain' } },
    ],
    ['every day, at 08:00', every({ frequency: 1, period: 1, periodUnit: 'd', timeOfDay: ['08:00:00'] })],
    [
      '1 – 2 tablet, as needed',
      {
        doseAndRate: [{ doseRange: { low: { value: 1 }, high: { value: 2, unit: 'tablet' } } }],
        asNeededBoolean: true,
      },
    ],
    ['2024-12-12', { timing: { event: ['2024-12-12'] } }],
    ['at 100 mL/h', { doseAndRate: [{ rateQuantity: { value: 100, unit: 'mL/h' } }] }],
  ])('reads: %s', (words, dosage) => {
    expect(dosageText(dosage as never)).toBe(words);
  });

  it('that says nothing has no words', () => {
    expect(dosageText({})).toBeUndefined();
  });
});
