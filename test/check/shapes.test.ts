import { describe, expect, it } from 'vitest';
import { elementsOf, isPrimitive, isResourceType, lookupElement } from '../../src/fhir/shapes.js';

describe('shapes', () => {
  it('finds elements across backbone elements and data types', () => {
    expect(lookupElement('AllergyIntolerance', 'reaction.severity')).toMatchObject({
      type: 'code',
      name: 'severity',
      shape: { max: 1, codes: ['mild', 'moderate', 'severe'] },
    });
    expect(lookupElement('Patient', 'contact.name.given')).toMatchObject({ type: 'string', shape: { max: '*' } });
    expect(lookupElement('Quantity', 'value')?.type).toBe('decimal');
    expect(lookupElement('Patient', 'extension.valueCode')?.type).toBe('code');
    expect(lookupElement('Patient', 'contact.id')?.type).toBe('string');
    expect(lookupElement('Patient', 'id')?.type).toBe('id');
  });

  it('accepts both spellings of a choice', () => {
    expect(lookupElement('Observation', 'value[x]')).toMatchObject({ type: '', name: 'value[x]' });
    expect(lookupElement('Observation', 'valueQuantity')).toMatchObject({ type: 'Quantity', name: 'valueQuantity' });
    expect(lookupElement('Timing', 'repeat.boundsPeriod.start')?.type).toBe('dateTime');
    expect(lookupElement('Observation', 'valueMoney')).toBeUndefined();
  });

  it('follows repeated content', () => {
    expect(lookupElement('QuestionnaireResponse', 'item.item.answer.item.linkId')?.type).toBe('string');
    expect(lookupElement('Composition', 'section.section.title')?.type).toBe('string');
    expect(lookupElement('Observation', 'component.referenceRange.low.value')?.type).toBe('decimal');
  });

  it('refuses what FHIR does not have', () => {
    for (const path of ['allergen', 'code.codingg', 'value[x].unit', 'status.code', 'subject.status'])
      expect(lookupElement('Observation', path), path).toBeUndefined();
    expect(elementsOf('Nothing')).toBeUndefined();
  });

  it('names the targets of a reference and the system of a closed code', () => {
    expect(lookupElement('AllergyIntolerance', 'patient')?.shape.targets).toEqual(['Patient']);
    expect(lookupElement('Condition', 'clinicalStatus')?.shape.system).toBe(
      'http://terminology.hl7.org/CodeSystem/condition-clinical',
    );
  });

  it('tells primitives and resources from data types', () => {
    expect([isPrimitive('code'), isPrimitive('Coding'), isPrimitive('xhtml')]).toEqual([true, false, true]);
    expect([isResourceType('Binary'), isResourceType('Coding'), isResourceType('Patient')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
